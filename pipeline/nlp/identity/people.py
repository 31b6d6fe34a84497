"""Which mentions of a document are of one person.

Full names come first. A shorter one goes to the full name that it ends, unless honorific, gender or title contradict; of
several it goes to the one that the text has introduced, that holds an office, or that it was given to before. What is left
stays open: a wrong person is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.nlp.identity.evidence import Sighting
from pipeline.nlp.identity.names import PersonName, may_be_one, read_name
from pipeline.nlp.identity.words import (
    Gender,
    first_name_gender,
    fold,
    identity_words,
    is_given_name,
    line_of_work,
    usual_title,
)

Identity = Literal["certain", "likely", "open"]
OTHER_LINES = frozenset({"sport"})
"""Lines of work that make somebody another than the minister of that name."""
_ROYAL = frozenset({"emperor", "king", "pope", "prince", "princess", "queen"})
"""Their bearers are known by the first name."""


@dataclass(slots=True)
class Person:
    """A person of a document.

    Attributes:
        names: Full names, or the one short form of somebody without a full name.
        entry: Id of the rule data, or empty.
        members: Positions of the mentions.
        genders: What honorifics and kin say.
        titles: Titles and roles, those of the offices held on the day among them.
        text_titles: Those that the text itself has.
        offices: Held on the day.
        is_kin: The text calls the person a relative of somebody.
        holds_office: In office on the day.
        is_titled: The text calls the person by a title of which a country has one bearer.
        introduced: Start of the first full name in the body; before it nobody is meant by the surname.
        is_open: It is not known who is meant.
        is_namesake: Bears the name of somebody whom a list has, and is somebody else.
    """

    names: list[PersonName] = field(default_factory=list)
    entry: str = ""
    members: list[int] = field(default_factory=list)
    genders: set[Gender] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    text_titles: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)
    roles: list[str] = field(default_factory=list)
    is_kin: bool = False
    holds_office: bool = False
    is_titled: bool = False
    introduced: int | None = None
    is_open: bool = False
    is_namesake: bool = False

    @property
    def gender(self) -> Gender | None:
        """By honorific or kin, else by the first name."""
        if self.genders:
            return next(iter(self.genders)) if len(self.genders) == 1 else None
        known = {first_name_gender(name.given) for name in self.names if name.given}
        return known.pop() if len(known) == 1 else None


@dataclass(frozen=True, slots=True)
class Link:
    """Why a mention belongs to its person."""

    person: int
    identity: Identity
    reason: str


def group_people(sightings: Sequence[Sighting]) -> tuple[list[Person], list[Link]]:
    """The persons of a document, and for each mention, in order, whom it belongs to and why."""
    grouping = _Grouping(sightings)
    grouping.run()
    return grouping.persons, [grouping.links[number] for number in range(len(sightings))]


class _Grouping:
    """One document."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self.sightings = sightings
        self.persons: list[Person] = []
        self.links: dict[int, Link] = {}
        self._by_word: dict[str, list[int]] = {}
        """Word of a name to the persons who bear it."""
        self._called: dict[tuple[str, ...], int] = {}
        """Short form to the person that it last stood for."""

    def run(self) -> None:
        numbered = list(enumerate(self.sightings))
        # The longest first: `López Obrador` is a surname where the text has the whole name.
        for number, sighting in sorted(
            numbered, key=lambda item: (-min(len(item[1].name.words), 4), item[0])
        ):
            if sighting.name.is_full and not self._is_double_surname(sighting):
                self._add_full(number, sighting)
        for number, sighting in numbered:
            if number not in self.links and sighting.entry and not sighting.is_spread:
                self._add_decided(number, sighting)
        self._add_sole([number for number, _ in numbered if number not in self.links])
        shorts = [number for number, _ in numbered if number not in self.links]
        # The body first: in a headline nobody is introduced yet, so it takes what the body found.
        shorts.sort(key=lambda number: (self.sightings[number].is_headline, number))
        for number in shorts:
            self._add_short(number)
        self._add_open([number for number in shorts if number not in self.links])
        for person in self.persons:
            self._tell_from_namesake(person)

    @staticmethod
    def _tell_from_namesake(person: Person) -> None:
        """A striker is not the minister of that name: the text says what he does, and nothing of politics."""
        lines = {line_of_work(title) for title in person.text_titles}
        if person.entry and lines and lines <= OTHER_LINES:
            person.entry, person.is_namesake, person.holds_office = "", True, False

    def _add_full(self, number: int, sighting: Sighting) -> None:
        fitting = [i for i, person in enumerate(self.persons) if self._is_same(person, sighting)]
        exact = [i for i in fitting if any(name.key == sighting.name.key for name in self.persons[i].names)]
        chosen = exact if len(exact) == 1 else fitting
        if len(chosen) != 1:
            chosen = [self._add_person(Person())]
        person = self.persons[chosen[0]]
        if sighting.name not in person.names:
            person.names.append(sighting.name)
            self._note_words(chosen[0], sighting.name)
        person.entry = person.entry or sighting.entry
        if not sighting.is_headline and person.introduced is None:
            person.introduced = sighting.start
        self._join(number, chosen[0], "certain", "listed" if person.entry else "full-name")

    @staticmethod
    def _is_same(person: Person, sighting: Sighting) -> bool:
        if person.entry and sighting.entry:
            return person.entry == sighting.entry
        gender = sighting.context.gender
        if gender and person.genders and gender not in person.genders:
            return False
        return all(may_be_one(name, sighting.name) for name in person.names)

    def _is_double_surname(self, sighting: Sighting) -> bool:
        words = sighting.name.words
        return (
            not sighting.entry
            and (bool(sighting.context.honorific) or not is_given_name(words[0]))
            and any(
                len(words) < len(name.words) and name.is_called(sighting.name)
                for p in self.persons
                for name in p.names
            )
        )

    def _add_sole(self, numbers: Sequence[int]) -> None:
        """`President Hale` where nobody of that surname is called president: never the only relative in the text."""
        for number in numbers:
            sighting = self.sightings[number]
            titles = sighting.context.titles & identity_words().sole
            if not titles or any(titles & self.persons[i].titles for i in self._named(sighting.name)):
                continue
            person = Person([sighting.name], is_open=True, introduced=sighting.start)
            self._join(number, self._add_person(person), "open", "surname-only")

    def _add_person(self, person: Person) -> int:
        self.persons.append(person)
        for name in person.names:
            self._note_words(len(self.persons) - 1, name)
        return len(self.persons) - 1

    def _note_words(self, index: int, name: PersonName) -> None:
        for word in set(name.words):
            own = self._by_word.setdefault(word, [])
            if index not in own:
                own.append(index)

    def _named(self, short: PersonName) -> list[int]:
        """The persons whom a short name can stand for."""
        found = []
        for i in self._by_word.get(short.words[-1], ()) if short.words else ():
            person = self.persons[i]
            for name in person.names:
                if name.is_called(short) or (person.is_open and name.words == short.words):
                    found.append(i)
                    break
        return found

    def _add_decided(self, number: int, sighting: Sighting) -> None:
        """A short name whose person the rule data decided: by office, country and day."""
        words, named = sighting.name.words, self._named(sighting.name)
        if len(words) == 1 and not named and self._bearers_of_first_name(sighting):
            return  # `David` of a David Miliband is no minister named David
        others = [i for i in named if self.persons[i].entry != sighting.entry]
        if any(self.persons[i].holds_office for i in others) and not sighting.context.titles:
            return  # of two in office the text has named the other
        known = next((i for i, person in enumerate(self.persons) if person.entry == sighting.entry), None)
        if known is None:
            name = name_of_id(sighting.entry)
            if _contradict(sighting.context.gender, first_name_gender(name.given)):
                return
            known = self._add_person(Person([name], sighting.entry))
        elif _contradict(sighting.context.gender, self.persons[known].gender):
            return
        self._join(number, known, "certain" if sighting.office else "likely", "office")
        if not sighting.context.titles:
            self._called[sighting.name.words] = known

    def _add_short(self, number: int) -> None:
        sighting = self.sightings[number]
        named = self._named(sighting.name)
        if sighting.context.honorific in _ROYAL:  # `King Salman` is nobody of that surname
            named = [i for i in named if sighting.context.honorific in self.persons[i].titles]
        if not named:
            self._add_first_name(number, sighting)
            return
        fitting, reason = self._fit(sighting, named)
        if not fitting:
            return
        if len(fitting) == 1:
            identity: Identity = "certain" if self._is_introduced(fitting[0], sighting) else "likely"
            if len(named) > 1 and reason == "surname":
                identity = "likely"
            if self.persons[fitting[0]].is_open:
                identity, reason = "open", "surname-only"
            self._join(number, fitting[0], identity, reason)
        else:
            chosen = self._choose(sighting, fitting)
            if chosen is None:
                return
            known = not self.persons[chosen].is_open
            self._join(
                number, chosen, "likely" if known else "open", "prominence" if known else "surname-only"
            )
            fitting = [chosen]
        self._called[sighting.name.words] = fitting[0]

    def _fit(self, sighting: Sighting, named: Sequence[int]) -> tuple[list[int], str]:
        """Those whom neither gender nor title contradicts, and what told them from the others."""
        fitting = [i for i in named if not _contradict(sighting.context.gender, self.persons[i].gender)]
        reason = "honorific" if len(fitting) < len(named) else "surname"
        titles = sighting.context.titles
        if titles:
            matching = [i for i in fitting if titles & self.persons[i].titles]
            if matching:
                return matching, "title"
            rest = [i for i in fitting if _may_bear(titles, self.persons[i])]
            reason = "title" if len(rest) < len(fitting) else reason
            fitting = rest
        without = [i for i in fitting if not any(name.suffix for name in self.persons[i].names)]
        if not sighting.name.suffix and without:  # `Trump` beside `Trump Jr` is the father
            fitting = without
        return fitting, reason

    def _is_introduced(self, person: int, sighting: Sighting) -> bool:
        introduced = self.persons[person].introduced
        return introduced is not None and (introduced < sighting.start or sighting.is_headline)

    def _choose(self, sighting: Sighting, fitting: Sequence[int]) -> int | None:
        """Of several the one that the text can mean: in office, called so before, or alone introduced so far."""
        called = self._called.get(sighting.name.words)
        # A woman's honorific goes to nobody of whom it is not known that she is one, however prominent.
        if sighting.context.gender == "f":
            fitting = [i for i in fitting if self.persons[i].gender == "f"]
        holders = [i for i in fitting if self.persons[i].holds_office]
        if not holders and not sighting.context.gender:
            # `Mr` is anybody's: there a title alone makes nobody likelier than a full name.
            holders = [i for i in fitting if self.persons[i].is_titled]
        others = [i for i in fitting if not self.persons[i].is_kin]
        introduced = [i for i in fitting if self._is_introduced(i, sighting)]
        if len(holders) == 1:
            return holders[0]
        if called in fitting:
            return called
        if len(introduced) == 1 and not sighting.is_headline:
            return introduced[0]
        return others[0] if len(others) == 1 else None

    def _add_first_name(self, number: int, sighting: Sighting) -> None:
        """`Emmanuel` where one full name begins so; `Sir Philip`."""
        honorific, words = sighting.context.honorific, sighting.name.words
        if len(words) != 1 or sighting.context.is_kin:
            return
        if honorific and honorific not in identity_words().before_first:
            return
        bearers = self._bearers_of_first_name(sighting)
        if len(bearers) == 1:
            self._join(number, bearers[0], "likely", "first-name")

    def _bearers_of_first_name(self, sighting: Sighting) -> list[int]:
        return [
            i for i, person in enumerate(self.persons)
            if any(name.given == sighting.name.words[0] for name in person.names)
            and not _contradict(sighting.context.gender, person.gender)
        ]  # fmt: skip

    def _add_open(self, numbers: Sequence[int]) -> None:
        """Short names of nobody known, one person for each form; two where `Mr` and `Mrs` bear it."""
        forms: dict[tuple[str, ...], list[int]] = {}
        for number in numbers:
            forms.setdefault(
                (*self.sightings[number].name.words, self.sightings[number].name.suffix), []
            ).append(number)
        for own in forms.values():
            genders = {self.sightings[n].context.gender for n in own} - {None}
            several = any(self._is_name_of_somebody(self.sightings[n].name) for n in own)
            for gender in (None, "f", "m"):
                if len(genders) < 2:
                    group = own if gender is None else []
                else:
                    group = [n for n in own if self.sightings[n].context.gender == gender]
                if group:
                    self._make_open(group, "ambiguous" if several else "surname-only")

    def _is_name_of_somebody(self, short: PersonName) -> bool:
        return bool(self._named(short))

    def _make_open(self, group: Sequence[int], reason: str) -> None:
        first = self.sightings[group[0]]
        honorific = next((h for n in group if (h := self.sightings[n].context.honorific) in _ROYAL), "")
        royal = bool(honorific) and is_given_name(first.name.words[0]) and len(first.name.words) == 1
        name = PersonName(honorific, first.name.words, "", (), first.name.family) if royal else first.name
        self.persons.append(Person([name], is_open=not royal))
        for number in group:
            self._join(
                number, len(self.persons) - 1, "likely" if royal else "open", "title" if royal else reason
            )

    def _join(self, number: int, index: int, identity: Identity, reason: str) -> None:
        person, sighting = self.persons[index], self.sightings[number]
        context = sighting.context
        person.members.append(number)
        person.text_titles |= context.titles | context.roles
        person.titles |= context.titles | context.roles | title_of_office(sighting.office)
        if context.gender:
            person.genders.add(context.gender)
        if context.country:
            person.countries.add(context.country)
        if context.role:
            person.roles.append(context.role)
        person.is_kin |= context.is_kin
        person.holds_office |= sighting.office is not None
        person.offices |= {sighting.office} if sighting.office else set()
        person.is_titled |= not identity_words().sole.isdisjoint(context.titles)
        self.links[number] = Link(index, identity, reason)


def _contradict(one: Gender | None, other: Gender | None) -> bool:
    return one is not None and other is not None and one != other


def _may_bear(titles: Iterable[str], person: Person) -> bool:
    """Whether somebody without these titles in the text can still bear them."""
    lines = {line_of_work(title) for title in person.titles}
    if not lines:
        return not (person.is_kin and not identity_words().sole.isdisjoint(titles))
    return any(line_of_work(title) in lines for title in titles) and identity_words().sole.isdisjoint(titles)


def title_of_office(office: str | None) -> frozenset[str]:
    """The title in the id of an office (`gb-prime-minister`)."""
    words = (office or "").split("-")[1:]
    forms = [" ".join(words[i:]) for i in range(len(words))] + words[:1]
    title = next((title for form in forms if (title := usual_title(form))), None)
    return frozenset({title} if title else ())


def name_of_id(entry: str) -> PersonName:
    """The name that the id of a person of the rule data is made of."""
    return read_name(" ".join(word.title() for word in entry.removeprefix("person-").split("-")))


def short_form(name: PersonName) -> str:
    """What an open person is called in its id."""
    return fold(
        " ".join(filter(None, (name.honorific if name.honorific in _ROYAL else "", *name.words, name.suffix)))
    )
