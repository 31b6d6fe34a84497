"""Near-identical documents: the prints of an agency's report, a page that was saved twice.

Documents are compared by hashes of five words in a row, of which a fixed part is kept. Of each hash a document is compared with the few before it
that have it, never with all, and all documents at once: hardly a line of ours runs for each.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from policy_news.core.faults import Fault, spared
from policy_news.nlp.text_reuse import ODD, Numbers, connect, count_shared, find_pairs, hash_rows, plain_words
from policy_news.tables.schema import TABLES, arrow_schema

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
    """Return the kept hashes of a text, ascending; no shingle reaches over masked words."""
    borders = [0, *chain.from_iterable(gaps), len(text)]
    shown = zip(borders[::2], borders[1::2], strict=True)
    parts = [_hashes(plain_words(text[start:end])) for start, end in shown]
    found: Hashes = np.unique(np.concatenate(parts))
    return found


def _hashes(words: Sequence[str]) -> Hashes:
    mixed = hash_rows(words, IN_A_ROW)
    kept: Hashes = mixed[mixed % np.uint64(KEPT) == 0]
    return kept


def is_copy(shared: Any, one: Any, other: Any) -> Any:
    """Return whether so many hashes that two documents share, of how many each has, make copies of them; of arrays for each pair."""
    return (shared >= SMALLER * np.minimum(one, other)) & (shared >= LARGER * np.maximum(one, other))


def group_copies(documents: Sequence[pa.Table], faults: list[Fault]) -> pa.Table:
    """Return the table of documents that have near-identical ones, sorted: each group by its earliest document.

    Args:
        documents: Id, day (0 for none) and kept hashes of each, as notes hold them.
        faults: Receives the documents that could not be compared.
    """
    import pyarrow as pa

    schema = arrow_schema(TABLES["document_groups"])
    if not documents:
        return schema.empty_table()
    return _find_groups(pa.concat_tables(documents).combine_chunks(), faults).cast(schema)


def _find_groups(documents: pa.Table, faults: list[Fault]) -> pa.Table:
    """Return group and document of those documents that have near-identical ones."""
    import pyarrow as pa

    days = documents["day"].to_numpy()
    table = documents.set_column(1, "day", pa.array(np.where(days == 0, _LATE, days)))
    ages = table.sort_by([("day", "ascending"), ("doc_id", "ascending")])
    own = _Hashed.read(ages["hashes"].combine_chunks())
    leaders = own.leaders(ages["doc_id"], faults)
    members = pa.array(np.flatnonzero(np.bincount(leaders, minlength=len(leaders))[leaders] > 1))
    ids = ages["doc_id"].combine_chunks()
    names = arrow_schema(TABLES["document_groups"]).names
    rows = pa.table([ids.take(pa.array(leaders).take(members)), ids.take(members)], names=names)
    return rows.sort_by([(name, "ascending") for name in names])


@dataclass(frozen=True, slots=True)
class _Hashed:
    """The hashes of documents, which are numbered by age.

    Attributes:
        values: Of all that are long enough, those of each document together and ascending.
        starts: Where those of each document begin, and where the last ones end.
        pairs: A number for each document and hash, ascending.
    """

    values: Hashes
    starts: Numbers
    pairs: Hashes

    @classmethod
    def read(cls, lists: pa.ListArray) -> _Hashed:
        """Read them; those of a text too short count for none."""
        sizes = np.diff(lists.offsets.to_numpy())
        is_long = sizes >= LEAST
        values: Hashes = lists.flatten().to_numpy()[np.repeat(is_long, sizes)]
        sizes = np.where(is_long, sizes, 0)
        documents = np.repeat(np.arange(len(sizes)), sizes)
        return cls(values, np.cumsum([0, *sizes.tolist()]), np.sort(_number(documents, values)))

    def of(self, document: int) -> Hashes:
        """Return the hashes of a document."""
        return self.values[self.starts[document] : self.starts[document + 1]]

    def shared(self, one: Numbers, other: Numbers) -> Numbers:
        """Return how many hashes the documents of pairs share."""
        sizes = np.diff(self.starts)[one]
        ends = np.cumsum(sizes)
        places = np.arange(sizes.sum()) + np.repeat(self.starts[one] - (ends - sizes), sizes)
        wanted = _number(np.repeat(other, sizes), self.values[places])
        at = self.pairs.searchsorted(wanted)
        at[at == len(self.pairs)] = 0
        found = np.zeros(len(wanted) + 1, np.int64)
        found[1:] = np.cumsum(self.pairs[at] == wanted) if len(wanted) else 0
        counts: Numbers = found[ends] - found[ends - sizes]
        return counts

    def are_copies(
        self, one: Numbers, other: Numbers, shared: Numbers | None = None
    ) -> npt.NDArray[np.bool_]:
        """Return whether the documents of pairs are copies.

        Args:
            shared: Hashes that they share, or some of these: all are counted only where these are too few.
        """
        sizes = np.diff(self.starts)
        counts = self.shared(one, other) if shared is None else shared
        found: npt.NDArray[np.bool_] = is_copy(counts, sizes[one], sizes[other])
        if shared is not None:
            open_ = np.flatnonzero(~found & (shared >= LARGER / 2 * np.minimum(sizes[one], sizes[other])))
            found[open_] = self.are_copies(one[open_], other[open_])
        return found

    def leaders(self, ids: pa.ChunkedArray, faults: list[Fault]) -> Numbers:
        """Return for each document the earliest of its group.

        Near ones are found first, of each hash among the few before it. A group of which all are copies of the earliest is told by that; in
        any other, one document after the other is compared with the first of each group.
        """
        documents = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        days = np.zeros(len(self.starts) - 1, np.int64)
        one, other, shared = count_shared(find_pairs(self.values, documents, days, 0))
        near = self.are_copies(one, other, shared)
        leaders = connect(len(days), one[near], other[near])
        members = np.flatnonzero(leaders != np.arange(len(leaders)))
        strange = members[~self.are_copies(leaders[members], members)]
        odd = np.flatnonzero(np.isin(leaders, leaders[strange]))
        groups = _Groups(self)
        for number in odd.tolist():
            with spared(faults, ids[number].as_py()):
                leaders[number] = number
                leaders[number] = groups.join(number)
        return leaders


def _number(documents: Numbers, hashes: Hashes) -> Hashes:
    """Return a number for each document with a hash."""
    return (documents.astype(np.uint64) + ODD) * ODD ^ hashes


class _Groups:
    """Groups of near-identical documents, one added after the other."""

    def __init__(self, hashed: _Hashed) -> None:
        self._hashed = hashed
        self._leaders: defaultdict[int, list[int]] = defaultdict(list)

    def join(self, document: int) -> int:
        """Return the first document of the group that a document is a copy of; itself where it begins one."""
        own = self._hashed.of(document)
        found = Counter(leader for value in own.tolist() for leader in self._leaders.get(value, ()))
        for leader, count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
            if count < LARGER * len(own):
                break
            if is_copy(count, len(own), len(self._hashed.of(leader))):
                return leader
        for value in own.tolist():
            if len(self._leaders[value]) < MOST_LEADERS:
                self._leaders[value].append(document)
        return document
