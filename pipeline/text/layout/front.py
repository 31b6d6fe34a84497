"""Reads the front matter of a Markdown file: `key: value` lines between two lines of `---` at the top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.text.layout.lines import Line
from pipeline.text.layout.pieces import Piece

_FENCE = "---"
_MAX_LINES = 60
_PAIR = re.compile(r"([A-Za-z_-]{1,30}):\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Front:
    """What the front matter says, and its lines as pieces."""

    pieces: tuple[Piece, ...] = ()
    title: str | None = None
    published: str | None = None
    author: str | None = None


def find_front(lines: Sequence[Line]) -> tuple[Front, list[Line]]:
    """The front matter of a text, and the lines behind it."""
    if not lines or lines[0].text != _FENCE:
        return Front(), list(lines)
    end = next(
        (index for index, line in enumerate(lines[1 : _MAX_LINES + 1], 1) if line.text == _FENCE), None
    )
    if end is None:
        return Front(), list(lines)
    matches = [_PAIR.fullmatch(line.text) for line in lines[1:end]]
    values = {match[1].lower(): match[2].strip("\"' ") for match in matches if match}
    if not values:
        return Front(), list(lines)
    pieces = tuple(Piece(line.start, line.end, line.text, "boilerplate") for line in lines[: end + 1])
    return Front(
        pieces, values.get("title"), _first(values, "published", "date"), _first(values, "author", "byline")
    ), list(lines[end + 1 :])


def _first(values: Mapping[str, str], *keys: str) -> str | None:
    for key in keys:
        if values.get(key):
            return values[key]
    return None
