"""The names of the rule data, compiled: which names stand for which term, office or person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pipeline.core.errors import RuleError
from pipeline.rules.names import person_id
from pipeline.rules.own_lists import OwnHolder
from pipeline.rules.reading import RULES_DIR, find_duplicates, read_rule_file, rule_files
from pipeline.rules.schema import Holder, Office, OfficeFile, Person, PersonFile, Strict, Term, TermFile
from pipeline.rules.surnames import surname_forms

COUNTRY = "country"
"""Sector of the places that are countries."""
TERM_FOLDERS = ("companies", "committees", "departments", "organisations", "places")


class Entry(NamedTuple):
    """One name of the gazetteer.

    Attributes:
        kind: `term`, `office` or `person`.
        any_case: Matched whatever its case.
        common: Needs an anchor in the text.
    """

    name: str
    label: str
    id: str
    kind: str
    any_case: bool = False
    common: bool = False


class Lexicon(Strict):
    """All terms, offices and persons of a rule folder. Serialisable, so that a built pipeline carries it.

    Attributes:
        own: Ministers of the user's own lists: entity id and term. They are found by those lists, not by `entries`.
    """

    terms: tuple[TermFile, ...] = ()
    offices: tuple[OfficeFile, ...] = ()
    persons: tuple[PersonFile, ...] = ()
    own: tuple[tuple[str, OwnHolder], ...] = ()

    def with_own(self, own: Iterable[tuple[str, OwnHolder]]) -> Lexicon:
        """A lexicon that knows these ministers too."""
        return Lexicon(terms=self.terms, offices=self.offices, persons=self.persons, own=tuple(own))

    def of_offices(self) -> Lexicon:
        """What there is to know of offices, their holders and the countries: nothing of companies, committees and the like."""
        countries = (tuple(term for term in file.terms if term.sector == COUNTRY) for file in self.terms)
        terms = tuple(
            TermFile(label=file.label, terms=own)
            for file, own in zip(self.terms, countries, strict=True)
            if own
        )
        return Lexicon(terms=terms, offices=self.offices, persons=self.persons, own=self.own)

    @cached_property
    def term_by_id(self) -> dict[str, Term]:
        """Terms by id."""
        return {term.id: term for file in self.terms for term in file.terms}

    @cached_property
    def office_by_id(self) -> dict[str, Office]:
        """Offices by id."""
        own = {row.office: Office(id=row.office, title=row.title, country=row.country) for _, row in self.own}
        return own | {office.id: office for file in self.offices for office in file.offices}

    @cached_property
    def known_to(self) -> dict[str, dt.date]:
        """Office id to the last day of which its file claims to know."""
        return {office.id: file.known_to for file in self.offices if file.known_to for office in file.offices}

    def is_beyond(self, office: str, day: dt.date) -> bool:
        """Whether a day is past what the data know of an office."""
        return day > self.known_to.get(office, day)

    def is_sure(self, office: Office, holder: Holder, day: dt.date) -> bool:
        """Whether the data say that a term holds on a day, or only that nobody told of its end."""
        if not holder.holds(day) or holder.confidence == "likely":
            return False
        return holder.end is not None or not self.is_beyond(office.id, day)

    @cached_property
    def person_by_name(self) -> dict[str, Person]:
        """Persons with facts of their own, by name."""
        return {person.name: person for file in self.persons for person in file.persons}

    @cached_property
    def terms_of_office(self) -> dict[str, tuple[tuple[Office, Holder], ...]]:
        """Person id to the offices held, in order of their beginning."""
        held: dict[str, list[tuple[Office, Holder]]] = {}
        for office in self.office_by_id.values():
            for holder in office.holders:
                held.setdefault(person_id(holder.person), []).append((office, holder))
        for entity, row in self.own:
            holder = Holder.model_validate({"person": row.person, "from": row.start, "to": row.end})
            held.setdefault(entity, []).append((self.office_by_id[row.office], holder))
        return {
            person: tuple(sorted(rows, key=lambda row: (row[1].start, row[0].id)))
            for person, rows in held.items()
        }

    @cached_property
    def name_by_person(self) -> dict[str, str]:
        """Person id to name."""
        names = [holder.person for office in self.office_by_id.values() for holder in office.holders]
        return {person_id(name): name for name in (*names, *self.person_by_name)} | {
            entity: row.person for entity, row in self.own
        }

    @cached_property
    def persons_by_surname(self) -> dict[str, tuple[str, ...]]:
        """Surname to the ids of those who held an office."""
        surnames: dict[str, set[str]] = {}
        for person, held in self.terms_of_office.items():
            for form in surname_forms(self.name_by_person[person], held[0][0].country):
                surnames.setdefault(form, set()).add(person)
        return {surname: tuple(sorted(persons)) for surname, persons in surnames.items()}

    @cached_property
    def leaders_by_surname(self) -> dict[str, tuple[tuple[str, Office, Holder], ...]]:
        """Surname to the heads of government of that surname: person id, office and term."""
        leaders: dict[str, list[tuple[str, Office, Holder]]] = {}
        for person, held in self.terms_of_office.items():
            rows = [(person, office, holder) for office, holder in held if office.head_of_government]
            for form in surname_forms(self.name_by_person[person], held[0][0].country) if rows else ():
                leaders.setdefault(form, []).extend(rows)
        return {surname: tuple(rows) for surname, rows in leaders.items()}

    @cached_property
    def offices_by_title(self) -> dict[str, tuple[Office, ...]]:
        """Offices by every title of theirs in lower case."""
        titles: dict[str, list[Office]] = {}
        for office in self.office_by_id.values():
            for title in sorted({name.lower() for name in (office.title, *office.aliases, *office.any_case)}):
                titles.setdefault(title, []).append(office)
        return {title: tuple(found) for title, found in titles.items()}

    @cached_property
    def countries(self) -> dict[str, str]:
        """Names of countries to their codes."""
        return {
            name: term.country
            for file in self.terms
            if file.label == "GPE"
            for term in file.terms
            if term.country and term.sector == COUNTRY
            for name in term.names()
        }

    @cached_property
    def name_parts(self) -> tuple[frozenset[str], frozenset[str]]:
        """Beginnings and ends of the names of several words, persons' names left out, that are no names themselves.

        What stands behind `of` or `in` is no mere end: `Southern California` of a university's name is a name too.
        """
        terms = (name for file in self.terms for term in file.terms for name in term.names())
        titles = (name for office in self.office_by_id.values() for name in (office.title, *office.aliases))
        whole = frozenset(variant for name in chain(terms, titles) for variant in spelling_variants(name))
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
        """Id to canonical name and Wikidata id, of all that mentions can stand for."""
        names: dict[str, tuple[str, str | None]] = {
            term.id: (term.name, term.kb_id) for term in self.term_by_id.values()
        }
        names |= {office.id: (office.title, None) for office in self.office_by_id.values()}
        for person, name in self.name_by_person.items():
            known = self.person_by_name.get(name)
            names[person] = (name, known.kb_id if known else None)
        return names

    def countries_of_ids(self) -> dict[str, str]:
        """Id to country, of terms and offices that have one."""
        return {
            key: entry.country
            for entries in (self.term_by_id, self.office_by_id)
            for key, entry in entries.items()
            if entry.country
        }

    def entries(self) -> Iterator[Entry]:
        """All names, spelling variants included; a name may come more than once."""
        for file in self.terms:
            for term in file.terms:
                yield from _term_entries(term, file.label)
        for office in self.office_by_id.values():
            yield from _office_entries(office)
        for name in self.name_by_person.values():
            person = self.person_by_name.get(name)
            for form in (name, *(person.aliases if person else ())):
                for variant in spelling_variants(form):
                    yield Entry(variant, "PERSON", person_id(name), "person")


def _term_entries(term: Term, label: str) -> Iterator[Entry]:
    for name in term.names():
        for variant in spelling_variants(name):
            yield Entry(variant, label, term.id, "term", common=term.common and " " not in name)
    for name in term.any_case:
        for variant in spelling_variants(name):
            yield Entry(variant, label, term.id, "term", any_case=True)


def _office_entries(office: Office) -> Iterator[Entry]:
    for name in (office.title, *office.aliases):
        for variant in spelling_variants(name):
            yield Entry(variant, "OFFICE", office.id, "office")
    for name in office.any_case:
        for variant in spelling_variants(name):
            yield Entry(variant, "OFFICE", office.id, "office", any_case=True)


_MARKS = ("'", "’", " & ", " and ")


def spelling_variants(name: str) -> tuple[str, ...]:
    """The name with either apostrophe and with `and` or `&`."""
    if not any(mark in name for mark in _MARKS):
        return (name,)
    forms = {name, name.replace("'", "’"), name.replace("’", "'")}
    forms |= {form.replace(" & ", " and ") for form in forms} | {
        form.replace(" and ", " & ") for form in forms
    }
    return tuple(sorted(forms))


class LexiconHolder:
    """A component that works with a lexicon: that of a rule folder, read when first used, unless it is given one."""

    def __init__(self, rules: str | None) -> None:
        self._rules = rules
        self._lexicon: Lexicon | None = None

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon; of the rules of this project unless a folder was given."""
        if self._lexicon is None:
            self._lexicon = read_lexicon(Path(self._rules) if self._rules else RULES_DIR)
        return self._lexicon

    @lexicon.setter
    def lexicon(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon


@lru_cache(maxsize=2)
def read_lexicon(folder: Path) -> Lexicon:
    """Read the gazetteers of a rule folder.

    Raises:
        RuleError: A file does not fit, an id comes twice, or a name stands for two terms.
    """
    terms = [
        (path, read_rule_file(path, TermFile)) for name in TERM_FOLDERS for path in rule_files(folder / name)
    ]
    offices = [(path, read_rule_file(path, OfficeFile)) for path in rule_files(folder / "offices")]
    lexicon = Lexicon(
        terms=tuple(file for _, file in terms),
        offices=tuple(file for _, file in offices),
        persons=tuple(read_rule_file(path, PersonFile) for path in rule_files(folder / "persons")),
    )
    _check_ids(
        [
            *((path, term.id) for path, file in terms for term in file.terms),
            *((path, o.id) for path, file in offices for o in file.offices),
        ]
    )
    _check_names(terms)
    return lexicon


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
    owned = [
        (name, f"{path.name}: {term.id}", name in term.shared)
        for path, file in terms
        for term in file.terms
        for name in term.names()
    ]
    alone = {name for name, _, is_shared in owned if not is_shared}
    for name, first, second in find_duplicates((name, place) for name, place, _ in owned if name in alone):
        raise RuleError(
            f"{second}: the name '{name}' stands for {first} too",
            "Keep it at the better known of the two, or give it to both as `shared`.",
        )
