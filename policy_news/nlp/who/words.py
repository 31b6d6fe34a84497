"""The words of `names/identity.yml`: honorifics, titles, kin, first names, names that many countries share."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal

from policy_news.rules.demonyms import country_by_demonym
from policy_news.rules.name_forms import honorifics
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import EntryId, Strict
from policy_news.rules.word_lists import first_name_rank, gender_of, given_names, is_usual
from policy_news.rules.world import SHORT_WORD

Gender = Literal["f", "m"]
Words = frozenset[str]
OTHER_LINES = frozenset({"sport"})
"""Lines of work that make somebody another than the minister of that name."""
PAST = frozenset({"ex", "former", "retired"})
"""Words before a title of the past."""
SYLLABLE = 5
"""Letters of the longest half of an East Asian given name."""
BESIDE, BETWEEN = 90, 40
"""Characters beside a name, and between two names, in which the text may say something of them."""
_GENDERS: dict[str, Gender] = {"f": "f", "m": "m"}


class FormerCompany(Strict):
    """A company that the lists have under an older name too."""

    was: EntryId
    became: EntryId
    until: dt.date | None = None


class IdentityWords(Strict):
    """The file; it says what each list is for."""

    female_kin: Words
    male_kin: Words
    titles: dict[str, tuple[tuple[str, ...], ...]]
    sole: Words
    title_fillers: Words
    nicknames: tuple[tuple[str, ...], ...]
    either: Words
    of_few_countries: Words
    family_first: Words
    particles: Words
    shared_names: Words
    in_full: Mapping[str, Words]
    chambers: Mapping[str, Words]
    peoples: dict[str, str]
    called: dict[str, str]
    federations: dict[str, str]
    fillers: Words
    kinds: dict[str, str]
    one_letter: dict[str, EntryId]
    spellings: tuple[tuple[str, str], ...]
    formerly: Words
    renamed: Words
    owning: Words
    units: Words
    owned: Words
    without_ministries: Words
    former_companies: tuple[FormerCompany, ...]


@cache
def identity_words() -> IdentityWords:
    """Return the words of the rule data."""
    return read_rule_file(RULES_DIR / "names" / "identity.yml", IdentityWords)


@cache
def peoples() -> Mapping[str, str]:
    """Return adjectives of nationality, folded, to the codes of countries."""
    return {fold(form): code for form, code in (country_by_demonym() | identity_words().peoples).items()}


@cache
def _former_companies() -> dict[str, FormerCompany]:
    return {company.was: company for company in identity_words().former_companies}


def became(entry: str, day: dt.date | None) -> str | None:
    """Return the later id of a company that bore another name on a day, or bears it still."""
    known = _former_companies().get(entry)
    if known is None or (known.until and (day is None or day > known.until)):
        return None
    return known.became


@lru_cache(8_000)
def fold(text: str) -> str:
    """Return a text in lower case, without accents and dots: `López` and `Lopez`, `Sen.` and `Sen` are one."""
    if text.isascii():  # nearly all, and ten times faster
        return text.lower().replace(".", "")
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c) and c != ".").replace("’", "'")


@cache
def _known_titles() -> dict[str, tuple[str, str]]:
    """Return the usual spelling and the line of work of each title."""
    lines = identity_words().titles.items()
    return {fold(form): (forms[0], line) for line, titles in lines for forms in titles for form in forms}


def usual_title(text: str) -> str | None:
    """Return the usual spelling of a title, or None if it is none."""
    found = _known_titles().get(fold(text))
    return found[0] if found else None


def line_of_work(title: str) -> str:
    """Return the line of work of a title; a title that no list has is an office of the rule data."""
    found = _known_titles().get(fold(title))
    return found[1] if found else "state"


@cache
def longest_title() -> int:
    """Return the number of words of the longest title."""
    return max(len(title.split()) for title in _known_titles())


@cache
def _ends_of_titles() -> Words:
    return frozenset(title.rpartition(" ")[2] for title in _known_titles())


def ends_title(word: str) -> bool:
    """Return whether a word is the last one of a title."""
    return fold(word) in _ends_of_titles()


@cache
def telling_words() -> Words:
    """Return the words that can end what stands before a name and says of its bearer."""
    words = identity_words()
    return (
        frozenset(_honorifics()) | words.female_kin | words.male_kin | words.title_fillers | _ends_of_titles()
    )


@cache
def _honorifics() -> Mapping[str, Gender | None]:
    """Return the honorifics, folded, and the gender that each tells."""
    known = honorifics()
    rows: tuple[tuple[Gender | None, Words], ...] = (
        ("f", known.female),
        ("m", known.male),
        (None, known.either),
    )
    return {fold(word): gender for gender, words in rows for word in words}


@cache
def other_honorifics() -> Words:
    """Return the honorifics of either gender."""
    return frozenset(word for word, gender in _honorifics().items() if gender is None)


def honorific_gender(word: str) -> Gender | None:
    """Return the gender that an honorific tells."""
    return _honorifics().get(fold(word))


def is_honorific(word: str) -> bool:
    """Return whether a word is an honorific, of either gender or of none."""
    return fold(word) in _honorifics()


def kin_gender(word: str) -> Gender | None:
    """Return the gender of a relative."""
    words, lower = identity_words(), word.casefold()
    if lower in words.female_kin:
        return "f"
    return "m" if lower in words.male_kin else None


@lru_cache(8_000)
def first_name_gender(word: str) -> Gender | None:
    """Return the gender of nearly all bearers of a first name, or None."""
    lower = fold(word)
    if lower in identity_words().either:
        return None
    # A name that the census knows, and gives to no one gender, is of both.
    elsewhere = "" if first_name_rank(lower) is not None else given_names().get(lower, "")
    return _GENDERS.get(gender_of(lower) or elsewhere)


@lru_cache(8_000)
def is_given_name(word: str) -> bool:
    """Return whether a word is known as a first name."""
    return first_name_rank(fold(word)) is not None or first_name_gender(word) is not None


@cache
def _nicknames() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, names in enumerate(identity_words().nicknames):
        for name in names:
            groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


def are_one_first_name(one: str, other: str) -> bool:
    """Return whether two folded first names may be of one person: alike, an initial of the other, or a nickname of it."""
    if one == other:
        return True
    if 1 in (len(one), len(other)):
        return one[:1] == other[:1]
    known = _nicknames()
    return not known.get(one, frozenset()).isdisjoint(known.get(other, frozenset()))


_MIDDLE = frozenset({"thi", "van"})
"""Middle names of Vietnam."""


def stands_first(words: Sequence[str]) -> bool:
    """Return whether the surname stands before the given name: `Xi Jinping`, `Moon Jae-in`, `Kim Jong Un`, but not `Kim Darroch`."""
    family, last = words[0], words[-1]
    if len(family) >= SHORT_WORD and family.isupper() and not any(word.isupper() for word in words[1:]):
        return True  # `GAO Weiming`
    parts = last.split("-")
    is_joined = len(parts) == 2 and parts[0][:1].isupper() and parts[1][:1].islower()
    if fold(family) not in identity_words().family_first:
        # `Baek Joon-ho`: nobody else writes a given name so.
        return (
            is_joined and len(words) == 2 and max(map(len, parts)) <= SYLLABLE and not is_given_name(family)
        )
    if is_joined:
        return True
    if len(words) == 3:
        rank = first_name_rank(fold(words[1]))
        is_given = is_usual(rank) and fold(words[1]) not in _MIDDLE
        return all(len(word) <= SYLLABLE for word in words[1:]) and not is_given
    return not is_given_name(family)


@lru_cache(8_000)
def plain_spelling(word: str) -> str:
    """Return a folded word in the plainest of the ways in which papers put other alphabets into Latin letters."""
    for one, other in identity_words().spellings:
        word = word.replace(one, other)
    return "".join(letter for letter, before in zip(word, f" {word}", strict=False) if letter != before)


def is_renaming(between: str) -> bool:
    """Return whether what stands between two names says that the second is a name that the first bore or bears now."""
    words = identity_words()
    said = " ".join(_WHEN.sub(" ", between).strip(' ,("“\n').split()).removesuffix(" the")
    return said in words.formerly or said.removeprefix("was ") in words.renamed


_WHEN = re.compile(r",?\s(?:in|until|till|since|from)\s(?:[A-Z][a-z]+\s)?(?:19|20)\d\d,?(?=\s)")
"""When a company was renamed, between the names."""


@lru_cache(8_000)
def titles_in(text: str) -> frozenset[str]:
    """Return the titles among the words of a role (`chairman of the committee`, `the Australian swimmer`)."""
    words = [word.strip(",;:()") for word in text.split()]
    found: set[str] = set()
    i = 0
    while i < len(words):
        for size in range(min(longest_title(), len(words) - i), 0, -1):
            title = usual_title(" ".join(words[i : i + size]))
            if title:
                found.add(title)
                i += size - 1
                break
        i += 1
    return frozenset(found)
