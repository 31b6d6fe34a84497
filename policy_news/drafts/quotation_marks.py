"""Finds the quotations of a text by their marks, whatever their kind, nested or not closed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
_DOUBLE = re.compile(r"[“„”«»\"]|``|''")
_SINGLE = re.compile(
    r"(?<![\w'’])[‘'](?=[^\s\d])(?!(?:s|re|ve|ll|d|m)\s)([^'‘’“”\"\n]{2,}(?:['’]\w[^'‘’“”\"\n]*)*)['’](?!\w)"
)
_CLOSED = re.compile(r"(‘?(?:[^‘“”\"\n]*['’](?!\w))?)[^‘“”\"\n]*")
"""What has no other marks in it, up to the last single one that closes: what opens after that would be looked through again and again."""
_OPENING = {"“": "”", "„": "“”", "«": "»", "”": "”", '"': '"', "``": "''"}
"""By which marks each is closed; those of a tokenised text have a space beside them."""


def find_quotes(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the insides of the quotations of a text, and the offsets of opening marks that nothing closes.

    A paragraph that opens a quotation is one to its end, if the next paragraph opens with a mark again.
    """
    found: list[tuple[int, int]] = []
    unclosed: list[int] = []
    paragraphs = [match.span() for match in _PARAGRAPH.finditer(text)]
    for number, (start, end) in enumerate(paragraphs):
        spans, opened = _doubles(text, start, end)
        if opened is not None and _goes_on(text, text[opened], paragraphs[number + 1 : number + 2]):
            spans.append((opened + 1, end))
        elif opened is not None:
            unclosed.append(opened)
        singles = [span for span in _singles(text, start, end) if not _touches(span, spans)]
        found += sorted(spans + singles)
    return [span for span in found if text[slice(*span)].strip()], unclosed


def _goes_on(text: str, mark: str, after: list[tuple[int, int]]) -> bool:
    """Return whether the paragraph after one, if there is any, opens with a mark."""
    return any(text[start:end].lstrip().startswith(mark) for start, end in after)


def _doubles(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], int | None]:
    spans: list[tuple[int, int]] = []
    opened, first = None, ""
    for match in _DOUBLE.finditer(text, start, end):
        at = match.start()
        mark = match[0]
        if opened is None:
            if mark in {"«", "``"} or (mark not in {"»", "''"} and _may_open(text, at)):
                opened, first = at, mark
        elif mark in _OPENING[first]:
            spans.append((opened + len(first), at))
            opened = None
    return spans, opened


def _may_open(text: str, at: int) -> bool:
    """Return whether a mark opens a quotation: not after a word or a number, and before one."""
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return not (before.isalnum() or before in {".", ",", "!", "?"}) and bool(behind) and not behind.isspace()


def _singles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for closed in _CLOSED.finditer(text, start, end):
        yield from (match.span(1) for match in _SINGLE.finditer(text, *closed.span(1)))


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Return whether a span touches one of some others, which are in order."""
    before = bisect_left(others, (span[1], 0))
    return before > 0 and others[before - 1][1] > span[0]
