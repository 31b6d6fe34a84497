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

from policy_news.nlp.who.contradictions import Attributes
from policy_news.nlp.who.disjoint_sets import DisjointSets

PROVEN, NOT_CONTRADICTED = "neighbours", "same-name"
"""Reasons by which documents are of one person: the stronger one, the weaker one."""


def _key(*parts: str) -> int:
    """Return what stands for a piece of evidence: millions are kept, and a text takes ten times the memory."""
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big")


class Namesakes:
    """Takes in what documents say of bearers of such names, in any order, and groups them."""

    def __init__(self) -> None:
        self._proven = DisjointSets()
        self._probable = DisjointSets()
        self._keys: dict[int, str] = {}
        self._attributes: dict[str, str] = {}
        self._hints: dict[str, tuple[int, ...]] = {}

    def add(self, local_id: str, attributes: str) -> None:
        """Take in a bearer, and the attributes that the document gives."""
        self._proven.add(local_id)
        self._probable.add(local_id)
        self._attributes[local_id] = sys.intern(attributes)

    def add_evidence(self, base: str, local_id: str, gender: str, evidence: str) -> None:
        """Take in evidence that proves who somebody is: all that share it are one."""
        first = self._keys.setdefault(_key("shown", base, gender, evidence), local_id)
        self._proven.join(local_id, first)
        self._probable.join(local_id, first)

    def add_hint(self, base: str, local_id: str, evidence: str) -> None:
        """Take in evidence that makes it probable who somebody is."""
        key = _key("likely", base, evidence)
        self._probable.join(local_id, self._keys.setdefault(key, local_id))
        self._hints[local_id] = tuple(sorted({*self._hints.get(local_id, ()), key}))

    def groups(self) -> Iterator[tuple[list[str], str]]:
        """Yield the local ids of each person of several documents, with the reason."""
        for members in self._probable.groups():
            if len(members) < 2:
                continue
            if self._agree(members):
                firsts = {self._proven.first(member) for member in members}
                yield members, PROVEN if len(firsts) == 1 else NOT_CONTRADICTED
            else:
                yield from self._of_one_work(members)

    def _agree(self, members: Sequence[str]) -> bool:
        every = map(Attributes.read, sorted({self._attributes[member] for member in members}))
        return not any(one.is_other_than(other) for one, other in combinations(every, 2))

    def _of_one_work(self, members: Sequence[str]) -> Iterator[tuple[list[str], str]]:
        """Yield of documents that contradict each other those that share attributes and a hint."""
        sets = DisjointSets()
        keys: dict[tuple[int, str, str, frozenset[str]], str] = {}
        for member in members:
            sets.join(member, self._proven.first(member))
            attributes = Attributes.read(self._attributes[member])
            if not attributes.public_lines:
                continue
            for evidence in self._hints.get(member, ()):
                key = (evidence, attributes.gender, attributes.initial, attributes.public_lines)
                sets.join(member, keys.setdefault(key, member))
        for group in sets.groups():
            if len(group) > 1:
                firsts = {self._proven.first(member) for member in group}
                yield group, PROVEN if len(firsts) == 1 else NOT_CONTRADICTED
