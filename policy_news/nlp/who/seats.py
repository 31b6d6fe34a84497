"""Of which place and party the persons of a text are: whom `the Maine Republican` and `the Pittwater MP` stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from policy_news.core.single import only
from policy_news.nlp.who.members import (
    CHAMBERS,
    Seat,
    SeatWords,
    fitting,
    members_named,
    read_seat,
    state_called,
    with_titles,
)
from policy_news.nlp.who.people import Person
from policy_news.nlp.who.words import BESIDE, fold

_NAME = r"[A-Z][\w'’-]+(?:\s(?:[A-Z][\w'’-]+|and|of|upon)){0,3}"
_SEAT = r"(?:MP|MEP|MSP|[Mm]ember|[Ss]enator|[Ll]awmaker|[Cc]ongress(?:man|woman)|[Mm]ayor|[Gg]overnor)"
_BEHIND = re.compile(
    rf",\s(?:the\s|a\s)?(?:[\w-]+\s){{0,3}}?{_SEAT}\s(?:for|of|from)\s(?:the\s)?(?P<place>{_NAME})"
)
_BEFORE = re.compile(rf"(?P<place>{_NAME})\s{_SEAT}\s$")
_PARTIES = {"democrat": "D", "republican": "R"}


def read_seats(text: str, person: Person, spans: Iterable[tuple[int, int]], *, is_past: bool) -> SeatWords:
    """Return what a text says of the state, party and chamber of a person.

    Args:
        spans: The mentions of the person, in characters.
        is_past: A title is one of the past.
    """
    said = SeatWords()
    for start, end in spans:
        said = said.joined(read_seat(text, start, end))
    return with_titles(said, person.text_titles, person.roles, is_past=is_past)


class Seats:
    """The persons of a text by place and party; each is read when first asked for.

    Args:
        spans: Number of each person to the mentions in order, in characters.
    """

    def __init__(
        self, text: str, persons: Sequence[Person], spans: Mapping[int, Sequence[tuple[int, int]]]
    ) -> None:
        self.text = text
        self.persons = persons
        self.spans = spans
        self._places: dict[int, frozenset[str]] = {}
        self._seats: dict[int, SeatWords] = {}

    def places(self, person: int) -> frozenset[str]:
        """Return the places that a person sits for, as the text or the list of members says; empty where neither does."""
        if person not in self._places:
            said = {match for span in self.spans.get(person, ()) if (match := self._place_beside(*span))}
            self._places[person] = frozenset(said) | self.seat(person).states
        return self._places[person]

    def seat(self, person: int) -> SeatWords:
        """Return what the text says of state and party; for a member of Congress who bears a title, what the list does."""
        if person not in self._seats:
            own = self.persons[person]
            said = read_seats(self.text, own, self.spans.get(person, ()), is_past=False)
            self._seats[person] = self._with_list(own, said)
        return self._seats[person]

    @staticmethod
    def _with_list(person: Person, said: SeatWords) -> SeatWords:
        if (said.states and said.parties) or not (said.states or said.chambers or said.is_leader):
            return said
        found = fitting(members_named(person.names), said, None, None)
        if len(found) != 1:
            return said
        seats = found[0].seats
        return said.joined(
            SeatWords(frozenset(seat.state for seat in seats), frozenset(seat.party for seat in seats))
        )

    def listed(self, state: str, title: str) -> set[int]:
        """Return the only person with the name of a member of Congress of a state and a title: `Bernie Sanders`, then `the Vermont senator`."""
        chamber = CHAMBERS.get(title)
        if chamber is None:
            return set()
        found = {
            number
            for number, person in enumerate(self.persons)
            if any((seat.state, seat.chamber) == (state, chamber) for seat in _seats_of(person))
        }
        return found if len(found) == 1 else set()

    def of_party(self, word: str, place: str, before: int) -> int | None:
        """Return the only person named before a character whom `the Maine Republican` stands for.

        Args:
            word: The word for a member of a party.
            place: A code of a state, or empty.
        """
        party = _PARTIES.get(word, "")
        if not party or not place:
            return None
        named = {person for person, own in self.spans.items() if own[0][0] < before}
        found = {
            person
            for person in named
            if place in self.seat(person).states and self.seat(person).parties in ({party}, {party, "I"})
        }
        # Of whom the text says neither, the full name with both is that of one member.
        found = found or {
            person
            for person in named
            if any((seat.state, seat.party) == (place, party) for seat in _seats_of(self.persons[person]))
        }
        return only(found)

    def untitled(self, title: str) -> set[int]:
        """Return the persons named as a member of Congress with a title, of whom the text says nothing: `Doug Jones`."""
        chamber = CHAMBERS.get(title)
        if chamber is None:
            return set()
        return {
            number
            for number, person in enumerate(self.persons)
            if not (person.titles or person.roles)
            and any(seat.chamber == chamber for seat in _seats_of(person))
        }

    def _place_beside(self, start: int, end: int) -> str:
        text = self.text
        match = _BEHIND.match(text, end, end + BESIDE) or _BEFORE.search(text, max(start - BESIDE, 0), start)
        if match is None:
            return ""
        return state_called(match["place"]) or fold(match["place"])


def _seats_of(person: Person) -> list[Seat]:
    """Return the seats of the members of Congress who bear the name of a person."""
    return [seat for member in members_named(person.names) for seat in member.seats]
