"""Sentences of Markdown pages, to count their words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOT_PROSE = re.compile(r"^```.*?^```|<!--.*?-->", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"(?:[-*]|\d+\.)\s+")
_END = re.compile(r"(?<=[.!?])[\"')*\]]*\s+(?=[\"'(*\[]*[A-Z0-9])")
LEAST_WORDS_OF_CELL = 8
"""A cell of a table with fewer words is a value, not a sentence."""


def sentences(page: str) -> Iterator[str]:
    """Yield the sentences of a page; code inside them and the target of a link count as one word or none."""
    for block in _blocks(_NOT_PROSE.sub("\n\n", page)):
        words = re.sub(r"`[^`]*`", "Code", block)
        yield from _END.split(re.sub(r"\]\([^)]*\)", "]", words))


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs, items of lists, and long cells of tables."""
    lines = list[str]()
    for line in [*text.splitlines(), ""]:
        bare = line.strip()
        if bare.startswith(">"):  # the words of somebody else, such as a licence
            bare = ""
        if bare.startswith("|"):
            cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", bare))
            yield from (cell for cell in cells if len(cell.split()) >= LEAST_WORDS_OF_CELL)
            bare = ""
        is_item = _ITEM.match(bare)
        if (not bare or bare.startswith("#") or is_item) and lines:
            yield " ".join(lines)
            lines = []
        if bare and not bare.startswith("#"):
            lines.append(bare[is_item.end() :] if is_item else bare)
