"""The parts of a person's name, and which names one person can bear. Pure functions over strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_news.nlp.who.words import (
    Gender,
    are_one_first_name,
    first_name_gender,
    fold,
    identity_words,
    is_given_name,
    is_honorific,
    stands_first,
)
from policy_news.rules.name_forms import is_turned, surname_start
from policy_news.rules.word_lists import is_usual, surname_rank

_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "", "iv": ""}
"""Suffixes to how a name keeps them. Of a third or fourth one the news has no other bearer: `Robert S. Mueller III` is Robert Mueller."""
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts, folded.

    Attributes:
        honorific: `mr`, `lady`; empty where there is none.
        words: All parts but honorific and suffix.
        given: The first name; empty for a name of one word.
        middle: What stands between first name and surname, as initials or words.
        family: The surname with its particles; for a name of one word that word.
        suffix: `jr`, `sr`, `ii`; empty where there is none.
    """

    honorific: str
    words: tuple[str, ...]
    given: str
    middle: tuple[str, ...]
    family: str
    suffix: str = ""

    @property
    def is_full(self) -> bool:
        """Whether it has a first name and a surname."""
        return bool(self.given)

    @property
    def key(self) -> tuple[str, str, str]:
        """First name, surname and suffix: what two mentions of one full name share."""
        return self.given, self.family, self.suffix

    @property
    def gender(self) -> Gender | None:
        """What the first name says; nothing where the family name stands first: `Yi` of `Wang Yi` is not the woman's name of the lists."""
        return None if self.words[:1] == (self.family,) else first_name_gender(self.given)

    def is_called(self, short: PersonName) -> bool:
        """Return whether a shorter name is a surname of this one: its end, or all before the given name where that stands last."""
        own, other = self.words, short.words
        if not other or other[-1] not in own:  # most names of a document: told at once
            return False
        if len(other) >= len(own) or (short.suffix and short.suffix != self.suffix):
            return False
        return own[-len(other) :] == other or " ".join(other) == self.family


@lru_cache(8_000)
def read_name(text: str, entry: str = "") -> PersonName:
    """Return the parts of a name as a text has it.

    Args:
        entry: Id of the listed person, or empty: who is listed as `Shigeru Ishiba` has the family name first in `Ishiba Shigeru`.
    """
    words = [_POSSESSIVE.sub("", word.strip(',;:()“”"')) for word in _HYPHENED.sub("al ", text).split()]
    words = [word for word in words if word]
    honorific = _take_honorifics(words)
    suffix = ""
    if len(words) > 1 and fold(words[-1]) in _SUFFIXES:
        suffix = _SUFFIXES[fold(words.pop())]
    folded = tuple(fold(word) for word in words)
    if len(words) < 2:
        return PersonName(honorific, folded, "", (), folded[0] if folded else "", suffix)
    if stands_first(words) or is_turned(words, entry):
        return PersonName(honorific, folded, "-".join(folded[1:]).replace("--", "-"), (), folded[0], suffix)
    start = surname_start(words)
    if is_led_by_first_name(words):
        return PersonName(honorific, folded, folded[0], (), folded[1], suffix)
    if (
        start == 0
        or fold(words[0]) in identity_words().particles
        or (len(words) == 2 and words[0] in _ARTICLES)
    ):  # `von der Leyen`, `al-Faisal`: a surname alone
        return PersonName(honorific, folded, "", (), " ".join(folded), suffix)
    return PersonName(honorific, folded, folded[0], folded[1:start], " ".join(folded[start:]), suffix)


def _take_honorifics(words: list[str]) -> str:
    """Take the honorifics off the words of a name; the last of them. `Earl Warren` is a first name and a surname."""
    honorific = ""
    while len(words) > 1 and is_honorific(words[0]) and (words[0] != "Earl" or len(words) > 2):
        honorific = fold(words.pop(0))
    return honorific


_HYPHENED = re.compile(r"(?<!\w)(?:[Aa]l|[Ee]l)-(?=\w)")
"""The Arabic article, which papers leave out or write in several ways: `el-Sisi`, `Sisi`."""
_ARTICLES = frozenset({"La", "Le"})
"""What begins a surname of two words: `Le Pen`; `Le Duc Tho` is a whole name."""


def is_led_by_first_name(words: Sequence[str]) -> bool:
    """Return whether a word that mostly is a particle is a first name: `Al Sharpton`, `Van Morrison`, but not `Al Thani`, `Van Hollen`."""
    rank = surname_rank(words[1]) if len(words) == 2 else None
    return rank is not None and (words[0] == "Al" or (words[0] == "Van" and is_usual(rank)))


def may_be_one(one: PersonName, other: PersonName) -> bool:
    """Return whether two full names can be of one person: surnames and suffixes alike, first names and middle names no contradiction.

    A suffix that is left out counts: `Donald Trump` beside `Donald Trump Jr` is another.
    """
    if one.suffix != other.suffix:
        return False
    if one.family != other.family:
        return _are_halves(one, other)
    if _whole_given(one) == _whole_given(other):
        return True  # `Jean-Luc` and `Jean Luc`
    return are_one_first_name(one.given, other.given) and middles_agree(one.middle, other.middle)


def _whole_given(name: PersonName) -> str:
    return "-".join((name.given, *name.middle))


def middles_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether middle names agree: one has none, or the first ones are alike or initials of each other."""
    return not one or not other or one[0].startswith(other[0]) or other[0].startswith(one[0])


def _are_halves(one: PersonName, other: PersonName) -> bool:
    """Return whether one name is a part of the other: `Lucía Robledo Cantero` and `Lucía Robledo`.

    Never guessed: `Andrés Manuel López Obrador` and `Andrés López`.
    """
    shorter, longer = sorted((one, other), key=lambda name: len(name.words))
    if longer.given == shorter.given and longer.middle == (shorter.family,):
        return not is_given_name(shorter.family)
    return len(shorter.words) > 2 and longer.words[-len(shorter.words) :] == shorter.words
