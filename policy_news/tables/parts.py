"""Tables in parts: which ids end a part, and how the files of a part are named.

Parts are ranges of ids that follow each other. A part ends after an id whose hash says so. So adding or removing an id
affects its own part only, and growth never moves other boundaries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PART = re.compile(r"part-(\d{6,})-([0-9a-f]{16})\.parquet")


def hash_key(key: str) -> int:
    """Return a number that is the same for an id everywhere."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def ends_part(key: str, mean: int) -> bool:
    """Return whether a part ends after an id: one in `mean`, by hash."""
    return hash_key(key) % mean == 0


def join_key(values: Iterable[str]) -> str:
    """Return the key of a row of several columns, as parts are cut by it."""
    return "\0".join(values)


def cut_keys(keys: Sequence[str], mean: int) -> Iterator[tuple[int, int]]:
    """First and last-plus-one position of each part of ascending keys."""
    start = 0
    for position, key in enumerate(keys, 1):
        if ends_part(key, mean):
            yield start, position
            start = position
    if start < len(keys):
        yield start, len(keys)


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file of a table in parts, as listed in `run.json`."""

    sha256: str
    size: int
    rows: int

    def name(self, number: int) -> str:
        """Return the file name for the part with that number. It contains the hash, so that no name ever has two contents."""
        return f"part-{number:06d}-{self.sha256[:16]}.parquet"

    def row(self) -> list[Any]:
        """Return the entry of `run.json`."""
        return [self.sha256, self.size, self.rows]


def sum_up(files: Iterable[PartFile]) -> str:
    """Return the hash of a table in parts: that of the hashes of its files."""
    return hashlib.sha256("\n".join(file.sha256 for file in files).encode()).hexdigest()


def parts_of(run: Mapping[str, Any], name: str) -> list[PartFile] | None:
    """Return the parts of a table of a run; None if it is one file.

    Raises:
        ValueError: `run.json` does not list parts in a format that this version reads.
    """
    told = run.get("files")
    if told is None or name not in told:
        return None
    try:
        return [PartFile(str(digest), int(size), int(rows)) for digest, size, rows in told[name]]
    except (TypeError, ValueError) as error:
        raise ValueError(f"the parts of {name} are of another version") from error
