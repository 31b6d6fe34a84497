"""Lists of words: ordinary ones, first names, surnames."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache

from policy_news.rules.name_forms import name_words
from policy_news.rules.rule_files import RULES_DIR

MANY_BEARERS = 500
"""Product of the ranks of first name and surname below which the news of one month and country may well have two bearers."""
SOME_BEARERS = 10_000
"""Product from which a full name of two common ones is no more common than one with a rare surname (`Jerome Powell`)."""
ENDINGS = ("s", "es", "ed", "d", "ing", "er")
ASKED = 50_000
"""So many words are known by what was said of them: the lists are large, and each rule asks for the words of a text again."""
VERY_COMMON = 400
"""Rank up to which first names and surnames are so common that many people share a full name of two of them."""
USUAL = 2000
"""Rank up to which a first name or surname has so many bearers that it does not tell who is meant."""


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that are written in lower case unless they start a sentence."""
    return frozenset((RULES_DIR / "vocabulary" / "ordinary_words.txt").read_text(encoding="utf-8").split())


@cache
def dictionary_words() -> frozenset[str]:
    """Return rarer words that a spelling dictionary has in lower case only."""
    return frozenset((RULES_DIR / "vocabulary" / "dictionary_words.txt").read_text(encoding="utf-8").split())


@cache
def written_names() -> frozenset[str]:
    """Return the words of the names in the rule data, as they are written, without ordinary words."""
    return frozenset((RULES_DIR / "vocabulary" / "name_words.txt").read_text(encoding="utf-8").split())


@cache
def towns() -> frozenset[str]:
    """Return the names of towns of the world that are nobody's and no words."""
    return frozenset((RULES_DIR / "vocabulary" / "towns.txt").read_text(encoding="utf-8").splitlines())


@cache
def _base_words() -> frozenset[str]:
    return ordinary_words() | name_words().never_names


@lru_cache(maxsize=ASKED)
def is_ordinary(word: str) -> bool:
    """Return whether a word, with or without its ending, is not a name by itself; case is ignored."""
    return is_inflected(word.lower(), _base_words())


@lru_cache(maxsize=ASKED)
def is_spelled_lower(word: str) -> bool:
    """Return whether a word is ordinary or a rarer word of the dictionary: for headlines, where a capital says nothing.

    Do not ask this inside a sentence, where a rare word with a capital is a name (`the Sooners`).
    """
    lower = word.lower()
    # The dictionary has American spellings: `harbour` is its `harbor`.
    return is_ordinary(word) or not dictionary_words().isdisjoint((lower, lower.replace("our", "or")))


def is_inflected(lower: str, words: Collection[str]) -> bool:
    """Return whether a word is one of the words, with or without its ending."""
    # At least three letters must be left: `bed` is not `b` with an ending.
    return lower in words or any(
        len(lower) > len(ending) + 2 and lower.endswith(ending) and lower[: -len(ending)] in words
        for ending in ENDINGS
    )


@cache
def _ranks(name: str) -> dict[str, int]:
    """Map the words of a list to their ranks."""
    path = RULES_DIR / "vocabulary" / f"{name}.txt"
    return {word: i for i, word in enumerate(path.read_text(encoding="utf-8").split())}


@lru_cache(maxsize=ASKED)
def first_name_rank(word: str) -> int | None:
    """Return the rank among first names by frequency, or None."""
    return _ranks("first_names").get(word.lower())


@lru_cache(maxsize=ASKED)
def surname_rank(word: str) -> int | None:
    """Return the rank among surnames by frequency, or None."""
    return _ranks("surnames").get(word.lower())


@lru_cache(maxsize=ASKED)
def gender_of(first_name: str) -> str:
    """Return `m` or `f` for a first name of nearly one gender only; empty for others."""
    lower = first_name.lower()
    if lower in _ranks("male_first_names"):
        return "m"
    if lower in _ranks("female_first_names"):
        return "f"
    return ""


@cache
def given_names() -> Mapping[str, str]:
    """Return the given names of the world, and `m` or `f` for those of nearly one gender only; empty for others."""
    lines = (RULES_DIR / "vocabulary" / "given_names.txt").read_text(encoding="utf-8").splitlines()
    return {name: gender for name, _, gender in (line.partition(" ") for line in lines)}


@lru_cache(maxsize=ASKED)
def is_given_somewhere(word: str) -> bool:
    """Return whether a word is a usual given name in the United States or elsewhere in the world."""
    return is_usual(first_name_rank(word)) or word.lower() in given_names()


@lru_cache(maxsize=ASKED)
def is_first_name(word: str) -> bool:
    """Return whether a word is more of a first name than of a surname."""
    first, last = first_name_rank(word), surname_rank(word)
    return first is not None and (last is None or first < last)


@lru_cache(maxsize=ASKED)
def is_surname(word: str) -> bool:
    """Return whether a word is more of a surname than of a first name."""
    first, last = first_name_rank(word), surname_rank(word)
    return last is not None and (first is None or last <= first)


@lru_cache(maxsize=ASKED)
def is_name_of_person(word: str) -> bool:
    """Return whether a word is a first name or a surname."""
    return first_name_rank(word) is not None or surname_rank(word) is not None


def is_common_name(words: list[str]) -> bool:
    """Return whether a full name is made of two very common ones (`John Kelly`)."""
    first, last = first_name_rank(words[0]), surname_rank(words[-1])
    return first is not None and last is not None and first < VERY_COMMON and last < VERY_COMMON


def is_shared_by_some(given: str, family: str) -> bool:
    """Return whether a corpus may well have two persons of a full name; time and country mostly tell them apart."""
    return is_common_name([given, family]) and _commonness(given, family) < SOME_BEARERS


def is_shared_by_many(given: str, family: str) -> bool:
    """Return whether so many bear a full name that time and country do not tell them apart (`John Smith`)."""
    return is_common_name([given, family]) and _commonness(given, family) < MANY_BEARERS


def _commonness(given: str, family: str) -> int:
    first, last = first_name_rank(given), surname_rank(family)
    if first is None or last is None:
        raise ValueError(f"'{given} {family}' is no common name")
    return (first + 1) * (last + 1)


def is_usual(rank: int | None) -> bool:
    """Return whether the rank of a first name or surname is one of a usual name; rarer ones may be words."""
    return rank is not None and rank < USUAL


@lru_cache(maxsize=ASKED)
def is_usual_surname(word: str) -> bool:
    """Return whether others of a surname are likely in the news."""
    return is_usual(surname_rank(word))


def is_common_surname(word: str) -> bool:
    """Return whether so many people bear a surname that it says little by itself."""
    rank = surname_rank(word)
    return rank is not None and rank < VERY_COMMON
