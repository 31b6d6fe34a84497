"""Members of the Congress of the United States by full name, and what a text must say for one of them to be meant.

Most of their names have other bearers, so the name alone never tells. The text must give chamber, party or state, or be about the
politics of the United States throughout; and what it says must fit one member only, of those years.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from policy_news.core.data_files import MODELS_DIR, RULES_DIR
from policy_news.core.grouping import grouped
from policy_news.core.single import only
from policy_news.nlp.who.person_names import PersonName, read_name
from policy_news.nlp.who.words import BESIDE, Gender, are_one_first_name, fold
from policy_news.rules.name_forms import slug
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import EntryId, Strict

MEMBERS = MODELS_DIR / "reference" / "us_legislators.csv"
SLACK = 1
"""Years before and after a term in which somebody is called a member: who runs, and who has just left."""
PAST = 40
"""The same of who is called a former one."""


class CongressWords(Strict):
    """The file; it says what each list is for."""

    states: Mapping[str, tuple[str, ...]]
    places: Mapping[str, EntryId]
    leaders: frozenset[str]
    politics: frozenset[EntryId]
    others: frozenset[str]


@cache
def congress_words() -> CongressWords:
    """Return the words of the rule data."""
    return read_rule_file(RULES_DIR / "names" / "congress.yml", CongressWords)


@dataclass(frozen=True, slots=True)
class Seat:
    """A time in one chamber: years, the last one None where it may go on."""

    chamber: str
    state: str
    party: str
    first: int
    last: int | None

    def holds(self, year: int | None, after: int) -> bool:
        """Return whether the news of a year may call its holder a member, so many years after the end too."""
        if year is None:
            return True
        return self.first - SLACK <= year and (self.last is None or year <= self.last + after)


@dataclass(frozen=True, slots=True)
class Member:
    """A member: id of the entity, usual name, all names, gender, seats."""

    entry: str
    name: str
    names: tuple[PersonName, ...]
    gender: Gender
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class SeatWords:
    """What a text says beside the mentions of one name.

    Attributes:
        states: Codes of states.
        parties: `D`, `R`, `I`.
        chambers: `house`, `senate`, by titles.
        is_local: The text says that it is a state's legislature, or of a town.
        is_past: It says `former`.
        is_leader: It gives the person a post of the leaders of Congress.
    """

    states: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    chambers: frozenset[str] = frozenset()
    is_local: bool = False
    is_past: bool = False
    is_leader: bool = False

    def joined(self, other: SeatWords) -> SeatWords:
        """Return what two mentions say together."""
        return SeatWords(
            self.states | other.states,
            self.parties | other.parties,
            self.chambers | other.chambers,
            self.is_local or other.is_local,
            self.is_past or other.is_past,
            self.is_leader or other.is_leader,
        )


@cache
def all_members() -> tuple[Member, ...]:
    """Return all members of the list, with ids that no two share."""
    with MEMBERS.open(encoding="utf-8", newline="") as lines:
        rows = grouped((row["member"], row) for row in csv.DictReader(lines))
    found = [_member(own) for own in rows.values()]
    bearers = grouped((member.entry, number) for number, member in enumerate(found))
    for numbers in bearers.values():
        others = len(numbers) > 1 or fold(found[numbers[0]].name) in congress_words().others
        for number in numbers if others else ():
            found[number] = _told_apart(found[number], [found[n] for n in numbers if n != number])
    return tuple(found)


def _member(rows: Sequence[Mapping[str, str]]) -> Member:
    written = list(dict.fromkeys(name for row in rows for name in (row["name"], *row["also"].split("; "))))
    names = tuple(_read(name) for name in written if name)
    seats = tuple(
        Seat(
            row["chamber"],
            row["state"],
            row["party"],
            int(row["from"][:4]),
            int(row["to"][:4]) if row["to"] else None,
        )
        for row in rows
    )
    gender: Gender = "f" if rows[0]["gender"] == "f" else "m"
    words = [word for word in names[0].words if len(word) > 1] or list(names[0].words)
    entry = f"person-{slug(' '.join(filter(None, (*words, names[0].suffix))))}"
    return Member(entry, written[0], names, gender, seats)


def _read(name: str) -> PersonName:
    """Return the parts of a name of the list, which always has a first name: `Al Franken`, `Baron Hill`."""
    read = read_name(name)
    if read.is_full and not read.honorific:
        return read
    words = tuple(fold(word) for word in name.split())
    return PersonName("", words, words[0], (), " ".join(words[1:]))


def _told_apart(member: Member, others: Sequence[Member]) -> Member:
    """Return a member with state, and where that is not enough first year, in the id."""
    entry = f"{member.entry}-{member.seats[0].state.lower()}"
    if any(other.seats[0].state == member.seats[0].state for other in others):
        entry = f"{entry}-{member.seats[0].first}"
    return replace(member, entry=entry)


@cache
def _by_family() -> Mapping[str, tuple[Member, ...]]:
    found: dict[str, tuple[Member, ...]] = {}
    for member in all_members():
        for family in {name.family for name in member.names}:
            found[family] = (*found.get(family, ()), member)
    return found


@cache
def member_ids() -> frozenset[str]:
    """Return the ids of all members."""
    return frozenset(member.entry for member in all_members())


def members_named(names: Iterable[PersonName]) -> list[Member]:
    """Return the members who bear one of some full names, under a nickname too."""
    found = []
    for name in names:
        for member in _by_family().get(name.family, ()) if name.is_full else ():
            if member not in found and any(_is_called(own, name) for own in member.names):
                found.append(member)
    return found


def _is_called(own: PersonName, name: PersonName) -> bool:
    if own.family != name.family or (own.suffix and own.suffix != name.suffix):
        return False
    return len(name.given) > 1 and are_one_first_name(own.given, name.given)


def fitting(
    members: Sequence[Member], said: SeatWords, year: int | None, gender: Gender | None
) -> list[Member]:
    """Return the members whom nothing that the text says contradicts."""
    if said.is_local:
        return []
    after = PAST if said.is_past else SLACK
    return [
        member
        for member in members
        if gender in (None, member.gender)
        and any(seat.holds(year, after) and _fits(seat, said) for seat in member.seats)
    ]


def _fits(seat: Seat, said: SeatWords) -> bool:
    """Return whether a seat is of the states, parties and chambers that a text gives, where it gives any."""
    if said.states and seat.state not in said.states:
        return False
    if said.parties and seat.party not in said.parties | {"I"}:
        return False
    return not said.chambers or seat.chamber in said.chambers


# What the text says


@cache
def _state_names() -> Mapping[str, str]:
    return {form: code for code, forms in congress_words().states.items() for form in forms}


def state_called(name: str) -> str | None:
    """Return the code of a state by its name, its short form or its postal code."""
    if name in congress_words().states:
        return name
    folded = fold(name).strip()
    return _state_names().get(folded) or _state_names().get(folded.replace(" ", ""))


@cache
def _state_pattern() -> str:
    """Return names of states as the news writes them: `New York`, `N.Y.`, `NY`, `W.Va.`."""
    forms = [r"\s?".join(rf"{part.title()}\.?" for part in form.split()) for form in _state_names()]
    codes = [f"{code[0]}\\.\\s?{code[1]}\\." for code in congress_words().states]
    longest = sorted(forms, key=len, reverse=True)
    return rf"(?:{'|'.join((*longest, *codes, *congress_words().states))})(?![\w-])"


_PARTY = r"(?:D|R|I|Dem|Rep|Democrat|Republican|Independent)"


@cache
def _patterns() -> Sequence[re.Pattern[str]]:
    """Return what may stand after a name: `, R-Maine`; `, a Republican of Maine`; `, the Maine Republican`; `of Maine`; `(Maine)`."""
    state = _state_pattern()
    head = rf"(?:{_PARTY}|[Ss]enator|[Cc]ongress(?:man|woman)|[Ll]awmaker|[Rr]epresentative)"
    return tuple(
        map(
            re.compile,
            (
                rf"\s?[,(]\s?\(?(?P<party>{_PARTY}\.?)\s?[-–—,]\s?(?P<state>{state})",
                rf",?\s(?:(?:a|the)\s)?(?:[a-z]+\s)?(?P<party>{_PARTY})(?:\s[a-z]+)?\s(?:of|from)\s(?P<state>{state})",
                rf",\s(?:(?:a|the)\s)?(?:[a-z]+\s)?(?P<state>{state})(?:['’]s)?\s(?P<party>{head})\b",
                rf",?\s(?:of|from)\s(?P<state>{state})",
                rf"\s\((?P<state>{state})\)",
            ),
        )
    )


_LOCAL = re.compile(rf"\s?[,(]\s?\(?(?:{_PARTY})\.?\s?[-–—]\s?[A-Z]")
"""Party and a place that is no state: `R-Covington` sits in a state's legislature."""


@cache
def _before_pattern() -> re.Pattern[str]:
    """Return what may stand before a name: `Maine Sen.`, `Kentucky Republican`, `U.S. Rep.`, `State Sen.`."""
    return re.compile(
        rf"(?:^|[\s(\"“])(?:(?P<state>{_state_pattern()})(?P<owner>['’]s)?\s)?(?P<local>[Ss]tate\s)?"
        r"(?:(?P<party>Democrat(?:ic)?|Republican)\s)?(?:U\.?S\.?\s)?(?P<title>(?:Sen|Rep)s?\.|[Ss]enators?|[Rr]epresentatives?|[Cc]ongress(?:man|woman)|(?P<leader>(?:House|Senate)\s(?:Speaker|(?:Majority|Minority)\s(?:Leader|Whip))))?\s?$"
    )


CHAMBERS = {"senator": "senate", "representative": "house"}
"""Titles, as the names are given them, to the chambers."""


def read_seat(text: str, start: int, end: int) -> SeatWords:
    """Return what stands of party and state beside one mention of a name."""
    said = SeatWords()
    before = _before_pattern().search(text, max(start - BESIDE, 0), start)
    if before is not None and (before["title"] or before["party"] or before["owner"]):
        is_leader = before["leader"] is not None
        is_local = before["local"] is not None or (is_leader and before["state"] is not None)
        said = replace(_said(before["state"], before["party"]), is_local=is_local, is_leader=is_leader)
    behind = text[end : end + BESIDE]
    for pattern in _patterns():
        match = pattern.match(behind)
        if match is not None:
            return said.joined(_said(match["state"], match.groupdict().get("party")))
    return replace(said, is_local=said.is_local or _LOCAL.match(behind) is not None)


def _said(state: str | None, party: str | None) -> SeatWords:
    code = state_called(state.strip()) if state else None
    letter = (party or "")[:1].upper()
    return SeatWords(
        frozenset([code] if code else []), frozenset([letter] if letter in ("D", "R", "I") else [])
    )


def with_titles(
    said: SeatWords, titles: Collection[str], roles: Iterable[str], *, is_past: bool
) -> SeatWords:
    """Return what the text says, with the titles that it gives the person.

    Args:
        roles: Titles and appositions as they stand.
        is_past: A title is one of the past.
    """
    leaders = congress_words().leaders
    words = [fold(role) for role in roles]
    return replace(
        said,
        chambers=said.chambers | {CHAMBERS[title] for title in titles if title in CHAMBERS},
        is_past=said.is_past or is_past,
        is_leader=said.is_leader or any(leader in role for role in words for leader in leaders),
    )


def is_in_politics(entities: Iterable[str]) -> bool:
    """Return whether the bodies that a text names show that it is about the politics of the United States."""
    return sum(entity in congress_words().politics for entity in entities) > 1


def known_gender(members: Sequence[Member]) -> Gender | None:
    """Return the gender of all of some members."""
    return only({member.gender for member in members})
