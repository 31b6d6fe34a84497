"""Which persons of a document are members of the Congress of the United States."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from policy_news.nlp.who.evidence import PersonMention
from policy_news.nlp.who.local_ids import base_id
from policy_news.nlp.who.members import (
    CHAMBERS,
    Member,
    SeatWords,
    fitting,
    is_in_politics,
    known_gender,
    members_named,
)
from policy_news.nlp.who.name_ids import Identity
from policy_news.nlp.who.people import Person, PersonLink
from policy_news.nlp.who.seats import read_seats
from policy_news.nlp.who.words import line_of_work, usual_title
from policy_news.rules.word_lists import is_shared_by_many, is_shared_by_some

COUNTRY = "US"
_LINES = frozenset({"politics", "state"})
"""Lines of work that a member is called by; another one needs the state beside it."""
_OTHER_WORK = frozenset({"arts", "faith", "learning", "press", "sport", "staff"})
"""Lines of work that say that somebody is no member, where nothing in the text says that he is."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a document is about: its year, and whether it is about the politics of the United States."""

    year: int | None
    is_abroad: bool
    is_political: bool


def find_members(
    text: str,
    day: dt.date | None,
    persons: Sequence[Person],
    links: Sequence[PersonLink],
    mentions: Sequence[PersonMention],
    country: str | None,
    bodies: Iterable[str],
) -> list[PersonLink]:
    """Give the persons who are members their ids.

    Args:
        day: When it was published, or None.
        persons: Its persons; those who are members get their entry.
        links: For each mention of a person whom it belongs to.

    Returns:
        The links; those of full names of members say so.
    """
    candidates = {number: found for number, person in enumerate(persons) if (found := _candidates(person))}
    if not candidates:
        return list(links)
    is_political = country == COUNTRY and is_in_politics(bodies)
    about = _About(day.year if day else None, country not in (None, COUNTRY), is_political)
    chosen: dict[int, tuple[Member, Identity]] = {}
    for number, found in candidates.items():
        own = [mentions[i] for i, link in enumerate(links) if link.person == number]
        said = _said_of(text, persons[number], own)
        link = _choose(persons[number], found, said, about)
        if link is not None:
            chosen[number] = link
        _learn_gender(persons[number], found)
        persons[number].is_namesake |= link is None and _is_another(persons[number], found, said)
    chosen = _without_doubles(chosen, persons)
    for number, (member, _) in chosen.items():
        persons[number].entry = member.entry
        persons[number].genders.add(member.gender)
    return [_listed(link, chosen) for link in links]


def _said_of(text: str, person: Person, mentions: Sequence[PersonMention]) -> SeatWords:
    spans = [(mention.start, mention.start + len(mention.text)) for mention in mentions]
    return read_seats(text, person, spans, is_past=any(mention.context.is_past for mention in mentions))


def _learn_gender(person: Person, members: Sequence[Member]) -> None:
    """Give somebody with the title of a member the gender of all members of that name: of `Sen. Lindsey Graham` the first name tells another."""
    gender = known_gender(members)
    if gender and not person.genders and not CHAMBERS.keys().isdisjoint(person.text_titles):
        person.genders.add(gender)


def _candidates(person: Person) -> list[Member]:
    """Return the members who bear a name of a person whom nothing else tells."""
    if person.entry or person.is_open or person.is_namesake:
        return []
    return members_named(person.names)


def _without_doubles(
    chosen: Mapping[int, tuple[Member, Identity]], persons: Sequence[Person]
) -> dict[int, tuple[Member, Identity]]:
    """Return the members, none of two persons: one of the two is another of that name."""
    entries = Counter(member.entry for member, _ in chosen.values())
    entries.update(person.entry for person in persons if person.entry)
    return {number: link for number, link in chosen.items() if entries[link[0].entry] == 1}


def _listed(link: PersonLink, chosen: dict[int, tuple[Member, Identity]]) -> PersonLink:
    if link.person not in chosen or link.reason != "full-name":
        return link
    return replace(link, identity=chosen[link.person][1], reason="listed")


def _choose(
    person: Person, members: Sequence[Member], said: SeatWords, about: _About
) -> tuple[Member, Identity] | None:
    """Return the member whom the text means, and how sure that is; None where nothing tells."""
    found = fitting(members, said, about.year, person.gender if person.genders else None)
    if len(found) != 1 or not person.countries <= {COUNTRY}:
        return None
    if said.states and (said.parties or said.chambers):
        return found[0], "certain"
    lines = _lines(person)
    if about.is_abroad:
        return None
    if said.chambers or said.states or said.is_leader:  # a senator can be an adviser as well
        return (found[0], "likely") if lines - {"staff"} <= _LINES else None
    if not lines <= _LINES or not _may_be_told_by_politics(person, said, about):
        return None
    return (found[0], "likely") if _is_so_called(person, found[0]) else None


def _lines(person: Person) -> set[str]:
    """Return the lines of work of the titles that the text gives somebody."""
    return {line_of_work(title) for title in person.text_titles if usual_title(title)}


def _is_another(person: Person, members: Sequence[Member], said: SeatWords) -> bool:
    """Return whether a name alone does not mean its member: two persons have it, or a spokesman outside Congress."""
    lines, entries = _lines(person), {member.entry for member in members}
    is_in_congress = not lines or not lines <= _OTHER_WORK or said != SeatWords(is_past=said.is_past)
    has_id = any(base_id(name) in entries for name in person.names)
    return len(members) > 1 or (has_id and not is_in_congress)


def _is_so_called(person: Person, member: Member) -> bool:
    """Return whether a member bears the first name of the text, or a longer one: nobody calls Bob Hale `Robert Hale`."""
    own = {name.given for name in member.names}
    longest = max(map(len, own))
    return any(name.given in own or len(name.given) < longest for name in person.names if name.is_full)


def _may_be_told_by_politics(person: Person, said: SeatWords, about: _About) -> bool:
    """Return whether a text about politics is enough: not for a name that many bear, nor for somebody long out of Congress."""
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
