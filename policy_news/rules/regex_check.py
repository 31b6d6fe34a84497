"""Refuses regular expressions of rule files that could take too long; the tests prove that those of the project cannot."""

from __future__ import annotations

from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_COUNT = 400
"""A repeat that is counted up to more is as good as endless: no label matches a longer line."""
MAX_TIMES = 12
"""A group that is counted up to more may hold neither repeats nor alternatives: each doubles the ways to match."""
MAX_CHOICES = 40
"""So many places of a pattern may match in two ways. The longest pattern of ours has 29."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def find_danger(pattern: str) -> str | None:
    """Return why a pattern may take too long on some text, or None.

    Some of what is refused is harmless: `(?:a|b)*` is `[ab]*`.

    Raises:
        re.error: It is not a regular expression.
    """
    places = list(_places(parser.parse(pattern)))
    endless, choices = _weight(places)
    for most, inner in places:
        if most > MAX_TIMES and next(_places(inner), None):
            return "may take exponential time: a repeat holds another, or alternatives"
    if endless > 1:
        return "may take polynomial time: it has two endless repeats; bound one, like `{0,120}`"
    return "may take exponential time: it has too many choices" if choices > MAX_CHOICES else None


def _weight(places: list[tuple[int, Any]]) -> tuple[int, int]:
    """Return how many endless repeats and how many choices a part of a pattern has."""
    return sum(most > MAX_COUNT for most, _ in places), len(places)


def _places(items: Any) -> Iterator[tuple[int, Any]]:
    """Yield the repeats and alternatives in a part of a pattern, with how often each may match and what is inside."""
    for code, value in items:
        if code in _REPEATS:
            yield value[1], value[2]
            yield from _places(value[2])
        elif code is codes.BRANCH:
            yield 1, []
            yield from max((list(_places(branch)) for branch in value[1]), key=_weight)
        elif code is codes.SUBPATTERN:
            yield from _places(value[3])
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _places(value[1])
        elif code is codes.ATOMIC_GROUP:
            yield from _places(value)
