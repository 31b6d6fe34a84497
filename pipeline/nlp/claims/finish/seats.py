"""Of which place and party the persons of a doc are: whom `the Maine Republican` and `the Pittwater MP` stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.nlp.claims.tree import Tree
from pipeline.nlp.who.members import (
    CHAMBERS,
    Seat,
    SeatWords,
    fitting,
    members_named,
    read_seat,
    state_called,
    with_titles,
)
from pipeline.nlp.who.people import Person
from pipeline.nlp.who.words import fold

_NAME = r"[A-Z][\w'’-]+(?:\s(?:[A-Z][\w'’-]+|and|of|upon)){0,3}"
_SEAT = r"(?:MP|MEP|MSP|[Mm]ember|[Ss]enator|[Ll]awmaker|[Cc]ongress(?:man|woman)|[Mm]ayor|[Gg]overnor)"
_BEHIND = re.compile(
    rf",\s(?:the\s|a\s)?(?:[\w-]+\s){{0,3}}?{_SEAT}\s(?:for|of|from)\s(?:the\s)?(?P<place>{_NAME})"
)
_BEFORE = re.compile(rf"(?P<place>{_NAME})\s{_SEAT}\s$")
REACH = 80
"""Characters beside a name in which the text may say where somebody sits."""
_PARTIES = {"democrat": "D", "republican": "R"}


class Seats:
    """The persons of a doc by place and party; each is read when first asked for.

    Args:
        tree: The doc.
        persons: Its persons.
        numbers_of: Number of each person to the numbers of the mentions, in order.
    """

    def __init__(
        self, tree: Tree, persons: Sequence[Person], numbers_of: Mapping[int, Sequence[int]]
    ) -> None:
        self.tree = tree
        self.persons = persons
        self.numbers_of = numbers_of
        self._places: dict[int, frozenset[str]] = {}
        self._seats: dict[int, SeatWords] = {}

    def place_before(self, i: int) -> str:
        """Return the place in `the Maine senator`, `the Pittwater MP`: a code of a state, else the folded name; empty if there is none."""
        tree, start = self.tree, i
        while start > 0 and tree.tags[start - 1].startswith("NNP") and tree.is_word(start - 1):
            start -= 1
        if start == i or start == 0 or tree.lower[start - 1] not in ("the", "that"):
            return ""
        name = tree.text[tree.starts[start] : tree.ends[i - 1]]
        return state_called(name) or fold(name)

    def places(self, person: int) -> frozenset[str]:
        """Return the places that a person sits for, as the text or the list of members says; empty where neither does."""
        if person not in self._places:
            said = {match for n in self.numbers_of.get(person, ()) if (match := self._place_beside(n))}
            self._places[person] = frozenset(said) | self.seat(person).states
        return self._places[person]

    def seat(self, person: int) -> SeatWords:
        """Return what the text says of state and party; for a member of Congress who bears a title, what the list does."""
        if person not in self._seats:
            said = SeatWords()
            for n in self.numbers_of.get(person, ()):
                said = said.joined(read_seat(self.tree.text, *self._span(n)))
            own = self.persons[person]
            said = with_titles(said, own.text_titles, own.roles, is_past=False)
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
        """The only person with the name of a member of Congress of a state and a title: `Bernie Sanders`, then `the Vermont senator`."""
        chamber = CHAMBERS.get(title)
        if chamber is None:
            return set()
        found = {
            number
            for number, person in enumerate(self.persons)
            if any((seat.state, seat.chamber) == (state, chamber) for seat in _seats_of(person))
        }
        return found if len(found) == 1 else set()

    def of_party(self, top: int, before: int) -> int | None:
        """Return the only person named before a token whom `the Maine Republican` stands for."""
        party, place = _PARTIES.get(self.tree.lower[top], ""), self.place_before(top)
        if not party or not place:
            return None
        named = {
            person for person, own in self.numbers_of.items() if self.tree.mentions[own[0]].start < before
        }
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
        return found.pop() if len(found) == 1 else None

    def untitled(self, title: str) -> set[int]:
        """The persons with the name of a member of Congress of a title, of whom the text does not say what they are: `Doug Jones`."""
        chamber = CHAMBERS.get(title)
        if chamber is None:
            return set()
        return {
            number
            for number, person in enumerate(self.persons)
            if not (person.titles or person.roles)
            and any(seat.chamber == chamber for seat in _seats_of(person))
        }

    def _span(self, number: int) -> tuple[int, int]:
        ent = self.tree.mentions[number]
        return self.tree.starts[ent.start], self.tree.ends[ent.end - 1]

    def _place_beside(self, number: int) -> str:
        start, end = self._span(number)
        text = self.tree.text
        match = _BEHIND.match(text, end, end + REACH) or _BEFORE.search(text, max(start - REACH, 0), start)
        if match is None:
            return ""
        return state_called(match["place"]) or fold(match["place"])


def _seats_of(person: Person) -> list[Seat]:
    """Return the seats of the members of Congress who bear the name of a person."""
    return [seat for member in members_named(person.names) for seat in member.seats]
