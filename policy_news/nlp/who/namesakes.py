"""Documents that have a full name of many bearers: which of them are of one person.

Two strengths of evidence. A shared neighbour, or the same title in the same country, shows that two documents are of one person. Names
that only some bear (`Elizabeth Warren`, not `John Smith`) are one too where the same days and the same country, or the same
listed person or company, stand beside them; but that is only a likelihood, so nothing in all that it joins may contradict.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import combinations

from policy_news.nlp.who.contradictions import Cell
from policy_news.nlp.who.disjoint_sets import DisjointSets

SHOWN, NOT_CONTRADICTED = "neighbours", "same-name"
"""Reasons by which documents are of one person: the stronger one, the weaker one."""


def _key(*parts: str) -> int:
    """Return what stands for a piece of evidence: millions are kept, and a text takes ten times the memory."""
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big")


class Namesakes:
    """Takes in what documents say of bearers of such names, in any order, and groups them."""

    def __init__(self) -> None:
        self._shown = DisjointSets()
        self._likely = DisjointSets()
        self._keys: dict[int, str] = {}
        self._cells: dict[str, str] = {}
        self._suggested: dict[str, tuple[int, ...]] = {}

    def add(self, local_id: str, cell: str) -> None:
        """Take in a bearer, and what the document says of him."""
        self._shown.add(local_id)
        self._likely.add(local_id)
        self._cells[local_id] = sys.intern(cell)

    def show(self, base: str, local_id: str, gender: str, mark: str) -> None:
        """Take in evidence that shows who somebody is: all that share it are one."""
        first = self._keys.setdefault(_key("shown", base, gender, mark), local_id)
        self._shown.join(local_id, first)
        self._likely.join(local_id, first)

    def suggest(self, base: str, local_id: str, mark: str) -> None:
        """Take in evidence that suggests who somebody is."""
        key = _key("likely", base, mark)
        self._likely.join(local_id, self._keys.setdefault(key, local_id))
        self._suggested[local_id] = tuple(sorted({*self._suggested.get(local_id, ()), key}))

    def groups(self) -> Iterator[tuple[list[str], str]]:
        """Yield the local ids of each person of several documents, with the reason."""
        for members in self._likely.groups():
            if len(members) < 2:
                continue
            if self._agree(members):
                firsts = {self._shown.first(member) for member in members}
                yield members, SHOWN if len(firsts) == 1 else NOT_CONTRADICTED
            else:
                yield from self._of_one_work(members)

    def _agree(self, members: Sequence[str]) -> bool:
        cells = [Cell.read(cell) for cell in sorted({self._cells[member] for member in members})]
        return not any(one.is_other_than(other) for one, other in combinations(cells, 2))

    def _of_one_work(self, members: Sequence[str]) -> Iterator[tuple[list[str], str]]:
        """Yield where documents contradict each other: those together that say the same of their bearer, and that something suggests."""
        sets = DisjointSets()
        keys: dict[tuple[int, str, str, frozenset[str]], str] = {}
        for member in members:
            sets.join(member, self._shown.first(member))
            cell = Cell.read(self._cells[member])
            if not cell.public_lines:
                continue
            for mark in self._suggested.get(member, ()):
                key = (mark, cell.gender, cell.initial, cell.public_lines)
                sets.join(member, keys.setdefault(key, member))
        for group in sets.groups():
            if len(group) > 1:
                firsts = {self._shown.first(member) for member in group}
                yield group, SHOWN if len(firsts) == 1 else NOT_CONTRADICTED
