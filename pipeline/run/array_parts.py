"""A run in parts, for array jobs: each job takes one part of the raw files, and `merge` makes one run of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from pipeline.core.errors import ArgumentError, StageError

T = TypeVar("T")
_FOLDER = re.compile(r"part-(\d+)-of-(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts of the raw files, from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Part:
        """The part that `3/8` names.

        Raises:
            ArgumentError: It is no such text.
        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ArgumentError(
                f"--shard {text}: is no part",
                "Give the number of the part, from 1, and how many there are, as 3/8.",
            )
        return cls(int(match[1]), int(match[2]))

    def folder(self, out: Path) -> Path:
        """Where its tables go."""
        return out / f"part-{self.number:06d}-of-{self.count:06d}"

    def choose(self, items: Sequence[T], sizes: Sequence[int]) -> list[T]:
        """The items of this part: consecutive ones, so that all parts have about the same size and together are all.

        Args:
            items: All items, in an order that is the same for all parts.
            sizes: Size of each.
        """
        weights = [size + 1 for size in sizes]
        total = sum(weights)
        middles = (end - weight / 2 for end, weight in zip(accumulate(weights), weights, strict=True))
        return [
            item
            for item, middle in zip(items, middles, strict=True)
            if int(middle * self.count / total) == self.number - 1
        ]


def find_parts(out: Path) -> list[Path]:
    """The folders of all parts of a run, in order.

    Raises:
        StageError: There are none, some are missing, or they are of different divisions.
    """
    folders = sorted(
        path for path in out.glob("part-*-of-*") if _FOLDER.fullmatch(path.name) and path.is_dir()
    )
    counts = {int(match[2]) for folder in folders if (match := _FOLDER.fullmatch(folder.name))}
    if not counts:
        raise StageError(
            f"{out}: no parts to merge",
            "Make them with `pipeline run --shard 1/8`, 2/8, ... and the same --out.",
        )
    if len(counts) > 1:
        raise StageError(
            f"{out}: parts of different divisions ({', '.join(map(str, sorted(counts)))})",
            "Remove those of the older one.",
        )
    (count,) = counts
    missing = [number for number in range(1, count + 1) if Part(number, count).folder(out) not in folders]
    if missing:
        named = ", ".join(f"{number}/{count}" for number in missing[:5])
        raise StageError(
            f"{out}: {len(missing)} of {count} parts are missing: {named}",
            "Run them with `pipeline run --shard`.",
        )
    return folders
