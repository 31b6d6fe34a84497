"""Acronyms: what one looks like, which names spell it, and what a text says that it stands for.

Mentions, ids and claims all ask here, so that `the GWU` is one body to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from policy_news.rules.name_forms import name_words

MOST_LETTERS = 6
"""A longer word in capitals is set so, not an acronym: a dateline, a heading."""
MIXED = re.compile(r"^[A-Z][a-z]*[A-Z][A-Za-z]*$")
"""An acronym, which may have small letters: `NATO`, `DoD`."""
_TOLD = re.compile(
    r"""
    \s?\(\s?(?!known\s)(?:the\s|hereinafter\s)?(?P<quote>["“‘'])?(?:the\s)?(?P<inside>[^\W_][^\s()"”’']*)(?P<end>["”’']?\s?\))?
    | (?:,?\s\(?(?:[a-z]+\s)?(?P<known>known)\s(?P<between>(?:\w+\s){0,7}?) | ,\sor\s(?:the\s)?)(?P<said>[A-Z]{3,6})\b
    """,
    re.VERBOSE,
)


class StatedAlias(NamedTuple):
    """Another name that a text gives a body right after its name.

    Attributes:
        form: Its first word.
        way: `open` if the brackets have more than the word, `said` if there are none.
    """

    start: int
    form: str
    way: Literal["brackets", "quoted", "open", "said"]


def find_stated_alias(text: str, start: int, end: int) -> StatedAlias | None:
    """Read the name that a text gives a body: `Long Name (LN)`, `(the "Company")`, `, known by its initials as the LN`, `, or LN`."""
    match = _TOLD.match(text, end)
    if match is None:
        return None
    if match["inside"]:
        closed: Literal["brackets", "quoted"] = "quoted" if match["quote"] else "brackets"
        return StatedAlias(match.start("inside"), match["inside"], closed if match["end"] else "open")
    form, words = match["said"], (match["between"] or "").split()
    is_name = match["known"] is not None or is_acronym_of(form, text[start:end].split())
    if not is_name or form.lower() in name_words().never_names:
        return None
    is_told = all(word.islower() or word.lower() in name_words().nationalities for word in words)
    return StatedAlias(match.start("said"), form, "said") if is_told else None


def is_acronym(form: str) -> bool:
    """Return whether a form is one of capitals that may stand for several things."""
    return 1 < len(form) <= MOST_LETTERS and form.isalpha() and form.isupper()


def spells(name: str, form: str, *, is_listed: bool) -> bool:
    """Return whether an acronym may stand for a name of several words.

    Letters in their order are enough for an acronym that nobody knows. A listed one keeps its meaning unless a name has
    just its letters as initials: SEBI is not the State Bank of India.
    """
    parts = name.replace("-", " ").split()
    words = [word for word in parts if word[0].isupper()] or name.split()
    return form == "".join(word[0] for word in words).upper() if is_listed else is_acronym_of(form, words)


def is_acronym_of(form: str, words: Sequence[str]) -> bool:
    """Return whether a form in capitals may stand for the words: same first letter, and its letters occur in their order."""
    if not words or sum(c.isupper() for c in form) < 2 or form[0].upper() != words[0][:1].upper():
        return False
    # `in` on an iterator consumes it up to the letter, so that the next letter is looked for after it.
    in_order = iter("".join(words).upper())
    return all(letter in in_order for letter in form.upper() if letter.isalpha())


def initials(words: Sequence[str]) -> set[str]:
    """Return the initials of a name, with its small words and without: `COI` of `Commission of Inquiry`; with full stops too."""
    forms = {
        "".join(word[0] for word in words if word[0].isalpha()).upper(),
        "".join(word[0] for word in words if word[0].isupper()),
    }
    forms = {form for form in forms if len(form) > 2}
    return forms | {".".join(form) + "." for form in forms}
