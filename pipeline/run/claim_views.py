"""The claims of all parts as one run and as the next has them, and what differs between the two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.corpus import DocumentRelations, longest_name
from pipeline.nlp.relations.facts import ClaimFacts
from pipeline.run.claim_files import LATE, NAMED, ClaimFile, Index, key_of

Codes = npt.NDArray[np.int64]
_BITS = 32
_MASK = (1 << _BITS) - 1
Ref = tuple[ClaimFile, int]
"""A claim, or a document, by its file and its number there."""


def claim_at(ref: Ref) -> ClaimFacts:
    """The claim that is meant."""
    return ref[0].claim(ref[1])


def day_at(ref: Ref) -> int:
    """The day of a claim, 0 for none."""
    return int(ref[0].claim_days[ref[1]])


class View:
    """The parts of one run, in order.

    Args:
        files: Their claims.
    """

    def __init__(self, files: Sequence[ClaimFile]) -> None:
        self.files = files
        self._places = {file: place for place, file in enumerate(files)}
        self._codes: dict[tuple[str, int], Codes] = {}
        self._lists: dict[tuple[str, int], list[Ref]] = {}
        self._keys: dict[Ref, Index] = {}
        self._names: dict[str, str] = {}

    def order(self, ref: Ref) -> tuple[int, int]:
        """What claims and documents are ordered by."""
        return self._places[ref[0]], ref[1]

    def load(self, name: str, keys: Iterable[int]) -> None:
        """Look up keys of an index, many at once: that costs little more than one."""
        missing = sorted({key for key in keys if (name, key) not in self._codes})
        if not missing:
            return
        found: dict[int, list[Codes]] = {key: [] for key in missing}
        wanted = np.array(missing, np.uint64)
        for file_number, file in enumerate(self.files):
            own, numbers = file.index(name)
            starts, ends = own.searchsorted(wanted), own.searchsorted(wanted, side="right")
            for place in np.flatnonzero(ends > starts).tolist():
                here = numbers[starts[place] : ends[place]].astype(np.int64)
                found[missing[place]].append(here + (file_number << _BITS))
        none = np.empty(0, np.int64)
        self._codes |= {(name, key): np.concatenate([none, *codes]) for key, codes in found.items()}

    def codes(self, name: str, key: int) -> Codes:
        """What a key of an index stands for, as numbers that ascend in its order."""
        if (name, key) not in self._codes:
            self.load(name, [key])
        return self._codes[name, key]

    def listed(self, name: str, key: int) -> list[Ref]:
        """The same as claims or documents."""
        if (name, key) not in self._lists:
            self._lists[name, key] = [self.ref(code) for code in self.codes(name, key).tolist()]
        return self._lists[name, key]

    def code(self, ref: Ref) -> int:
        """The number of a claim or document among those that `codes` gives."""
        return (self._places[ref[0]] << _BITS) + ref[1]

    def ref(self, code: int) -> Ref:
        """The claim or document of a number that `codes` gave."""
        return self.files[code >> _BITS], code & _MASK

    def positions(self, codes: Codes) -> Codes:
        """The places of documents among all of them."""
        found: Codes = self._firsts[codes >> _BITS] + (codes & _MASK)
        return found

    def days(self, codes: Codes) -> Codes:
        """The days of documents, those without one behind all others."""
        days: Codes = self._days[self.positions(codes)]
        return days

    @cached_property
    def _days(self) -> Codes:
        days = np.concatenate([np.empty(0, np.int64), *(file.days for file in self.files)])
        return np.where(days == 0, LATE, days)

    @cached_property
    def _firsts(self) -> Codes:
        return np.cumsum([0, *(file.count for file in self.files)])

    def around(self, doc_id: str) -> tuple[int, int]:
        """The number of the first document that has not a smaller id, and of the first that has a greater one."""
        filled = [place for place, file in enumerate(self.files) if file.count]
        at = bisect_left(filled, doc_id, key=lambda place: self.files[place].ids[-1])
        if at == len(filled):
            end = len(self.files) << _BITS
            return end, end
        ids = self.files[filled[at]].ids
        number = bisect_left(ids, doc_id)
        code = (filled[at] << _BITS) + number
        return code, code + (ids[number] == doc_id)

    def keys(self, ref: Ref) -> Index:
        """The keys that a claim is found by."""
        if ref not in self._keys:
            self._keys[ref] = ref[0].keys_of(ref[1])
        return self._keys[ref]

    def load_names(self, entities: Iterable[str]) -> None:
        """Look up who names some entities, many at once."""
        self.load(NAMED, map(key_of, entities))

    def name(self, entity: str) -> str:
        """The fullest name of an entity; empty where nothing names it."""
        if entity not in self._names:
            found = (file.name(number) for file, number in self.listed(NAMED, key_of(entity)))
            self._names[entity] = longest_name(name for own, name in found if own == entity)
        return self._names[entity]


class Difference:
    """What differs between two views.

    Args:
        before: The parts of the run before.
        after: Those of now; parts that stay have the same file in both.

    Attributes:
        gone: Documents that are no more, or not as they were.
        new: Documents that are new, or not as they were.
    """

    def __init__(self, before: View, after: View) -> None:
        self.before, self.after = before, after
        self._old = _documents(before.files, set(after.files))
        self._new = _documents(after.files, set(before.files))
        self.gone = [ref for doc_id, ref in self._old.items() if not self._stays(doc_id)]
        self.new = [ref for doc_id, ref in self._new.items() if not self._stays(doc_id)]

    def _stays(self, doc_id: str) -> bool:
        if doc_id not in self._old or doc_id not in self._new:
            return False
        (one, first), (other, second) = self._old[doc_id], self._new[doc_id]
        return int(one.marks[first]) == int(other.marks[second])

    def sides(self) -> Iterator[tuple[View, Sequence[Ref]]]:
        """Each view with the claims in it that the other has not."""
        yield self.before, self.gone_claims
        yield self.after, self.new_claims

    @cached_property
    def gone_claims(self) -> list[Ref]:
        """The claims of the documents that are gone."""
        return [claim for document in self.gone for claim in claims_of(document)]

    @cached_property
    def new_claims(self) -> list[Ref]:
        """The claims of the documents that are new."""
        return [claim for document in self.new for claim in claims_of(document)]

    def moved(self, claim: Ref) -> Ref | None:
        """Where a claim of either view stands now; None for one that is gone."""
        file, number = claim
        if file in self._kept:
            return claim
        place = file.document_of(number)
        doc_id = file.ids[place]
        if self._old.get(doc_id) != (file, place):
            return claim
        if not self._stays(doc_id):
            return None
        other, second = self._new[doc_id]
        return other, int(other.first_claims[second]) + number - int(file.first_claims[place])

    @cached_property
    def _kept(self) -> Collection[ClaimFile]:
        return set(self.before.files) & set(self.after.files)


def _documents(files: Iterable[ClaimFile], known: Collection[ClaimFile]) -> Mapping[str, Ref]:
    return {
        doc_id: (file, number)
        for file in files
        if file not in known
        for number, doc_id in enumerate(file.ids)
    }


def claims_of(document: Ref) -> list[Ref]:
    """The claims of a document."""
    file, number = document
    return [(file, claim) for claim in file.claims_of(number)]


def relations_of(document: Ref) -> DocumentRelations:
    """All that is told of a document."""
    return document[0].document(document[1])
