"""Who a bare surname stands for: a leader of the time, a relative, a minister of the country that the document is about.

The surname of somebody who leads a government on the document's day is that person unless the text says otherwise: a full
name of another bearer, or an honorific that the leader cannot have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from policy_news.core.single import only
from policy_news.nlp.entities.mentions import ARTICLES, POSSESSIVES, Mention, tokens_of
from policy_news.nlp.entities.offices import has_held_office
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.person_names import read_name
from policy_news.nlp.who.words import honorific_gender, peoples
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.name_forms import name_words
from policy_news.rules.rule_models import Holder, Office
from policy_news.rules.surnames import surname_forms
from policy_news.rules.word_lists import is_common_surname, is_first_name, is_ordinary, is_usual_surname
from policy_news.tables.labels import PEOPLE, PLACES

YEAR = dt.timedelta(days=365)
"""So long after the end a leader is still known by the surname alone, and a thing in the news."""
REMEMBERED = 10 * YEAR
"""So long after the last term a minister may be known by the surname alone."""
KNOWN = frozenset({"CN", "DE", "FR", "GB", "RU", "US"})
"""Countries whose leaders all readers know by the surname, whatever else bears it."""
CROWD = 50
"""Persons of one surname above which an article is a list of names, and no more of them are told apart."""
RULE = "minister.leader"
RELATIVE = "person.of-surname"
_Row = tuple[str, Office, Holder]


class When(NamedTuple):
    """A document's date, and the day by which it was written: its own, or else the latest that it names."""

    day: dt.date | None
    by: dt.date | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody whom a surname may stand for.

    Attributes:
        name: In full.
        label: PERSON or MINISTER.
        entry: Id in the rule data, or empty.
    """

    name: str
    label: str
    entry: str

    @property
    def gender(self) -> str:
        """`m`, `f`, or empty where the first name does not tell."""
        return read_name(self.name, self.entry).gender or ""

    def may_be(self, gender: str) -> bool:
        """Return whether an honorific of a gender, or none, does not contradict."""
        return not gender or not self.gender or self.gender == gender


def find_leaders(tokens: Tokens, lexicon: NameLexicon, when: When) -> frozenset[int]:
    """Return tokens that are the surname of a head of government of the time, by the look of it: nothing is decided yet.

    Args:
        lexicon: Heads of government by surname.
    """
    rows = lexicon.leaders_by_surname
    return frozenset(
        i
        for i in tokens.capitals
        if tokens.texts[i] in rows
        and not is_common_surname(tokens.texts[i])
        and any(_is_of_the_time(holder, *when) for _, _, holder in rows[tokens.texts[i]])
    )


def _is_of_the_time(holder: Holder, day: dt.date | None, by: dt.date | None) -> bool:
    """Return whether a term has begun and is not long over; where the day is not known, whether it has begun."""
    if day is None:
        return by is None or holder.start <= by
    return holder.start <= day and (holder.end or day) + YEAR >= day


_UNREAL = frozenset({"a", "an", "another", "any", "future", "next"})
"""Words before a title whose bearer is imagined."""
FAMILY = frozenset({"the", "both", "two"})
"""Words before the plural of a surname."""


def settle_surnames(
    tokens: Tokens, mentions: list[Mention], lexicon: NameLexicon, when: When, main: str | None
) -> list[Mention]:
    """Return the mentions with whom each bare surname stands for.

    Args:
        mentions: In order; surnames of full names already follow these.
        main: The country that the document is about, or None.
    """
    reader = SurnameReader(tokens, mentions, lexicon, when, main)
    settled = [reader.settle(mention) for mention in mentions if not reader.is_family(mention)]
    return sorted([*settled, *reader.find_uncovered()], key=lambda mention: mention.start)


@dataclass
class SurnameReader:
    """What a document says of its surnames."""

    tokens: Tokens
    mentions: Sequence[Mention]
    lexicon: NameLexicon
    when: When
    main: str | None
    _bearers: Mapping[str, list[Bearer]] = field(init=False)
    _firsts: set[str] = field(init=False)
    _titles: Mapping[int, str] = field(init=False)
    _titled: Mapping[str, set[str]] = field(init=False)
    _other_titled: set[str] = field(init=False)

    def __post_init__(self) -> None:
        tokens = self.tokens
        full = [m for m in self.mentions if m.label in PEOPLE and m.end - m.start > 1]
        bearers: dict[str, list[Bearer]] = {}
        for m in full:
            name = tokens.text(m.start, m.end)
            forms = self._surname_forms(m)
            for form in forms:
                own = bearers.setdefault(form, [])
                if len(own) < CROWD and all(_same(b, name, m.entry) is False for b in own):
                    own.append(Bearer(name, m.label, m.entry))
        self._bearers = bearers
        self._firsts = {tokens.texts[m.start] for m in full}
        self._titles = {
            m.end: tokens.text(m.start, m.end).lower() for m in self.mentions if m.label == "OFFICE"
        }
        self._titled = self._all_titled()
        self._other_titled = self._all_other_titled()

    def _surname_forms(self, mention: Mention) -> set[str]:
        """Return what somebody named in full may be called by the surname."""
        words = self.tokens.texts[mention.start : mention.end]
        known = self.lexicon.terms_of_office.get(mention.entry)
        country = known[0][0].country if known else ""
        name = self.tokens.text(mention.start, mention.end)
        forms = {words[-1]} | surname_forms(name, country, mention.entry)
        middle = words[1:-1]
        if len(middle) == 1 and not is_first_name(middle[0]):
            forms.update(middle)  # `Fernández` of Luis Fernández García
        return forms | {form.replace("’", "'") for form in forms} | {form.replace("'", "’") for form in forms}

    def _all_titled(self) -> Mapping[str, set[str]]:
        """Return the titles after which the document has each surname; `a President Hale` is nobody yet."""
        tokens, titled = self.tokens, dict[str, set[str]]()
        for m in self.mentions:
            is_title = m.label == "OFFICE" and m.end < len(tokens)
            if is_title and tokens.lower[max(m.start - 1, 0)] not in _UNREAL:
                titled.setdefault(tokens.texts[m.end], set()).add(self._titles[m.end])
        return titled

    def _all_other_titled(self) -> set[str]:
        """Return the surnames that the document has after the title of somebody who leads no country, and after no other."""
        tokens = self.tokens
        behind = {
            i for i in tokens.capitals if i and tokens.lower[i - 1].rstrip(".") in pair_words().of_no_country
        }
        return {tokens.texts[i] for i in behind} - self._titled.keys()

    def is_family(self, mention: Mention) -> bool:
        """Return whether a word is the plural of a surname of the document or of a leader: `both Clintons`."""
        tokens, text = self.tokens, self.tokens.texts[mention.start]
        if (
            mention.end - mention.start > 1
            or mention.entry
            or not text.endswith("s")
            or text in self._bearers
        ):
            return False
        known = text[:-1] in self._bearers or text[:-1] in self.lexicon.leaders_by_surname
        before = tokens.lower[mention.start - 1] if mention.start else ""
        return known and (tokens.tags[mention.start] == "NNPS" or before in FAMILY)

    def settle(self, mention: Mention) -> Mention:
        """Return a mention with whom it stands for, if it is a bare surname that may be a leader's or that several bear."""
        surname = self.tokens.text(mention.start, mention.end)
        if len(surname.split()) > 2 or not self._is_asked(mention, surname):
            return mention
        found = self._choose(mention.start, surname, seen=mention.label)
        if found is None:
            return self._as_minister(mention, surname)
        if (found.label, found.entry) == (mention.label, mention.entry) and not self._is_titled(
            mention, surname
        ):
            return mention
        rule = RULE if found.entry in self.lexicon.terms_of_office else RELATIVE
        return replace(mention, label=found.label, entry=found.entry, method="document", rule=rule)

    def _is_titled(self, mention: Mention, surname: str) -> bool:
        """Return whether the title before a surname is one that its bearer has or had, which the surname alone does not say."""
        title = self._title(mention.start)
        rows = self.lexicon.leaders_by_surname.get(surname, ())
        return any(row[0] == mention.entry and _has_title(row[1], title) for row in rows)

    def _is_asked(self, mention: Mention, surname: str) -> bool:
        """Return whether a mention may be a surname to settle: one of the list with another meaning only after a title."""
        if mention.label in PEOPLE:
            return True
        if mention.label == "OFFICE" or (
            surname not in self._bearers and surname not in self.lexicon.leaders_by_surname
        ):
            return False
        if self._title(mention.start) or self._honorific(mention.start):
            return True
        if surname.lower() in name_words().nationalities:
            return False  # `answered in English`
        if mention.label in PLACES and self.tokens.lower[max(mention.start - 1, 0)] in ("in", "near"):
            return False  # `elected in Lancaster`
        if mention.method == "gazetteer":
            return self._is_place_with_bearer(mention, surname)
        return not is_ordinary(surname) or surname in self._titled

    def _is_place_with_bearer(self, mention: Mention, surname: str) -> bool:
        """Return whether a listed place stands where a person of the document speaks: no preposition leads to it."""
        before = self.tokens.lower[mention.start - 1] if mention.start else ""
        tag = self.tokens.tags[mention.start - 1] if mention.start else ""
        dep = self.tokens.deps[mention.start]
        return (
            mention.label in PLACES
            and surname in self._bearers
            and surname not in self._firsts
            and tag != "IN"
            and before != ","
            and dep == "nsubj"
        )

    def find_uncovered(self) -> Iterator[Mention]:
        """Yield surnames of leaders that nothing covers and that stand alone."""
        tokens = self.tokens
        taken = tokens_of(self.mentions)
        for i in tokens.capitals:
            surname = tokens.texts[i]
            if i in taken or surname not in self.lexicon.leaders_by_surname or not self._stands_alone(i):
                continue
            found = self._choose(i, surname, seen="PERSON" if tokens.ent_types[i] == "PERSON" else "")
            if found is not None and found.label == "MINISTER":
                yield Mention(i, i + 1, "MINISTER", "document", RULE, found.entry)

    def _choose(self, i: int, surname: str, seen: str = "") -> Bearer | None:
        """Return whom a surname at a token stands for, or None where nothing speaks for a leader or for one of several."""
        own = self._bearers.get(surname, [])
        title, gender = self._title(i), self._honorific(i)
        if not title and not own and surname in self._firsts:
            return self._called_by_first_name(surname, seen)
        leaders = self._leaders(i, surname, seen)
        if not leaders and len(own) < 2:
            return self._of_only_bearer(i, own, seen)
        known = {b.entry for b in own if b.entry}
        pool = [*(leader for leader in leaders if leader.entry not in known), *own]
        if title:
            pool = [b for b in pool if b.label == "MINISTER"]
        pool = [b for b in pool if b.may_be(gender)]
        if len(pool) > 1:
            pool = self._preferred(pool, surname, {leader.entry for leader in leaders if leader.entry})
        if len(pool) == 1:
            return pool[0]
        if not pool:
            return Bearer(surname, "PERSON", "") if gender else None
        return self._of_several(pool, own, surname)

    @staticmethod
    def _of_several(pool: Sequence[Bearer], own: Sequence[Bearer], surname: str) -> Bearer | None:
        """Return somebody of a surname that several may be meant by: what all are, else what the first is whom the document names."""
        if all(b.label == "MINISTER" for b in pool):
            return Bearer(surname, "MINISTER", "")
        if not own:
            return None
        return Bearer(surname, own[0].label if own[0] in pool else "PERSON", "")

    def _called_by_first_name(self, word: str, seen: str) -> Bearer | None:
        """Return the only person of the document whose full name begins with a word, where the model sees a person in it."""
        if seen not in PEOPLE:
            return None
        return only(self._by_first.get(word, ()))

    @cached_property
    def _by_first(self) -> Mapping[str, set[Bearer]]:
        """The persons whom the document names in full, by the first word."""
        found: dict[str, set[Bearer]] = {}
        for bearer in chain.from_iterable(self._bearers.values()):
            found.setdefault(bearer.name.split()[0], set()).add(bearer)
        return found

    def _of_only_bearer(self, i: int, own: Sequence[Bearer], seen: str) -> Bearer | None:
        """Return the only bearer of a surname, where that is news: nobody, if the honorific before it contradicts."""
        if not own:
            return None
        if not own[0].may_be(self._honorific(i)):
            return Bearer(self.tokens.texts[i], "PERSON", "")
        return own[0] if seen and seen not in PEOPLE else None

    def _preferred(self, pool: list[Bearer], surname: str, leaders: Collection[str]) -> list[Bearer]:
        """Return of several bearers the one who leads and whom the document names so; else those whom it names in full."""
        chief = [b for b in pool if b.entry in leaders]
        named = {b.entry for b in self._bearers.get(surname, ())}
        others = [b for b in self._bearers.get(surname, ()) if b not in chief]
        if others and not any(self._leads_now(surname, b) for b in chief):
            return pool  # who led long ago is no likelier than who else is named in full
        if len(chief) == 1 and (
            self._is_called(surname, chief[0]) or chief[0].entry in named or len(pool) == 1
        ):
            return chief
        return [b for b in pool if b not in chief] or pool

    def _leads_now(self, surname: str, chief: Bearer) -> bool:
        """Return whether a leader is one of the time, as the day tells.

        Where there is none, the title before the surname tells, or that nobody of that surname is named before.
        """
        first = self._bearers[surname][0]
        if self.when.day is None and first.entry != chief.entry and not self._is_called(surname, chief):
            return False
        return self._is_of_the_time(chief.entry)

    def _is_called(self, surname: str, chief: Bearer) -> bool:
        """Return whether the document has a surname after a title of a leader: not where it speaks of `Secretary Hale`."""
        rows = self.lexicon.leaders_by_surname.get(surname, ())
        return any(row[0] == chief.entry for row in self._titled_so(rows, surname))

    def _is_of_the_time(self, entry: str) -> bool:
        terms = self.lexicon.terms_of_office.get(entry, ())
        return any(
            _is_of_the_time(holder, *self.when) for office, holder in terms if office.head_of_government
        )

    def _leaders(self, i: int, surname: str, seen: str) -> list[Bearer]:
        """Return heads of government whom a surname may stand for: by title or on the day; of a common surname only of the country."""
        rows: Sequence[_Row] = self.lexicon.leaders_by_surname.get(surname, ())
        if not rows:
            return []
        title = self._title(i)
        begun = [row for row in rows if self.when.by is None or row[2].start <= self.when.by]
        if title and self.when.day is None:
            begun = begun or list(rows)  # the years that a text names are a guess; a title that fits is none
        if title or self._leads_behind(i):
            return self._as_bearers(self._titled_leaders(begun, title))
        if self.when.day is None and surname in self._other_titled:
            return []
        return self._as_bearers(self._bare_leaders(begun, surname, seen))

    def _titled_leaders(self, begun: Sequence[_Row], title: str) -> list[_Row]:
        """Return those of the day whom a title fits, else the last of them."""
        day = self.when.day
        fitting = [row for row in begun if not title or _has_title(row[1], title)]
        current = _held_on(fitting, day)
        if not current and day:
            current = sorted(fitting, key=lambda row: row[2].start)[-1:]
        return current or fitting

    def _bare_leaders(self, begun: Sequence[_Row], surname: str, seen: str) -> list[_Row]:
        """Return those whom a surname without a title may stand for.

        Without a full name in the document it is of somebody whom all readers know, if no mask hides the full name.
        """
        current = [row for row in begun if _is_of_the_time(row[2], *self.when)]
        held = _held_on(current, self.when.day)
        named = {b.entry for b in self._bearers.get(surname, ())}
        fitting = [row for row in held or current if row[0] in named or self._is_known_as(row, surname)]
        if not fitting and seen in PEOPLE and surname not in self._bearers and not self.tokens.gaps:
            fitting = [row for row in held if self._may_be_meant(row, surname)]
        if surname in self._titled and not fitting:
            fitting = self._titled_so(begun, surname)
        return fitting

    def _is_known_as(self, row: _Row, surname: str) -> bool:
        """Return whether a leader whom the document does not name in full may be meant by a bare surname."""
        common, country = is_common_surname(surname) or is_ordinary(surname), row[1].country
        if self.when.day is not None:
            return country == self.main or (not common and self._may_be_meant(row, surname))
        # Without a day it may be anybody who ever led: of a name that others bear, nobody but of the country.
        if is_first_name(surname):
            return False
        if country == self.main:
            return not self._is_shared(surname, country) or self._is_of_leaders(surname, country)
        return not common and self._may_be_meant(row, surname)

    def _may_be_meant(self, row: _Row, surname: str) -> bool:
        """Return whether the document names the country of a leader, or the surname is rare: `the Rasmussen poll` is not of Denmark."""
        country = row[1].country
        return country in self._countries or country in KNOWN or not _is_usual(surname)

    def _is_of_leaders(self, surname: str, country: str) -> bool:
        """Return whether several who led a country bear a surname, so that it is a leader's, whoever is meant."""
        rows = self.lexicon.leaders_by_surname.get(surname, ())
        return len({person for person, office, _ in rows if office.country == country}) > 1

    def _is_shared(self, surname: str, country: str) -> bool:
        """Return whether several who held an office of a country bear a surname."""
        terms = self.lexicon.terms_of_office
        persons = self.lexicon.persons_by_surname.get(surname, ())
        return sum(any(office.country == country for office, _ in terms[person]) for person in persons) > 1

    @cached_property
    def _countries(self) -> frozenset[str]:
        """The countries that the document names, by their people too."""
        tokens, known = self.tokens, peoples()
        named = {tokens.term_countries.get(m.entry) for m in self.mentions if m.entry}
        named |= {known.get(tokens.lower[i]) for i in tokens.capitals}
        named |= {known.get(" ".join(tokens.lower[i : i + 2])) for i in tokens.capitals}
        return frozenset(country for country in named if country)

    def _titled_so(self, rows: Sequence[_Row], surname: str) -> list[_Row]:
        """Return those whom a title fits that the document has before the surname."""
        titles = self._titled.get(surname, ())
        return [row for row in rows if any(_has_title(row[1], title) for title in titles)]

    def _as_bearers(self, rows: Iterable[_Row]) -> list[Bearer]:
        return [
            Bearer(self.lexicon.name_by_person[person], "MINISTER", person)
            for person in dict.fromkeys(person for person, _, _ in rows)
        ]

    def _title(self, i: int) -> str:
        """Return the title of an office right before a token, or empty."""
        return self._titles.get(i, "")

    def _honorific(self, i: int) -> str:
        """Return the gender of the honorific before a token, or empty."""
        return (honorific_gender(self.tokens.texts[i - 1]) or "") if i else ""

    def _leads_behind(self, i: int) -> bool:
        """Return whether what follows is led by somebody (`the Bush administration`)."""
        tokens, behind = self.tokens, i + 1
        if behind + 1 < len(tokens) and (tokens.texts[behind] in POSSESSIVES or tokens.texts[behind] == "-"):
            behind += 1
        return behind < len(tokens) and tokens.lower[behind] in pair_words().led

    def _as_minister(self, mention: Mention, surname: str) -> Mention:
        """Return a bare surname of a person as that of a minister of the country that the document is about, if it is clear."""
        if not self.main or mention.label != "PERSON" or mention.entry or surname in self._bearers:
            return mention
        gender, names = self._honorific(mention.start), self.lexicon.name_by_person
        persons = [p for p in self._ministers(surname) if Bearer(names[p], "MINISTER", p).may_be(gender)]
        if mention.start and self.tokens.lower[mention.start - 1] in name_words().peer_styles:
            # The lists name peers in office with their style: of others of the name only who has left it can be one.
            persons = [p for p in persons if not self._is_in_office(p)]
        if not persons:
            return mention
        return replace(
            mention, label="MINISTER", entry=only(persons) or "", rule="minister.surname", method="document"
        )

    def _ministers(self, surname: str) -> list[str]:
        """Return ministers of the country whom a surname may stand for: those in office on the day, else the only one ever."""
        terms, by = self.lexicon.terms_of_office, self.when.by
        persons = [
            p
            for p in self.lexicon.persons_by_surname.get(surname, ())
            if any(o.country == self.main for o, _ in terms[p]) and has_held_office(self.lexicon, p, by)
        ]
        in_office = [p for p in persons if self._is_in_office(p)]
        if in_office:
            return in_office
        led = any(o.head_of_government for p in persons for o, _ in terms[p])
        if self._has_others(surname, led=led):
            return []
        recent = [p for p in persons if led or self._is_remembered(p)]
        return recent if len(recent) == 1 or led else []

    def _has_others(self, surname: str, *, led: bool) -> bool:
        """Return whether others of a surname are as likely: it is common, or usual without a day, unless its bearer led."""
        return is_common_surname(surname) or (self.when.day is None and not led and _is_usual(surname))

    def _is_in_office(self, person: str) -> bool:
        day = self.when.day
        return day is not None and any(
            holder.holds(day) for _, holder in self.lexicon.terms_of_office[person]
        )

    def _is_remembered(self, person: str) -> bool:
        """Return whether somebody left office so lately that the surname alone may still name him."""
        day = self.when.day
        terms = self.lexicon.terms_of_office[person]
        return day is None or any((holder.end or day) + REMEMBERED >= day for _, holder in terms)

    def _stands_alone(self, i: int) -> bool:
        """Return whether a capitalised word is neither of the calendar, nor the start of a sentence, nor part of a longer name.

        What the parser takes for the start of a sentence after a gap need be none; a word that is no ordinary one has its capital
        as a name.
        """
        tokens = self.tokens
        after = tokens.texts[i + 1] if i + 1 < len(tokens) else ""
        if self._title(i) and not after[:1].isdigit():
            return True
        if tokens.lower[i] in name_words().calendar:
            return False
        opens = i == 0 or (tokens.sentence_starts[i] and i - 1 not in tokens.gaps)
        if (
            opens
            and (is_ordinary(tokens.texts[i]) or is_first_name(tokens.texts[i]))
            and not _acts(tokens, i)
        ):
            return False
        before = tokens.texts[i - 1] if i and not opens and tokens.lower[i - 1] not in ARTICLES else ""
        return not after[:1].isupper() and not before[:1].isupper() and before not in ("-", "/", "@", "#")


def _is_usual(surname: str) -> bool:
    return is_usual_surname(surname.split()[-1])


def _held_on(rows: Sequence[_Row], day: dt.date | None) -> list[_Row]:
    """Return the terms that run on a day; none where it is not known."""
    return [row for row in rows if day and row[2].holds(day)]


def _acts(tokens: Tokens, i: int) -> bool:
    """Return whether the model sees a person in a word, and a verb follows (`Truss told MPs`)."""
    behind = tokens.tags[i + 1] if i + 1 < len(tokens) else ""
    return tokens.ent_types[i] == "PERSON" and behind in ("VBD", "VBZ", "MD")


def _has_title(office: Office, title: str) -> bool:
    titles = (office.title, *office.aliases, *office.any_case)
    return any(title == name.lower() for name in titles)


def _same(bearer: Bearer, name: str, entry: str) -> bool:
    """Return whether a full name is of a bearer known already: by id, or by first word and last."""
    if bearer.entry or entry:
        return bearer.entry == entry
    return bearer.name.split()[0] == name.split()[0]
