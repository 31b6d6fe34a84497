"""The groups of near-identical documents that a change bears on: the same as if all documents were gone through.

Documents are gone through by day, as `Copies` does: those that changed, and, where one begins or ceases to lead a group, those behind it
that are copies of it, or that see other leaders for its sake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.nlp.relations.copies import LARGER, LEAST, MOST_LEADERS, is_copy, least_shared
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
        self._now: dict[str, str | None] = dict.fromkeys([*self._gone, *self._new])
        self._joined: defaultdict[str, set[str]] = defaultdict(set)
        self._ordered: dict[tuple[View, int], Codes] = {}

    @cached_property
    def _leads(self) -> Flags:
        """Of each document of now whether it leads a group, as far as it is known by now."""
        return np.array(
            [self._leader(doc_id) == doc_id for file in self._after.files for doc_id in file.ids], bool
        )

    @cached_property
    def _led_before(self) -> Flags:
        """Of each document of the run before whether it led a group."""
        ids = (doc_id for file in self._before.files for doc_id in file.ids)
        return np.array([self._groups.get(doc_id, doc_id) == doc_id for doc_id in ids], bool)

    @cached_property
    def _members(self) -> Mapping[str, set[str]]:
        """The documents that were in each group, by the first of it."""
        members: defaultdict[str, set[str]] = defaultdict(set)
        for doc_id, group in self._groups.items():
            members[group].add(doc_id)
        return members

    def find(self) -> Rows:
        """The rows that may be others than before."""
        # First all that is gone is taken away from those who led without it; then what is new or led by another one
        # is gone through in order, so that all before it is settled.
        for view, own in ((self._before, self._gone), (self._after, self._gone), (self._after, self._new)):
            view.load("shingles", (value for ref in own.values() for value in _hashes(ref)))
        self._after.load("prints", map(_print, [*self._gone.values(), *self._new.values()]))
        refs = {_id(ref): ref for ref in [*self._new.values(), *self._left()]}
        todo = [(_place(ref), doc_id) for doc_id, ref in refs.items()]
        heapify(todo)
        while todo:
            _, doc_id = heappop(todo)
            for ref in self._answer(refs[doc_id]):
                if _id(ref) not in refs:
                    refs[_id(ref)] = ref
                    heappush(todo, (_place(ref), _id(ref)))
        return self._rows()

    def _leader(self, doc_id: str) -> str | None:
        """The first document of the group of one, as far as it is known by now."""
        return self._now[doc_id] if doc_id in self._now else self._groups.get(doc_id, doc_id)

    def _left(self) -> Iterator[Ref]:
        """Those that a document which is gone may have led, or kept from being led by another one."""
        entrants: set[str] = set()
        for doc_id, ref in self._gone.items():
            yield from self._alike(ref)
            if self._groups.get(doc_id, doc_id) != doc_id:
                continue
            hashes = _hashes(ref)
            yield from self._sharing(hashes, ref, hashes)
            self._before.load("shingles", hashes)
            for value in hashes:
                entrants |= self._entering(value)
        for ref in (self._ref(doc_id) for doc_id in sorted(entrants)):
            yield from self._sharing(_hashes(ref), ref, _hashes(ref))

    def _entering(self, value: int) -> set[str]:
        """The documents to which a hash leads without those that are gone, and did not with them."""
        codes = self._in_order(self._before, value)
        leading = codes[self._led_before[self._before.positions(codes)]].tolist()
        ids = [_id(self._before.ref(code)) for code in leading[: MOST_LEADERS + len(self._gone)]]
        kept = [doc_id for doc_id in ids if doc_id not in self._gone][:MOST_LEADERS]
        return set(kept) - set(ids[:MOST_LEADERS])

    def _answer(self, ref: Ref) -> Iterator[Ref]:
        """Find the leader of a document; returns those behind it that may have another one for its sake."""
        doc_id = _id(ref)
        was, now = self._leader(doc_id), self._found(ref)
        self._now[doc_id] = now
        self._joined[now].add(doc_id)
        self._leads[self._position(doc_id)] = now == doc_id
        if now == was:
            return
        yield from self._alike(ref)
        if doc_id == now:
            yield from self._begun(ref)
        elif doc_id == was:
            yield from self._ceased(ref)

    def _found(self, ref: Ref) -> str:
        """The leader of a document among those before it."""
        same = [(_place(one), _id(one)) for one in self._prints(ref) if _place(one) < _place(ref)]
        leader = self._leader(min(same)[1]) if same else None
        if leader is not None:
            return leader
        hashes = _hashes(ref)
        self._after.load("shingles", hashes)
        near = [np.empty(0, np.int64)]
        for value in hashes:
            leading = self._leading(value)[:MOST_LEADERS]
            near.append(leading[self._is_before(leading, ref)])
        found, counts = _counted(near, LARGER * len(hashes))
        # Of as many shared hashes the smaller id, and the numbers of documents ascend like these.
        for place in np.lexsort((found, -counts)).tolist():
            other = self._after.ref(int(found[place]))
            if is_copy(int(counts[place]), len(hashes), len(_hashes(other))):
                return _id(other)
        return _id(ref)

    def _leading(self, value: int) -> Codes:
        """The leaders with a hash, in order."""
        codes = self._in_order(self._after, value)
        return codes[self._leads[self._after.positions(codes)]]

    def _in_order(self, view: View, value: int) -> Codes:
        """The documents with a hash; they are listed by id, so that their days alone tell their order."""
        if (view, value) not in self._ordered:
            codes = view.codes("shingles", value)
            self._ordered[view, value] = codes[np.argsort(view.days(codes), kind="stable")]
        return self._ordered[view, value]

    def _is_before(self, codes: Codes, ref: Ref) -> Flags:
        """Which of some documents of now come before one."""
        days = self._after.days(codes)
        found: Flags = (days < _day(ref)) | ((days == _day(ref)) & (codes < self._after.around(_id(ref))[0]))
        return found

    def _is_behind(self, codes: Codes, ref: Ref) -> Flags:
        """Which of some documents of now come behind one."""
        days = self._after.days(codes)
        found: Flags = (days > _day(ref)) | ((days == _day(ref)) & (codes >= self._after.around(_id(ref))[1]))
        return found

    def _ref(self, doc_id: str) -> Ref:
        """A document of now."""
        return self._after.ref(self._after.around(doc_id)[0])

    def _position(self, doc_id: str) -> int:
        code = np.array([self._after.around(doc_id)[0]])
        return int(self._after.positions(code)[0])

    def _alike(self, ref: Ref) -> Iterator[Ref]:
        """The documents behind one that have the same hashes."""
        return (one for one in self._prints(ref) if _place(one) > _place(ref))

    def _prints(self, ref: Ref) -> list[Ref]:
        own = _bytes(ref)
        return [one for one in self._after.listed("prints", _print(ref)) if _bytes(one) == own]

    def _begun(self, ref: Ref) -> Iterator[Ref]:
        """The documents behind one that begins to lead which may see that: its copies, and those that it hides their leader from."""
        hashes, seen, hidden = _hashes(ref), list[int](), set[int]()
        for value in hashes:
            leading = self._leading(value)
            if np.count_nonzero(self._is_before(leading[:MOST_LEADERS], ref)) == MOST_LEADERS:
                continue  # the hash leads to others before it
            seen.append(value)
            hidden.update(leading[MOST_LEADERS : MOST_LEADERS + 1].tolist())
        yield from self._sharing(hashes, ref, seen)
        for leader in (_id(self._after.ref(code)) for code in hidden):
            own = {*self._members.get(leader, ()), *self._joined[leader]}
            led = (doc_id for doc_id in sorted(own) if self._leader(doc_id) == leader != doc_id)
            yield from map(self._ref, led)

    def _ceased(self, ref: Ref) -> Iterator[Ref]:
        """The documents behind one that leads no more: its copies, and those of the ones that a hash leads to in its place."""
        hashes, seen, shown = _hashes(ref), list[int](), set[int]()
        for value in hashes:
            leading = self._leading(value)
            if np.count_nonzero(self._is_before(leading[:MOST_LEADERS], ref)) == MOST_LEADERS:
                continue
            seen.append(value)
            shown.update(leading[MOST_LEADERS - 1 : MOST_LEADERS].tolist())
        yield from self._sharing(hashes, ref, seen)
        for other in map(self._after.ref, shown):
            yield from self._sharing(_hashes(other), other, _hashes(other))

    def _sharing(self, hashes: Sequence[int], ref: Ref, values: Sequence[int]) -> Iterator[Ref]:
        """The documents behind one that share so many hashes with it, of some, that they may be copies of it."""
        after = self._after
        after.load("shingles", values)
        behind = [np.empty(0, np.int64)]
        for value in values:
            codes = self._in_order(after, value)
            behind.append(codes[self._is_behind(codes, ref)])
        found, counts = _counted(behind, least_shared(len(hashes)))
        for code, count in zip(found.tolist(), counts.tolist(), strict=True):
            other = after.ref(code)
            if is_copy(count, len(hashes), len(_hashes(other))):
                yield other

    def _rows(self) -> Rows:
        was = {self._groups.get(doc_id, doc_id) for doc_id in self._now}
        touched = was | self._now.keys() | {now for now in self._now.values() if now is not None}
        rows: Rows = {(group, doc_id): None for group in touched for doc_id in self._members.get(group, ())}
        for group in touched:
            own = self._now_in(group, self._members.get(group, ()))
            rows |= {(group, doc_id): DocumentGroupRow(group, doc_id) for doc_id in own}
        return rows

    def _now_in(self, group: str, before: Collection[str]) -> set[str]:
        """The documents of a group, as it is now; none of one that is alone."""
        own = {doc_id for doc_id in before if self._leader(doc_id) == group}
        own.update(doc_id for doc_id, now in self._now.items() if now == group)
        if self._leader(group) == group:
            own.add(group)
        return own if len(own) > 1 else set()


def _counted(codes: Sequence[Codes], least: float) -> tuple[Codes, Codes]:
    """Those that occur at least so often, ascending, and how often."""
    found, counts = np.unique(np.concatenate(codes), return_counts=True)
    enough = counts >= least
    return found[enough], counts[enough]


def _id(ref: Ref) -> str:
    return ref[0].ids[ref[1]]


def _day(ref: Ref) -> int:
    return ref[0].places[ref[1]]


def _place(ref: Ref) -> Place:
    return _day(ref), _id(ref)


def _hashes(ref: Ref) -> list[int]:
    found: list[int] = ref[0].hashes_of(ref[1]).tolist()
    return found


def _bytes(ref: Ref) -> bytes:
    file, number = ref
    return file.hashes_of(number).tobytes()


def _print(ref: Ref) -> int:
    """The key of the documents that have the same hashes."""
    return crc32(_bytes(ref))


def _is_long(ref: Ref) -> bool:
    return len(ref[0].hashes_of(ref[1])) >= LEAST
