"""Tables in parts: which ids end a part, and how the files of a part are named.

Parts are ranges of ids that follow each other. A part ends after an id whose hash says so. So adding or removing an id
affects its own part only, and growth never moves other boundaries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import methodcaller
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PART = re.compile(r"part-(\d{6,})-([0-9a-f]{16})\.parquet")


def ends_part(keys: Iterable[str], *means: int) -> npt.NDArray[np.bool_]:
    """Return for each id whether a part ends after it: one in `mean`, by a hash that is the same everywhere.

    Of several means, any ends it. No line of ours runs for each: there may be hundreds of thousands.
    """
    import numpy as np

    digests = map(methodcaller("digest"), map(hashlib.sha256, map(str.encode, keys)))
    numbers = np.frombuffer(b"".join(digests), ">u8")[::4]
    ends: npt.NDArray[np.bool_] = np.any([numbers % np.uint64(mean) == 0 for mean in means], axis=0)
    return ends


def cut_keys(keys: Sequence[str], *means: int) -> Iterator[tuple[int, int]]:
    """First and last-plus-one position of each part of ascending keys."""
    ends = (ends_part(keys, *means).nonzero()[0] + 1).tolist()
    if keys and (not ends or ends[-1] < len(keys)):
        ends.append(len(keys))
    return pairwise([0, *ends])


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
    """Return the parts of a table of a run; None if it is one file."""
    told = run.get("files")
    if told is None or name not in told:
        return None
    try:
        return [PartFile(str(digest), int(size), int(rows)) for digest, size, rows in told[name]]
    except (TypeError, ValueError) as error:
        raise ValueError(f"the parts of {name} are of another version") from error
