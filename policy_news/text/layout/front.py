"""Reads the front matter of a Markdown file: `key: value` lines between two lines of `---` at the top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_news.text.layout.lines import Line
from policy_news.text.layout.pieces import Piece

_FENCE = "---"
_MAX_LINES = 60
_PAIR = re.compile(r"([A-Za-z_-]{1,30}):\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Front:
    """Content of the front matter, and its lines as pieces."""

    pieces: tuple[Piece, ...] = ()
    title: str | None = None
    published: str | None = None
    author: str | None = None


def find_front(lines: Sequence[Line]) -> tuple[Front, list[Line]]:
    """Return the front matter of a text, and the lines after it."""
    end = _find_end(lines)
    if end is None:
        return Front(), list(lines)
    values: dict[str, str] = {}
    for line in lines[1:end]:
        pair = _PAIR.fullmatch(line.text)
        if pair:
            values[pair[1].lower()] = pair[2].strip("\"' ")
    # Two rules around text are not front matter.
    if not values:
        return Front(), list(lines)
    front = Front(
        pieces=tuple(Piece(line.start, line.end, line.text, "boilerplate") for line in lines[: end + 1]),
        title=values.get("title"),
        published=_first(values, "published", "date"),
        author=_first(values, "author", "byline"),
    )
    return front, list(lines[end + 1 :])


def _find_end(lines: Sequence[Line]) -> int | None:
    """Return the index of the line that closes the front matter; None if the text does not have any."""
    if not lines or lines[0].text != _FENCE:
        return None
    for index, line in enumerate(lines[1 : _MAX_LINES + 1], 1):
        if line.text == _FENCE:
            return index
    return None


def _first(values: Mapping[str, str], *keys: str) -> str | None:
    for key in keys:
        if values.get(key):
            return values[key]
    return None
