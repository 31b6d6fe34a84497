"""Pairs the items of a gold standard with predictions, in time that grows with their number. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from policy_news.outputs.formats.gold import Spans

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Matched(Generic[T]):
    """The pairs, the items of the gold without a prediction, and the predictions without one of the gold."""

    pairs: list[tuple[T, T]]
    missed: list[T]
    extra: list[T]


def match_items(
    gold: Sequence[T],
    predicted: Sequence[T],
    spans_of: Callable[[T], Spans],
    rank: Callable[[T, T], tuple[float, ...] | None],
) -> Matched[T]:
    """Pair items that overlap, the best first, each at most once.

    Args:
        spans_of: Returns the offsets of an item.
        rank: Returns how badly two items fit, the least first; None if they do not.
    """
    rated = []
    for i, j in find_overlaps([spans_of(one) for one in gold], [spans_of(one) for one in predicted]):
        ranked = rank(gold[i], predicted[j])
        if ranked is not None:
            rated.append((ranked, i, j))
    matched: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(rated):
        if i not in matched and j not in used:
            matched[i] = j
            used.add(j)
    return Matched(
        [(gold[i], predicted[j]) for i, j in matched.items()],
        [one for i, one in enumerate(gold) if i not in matched],
        [one for j, one in enumerate(predicted) if j not in used],
    )


def find_overlaps(left: Sequence[Spans], right: Sequence[Spans]) -> Iterator[tuple[int, int]]:
    """Yield positions in both lists of items that may overlap: their outer spans do."""
    outer = list(map(_outer, right))
    order = sorted(range(len(right)), key=outer.__getitem__)
    starts = [outer[j][0] for j in order]
    longest = max((end - start for start, end in outer), default=0)
    for i, own in enumerate(left):
        first, last = _outer(own)
        # An item that overlaps begins at most the longest length before, and before the end.
        for j in order[bisect_left(starts, first - longest) : bisect_left(starts, last)]:
            if outer[j][1] > first:
                yield i, j


def _outer(spans: Spans) -> tuple[int, int]:
    return min(start for start, _ in spans), max(end for _, end in spans)


def overlap(one: Spans, other: Spans) -> bool:
    """Return whether any two spans share a character."""
    return count_shared(one, other) > 0


def count_shared(one: Spans, other: Spans) -> int:
    """Return the number of characters that two items share, each in pieces that do not overlap."""
    shared = 0
    for start, end in one:
        shared += sum(max(0, min(end, last) - max(start, first)) for first, last in other)
    return shared
