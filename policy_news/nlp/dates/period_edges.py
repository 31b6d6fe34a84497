"""`early`, `the end of`, `later`: the part of a period that an expression names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import cast

from dateutil.relativedelta import relativedelta

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import Context
from policy_news.nlp.dates.quantities import parse_ordinal
from policy_news.nlp.dates.timex import Part, Timex, at_day, at_month, at_share, narrowed


def edge_part(hit: Hit, context: Context, group: str = "edge") -> Part | None:
    """Find the third of its period that an expression names.

    Args:
        group: Group of the pattern that holds the words.

    Returns:
        `early`, `mid` or `late`; None where the words name none.
    """
    for word in hit.words(group):
        for name in ("edge", "edge_noun", "edge_part"):
            if context.lexicon.has(name, word):
                return cast("Part", context.lexicon.value(name, word))
    return None


def with_edge(timex: Timex, hit: Hit, context: Context, group: str = "edge") -> Timex:
    """Narrow a period to the part that an expression names.

    `earlier this year` ends at the anchor and `later this year` begins there; `the first half of 2021` is `2021-H1`.

    Args:
        group: Group of the pattern that holds the words.

    Returns:
        The part; the timex itself where the words name no part or the period has no interval.
    """
    words = hit.words(group)
    known = timex.known()
    if not words or known is None:
        return timex
    # `half` and units come first: `the second week of` also holds words of an edge.
    if "half" in words:
        return _half(timex, second="first" not in words)
    if unit := {"day", "week", "month"} & set(words):
        return _nth(timex, unit.pop(), _nth_number(words, context)) or timex
    anchor = context.anchor
    # `earlier` cuts at the anchor only within the current period: `earlier in 2015` is the early part of 2015.
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
        return replace(at_share(first.year, 2 if second else 1, 6), anchor=timex.anchor)
    middle = first + (last - first) // 2
    if second:
        return replace(timex, earliest=middle)
    return replace(timex, latest=middle)


def _nth_number(words: list[str], context: Context) -> int:
    """Read the number of `the second week of`; -1 stands for `the last`."""
    number = parse_ordinal([word for word in words if word not in ("the", "of", "in")], context.lexicon)
    if number:
        return number
    for word in words:
        if context.is_a(word, "edge_part") and context.lexicon.value("edge_part", word) == "late":
            return -1
    return 1


def _nth(timex: Timex, unit: str, number: int) -> Timex | None:
    """Return the day, week or month of a number within a period.

    A week is seven days counted from the start of the period, or back from its end: `the first week of May` is no ISO week.
    """
    first, last = timex.known() or (None, None)
    assert first is not None
    assert last is not None
    if unit == "month":
        start = first + relativedelta(months=number - 1) if number > 0 else last
        return (
            at_month(start.year, start.month).against(timex.anchor) if timex.granularity == "year" else None
        )
    length = dt.timedelta(7 if unit == "week" else 1)
    start = first + length * (number - 1) if number > 0 else last + dt.timedelta(1) - length
    if unit == "day":
        return replace(at_day(start), anchor=timex.anchor)
    if start <= last:
        return replace(timex, earliest=start, latest=min(start + dt.timedelta(6), last))
    return None
