"""The groups of near-identical documents that a change bears on: the same as if all documents were gone through.

Documents are gone through by day, as `Copies` does: those that changed, and, where one begins or ceases to lead a group, those behind it
that are copies of it, or that see other leaders for its sake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.copies import LEAST, MOST_LEADERS, is_copy, least_shared
from pipeline.run.claim_views import Codes, Difference, Ref, View
from pipeline.tables.schema import DocumentGroupRow

Flags = npt.NDArray[np.bool_]
Key = tuple[str, ...]
Rows = dict[Key, DocumentGroupRow | None]
Place = tuple[int, str]
"""What documents are gone through by: day and id."""


class ChangedCopies:
    """Works them out.

    Args:
        difference: What changed.
        groups: The first document of its group for each document that has copies, as the run before told.
    """

    def __init__(self, difference: Difference, groups: Mapping[str, str]) -> None:
        self._before, self._after = difference.before, difference.after
        self._groups = groups
        self._gone = {_id(ref): ref for ref in difference.gone if _is_long(ref)}
        self._new = {_id(ref): ref for ref in difference.new if _is_long(ref)}
        self._now: dict[str, str | None] = dict.fromkeys(self._gone)
        self._ordered: dict[tuple[View, int], Codes] = {}

    def find(self) -> Rows:
        """The rows that may be others than before."""
        todo: list[tuple[Place, bool, str]] = []
        refs = dict(self._new)
        for is_there, documents in ((False, self._gone), (True, self._new)):
            for doc_id, ref in documents.items():
                heappush(todo, (_place(ref), is_there, doc_id))
        done: set[tuple[Place, bool, str]] = set()
        while todo:
            event = heappop(todo)
            if event in done:
                continue
            done.add(event)
            followers = self._answer(refs[event[2]]) if event[1] else self._leave(self._gone[event[2]])
            for ref in followers:
                refs[_id(ref)] = ref
                heappush(todo, (_place(ref), True, _id(ref)))
        return self._rows()

    def _leader(self, doc_id: str) -> str | None:
        """The first document of the group of one, as far as it is known by now."""
        return self._now[doc_id] if doc_id in self._now else self._groups.get(doc_id, doc_id)

    def _leave(self, ref: Ref) -> Iterator[Ref]:
        """Those that a document which is gone may have led."""
        yield from self._alike(ref)
        if self._groups.get(_id(ref), _id(ref)) == _id(ref):
            yield from self._led(ref)

    def _answer(self, ref: Ref) -> Iterator[Ref]:
        """Find the leader of a document; returns those behind it that may have another one for its sake."""
        doc_id = _id(ref)
        was = None if doc_id in self._new else self._leader(doc_id)
        now = self._found(ref)
        self._now[doc_id] = now
        if now == was:
            return
        yield from self._alike(ref)
        if doc_id in (was, now):
            yield from self._led(ref)

    def _found(self, ref: Ref) -> str:
        """The leader of a document among those before it."""
        same = [(_place(one), _id(one)) for one in self._prints(ref) if _place(one) < _place(ref)]
        leader = self._leader(min(same)[1]) if same else None
        if leader is not None:
            return leader
        hashes = _hashes(ref)
        self._after.load("shingles", hashes)
        shared: Counter[str] = Counter()
        sizes: dict[str, int] = {}
        for value in hashes:
            for one in islice(self._leaders(self._after, value, ref), MOST_LEADERS):
                shared[_id(one)] += 1
                sizes[_id(one)] = len(_hashes(one))
        for other, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if is_copy(count, len(hashes), sizes[other]):
                return other
        return _id(ref)

    def _leaders(self, view: View, value: int, end: Ref | None = None) -> Iterator[Ref]:
        """The leaders with a hash, in order, those before a document."""
        codes = self._in_order(view, value)
        if end is not None:
            codes = codes[self._is_before(view, codes, end)]
        for ref in map(view.ref, map(int, codes)):
            leader = self._leader(_id(ref)) if view is self._after else self._groups.get(_id(ref), _id(ref))
            if leader == _id(ref):
                yield ref

    def _in_order(self, view: View, value: int) -> Codes:
        """The documents with a hash; they are listed by id, so that their days alone tell their order."""
        if (view, value) not in self._ordered:
            codes = view.codes("shingles", value)
            self._ordered[view, value] = codes[np.argsort(view.days(codes), kind="stable")]
        return self._ordered[view, value]

    def _is_before(self, view: View, codes: Codes, ref: Ref) -> Flags:
        """Which of some documents come before one."""
        days = view.days(codes)
        found: Flags = (days < _day(ref)) | ((days == _day(ref)) & (codes < view.around(_id(ref))[0]))
        return found

    def _is_behind(self, view: View, codes: Codes, ref: Ref) -> Flags:
        """Which of some documents come behind one."""
        days = view.days(codes)
        found: Flags = (days > _day(ref)) | ((days == _day(ref)) & (codes >= view.around(_id(ref))[1]))
        return found

    def _alike(self, ref: Ref) -> Iterator[Ref]:
        """The documents behind one that have the same hashes."""
        return (one for one in self._prints(ref) if _place(one) > _place(ref))

    def _prints(self, ref: Ref) -> list[Ref]:
        file, number = ref
        own = file.hashes_of(number).tobytes()
        found = self._after.listed("prints", crc32(own))
        return [one for one in found if one[0].hashes_of(one[1]).tobytes() == own]

    def _led(self, ref: Ref) -> Iterator[Ref]:
        """The documents behind one that begins or ceases to lead which may see that."""
        hashes, after = _hashes(ref), self._after
        shared: list[Codes] = [np.empty(0, np.int64)]
        crowded: list[Codes] = [np.empty(0, np.int64)]
        for view in (self._before, after):
            view.load("shingles", hashes)
        for value in hashes:
            if all(self._is_full(view, value, ref) for view in (self._before, after)):
                continue  # the hash leads to others, with it or without
            codes = self._in_order(after, value)
            behind = codes[self._is_behind(after, codes, ref)]
            shared.append(behind)
            if any(self._is_full(view, value) for view in (self._before, after)):
                crowded.append(behind)  # one leader more hides another one from them
        found, counts = np.unique(np.concatenate(shared), return_counts=True)
        enough = counts >= least_shared(len(hashes))  # few of many: the others need not be looked at
        copies = {
            code
            for code, count in zip(found[enough].tolist(), counts[enough].tolist(), strict=True)
            if is_copy(count, len(hashes), len(_hashes(after.ref(code))))
        }
        yield from (after.ref(code) for code in copies.union(np.concatenate(crowded).tolist()))

    def _is_full(self, view: View, value: int, end: Ref | None = None) -> bool:
        """Whether a hash leads to as many leaders as it may, among the documents before one."""
        found = islice(self._leaders(view, value, end), MOST_LEADERS)
        return sum(1 for _ in found) == MOST_LEADERS

    def _rows(self) -> Rows:
        members: defaultdict[str, set[str]] = defaultdict(set)
        for doc_id, group in self._groups.items():
            members[group].add(doc_id)
        was = {self._groups.get(doc_id, doc_id) for doc_id in self._now}
        touched = was | self._now.keys() | {now for now in self._now.values() if now is not None}
        rows: Rows = {(group, doc_id): None for group in touched for doc_id in members.get(group, ())}
        for group in touched:
            own = self._members(group, members.get(group, ()))
            rows |= {(group, doc_id): DocumentGroupRow(group, doc_id) for doc_id in own}
        return rows

    def _members(self, group: str, before: Collection[str]) -> set[str]:
        """The documents of a group, as it is now; none of one that is alone."""
        own = {doc_id for doc_id in before if self._leader(doc_id) == group}
        own.update(doc_id for doc_id, now in self._now.items() if now == group)
        if self._leader(group) == group:
            own.add(group)
        return own if len(own) > 1 else set()


def _id(ref: Ref) -> str:
    return ref[0].ids[ref[1]]


def _day(ref: Ref) -> int:
    return ref[0].places[ref[1]]


def _place(ref: Ref) -> Place:
    return _day(ref), _id(ref)


def _hashes(ref: Ref) -> list[int]:
    found: list[int] = ref[0].hashes_of(ref[1]).tolist()
    return found


def _is_long(ref: Ref) -> bool:
    return len(ref[0].hashes_of(ref[1])) >= LEAST
