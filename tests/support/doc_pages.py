"""Runs what stands in the documentation: commands with what they print, files to write, entries to add to rule files.

Run as a program, it does in the current folder what stands in pages behind the first entry that is added to the rules; all entries are
added at once, so that the pipeline is built once: `python -m tests.support.doc_pages PAGE ...`.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from policy_news.cli.main import app

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w./-]+)`:\n\n$")
EXIT = re.compile(r"\[exit code (\d+)\]")
KEY = re.compile(r"^ *- \{?(?:id|lemma): \"?([\w-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """A block of a page: commands, or a file that the words before the block name.

    Attributes:
        kind: `run`, `write` (a whole file) or `add` (an entry of a rule file).
        target: The command without its program, or the path.
        text: What the command prints, or what the file holds.
    """

    kind: str
    target: str
    text: str


def read_steps(page: str) -> Iterator[Step]:
    """The steps of a page in order."""
    for found in FENCE.finditer(page):
        before = page[: found.start()]
        if found[1] == "console":
            for part in re.split(r"^\$ ", found[2], flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step("run", command, output)
        elif file := FILE.search(before):
            sentence = re.split(r"[.;] +|\n\n", before.rstrip())[-1]
            yield Step(
                "add" if re.match(r"add\b|.*, add\b", sentence, re.IGNORECASE) else "write", file[1], found[2]
            )


def split_steps(page: Path) -> tuple[list[Step], list[Step]]:
    """The steps before the first entry that a page adds to the rules, and the others."""
    steps = list(read_steps(page.read_text(encoding="utf-8")))
    first = next((index for index, step in enumerate(steps) if step.kind == "add"), len(steps))
    return steps[:first], steps[first:]


def follow(steps: Iterable[Step]) -> None:
    """Do steps in the current folder.

    Raises:
        AssertionError: A command ends or prints otherwise than the page says.
    """
    for step in steps:
        if step.kind == "run":
            run_command(step.target, step.text)
        elif step.kind == "add":
            add_entry(Path(step.target), step.text)
        else:
            Path(step.target).parent.mkdir(parents=True, exist_ok=True)
            Path(step.target).write_text(step.text, encoding="utf-8")


def run_command(command: str, expected: str) -> None:
    """Run a command, in this process only, and compare its exit code and output."""
    program, *arguments = shlex.split(command, comments=True)
    if program == "make":
        arguments = as_make(arguments)
    else:
        assert Path(program).name == "pipeline", f"no example can be run of: {command}"
    if arguments[0] == "run":
        arguments += ["--workers", "1"]
    result = CliRunner().invoke(app, arguments)
    code = EXIT.search(expected)
    told = f"$ {command}\n{result.output}"
    assert result.exit_code == (int(code[1]) if code else 0), told
    assert output_pattern(EXIT.sub("", expected)).search(result.output), f"{told}\nThe page says:\n{expected}"


def as_make(arguments: list[str]) -> list[str]:
    """Do what `make pipeline` does before it runs the pipeline, and give the arguments of that run."""
    target, *settings = arguments
    assert target == "pipeline", f"no example can be run of: make {target}"
    built = CliRunner().invoke(app, ["build"])
    assert built.exit_code == 0, built.output
    values = dict(setting.split("=") for setting in settings)
    expected = ["--expect", values["EXPECT"]] if "EXPECT" in values else []
    return ["run", "--raw", values.get("RAW", "data/raw"), "--out", values.get("OUT", "data/out"), *expected]


def output_pattern(expected: str) -> re.Pattern[str]:
    """What a command must print somewhere: `...` stands for anything, in a line or as lines of its own."""
    lines = [line.strip() for line in expected.strip().splitlines()]
    parts = [
        r"(?s:.*?)" if line == "..." else r"[^\n]*?".join(map(re.escape, line.split("..."))) + r"[ ]*\n"
        for line in lines
    ]
    return re.compile(r"^[ ]*" + r"[ ]*".join(parts), re.MULTILINE)


def add_entry(path: Path, entry: str) -> None:
    """Put an entry where it belongs in a file that is sorted by id or lemma."""
    text = path.read_text(encoding="utf-8")
    later = next((found for found in KEY.finditer(text) if found[1] > key_of(entry)), None)
    at = later.start() if later and path.parent.name != "offices" else len(text)
    path.write_text(text[:at] + entry + text[at:], encoding="utf-8")


def key_of(entry: str) -> str:
    """The id or lemma of an entry."""
    key = KEY.search(entry)
    assert key, f"no id in: {entry}"
    return key[1]


def knows(step: Step) -> bool:
    """Whether the rules hold the entry already that a page is about to add, as where somebody followed it."""
    files = Path(step.target).parent.glob("*.yml")
    return any(key_of(step.text) in KEY.findall(path.read_text(encoding="utf-8")) for path in files)


def drop_entry(folder: Path, key: str) -> None:
    """Take the entry with an id or lemma out of the files of a folder."""
    for path in folder.glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        for found in [match for match in KEY.finditer(text) if match[1] == key]:
            deep = len(found[0]) - len(found[0].lstrip())
            behind = re.compile(rf"^ {{0,{deep}}}\S", re.MULTILINE).search(text, found.end())
            path.write_text(
                text[: found.start()] + (text[behind.start() :] if behind else ""), encoding="utf-8"
            )


if __name__ == "__main__":
    pages = [split_steps(Path(name)) for name in sys.argv[1:]]
    for _, after in pages:
        for step in after:
            if step.kind == "add":
                drop_entry(Path(step.target).parent, key_of(step.text))
    follow(step for before, after in pages for step in [*before, *after] if step.kind == "add")
    follow(step for before, _ in pages for step in before if step.kind == "write")
    follow(step for _, after in pages for step in after if step.kind != "add")
