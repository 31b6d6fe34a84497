"""A run in partitions, for array jobs: each job takes one partition of the raw files, and `merge` makes one run of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

from pipeline.core.errors import ArgumentError, StageError

T = TypeVar("T")
_FOLDER = re.compile(r"part-(\d+)-of-(\d+)")


@dataclass(frozen=True, slots=True)
class Partition:
    """One of several partitions of the raw files, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Partition:
        """The partition that `3/8` names.

        Raises:
            ArgumentError: It is no such text.
        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ArgumentError(
                f"--partition {text}: expected I/N with 1 <= I <= N",
                "Give the number of the partition and how many there are, e.g. 3/8.",
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of_folder(cls, folder: Path) -> Partition | None:
        """The partition whose tables a folder of this name holds."""
        match = _FOLDER.fullmatch(folder.name)
        if match is None:
            return None
        return cls(int(match[1]), int(match[2]))

    def folder(self, out: Path) -> Path:
        """Where its tables go."""
        return out / f"part-{self.number:06d}-of-{self.count:06d}"

    def choose(self, items: Sequence[T], sizes: Sequence[int]) -> list[T]:
        """The items of this partition: consecutive ones, so that all have about the same size and together are all.

        Args:
            items: All items, in an order that is the same for all partitions.
            sizes: Size of each.
        """
        weights = [size + 1 for size in sizes]  # an empty file is an item too
        total = sum(weights)
        chosen = []
        for item, weight, end in zip(items, weights, accumulate(weights), strict=True):
            # Twice the middle, in whole numbers: the sum may be more than a float can tell apart.
            middle = 2 * end - weight
            if middle * self.count // (2 * total) == self.number - 1:
                chosen.append(item)
        return chosen


@dataclass(frozen=True, slots=True)
class Cut:
    """What a partition was cut from; it stands in `run.json`, so that `merge` can tell what belongs together.

    Attributes:
        number: Of the partition.
        count: How many there are.
        files: Number of all files of the raw folder.
        listing: Hash of the names and sizes of all of them.
    """

    number: int
    count: int
    files: int
    listing: str

    @classmethod
    def of(cls, partition: Partition, names: Sequence[str], sizes: Sequence[int]) -> Cut:
        """The cut of a listing.

        Args:
            partition: Which of the partitions.
            names: Of all files.
            sizes: Of all files.
        """
        listing = hashlib.sha256(json.dumps([names, sizes]).encode()).hexdigest()
        return cls(partition.number, partition.count, len(names), listing)

    @classmethod
    def of_run(cls, run: Mapping[str, Any]) -> Cut | None:
        """The cut that a `run.json` tells of."""
        try:
            return cls(**run["partition"])
        except (KeyError, TypeError):
            return None


def find_parts(out: Path) -> list[Path]:
    """The folders of all partitions of a run, in order.

    Raises:
        StageError: There are none, some are missing, or they are of different divisions.
    """
    folders = sorted(path for path in out.glob("part-*-of-*") if Partition.of_folder(path) and path.is_dir())
    counts = {own.count for folder in folders if (own := Partition.of_folder(folder))}
    if not counts:
        raise StageError(
            f"{out}: no partitions to merge",
            "Make them with `pipeline run --partition 1/8`, 2/8, ... and the same --out.",
        )
    if len(counts) > 1:
        raise StageError(
            f"{out}: partitions of different counts ({', '.join(map(str, sorted(counts)))})",
            "Remove those of the older one.",
        )
    (count,) = counts
    wanted = (Partition(number, count) for number in range(1, count + 1))
    missing = [str(partition) for partition in wanted if partition.folder(out) not in folders]
    if missing:
        raise StageError(
            f"{out}: {len(missing)} of {count} partitions are missing: {', '.join(missing[:5])}",
            "Run them with `pipeline run --partition`.",
        )
    return folders
