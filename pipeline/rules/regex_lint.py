r"""Refuses regular expressions that can take exponential or polynomial time.

Python's `re` tries every way to match, so it is slow on hostile text that a pattern can match in many ways: `(a+)+`,
`(a|a)*`, `(a?b?)*` (exponential), `.*x.*x`, `\s*\s*$` (polynomial). The tests are those of Weber and Seidl, "On the degree of
ambiguity of finite automata" (1991). Look-arounds are tested separately. Back references, atomic groups and possessive
repeats count as plain ones, so some harmless patterns are refused. A counted repeat (`{0,40}`) counts as an endless one inside
another repeat, and as bounded elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations, product

from pipeline.rules.regex_automaton import Automaton, automata, find_loops

MAX_STEPS = 50_000
"""Tuples of states that a search visits at most; a larger pattern counts as too large to check."""


def find_danger(pattern: str, flags: int = 0) -> str | None:
    """Say why a pattern may take too long on some text; None if the time at each start position is linear.

    Raises:
        re.error: It is not a regular expression.
    """
    try:
        for automaton in automata(pattern, flags):
            danger = _danger(automaton)
            if danger:
                return danger
        return None
    except OverflowError:
        return "is too large to be checked: use fewer or shorter repeats"


def _danger(automaton: Automaton) -> str | None:
    loops = find_loops(automaton)
    for loop in loops:
        if text := _exponential(automaton, loop):
            return f"may take exponential time: a repeat can match a text like {text!r} in more than one way"
    # Only endless repeats give polynomial time: a bounded one adds a constant factor.
    endless = [loop for loop in loops if _is_endless(automaton, loop)]
    for left, right in permutations(endless, 2):
        if text := _polynomial(automaton, left, right):
            return f"may take polynomial time: two endless repeats can share a text like {text!r} in more than one way"
    return None


def _is_endless(automaton: Automaton, loop: frozenset[int]) -> bool:
    return any(before in loop and after in loop for before, after in automaton.endless)


def _exponential(automaton: Automaton, loop: frozenset[int]) -> str | None:
    """Return the beginning of a text on which two walks around a loop part and meet again (the criterion EDA)."""
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
    """Return the beginning of a text that two successive loops can share in more than one way (the criterion IDA)."""
    between = frozenset(range(len(automaton.leaves)))
    for p, q in product(sorted(left), sorted(right)):
        if _walk(automaton, (p, p, q), lambda at, goal=(p, q, q): at == goal, (left, between, right)):  # type: ignore[misc]
            return _sample(automaton.chars(p) & automaton.chars(q) or automaton.chars(p))
    return None


def _sample(characters: frozenset[str]) -> str:
    """Choose a character to show: a letter if there is one."""
    return min(
        characters, key=lambda c: (not c.islower(), not c.isalpha(), not c.isprintable(), c), default=""
    )


def _is_within(states: tuple[int, ...], within: tuple[frozenset[int], ...]) -> bool:
    return all(state in allowed for state, allowed in zip(states, within, strict=True))


def _walk(
    automaton: Automaton,
    start: tuple[int, ...],
    is_goal: Callable[[tuple[int, ...]], bool],
    within: tuple[frozenset[int], ...],
) -> bool:
    """Whether walks that read the same text can get from `start` to a goal, each within its states.

    Args:
        automaton: The pattern.
        start: State of each walk.
        is_goal: Whether the walks have arrived.
        within: States that each walk may visit.

    Raises:
        OverflowError: The search visits more than `MAX_STEPS` tuples.
    """
    seen, todo = {start}, [start]
    while todo:
        for after in automaton.steps(todo.pop()):
            if is_goal(after):
                return True
            if after not in seen and _is_within(after, within):
                seen.add(after)
                todo.append(after)
                if len(seen) > MAX_STEPS:
                    raise OverflowError
    return False
