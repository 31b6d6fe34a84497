"""Finds the word by which news calls a person after the first mention."""

from __future__ import annotations

from collections.abc import Sequence

from policy_news.rules.name_forms import is_turned, surname_start
from policy_news.rules.word_lists import gender_of

SURNAME_FIRST = frozenset({"CN", "KP", "KR", "TW"})
"""Countries whose names news writes with the surname first (`Xi Jinping`)."""

SYLLABLES_APART = frozenset({"KP", "KR"})
"""Countries whose given names news also writes as two words (`Kim Jong Un`)."""


_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr."})
"""Words after a surname that tell a son from his father."""


def has_surname_first(words: Sequence[str], country: str = "") -> bool:
    """Return whether the surname of a full name comes first."""
    if len(words) == 3 and country in SYLLABLES_APART:
        return all(word.istitle() for word in words) and not gender_of(words[1])
    if len(words) != 2 or country not in SURNAME_FIRST:
        return False
    # People with a Western first name put it first (`Jensen Huang`), even from these countries.
    return "-" in words[1] or not gender_of(words[0])


def surname_forms(name: str, country: str = "", entry: str = "") -> set[str]:
    """Return the forms of the surname: with and without its particles.

    Args:
        country: Code of the person's country, if it is known.
        entry: Id of the listed person whom a text calls so.
    """
    words = name.split()
    if has_surname_first(words, country) or is_turned(words, entry):
        return {words[0]}
    if len(words) > 2 and words[-1].lower() in _SUFFIXES:
        words.pop()
    return {" ".join(words[surname_start(words) :]), words[-1]}
