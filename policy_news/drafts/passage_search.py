"""Finds the passages of all documents that share most words with a query, from the quotation index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from policy_news.nlp.passages import CODES, MASK, Coder
from policy_news.run.quotation_index import LISTS

if TYPE_CHECKING:
    import pyarrow as pa

RAREST = 14
"""Words of a query by which passages are found: the rarest ones."""
LEAST = 0.25
"""Share of the weight of a query that a passage must have."""
NEAR = 0.5
"""Share of the weight of the best passage that another one must have, to be looked at word by word."""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that may have what a query has.

    Attributes:
        document: Number of the document.
        number: Number of the passage in it.
        share: Of the weight of the words of the query.
    """

    document: int
    number: int
    share: float


class Search:
    """The index of all documents.

    Args:
        tables: As `read_index` gives them.
    """

    def __init__(self, tables: Sequence[pa.Table]) -> None:
        self._among: frozenset[int] | None = None
        self.ids: list[str] = [doc_id for table in tables for doc_id in table["doc_id"].to_pylist()]
        self._part_ends = np.cumsum([table.num_rows for table in tables])
        self._coder = Coder()
        decoded = [_decode(table) for table in tables]
        codes = _joined([codes for codes, _, _ in decoded], np.uint16)
        sizes = _joined([sizes for _, sizes, _ in decoded], np.int64)
        own = _joined([own for _, _, own in decoded], np.int64)
        self._firsts = np.cumsum(own) - own
        # The passages that have each code, one code after the other, and where those of a code begin and end.
        passages = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._passages = passages[np.argsort(codes, kind="stable")]
        counts = np.bincount(codes, minlength=CODES)
        self._bounds = np.concatenate([[0], np.cumsum(counts)])
        self._weights = np.log((len(sizes) + 1) / (counts + 0.5)).clip(0.05)
        self._masked = np.zeros(len(sizes), bool)
        self._masked[self._passages_of(MASK)] = True

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each document."""
        return {doc_id: number for number, doc_id in enumerate(self.ids)}

    def parts_of(self, documents: Iterable[int]) -> set[int]:
        """Return the numbers of the files of `documents` in which documents are."""
        return set(self._part_ends.searchsorted([*documents], side="right").tolist())

    def _passages_of(self, code: int) -> npt.NDArray[np.int32]:
        """Return the passages that have a code, in order."""
        return self._passages[self._bounds[code] : self._bounds[code + 1]]

    def only(self, documents: Collection[int]) -> Search:
        """Return a search that looks at some documents only."""
        found = copy(self)
        found._among = frozenset(documents)
        return found

    def find(
        self,
        queries: Sequence[Sequence[str]],
        most: int,
        among: Sequence[Collection[int] | None] = (),
        near: float = NEAR,
    ) -> list[list[Passage]]:
        """Return the passages of each query, the best first; of masked ones, which have fewer words, as many more.

        Args:
            queries: The words of each, as `read_words` gives them.
            most: Passages of a query.
            among: For each query the documents to look at; None, or nothing, for all.
            near: Share of the weight of the best passage that another one must have.
        """
        limits = among or [None] * len(queries)
        if self._among is not None:
            limits = [self._among if limit is None else self._among.intersection(limit) for limit in limits]
        asked = zip(map(self._pick, queries), limits, strict=True)
        return [self._best(codes, most, limit, near) for codes, limit in asked]

    def _pick(self, words: Iterable[str]) -> list[int]:
        codes = {self._coder[word] for word in words} - {-1}
        return sorted(codes, key=lambda code: (-self._weights[code], code))[:RAREST]

    def _best(
        self, codes: Sequence[int], most: int, limit: Collection[int] | None, near: float
    ) -> list[Passage]:
        weights = self._weights[codes]
        if not len(weights):
            return []
        found = [self._passages_of(code) for code in codes]
        sums = np.bincount(np.concatenate(found), np.repeat(weights, [*map(len, found)]))
        whole = float(sum(weights))
        numbers = np.flatnonzero(sums > LEAST / 3 * whole)  # most have one word, and none of these is chosen
        shares = sums[numbers] / whole
        documents = self._firsts.searchsorted(numbers, side="right") - 1
        if limit is not None:
            kept = np.isin(documents, np.fromiter(limit, np.int64, len(limit)))
            numbers, shares, documents = numbers[kept], shares[kept], documents[kept]
        masked, least = self._masked[numbers], max(LEAST, near * float(shares.max(initial=0)))
        chosen = [*_top(np.where(masked, 0, shares), most, least), *_top(np.where(masked, shares, 0), most, LEAST / 2)]  # fmt: skip
        chosen.sort(key=lambda i: (-shares[i], i))
        return [Passage(int(documents[i]), int(numbers[i] - self._firsts[documents[i]]), float(shares[i])) for i in chosen]  # fmt: skip


def _top(shares: Any, most: int, least: float) -> list[int]:
    if len(shares) > most:
        # Among equals the first, so that results do not depend on the order in which a partition leaves them.
        bound = np.partition(shares, -most)[-most]
        at = np.concatenate([np.flatnonzero(shares > bound), np.flatnonzero(shares == bound)])[:most]
    else:
        at = np.arange(len(shares))
    return [int(i) for i in at if shares[i] >= least and shares[i] > 0]


def _joined(arrays: Sequence[Any], kind: Any) -> Any:
    return np.concatenate([np.empty(0, kind), *arrays])


def _decode(table: pa.Table) -> tuple[Any, Numbers, Numbers]:
    """Return all codes, how many each passage has, and how many passages each document has."""
    sizes, low, high = (np.frombuffer(b"".join(table[name].to_pylist()), np.uint8) for name in LISTS)
    steps = np.cumsum(low.astype(np.int64) + (high.astype(np.int64) << 8))
    counts = sizes.astype(np.int64)
    before = np.concatenate([[0], steps])[np.cumsum(counts) - counts]
    passages = np.array([len(own) for own in table[LISTS[0]].to_pylist()], np.int64)
    return (steps - np.repeat(before, counts)).astype(np.uint16), counts, passages
