"""Near-identical documents: the prints of an agency's report, a page that was saved twice.

Documents are compared by hashes of five words in a row, of which a fixed part is kept. Each document is compared with the first document of each
group that shares such a hash, never with all: the work grows with the documents, whatever they are.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from policy_news.core.faults import Fault, spared
from policy_news.nlp.text_reuse import hash_rows, plain_words
from policy_news.tables.schema import DocumentGroupRow

if TYPE_CHECKING:
    import pyarrow as pa

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
_LATE = dt.date.max.toordinal()


def shingle_hashes(text: str, gaps: Sequence[tuple[int, int]] = ()) -> Hashes:
    """Return the kept hashes of a text, ascending; no shingle reaches over masked words.

    Args:
        text: The raw text.
        gaps: Its masked spans, in order.
    """
    borders = [0, *chain.from_iterable(gaps), len(text)]
    shown = zip(borders[::2], borders[1::2], strict=True)
    parts = [_hashes(plain_words(text[start:end])) for start, end in shown]
    found: Hashes = np.unique(np.concatenate(parts))
    return found


def _hashes(words: Sequence[str]) -> Hashes:
    mixed = hash_rows(words, IN_A_ROW)
    kept: Hashes = mixed[mixed % np.uint64(KEPT) == 0]
    return kept


def is_copy(shared: int, one: int, other: int) -> bool:
    """Return whether so many hashes that two documents share, of how many each has, make copies of them.

    Args:
        shared: Hashes that both have.
        one: Hashes of the one.
        other: Hashes of the other.
    """
    short, long = sorted((one, other))
    return shared >= SMALLER * short and shared >= LARGER * long


def group_copies(documents: Sequence[pa.Table], faults: list[Fault]) -> Iterator[DocumentGroupRow]:
    """Yield the rows of documents that have near-identical ones, sorted.

    Args:
        documents: Id, day (0 for none) and kept hashes of each, as notes hold them.
        faults: Receives the documents that could not be compared.
    """
    near = _Groups(faults)
    for doc_id, day, shared, own in _shared(documents):
        near.add(doc_id, day or _LATE, shared, own)
    yield from near.rows()


def _shared(documents: Sequence[pa.Table]) -> Iterator[tuple[str, int, Hashes, Hashes]]:
    """Yield the documents that may have copies, with the hashes that others have too, and with all of theirs.

    Who shares fewer than a copy must is left out, but where it fills one of the places of a hash with many.
    """
    ids = [doc_id for table in documents for doc_id in table["doc_id"].to_pylist()]
    days = [day for table in documents for day in table["day"].to_pylist()]
    own = [hashes.values.to_numpy() for table in documents for hashes in table["hashes"]]
    long = [number for number, hashes in enumerate(own) if len(hashes) >= LEAST]
    every = np.concatenate([np.empty(0, np.uint64), *(own[number] for number in long)])
    _, places, times = np.unique(every, return_inverse=True, return_counts=True)
    times = times[places]  # of each hash of each document: all are counted at once, not looked up again
    end = 0
    for number in long:
        hashes, start, end = own[number], end, end + len(own[number])
        found = hashes[times[start:end] > 1]
        if len(found) < LARGER * len(hashes):
            found = hashes[times[start:end] > MOST_LEADERS]
        if len(found):
            yield ids[number], days[number], found, hashes


class _Groups:
    """Groups of near-identical documents."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults
        self._own: dict[str, tuple[int, Hashes, Hashes]] = {}

    def add(self, doc_id: str, day: int, shared: Hashes, own: Hashes) -> None:
        """Take in a document by its day, the hashes that others have, and all of them."""
        self._own[doc_id] = day, shared, own

    def rows(self) -> Iterator[DocumentGroupRow]:
        """Yield each group of several, by its earliest document."""
        members: defaultdict[str, list[str]] = defaultdict(list)
        whole: dict[bytes, str] = {}
        leaders: defaultdict[int, list[str]] = defaultdict(list)
        for doc_id in sorted(self._own, key=lambda one: (self._own[one][0], one)):
            _, shared, own = self._own[doc_id]
            leader = whole.get(own.tobytes())
            with spared(self._faults, doc_id):
                leader = leader or self._leader(doc_id, leaders)
            if leader is None:
                leader = doc_id
                for value in shared.tolist():
                    if len(leaders[value]) < MOST_LEADERS:
                        leaders[value].append(doc_id)
            whole.setdefault(own.tobytes(), leader)
            members[leader].append(doc_id)
        for leader, ids in sorted(members.items()):
            yield from (DocumentGroupRow(leader, doc_id) for doc_id in sorted(ids) if len(ids) > 1)

    def _leader(self, doc_id: str, leaders: dict[int, list[str]]) -> str | None:
        """Return the first document of the group that a document is a copy of."""
        _, shared, own = self._own[doc_id]
        found = Counter(leader for value in shared.tolist() for leader in leaders.get(value, ()))
        for leader, count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
            if is_copy(count, len(own), len(self._own[leader][2])):
                return leader
        return None
