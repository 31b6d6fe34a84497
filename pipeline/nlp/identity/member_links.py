"""Which persons of a document are members of the Congress of the United States."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.nlp.identity.evidence import Sighting
from pipeline.nlp.identity.members import (
    Member,
    SeatWords,
    fitting,
    is_in_politics,
    members_named,
    read_seat,
    with_titles,
)
from pipeline.nlp.identity.people import Identity, Link, Person
from pipeline.nlp.identity.words import line_of_work, usual_title
from pipeline.rules.word_lists import is_shared_by_many, is_shared_by_some
from pipeline.tables.schema import DocumentRow

COUNTRY = "US"
_LINES = frozenset({"politics", "state"})
"""Lines of work that a member is called by; another one needs the state beside it."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a document is about: its text, its year, and whether it is about the politics of the United States."""

    text: str
    year: int | None
    is_abroad: bool
    is_political: bool


def find_members(
    document: DocumentRow,
    persons: Sequence[Person],
    links: Sequence[Link],
    sightings: Sequence[Sighting],
    country: str | None,
    bodies: Iterable[str],
) -> list[Link]:
    """Give the persons who are members their ids.

    Args:
        document: The document.
        persons: Its persons; those who are members get their entry.
        links: For each mention of a person whom it belongs to.
        sightings: The mentions.
        country: What the document is about.
        bodies: The ids of its organisations.

    Returns:
        The links; those of full names of members say so.
    """
    candidates = {number: found for number, person in enumerate(persons) if (found := _candidates(person))}
    if not candidates:
        return list(links)
    year = document.published.year if document.published else None
    is_political = country == COUNTRY and is_in_politics(bodies)
    about = _About(document.text, year, country not in (None, COUNTRY), is_political)
    chosen: dict[int, tuple[Member, Identity]] = {}
    for number, found in candidates.items():
        own = [sightings[i] for i, link in enumerate(links) if link.person == number]
        told = _choose(persons[number], found, _said_of(persons[number], own, about.text), about)
        if told is not None:
            chosen[number] = told
        # Of two members of one name nobody is meant by the name alone.
        persons[number].is_namesake |= told is None and len(found) > 1
    chosen = _without_doubles(chosen, persons)
    for number, (member, _) in chosen.items():
        persons[number].entry = member.entry
        persons[number].genders.add(member.gender)
    return [_listed(link, chosen) for link in links]


def _candidates(person: Person) -> list[Member]:
    """The members who bear a name of a person whom nothing else tells."""
    if person.entry or person.is_open or person.is_namesake:
        return []
    return members_named(person.names)


def _without_doubles(
    chosen: Mapping[int, tuple[Member, Identity]], persons: Sequence[Person]
) -> dict[int, tuple[Member, Identity]]:
    """The members, none of two persons: one of the two is another of that name."""
    entries = Counter(member.entry for member, _ in chosen.values())
    entries.update(person.entry for person in persons if person.entry)
    return {number: told for number, told in chosen.items() if entries[told[0].entry] == 1}


def _listed(link: Link, chosen: dict[int, tuple[Member, Identity]]) -> Link:
    if link.person not in chosen or link.reason != "full-name":
        return link
    return replace(link, identity=chosen[link.person][1], reason="listed")


def _said_of(person: Person, sightings: Sequence[Sighting], text: str) -> SeatWords:
    said = SeatWords()
    for sighting in sightings:
        said = said.joined(read_seat(text, sighting.start, sighting.start + len(sighting.text)))
    is_past = any(sighting.context.is_past for sighting in sightings)
    return with_titles(said, person.text_titles, person.roles, is_past=is_past)


def _choose(
    person: Person, members: Sequence[Member], said: SeatWords, about: _About
) -> tuple[Member, Identity] | None:
    """The member whom the text means, and how sure that is; None where nothing tells."""
    found = fitting(members, said, about.year, person.gender if person.genders else None)
    if len(found) != 1 or not person.countries <= {COUNTRY}:
        return None
    if said.states and (said.parties or said.chambers):
        return found[0], "certain"
    lines = {line_of_work(title) for title in person.text_titles if usual_title(title)}
    if about.is_abroad or not lines <= _LINES:
        return None
    if said.chambers or said.states or said.is_leader:
        return found[0], "likely"
    return (found[0], "likely") if _may_be_told_by_politics(person, said, about) else None


def _may_be_told_by_politics(person: Person, said: SeatWords, about: _About) -> bool:
    """Whether a text about politics is enough: not for a name that many bear, nor for somebody long out of Congress."""
    if not about.is_political or about.year is None or said.is_past:
        return False
    full = [name for name in person.names if name.is_full]
    if any(is_shared_by_many(name.given, name.family) for name in full):
        return False
    return (
        bool(said.parties)
        or not person.is_kin
        or not any(is_shared_by_some(name.given, name.family) for name in full)
    )
