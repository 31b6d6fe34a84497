"""`early`, `the end of`, `later`: the part of a period that an expression names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from pipeline.nlp.dates.context import Context
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.quantities import parse_ordinal
from pipeline.nlp.dates.timex import Part, Timex, at_day, at_half, at_month, narrowed


def edge_part(hit: Hit, context: Context, group: str = "edge") -> Part | None:
    """Which third of its period the expression names, if it says."""
    for word in hit.words(group):
        for name in ("edge", "edge_noun", "edge_part"):
            if context.lexicon.has(name, word):
                part = str(context.lexicon.value(name, word))
                if part == "early":
                    return "early"
                if part == "mid":
                    return "mid"
                return "late"
    return None


def with_edge(timex: Timex, hit: Hit, context: Context, group: str = "edge") -> Timex:
    """The timex cut to the part that the group says.

    `earlier this year` ends at the anchor and `later this year` begins there; `the first half of 2021` is `2021-H1`.
    """
    words = hit.words(group)
    known = timex.known()
    if not words or known is None:
        return timex
    if "half" in words:
        return _half(timex, second="first" not in words)
    if unit := {"day", "week", "month"} & set(words):
        return _nth(timex, unit.pop(), _nth_number(words, context)) or timex
    anchor = context.anchor
    around = anchor is not None and known[0] <= anchor <= known[1]
    if anchor and around and ("earlier" in words or {"rest", "remainder", "later"} & set(words)):
        if "earlier" in words:
            return replace(timex, latest=anchor)
        return replace(timex, earliest=anchor)
    part = edge_part(hit, context, group)
    if part:
        return narrowed(timex, part)
    return timex


def _half(timex: Timex, *, second: bool) -> Timex:
    first, last = timex.known() or (None, None)
    assert first is not None
    assert last is not None
    if timex.granularity == "year" and timex.value.isdigit():
        return replace(at_half(first.year, 2 if second else 1), anchor=timex.anchor)
    middle = first + (last - first) // 2
    if second:
        return replace(timex, earliest=middle)
    return replace(timex, latest=middle)


def _nth_number(words: list[str], context: Context) -> int:
    """Which one `the second week of`, `the last day of` names; -1 the last."""
    number = parse_ordinal([word for word in words if word not in ("the", "of", "in")], context.lexicon)
    if number:
        return number
    if any(
        context.is_a(word, "edge_part") and context.lexicon.value("edge_part", word) == "late"
        for word in words
    ):
        return -1
    return 1


def _nth(timex: Timex, unit: str, number: int) -> Timex | None:
    """The day, week or month of that number in a month or year; a week is seven days from the start or before the end."""
    first, last = timex.known() or (None, None)
    assert first is not None
    assert last is not None
    if unit == "month":
        if number > 0:
            start = first + relativedelta(months=number - 1)
        else:
            start = last.replace(day=1)
        if timex.granularity == "year":
            return replace(at_month(start.year, start.month), anchor=timex.anchor)
        return None
    if unit == "week":
        length = 7
    else:
        length = 1
    if number > 0:
        start = first + dt.timedelta(length * (number - 1))
    else:
        start = last - dt.timedelta(length - 1)
    if unit == "day":
        return replace(at_day(start), anchor=timex.anchor)
    if start <= last:
        return replace(timex, earliest=start, latest=min(start + dt.timedelta(6), last))
    return None
