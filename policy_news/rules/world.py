"""The cabinets of the world: a table of terms, joined to the offices of the rule data and read by name.

The offices of the rule data come first: what they know of a person or a post on a day is not doubted.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from policy_news.core.data_files import MODELS_DIR
from policy_news.core.errors import RuleError
from policy_news.rules.name_forms import person_id, slug, without_accents
from policy_news.rules.rule_models import Holder, Office, iso_day

SLACK = dt.timedelta(days=365)
"""So long before and after the day of a source that gives no start or end, somebody is taken to be in office."""
TABLE = MODELS_DIR / "reference" / "world_cabinets.csv"
COLUMNS = ("country", "post", "post_qid", "person", "person_qid", "start", "end", "known", "source")
HEADS = frozenset({"prime minister", "premier", "chancellor", "federal chancellor", "head of government"})
_EMPTY = frozenset({"a", "affairs", "and", "federal", "for", "in", "national", "of", "the"})
_SPELLED = {"defence": "defense", "labour": "labor"}
_WORD = re.compile(r"[^\W_]+")


class TermRow(NamedTuple):
    """A term of office as the table has it. Days may be a year or a month only.

    Attributes:
        post: Title without the country.
        post_qid: Wikidata id of the post, or empty.
        person_qid: Wikidata id of the person, or empty.
        start: First day, or empty.
        end: Last day, or empty.
        known: Where there is no end, the last day on which the source has the person in office.
        source: Key of the source.
    """

    country: str
    post: str
    post_qid: str
    person: str
    person_qid: str
    start: str
    end: str
    known: str
    source: str


def read_rows(path: Path) -> list[TermRow]:
    """Read the table.

    Raises:
        RuleError: A row lacks a value, or has a day that no run could read.
    """
    rows = list[TermRow]()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            try:
                rows.append(_checked(TermRow(**row)))
            except (TypeError, ValueError, OverflowError) as error:
                raise RuleError(
                    f"{path}: {', '.join(map(str, row.values()))}: {error}", "Correct the row."
                ) from error
    return rows


def _checked(row: TermRow) -> TermRow:
    """Return a row through which every reader gets.

    Raises:
        ValueError: A day is not one, or there is none at all.
    """
    if None in row or any("|" in value or "\n" in value for value in row):
        raise ValueError("a value is missing, or has a sign that parts values")
    list(_parts(row.start, row.end, row.known))
    return row


def write_rows(rows: Iterable[TermRow], path: Path) -> None:
    """Write the table, sorted."""
    text = "".join(",".join(map(_quoted, row)) + "\n" for row in [COLUMNS, *sorted(set(rows))])
    path.write_text(text, encoding="utf-8")


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"') else value


def post_key(title: str) -> frozenset[str]:
    """Return the words of a title that tell posts of a country apart: `Foreign Minister`, `Minister of Foreign Affairs`."""
    words = _WORD.findall(without_accents(title.lower()))
    words = [_SPELLED.get(word, word).replace("isation", "ization") for word in words if word not in _EMPTY]
    return frozenset(word.removesuffix("s") for word in words)


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name in any order, without accents and articles: `Seiichirō Murakami`, `Murakami Seiichiro`; `al-Romaihi`, `Al Romaihi`."""
    words = _WORD.findall(without_accents(name.lower()).replace("'", ""))
    return tuple(sorted(word for word in words if word not in ARTICLES)) or tuple(words)


ARTICLES = frozenset({"al", "el"})


class WorldPost(NamedTuple):
    """A post that only the table has.

    Attributes:
        kb_id: Wikidata id, or empty.
    """

    country: str
    kb_id: str
    title: str


@dataclass
class WorldPerson:
    """Somebody of the table.

    Attributes:
        entry: Id of the entity.
        name: As Wikidata has it, else as another source.
        kb_id: Wikidata id, or empty.
        rows: Terms: `office|start|end|known`.
    """

    entry: str
    name: str
    kb_id: str
    names: set[str] = field(default_factory=set)
    rows: list[str] = field(default_factory=list)

    def packed(self) -> str:
        """Everything but the id, one string: that takes a tenth of the memory of objects."""
        others = sorted(self.names - {self.name})
        return "\n".join(("|".join((self.kb_id, self.name, *others)), *self.rows))

    @classmethod
    def unpacked(cls, entry: str, packed: str) -> WorldPerson:
        """Back from `packed`."""
        head, *rows = packed.split("\n")
        kb_id, name, *others = head.split("|")
        return cls(entry, name, kb_id, {name, *others}, rows)

    def spans(self) -> Iterator[list[str]]:
        """Yield office, start, end and last known day of each term."""
        return (row.split("|") for row in self.rows)

    def terms(self, office: Callable[[str], Office]) -> Iterator[tuple[Office, Holder]]:
        """Yield the terms: what the sources say for certain, and what follows from them as `likely`."""
        for entry, start, end, known in self.spans():
            for first, last, sure in _parts(start, end, known):
                holder = Holder.model_construct(
                    person=self.name, start=first, end=last, confidence=None if sure else "likely"
                )
                yield office(entry), holder


@dataclass(frozen=True)
class World:
    """The table, joined to the rule data.

    Attributes:
        offices: Id to the posts that only the table has.
    """

    persons: Mapping[str, WorldPerson]
    offices: Mapping[str, WorldPost]


class Known(NamedTuple):
    """What the rule data have already.

    Attributes:
        persons: Name to id, by country, of the holders.
        by_qid: Wikidata id to the id of the person.
        taken: Ids of all persons.
    """

    offices: Iterable[Office]
    persons: Mapping[tuple[str, tuple[str, ...]], str]
    by_qid: Mapping[str, str]
    taken: Collection[str]


def join_world(rows: Iterable[TermRow], known: Known) -> World:
    """Join the table to the rule data."""
    offices: dict[str, WorldPost] = {}
    people = _People(known)
    for (person, entry), own in _terms_by_person(rows, known, people, offices).items():
        people.found[person].rows += _merged(entry, own)
    persons = {e: person for e, person in people.found.items() if person.rows or e in known.taken}
    used = {entry for person in persons.values() for entry, *_ in person.spans()}
    return World(persons, {entry: offices[entry] for entry in sorted(used & offices.keys())})


def _terms_by_person(
    rows: Iterable[TermRow], known: Known, people: _People, offices: dict[str, WorldPost]
) -> dict[tuple[str, str], list[TermRow]]:
    """Person and office to the rows that the rule data leave room for; notes persons and offices that are new."""
    posts = _posts(known.offices)
    terms: dict[tuple[str, str], list[TermRow]] = {}
    for row in sorted(rows, key=lambda row: (row.source != "wikidata", row)):
        listed = posts.get((row.country, post_key(row.post)))
        entry = listed.id if listed else _new_office(row, offices)
        holders = [person_id(holder.person) for holder in _overlapping(row, listed.holders)] if listed else []
        person = people.find(row, holders)
        if person.entry not in holders and (not holders or _is_shared(listed)):
            terms.setdefault((person.entry, entry), []).append(row)
    return terms


def _posts(offices: Iterable[Office]) -> dict[tuple[str, frozenset[str]], Office]:
    """Country and words of a title to the office of the rule data."""
    posts: dict[tuple[str, frozenset[str]], Office] = {}
    for office in offices:
        for title in (office.title, *office.aliases, *office.any_case):
            posts.setdefault((office.country, post_key(title)), office)
    return posts


class _People:
    """The persons of the table so far."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.found: dict[str, WorldPerson] = {}
        self._by_qid: dict[str, str] = {}
        self._by_name: dict[tuple[str, tuple[str, ...]], str] = {}

    def find(self, row: TermRow, holders: Iterable[str]) -> WorldPerson:
        """Return the person of a row, made if it is new; a name alone is one person within a country.

        Args:
            holders: Ids of those who held the post at the time by the rule data: one of them has another spelling of the name.
        """
        key = (row.country, name_key(row.person))
        entry = self._by_qid.get(row.person_qid) or self.known.by_qid.get(row.person_qid)
        entry = entry or self.known.persons.get(key) or self.known.persons.get(("EU", key[1]))
        entry = entry or next((one for one in holders if _is_spelling(key[1], one)), None)
        if entry is None and (not row.person_qid or key not in self._by_name):
            entry = self._by_name.get(key)
        if entry is None:
            entry = self._new_id(row)
        person = self.found.setdefault(entry, WorldPerson(entry, row.person, row.person_qid))
        person.names.add(row.person)
        if row.person_qid:
            self._by_qid[row.person_qid] = entry
        self._by_name.setdefault(key, entry)
        return person

    def _new_id(self, row: TermRow) -> str:
        plain = person_id(row.person)
        ids = (plain, f"{plain}-{row.country.lower()}", f"{plain}-{row.person_qid.lower() or row.country}")
        return next(one for one in ids if one not in self.found and one not in self.known.taken)


def _new_office(row: TermRow, offices: dict[str, WorldPost]) -> str:
    entry = f"{row.country.lower()}-{slug(without_accents(row.post))}"
    known = offices.get(entry, WorldPost(row.country, "", row.post))
    offices[entry] = known._replace(kb_id=known.kb_id or row.post_qid)
    return entry


def _is_spelling(words: tuple[str, ...], entry: str) -> bool:
    """Whether one name has all words of the other, two at least, or each of its words differs by some letters."""
    other = name_key(entry.removeprefix("person-").replace("-", " "))
    if min(len(words), len(other)) < 2:
        return False
    if set(words) <= set(other) or set(other) <= set(words):
        return True
    return len(words) == len(other) and all(map(are_spellings, words, other))


def are_spellings(one: str, other: str) -> bool:
    """Return whether two words are transliterations of one: they differ by a letter or two (`zelensky`, `zelenskiy`)."""
    if one == other:
        return True
    allowed = 2 if min(len(one), len(other)) > LONG_WORD else 1
    return min(len(one), len(other)) > SHORT_WORD and one[0] == other[0] and distance(one, other) <= allowed


SHORT_WORD, LONG_WORD = 3, 6


def distance(one: str, other: str) -> int:
    """Return how many letters must be changed, added or dropped to make one word of another."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, own in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != own))
    return row[-1]


def _overlapping(row: TermRow, holders: Iterable[Holder]) -> Iterator[Holder]:
    """Return the terms that run at the time of a row."""
    start, end = bounds(row.start, row.end, row.known)
    return (holder for holder in holders if holder.start <= end and start <= (holder.end or end))


def _is_shared(office: Office | None) -> bool:
    """Return whether several people may hold an office at once."""
    return office is None or office.shared or not SHARED.isdisjoint(post_key(office.title))


SHARED = frozenset({"deputy", "vice"})
"""Words of titles that several people have at once."""


def _merged(entry: str, rows: list[TermRow]) -> Iterator[str]:
    """The terms of one person in one office, packed; overlapping ones are joined, and a later sighting lengthens a term."""
    spans: list[list[str]] = []
    for row in sorted(rows, key=lambda row: (row.start or "9", row.end)):
        last = spans[-1] if spans else None
        if last is not None and _goes_on(last, row):
            last[1] = "" if not (last[1] and row.end) else max(last[1], row.end)
            last[2] = "" if last[1] else max(last[2], row.known)
        else:
            spans.append([row.start, row.end, row.known])
    return ("|".join((entry, *span)) for span in spans)


def _goes_on(last: list[str], row: TermRow) -> bool:
    return not last[1] or "" < row.start <= last[1]


@lru_cache(4_000)
def bounds(start: str, end: str, known: str) -> tuple[dt.date, dt.date]:
    """First and last day on which a term may run."""
    seen = iso_day(known or end, last=True)
    first = iso_day(start) if start else seen - SLACK
    return first, iso_day(end, last=True) if end else seen + SLACK


def _parts(start: str, end: str, known: str) -> Iterator[tuple[dt.date, dt.date, bool]]:
    """Yield the days of a term, in parts of which the source is certain or not."""
    first, last = bounds(start, end, known)
    seen = iso_day(known, last=True) if known else last
    whole = len(start) == DAY_LENGTH and len(end) in (0, DAY_LENGTH)
    if start:
        yield first, seen, whole
    else:
        yield first, seen - DAY, False
        yield seen, seen, True
    if last > seen:
        yield seen + DAY, last, False


DAY = dt.timedelta(days=1)
DAY_LENGTH = len("2026-01-31")
