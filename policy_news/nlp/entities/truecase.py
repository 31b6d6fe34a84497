"""Gives headlines in title case the case of running text, so that the model is not led to see names everywhere.

`Minister Calls For Dahua Ban` becomes `Minister calls for Dahua ban`, and `MINISTER CALLS FOR DAHUA BAN` too: same length, so offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import is_given_somewhere, is_ordinary, is_spelled_lower

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:^|(?:[!?:;]|(?<![A-Z])\.)['\"’”]?\s+|[\"“‘]\s*)$")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_WORD_BEFORE = re.compile(r"\b([A-Z][^\W\d_]{3,}) $")
MIN_WORDS = 3
MIN_SHARE = 0.6


def is_title_case(text: str) -> bool:
    """Return whether most words that could be in lower case have a capital."""
    words = _WORD.findall(text)
    free = [word for word in words[1:] if is_spelled_lower(word)]
    return (
        len(words) >= MIN_WORDS
        and len(free) > 1
        and sum(word[0].isupper() for word in free) > MIN_SHARE * len(free)
    )


def find_body_names(text: str) -> frozenset[str]:
    """Return words that the running text writes with a capital inside a sentence."""
    return frozenset(_INSIDE.findall(text))


def _follows_coined(text: str, match: re.Match[str]) -> bool:
    """Return whether a word belongs to the coined name before it (`Halvorsen Grid`): one that such names end with."""
    known = name_words()
    if match.group().lower() not in known.company_words | known.second_words:
        return False
    before = _WORD_BEFORE.search(text, 0, match.start())
    if not before or is_spelled_lower(before[1]):
        return False
    return before[1].lower() not in known.nationalities | known.calendar


def truecase(text: str, names: Collection[str] = (), keep: Iterable[tuple[int, int]] = ()) -> str:
    """Lower the capitals of ordinary words; of a text in capitals those within names too, except in acronyms.

    Args:
        text: A headline in title case.
        names: Words that stay as they are.
        keep: Spans that stay as they are (known names).

    Returns:
        Text of the same length.
    """
    kept = list(keep)
    is_shouted = text.isupper()

    def lowered(match: re.Match[str]) -> str:
        word = match.group().capitalize() if is_shouted else match.group()
        is_kept = any(start <= match.start() < end for start, end in kept)
        is_given = is_shouted and is_given_somewhere(word) and not is_ordinary(word)
        is_name = is_given or word in names or not is_spelled_lower(word)
        if len(word) != len(match.group()):
            return match.group()  # `DİYARBAKIR`
        if is_shouted and word not in names and _is_acronym(word, is_known=is_kept, is_name=is_name):
            return match.group()
        stays = (
            is_name
            or is_kept
            or not word.istitle()
            or _follows_coined(text, match)
            or _SENTENCE_START.search(text, 0, match.start())
        )
        return word if stays else word.lower()

    return _WORD.sub(lowered, text)


def _is_acronym(word: str, *, is_known: bool, is_name: bool) -> bool:
    """Return whether a short word of a text in capitals is an acronym: a known name, or no word and no given name."""
    return len(word) <= 4 and (is_known or (is_name and not is_given_somewhere(word)))
