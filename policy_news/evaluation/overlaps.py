"""Finds overlaps between two lists of spans, in time that grows with their lengths and not with the product. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from policy_news.outputs.formats.gold import Spans
from policy_news.outputs.formats.raw_words import Spanned


def find_overlaps(left: Sequence[Spanned], right: Sequence[Spanned]) -> Iterator[tuple[int, int, int]]:
    """Yield positions in both lists and number of shared characters, for all pairs that share one."""
    order = sorted(range(len(right)), key=lambda j: right[j].start)
    starts = [right[j].start for j in order]
    longest = max((one.end - one.start for one in right), default=0)
    for i, one in enumerate(left):
        # A span that overlaps begins at most the longest length before, and before the end.
        for j in order[bisect_left(starts, one.start - longest) : bisect_left(starts, one.end)]:
            shared = min(one.end, right[j].end) - max(one.start, right[j].start)
            if shared > 0:
                yield i, j, shared


def has_same_span(one: Spanned, other: Spanned) -> bool:
    """Return whether both cover the same characters."""
    return (one.start, one.end) == (other.start, other.end)


def spans_of(one: Spanned) -> Spans:
    """Return the offsets of an item as one piece."""
    return ((one.start, one.end),)


Rated = tuple[float, float, float, int, int]
"""Three ranks, the lowest first, and the positions of both sides."""


def pair_best(rated: Iterable[Rated]) -> dict[int, int]:
    """Choose the best pairs, each position at most once (greedily, by rank)."""
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for *_, i, j in sorted(rated):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs
