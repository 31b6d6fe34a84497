"""A regular expression as an automaton with a state for each of its character classes (Glushkov's construction)."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from re import _compiler as compiler  # type: ignore[attr-defined]
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, cast

MAX_COUNT = 200
"""A repeat that is counted up to more is as good as endless."""
MAX_UNROLLED = 12
"""A class that is counted up to more is no row of states but a loop."""
MAX_STATES = 2_500
MAX_EDGES = 20_000
_OF_EACH_KIND = "1a_.\n \u0663\u0966\uff10\u00e9\u0436\u4e2d\u2028\u00a0\u3000\u00b7\u2603\u017f\u212a"
"""Characters that categories and the dot tell apart, in ASCII and beyond it, and those that are a third case of a letter of ASCII."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_LEAVES = (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.GROUPREF)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a pattern: the states it may begin and end with, each with the number of ways, and the ways to be empty."""

    first: Counter[int] = field(default_factory=Counter)
    last: Counter[int] = field(default_factory=Counter)
    empty: int = 1


@dataclass
class Automaton:
    """The states of a pattern and how they follow each other.

    Attributes:
        samples: The characters that are told apart.
        leaves: Element and flags of each state.
        edges: In how many ways a state follows another.
        endless: The edges that close an endless repeat.
        begin: The states that a match may begin with.
        hollow: A repeat asks several times for what may be empty: each time may be one of those or not.
    """

    samples: str
    leaves: list[tuple[Any, Any, int]] = field(default_factory=list)
    edges: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    endless: set[tuple[int, int]] = field(default_factory=set)
    begin: tuple[int, ...] = ()
    hollow: bool = False
    _chars: dict[int, frozenset[str]] = field(default_factory=dict)

    def chars(self, state: int) -> frozenset[str]:
        """Return the samples that a state matches."""
        if state not in self._chars:
            pattern = _compiled(*self.leaves[state])
            self._chars[state] = frozenset(c for c in self.samples if pattern is None or pattern.match(c))
        return self._chars[state]

    def steps(self, states: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield where several walks get by reading the same character."""
        for after in product(*(self.edges[state] for state in states)):
            if frozenset.intersection(*map(self.chars, after)):
                yield after


class _Builder:
    def __init__(self, samples: str) -> None:
        self.automaton = Automaton(samples)
        self.apart: list[tuple[Any, int]] = []
        self._connected = 0

    def sequence(self, items: Iterable[tuple[Any, Any]], flags: int) -> Fragment:
        whole = Fragment()
        for code, value in items:
            whole = self._join(whole, self._item(code, value, flags))
        return whole

    def _item(self, code: Any, value: Any, flags: int) -> Fragment:
        if code in _LEAVES:
            return self._state(code, value, flags)
        if code is codes.SUBPATTERN:
            _, added, removed, inner = value
            return self.sequence(inner, (flags | added) & ~removed)
        if code is codes.ATOMIC_GROUP:
            return self.sequence(value, flags)
        if code in _REPEATS:
            least, most, inner = value
            return self._repeat(least, most, inner, flags)
        if code is codes.BRANCH:
            return _either([self.sequence(branch, flags) for branch in value[1]])
        if code is codes.GROUPREF_EXISTS:
            return _either([self.sequence(branch or (), flags) for branch in value[1:]])
        if code in (codes.ASSERT, codes.ASSERT_NOT):
            self.apart.append((value[1], flags))
        return Fragment()

    def _state(self, code: Any, value: Any, flags: int) -> Fragment:
        number = len(self.automaton.leaves)
        if number >= MAX_STATES:
            raise OverflowError
        self.automaton.leaves.append((code, value, flags))
        return Fragment(Counter([number]), Counter([number]), 0)

    def _repeat(self, least: int, most: int, inner: Any, flags: int) -> Fragment:
        leaf = len(inner) == 1 and inner[0][0] in _LEAVES
        if most <= 1 or (leaf and most <= MAX_UNROLLED):
            return self._unrolled(least, most, inner, flags)
        body = self.sequence(inner, flags)
        if body.empty and body.first and least > 1:
            self.automaton.hollow = True
        self._connect(body.last, body.first)
        if most > MAX_COUNT:
            self.automaton.endless.update(product(body.last, body.first))
        # The engine tries one more time that matches nothing after any other, and stops only then.
        last = _times(body.last, 1 + body.empty)
        if not least:
            return Fragment(body.first, last, body.empty + 1)
        return Fragment(_times(body.first, 1 + body.empty), last, body.empty * (1 + body.empty))

    def _unrolled(self, least: int, most: int, inner: Any, flags: int) -> Fragment:
        """`x{1,3}` as `x(x(x)?)?`, which matches in one way only."""
        rest = Fragment()
        for number in range(most, 0, -1):
            rest = self._join(self.sequence(inner, flags), rest)
            rest = Fragment(rest.first, rest.last, rest.empty + (number > least))
        return rest

    def _join(self, left: Fragment, right: Fragment) -> Fragment:
        self._connect(left.last, right.first)
        first = left.first + _times(right.first, left.empty)
        return Fragment(first, right.last + _times(left.last, right.empty), left.empty * right.empty)

    def _connect(self, left: Counter[int], right: Counter[int]) -> None:
        self._connected += len(left) * len(right)
        if self._connected > MAX_EDGES:
            raise OverflowError
        for before, after in product(left, right):
            self.automaton.edges[before][after] += left[before] * right[after]


def _times(states: Counter[int], ways: int) -> Counter[int]:
    return Counter({state: number * ways for state, number in states.items() if ways})


def _either(parts: Iterable[Fragment]) -> Fragment:
    first, last, empty = Counter[int](), Counter[int](), 0
    for part in parts:
        first, last, empty = first + part.first, last + part.last, empty + part.empty
    return Fragment(first, last, empty)


def _compiled(code: Any, value: Any, flags: int) -> re.Pattern[str] | None:
    """Return one element as a pattern of its own, so that the engine itself says what it matches; None for a back reference."""
    if code is codes.GROUPREF:
        return None
    state = parser.State()
    state.flags = flags
    return cast("re.Pattern[str]", compiler.compile(parser.SubPattern(state, [(code, value)]), flags))


def _samples(tree: Any) -> str:
    """Return characters that tell the elements of a pattern apart: those that it names, their neighbours, their cases, and some of each kind.

    If two elements share a character they share one of these, since where two ranges meet an end of one of them is in the other.
    """
    ends = {end + step for bounds in _ranges([tree]) for end in bounds for step in (-1, 0, 1)}
    named = {chr(code) for code in ends if 0 <= code <= sys.maxunicode}
    return "".join(sorted({*_OF_EACH_KIND, *named, *map(str.lower, named), *map(str.upper, named)}))


def _ranges(tree: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """Yield the characters and ranges that a pattern names."""
    for item in tree:
        if not isinstance(item, tuple | list | parser.SubPattern):
            continue
        if len(item) == 2 and item[0] in (codes.LITERAL, codes.NOT_LITERAL):
            yield item[1], item[1]
        elif len(item) == 2 and item[0] is codes.RANGE:
            yield item[1]
        else:
            yield from _ranges(item)


def automata(pattern: str, flags: int = 0) -> list[Automaton]:
    """Return the automaton of a pattern, and those of its look-arounds.

    Raises:
        re.error: It is no regular expression.
        OverflowError: It has too many states.
    """
    tree = parser.parse(pattern, flags)
    samples = _samples(tree)
    found, todo = [], [(tree, tree.state.flags)]
    while todo:
        builder = _Builder(samples)
        builder.automaton.begin = tuple(builder.sequence(*todo.pop()).first)
        found.append(builder.automaton)
        todo += builder.apart
    return found


def find_loops(automaton: Automaton) -> list[frozenset[int]]:
    """Return the sets of states that can follow each other without end."""
    reached = {state: _reach(automaton, state) for state in list(automaton.edges)}
    circular = [state for state, after in reached.items() if state in after]
    return list(
        dict.fromkeys(
            frozenset(other for other in circular if other in reached[s] and s in reached[other])
            for s in circular
        )
    )


def _reach(automaton: Automaton, state: int) -> set[int]:
    seen: set[int] = set()
    todo = [state]
    while todo:
        new = [after for after in automaton.edges[todo.pop()] if after not in seen]
        seen.update(new)
        todo += new
    return seen
