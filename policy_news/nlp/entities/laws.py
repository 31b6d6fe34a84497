"""Tells laws from the persons and bodies that the model takes them for: `Procurement Bill`, `National Intelligence Law`."""

from __future__ import annotations

import re

from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import is_first_name, is_name_of_person, is_spelled_lower

_NUMBER = re.compile(r"(?:[A-Z]{1,3}-?)?\d+")
"""A year or the number of a bill: `C-14`."""


def is_law(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether a name is closed by a word for a law and cannot be a person.

    A year may follow (`Terrorism Act 2000`). Where the word is also a name (`Jude Law`), an article or an ordinary
    word must stand before it.
    """
    last = end - 1
    while last > start and _NUMBER.fullmatch(tokens.texts[last]):
        last -= 1
    word = tokens.lower[last]
    if word not in name_words().law_words or not tokens.texts[last][:1].isupper():
        return False
    if last == start:
        return end - start == 2  # `Bill 21`
    return not is_name_of_person(word) or _is_titled(tokens, start, last)


def _is_titled(tokens: Tokens, start: int, last: int) -> bool:
    """Return whether the words before are a title and not a first name."""
    if start and tokens.lower[start - 1] == "the":
        return True
    return not is_first_name(tokens.texts[start]) and any(
        is_spelled_lower(tokens.texts[i]) for i in range(start, last)
    )
