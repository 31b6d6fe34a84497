"""Which of many contents hold a token: finds what shares words with a content without a look at all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from policy_news.nlp.claims.tree import Spread

BLOCK = 64
"""Tokens that are looked at together: in an endless sentence every token may stand in hundreds of contents."""


class Holders:
    """Contents by number, their spans indexed by blocks of tokens."""

    __slots__ = ("_blocks", "_count")

    def __init__(self) -> None:
        self._blocks: dict[int, list[tuple[int, int, int]]] = {}
        self._count = 0

    def add(self, content: Iterable[Spread]) -> None:
        """Take in the next content; the first has number 0."""
        for start, end in content:
            for block in _blocks(start, end):
                self._blocks.setdefault(block, []).append((start, end, self._count))
        self._count += 1

    def shared(self, content: Iterable[Spread]) -> Counter[int]:
        """Return how many tokens of a content each other one holds, by its number."""
        found: Counter[int] = Counter()
        for start, end in content:
            for block in _blocks(start, end):
                first, last = max(start, block * BLOCK), min(end, (block + 1) * BLOCK)
                for other_start, other_end, number in self._blocks.get(block, ()):
                    common = min(other_end, last) - max(other_start, first)
                    if common > 0:
                        found[number] += common
        return found


def _blocks(start: int, end: int) -> range:
    return range(start // BLOCK, (end - 1) // BLOCK + 1)
