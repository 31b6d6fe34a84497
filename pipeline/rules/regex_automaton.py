"""A regular expression as an automaton with one state for each of its character classes (Glushkov's construction, 1961)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_COUNT = 200
"""A repeat with a larger upper bound counts as endless."""
MAX_UNROLLED = 12
"""A class with a larger upper bound becomes a loop instead of a row of states."""
MAX_STATES = 2_500
MAX_EDGES = 20_000
_SAMPLES = "azAZé٣09_ \t\n-!.中"
"""One character of each kind that a class may distinguish, besides those that the pattern names."""
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    codes.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_LEAVES = (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.GROUPREF)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a pattern.

    Attributes:
        first: States it may begin with, each with the number of ways.
        last: States it may end with, each with the number of ways.
        empty: Number of ways to match the empty text.
    """

    first: Counter[int] = field(default_factory=Counter)
    last: Counter[int] = field(default_factory=Counter)
    empty: int = 1


@dataclass
class Automaton:
    """The states of a pattern and how they follow each other.

    Attributes:
        samples: The characters that are distinguished.
        leaves: Element and flags of each state.
        edges: Number of ways in which a state follows another; more than one makes the pattern ambiguous.
        endless: The edges that close an endless repeat.
        begin: The states that a match may begin with.
    """

    samples: str
    leaves: list[tuple[Any, Any, int]] = field(default_factory=list)
    edges: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    endless: set[tuple[int, int]] = field(default_factory=set)
    begin: tuple[int, ...] = ()
    _chars: dict[int, frozenset[str]] = field(default_factory=dict)

    def chars(self, state: int) -> frozenset[str]:
        """Return the samples that a state matches."""
        if state not in self._chars:
            code, value, flags = self.leaves[state]
            self._chars[state] = frozenset(c for c in self.samples if _matches(code, value, c, flags))
        return self._chars[state]

    def steps(self, states: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield where several walks can get by reading the same character."""
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
        # A look-around reads text a second time, so it is an automaton of its own, and empty in this one.
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
        self._connect(body.last, body.first)
        if most > MAX_COUNT:
            self.automaton.endless.update(product(body.last, body.first))
        return Fragment(body.first, body.last, body.empty + (not least))

    def _unrolled(self, least: int, most: int, inner: Any, flags: int) -> Fragment:
        """Build `x{1,3}` as `x(x(x)?)?`, which matches in one way only (`xx?x?` would not)."""
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


def _matches(code: Any, value: Any, character: str, flags: int) -> bool:
    """Whether one element matches a character. A back reference may match any."""
    if code is codes.GROUPREF:
        return True
    if code is codes.ANY:
        return character != "\n" or bool(flags & re.DOTALL)
    forms = {character}
    if flags & re.IGNORECASE:
        forms |= {character.lower(), character.upper()}
    if code is codes.LITERAL:
        return bool(chr(value) in forms)
    if code is codes.NOT_LITERAL:
        return bool(chr(value) not in forms)
    negated = bool(value) and value[0][0] is codes.NEGATE
    # `ß` has two letters in upper case, and a class matches one.
    single = [form for form in forms if len(form) == 1]
    return negated != any(_in_class(kind, item, form) for (kind, item), form in product(value, single))


def _in_class(kind: Any, item: Any, character: str) -> bool:
    if kind is codes.LITERAL:
        return bool(ord(character) == item)
    if kind is codes.RANGE:
        return bool(item[0] <= ord(character) <= item[1])
    return kind is codes.CATEGORY and _CATEGORIES[item](character)


def _named(tree: Iterable[Any]) -> Iterator[str]:
    """Yield the characters that a pattern names, and those at the edges of its ranges."""
    for item in tree:
        if not isinstance(item, tuple | list | parser.SubPattern):
            continue
        if len(item) == 2 and item[0] in (codes.LITERAL, codes.NOT_LITERAL):
            yield chr(item[1])
        elif len(item) == 2 and item[0] is codes.RANGE:
            low, high = item[1]
            edges = (low - 1, low, (low + high) // 2, high, high + 1)
            yield from (chr(code) for code in edges if 0 <= code <= 0x10FFFF)
        else:
            yield from _named(item)


def automata(pattern: str, flags: int = 0) -> list[Automaton]:
    """Build the automaton of a pattern, and those of its look-arounds.

    Raises:
        re.error: It is not a regular expression.
        OverflowError: It has too many states.
    """
    tree = parser.parse(pattern, flags)
    samples = "".join(sorted({*_SAMPLES, *_named([tree])}))
    found, todo = [], [(tree, tree.state.flags)]
    while todo:
        builder = _Builder(samples)
        builder.automaton.begin = tuple(builder.sequence(*todo.pop()).first)
        found.append(builder.automaton)
        todo += builder.apart
    return found


def find_loops(automaton: Automaton) -> list[frozenset[int]]:
    """Return the sets of states that can follow each other endlessly (the strongly connected components)."""
    reached = {state: _reach(automaton, state) for state in list(automaton.edges)}
    circular = [state for state, after in reached.items() if state in after]
    loops: dict[frozenset[int], None] = {}
    for state in circular:
        loop = (other for other in circular if other in reached[state] and state in reached[other])
        loops[frozenset(loop)] = None
    return list(loops)


def _reach(automaton: Automaton, state: int) -> set[int]:
    seen: set[int] = set()
    todo = [state]
    while todo:
        new = [after for after in automaton.edges[todo.pop()] if after not in seen]
        seen.update(new)
        todo += new
    return seen
