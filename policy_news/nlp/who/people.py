"""Which mentions of a document are of one person.

Full names come first. A shorter one goes to the full name that it ends, unless honorific, gender or title contradict; of
several it goes to the one that the text has introduced, that holds an office, or that it was given to before. What is left
stays open: a wrong person is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from policy_news.core.single import only
from policy_news.nlp.who.evidence import NO_CONTEXT, NameContext, Sighting
from policy_news.nlp.who.named import Identity
from policy_news.nlp.who.person_names import (
    PersonName,
    is_led_by_first_name,
    may_be_one,
    middles_agree,
    read_name,
)
from policy_news.nlp.who.words import (
    OTHER_LINES,
    Gender,
    fold,
    identity_words,
    is_given_name,
    line_of_work,
    other_honorifics,
    plain_spelling,
    usual_title,
)
from policy_news.rules.name_forms import honorifics
from policy_news.rules.word_lists import is_shared_by_many

_CALLINGS = frozenset({"arts", "faith", "law", "learning", "press", "sport"})
"""Lines of work in which a minister has namesakes, where many bear the name."""
_ROYAL = frozenset({"emperor", "king", "pope", "prince", "princess", "queen"})
"""Their bearers are known by the first name."""
MANY = 100
"""Most persons of one name in a document who are told apart by more than their full names."""
_SON_OF = frozenset({"bin", "ibn"})
"""What stands between the first name of somebody and that of his father."""
_CUES = frozenset({"said"})
"""First names that are words of saying as well: `Said Hale: "No."`"""
_PEERS = frozenset({"baron", "baroness", "earl", "lady", "lord", "viscount", "viscountess"})
"""Styles that somebody bears beside the surname; who is named without one is another."""


@dataclass(slots=True)
class Person:
    """A person of a document.

    Attributes:
        names: Full names, or the one short form of somebody without a full name.
        entry: Id of the rule data, or empty.
        genders: What honorifics and kin say.
        titles: Titles and roles, those of the offices held on the day among them.
        text_titles: Those that the text itself has.
        offices: Held on the day.
        is_kin: The text calls the person a relative of somebody.
        holds_office: In office on the day.
        is_titled: The text calls the person by a title of which a country has one bearer.
        introduced: Start of the first full name in the body; before it nobody is meant by the surname.
        is_open: It is not known who is meant.
        is_royal: The text calls the person king, prince or the like.
        is_peer: The text gives the person the style of a peer: `Lord Hale`.
        is_widowed: The text calls the person a widow or widower.
        is_namesake: Bears the name of somebody whom a list has, and is somebody else.
        has_numeral: The text gives the person a numeral, as of a grandfather and his grandson only one has it.
    """

    names: list[PersonName] = field(default_factory=list)
    entry: str = ""
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
    is_royal: bool = False
    is_peer: bool = False
    is_widowed: bool = False
    has_numeral: bool = False

    @property
    def gender(self) -> Gender | None:
        """By honorific or kin, else by the first name."""
        if self.genders:
            return only(self.genders)
        return only({name.gender for name in self.names if name.given})


@dataclass(frozen=True, slots=True)
class LinkReason:
    """Why a mention belongs to its person."""

    person: int
    identity: Identity
    reason: str


def group_people(sightings: Sequence[Sighting]) -> tuple[list[Person], list[LinkReason]]:
    """Return the persons of a document, and for each mention, in order, whom it belongs to and why."""
    grouping = _Grouping(sightings)
    grouping.run()
    return grouping.persons, [grouping.links[number] for number in range(len(sightings))]


class _Grouping:
    """One document."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self.sightings = sightings
        self.persons: list[Person] = []
        self.links: dict[int, LinkReason] = {}
        self._by_word: dict[str, dict[int, None]] = {}
        """Word of a name, or surname of several words, to the persons who bear it."""
        self._by_given: dict[str, dict[int, None]] = {}
        """First name to its bearers."""
        self._by_key: dict[tuple[str, str, str], dict[int, None]] = {}
        """First name, surname and suffix to their bearers."""
        self._by_entry: dict[str, int] = {}
        """Id of the rule data to the first person who has it."""
        self._called: dict[tuple[str, ...], int] = {}
        """Short form to the person that it last stood for."""
        self._by_first_name: set[int] = set()
        """Persons whom the text has called by the first name so far."""

    def run(self) -> None:
        numbered = list(enumerate(self.sightings))
        self._add_all_full()
        # Then those whom office, country and day decide: they know more than a surname says.
        self._add_all_decided()
        # A title that one person bears makes somebody of its own before the short names look for theirs.
        self._add_sole([number for number, _ in numbered if number not in self.links])
        self._add_peers([number for number, _ in numbered if number not in self.links])
        shorts = [number for number, _ in numbered if number not in self.links]
        # The body first: in a headline nobody is introduced yet, so it takes what the body found.
        shorts.sort(key=lambda number: (self._stands_ahead(self.sightings[number]), number))
        for number in shorts:
            self._add_short(number)
        self._add_open([number for number in shorts if number not in self.links])
        for person in self.persons:
            self._tell_from_namesake(person)

    def _stands_ahead(self, sighting: Sighting) -> bool:
        """Return whether a short name stands in a headline, or before anybody whom it can mean is named in full."""
        starts = [self.persons[i].introduced for i in self._named(sighting.name)]
        known = [start for start in starts if start is not None]
        return sighting.is_headline or (bool(known) and sighting.start < min(known))

    def _add_all_full(self) -> None:
        # The longest first: `López Obrador` is a surname where the text has the whole name.
        longest = sorted(
            enumerate(self.sightings), key=lambda item: (-min(len(item[1].name.words), 4), item[0])
        )
        for number, sighting in longest:
            if sighting.name.is_full and not self._is_double_surname(sighting):
                self._add_full(number, sighting)
            elif sighting.is_other_name and number - 1 in self.links:  # `Joan Hale (née Crane)`
                self._join(number, self.links[number - 1].person, "certain", "former-name")
            elif self._goes_on(number):  # `[Lucía Ortega] [Ruiz]`
                self._add_end(number, sighting)

    @staticmethod
    def _tell_from_namesake(person: Person) -> None:
        """Take the listed id from a namesake: a striker is not the minister of that name, if the text says what he does and nothing of politics.

        Of a name that many bear, so is a lawyer.
        """
        lines = {line_of_work(title) for title in person.text_titles}
        if not person.entry or not lines:
            return
        full = [name for name in person.names if name.is_full and not person.offices]
        is_common = any(is_shared_by_many(name.given, name.family) for name in full)
        if lines <= OTHER_LINES or (is_common and lines <= _CALLINGS):
            person.entry, person.is_namesake, person.holds_office = "", True, False

    def _add_full(self, number: int, sighting: Sighting) -> None:
        chosen = self._named_in_full(number, sighting)
        person = self.persons[chosen]
        if sighting.name not in person.names:
            person.names.append(sighting.name)
            self._note_words(chosen, sighting.name)
        self._give_entry(chosen, person.entry or sighting.entry)
        if not sighting.is_headline and person.introduced is None:
            person.introduced = sighting.start
        reason = "full-name"
        if person.entry:
            reason = "listed"
        self._join(number, chosen, "certain", reason)

    def _named_in_full(self, number: int, sighting: Sighting) -> int:
        """Return the person of a full name; a new one where none bears it, or several could be meant."""
        chosen = self._other_named(number) or [
            i for i in self._alike(sighting) if self._is_same(self.persons[i], sighting)
        ]
        if not chosen:
            return self._add_person(Person())
        exact = [i for i in chosen if any(name.key == sighting.name.key for name in self.persons[i].names)]
        if len(exact) == 1:
            chosen = exact
        alike = [i for i in chosen if self.persons[i].has_numeral == _has_numeral(sighting)]
        is_forebear = not alike and sighting.context.is_kin
        if len(alike) == 1:
            chosen = alike
        if not is_forebear and len(chosen) == 1:
            return chosen[0]
        # Of two who could be meant, neither is: it is a third one of that name.
        return self._add_person(Person(is_namesake=is_forebear))

    def _alike(self, sighting: Sighting) -> list[int]:
        """Return the persons who have the surname of a name, or its last word, or its entry: nobody else can be the same."""
        name = sighting.name
        words = {name.family, name.words[-1], _spelled(name), *name.middle}
        found = {*chain.from_iterable(map(self._bearers, words)), *self._by_key.get(name.key, ())}
        if sighting.entry in self._by_entry:
            found.add(self._by_entry[sighting.entry])
        return sorted(found)

    def _bearers(self, word: str) -> list[int]:
        """Return the persons who bear a surname, or a word of a name; none if they are too many to tell them apart."""
        found = self._by_word.get(word, {})
        return sorted(found) if len(found) <= MANY else []

    def _other_named(self, number: int) -> list[int]:
        """Return the person who bears this name too, as the text says beside it: `Clara Finch, now Clara Hale`."""
        for one, other in ((number, number - 1), (number + 1, number + 1)):
            if one == len(self.sightings) or not self.sightings[one].is_other_name or other not in self.links:
                continue
            if self.sightings[other].name.given == self.sightings[number].name.given:
                return [self.links[other].person]
        return []

    @staticmethod
    def _is_same(person: Person, sighting: Sighting) -> bool:
        if person.entry and sighting.entry:
            return person.entry == sighting.entry
        gender = sighting.context.gender
        if gender and person.genders and gender not in person.genders:
            return False
        if _is_other_work(person.text_titles, sighting.context.titles) or _is_brought_in(person, sighting):
            return False
        own = sighting.name
        if any(name.key == own.key and name.words[0] != own.words[0] for name in person.names):
            return False  # `Chen Ming` beside `Ming Chen`
        return any(
            name.key == own.key and middles_agree(name.middle, own.middle) for name in person.names
        ) or all(may_be_one(name, own) for name in person.names)

    def _goes_on(self, number: int) -> bool:
        """Return whether a surname stands right after a full name, which so far ends too early."""
        if number - 1 not in self.links:
            return False
        before = self.sightings[number - 1]
        return before.name.is_full and self.sightings[number].goes_on

    def _add_end(self, number: int, sighting: Sighting) -> None:
        """Add the end of the full name before it; the person bears the whole."""
        person = self.links[number - 1].person
        whole = read_name(f"{self.sightings[number - 1].text} {sighting.text}")
        self.persons[person].names.append(whole)
        self._note_words(person, whole)
        self._join(number, person, "certain", "full-name")

    def _is_double_surname(self, sighting: Sighting) -> bool:
        words = sighting.name.words
        is_first = is_given_name(words[0]) and not is_led_by_first_name(sighting.text.split())
        if sighting.entry or (is_first and not sighting.context.honorific and words[0] not in _CUES):
            return False
        for i in self._bearers(words[-1]):
            for name in self.persons[i].names:
                if len(words) < len(name.words) and name.is_called(sighting.name):
                    return True
        return False

    def _add_sole(self, numbers: Sequence[int]) -> None:
        """Add `President Hale` where nobody of that surname is called president: never the only relative in the text."""
        for number in numbers:
            sighting = self.sightings[number]
            titles = sighting.context.titles & identity_words().sole
            # `(Russian President Vladimir) Putin`: the first name of somebody of that title.
            if not titles:
                continue
            known = [*self._named(sighting.name), *self._bearers_of_first_name(sighting)]
            if any(titles & self.persons[i].titles for i in known):
                continue
            person = Person([sighting.name], is_open=True, introduced=sighting.start)
            self._join(number, self._add_person(person), "open", "surname-only")

    def _add_peers(self, numbers: Sequence[int]) -> None:
        """Add `Lord Hale` where nobody of that surname bears such a style: never the minister Peter Hale."""
        for number in numbers:
            sighting = self.sightings[number]
            style, name = sighting.context.honorific, sighting.name
            if style not in _PEERS or sighting.entry or self._bearers_of_first_name(sighting):
                continue
            gender = sighting.context.gender
            peers = [self.persons[i] for i in self._named(name) if self.persons[i].is_peer]
            if any(not _contradict(gender, peer.gender) for peer in peers):
                continue
            own = PersonName(style, name.words, "", (), name.family)
            person = Person([own], is_open=True, introduced=sighting.start)
            self._join(number, self._add_person(person), "open", "surname-only")

    def _add_person(self, person: Person) -> int:
        self.persons.append(person)
        self._give_entry(len(self.persons) - 1, person.entry)
        for name in person.names:
            self._note_words(len(self.persons) - 1, name)
        return len(self.persons) - 1

    def _note_words(self, index: int, name: PersonName) -> None:
        for word in {*name.words, name.family, _spelled(name)}:
            self._by_word.setdefault(word, {})[index] = None
        self._by_given.setdefault(name.given, {})[index] = None
        self._by_key.setdefault(name.key, {})[index] = None

    def _give_entry(self, index: int, entry: str) -> None:
        self.persons[index].entry = entry
        if entry:
            self._by_entry.setdefault(entry, index)

    def _named(self, short: PersonName) -> list[int]:
        """Return the persons whom a short name can stand for."""
        if not short.words:
            return []
        found = []
        for i in self._bearers(short.words[-1]):
            person = self.persons[i]
            for name in person.names:
                if name.is_called(short) or (person.is_open and name.words == short.words):
                    found.append(i)
                    break
        return found

    def _add_all_decided(self) -> None:
        left = [number for number in range(len(self.sightings)) if number not in self.links]
        # The body first, as with the other short names.
        for number in sorted(left, key=lambda number: (self.sightings[number].is_headline, number)):
            sighting = self.sightings[number]
            if sighting.entry and not sighting.is_spread:
                self._add_decided(number, sighting)

    def _add_decided(self, number: int, sighting: Sighting) -> None:
        """Add a short name whose person the rule data decided: by office, country and day."""
        words = sighting.name.words
        named = self._named(sighting.name) or self._of_first_surname(sighting.name)
        if len(words) == 1 and not named and self._bearers_of_first_name(sighting):
            return  # `David` of a David Miliband is no minister named David
        others = [i for i in named if self.persons[i].entry != sighting.entry]
        if any(self.persons[i].holds_office for i in others) and not sighting.context.titles:
            return  # of two in office the text has named the other
        known = self._by_entry.get(sighting.entry)
        if others and self._means_other(sighting, known, others):
            self._add_short(number)
            return
        if known is None:
            known = self._add_listed(sighting)
        if known is None or _contradict(sighting.context.gender, self.persons[known].gender):
            return
        self._join(number, known, "certain" if sighting.office else "likely", "office")
        if not sighting.context.titles:
            self._called[_as_called(sighting)] = known

    def _add_listed(self, sighting: Sighting) -> int | None:
        """Return the person of an entry, whom the text does not name in full; None where the honorific contradicts."""
        name = name_of_id(sighting.entry)
        if _contradict(sighting.context.gender, name.gender):
            return None
        return self._add_person(Person([name], sighting.entry))

    def _means_other(self, sighting: Sighting, known: int | None, others: Sequence[int]) -> bool:
        """Return whether the text, which names others in full, has called one of them so, or has named nobody else so far."""
        titles = sighting.context.titles
        if known is None:  # `President Kim` where the text names another president of that surname
            return any(titles & self.persons[i].text_titles for i in others)
        if titles:  # `Secretary Clinton` beside a president of that name
            other = any(_may_bear(titles, self.persons[i]) for i in others)
            return other and not titles & self.persons[known].titles
        called = self._called.get(_as_called(sighting))
        if called is not None:
            return called != known
        return not sighting.is_headline and not self._is_introduced(known, sighting)

    def _add_short(self, number: int) -> None:
        sighting = self.sightings[number]
        short = sighting.name
        named = self._named(short) or self._of_first_surname(short) or self._spelled_otherwise(short)
        named = self._of_style(sighting.context.honorific, named)
        fitting, reason = self._fit(sighting, named) if named else ([], "surname")
        if not fitting:
            self._add_first_name(number, sighting)
            return
        identity: Identity = "likely"
        if len(fitting) == 1:
            chosen = fitting[0]
            # Sure where the text has introduced the person and nothing but the surname could tell two apart.
            if self._is_introduced(chosen, sighting) and (len(named) == 1 or reason != "surname"):
                identity = "certain"
        else:
            likeliest = self._likeliest(sighting, fitting)
            if likeliest is None:
                return
            chosen, reason = likeliest, "prominence"
        if self.persons[chosen].is_open:
            identity, reason = "open", "surname-only"
        self._join(number, chosen, identity, reason)
        self._called[_as_called(sighting)] = chosen

    def _of_first_surname(self, short: PersonName) -> list[int]:
        """Return the persons of two surnames who are called by the first one: `Robles` of Mariana Robles Ortega."""
        if len(short.words) != 1 or is_given_name(short.words[0]):
            return []
        bearers = self._bearers(short.words[0])
        return [i for i in bearers if any(name.middle == short.words for name in self.persons[i].names)]

    def _spelled_otherwise(self, short: PersonName) -> list[int]:
        """Return the persons whose surname a short name is in other letters: `Zelenskiy` of Volodymyr Zelensky."""
        if len(short.words) != 1 or self._bearers(short.words[0]):
            return []
        return self._bearers(_spelled(short))

    def _of_style(self, style: str, named: list[int]) -> list[int]:
        """Return the persons who bear the style of a king or a peer, where a short name has it."""
        if style in _ROYAL:  # `King Salman` is nobody of that surname
            return [i for i in named if style in self.persons[i].titles]
        if style in _PEERS:  # `Lord Hale` is not the minister Peter Hale
            return [i for i in named if self.persons[i].is_peer]
        return named

    def _fit(self, sighting: Sighting, named: list[int]) -> tuple[list[int], str]:
        """Return those whom neither gender nor title contradicts, and what told them from the others."""
        if not sighting.is_headline:
            named = [i for i in named if not self._comes_as_kin(i, sighting)]
        if sighting.context.honorific:  # `Mr Hale` beside `Lord Hale`
            named = [
                i for i in named if self.persons[i].is_peer == (sighting.context.honorific in _PEERS)
            ] or named
        fitting, reason = self._of_gender(sighting.context.gender, named), "surname"
        if len(fitting) < len(named):
            reason = "honorific"
        titles = sighting.context.titles
        matching = [i for i in fitting if titles & self.persons[i].titles]
        if matching:
            return matching, "title"
        rest = [i for i in fitting if not titles or _may_bear(titles, self.persons[i])]
        if len(rest) < len(fitting):
            reason = "title"
        if not sighting.name.suffix:
            rest = self._without_suffix(rest)
        return self._without_late(sighting, rest), reason

    def _of_gender(self, gender: Gender | None, persons: list[int]) -> list[int]:
        """Return those of some persons who may be of a gender; all where none is told."""
        if gender is None:
            return persons
        return [i for i in persons if self.persons[i].gender in (None, gender)]

    def _without_suffix(self, persons: list[int]) -> list[int]:
        """Return the persons without a suffix, if there are any: `Trump` beside `Trump Jr` is the father."""
        if len(persons) < 2:
            return persons
        return [i for i in persons if not any(name.suffix for name in self.persons[i].names)] or persons

    def _comes_as_kin(self, person: int, sighting: Sighting) -> bool:
        """Return whether the body of the text brings somebody in after a short name, as a relative of whom that means."""
        own = self.persons[person]
        return own.is_kin and own.introduced is not None and own.introduced > sighting.start

    def _is_introduced(self, person: int, sighting: Sighting) -> bool:
        introduced = self.persons[person].introduced
        return introduced is not None and (introduced < sighting.start or sighting.is_headline)

    def _likeliest(self, sighting: Sighting, fitting: Sequence[int]) -> int | None:
        """Return the one of several whom a short name can mean; beside a widow it may be the dead."""
        is_widowed = any(self.persons[i].is_widowed for i in fitting)
        return None if is_widowed else self._choose(sighting, fitting)

    def _choose(self, sighting: Sighting, fitting: Sequence[int]) -> int | None:
        """Return of several persons the one that the text can mean: in office, called so before, or alone introduced so far."""
        called = self._called.get(_as_called(sighting))
        # A woman's honorific goes to nobody of whom it is not known that she is one, however prominent.
        if sighting.context.gender == "f":
            fitting = [i for i in fitting if self.persons[i].gender == "f"]
        holders = [i for i in fitting if self.persons[i].holds_office]
        if len(holders) == 1:
            return holders[0]
        if called in fitting:
            return called
        introduced = sum(self._is_introduced(i, sighting) for i in fitting)
        if introduced != 1 and not self._by_first_name.isdisjoint(fitting):
            return None  # whom the text calls by the first name the surname would not tell from the others
        return self._introduced_so_far(sighting, fitting, is_held=bool(holders))

    def _introduced_so_far(self, sighting: Sighting, fitting: Sequence[int], *, is_held: bool) -> int | None:
        """Return of several persons the one whom the text has introduced, alone or alone with a title.

        Args:
            fitting: Those whom it can mean.
        """
        introduced = [i for i in fitting if self._is_introduced(i, sighting)]
        titled = [i for i in introduced if self.persons[i].is_titled]
        if len(introduced) == 1 and not sighting.is_headline:
            return introduced[0]
        # `Mr` is anybody's: there a title alone makes nobody likelier than a full name.
        if len(titled) == 1 and not is_held and not sighting.context.gender:
            return titled[0]
        if sighting.context.gender and len(introduced) > 1:
            return None  # `Miss Hale` may be the mother as well as the daughter
        return self._besides_kin(fitting, sighting.context.titles)

    def _besides_kin(self, fitting: Sequence[int], titles: frozenset[str]) -> int | None:
        """Return the only one whom the text does not call somebody's relative; with a title, only who has it: a relative may bear it as well."""
        others = [i for i in fitting if not self.persons[i].is_kin]
        if len(others) != 1 or (titles and titles.isdisjoint(self.persons[others[0]].titles)):
            return None
        return others[0]

    def _without_late(self, sighting: Sighting, fitting: list[int]) -> list[int]:
        """Leave out a `President Hale` who comes after a Hale whom a list has: only where the title stands is he another."""
        if sighting.context.titles or not any(self.persons[i].is_open for i in fitting):
            return fitting
        known = [self.persons[i].introduced for i in fitting if self.persons[i].entry]
        first = min((start for start in known if start is not None), default=None)
        if first is None:
            return fitting
        return [
            i for i in fitting if not self.persons[i].is_open or (self.persons[i].introduced or 0) < first
        ]

    def _add_first_name(self, number: int, sighting: Sighting) -> None:
        """Add `Emmanuel` where one full name begins so; `Sir Philip`."""
        honorific, words = sighting.context.honorific, sighting.name.words
        if len(words) != 1 or sighting.context.is_kin:
            return
        if honorific and honorific not in honorifics().before_first:
            return
        bearers = self._bearers_of_first_name(sighting)
        if honorific in _ROYAL:  # `Prince Albert` is not Professor Albert Weiss
            bearers = [i for i in bearers if self._may_be_royal(self.persons[i])]
        if len(bearers) == 1:
            self._join(number, bearers[0], "likely", "first-name")
            self._by_first_name.add(bearers[0])

    @staticmethod
    def _may_be_royal(person: Person) -> bool:
        """Return whether a text says that of somebody, or calls him the son of another: `Salman bin Nasser`."""
        is_son = any(name.family.split()[0] in _SON_OF for name in person.names if name.family)
        return person.is_royal or person.is_kin or is_son

    def _bearers_of_first_name(self, sighting: Sighting) -> list[int]:
        found = self._by_given.get(sighting.name.words[0], {})
        if len(found) > MANY:
            return []
        return self._of_gender(sighting.context.gender, sorted(found))

    def _add_open(self, numbers: Sequence[int]) -> None:
        """Add short names of nobody known, one person for each form; two where `Mr` and `Mrs` bear it."""
        forms: dict[tuple[str, ...], list[int]] = {}
        for number in numbers:
            name = self.sightings[number].name
            forms.setdefault((*name.words, name.suffix), []).append(number)
        for own in forms.values():
            reason = "surname-only"
            if any(self._named(self.sightings[number].name) for number in own):
                reason = "ambiguous"
            for group in self._by_gender(own):
                self._make_open(group, reason)

    def _by_gender(self, numbers: Sequence[int]) -> list[list[int]]:
        """Return the mentions of one form: together, unless honorifics say that they are of a woman and a man."""
        groups: dict[Gender | None, list[int]] = {None: [], "f": [], "m": []}
        for number in numbers:
            groups[self.sightings[number].context.gender].append(number)
        if not groups["f"] or not groups["m"]:
            return [list(numbers)]
        return [group for group in groups.values() if group]

    def _make_open(self, group: Sequence[int], reason: str) -> None:
        first = self.sightings[group[0]]
        name, is_royal = first.name, False
        identity: Identity = "open"
        for number in group:
            honorific = self.sightings[number].context.honorific
            if honorific in _ROYAL:
                is_royal = len(name.words) == 1 and is_given_name(name.words[0])
                break
        if is_royal:  # `King Salman` is somebody by title and first name, though nobody's full name
            name = PersonName(honorific, name.words, "", (), name.family)
            identity, reason = "likely", "title"
        self.persons.append(Person([name], is_open=not is_royal))
        for number in group:
            self._join(number, len(self.persons) - 1, identity, reason)

    def _join(self, number: int, index: int, identity: Identity, reason: str) -> None:
        person, sighting = self.persons[index], self.sightings[number]
        person.has_numeral |= _has_numeral(sighting)
        if sighting.office:
            person.holds_office = True
            person.offices.add(sighting.office)
            person.titles |= title_of_office(sighting.office)
        if sighting.context is not NO_CONTEXT:
            self._learn(person, sighting.context)
        self.links[number] = LinkReason(index, identity, reason)

    @staticmethod
    def _learn(person: Person, context: NameContext) -> None:
        """Take in what the words around a mention say of the person."""
        person.text_titles |= context.titles | context.roles
        person.titles |= context.titles | context.roles
        if context.gender:
            person.genders.add(context.gender)
        if context.country:
            person.countries.add(context.country)
        if context.role:
            person.roles.append(context.role)
        person.is_kin |= context.is_kin
        person.is_widowed |= context.is_widowed
        person.is_royal |= context.honorific in _ROYAL or not _ROYAL.isdisjoint(context.titles)
        person.is_peer |= context.honorific in _PEERS
        if not context.is_past:  # who once was president is as likely as any other of that name
            person.is_titled |= not identity_words().sole.isdisjoint(context.titles)


def _spelled(name: PersonName) -> str:
    """Return the mark of a surname in whatever letters."""
    return f"~{plain_spelling(name.family.removeprefix('al '))}"


def _has_numeral(sighting: Sighting) -> bool:
    return sighting.text.rpartition(" ")[2] in ("III", "IV")


def _as_called(sighting: Sighting) -> tuple[str, ...]:
    """Return a short form with the gender that an honorific tells: who is `Mrs Hale` need not be `Hale`."""
    return (*sighting.name.words, sighting.context.gender or "")


def _is_other_work(known: Iterable[str], titles: Iterable[str]) -> bool:
    """Return whether one is called by titles of sport only, the other by those of public life only."""
    one, other = ({line_of_work(title) for title in own} for own in (known, titles))
    return bool(one and other) and (one <= OTHER_LINES) != (other <= OTHER_LINES) and one.isdisjoint(other)


def _is_brought_in(person: Person, sighting: Sighting) -> bool:
    """Return whether a text says of a name that it has had before what somebody new is: `Gov. Ann Orr`, then `Ann Orr, a reporter`."""
    context = sighting.context
    if not context.is_new or person.introduced is None or person.introduced >= sighting.start:
        return False
    known, own = ({line_of_work(title) for title in titles} for titles in (person.text_titles, context.roles))
    own.discard("staff")  # a senator can advise a candidate
    return bool(known and own) and known.isdisjoint(own)


def _contradict(one: Gender | None, other: Gender | None) -> bool:
    return one is not None and other is not None and one != other


def _may_bear(titles: Iterable[str], person: Person) -> bool:
    """Return whether somebody without these titles in the text can still bear them, as anybody can `Professor`."""
    titles = [title for title in titles if title not in other_honorifics()]
    if not titles:
        return True
    lines = {line_of_work(title) for title in person.titles}
    if person.titles == {usual_title("candidate")}:
        lines.add("state")  # who runs for an office may have another one
    if not lines:
        return not (person.is_kin and not identity_words().sole.isdisjoint(titles))
    return any(line_of_work(title) in lines for title in titles) and identity_words().sole.isdisjoint(titles)


def title_of_office(office: str | None) -> frozenset[str]:
    """Return the title in the id of an office (`gb-prime-minister`)."""
    words = (office or "").split("-")[1:]
    # The longest form first: a deputy prime minister is not a prime minister.
    forms = [" ".join(words[i:]) for i in range(len(words))] + words[:1]
    for form in forms:
        title = usual_title(form)
        if title:
            return frozenset({title})
    return frozenset()


def name_of_id(entry: str) -> PersonName:
    """Return the name that the id of a person of the rule data is made of."""
    return read_name(" ".join(word.title() for word in entry.removeprefix("person-").split("-")))


def is_of_peer(local_id: str) -> bool:
    """Return whether the id of an open person has the style of a peer in it."""
    style, *rest = local_id.removeprefix("person-").split("-")
    return style in _PEERS and "in" in rest[1:] and rest[0] not in ("f", "m", "in")


def short_form(name: PersonName) -> str:
    """Return what an open person is called in its id."""
    parts = [*name.words, name.suffix]
    if not name.is_full and name.honorific in _ROYAL | _PEERS:
        parts.insert(0, name.honorific)
    return fold(" ".join(filter(None, parts)))
