"""`early`, `the end of`, `later`: the part of a period that an expression names."""

from __future__ import annotations

from dataclasses import replace

from pipeline.components.dates.context import Context
from pipeline.components.dates.grammar import Hit
from pipeline.components.dates.timex import Part, Timex, at_half, narrowed


def edge_part(hit: Hit, context: Context, group: str = "edge") -> Part | None:
    """Which third of its period the expression names, if it says."""
    for word in hit.words(group):
        for name in ("edge", "edge_noun", "edge_part"):
            if context.lexicon.has(name, word):
                part = str(context.lexicon.value(name, word))
                return "early" if part == "early" else "mid" if part == "mid" else "late"
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
    anchor = context.anchor
    around = anchor is not None and known[0] <= anchor <= known[1]
    if anchor and around and ("earlier" in words or {"rest", "remainder", "later"} & set(words)):
        return replace(timex, latest=anchor) if "earlier" in words else replace(timex, earliest=anchor)
    part = edge_part(hit, context, group)
    return narrowed(timex, part) if part else timex


def _half(timex: Timex, *, second: bool) -> Timex:
    first, last = timex.known() or (None, None)
    assert first is not None
    assert last is not None
    if timex.granularity == "year" and timex.value.isdigit():
        return replace(at_half(first.year, 2 if second else 1), anchor=timex.anchor)
    middle = first + (last - first) // 2
    return replace(timex, earliest=middle) if second else replace(timex, latest=middle)
