"""Cuts a text at the edges of spans that may overlap, so that markup nests. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_news.tables.period_labels import say_value
from policy_news.tables.schema import ClaimRow, DateRow, MentionRow, SectionRow
from policy_news.text.emphasis import mark_spans

Kind = str
"""`mention`, `date`, `gap`, `markup`, or a part of a claim: `source`, `cue`, `content`."""
_OPENING = re.compile(r"(?:#{1,6}|[*+-])\s+")
"""Marks of Markdown that open a heading or an item of a list."""
_OPENED = frozenset({"title", "heading", "list_item"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the raw text that is to be shown.

    Attributes:
        key: The number of the claim, or the number of the mention or date among its like.
        tag: Text after the span, so that it can be recognised without colour; may be empty.
    """

    start: int
    end: int
    kind: Kind
    key: int
    tag: str = ""


def mark_rows(
    mentions: Iterable[MentionRow],
    dates: Iterable[DateRow],
    claims: Iterable[ClaimRow],
    gaps: Sequence[tuple[int, int]],
    text: str,
    sections: Iterable[SectionRow],
) -> Iterator[Mark]:
    """Yield the marks of rows, of masked stretches, and of Markdown, which pages hide."""
    for number, mention in enumerate(mentions, 1):
        yield Mark(mention.start, mention.end, "mention", number, mention.label)
    for number, date in enumerate(dates, 1):
        yield Mark(date.start, date.end, "date", number, say_value(date))
    for number, claim in enumerate(claims, 1):
        for part, spans in claim.places.items():
            yield from (Mark(*span, part, number) for span in spans)
    yield from (Mark(*gap, "gap", number) for number, gap in enumerate(gaps))
    yield from (Mark(*span, "markup", 0) for span in mark_spans(text, masked=bool(gaps)))
    for section in sections:
        opening = _OPENING.match(text, section.start) if section.kind in _OPENED else None
        if opening and not gaps:
            yield Mark(*opening.span(), "markup", 0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text inside which no mark begins or ends.

    Attributes:
        marks: The marks that cover it.
        opens: Those of them that begin here.
        closes: Those of them that end here.
    """

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]
    opens: tuple[Mark, ...]
    closes: tuple[Mark, ...]


def cut_stretches(text: str, sections: Iterable[SectionRow]) -> Iterator[tuple[int, int, SectionRow | None]]:
    """Yield first and last-plus-one offset of each section and of the text between them, with the section.

    Each character comes once, also if sections overlap: whoever looks for a place on a page must find one.
    """
    at = 0
    for row in sorted(sections, key=lambda section: (section.start, section.end)):
        if row.start > at and text[at : row.start].strip():
            yield at, row.start, None
        if row.end > at:
            yield max(at, row.start), row.end, row
            at = row.end
    if text[at:].strip():
        yield at, len(text), None


def marks_near(marks: Iterable[Mark], stretches: Iterable[tuple[int, int]]) -> Iterator[list[Mark]]:
    """Yield for each stretch of a text the marks that have a character of it.

    Args:
        stretches: First and last-plus-one offsets, ascending.
    """
    coming = sorted(marks, key=lambda mark: mark.start)
    near: list[Mark] = []
    at = 0
    for start, end in stretches:
        while at < len(coming) and coming[at].start < end:
            near.append(coming[at])
            at += 1
        near = [mark for mark in near if mark.end > start]
        yield near


def cut_sections(
    text: str, sections: Iterable[SectionRow], marks: Iterable[Mark]
) -> Iterator[tuple[int, SectionRow | None, list[Segment]]]:
    """Yield first offset, row and segments of each section; text between two of them comes without a row."""
    stretches = list(cut_stretches(text, sections))
    near = marks_near(marks, ((start, end) for start, end, _ in stretches))
    for (start, end, row), own in zip(stretches, near, strict=True):
        yield start, row, cut_segments(text, start, end, own)


def cut_segments(text: str, start: int, end: int, marks: Iterable[Mark]) -> list[Segment]:
    """Return the stretch `[start, end)` of a raw text as segments.

    Args:
        marks: In any order; marks outside the stretch are left out, marks across its edge are cut there.

    Returns:
        Segments in order that cover the stretch without holes.
    """
    inside = sorted((mark for mark in marks if mark.start < end and mark.end > start), key=_order)
    edges = sorted(
        {start, end} | {edge for mark in inside for edge in (mark.start, mark.end) if start < edge < end}
    )
    segments: list[Segment] = []
    active: list[Mark] = []
    coming = 0
    for left, right in pairwise(edges):
        active = [mark for mark in active if mark.end > left]
        while coming < len(inside) and inside[coming].start <= left:
            active.append(inside[coming])
            coming += 1
        segments.append(_segment(text, left, right, active, (start, end)))
    return segments


def _segment(text: str, left: int, right: int, active: Sequence[Mark], stretch: tuple[int, int]) -> Segment:
    opens = tuple(mark for mark in active if max(mark.start, stretch[0]) == left)
    closes = tuple(mark for mark in active if min(mark.end, stretch[1]) == right)
    return Segment(left, right, text[left:right], tuple(active), opens, closes)


def _order(mark: Mark) -> tuple[int, int, str, int]:
    return (mark.start, -mark.end, mark.kind, mark.key)
