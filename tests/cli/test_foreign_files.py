"""No command replaces a file of the user unasked, whatever option names it."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.formats import WRITERS
from tests.conftest import MODEL
from tests.support.invented_run import masked_draft, write_run

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "out"
    write_run(folder, [masked_draft()])
    return folder


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<w:t>my thesis</w:t>")


def empty_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w"):
        pass


def arrays(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, weights=np.arange(3))


def named_like_ours(path: Path) -> None:
    """Keys as in a mark, with other arrays behind them."""
    save: Any = np.savez
    with path.open("wb") as file:
        save(file, **{f"documents {'0' * 64}": np.array(["text"])})


def text(path: Path) -> None:
    path.write_text("my notes\n", encoding="utf-8")


def nothing(path: Path) -> None:
    path.touch()


FOREIGN: list[Callable[[Path], None]] = [zipped, empty_zip, arrays, named_like_ours, text, nothing]
REFUSED = (2, 3)
"""Exit codes: an option is invalid, the work could not be done."""
GOLD = '{"doc": "a", "text": "Ann said that it rained.", "claims": []}\n'


def call(*args: object) -> int:
    command = [str(arg) for arg in args]
    return RUNNER.invoke(app, command, env={"POLICY_NEWS__ANNOTATE__MODEL": str(MODEL)}).exit_code


@pytest.mark.parametrize("make", FOREIGN)
def test_what_is_not_a_mark_is_not_replaced_by_one(
    make: Callable[[Path], None], out: Path, tmp_path: Path
) -> None:
    target = tmp_path / "thesis.docx"
    make(target)
    before = target.read_bytes()
    assert call("new", "--since", target, "--out", out) in REFUSED
    assert target.read_bytes() == before
    assert call("new", "--since", tmp_path / "mark", "--out", out) == 0
    assert call("new", "--since", tmp_path / "mark", "--out", out) == 0


@pytest.mark.skipif(os.name == "nt", reason="devices of Unix")
def test_a_pipe_or_device_is_not_replaced(out: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for command in (
        ("new", "--since", pipe),
        ("export", "--format", "jsonl", "--to", pipe, "--force"),
    ):
        assert call(*command, "--out", out) in REFUSED
    assert pipe.is_fifo()


@pytest.mark.parametrize("form", WRITERS)
def test_an_export_leaves_what_is_there(form: str, out: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    text(target)
    assert call("export", "--format", form, "--to", target, "--out", out) in REFUSED
    assert target.read_text(encoding="utf-8") == "my notes\n"


def test_a_name_list_leaves_what_is_there(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("id,name\nacme,Acme Holdings\n", encoding="utf-8")
    folder = tmp_path / "list"
    folder.mkdir()
    text(folder / "names.tsv")
    assert call("rules", "import", names, "--format", "csv", "--label", "COMPANY", "--out", folder) in REFUSED
    assert (folder / "names.tsv").read_text(encoding="utf-8") == "my notes\n"


def test_tables_that_people_edited_are_not_replaced(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    command = ("export", "--format", "csv", "--to", folder, "--out", out)
    assert call(*command) == 0
    edited = folder / "claims.csv"
    data = edited.read_bytes() + b"mine\n"
    edited.write_bytes(data)
    assert call(*command) in REFUSED
    assert edited.read_bytes() == data
    assert call(*command, "--force") == 0
    assert edited.read_bytes() != data


COMMANDS: dict[str, str] = {
    "run": "--raw {raw} --out {new} --workers 1 --config {config} --expect {expect}",
    "ingest": "--raw {raw} --out {new} --config {config}",
    "unmask": "--out {new} --config {config}",
    "annotate": "--out {new} --workers 1 --config {config}",
    "resolve": "--out {new} --config {config}",
    "write": "--out {new} --config {config}",
    "build": "--config {config}",
    "check": "--update --out {out} --expect {expect}",
    "check --format json": "--out {out} --baseline {out}",
    "verify": "--page --out {out} {draft}",
    "verify --json": "--against {raw} {draft}",
    "search rain": "--out {out}",
    "diff": "{out} {out}",
    "serve --dry-run": "--out {out}",
    "failures": "--out {out}",
    "explain": "a:3 --out {out} --raw {raw} --config {config}",
    "evaluate": "--gold {gold} --out {out} --config {config}",
    "evaluate --workers 1": "--gold {gold} --predictions {gold}",
    "report": "--out {out}",
    "audit": "--out {out}",
    "export --format csv": "--to {folder} --out {out}",
    "export --format jsonl": "--to {new} --out {out}",
    "new": "--since {new} --out {out}",
    "review --dry-run --no-browser": "--out {out} --file {new} --config {config}",
    "mcp": "--out {out}",
    "decisions check": "--out {out} --file {decisions} --config {config}",
    "decisions apply": "--out {out} --config {config}",
    "decisions list": "--out {out} --file {decisions} --config {config}",
    "decisions export": "--to {new} --out {out} --file {decisions} --config {config}",
    "rules import --label COMPANY": "{names} --out {folder}",
    "rules test": "--config {config}",
    "rules list": "--config {config}",
}
"""All commands, with a value for each option that takes a path."""
OURS = ("run.json", "names.tsv", "annotation.conf", "documents.parquet", "documents.csv", "report/index.html")
"""Files of users that have the names of ours."""


def declared() -> dict[str, set[str]]:
    """The options of each command that take a path, as the program declares them; an argument has an empty name."""

    def leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        below = getattr(command, "commands", {})
        for name, one in below.items():
            yield from leaves(one, (*words, name))
        if not below:
            yield " ".join(words), command

    found = {}
    for name, command in leaves(typer.main.get_command(app), ()):
        paths = [one for one in command.params if "Path" in str(one.type_descriptor.annotation)]
        found[name] = {one.opts[0] if one.opts[0].startswith("-") else "" for one in paths}
    return found


def options_of(arguments: str) -> set[str]:
    """The options of a line of `COMMANDS` that have a path."""
    words = ["", *arguments.split()]
    pairs = [(before, word) for before, word in pairwise(words) if word.startswith("{")]
    return {before if before.startswith("--") else "" for before, _ in pairs}


def test_every_option_that_takes_a_path_is_tried() -> None:
    tried: dict[str, set[str]] = {}
    for command, arguments in COMMANDS.items():
        words = command.split()
        name = " ".join(words[:2] if words[0] in ("rules", "decisions") else words[:1])
        tried.setdefault(name, set()).update(options_of(arguments))
    assert tried == declared()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the program."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "raw").mkdir()
    (folder / "raw" / "a.txt").write_text("Ann said that it rained.", encoding="utf-8")
    assert call("run", "--raw", folder / "raw", "--out", folder / "out", "--workers", 1) == 0
    return folder / "out"


@pytest.fixture
def places(real: Path, tmp_path: Path) -> dict[str, Path]:
    """Something that works for each place of `COMMANDS`."""
    usual = tmp_path / "usual"
    found = {name: usual / name for name in ("raw", "folder", "new", "page", "config", "expect")}
    found |= {"draft": usual / "draft.md", "gold": usual / "gold.jsonl", "names": usual / "names.csv"}
    found |= {"decisions": usual / "decisions.jsonl", "out": usual / "out"}
    shutil.copytree(real, found["out"], symlinks=True)
    found["raw"].mkdir()
    (found["raw"] / "a.txt").write_text("Ann said that it rained.", encoding="utf-8")
    for name, words in (("draft", "Ann said: “It rained.”"), ("gold", GOLD), ("names", "id,name\nx,Xylo\n")):
        found[name].write_text(words, encoding="utf-8")
    for name in ("config", "expect", "decisions"):
        found[name].touch()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_of_any_command_replaces_what_is_there(
    command: str, places: dict[str, Path], tmp_path: Path
) -> None:
    words = COMMANDS[command].split()
    foreign = tmp_path / "foreign"
    beside = foreign / "file.verified.html"
    for place in (number for number, word in enumerate(words) if word.startswith("{")):
        for name in ("file", "folder"):
            shutil.rmtree(foreign, ignore_errors=True)
            for path in (foreign / "file", beside, *(foreign / "folder" / own for own in OURS)):
                path.parent.mkdir(parents=True, exist_ok=True)
                text(path)
            before = {path: path.read_bytes() for path in foreign.rglob("*") if path.is_file()}
            arguments = [word.format_map(places) for word in words]
            arguments[place] = str(foreign / name)
            call(*command.split(), *arguments)
            after = {path: path.read_bytes() for path in before if path.is_file()}
            assert after == before, f"{command} {' '.join(words)} with a {name} for {words[place]}"


TOOLS = {
    "tools.corpus.__main__": "gold --part dev --out {}",
    "tools.training.__main__": "lines --gold gold.jsonl --out {}",
    "tools.census.__main__": ". --table {}",
}


@pytest.mark.parametrize("tool", TOOLS)
def test_no_tool_replaces_what_is_there(tool: str, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    text(target)
    told = RUNNER.invoke(import_module(tool).app, TOOLS[tool].format(target).split())
    assert told.exit_code in REFUSED, told.output
    assert target.read_text(encoding="utf-8") == "my notes\n"
