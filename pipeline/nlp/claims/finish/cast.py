"""Persons and bodies of a doc as claims see them: which one `she` or `the firm` means, by gender, kind and how near it is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, TypeVar

from spacy.tokens import Span

from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.sections import WITHOUT_CLAIMS
from pipeline.nlp.claims.tree import SUBJECTS, Spread, Tree
from pipeline.nlp.who.body import Named
from pipeline.nlp.who.document import Who
from pipeline.nlp.who.members import state_called
from pipeline.nlp.who.people import Link, Person, title_of_office
from pipeline.nlp.who.seats import Seats
from pipeline.nlp.who.words import (
    PAST,
    Gender,
    fold,
    identity_words,
    kin_gender,
    longest_title,
    peoples,
    usual_title,
)
from pipeline.rules.names import name_words
from pipeline.text.document import HEADLINES

PRONOUNS: dict[str, Gender] = {
    "he": "m",
    "him": "m",
    "his": "m",
    "himself": "m",
    "she": "f",
    "her": "f",
    "herself": "f",
}
NOUN_GENDERS: dict[str, Gender] = {
    "actress": "f", "businessman": "m", "businesswoman": "f", "chairman": "m", "chairwoman": "f", "girl": "f", "boy": "m", "man": "m",
    "policeman": "m", "policewoman": "f", "spokesman": "m", "spokeswoman": "f", "waitress": "f", "woman": "f",
}  # fmt: skip
NEAR = (100.0, 82.0, 55.0, 38.0, 28.0, 20.0, 14.0, 10.0)
"""What a mention weighs by the sentences between it and `the minister`, `it` or `the firm`."""
NEAR_PRONOUN = (100.0, 70.0, 40.0, 25.0, 16.0, 12.0, 9.0, 7.0)
"""The same for `he` and `she`, which say so little that somebody near is meant."""
ROLES = {
    "nsubj": 1.0,
    "nsubjpass": 1.0,
    "agent": 0.8,
    "dobj": 0.7,
    "dative": 0.65,
    "appos": 0.7,
    "conj": 0.6,
    "pobj": 0.5,
    "poss": 0.5,
}
OTHER_ROLE = 0.5
IN_QUOTE, IN_HEADLINE, UNKNOWN_GENDER = 0.6, 0.5, 0.7
SPEAKING = 1.3
"""What the source of a claim weighs more after a quotation: who speaks goes on speaking."""
EMBEDDED = 0.75
"""What the subject of a clause in a clause weighs, of the subject of the sentence."""
CLAUSES = frozenset({"acl", "ccomp", "relcl"})
"""Clauses in a clause that say of somebody what the sentence is not about."""
_ASKING = frozenset({"ask", "press", "question", "quiz"})
_ASKED = ("dative", "dobj", "nsubjpass")
"""Verbs after which somebody answers, and what whoever is asked is to them."""
ASKER = 0.5
"""What somebody weighs who asks another one something."""
_FRONTED = frozenset({"advcl", "prep"})
"""What may stand before the main clause: `When he spoke`, `In his speech`."""
RUNNING = frozenset({"candidate", "nominee"})
"""Who runs has been named, whatever the text calls him: `The candidate of the Greens wants more. He also plans ...`."""
_PREDICATES = frozenset({"appos", "attr"})
"""What a noun is that says of somebody named what he is: `Orbis, a group of clinics`."""
ONE_OF_MANY = frozenset({"a", "an", "another", "one"})
"""Words before somebody who is not named: `one delegate said`."""
COORDINATED = 0.3
"""What one of several weighs for `it`: `Orbis and Tarsus are in talks. It said ...` means neither."""
AGAIN = 0.12
"""What further mentions add, of their own weight."""
POST_REACH = 9
"""Tokens from a noun to the comma after which its bearer is named."""
LEAST, LEAST_ALONE, MARGIN = 24.0, 9.0, 1.15
"""The weight that an antecedent must have, that of the only one near, and how much more than the next."""

NEGLIGIBLE = 0.15
"""Share of the weight of the nearest below which somebody farther off counts as nobody."""
UNTOLD_MARGIN = 3.0
"""How much more than the next a body must weigh that the text does not call by the noun."""
OUTLET_SHARE = 0.3
"""Share of its mentions in which somebody speaks to a body, from which it is one that only reports."""
HEADLINE_MARGIN = 2.0
"""The same in a headline, which has no running text to tell by."""


Spreads = Sequence[Spread]
Key = TypeVar("Key", str, int | None)
"""A person by number, or None for somebody without a name; a body by its id, or nothing."""


Place = tuple[int, int]
"""Numbers of the sentence and of the section in which a token stands."""


class Places:
    """Where the tokens of a doc stand."""

    def __init__(self, tree: Tree) -> None:
        self._sents = tree.sents
        self._sentences = {start: n for n, start in enumerate(sorted(set(tree.sents)))}
        self._sections = [section.start for section in tree.sections]
        self.headlines = frozenset(
            i for s in tree.sections if s.label_ in HEADLINES for i in range(s.start, s.end)
        )

    def of(self, token: int) -> Place:
        """Return the place of a token."""
        return self._sentences[self._sents[token]], bisect_right(self._sections, token)


def _between(earlier: Place, later: Place) -> int:
    """Return how many sentences lie between two places; a section between them counts as one."""
    return later[0] - earlier[0] + (later[1] - earlier[1] > 1)


class Event(NamedTuple):
    """Where somebody or something is named or meant.

    Attributes:
        token: Where.
        place: Its place.
        whom: Number of the person, or of a mention of the body; None without a name.
        weight: How much is said of it there.
        gender: Of a person, or None.
    """

    token: int
    place: Place
    whom: int | None
    weight: float
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class Able:
    """The bodies that a noun may stand for.

    Attributes:
        first: Where each body is first named, by its key, in order.
        told: The same of those that the text calls by the noun.
    """

    first: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, start: int, *, is_told: bool) -> None:
        """Take in a mention, by the key of its body and the first token."""
        self.first.setdefault(key, start)
        if is_told:
            self.told.setdefault(key, start)


class _Named:
    """Where a doc names things, and how near at hand each is at a token.

    Args:
        tree: The doc.
        quotes: Its quotations.
        patterns: The rule data.
        speaking: The heads of the sources of its claims.
        who: Who and what its mentions are.
    """

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int], who: Who
    ) -> None:
        self.tree = tree
        self.quotes = quotes
        self.patterns = patterns
        self.speaking = speaking
        self.who = who
        self._places = Places(tree)
        self.events: list[Event] = []

    def _add(self, i: int, whom: int | None, gender: Gender | None = None) -> None:
        weight = self._role(i)
        if self.quotes.at(i) is not None:
            weight *= IN_QUOTE
        if i in self._places.headlines:
            weight *= IN_HEADLINE
        self.events.append(Event(i, self._places.of(i), whom, weight, gender))

    def _role(self, i: int) -> float:
        """Return what a mention weighs by its place in the sentence."""
        raise NotImplementedError

    def _before(self, i: int, apart: Spreads) -> Iterator[tuple[Event, int]]:
        """Find the events before a token and outside of ranges, the nearest first, and how many sentences before it."""
        place = self._places.of(i)
        for n in range(bisect_left(self.events, i, key=itemgetter(0)) - 1, -1, -1):
            event = self.events[n]
            sentences = _between(event.place, place)
            if sentences >= len(NEAR):
                return
            if not any(start <= event.token < end for start, end in apart):
                yield event, sentences


class Cast(_Named):
    """The persons of a doc, and the places where they are named."""

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int], who: Who
    ) -> None:
        super().__init__(tree, quotes, patterns, speaking, who)
        self.persons = who.persons
        self.person_of = {n: own.person for n, own in enumerate(who.meant) if isinstance(own, Link)}
        spans = {
            person: [(tree.mentions[n].start_char, tree.mentions[n].end_char) for n in own]
            for person, own in self.numbers_of.items()
        }
        self.seats = Seats(tree.text, self.persons, spans)
        self._told: dict[int | None, Gender] = {}
        """Persons whose gender no name tells to what a pronoun said of them."""
        self._add_events()

    def _add_events(self) -> None:
        """Names, then what `the minister`, `he` and `she` stand for, in the order of the text: each builds on those before it."""
        tree = self.tree
        named = {tree.top(tree.mentions[n].start, tree.mentions[n].end): n for n in self.person_of}
        for i, (word, tag) in enumerate(zip(tree.lower, tree.tags, strict=True)):
            if i in named:
                self._add_person(i, self.person_of[named[i]])
            elif word in ("he", "she") and self.quotes.at(i) is None:
                found = self.meant_by(i)
                if found is not None:  # somebody of a rare name is known to be a man or a woman from here on
                    self._add(i, found, self._told.setdefault(found, PRONOUNS[word]))
            elif tag == "NN" and self._is_noun(i):
                self._add_nameless(i)

    def _add_person(self, i: int, person: int) -> None:
        self._add(i, person, self.persons[person].gender)

    def _add_titled(self, i: int) -> bool:
        """`The president's roots`, `to the minister` name somebody too."""
        if self.tree.lower[self.tree.left[i]] != "the" or not usual_title(self.tree.lemmas[i]):
            return False
        found = self.described(i)
        if found is not None:
            self._add_person(i, found)
        return found is not None

    def _is_noun(self, i: int) -> bool:
        """Return whether no name stands there: a title in lower case is a mention, but names nobody."""
        number = self.tree.ents.get(i)
        return number is None or self.tree.mentions[number].label_ == "OFFICE"

    def _is_owner(self, i: int) -> bool:
        """Return whether a man or a woman without a name is whose something is: `The woman's brother is ill. She said ...`."""
        return self.tree.deps[i] == "poss" and self.tree.lemmas[i] in NOUN_GENDERS

    def _add_nameless(self, i: int) -> None:
        """Add whom a noun that is not a name stands for."""
        if self.tree.deps[i] in SUBJECTS or self._is_owner(i):
            self._add_noun(i)
        else:
            self._add_titled(i)

    def _add_noun(self, i: int) -> None:
        """`the minister` is somebody whom the text has named; `her spokesman` is somebody else."""
        lemma = self.tree.lemmas[i]
        named = self._named_behind(i)
        if named is not None:  # `his spokesman, Dirk Mallory,`
            self._add_person(i, named)
            return
        if not self._add_titled(i) and self._is_somebody(i):
            self._add(i, None, NOUN_GENDERS.get(lemma) or kin_gender(lemma))

    def _is_somebody(self, i: int) -> bool:
        """Return whether a noun without a name is a person: `an aide`, `one delegate said`."""
        lemma = self.tree.lemmas[i]
        if lemma in RUNNING and self.tree.lower[self.tree.left[i]] not in ONE_OF_MANY:
            return False
        if i in self.speaking and self.tree.lower[self.tree.left[i]] in ONE_OF_MANY:
            return lemma not in self.patterns.body_heads | self.patterns.committee_heads
        known = lemma in self.patterns.unnamed or lemma in NOUN_GENDERS
        known |= lemma in self.patterns.strangers and self.tree.lower[self.tree.left[i]] in ONE_OF_MANY
        return known or kin_gender(lemma) is not None or usual_title(lemma) is not None

    def _named_behind(self, i: int) -> int | None:
        """Return the person whose name stands after a noun: `his wife Ada Moll`; `the head of the clinic, Ada Moll`."""
        end = min(self.tree.right[i], i + POST_REACH)
        comma = next((j for j in range(i + 1, end) if self.tree.lower[j] == ","), i)
        for place in (i + 1, comma + 1):
            person = self.person_of.get(self.tree.ents.get(place, -1))
            if person is not None:
                return person
        return None

    def _role(self, i: int) -> float:
        dep = self.tree.deps[i]
        if dep == "compound":
            dep = self.tree.deps[self.tree.heads[i]]
        weight = ROLES.get(dep, OTHER_ROLE)
        if i in self.speaking:
            weight = 1.0  # whatever the parse makes of it
        elif dep in SUBJECTS and self.tree.deps[self.tree.heads[i]] in CLAUSES:
            weight *= EMBEDDED
        return self._answering(i, weight)

    def _answering(self, i: int, weight: float) -> float:
        """Return what a mention weighs where somebody is asked something: who is asked answers, in `Tolan asked Pell about the levy`."""
        tree, verb = self.tree, self.tree.heads[i]
        if tree.deps[i] == "pobj" and tree.deps[verb] == "agent":
            verb = tree.heads[verb]
        if tree.lemmas[verb] not in _ASKING or tree.child(verb, *_ASKED) is None:
            return weight
        if tree.child(verb, "xcomp") is not None:  # whom somebody asks to do something need not answer
            return weight
        return 1.0 if tree.deps[i] in _ASKED else weight * ASKER

    def meant_by(self, i: int, apart: Spreads = (), without: int | None = None) -> int | None:
        """Return the person whom a pronoun stands for, or None where two are as near at hand, or somebody without a name is.

        Args:
            i: Token of the pronoun.
            apart: Ranges of tokens in which the person is not named: what somebody says seldom names him.
            without: A person who is not meant: the speaker of the words around.

        Returns:
            Number of the person, or None.
        """
        gender = PRONOUNS.get(self.tree.lower[i])
        if gender is None:
            return None
        found = self._nearest(i, gender, None, [*apart, *self._questions(i)], without)
        ahead = self._named_ahead(i, gender)
        if ahead is None or ahead in (found, without):
            return found
        return ahead if found is None else None

    def _questions(self, i: int) -> Iterator[Spread]:
        """Yield what the subject of a verb was asked: who is named there is spoken of, as in `Asked about Hale, he said`."""
        tree = self.tree
        asking = _ASKING | self.patterns.asked_verbs
        for clause in tree.children(tree.heads[i], "advcl"):
            if clause < i and tree.tags[clause] == "VBN" and tree.lemmas[clause] in asking:
                yield tree.left[clause], tree.right[clause] + 1

    def _named_ahead(self, i: int, gender: Gender) -> int | None:
        """Return the person whom the main clause after a pronoun has as its subject: `When he spoke on Monday, Mr. Lund said`."""
        tree, clause = self.tree, i
        while tree.heads[clause] <= i or tree.deps[clause] not in _FRONTED:
            if tree.heads[clause] == clause:
                return None
            clause = tree.heads[clause]
        subject = tree.child(tree.heads[clause], *SUBJECTS)
        if subject is None or subject < i:
            return None
        person = self.person_of.get(tree.ents.get(subject, -1))
        return person if person is not None and self.persons[person].gender in (None, gender) else None

    def described(self, i: int) -> int | None:
        """Return the person whom `the minister` stands for: of that title in the text, and the nearest of several."""
        start, title = self._title_at(i)
        if title is None:
            return None
        bearers = {n for n, person in enumerate(self.persons) if _bears(person, title)}
        worded = fold(" ".join(self.tree.lower[start : i + 1]))
        bearers = {n for n in bearers if worded in map(fold, self.persons[n].titles)} or bearers
        bearers |= self.seats.untitled(title)
        country = self._country_before(start)
        if country is not None:
            bearers = {n for n in bearers if country in _countries(self.persons[n])}
        bearers = self._of_the_time(start, i, title, bearers)
        place = self.place_before(i)
        if place:
            bearers = self._of_place(place, title, bearers)
        bearers = self._of_party(i, bearers)
        gender = NOUN_GENDERS.get(self.tree.lemmas[i])
        found = self._nearest(i, gender, bearers) if bearers else None
        if len(bearers) == 1 and gender is None and self._is_introduced(min(bearers), i):
            found = min(bearers)
        return found

    def place_before(self, i: int) -> str:
        """Return the place in `the Maine senator`, `the Pittwater MP`: a code of a state, else the folded name; empty if there is none."""
        tree, start = self.tree, i
        while start > 0 and tree.tags[start - 1].startswith("NNP") and tree.is_word(start - 1):
            start -= 1
        if start == i or start == 0 or tree.lower[start - 1] not in ("the", "that"):
            return ""
        name = tree.text[tree.starts[start] : tree.ends[i - 1]]
        return state_called(name) or fold(name)

    def _title_at(self, i: int) -> tuple[int, str | None]:
        """Return the first token of the title that a noun closes, and the title: the whole of `the prime minister`."""
        tree, number = self.tree, self.tree.ents.get(i)
        if number is not None and tree.mentions[number].label_ == "OFFICE":
            return tree.mentions[number].start, _plain_title(tree.mentions[number].text)
        for size in range(min(longest_title(), i - tree.left[i] + 1), 1, -1):
            title = usual_title(" ".join(tree.lower[i - size + 1 : i + 1]))
            if title:
                return i - size + 1, title
        return i, usual_title(tree.lemmas[i])

    def _of_the_time(self, start: int, i: int, title: str, bearers: set[int]) -> set[int]:
        """Of some bearers of a title those who hold the office on the day; after `former` those who do not."""
        holders = {n for n in bearers if _holds(self.persons[n], title)}
        if not PAST.isdisjoint(self.tree.lower[self.tree.left[i] : start]):
            return bearers - holders
        return holders or bearers

    def _of_place(self, place: str, title: str, bearers: set[int]) -> set[int]:
        """Return the persons who sit for a place, by the text or the list of members; else those of a title of whom the text does not say where they sit."""
        own = {n for n in range(len(self.persons)) if place in self.seats.places(n)}
        return own or self.seats.listed(place, title) or {n for n in bearers if not self.seats.places(n)}

    def _of_party(self, i: int, bearers: set[int]) -> set[int]:
        """Of some persons those whom the text calls of the party in `the Republican presidential nominee`; all where it names none."""
        tree = self.tree
        parties = {
            tree.lower[j]
            for j in range(tree.left[i], i)
            if tree.tags[j][:2] in ("JJ", "NN") and self._is_party(j)
        }
        if not parties:
            return bearers
        return {
            n
            for n in bearers
            if any(not parties.isdisjoint(role.lower().split()) for role in self.persons[n].roles)
        }

    def _is_party(self, j: int) -> bool:
        number = self.tree.ents.get(j)
        is_body = (
            number is not None and self.tree.mentions[number].label_ in self.patterns.organisation_labels
        )
        return is_body or self.tree.lower[j] in name_words().party_words

    def _is_introduced(self, person: int, i: int) -> bool:
        """Return whether the body of the text has named somebody in full before a token."""
        start = self.persons[person].introduced
        return start is not None and start < self.tree.starts[i]

    def _country_before(self, i: int) -> str | None:
        """Return the country of `the French president`, `Sweden's prime minister`."""
        tree = self.tree
        words = [fold(word) for word in tree.lower[max(i - 2, 0) : i]]
        people = peoples().get(" ".join(words)) or (peoples().get(words[-1]) if words else None)
        if people is not None or not words:
            return people
        place = tree.ents.get(i - 1 - (tree.tags[i - 1] == "POS"))
        country = _COUNTRY.fullmatch(tree.mentions[place].kb_id_) if place is not None else None
        return country and country[1].upper()

    def _nearest(
        self,
        i: int,
        gender: Gender | None,
        among: set[int] | None,
        apart: Spreads = (),
        without: int | None = None,
    ) -> int | None:
        scores: dict[int | None, float] = {}
        ends_quote, near = self._ends_quote(i), NEAR if among is not None else NEAR_PRONOUN
        for event, apart_by in self._before(i, apart):
            person = event.whom
            if (among is not None and person not in among) or (without is not None and person == without):
                continue
            weight = event.weight * self._gender_weight(event, gender, apart_by) * near[apart_by]
            if ends_quote:
                weight *= self._spoken(event.token)
            _add_weight(scores, person, weight)
        margin = HEADLINE_MARGIN if i in self._places.headlines else MARGIN
        return _clearest(scores, margin, LEAST_ALONE)

    def _gender_weight(self, event: Event, gender: Gender | None, apart: int) -> float:
        """Return what somebody weighs where a gender is asked for that is not known to be the own one."""
        known = event.gender or self._told.get(event.whom)
        if gender is None or known is not None:
            return 1.0 if gender in (None, known) else 0.0
        # Somebody without a name in the same sentence, or who has just spoken, bars those after, man or woman.
        bars = event.whom is None and (not apart or (apart == 1 and event.token in self.speaking))
        return 1.0 if bars else UNKNOWN_GENDER

    def _spoken(self, token: int) -> float:
        """Return what counts after a quotation: who has spoken does more, who is spoken of less."""
        if self.quotes.at(token) is not None:
            return IN_QUOTE
        return SPEAKING if token in self.speaking else 1.0

    def _ends_quote(self, i: int) -> bool:
        """Return whether a quotation stands right before a token: `"It is late," he said`."""
        before = i - 1
        while before > 0 and self.tree.is_space(before):
            before -= 1
        return before >= 0 and self.quotes.at(before) is not None

    @cached_property
    def numbers_of(self) -> Mapping[int, Sequence[int]]:
        """The mentions of each person, in order."""
        found: dict[int, list[int]] = {}
        for n, person in self.person_of.items():
            found.setdefault(person, []).append(n)
        return found

    def mention_of(self, person: int, before: int) -> int | None:
        """Return the number of the mention of a person that stands nearest before a token, else of the first."""
        own = self.numbers_of.get(person, ())
        earlier = bisect_left(own, before, key=lambda n: self.tree.mentions[n].start)
        return own[max(earlier - 1, 0)] if own else None


def _countries(person: Person) -> set[str]:
    return person.countries | {office.partition("-")[0].upper() for office in person.offices}


def _bears(person: Person, title: str) -> bool:
    """Return whether a text gives somebody a title, or one that closes with it (`the minister`); of a country has but one bearer, or of several words, that very one."""
    own = {_plain_title(text) for text in person.titles}
    is_whole = " " in title or title in identity_words().sole
    return title in own or (not is_whole and any(text.endswith(f" {title}") for text in own))


def _holds(person: Person, title: str) -> bool:
    """Return whether somebody holds an office of a title on the day."""
    own = {text for office in person.offices for text in title_of_office(office)}
    return title in own or any(title.endswith(f" {text}") for text in own)


def _plain_title(text: str) -> str:
    """Return a title as the others have it: `minister of defense` is the defence minister."""
    words = fold(text).replace("defense", "defence").replace("labor", "labour")
    match = _PORTFOLIO.fullmatch(words)
    return usual_title(words) or (f"{match[2]} {match[1]}" if match else words)


_ASIDE = WITHOUT_CLAIMS - {"caption"}
"""Sections in which a page names bodies that its article is not about: `Sign up for the newsletter of Orbis`."""
_COUNTRY = re.compile(r"place-([a-z]{2})")
"""The id of a country in the rule data, and its code."""
_PORTFOLIO = re.compile(r"(minister|secretary) (?:of|for) (?:the )?(.+)")


class BodyCast(_Named):
    """The organisations of a doc, and what `it` stands for."""

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int], who: Who
    ) -> None:
        super().__init__(tree, quotes, patterns, speaking, who)
        self._entities = [own.entity if isinstance(own, Named) else "" for own in who.meant]
        self._heads = {
            **dict.fromkeys(patterns.company_heads, patterns.company_labels),
            **dict.fromkeys(patterns.organisation_heads, patterns.organisation_labels),
            **dict.fromkeys(
                patterns.heads_of_no_company, patterns.organisation_labels - patterns.company_labels
            ),
            **dict.fromkeys(patterns.department_heads, patterns.department_labels),
            **dict.fromkeys(patterns.committee_heads, patterns.committee_labels),
            **dict.fromkeys(patterns.strictly_naming_heads, patterns.organisation_labels),
        }
        self._naming = patterns.naming_heads | patterns.strictly_naming_heads
        self.defined = _defined_names(tree, patterns)
        aside = {i for s in tree.sections if s.label_ in _ASIDE for i in range(s.start, s.end)}
        named = {
            tree.top(ent.start, ent.end): n
            for n, ent in enumerate(tree.mentions)
            if ent.label_ in patterns.organisation_labels
            and ent.start not in aside
            and not _is_plural(tree, ent, patterns)
        }
        self._named = sorted(named.values())
        self._able_by_noun: dict[str, Able] = {}
        self._unnamed: dict[str, list[int]] = {}
        """Where a noun is a body without a name."""
        for i, dep in enumerate(tree.deps):
            if i in named:
                self._add(i, named[i])
            elif dep in SUBJECTS:
                self._add_subject(i)

    def _add_subject(self, i: int) -> None:
        """Add the body that a clause is of which names none: `it`, `the Company`, `the company`."""
        tree = self.tree
        if tree.lower[i] == "it" and self.quotes.at(i) is None:
            found = self.meant_by(i)
            if found is not None:
                self._add(i, found)
        elif i in tree.ents:
            return
        elif self.defined and tree.doc[i].text in self.defined:
            self._add(i, self.defined[tree.doc[i].text])
        elif tree.tags[i] == "NN":
            # `the company` is one that the text has named; `the statement` is something else that `it` may mean.
            self._add(i, self.described(i) if tree.lower[tree.left[i]] == "the" else None)

    def _role(self, i: int) -> float:
        dep = self.tree.deps[i]
        if dep == "compound":
            return self._weight_of_owner(self.tree.heads[i])
        if dep in ("dobj", "dative") and self.tree.lemmas[self.tree.heads[i]] == "tell":
            return OTHER_ROLE / 2  # `he told Reuters`
        weight = ROLES.get(dep, OTHER_ROLE)
        if i in self.speaking:
            weight = 1.0
        elif dep in SUBJECTS and self.tree.heads[i] != i and self.tree.deps[self.tree.heads[i]] != "ROOT":
            weight *= EMBEDDED
        return weight * COORDINATED if dep == "conj" or self.tree.child(i, "conj") is not None else weight

    def _weight_of_owner(self, head: int) -> float:
        """Return what a body weighs by whose name others are called: `Orbis officials said` tells more than `Orbis shares fell`."""
        speaks = self.tree.lemmas[head] in self.patterns.voices and self.tree.deps[head] in SUBJECTS
        return ROLES["agent"] if speaks else OTHER_ROLE / 2

    def meant_by(self, i: int, apart: Spreads = ()) -> int | None:
        """Return the number of the mention that `it` stands for, or None where something without a name is as near at hand."""
        return self._nearest(i, apart)

    def described(self, i: int, apart: Spreads = ()) -> int | None:
        """Return the number of the mention that `the company` stands for."""
        noun = self.tree.lemmas[i]
        found = None if self.tree.tags[i] == "NNS" else self._described(noun, i, apart)
        is_another = found is not None and self._is_another(noun, self.tree.mentions[found].end, i)
        return None if is_another else found

    def _described(self, noun: str, i: int, apart: Spreads) -> int | None:
        """Return the same, whatever stands between."""
        able = self._able(noun)
        is_named = noun in self._naming
        if is_named and len(able.told) == 1:
            return self._last(i, able.told)
        if noun in self.patterns.strictly_naming_heads:
            return None
        is_told = next(iter(able.told.values()), i) < i
        # Of two ministries one must be much nearer than the other to be `the ministry`.
        margin = HEADLINE_MARGIN if is_named and able.told else MARGIN
        is_sure = is_told or is_named or noun in self.patterns.plain_heads
        return self._nearest(
            i, apart, able.told if is_told else able.first, margin if is_sure else UNTOLD_MARGIN
        )

    def _is_another(self, noun: str, start: int, i: int) -> bool:
        """Return whether a body without a name comes between two tokens: `the trade group for clinics`, then `the group`."""
        if noun not in self._unnamed:
            self._unnamed[noun] = [j for j in self._nouns.get(noun, ()) if self._is_unnamed(j)]
        others = self._unnamed[noun]
        return bisect_left(others, start) < bisect_left(others, i)

    @cached_property
    def _nouns(self) -> Mapping[str, Sequence[int]]:
        """Where each lemma stands, outside of names."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for j, lemma in enumerate(self.tree.lemmas):
            if j not in self.tree.ents:
                found[lemma].append(j)
        return found

    def _is_unnamed(self, j: int) -> bool:
        is_another = self.tree.child(j, "prep") is not None or self._is_new(j)
        return is_another and self.tree.deps[j] not in _PREDICATES

    def _is_new(self, i: int) -> bool:
        """Return whether a noun speaks of one that has not been named: `a firm`."""
        return self.tree.lower[self.tree.left[i]] in ONE_OF_MANY and i not in self.tree.ents

    def _last(self, i: int, keys: Container[str]) -> int | None:
        """Return the last mention of some bodies before a token."""
        end = bisect_left(self._named, i, key=lambda n: self.tree.mentions[n].start)
        return next((n for n in reversed(self._named[:end]) if self._key(n) in keys), None)

    def only_one(self, i: int) -> int | None:
        """Return the number of the mention that `the firm` stands for where the text has named one firm so far, and no other."""
        noun = self.tree.lemmas[i]
        able = self._able(noun)
        firsts = [*islice(able.first.values(), 2), i, i]
        is_one = firsts[0] < i <= firsts[1] and not self._is_another(noun, 0, i)
        return self._last(i, able.first) if is_one else None

    def _able(self, noun: str) -> Able:
        """Return the mentions that a noun may stand for, by their labels."""
        if noun not in self._able_by_noun:
            self._able_by_noun[noun] = self._find_able(noun)
        return self._able_by_noun[noun]

    def _find_able(self, noun: str) -> Able:
        patterns = self.patterns
        labels, others = self._heads.get(noun, frozenset()), patterns.other_kinds - {noun}
        if noun != "party":
            others |= name_words().party_words
        if noun in patterns.company_heads | patterns.heads_of_no_company:
            labels -= patterns.department_labels  # an agency can be one, no group or watchdog
        barred = frozenset() if noun in patterns.outlet_heads | self._naming else self._outlets
        able, other = Able(), Able()
        for n in self._named:
            ent, key = self.tree.mentions[n], self._key(n)
            is_told = noun not in patterns.plain_heads and self._is_told(n, noun)
            is_named = is_told and noun in self._naming
            if is_named or (ent.label_ in labels and others.isdisjoint(ent.text.lower().split())):
                (able if ent.label_ in labels else other).add(key, ent.start, is_told=is_told)
        for key in barred:
            able.first.pop(key, None)
            able.told.pop(key, None)
        return able if able.first else other  # a bank that was taken for another kind of body

    @cached_property
    def _outlets(self) -> frozenset[str]:
        """The bodies to which others say something: they are seldom what it is about."""
        told = Counter(self._key(n) for n in self._named if self._is_receiving(n))
        named = Counter(map(self._key, self._named))
        return frozenset(key for key, count in told.items() if count >= OUTLET_SHARE * named[key])

    def _is_receiving(self, number: int) -> bool:
        tree, ent = self.tree, self.tree.mentions[number]
        if self._is_dateline(ent):
            return True
        top = tree.top(ent.start, ent.end)
        head = tree.heads[top]
        if tree.deps[top] in ("dobj", "dative"):
            return tree.lemmas[head] == "tell"
        is_told = tree.deps[top] == "pobj" and tree.lower[head] in ("to", "with")
        return is_told and tree.lemmas[tree.heads[head]] in self.patterns.media

    def _is_dateline(self, ent: Span) -> bool:
        """Return whether a paragraph begins with the name of who wrote it: `CNN — The bank ...`."""
        behind = self.tree.lower[ent.end : ent.end + 1]
        return ent.start in self._starts and not self.patterns.dashes.isdisjoint(behind)

    @cached_property
    def _starts(self) -> frozenset[int]:
        return frozenset(section.start for section in self.tree.sections)

    def _is_told(self, number: int, noun: str) -> bool:
        """Return whether a text calls a body by a noun: `the watchdog Ofsted`, `the watchdog, Ofsted`, `Ofsted, a watchdog`, `Ofsted is a watchdog`."""
        tree, ent = self.tree, self.tree.mentions[number]
        if self._is_called(number, noun):
            return True
        at = ent.start - 1
        while at > 0 and tree.lower[at] in (",", "the"):
            at -= 1
        top = tree.top(ent.start, ent.end)
        said = [at, *tree.children(top, "appos")]
        if tree.deps[top] in SUBJECTS and tree.lemmas[tree.heads[top]] == "be":
            said += tree.children(tree.heads[top], "attr")
        return any(tree.lemmas[j] == noun and tree.sents[j] == tree.sents[top] for j in said if j >= 0)

    def _is_called(self, number: int, noun: str) -> bool:
        *before, last = self.tree.mentions[number].text.lower().split()
        return noun in (*before, last) or (not before and last.endswith(noun))  # `Rijnbank`

    def _nearest(
        self, i: int, apart: Spreads, among: Collection[str] | None = None, margin: float = MARGIN
    ) -> int | None:
        """Return the number of the mention of the body that is named nearest before a token, if it is clear.

        Args:
            i: The token.
            apart: Ranges of tokens in which it is not named.
            among: Keys of the only ones who may be meant; None for all, and for nouns that are no names.
            margin: How much more than the next the nearest must weigh.
        """
        scores: dict[str, float] = {}
        latest: dict[str, int | None] = {}
        for event, distance in self._before(i, apart):
            key = "" if event.whom is None else self._key(event.whom)
            if among is None or key in among:
                latest.setdefault(key, event.whom)
                _add_weight(scores, key, event.weight * NEAR[distance])
        found = _clearest(scores, margin, LEAST)
        return None if found is None else latest[found]

    def _key(self, number: int) -> str:
        return self._entities[number]


def _add_weight(scores: dict[Key, float], whom: Key, weight: float) -> None:
    """Take in another place where somebody is named: of all but the weightiest a part counts."""
    old = scores.get(whom)
    scores[whom] = weight if old is None else max(old, weight) + AGAIN * min(old, weight)


def _clearest(scores: Mapping[Key, float], margin: float, least_alone: float) -> Key | None:
    """Return whom the largest weight is of, or None if it is small or near to the next.

    Args:
        scores: The weights.
        margin: How much more than the next it must be.
        least_alone: How large it must be where nobody else is near.
    """
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0] is not None, item[0]))
    if not ranked:
        return None
    next_weight = ranked[1][1] if len(ranked) > 1 else 0.0
    whom, weight = ranked[0]
    is_alone = next_weight < NEGLIGIBLE * weight
    return whom if weight >= max(least_alone if is_alone else LEAST, margin * next_weight) else None


def _defined_names(tree: Tree, patterns: Patterns) -> dict[str, int]:
    """Return what a text defines in brackets after a name, `Orbis Bank plc (the "Company")`, to the number of the mention."""
    defined: dict[str, int] = {}
    for number, ent in enumerate(tree.mentions):
        if ent.label_ in patterns.organisation_labels:
            found = _DEFINITION.match(tree.text, ent.end_char)
            if found is not None:
                defined.setdefault(found[1], number)
    return defined


_DEFINITION = re.compile(r"\s?\(\s?(?:the\s)?[\"“](?:the\s)?([A-Z]\w{2,30})[\"”]\s?\)", re.IGNORECASE)


def _is_plural(tree: Tree, ent: Span, patterns: Patterns) -> bool:
    """Return whether a name is of many (`Democrats`): `it` is none of them. A company is one, whatever its name (`Calder Foods`)."""
    return ent.label_ not in patterns.company_labels and tree.tags[tree.top(ent.start, ent.end)] == "NNPS"
