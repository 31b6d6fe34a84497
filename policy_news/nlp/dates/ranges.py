"""`between 2014 and 2016`, `3 May to 9 June`: two readings become one period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from policy_news.nlp.dates.context import Context, Reading, moved_timex
from policy_news.nlp.dates.lexer import Pieces
from policy_news.nlp.dates.timex import Timex, at_day, at_year, between

_RANGED = frozenset({"day", "month", "quarter", "season", "half", "year", "decade", "century", "week"})


def join_ranges(readings: Sequence[Reading], pieces: Pieces, context: Context) -> list[Reading]:
    """Join neighbours that a word such as `to` makes one period."""
    joined: list[Reading] = []
    for reading in readings:
        period = None
        if joined:
            period = _join(joined[-1], reading, pieces, context)
        if period:
            joined[-1] = period
        else:
            joined.append(reading)
    return joined


def _join(first: Reading, last: Reading, pieces: Pieces, context: Context) -> Reading | None:
    links = [pieces.word(at) for at in range(first.last, min(last.first, first.last + 4))]
    # A dash typed as hyphens around a word (`2014 - to - 2016`): only the word in the middle links.
    if links[:1] == ["-"] and links[-1:] == ["-"] and len(links) == 3:
        links = links[1:2]
    if len(links) != 1 or not _are_dates(first.timex, last.timex):
        return None
    link, before = links[0], pieces.word(first.first - 1)
    enclosed = link == "and" and before == "between"
    if not (enclosed or context.is_a(link, "range")):
        return None
    # `moved from 3 May to 9 June` names two dates, not the time between them.
    if context.is_a(pieces.word(first.first - 2), "moving") or context.is_a(before, "moving"):
        return None
    start, end = _in_order(first.timex, last.timex)
    if not start.earliest or not end.latest or start.earliest > end.latest:
        return None
    begin = first.first
    if enclosed:
        begin -= 1  # `between` is part of the expression
    return Reading(between(start, end), begin, last.last)


def _are_dates(first: Timex, last: Timex) -> bool:
    kinds = {first.granularity, last.granularity}
    if not (first.type == last.type == "DATE" and kinds <= _RANGED and first.known() and last.known()):
        return False
    return len(kinds) == 1 or kinds <= {"day", "month"} or first.dated


def _in_order(first: Timex, last: Timex) -> tuple[Timex, Timex]:
    """Give the end without a year the year that the other end makes likely."""
    if last.dated and not first.dated:
        return _moved_before(first, last), last
    if first.dated and not last.dated:
        return first, _moved_after(last, first)
    # Each was resolved alone against the anchor, so `November to March` may have come out in reverse.
    if not first.dated and _starts_after(first, last):
        return _moved_before(first, last), last
    return first, last


def _starts_after(first: Timex, last: Timex) -> bool:
    return bool(first.earliest and last.earliest and first.earliest > last.earliest)


def _moved_before(timex: Timex, other: Timex) -> Timex:
    """Move a day or month to the last one of its kind that begins by `other`."""
    assert timex.earliest is not None
    assert other.earliest is not None
    # Within a week the two are weekdays (`Friday to Monday`): a year back would break the weekday.
    if timex.granularity == "day" and 0 < (timex.earliest - other.earliest).days < 7:
        return replace(at_day(timex.earliest - dt.timedelta(7)), anchor=timex.anchor)
    moved = _in_year(timex, other.earliest.year)
    if _starts_after(moved, other):
        return _in_year(timex, other.earliest.year - 1)
    return moved


def _moved_after(timex: Timex, other: Timex) -> Timex:
    assert other.earliest is not None
    moved = _in_year(timex, other.earliest.year)
    if _starts_after(other, moved):
        return _in_year(timex, other.earliest.year + 1)
    return moved


def _in_year(timex: Timex, year: int) -> Timex:
    assert timex.earliest is not None
    if timex.granularity == "year":
        return at_year(year)
    shift = 12 * (year - timex.earliest.year)
    if timex.granularity == "day":
        return replace(at_day(timex.earliest + relativedelta(months=shift)), anchor=timex.anchor)
    if timex.granularity in ("decade", "century", "week"):
        return timex
    return replace(moved_timex(timex, shift), anchor=timex.anchor)
