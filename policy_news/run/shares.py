"""Shares of an array job: jobs that annotate one output folder together, before one run writes its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from policy_news.core.errors import ArgumentError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """One of several shares of the shards, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Share:
        """Return the share that `3/8` names.

        Raises:
            ArgumentError: It names none.
        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ArgumentError(
                f"--share {text}: expected I/N with 1 <= I <= N",
                "Give the number of the share and how many there are, e.g. 3/8.",
            )
        return cls(int(match[1]), int(match[2]))

    def choose(self, items: Sequence[T]) -> list[T]:
        """Return the items of this share: every item is in one share."""
        return list(items[self.number - 1 :: self.count])
