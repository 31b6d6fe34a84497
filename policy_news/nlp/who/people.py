"""Which mentions of a document are of one person.

Full names come first. A shorter one goes to the full name that it ends, unless honorific, gender or title contradict; of
several it goes to the one that the text has introduced, that holds an office, or that it was given to before. What is left
stays open: a wrong person is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from policy_news.core.grouping import grouped
from policy_news.core.single import only
from policy_news.nlp.who.evidence import NO_CONTEXT, NameContext, PersonMention
from policy_news.nlp.who.name_ids import Identity
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
class PersonLink:
    """Why a mention belongs to its person."""

    person: int
    identity: Identity
    reason: str


def group_people(mentions: Sequence[PersonMention]) -> tuple[list[Person], list[PersonLink]]:
    """Return the persons of a document, and for each mention, in order, whom it belongs to and why."""
    grouping = _Grouping(mentions)
    grouping.run()
    return grouping.persons, [grouping.links[number] for number in range(len(mentions))]


class _Grouping:
    """One document."""

    def __init__(self, mentions: Sequence[PersonMention]) -> None:
        self.mentions = mentions
        self.persons: list[Person] = []
        self.links: dict[int, PersonLink] = {}
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
        numbered = list(enumerate(self.mentions))
        self._add_all_full()
        # Then those whom office, country and day decide: they know more than a surname says.
        self._add_all_decided()
        # A title that one person bears makes somebody of its own before the short names look for theirs.
        self._add_sole([number for number, _ in numbered if number not in self.links])
        self._add_peers([number for number, _ in numbered if number not in self.links])
        shorts = [number for number, _ in numbered if number not in self.links]
        # The body first: in a headline nobody is introduced yet, so it takes what the body found.
        shorts.sort(key=lambda number: (self._stands_ahead(self.mentions[number]), number))
        for number in shorts:
            self._add_short(number)
        self._add_open([number for number in shorts if number not in self.links])
        for person in self.persons:
            self._tell_from_namesake(person)

    def _stands_ahead(self, mention: PersonMention) -> bool:
        """Return whether a short name stands in a headline, or before anybody whom it can mean is named in full."""
        starts = [self.persons[i].introduced for i in self._candidates(mention.name)]
        known = [start for start in starts if start is not None]
        return mention.is_headline or (bool(known) and mention.start < min(known))

    def _add_all_full(self) -> None:
        # The longest first: `López Obrador` is a surname where the text has the whole name.
        longest = sorted(
            enumerate(self.mentions), key=lambda item: (-min(len(item[1].name.words), 4), item[0])
        )
        for number, mention in longest:
            if mention.name.is_full and not self._is_double_surname(mention):
                self._add_full(number, mention)
            elif mention.is_other_name and number - 1 in self.links:  # `Joan Hale (née Crane)`
                self._join(number, self.links[number - 1].person, "certain", "former-name")
            elif self._goes_on(number):  # `[Lucía Ortega] [Ruiz]`
                self._add_end(number, mention)

    @staticmethod
    def _tell_from_namesake(person: Person) -> None:
        """Take the listed id from a namesake whose work the text gives, if nothing of it is politics: a striker, not the minister.

        Of a name that many bear, so is a lawyer.
        """
        lines = {line_of_work(title) for title in person.text_titles}
        if not person.entry or not lines:
            return
        full = [name for name in person.names if name.is_full and not person.offices]
        is_common = any(is_shared_by_many(name.given, name.family) for name in full)
        if lines <= OTHER_LINES or (is_common and lines <= _CALLINGS):
            person.entry, person.is_namesake, person.holds_office = "", True, False

    def _add_full(self, number: int, mention: PersonMention) -> None:
        chosen = self._named_in_full(number, mention)
        person = self.persons[chosen]
        if mention.name not in person.names:
            person.names.append(mention.name)
            self._note_words(chosen, mention.name)
        self._give_entry(chosen, person.entry or mention.entry)
        if not mention.is_headline and person.introduced is None:
            person.introduced = mention.start
        reason = "full-name"
        if person.entry:
            reason = "listed"
        self._join(number, chosen, "certain", reason)

    def _named_in_full(self, number: int, mention: PersonMention) -> int:
        """Return the person of a full name; a new one where none bears it, or several could be meant."""
        chosen = self._other_named(number) or [
            i for i in self._alike(mention) if self._is_same(self.persons[i], mention)
        ]
        if not chosen:
            return self._add_person(Person())
        exact = [i for i in chosen if any(name.key == mention.name.key for name in self.persons[i].names)]
        if len(exact) == 1:
            chosen = exact
        alike = [i for i in chosen if self.persons[i].has_numeral == _has_numeral(mention)]
        is_forebear = not alike and mention.context.is_kin
        if len(alike) == 1:
            chosen = alike
        if not is_forebear and len(chosen) == 1:
            return chosen[0]
        # Of two who could be meant, neither is: it is a third one of that name.
        return self._add_person(Person(is_namesake=is_forebear))

    def _alike(self, mention: PersonMention) -> list[int]:
        """Return the persons who have the surname of a name, or its last word, or its entry: nobody else can be the same."""
        name = mention.name
        words = {name.family, name.words[-1], _spelled(name), *name.middle}
        found = {*chain.from_iterable(map(self._bearers, words)), *self._by_key.get(name.key, ())}
        if mention.entry in self._by_entry:
            found.add(self._by_entry[mention.entry])
        return sorted(found)

    def _bearers(self, word: str) -> list[int]:
        """Return the persons who bear a surname, or a word of a name; none if they are too many to tell them apart."""
        found = self._by_word.get(word, {})
        return sorted(found) if len(found) <= MANY else []

    def _other_named(self, number: int) -> list[int]:
        """Return the person who bears this name too, as the text says beside it: `Clara Finch, now Clara Hale`."""
        for one, other in ((number, number - 1), (number + 1, number + 1)):
            if one == len(self.mentions) or not self.mentions[one].is_other_name or other not in self.links:
                continue
            if self.mentions[other].name.given == self.mentions[number].name.given:
                return [self.links[other].person]
        return []

    @staticmethod
    def _is_same(person: Person, mention: PersonMention) -> bool:
        if person.entry and mention.entry:
            return person.entry == mention.entry
        gender = mention.context.gender
        if gender and person.genders and gender not in person.genders:
            return False
        if _is_other_work(person.text_titles, mention.context.titles) or _is_brought_in(person, mention):
            return False
        own = mention.name
        if any(name.key == own.key and name.words[0] != own.words[0] for name in person.names):
            return False  # `Chen Ming` beside `Ming Chen`
        return any(
            name.key == own.key and middles_agree(name.middle, own.middle) for name in person.names
        ) or all(may_be_one(name, own) for name in person.names)

    def _goes_on(self, number: int) -> bool:
        """Return whether a surname stands right after a full name, which so far ends too early."""
        if number - 1 not in self.links:
            return False
        before = self.mentions[number - 1]
        return before.name.is_full and self.mentions[number].goes_on

    def _add_end(self, number: int, mention: PersonMention) -> None:
        """Add the end of the full name before it; the person bears the whole."""
        person = self.links[number - 1].person
        whole = read_name(f"{self.mentions[number - 1].text} {mention.text}")
        self.persons[person].names.append(whole)
        self._note_words(person, whole)
        self._join(number, person, "certain", "full-name")

    def _is_double_surname(self, mention: PersonMention) -> bool:
        words = mention.name.words
        is_first = is_given_name(words[0]) and not is_led_by_first_name(mention.text.split())
        if mention.entry or (is_first and not mention.context.honorific and words[0] not in _CUES):
            return False
        for i in self._bearers(words[-1]):
            for name in self.persons[i].names:
                if len(words) < len(name.words) and name.is_called(mention.name):
                    return True
        return False

    def _add_sole(self, numbers: Sequence[int]) -> None:
        """Add `President Hale` where nobody of that surname is called president: never the only relative in the text."""
        for number in numbers:
            mention = self.mentions[number]
            titles = mention.context.titles & identity_words().sole
            # `(Russian President Vladimir) Putin`: the first name of somebody of that title.
            if not titles:
                continue
            known = [*self._candidates(mention.name), *self._bearers_of_first_name(mention)]
            if any(titles & self.persons[i].titles for i in known):
                continue
            person = Person([mention.name], is_open=True, introduced=mention.start)
            self._join(number, self._add_person(person), "open", "surname-only")

    def _add_peers(self, numbers: Sequence[int]) -> None:
        """Add `Lord Hale` where nobody of that surname bears such a style: never the minister Peter Hale."""
        for number in numbers:
            mention = self.mentions[number]
            style, name = mention.context.honorific, mention.name
            if style not in _PEERS or mention.entry or self._bearers_of_first_name(mention):
                continue
            gender = mention.context.gender
            peers = [self.persons[i] for i in self._candidates(name) if self.persons[i].is_peer]
            if any(not _contradict(gender, peer.gender) for peer in peers):
                continue
            own = PersonName(style, name.words, "", (), name.family)
            person = Person([own], is_open=True, introduced=mention.start)
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

    def _candidates(self, short: PersonName) -> list[int]:
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
        left = [number for number in range(len(self.mentions)) if number not in self.links]
        # The body first, as with the other short names.
        for number in sorted(left, key=lambda number: (self.mentions[number].is_headline, number)):
            mention = self.mentions[number]
            if mention.entry and not mention.is_spread:
                self._add_decided(number, mention)

    def _add_decided(self, number: int, mention: PersonMention) -> None:
        """Add a short name whose person the rule data decided: by office, country and day."""
        words = mention.name.words
        candidates = self._candidates(mention.name) or self._of_first_surname(mention.name)
        if len(words) == 1 and not candidates and self._bearers_of_first_name(mention):
            return  # `David` of a David Miliband is no minister named David
        others = [i for i in candidates if self.persons[i].entry != mention.entry]
        if any(self.persons[i].holds_office for i in others) and not mention.context.titles:
            return  # of two in office the text has named the other
        known = self._by_entry.get(mention.entry)
        if others and self._means_other(mention, known, others):
            self._add_short(number)
            return
        if known is None:
            known = self._add_listed(mention)
        if known is None or _contradict(mention.context.gender, self.persons[known].gender):
            return
        self._join(number, known, "certain" if mention.office else "likely", "office")
        if not mention.context.titles:
            self._called[_as_called(mention)] = known

    def _add_listed(self, mention: PersonMention) -> int | None:
        """Return the person of an entry, whom the text does not name in full; None where the honorific contradicts."""
        name = name_of_id(mention.entry)
        if _contradict(mention.context.gender, name.gender):
            return None
        return self._add_person(Person([name], mention.entry))

    def _means_other(self, mention: PersonMention, known: int | None, others: Sequence[int]) -> bool:
        """Return whether the text, which names others in full, has called one of them so, or has named nobody else so far."""
        titles = mention.context.titles
        if known is None:  # `President Kim` where the text names another president of that surname
            return any(titles & self.persons[i].text_titles for i in others)
        if titles:  # `Secretary Clinton` beside a president of that name
            other = any(_may_bear(titles, self.persons[i]) for i in others)
            return other and not titles & self.persons[known].titles
        called = self._called.get(_as_called(mention))
        if called is not None:
            return called != known
        return not mention.is_headline and not self._is_introduced(known, mention)

    def _add_short(self, number: int) -> None:
        mention = self.mentions[number]
        short = mention.name
        candidates = (
            self._candidates(short) or self._of_first_surname(short) or self._spelled_otherwise(short)
        )
        candidates = self._of_style(mention.context.honorific, candidates)
        fitting, reason = self._fit(mention, candidates) if candidates else ([], "surname")
        if not fitting:
            self._add_first_name(number, mention)
            return
        identity: Identity = "likely"
        if len(fitting) == 1:
            chosen = fitting[0]
            # Sure where the text has introduced the person and nothing but the surname could tell two apart.
            if self._is_introduced(chosen, mention) and (len(candidates) == 1 or reason != "surname"):
                identity = "certain"
        else:
            likeliest = self._likeliest(mention, fitting)
            if likeliest is None:
                return
            chosen, reason = likeliest, "prominence"
        if self.persons[chosen].is_open:
            identity, reason = "open", "surname-only"
        self._join(number, chosen, identity, reason)
        self._called[_as_called(mention)] = chosen

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

    def _of_style(self, style: str, candidates: list[int]) -> list[int]:
        """Return the persons who bear the style of a king or a peer, where a short name has it."""
        if style in _ROYAL:  # `King Salman` is nobody of that surname
            return [i for i in candidates if style in self.persons[i].titles]
        if style in _PEERS:  # `Lord Hale` is not the minister Peter Hale
            return [i for i in candidates if self.persons[i].is_peer]
        return candidates

    def _fit(self, mention: PersonMention, candidates: list[int]) -> tuple[list[int], str]:
        """Return those whom neither gender nor title contradicts, and what told them from the others."""
        if not mention.is_headline:
            candidates = [i for i in candidates if not self._comes_as_kin(i, mention)]
        if mention.context.honorific:  # `Mr Hale` beside `Lord Hale`
            candidates = [
                i for i in candidates if self.persons[i].is_peer == (mention.context.honorific in _PEERS)
            ] or candidates
        fitting, reason = self._of_gender(mention.context.gender, candidates), "surname"
        if len(fitting) < len(candidates):
            reason = "honorific"
        titles = mention.context.titles
        matching = [i for i in fitting if titles & self.persons[i].titles]
        if matching:
            return matching, "title"
        rest = [i for i in fitting if not titles or _may_bear(titles, self.persons[i])]
        if len(rest) < len(fitting):
            reason = "title"
        if not mention.name.suffix:
            rest = self._without_suffix(rest)
        return self._without_late(mention, rest), reason

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

    def _comes_as_kin(self, person: int, mention: PersonMention) -> bool:
        """Return whether the body of the text brings somebody in after a short name, as a relative of whom that means."""
        own = self.persons[person]
        return own.is_kin and own.introduced is not None and own.introduced > mention.start

    def _is_introduced(self, person: int, mention: PersonMention) -> bool:
        introduced = self.persons[person].introduced
        return introduced is not None and (introduced < mention.start or mention.is_headline)

    def _likeliest(self, mention: PersonMention, fitting: Sequence[int]) -> int | None:
        """Return the one of several whom a short name can mean; beside a widow it may be the dead."""
        is_widowed = any(self.persons[i].is_widowed for i in fitting)
        return None if is_widowed else self._choose(mention, fitting)

    def _choose(self, mention: PersonMention, fitting: Sequence[int]) -> int | None:
        """Return of several persons the one that the text can mean: in office, called so before, or alone introduced so far."""
        called = self._called.get(_as_called(mention))
        # A woman's honorific goes to nobody of whom it is not known that she is one, however prominent.
        if mention.context.gender == "f":
            fitting = [i for i in fitting if self.persons[i].gender == "f"]
        holders = [i for i in fitting if self.persons[i].holds_office]
        if len(holders) == 1:
            return holders[0]
        if called in fitting:
            return called
        introduced = sum(self._is_introduced(i, mention) for i in fitting)
        if introduced != 1 and not self._by_first_name.isdisjoint(fitting):
            return None  # whom the text calls by the first name the surname would not tell from the others
        return self._introduced_so_far(mention, fitting, is_held=bool(holders))

    def _introduced_so_far(
        self, mention: PersonMention, fitting: Sequence[int], *, is_held: bool
    ) -> int | None:
        """Return of several persons the one whom the text has introduced, alone or alone with a title.

        Args:
            fitting: Those whom it can mean.
        """
        introduced = [i for i in fitting if self._is_introduced(i, mention)]
        titled = [i for i in introduced if self.persons[i].is_titled]
        if len(introduced) == 1 and not mention.is_headline:
            return introduced[0]
        # `Mr` is anybody's: there a title alone makes nobody likelier than a full name.
        if len(titled) == 1 and not is_held and not mention.context.gender:
            return titled[0]
        if mention.context.gender and len(introduced) > 1:
            return None  # `Miss Hale` may be the mother as well as the daughter
        return self._besides_kin(fitting, mention.context.titles)

    def _besides_kin(self, fitting: Sequence[int], titles: frozenset[str]) -> int | None:
        """Return the only person whom the text does not call a relative; with a title, only one who has it."""
        others = [i for i in fitting if not self.persons[i].is_kin]
        if len(others) != 1 or (titles and titles.isdisjoint(self.persons[others[0]].titles)):
            return None
        return others[0]

    def _without_late(self, mention: PersonMention, fitting: list[int]) -> list[int]:
        """Leave out a `President Hale` who comes after a Hale whom a list has: only where the title stands is he another."""
        if mention.context.titles or not any(self.persons[i].is_open for i in fitting):
            return fitting
        known = [self.persons[i].introduced for i in fitting if self.persons[i].entry]
        first = min((start for start in known if start is not None), default=None)
        if first is None:
            return fitting
        return [
            i for i in fitting if not self.persons[i].is_open or (self.persons[i].introduced or 0) < first
        ]

    def _add_first_name(self, number: int, mention: PersonMention) -> None:
        """Add `Emmanuel` where one full name begins so; `Sir Philip`."""
        honorific, words = mention.context.honorific, mention.name.words
        if len(words) != 1 or mention.context.is_kin:
            return
        named = not honorific or honorific in honorifics().before_first
        if not named and is_given_name(words[0]):
            return
        bearers = self._bearers_of_first_name(mention)
        if not named:  # `Mr Wichai`, whom the text has called Wichai Boonmee
            bearers = [i for i in bearers if self._is_introduced(i, mention)]
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

    def _bearers_of_first_name(self, mention: PersonMention) -> list[int]:
        found = self._by_given.get(mention.name.words[0], {})
        if len(found) > MANY:
            return []
        return self._of_gender(mention.context.gender, sorted(found))

    def _add_open(self, numbers: Sequence[int]) -> None:
        """Add short names of nobody known, one person for each form; two where `Mr` and `Mrs` bear it."""
        named = [(self.mentions[number].name, number) for number in numbers]
        for own in grouped(((*name.words, name.suffix), number) for name, number in named).values():
            reason = "surname-only"
            if any(self._candidates(self.mentions[number].name) for number in own):
                reason = "ambiguous"
            for group in self._by_gender(own):
                self._make_open(group, reason)

    def _by_gender(self, numbers: Sequence[int]) -> list[list[int]]:
        """Return the mentions of one form: together, unless honorifics say that they are of a woman and a man."""
        groups: dict[Gender | None, list[int]] = {None: [], "f": [], "m": []}
        for number in numbers:
            groups[self.mentions[number].context.gender].append(number)
        if not groups["f"] or not groups["m"]:
            return [list(numbers)]
        return [group for group in groups.values() if group]

    def _make_open(self, group: Sequence[int], reason: str) -> None:
        first = self.mentions[group[0]]
        name, is_royal = first.name, False
        identity: Identity = "open"
        for number in group:
            honorific = self.mentions[number].context.honorific
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
        person, mention = self.persons[index], self.mentions[number]
        person.has_numeral |= _has_numeral(mention)
        if mention.office:
            person.holds_office = True
            person.offices.add(mention.office)
            person.titles |= title_of_office(mention.office)
        if mention.context is not NO_CONTEXT:
            self._learn(person, mention.context)
        self.links[number] = PersonLink(index, identity, reason)

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


def _has_numeral(mention: PersonMention) -> bool:
    return mention.text.rpartition(" ")[2] in ("III", "IV")


def _as_called(mention: PersonMention) -> tuple[str, ...]:
    """Return a short form with the gender that an honorific tells: who is `Mrs Hale` need not be `Hale`."""
    return (*mention.name.words, mention.context.gender or "")


def _is_other_work(known: Iterable[str], titles: Iterable[str]) -> bool:
    """Return whether one is called by titles of sport only, the other by those of public life only."""
    one, other = ({line_of_work(title) for title in own} for own in (known, titles))
    return bool(one and other) and (one <= OTHER_LINES) != (other <= OTHER_LINES) and one.isdisjoint(other)


def _is_brought_in(person: Person, mention: PersonMention) -> bool:
    """Return whether a text says of a name that it has had before what somebody new is: `Gov. Ann Orr`, then `Ann Orr, a reporter`."""
    context = mention.context
    if not context.is_new or person.introduced is None or person.introduced >= mention.start:
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
