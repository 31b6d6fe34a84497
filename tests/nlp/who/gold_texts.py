"""Reads the files of `gold/`: small corpora with the persons and bodies marked in the text.

A corpus stands between two empty lines: a line `# what it tests`, then a line for each document, its day and its text.
`[Mr. Hale|h]` marks a name: names of one key are one, of two keys two. `?` behind the key: may stay open. `x` is somebody who must
be nobody else. `|t=person-donald-trump]` tells the id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GOLD = Path(__file__).parent / "gold"
_MARKED = re.compile(r"\[([^|\]]+)\|([a-z]+)(\?)?(?:=([^\]]+))?\]")


@dataclass(frozen=True)
class Marked:
    """A marked name: offsets into its document, key, whether it may stay open, id."""

    doc: int
    start: int
    end: int
    key: str
    may_be_open: bool
    entity: str


@dataclass(frozen=True)
class Trap:
    """A small corpus: what it tests, its documents as day and text, the marked names."""

    name: str
    documents: tuple[tuple[str, str], ...]
    marked: tuple[Marked, ...]


def read_traps(name: str) -> Iterator[Trap]:
    """The corpora of a file."""
    for block in (GOLD / name).read_text(encoding="utf-8").strip().split("\n\n"):
        title, *lines = block.splitlines()
        documents, marked = [], []
        for number, line in enumerate(lines):
            day, text = line.split(" ", 1)
            plain, names = _read(text, number)
            documents.append((day, plain))
            marked += names
        yield Trap(title.removeprefix("# "), tuple(documents), tuple(marked))


def _read(text: str, doc: int) -> tuple[str, list[Marked]]:
    plain, names, at = "", [], 0
    text = text.replace(" // ", "\n\n")
    for match in _MARKED.finditer(text):
        plain += text[at : match.start()]
        start = len(plain)
        plain += match.group(1)
        names.append(
            Marked(doc, start, len(plain), match.group(2), bool(match.group(3)), match.group(4) or "")
        )
        at = match.end()
    return plain + text[at:], names
