"""The names of the rule data, compiled: which names stand for which term, office or person."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import Field

from policy_news.core.errors import RuleError
from policy_news.core.grouping import grouped
from policy_news.rules.name_forms import person_id, without_accents
from policy_news.rules.rule_files import RULES_DIR, find_duplicates, read_rule_file, rule_files
from policy_news.rules.rule_models import (
    Holder,
    Office,
    OfficeFile,
    PersonFacts,
    PersonFile,
    Strict,
    Term,
    TermFile,
)
from policy_news.rules.surnames import surname_forms
from policy_news.rules.world import (
    TABLE,
    Known,
    TermRow,
    WorldPerson,
    WorldPost,
    join_world,
    name_key,
    read_rows,
)

COUNTRY = "country"
"""Sector of the places that are countries."""
TERM_FOLDERS = ("companies", "committees", "departments", "organisations", "places", "things")

OFFICES_FILE = "offices.json"
"""File of a component of a built pipeline: offices and their holders."""


class GazetteerEntry(NamedTuple):
    """One name of the gazetteer.

    Attributes:
        kind: `term`, `office` or `person`.
        any_case: Whether it is matched in any case.
        common: Whether it is ambiguous and needs context.
    """

    name: str
    label: str
    id: str
    kind: str
    any_case: bool = False
    common: bool = False


V = TypeVar("V")
Terms = tuple[tuple[Office, Holder], ...]
"""Offices and terms of somebody."""


class _AllTerms(Mapping[str, Terms]):
    """Person id to terms. Those of the table of cabinets are unpacked when somebody asks for them: there are too many to hold all."""

    def __init__(
        self, listed: Mapping[str, Terms], world: Mapping[str, str], office: Callable[[str], Office]
    ) -> None:
        self._listed, self._world, self._office = listed, world, office
        self._unpacked: dict[str, Terms] = {}

    def __getitem__(self, person: str) -> Terms:
        packed = self._world.get(person)
        if packed is None:
            return self._listed[person]
        if person not in self._unpacked:
            own = [*self._listed.get(person, ()), *WorldPerson.unpacked(person, packed).terms(self._office)]
            self._unpacked[person] = tuple(sorted(own, key=lambda row: (row[1].start, row[0].id)))
        return self._unpacked[person]

    def __contains__(self, person: object) -> bool:
        return person in self._listed or person in self._world

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed.keys() | self._world.keys())

    def __len__(self) -> int:
        return len(self._listed.keys() | self._world.keys())


class NameLexicon(Strict):
    """All terms, offices and persons of a rule folder. Serialisable, so that a built pipeline contains it.

    Attributes:
        world: Persons of the table of cabinets: id to the lines that `WorldPerson.packed` gives.
        world_offices: The posts that only that table has, by id.
    """

    terms: tuple[TermFile, ...] = ()
    offices: tuple[OfficeFile, ...] = ()
    persons: tuple[PersonFile, ...] = ()
    world: Mapping[str, str] = Field(default_factory=dict)
    world_offices: Mapping[str, WorldPost] = Field(default_factory=dict)

    def of_offices(self) -> NameLexicon:
        """Return the offices, their holders and the countries, without companies, committees and the like."""
        files: list[TermFile] = []
        for file in self.terms:
            countries = tuple(term for term in file.terms if term.sector == COUNTRY)
            if countries:
                files.append(TermFile(label=file.label, terms=countries))
        return self._with(terms=tuple(files))

    def _with(self, **changes: Any) -> NameLexicon:
        """Return a lexicon with other values, and without what was worked out of the present ones."""
        return NameLexicon(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    @cached_property
    def term_by_id(self) -> dict[str, Term]:
        """Terms by id."""
        return {term.id: term for file in self.terms for term in file.terms}

    @cached_property
    def office_by_id(self) -> dict[str, Office]:
        """Offices by id."""
        return {office.id: office for file in self.offices for office in file.offices}

    @cached_property
    def known_to(self) -> dict[str, dt.date]:
        """Office id to the last day that its file claims to know."""
        return {office.id: file.known_to for file in self.offices if file.known_to for office in file.offices}

    def is_beyond(self, office: str, day: dt.date) -> bool:
        """Return whether a day is later than what the data know about an office."""
        return day > self.known_to.get(office, day)

    def is_sure(self, office: Office, holder: Holder, day: dt.date) -> bool:
        """Return whether the data are certain about a term on a day.

        They are not if only one source says so, or if the term is open and the day is later than what the data know: then its
        end may just not have been recorded yet.
        """
        if not holder.holds(day) or holder.confidence == "likely":
            return False
        return holder.end is not None or not self.is_beyond(office.id, day)

    @cached_property
    def person_by_name(self) -> dict[str, PersonFacts]:
        """Persons with facts of their own, by name."""
        return {person.name: person for file in self.persons for person in file.persons}

    @cached_property
    def terms_of_office(self) -> Mapping[str, Terms]:
        """Person id to the offices held, by first day, with those of the table of cabinets."""
        return _AllTerms(self._listed_terms, self.world, self._office)

    def _office(self, entry: str) -> Office:
        """Return an office of the rule data, or of the table of cabinets."""
        known = self.office_by_id.get(entry)
        if known is not None:
            return known
        post = self.world_offices[entry]
        return Office.model_construct(id=entry, title=post.title, country=post.country)

    @cached_property
    def _listed_terms(self) -> dict[str, Terms]:
        """Person id to the offices of the rule data."""
        held = [
            (person_id(holder.person), (office, holder))
            for office in self.office_by_id.values()
            for holder in office.holders
        ]
        return {
            person: tuple(sorted(rows, key=lambda row: (row[1].start, row[0].id)))
            for person, rows in grouped(held).items()
        }

    @cached_property
    def name_by_person(self) -> dict[str, str]:
        """Person id to name."""
        holders = (one.person for office in self.office_by_id.values() for one in office.holders)
        return {person_id(name): name for name in chain(holders, self.person_by_name)}

    @cached_property
    def persons_by_surname(self) -> dict[str, tuple[str, ...]]:
        """Surname to the ids of persons who held an office."""
        return _grouped(
            (form, person)
            for person, held in sorted(self._listed_terms.items())
            for form in self._surnames(person, held[0][0].country)
        )

    def _surnames(self, person: str, country: str) -> set[str]:
        """Return what somebody is called by the surname, in all spellings that the rule data have."""
        name = self.name_by_person[person]
        known = self.person_by_name.get(name)
        return {
            form
            for spelled in (name, *(known.aliases if known else ()))
            if len(spelled.split()) == len(name.split())
            for form in surname_forms(spelled, country)
        }

    @cached_property
    def leaders_by_surname(self) -> dict[str, tuple[tuple[str, Office, Holder], ...]]:
        """Surname to the heads of government with that surname: person id, office and term."""
        return _grouped(
            (form, (person, office, holder))
            for person, held in self._listed_terms.items()
            for form in self._surnames(person, held[0][0].country)
            for office, holder in held
            if office.head_of_government
        )

    @cached_property
    def offices_by_title(self) -> dict[str, tuple[Office, ...]]:
        """Offices by each of their titles in lower case."""
        return _grouped(
            (title, office)
            for office in self.office_by_id.values()
            for title in sorted({name.lower() for name in (office.title, *office.aliases, *office.any_case)})
        )

    @cached_property
    def namesakes(self) -> Mapping[str, tuple[str, ...]]:
        """Person id to the ids of others of the table of cabinets with the same name."""
        return _grouped((entry, other) for other, entry in self._others.items())

    @cached_property
    def _others(self) -> Mapping[str, str]:
        """Ids of the table of cabinets that have more than the name in them, to the id of who has the name alone."""
        found: dict[str, str] = {}
        for entry, packed in self.world.items():
            base = entry.rpartition("-")[0]
            if base in self.terms_of_office and person_id(WorldPerson.unpacked(entry, packed).name) == base:
                found[entry] = base
        return found

    def is_of_table(self, person: str) -> bool:
        """Return whether only the table of cabinets has a person."""
        return person in self.world and person not in self._listed_terms

    @cached_property
    def bearers_of_word(self) -> Counter[str]:
        """Words of names to how many persons of the table of cabinets have them."""
        return Counter(chain.from_iterable(set(entry.split("-")[1:]) for entry in self.world))

    @cached_property
    def countries_by_title(self) -> Mapping[str, frozenset[str]]:
        """Titles in lower case to the countries that have such an office, by the rule data and the table of cabinets."""
        found: dict[str, set[str]] = {}
        for title, offices in self.offices_by_title.items():
            found.setdefault(title, set()).update(office.country for office in offices)
        for post in self.world_offices.values():
            found.setdefault(post.title.lower(), set()).add(post.country)
        return {title: frozenset(countries) for title, countries in found.items()}

    @cached_property
    def countries(self) -> dict[str, str]:
        """Names of countries to their codes."""
        codes: dict[str, str] = {}
        for file in self.terms:
            if file.label != "GPE":
                continue
            for term in file.terms:
                if term.country and term.sector == COUNTRY:
                    codes.update(dict.fromkeys(term.names(), term.country))
        return codes

    @cached_property
    def name_parts(self) -> tuple[frozenset[str], frozenset[str]]:
        """Beginnings and ends of names of several words that are not names themselves; without names of persons.

        What follows `of` or `in` is not a mere end: `Southern California` in a university's name is a name too.
        """
        whole: set[str] = set()
        for file in self.terms:
            for term in file.terms:
                whole.update(chain.from_iterable(map(spelling_variants, term.names())))
        for office in self.office_by_id.values():
            whole.update(chain.from_iterable(map(spelling_variants, (office.title, *office.aliases))))
        beginnings: set[str] = set()
        ends: set[str] = set()
        for name in whole:
            words = name.split()
            for i in range(1, len(words)):
                beginnings.add(" ".join(words[:i]))
                if words[i - 1] not in ("of", "in"):
                    ends.add(" ".join(words[i:]))
        return frozenset(beginnings - whole), frozenset(ends - whole)

    def canonical_names(self) -> dict[str, tuple[str, str | None]]:
        """Map the id of each entity to its canonical name and Wikidata id."""
        names: dict[str, tuple[str, str | None]] = {
            term.id: (term.name, term.kb_id) for term in self.term_by_id.values()
        }
        for entry, post in self.world_offices.items():
            names[entry] = post.title, post.kb_id or None
        names |= {office.id: (office.title, None) for office in self.office_by_id.values()}
        for entry, packed in self.world.items():
            person = WorldPerson.unpacked(entry, packed)
            names[entry] = person.name, person.kb_id or None
        for entry, name in self.name_by_person.items():
            known = self.person_by_name.get(name)
            names[entry] = name, (known and known.kb_id) or names.get(entry, ("", None))[1]
        return names

    def countries_of_ids(self) -> dict[str, str]:
        """Map the ids of terms and offices to their countries, if they have one."""
        countries = {term.id: term.country for term in self.term_by_id.values() if term.country}
        countries.update((entry, post.country) for entry, post in self.world_offices.items())
        countries.update(
            (office.id, office.country) for office in self.office_by_id.values() if office.country
        )
        return countries

    def entries(self) -> Iterator[GazetteerEntry]:
        """Yield all names with their spelling variants; a name may occur more than once."""
        for file in self.terms:
            for term in file.terms:
                yield from _term_entries(term, file.label)
        for office in self.office_by_id.values():
            yield from _spellings((office.title, *office.aliases), "OFFICE", office.id, "office")
            yield from _spellings(office.any_case, "OFFICE", office.id, "office", any_case=True)
        yield from self._person_entries()

    def _person_entries(self) -> Iterator[GazetteerEntry]:
        """Yield the names of persons, also without accents; of the table of cabinets those that one person has."""
        bearers: dict[str, set[str]] = {}
        for name in self.name_by_person.values():
            person = self.person_by_name.get(name)
            for form in (name, *(person.aliases if person else ())):
                bearers.setdefault(form, set()).add(person_id(name))
        listed = {without_accents(form): owners for form, owners in bearers.items()}
        for entry, packed in self.world.items():
            for form in WorldPerson.unpacked(entry, packed).names:
                # Of several who have a name, one has it here: see `namesakes`.
                if listed.get(without_accents(form), {entry}) == {entry} and entry not in self._others:
                    bearers.setdefault(form, set()).add(entry)
        for form, owners in bearers.items():
            for variant in person_variants(form):
                yield from (GazetteerEntry(variant, "PERSON", entry, "person") for entry in sorted(owners))


def _grouped(pairs: Iterable[tuple[str, V]]) -> dict[str, tuple[V, ...]]:
    """Return the values of each key, in their order."""
    return {key: tuple(values) for key, values in grouped(pairs).items()}


MIN_DOTTED, MAX_DOTTED = 3, 6
"""How many letters an acronym has that some papers write with full stops (`F.B.I.`); of two letters it is mostly initials."""


def _spellings(
    names: Iterable[str], label: str, entry: str, kind: str, *, any_case: bool = False, common: bool = False
) -> Iterator[GazetteerEntry]:
    """Yield the entries of names in all spellings; of an ambiguous term, only the one-word names are ordinary words too."""
    for name in names:
        for variant in spelling_variants(name):
            yield GazetteerEntry(variant, label, entry, kind, any_case, common and " " not in name)


def _term_entries(term: Term, label: str) -> Iterator[GazetteerEntry]:
    yield from _spellings(term.names(), label, term.id, "term", common=term.common)
    yield from _spellings(term.any_case, label, term.id, "term", any_case=True)
    for name in (term.name, *term.aliases, *term.acronyms):
        if MIN_DOTTED <= len(name) <= MAX_DOTTED and name.isalpha() and name.isupper():
            yield GazetteerEntry(".".join((*name, "")), label, term.id, "term")


_MARKS = ("'", "’", " & ", " and ")


def spelling_variants(name: str) -> tuple[str, ...]:
    """Return the name with either apostrophe and with `and` or `&`."""
    if not any(mark in name for mark in _MARKS):
        return (name,)
    forms = {name, name.replace("'", "’"), name.replace("’", "'")}
    forms |= {form.replace(" & ", " and ") for form in forms} | {
        form.replace(" and ", " & ") for form in forms
    }
    return tuple(sorted(forms))


_ARTICLE = re.compile(r"\b[Aa]l[- ](?=\w)")


def person_variants(name: str) -> tuple[str, ...]:
    """Return a name also without accents, and with the Arabic article in the ways in which papers write it."""
    forms = dict.fromkeys(chain(spelling_variants(name), spelling_variants(without_accents(name))))
    if _ARTICLE.search(name):
        forms |= dict.fromkeys(
            _ARTICLE.sub(f"{article}{mark}", form)
            for form in forms
            for article in ("al", "Al")
            for mark in "- "
        )
    return tuple(forms)


class LexiconHolder:
    """Base of components with a lexicon: that of a rule folder, read on first use, unless one is set."""

    def __init__(self, rules: str | None) -> None:
        self._rules = rules
        self._lexicon: NameLexicon | None = None

    @property
    def lexicon(self) -> NameLexicon:
        """The lexicon; that of this project unless the component got a folder."""
        if self._lexicon is None:
            folder = Path(self._rules) if self._rules else RULES_DIR
            self._lexicon = read_lexicon(folder)
        return self._lexicon

    @lexicon.setter
    def lexicon(self, lexicon: NameLexicon) -> None:
        self._lexicon = lexicon


def read_offices(folder: Path) -> NameLexicon:
    """Return what a component of a built pipeline says of offices; the same object for the same file."""
    path = folder / OFFICES_FILE
    return _read_offices(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read_offices(path: Path, _stamp: int) -> NameLexicon:
    return NameLexicon.model_validate_json(path.read_bytes())


@lru_cache(maxsize=2)
def read_lexicon(folder: Path) -> NameLexicon:
    """Read the gazetteers of a rule folder.

    Raises:
        RuleError: A file is wrong, an id occurs twice, or a name stands for two terms.
    """
    paths = chain.from_iterable(rule_files(folder / name) for name in TERM_FOLDERS)
    terms = [(path, read_rule_file(path, TermFile)) for path in paths]
    offices = [(path, read_rule_file(path, OfficeFile)) for path in rule_files(folder / "offices")]
    lexicon = NameLexicon(
        terms=tuple(file for _, file in terms),
        offices=tuple(file for _, file in offices),
        persons=tuple(read_rule_file(path, PersonFile) for path in rule_files(folder / "persons")),
    )
    ids = [(path, term.id) for path, file in terms for term in file.terms]
    _check_ids(ids + [(path, office.id) for path, file in offices for office in file.offices])
    _check_names(terms)
    return with_world(lexicon, read_rows(TABLE)) if folder == RULES_DIR else lexicon


def with_world(lexicon: NameLexicon, rows: Iterable[TermRow]) -> NameLexicon:
    """Return a lexicon that also has the table of cabinets."""
    names: dict[tuple[str, tuple[str, ...]], str] = {}
    for entry, held in lexicon.terms_of_office.items():
        name = lexicon.name_by_person[entry]
        known = lexicon.person_by_name.get(name)
        for form in (name, *(known.aliases if known else ())):
            for office, _ in held:
                names[office.country.partition("-")[0], name_key(form)] = entry
    by_qid = {
        person.kb_id: person_id(name) for name, person in lexicon.person_by_name.items() if person.kb_id
    }
    known_data = Known(tuple(lexicon.office_by_id.values()), names, by_qid, frozenset(lexicon.name_by_person))
    world = join_world(rows, known_data)
    return lexicon._with(
        world={entry: person.packed() for entry, person in sorted(world.persons.items())},
        world_offices=world.offices,
    )


def _check_ids(ids: Iterable[tuple[Path, str]]) -> None:
    seen: dict[str, Path] = {}
    for path, entry in ids:
        if entry in seen:
            raise RuleError(
                f"{path}: id '{entry}' is taken in {seen[entry].name}",
                "Give every term and office an id of its own.",
            )
        seen[entry] = path


def _check_names(terms: list[tuple[Path, TermFile]]) -> None:
    """Refuse a name of two terms, unless both declare it as shared."""
    owned: list[tuple[str, str]] = []
    alone: set[str] = set()
    for path, file in terms:
        for term in file.terms:
            owned.extend((name, f"{path.name}: {term.id}") for name in term.names())
            alone.update(name for name in term.names() if name not in term.shared)
    # One term that does not share a name is enough: then it must not have a second owner.
    for name, first, second in find_duplicates((name, place) for name, place in owned if name in alone):
        raise RuleError(
            f"{second}: the name '{name}' stands for {first} too",
            "Keep it at the better known of the two, or give it to both as `shared`.",
        )
