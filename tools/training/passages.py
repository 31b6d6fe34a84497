"""Reads passages with inline gold: `[Marlow & Finch|COMPANY] says ...`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")
_MASKED = re.compile(r"\*+(?:\s+\*+)*")
PLACEHOLDER = ";"
"""What the model sees in place of masked words."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and its names: start, end (character offsets) and label."""

    genre: str
    text: str
    names: tuple[tuple[int, int, str], ...]
    headline: bool


def read_passages(path: Path) -> Iterator[Passage]:
    """Read the passages of a file; `=` opens a genre, `h:` is a headline, `b:` body text."""
    genre = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            genre = line[2:]
        elif line.startswith(("h: ", "b: ")):
            # Masks first: the offsets of names must refer to the text with placeholders.
            text, names = read_marked(_MASKED.sub(PLACEHOLDER, line[3:]))
            yield Passage(genre, text, names, headline=line.startswith("h: "))


@dataclass(frozen=True, slots=True)
class Article:
    """A text of several paragraphs and its names: start, end (character offsets) and label."""

    published: str
    text: str
    names: tuple[tuple[int, int, str], ...]


def read_articles(path: Path) -> Iterator[Article]:
    """Read the articles of a file; `@` opens one with its day and genre, `h:` is a headline, `b:` a paragraph."""
    for block in re.split(r"^@ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, *lines = block.splitlines()
        text, names = _join(line[3:] for line in lines)
        yield Article(head.split()[0], text, names)


def read_traps(path: Path) -> Iterator[Article]:
    """Read the sentences with traps of a file: a day, then headlines (`h:`) and paragraphs (`b:`) with `//` between them."""
    for line in path.read_text(encoding="utf-8").splitlines():
        day, bar, rest = line.removeprefix("! ").partition(" | ")
        if bar and not line.startswith("#"):
            text, names = _join(part[3:] for part in rest.split(" // "))
            yield Article(day, text, names)


def _join(lines: Iterable[str]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return the plain text of lines with marks, an empty line between them, and its names."""
    text, names = "", []
    for line in lines:
        plain, own = read_marked(line)
        text += "\n\n" if text else ""
        names += [(start + len(text), end + len(text), label) for start, end, label in own]
        text += plain
    return text, tuple(names)


def read_marked(marked: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return the plain text of a line with marks, and its names."""
    text, names, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        names.append((len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        at = match.end()
    return text + marked[at:], tuple(names)
