"""Odd calls of the command line: each ends with a documented exit code, without a traceback, and leaves the files of others alone."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer.main
from typer.testing import CliRunner

from policy_news.cli import app
from policy_news.core.settings import PREFIX
from tests.conftest import MODEL
from tests.support.standing.mutants import sample_texts
from tests.support.standing.odd_files import (
    CONLL,
    EXPECTATIONS,
    GOLD,
    SETTINGS,
    VARIABLES,
)
from tools.time_limit import HangError, limited

SECONDS = 120
DOCUMENTED = {0, 1, 2, 3}
PLACES = (
    "run --out {new} --workers 1 --raw {odd}",
    "run --workers 1 --raw {raw} --out {odd}",
    "run --dry-run --raw {raw} --out {new} --config {odd}",
    "run --raw {raw} --out {new} --workers 1 --expect {odd}",
    "ingest --out {new} --raw {odd}",
    "ingest --raw {raw} --out {odd}",
    "unmask --out {odd}",
    "annotate --workers 1 --out {odd}",
    "resolve --out {odd}",
    "write --out {odd}",
    "annotate --share 1/2 --workers 1 --out {odd}",
    "check --out {odd}",
    "check --out {out} --expect {odd}",
    "check --out {out} --baseline {odd}",
    "failures --out {odd}",
    "failures --retry --workers 1 --out {out} --raw {odd}",
    "report --out {odd}",
    "export --format jsonl --to {new} --out {odd}",
    "export --format jsonl --out {out} --to {odd}",
    "export --format csv --out {out} --to {odd}",
    "export --format spacy --out {out} --to {odd}",
    "evaluate --out {out} --gold {odd}",
    "evaluate --out {out} --gold {gold} --predictions {odd}",
    "evaluate --gold {gold} --out {odd}",
    "rules import {odd}",
    "rules import {list} --out {odd}",
    "rules list --config {odd}",
    "rules test --config {odd}",
    "new --out {out} --since {odd}",
    "new --since {new} --out {odd}",
    "explain a:3 --out {odd}",
    "explain a:3 --out {out} --raw {odd}",
    "build --config {odd}",
    "decisions check --out {odd}",
    "decisions check --out {out} --file {odd}",
    "decisions apply --out {odd}",
    "decisions list --out {out} --file {odd}",
    "decisions export --out {out} --to {odd}",
    "decisions export --out {odd} --to {new}",
    "serve --dry-run --out {odd}",
    "review --dry-run --no-browser --out {odd}",
    "review --dry-run --no-browser --out {out} --file {odd}",
)
"""Commands with a place for a path."""
VALUES: dict[str, tuple[str, ...]] = {
    "run --raw {raw} --out {new} --workers {odd}": ("-1", "1.5", "x", "", "99999999999999999999", "0x2", "１", "1e3"),
    "annotate --out {new} --workers 1 --share {odd}": ("0/1", "2/1", "1/0", "a/b", "1", "1/1/1", "-1/2", "1/1000000", " 1/2", "１/２", ""),
    "run --raw {raw} --out {new} --workers 1 --shard {odd}": ("1/2", ""),
    "run --raw {raw} --out {new} --engine dask --address {odd}": ("", "nope", "127.0.0.1", ":", "foo://x:1", "http://x:1", "host:99999"),
    "run --raw {raw} --out {new} --address {odd}": ("127.0.0.1:8786",),
    "run --raw {raw} --engine {odd}": ("x", ""),
    "explain {odd} --out {out}": ("a", "a:", ":3", "a:x", "a:-1", "a:99999999999999999999999", "nope:3", "a.txt:3", "a:3:4", "", ":", "a:٣", "\x1b[31m:3", "\udcff:3"),
    "explain {odd} --out {out} --raw {raw}": ("a:3", "a:", "nope:3", "../a:3", "/etc/passwd:3"),
    "evaluate --gold {gold} --out {out} --min-f1 {odd}": ("-1", "2", "nan", "inf", "x"),
    "evaluate --gold {gold} --out {out} --gold-map {odd}": ("", "=", "A=", "=B", "A=B=C", "A", "A=B,A=C", "A=|", "A=B|", ",", "COMPANY=IGNORE,PERSON=X|Y"),
    "evaluate --gold {gold} --out {out} --labels {odd}": ("", "=", ",", "company", "COMPANY, PERSON"),
    "rules list --label {odd}": ("", "X", "company", "COMPANY", "a b"),
    "rules import {list} --out {new} --label {odd}": ("", "X", "company", "COMPANY", "MINISTER"),
    "rules import {list} --out {new} --name {odd}": ("", "..", "../../x", "/etc", "a/b", "a b", "é", "x" * 300, "-x", "CON", ".hidden", "a\nb", "a:b"),
    "rules test --text {odd}": ("", "x", "\x1b[31m", "*" * 5000, "\udcff", "“" * 3000),
    "check --out {out} --format {odd}": ("json", "junit", "github", "x"),
    "check --out {empty} --format {odd}": ("json", "junit", "github"),
    "export --out {out} --to {new} --format {odd}": ("x", "", "conll", "ftm"),
    "{odd}": ("", "x", "run", "--nope", "--version", "--help", "rules", "export", "evaluate", "explain"),
    "run {odd}": ("x", "--nope", "--engine", "--raw"),
    "failures --retry --workers 1 --out {odd}": ("{out}", "{empty}"),
    "report --out {odd}": ("{out}", "{empty}"),
}  # fmt: skip
"""Commands with a place for a value, and what is put there."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the command line, with variables of the environment."""

    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


class Workplace:
    """Files that calls name, and files that no call may touch.

    Args:
        folder: Where they are made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw, self.out, self.empty = folder / "raw", folder / "out", folder / "empty"
        self.foreign = folder / "foreign"
        self._new = 0
        for place in (self.raw, self.empty, self.foreign / "folder"):
            place.mkdir(parents=True)
        (self.raw / "a.txt").write_text(sample_texts()[0], encoding="utf-8")
        (self.foreign / "file").write_text("hello", encoding="utf-8")
        (self.foreign / "nothing").touch()
        (self.foreign / "bytes").write_bytes(bytes(range(256)) * 50)
        (self.foreign / "folder" / "notes.txt").write_text("mine", encoding="utf-8")
        (self.foreign / "folder" / "documents.parquet").write_text("mine", encoding="utf-8")
        self.gold, self.list = folder / "gold.jsonl", folder / "list.csv"
        self.list.write_text(
            "id,name,aliases,label,kb_id,country,from,to\nx,Xylo Optics,,COMPANY,,,,\n", encoding="utf-8"
        )
        CliRunner().invoke(app, ["run", "--raw", str(self.raw), "--out", str(self.out), "--workers", "1"])
        CliRunner().invoke(
            app, ["export", "--out", str(self.out), "--format", "jsonl", "--to", str(self.gold)]
        )
        self.deep = Path(shutil.copytree(self.out, folder / "deep", symlinks=True))
        (self.deep / "run.json").write_text("[" * 50_000, encoding="utf-8")
        self._kept = shutil.copytree(self.out, folder / "kept")
        self.sums = self._sums()

    def odd_paths(self) -> list[str]:
        """Paths that are not what a command hopes for."""
        loop = self.folder / "loop"
        if not os.path.lexists(loop):
            loop.symlink_to(loop)
        foreign = [str(path) for path in sorted(self.foreign.rglob("*"))]
        own = [
            loop,
            self.folder / "missing",
            self.folder / ("x" * 300),
            self.empty / "a:b" / "c",
            self.raw,
            self.out,
            self.deep,
        ]
        return [
            *foreign,
            *map(str, own),
            "/dev/null",
            "/dev/zero",
            "",
            "/proc/self/mem",
            "/proc/1/environ",
            "\udcff",
            "-",
            "http://x/",
            "s3:x",
        ]

    def fill(self, template: str, odd: str) -> tuple[str, ...]:
        """The arguments of a command, with a path or value in its place."""
        self._new += 1
        names = ("raw", "out", "empty", "gold", "list")
        places = {name: str(getattr(self, name)) for name in names} | {
            "new": str(self.folder / "new" / str(self._new))
        }
        value = odd.format_map(places) if odd in ("{out}", "{empty}") else odd
        return tuple(
            word.replace("{odd}", value).format_map(places)
            if "{odd}" not in word
            else word.replace("{odd}", value)
            for word in template.split(" ")
        )

    def write(self, name: str, text: str) -> Path:
        """A file for a call."""
        path = self.folder / "odd" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return path

    def restore(self) -> list[str]:
        """The files of others that were changed; all is put back as it was."""
        changed = [name for name, data in self.sums.items() if self._sums().get(name) != data]
        for name in changed:
            path = self.foreign / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.sums[name])
        added = [str(path) for path in self.foreign.rglob("*.tmp")]
        if not (self.out / "run.json").is_file():
            shutil.rmtree(self.out, ignore_errors=True)
            shutil.copytree(self._kept, self.out)
        return changed + added

    def _sums(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.foreign)): path.read_bytes()
            for path in self.foreign.rglob("*")
            if path.is_file()
        }


def make_calls(work: Workplace) -> Iterator[Call]:
    """All calls."""
    for template in PLACES:
        yield from (Call(work.fill(template, odd)) for odd in work.odd_paths())
    for template, values in VALUES.items():
        yield from (Call(work.fill(template, odd)) for odd in values)
    for name in (name for name in SETTINGS if name.startswith("base-")):
        config, new = work.write(f"{name}.toml", SETTINGS[name]), work.folder / "built" / name
        yield Call(("build", "--config", str(config)), {f"{PREFIX}ANNOTATE__MODEL": str(new)})
    for variable, value in VARIABLES.items():
        yield Call(work.fill("run --raw {raw} --out {new} --workers 1", ""), {f"{PREFIX}{variable}": value})
    for ending, texts, templates in FILES:
        for name, text in texts.items():
            path = str(work.write(f"{name}{ending}", text))
            yield from (Call(work.fill(template, path)) for template in templates)


def combine_options(work: Workplace, rng: random.Random, count: int) -> Iterator[Call]:
    """Calls of all commands with options by chance, as the program declares them."""
    commands = [one for one in _leaves(typer.main.get_command(app), ()) if one[0] not in NEVER]
    paths = [*work.odd_paths(), str(work.gold), str(work.list), "tables:2022", "a:3"]
    for _ in range(count):
        words, command = rng.choice(commands)
        arguments = words.split()
        for option in command.params:
            name = option.opts[0]
            if not name.startswith("-"):
                arguments.append(_value(rng, option, paths))
            elif name in USUAL and rng.random() < USUAL_SHARE:
                arguments += [name, work.fill(USUAL[name], "")[0]]
            elif option.required or rng.random() < 0.3:
                flag = getattr(option, "is_flag", False)
                arguments += [name] if flag else [name, _value(rng, option, paths)]
        arguments += SERVERS.get(words, ())
        yield Call(tuple(word for word in arguments if word != "--help"))


def _leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The commands that do something, with the words that call them."""
    below: Mapping[str, Any] = getattr(command, "commands", {})
    for name, one in below.items():
        yield from _leaves(one, (*words, name))
    if not below:
        yield " ".join(words), command


def _value(rng: random.Random, option: Any, paths: Sequence[str]) -> str:
    kind = option.type_descriptor.annotation
    members = list(getattr(kind, "__members__", {}).values())
    if members and rng.random() < 0.85:
        return str(rng.choice(members).value)
    return rng.choice(paths if "Path" in str(kind) else rng.choice((paths, NUMBERS, STRINGS)))


SERVERS: Mapping[str, Sequence[str]] = {"review": ("--dry-run", "--no-browser"), "serve": ("--dry-run",)}
"""Commands that wait for requests until they are stopped, and what keeps them from it."""
NEVER = ("build",)
"""Commands that write beside the program."""
USUAL = {
    "--out": "{out}",
    "--raw": "{raw}",
    "--gold": "{gold}",
    "--to": "{new}",
    "--file": "{new}",
    "--since": "{new}",
}
USUAL_SHARE = 0.5
NUMBERS = ("0", "-1", "1", "1/2", "2/1", "0/0", "9" * 20, "1e3", "nan", "inf", "0x10", "", " ", "½", "１")
STRINGS = ("", "csv", "x:y:z", "a" * 5_000, "\x1b[2J", "\u202e", "COMPANY", "company", "\n", "\udcff", "tcp://127.0.0.1:1", "{", "[]", "null", "--")  # fmt: skip
FILES: tuple[tuple[str, Mapping[str, str], tuple[str, ...]], ...] = (
    (
        ".toml",
        SETTINGS,
        ("run --raw {raw} --out {new} --workers 1 --config {odd}", "rules list --config {odd}"),
    ),
    (".yml", EXPECTATIONS, ("check --out {out} --expect {odd}", "check --update --out {out} --expect {odd}")),
    (
        ".jsonl",
        GOLD,
        (
            "evaluate --workers 1 --gold {odd}",
            "evaluate --out {out} --gold {odd}",
            "evaluate --out {out} --gold {gold} --predictions {odd}",
        ),
    ),
    ("", CONLL, ("evaluate --workers 1 --gold {odd}",)),
)
"""Endings, files, and the commands that read them."""


def fault_of(call: Call) -> str:
    """What is wrong with the way in which a call ends; empty if nothing is."""
    try:
        with limited(SECONDS):
            result: Any = CliRunner().invoke(
                app, list(call.arguments), env={f"{PREFIX}ANNOTATE__MODEL": str(MODEL), **call.variables}
            )
    except HangError:
        return f"hangs for {SECONDS} seconds"
    error = result.exception
    if error is not None and not isinstance(error, SystemExit):
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
        return f"{type(error).__name__} at {where}: {str(error)[:100]}"
    if result.exit_code not in DOCUMENTED:
        return f"exit code {result.exit_code}"
    return (
        ""
        if result.exit_code in (0, 1) or result.output.strip()
        else f"exit code {result.exit_code} without a word"
    )


def check_odd_calls(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Call the command line oddly; with fewer tries than calls, some of them."""
    work = Workplace(folder)
    calls, rng = list(make_calls(work)), random.Random(seed)
    calls += combine_options(work, rng, len(calls))
    if tries < len(calls):
        calls = rng.sample(calls, tries)
    usual = Path.cwd()
    os.chdir(work.empty)
    try:
        for call in calls:
            fault = fault_of(call)
            shown = ascii(
                " ".join([*(f"{key}={value}" for key, value in call.variables.items()), *call.arguments])
            )[:300]
            if fault:
                yield f"{shown}: {fault}"
            changed = work.restore()
            if changed:
                yield f"{shown}: changes {', '.join(changed)}"
    finally:
        os.chdir(usual)
