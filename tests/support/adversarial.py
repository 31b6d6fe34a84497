"""Texts that are slow for a regular expression if any are: its own words and repeats, over and over, with an end that does not fit."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from tests.support.regex_automaton import Automaton, automata, find_loops

LENGTH = 100_000
MAX_LOOPS = 6
ENDS = ("", "\n", "\x01")


def adversarial_texts(pattern: str, flags: int = 0, length: int = LENGTH) -> list[str]:
    """Texts of `length` characters made from a pattern."""
    found: dict[str, None] = {}
    for automaton in automata(pattern, flags):
        for head, body in _pumps(automaton):
            end = next(end for end in reversed(ENDS) if end not in body)
            found[(head + body * (length // len(body) + 1))[: length - 1] + end] = None
            found[((head + body) * (length // len(head + body) + 1))[: length - 1] + end] = None
    return list(found)


def _pumps(automaton: Automaton) -> Iterator[tuple[str, str]]:
    """A text that leads to a loop and one that goes round it; for a pattern without loops, its own begin."""
    common = Counter(c for state in range(min(len(automaton.leaves), 500)) for c in automaton.chars(state))
    for loop in find_loops(automaton)[:MAX_LOOPS]:
        for state in sorted(loop)[:2]:
            head, body = (
                _path(automaton, automaton.begin, state),
                _path(automaton, automaton.edges[state], state),
            )
            yield _spell(automaton, head[:-1], common), _spell(automaton, body, common)
    if automaton.begin:
        yield "", _spell(automaton, _longest(automaton), common)


def _path(automaton: Automaton, starts: Iterable[int], goal: int) -> list[int]:
    """The states of the shortest way to a goal."""
    before: dict[int, int | None] = dict.fromkeys(starts)
    todo = deque(before)
    while todo and goal not in before:
        state = todo.popleft()
        for after in automaton.edges[state]:
            if after not in before:
                before[after] = state
                todo.append(after)
    path, at = [], goal if goal in before else None
    while at is not None:
        path.append(at)
        at = before[at]
    return path[::-1]


def _longest(automaton: Automaton) -> list[int]:
    """A way through states that were not passed, as far as it goes, but for its last state: nearly a match."""
    path, seen, after = [], set(), list(automaton.begin)
    while new := [state for state in after if state not in seen]:
        path.append(new[0])
        seen.update(after)
        after = list(automaton.edges[new[0]])
    return path[:-1] or path


def _spell(automaton: Automaton, states: Iterable[int], common: Counter[str]) -> str:
    """The characters on the way: of those that fit, the ones that fit most states."""
    return "".join(
        max(chars, key=lambda c: (common[c], c)) for state in states if (chars := automaton.chars(state))
    )
