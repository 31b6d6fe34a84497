"""Which of many contents hold a token: finds what shares words with a content without a look at all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.components.claims.tree import Spread


class Holders:
    """Contents by number, indexed by their tokens."""

    __slots__ = ("_by_token", "_count")

    def __init__(self) -> None:
        self._by_token: dict[int, list[int]] = {}
        self._count = 0

    def add(self, content: Iterable[Spread]) -> None:
        """Take in the next content; the first has number 0."""
        for start, end in content:
            for index in range(start, end):
                self._by_token.setdefault(index, []).append(self._count)
        self._count += 1

    def shared(self, content: Iterable[Spread]) -> Counter[int]:
        """How many tokens of a content each other one holds, by its number."""
        return Counter(number for start, end in content for index in range(start, end) for number in self._by_token.get(index, ()))
