"""How names relate: slugs, surnames, legal forms. Pure functions over strings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache

from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict

_BETWEEN_WORDS = re.compile(r"[\W_]+")


class NameWords(Strict):
    """Words that names consist of, in lower case."""

    legal_forms: frozenset[str]
    particles: frozenset[str]
    company_words: frozenset[str]
    organisation_words: frozenset[str]
    body_words: frozenset[str]
    posts: frozenset[str]
    posts_of: frozenset[str]
    lettered: frozenset[str]
    letters_of_all: frozenset[str]
    street_words: frozenset[str]
    never_names: frozenset[str]
    calendar: frozenset[str]
    second_words: frozenset[str]
    nationalities: frozenset[str]
    company_endings: frozenset[str]
    place_endings: frozenset[str]
    place_words: frozenset[str]
    place_openings: frozenset[str]
    law_words: frozenset[str]
    generic: frozenset[str]
    firm_nouns: frozenset[str]
    demonyms: frozenset[str]
    no_names: frozenset[str]
    party_words: frozenset[str]
    seats: frozenset[str]
    parties_of_one_country: frozenset[str]
    of_other_parties: frozenset[str]
    not_of_party: frozenset[str]
    chambers: frozenset[str]
    of_chamber: frozenset[str]
    before_chamber: frozenset[str]
    speaking: frozenset[str]
    business_words: frozenset[str]
    parted_places: frozenset[str]
    places_with_article: frozenset[str]
    twin_towns: frozenset[str]
    callings: frozenset[str]
    committee_words: frozenset[str]
    firm_roles: frozenset[str]
    paper_words: frozenset[str]
    town_papers: frozenset[str]
    paper_parts: frozenset[str]
    seat_words: frozenset[str]
    bare_bodies: frozenset[str]
    venues: frozenset[str]
    trusting: frozenset[str]
    styles_of_places: frozenset[str]
    some_of_many: frozenset[str]
    initials: frozenset[str]
    stakes: frozenset[str]
    partners: frozenset[str]
    born: frozenset[str]
    centres: frozenset[str]
    peer_styles: frozenset[str]


@cache
def name_words() -> NameWords:
    """Read the words of the rule data, once per process."""
    return read_rule_file(RULES_DIR / "names" / "names.yml", NameWords)


LONGEST_HONORIFIC = 3
"""Words of the longest honorific."""


class Honorifics(Strict):
    """What stands before or after the name of a person; the file says what each list is for."""

    female: frozenset[str]
    male: frozenset[str]
    either: frozenset[str]
    titles: frozenset[str]
    phrases: frozenset[str]
    sure: frozenset[str]
    unsure: frozenset[str]
    before_first: frozenset[str]
    ranks: frozenset[str]
    after: frozenset[str]

    @cached_property
    def personal(self) -> frozenset[str]:
        """Those of one word that are no job or rank."""
        return self.female | self.male | self.either

    @cached_property
    def single(self) -> frozenset[str]:
        """All of one word."""
        return self.personal | self.titles

    @cached_property
    def leading(self) -> frozenset[str]:
        """Those of one word that lead to a person where a name follows, with a full stop and without."""
        words = (self.personal - self.unsure) | self.sure | {"rev", "reverend"}
        return words | {f"{word}." for word in words}

    @cached_property
    def _phrases(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted(map(str.split, self.phrases), key=len, reverse=True):
            found.setdefault(words[0], []).append(tuple(words))
        return found

    def length_at(self, words: Sequence[str], i: int) -> int:
        """Return how many words from one in lower case are of an honorific; 0 if it is of none."""
        for start in range(max(i - LONGEST_HONORIFIC + 1, 0), i + 1):
            for phrase in self._phrases.get(words[start].rstrip("."), ()):
                end = start + len(phrase)
                if i < end and tuple(word.rstrip(".") for word in words[start:end]) == phrase:
                    return end - i
        return int(words[i].rstrip(".") in self.single)


@cache
def honorifics() -> Honorifics:
    """Read the honorifics of the rule data, once per process."""
    return read_rule_file(RULES_DIR / "names" / "honorifics.yml", Honorifics)


_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "d", "þ": "th", "ı": "i", "ə": "a", "Ə": "A", "ħ": "h", "’": "'", "‘": "'", "ʻ": "'", "ʿ": "'", "ʼ": "'"}
)  # fmt: skip
"""Letters that are no letter with an accent, as papers write them that have none; and apostrophes."""


@lru_cache(20_000)
def without_accents(text: str) -> str:
    """Text with plain Latin letters and apostrophes: `Orbán` and `Orban` are one; letters of other scripts stay."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _plain_letter(c) for c in text.translate(_PLAIN))


def _plain_letter(letter: str) -> str:
    base = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return base if base.isascii() else letter


def slug(text: str) -> str:
    """Join lower-case words by hyphens; letters of all scripts stay."""
    return _BETWEEN_WORDS.sub("-", text.casefold()).strip("-")


def person_id(name: str) -> str:
    """Return the id of a person: the name as a slug without accents."""
    return "person-" + slug(without_accents(name))


def is_turned(words: Sequence[str], person: str) -> bool:
    """Return whether a name has the words of a listed one with the family name first: `Ishiba Shigeru`, by the id."""
    return len(words) > 1 and person_id(" ".join((*words[1:], words[0]))) == person


def surname_start(words: Sequence[str]) -> int:
    """Return the index of the first word of the surname, including particles (`Al - Faisal`, `van der Berg`)."""
    last = len(words) - 1
    while last > 1 and words[last - 1].lower() in name_words().particles:
        last -= 1
    return last


@lru_cache(8_000)
def without_legal_form(name: str) -> str:
    """Remove `Ltd`, `plc` and the like, and a leading article, from a company's name."""
    words = name.removeprefix("The ").removeprefix("the ").split()
    while len(words) > 1 and is_legal_form(words[-1]):
        words.pop()
    return " ".join(words).rstrip(",").removesuffix(" &")


def is_legal_form(word: str) -> bool:
    """Return whether a word is `Ltd`, `plc`, `S.A.` or the like."""
    forms, lower = name_words().legal_forms, word.strip(",").lower()
    return lower.replace(".", "") in forms or lower.removesuffix(".") in forms
