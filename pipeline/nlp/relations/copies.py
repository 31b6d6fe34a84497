"""Near-identical documents: the prints of an agency's report, a page that was saved twice.

Documents are compared by hashes of five words in a row, of which a fixed part is kept. Each document is compared with the first document of each
group that shares such a hash, never with all: the work grows with the documents, whatever they are.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.facts import split_words

Hashes = npt.NDArray[np.uint64]
IN_A_ROW = 5
"""Words of a shingle: fewer are shared by chance."""
KEPT = 4
"""Of so many shingles one is kept, by its hash, the same ones in each document."""
LEAST = 12
"""Kept hashes below which a text is too short to tell copies from texts of one form."""
SMALLER, LARGER = 0.8, 0.5
"""Share of the hashes of the smaller and of the larger document that both have: a print may be cut, but not to a note."""
MOST_LEADERS = 64
"""Groups that one hash leads to: what more of them share is a form or a notice, and tells nothing."""
_PRIME = np.uint64(1_099_511_628_211)
_WITHHELD = re.compile(r"[*█•_]{2,}|\[redacted\]", re.IGNORECASE)


def shingle_hashes(text: str) -> Hashes:
    """The kept hashes of a text, ascending; no shingle reaches over withheld words."""
    parts = [_hashes(split_words(part)) for part in _WITHHELD.split(text)]
    found: Hashes = np.unique(np.concatenate(parts))
    return found


def _hashes(words: Sequence[str]) -> Hashes:
    if len(words) < IN_A_ROW:
        return np.empty(0, dtype=np.uint64)
    codes = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words], dtype=np.uint64)
    size = len(codes) - IN_A_ROW + 1
    mixed = np.zeros(size, dtype=np.uint64)
    for i in range(IN_A_ROW):
        mixed = (mixed ^ codes[i : i + size]) * _PRIME
    mixed ^= mixed >> np.uint64(29)
    kept: Hashes = mixed[mixed % np.uint64(KEPT) == 0]
    return kept


def is_copy(shared: int, one: int, other: int) -> bool:
    """Whether so many hashes that two documents share, of how many each has, make copies of them.

    Args:
        shared: Hashes that both have.
        one: Hashes of the one.
        other: Hashes of the other.
    """
    short, long = sorted((one, other))
    return shared >= SMALLER * short and shared >= LARGER * long


def least_shared(count: int) -> float:
    """Hashes that a document with so many must share with another one, however long that is, to be a copy of it."""
    return max(LARGER * count, SMALLER * min(count, LEAST))


class Copies:
    """Finds groups of near-identical documents, told of one after the other."""

    def __init__(self) -> None:
        self._hashes: dict[str, Hashes] = {}
        self._counts: dict[str, int] = {}
        self._prints: dict[str, bytes] = {}
        self._days: dict[str, int] = {}

    def add(self, doc_id: str, day: dt.date | None, hashes: Hashes) -> None:
        """Take in a document by its kept hashes.

        Args:
            doc_id: Id of the document.
            day: The day it was published, None if unknown.
            hashes: The kept hashes; a document with fewer than `LEAST` is left out.
        """
        if len(hashes) >= LEAST:
            self.add_shared(doc_id, (day or dt.date.max).toordinal(), hashes, len(hashes), hashes.tobytes())

    def add_shared(self, doc_id: str, day: int, shared: Hashes, count: int, whole: bytes) -> None:
        """The same where it is known which hashes other documents have: the others find nothing.

        Args:
            doc_id: Id of the document.
            day: The number of the day; one behind all others where it is unknown.
            shared: Kept hashes that other documents have too.
            count: Number of all of its kept hashes, at least `LEAST`.
            whole: Stands for all of its kept hashes; another for each document of which it need not be known.
        """
        self._hashes[doc_id] = shared
        self._counts[doc_id] = count
        self._prints[doc_id] = whole
        self._days[doc_id] = day

    def groups(self) -> Iterator[tuple[str, list[str]]]:
        """The earliest document of each group of several, with all of the group."""
        order = sorted(self._hashes, key=lambda doc_id: (self._days[doc_id], doc_id))
        members: defaultdict[str, list[str]] = defaultdict(list)
        whole: dict[bytes, str] = {}
        leaders: defaultdict[int, list[str]] = defaultdict(list)
        for doc_id in order:
            own, print_of = self._hashes[doc_id], self._prints[doc_id]
            leader = whole.get(print_of) or self._leader(doc_id, leaders)
            if leader is None:
                leader = doc_id
                for value in own.tolist():
                    if len(leaders[value]) < MOST_LEADERS:
                        leaders[value].append(doc_id)
            whole.setdefault(print_of, leader)
            members[leader].append(doc_id)
        for leader, ids in sorted(members.items()):
            if len(ids) > 1:
                yield leader, sorted(ids)

    def _leader(self, doc_id: str, leaders: dict[int, list[str]]) -> str | None:
        """The first document of the group that a document is a copy of."""
        count = self._counts[doc_id]
        found = Counter(
            leader for value in self._hashes[doc_id].tolist() for leader in leaders.get(value, ())
        )
        least = LARGER * count  # what shares fewer is a copy of none so long, and those are most
        near = [(leader, shared) for leader, shared in found.items() if shared >= least]
        for leader, shared in sorted(near, key=lambda item: (-item[1], item[0])):
            if is_copy(shared, count, self._counts[leader]):
                return leader
        return None
