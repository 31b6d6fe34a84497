r"""Finds regular expressions that can take exponential or polynomial time.

Python's `re` tries every way to match, so it is slow on hostile text that a pattern can match in many ways: `(a+)+`, `(a|a)*`,
`(a?b?)*` (exponential), `.*x.*x`, `\s*\s*$` (polynomial). The tests are those of Weber and Seidl, "On the degree of ambiguity of
finite automata" (1991). Look-arounds are tested by themselves; back references, atomic groups and possessive repeats count as
plain ones, so some of what is found is harmless. A counted repeat (`{0,40}`) counts as an endless one inside another repeat, and
is bounded elsewhere. Without any loop, a row of places that can each match in two ways counts where it is long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations, product

from tests.support.regex_automaton import Automaton, automata, find_loops

MAX_STEPS = 50_000
MAX_FORKS = 4
"""So many places in a row may be ambiguous: each at least doubles the ways to match a text. Rules of ours have two at most."""


def find_danger(pattern: str, flags: int = 0) -> str | None:
    """Why a pattern may take too long on some text, or None where the time for each place it is tried at is linear.

    Raises:
        re.error: It is no regular expression.
    """
    try:
        dangers = (_danger(automaton) for automaton in automata(pattern, flags))
        for danger in dangers:
            if danger:
                return danger
        return None
    except OverflowError:
        return "is too large to be checked: use fewer or shorter repeats"


def _danger(automaton: Automaton) -> str | None:
    if automaton.hollow:
        return "may take exponential time: a repeat asks several times for what may be empty"
    loops = find_loops(automaton)
    for loop in loops:
        if text := _exponential(automaton, loop):
            return f"may take exponential time: a repeat can match a text like {text!r} in more than one way"
    endless = [
        loop for loop in loops if any(before in loop and after in loop for before, after in automaton.endless)
    ]
    for left, right in permutations(endless, 2):
        if text := _polynomial(automaton, left, right):
            return f"may take polynomial time: two endless repeats can share a text like {text!r} in more than one way"
    forks = _longest_row_of_forks(automaton)
    if forks > MAX_FORKS:
        return (
            f"may take exponential time: {forks} places in a row can match a text in more than one way each"
        )
    return None


def _longest_row_of_forks(automaton: Automaton) -> int:
    """Return how many places, one after the other, there are on the way through a pattern at which two walks part and meet again.

    Each doubles the ways. A loop is one place, whatever is in it: what is ambiguous there was refused before.
    """
    order, behind = _by_component(automaton)
    row: dict[int, int] = {}
    for state in order:  # what is after a state comes before it
        here = max((row[after] for after in behind[state]), default=0)
        meetings = (row[meeting] + 1 for meeting in _meetings(automaton, state) if meeting in row)
        row[state] = max(here, *meetings, 0)
    return max((row[state] for state in automaton.begin), default=0)


def _by_component(automaton: Automaton) -> tuple[list[int], dict[int, list[int]]]:
    """Return the states, each after those that follow it, and those that follow each; the edges that close loops are left out."""
    order: list[int] = []
    behind: dict[int, list[int]] = {}
    for begin in range(len(automaton.leaves)):
        todo = [(begin, False)]
        while todo:
            state, done = todo.pop()
            if done:
                order.append(state)
            elif state not in behind:
                behind[state] = [after for after in automaton.edges[state] if after > state]
                todo += [(state, True), *((after, False) for after in behind[state])]
    return order, behind


def _meetings(automaton: Automaton, state: int) -> set[int]:
    """Return where two walks first meet again that part after a state and read the same text, without going back."""
    found = {after for after, ways in automaton.edges[state].items() if after > state and ways > 1}
    todo = [pair for pair in _onward(automaton, (state, state)) if pair[0] != pair[1]]
    seen = set(todo)
    while todo:
        pair = todo.pop()
        if pair[0] == pair[1]:
            found.add(pair[0])
            continue
        new = [after for after in _onward(automaton, pair) if after not in seen]
        seen.update(new)
        todo += new
        if len(seen) > MAX_STEPS:
            raise OverflowError
    return found


def _onward(automaton: Automaton, pair: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield where two walks get by reading the same character, without going back."""
    for left, right in automaton.steps(pair):
        if left > pair[0] and right > pair[1]:
            yield min(left, right), max(left, right)


def _exponential(automaton: Automaton, loop: frozenset[int]) -> str | None:
    """Return the beginning of a text on which two walks round a loop part and meet again."""
    for state in sorted(loop):
        after = {other: ways for other, ways in automaton.edges[state].items() if other in loop}
        for other, ways in after.items():
            if ways > 1:
                return _sample(automaton.chars(other))
        for pair in combinations(after, 2):
            shared = automaton.chars(pair[0]) & automaton.chars(pair[1])
            if shared and _walk(automaton, pair, lambda at: at[0] == at[1], (loop, loop)):
                return _sample(shared)
    return None


def _polynomial(automaton: Automaton, left: frozenset[int], right: frozenset[int]) -> str | None:
    """Return the beginning of a text that two loops, one after the other, can share in more than one way."""
    between = frozenset(range(len(automaton.leaves)))
    for p, q in product(sorted(left), sorted(right)):
        if _walk(automaton, (p, p, q), lambda at, goal=(p, q, q): at == goal, (left, between, right)):  # type: ignore[misc]
            return _sample(automaton.chars(p) & automaton.chars(q) or automaton.chars(p))
    return None


def _sample(characters: frozenset[str]) -> str:
    """Return a character to show: a letter, where there is one."""
    return min(
        characters, key=lambda c: (not c.islower(), not c.isalpha(), not c.isprintable(), c), default=""
    )


def _walk(
    automaton: Automaton,
    start: tuple[int, ...],
    is_goal: Callable[[tuple[int, ...]], bool],
    within: tuple[frozenset[int], ...],
) -> bool:
    """Return whether walks that read the same text get from `start` to a goal, each within its states."""
    seen, todo = {start}, [start]
    while todo:
        for after in automaton.steps(todo.pop()):
            if is_goal(after):
                return True
            if after not in seen and all(
                state in states for state, states in zip(after, within, strict=True)
            ):
                seen.add(after)
                todo.append(after)
                if len(seen) > MAX_STEPS:
                    raise OverflowError
    return False
