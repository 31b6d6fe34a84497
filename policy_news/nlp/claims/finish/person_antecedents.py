"""Which person `she` or `the minister` means: by gender, title, office, place and party, and how near each is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from policy_news.core.grouping import grouped
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.finish.salience import (
    CAUTIOUS_MARGIN,
    EMBEDDED,
    MARGIN,
    MINOR,
    NEAR,
    ONE_OF_MANY,
    ROLES,
    Event,
    Salience,
    Spreads,
    add_weight,
    find_clearest,
)
from policy_news.nlp.claims.tree import PHRASE, SUBJECTS, Spread, Tree
from policy_news.nlp.who.members import state_called
from policy_news.nlp.who.people import Person, PersonLink, title_of_office
from policy_news.nlp.who.seats import Seats
from policy_news.nlp.who.within_document import Who
from policy_news.nlp.who.words import (
    PAST,
    Gender,
    fold,
    identity_words,
    kin_gender,
    longest_title,
    peoples,
    usual_title,
)
from policy_news.rules.name_forms import name_words

PRONOUNS: dict[str, Gender] = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "herself": "f",
}  # fmt: skip
NOUN_GENDERS: dict[str, Gender] = {
    "actress": "f", "businessman": "m", "businesswoman": "f", "chairman": "m", "chairwoman": "f", "girl": "f", "boy": "m", "man": "m",
    "policeman": "m", "policewoman": "f", "spokesman": "m", "spokeswoman": "f", "waitress": "f", "woman": "f",
}  # fmt: skip
NEAR_PRONOUN = (100.0, 70.0, 40.0, 25.0, 16.0, 12.0, 9.0, 7.0)
"""What a mention weighs by the sentences between it and `he` or `she`, which say so little that somebody near is meant."""
UNKNOWN_GENDER = 0.7
"""What somebody weighs of whom nobody knows whether it is a man or a woman."""
LEAST_ALONE = 9.0
"""The weight that the only person near must have."""
SPEAKING = 1.3
"""What the source of a claim weighs more after a quotation: who speaks goes on speaking."""
CLAUSES = frozenset({"acl", "ccomp", "relcl"})
"""Clauses in a clause that say of somebody what the sentence is not about."""
_ASKING = frozenset({"ask", "press", "question", "quiz"})
_ASKED = ("dative", "dobj", "nsubjpass")
"""Verbs after which somebody answers, and what whoever is asked is to them."""
_FRONTED = frozenset({"advcl", "prep"})
"""What may stand before the main clause: `When he spoke`, `In his speech`."""
RUNNING = frozenset({"candidate", "nominee"})
"""Who runs has been named, whatever the text calls him: `The candidate of the Greens wants more. He also plans ...`."""
_COUNTRY = re.compile(r"place-([a-z]{2})")
"""The id of a country in the rule data, and its code."""
_PORTFOLIO = re.compile(r"(minister|secretary) (?:of|for) (?:the )?(.+)")


class PersonAntecedents(Salience):
    """The persons of a doc, and the places where they are named."""

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, speaking: frozenset[int], who: Who
    ) -> None:
        super().__init__(tree, quotes, patterns, speaking)
        self.persons = who.persons
        self.person_of = {n: own.person for n, own in enumerate(who.meant) if isinstance(own, PersonLink)}
        spans = {
            person: [(tree.mentions[n].start_char, tree.mentions[n].end_char) for n in own]
            for person, own in self.numbers_of.items()
        }
        self.seats = Seats(tree.text, self.persons, spans)
        self._told: dict[int | None, Gender] = {}
        """Persons whose gender no name tells to what a pronoun said of them."""
        self._add_events()

    def _add_events(self) -> None:
        """Add names, then what `the minister`, `he` and `she` stand for, in the order of the text: each builds on those before it."""
        tree = self.tree
        named = {tree.top(tree.mentions[n].start, tree.mentions[n].end): n for n in self.person_of}
        for i, (word, tag) in enumerate(zip(tree.lower, tree.tags, strict=True)):
            if i in named:
                self._add_person(i, self.person_of[named[i]])
            elif word in ("he", "she") and i not in tree.ents and self.quotes.at(i) is None:
                found = self.meant_by(i)
                if found is not None:  # somebody of a rare name is known to be a man or a woman from here on
                    self._add(i, found, self._told.setdefault(found, PRONOUNS[word]))
            elif tag == "NN" and self._is_noun(i):
                self._add_nameless(i)
            elif tag == "NNP" and self.tree.deps[i] in SUBJECTS and self._is_noun(i):
                self._add_titled(i)  # `The Governor`

    def _add_person(self, i: int, person: int) -> None:
        number = self.tree.ents.get(i)
        before = self.tree.mentions[number].start - 1 if number is not None else -1
        is_spoken = before >= 0 and self.tree.lemmas[before] in self.patterns.spokes_heads
        if is_spoken and (told := NOUN_GENDERS.get(self.tree.lower[before])):
            self._told[person] = told  # `spokesman Lin Jian`: his first name is a woman's
        self._add(i, person, self._told.get(person) or self.persons[person].gender)

    def _add_titled(self, i: int) -> bool:
        """Add whom a title alone names (`The president's roots`, `to the minister`), and return whether it names anybody."""
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

    def _add_nameless(self, i: int) -> None:
        """Add whom a noun that is not a name stands for: a subject, or whose something is (`The woman's brother is ill.`)."""
        dep = self.tree.deps[i]
        if dep in SUBJECTS or (dep == "poss" and self.tree.lemmas[i] in NOUN_GENDERS):
            self._add_noun(i)
        else:
            self._add_titled(i)

    def _add_noun(self, i: int) -> None:
        """Add whom a noun stands for: `the minister` is somebody whom the text has named; `her spokesman` is somebody else."""
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
        tree = self.tree
        end = min(tree.right[i], i + 2 * PHRASE)
        # What a clause names is somebody else.
        end = next((j for j in range(i, end) if tree.tags[j][:2] in ("VB", "WP", "WD")), end)
        for j in [i, *(j for j in range(i + 1, end) if tree.lower[j] == ",")]:
            ahead = range(j + 1, min(j + 2 + 2 * (j > i), len(tree.tags)))  # `, Hon. John Hale`
            start = next((k for k in ahead if k in tree.ents or tree.tags[k] == "NN"), i)
            person = self.person_of.get(tree.ents.get(start, -1))
            if person is not None:
                return person
        return None

    def _role(self, i: int) -> float:
        dep = self.tree.deps[i]
        if dep == "compound":
            dep = self.tree.deps[self.tree.heads[i]]
        weight = ROLES.get(dep, MINOR)
        if i in self.speaking:
            weight = 1.0  # whatever the parse makes of it
        elif dep in SUBJECTS and self.tree.deps[self.tree.heads[i]] in CLAUSES:
            above = self.tree.heads[self.tree.heads[i]]
            told = self.tree.deps[above] == "advcl" and self.tree.child(above, *SUBJECTS) is not None
            # `Though police said Hale was well, he`
            weight *= 1.0 if told and above < self.tree.heads[above] else EMBEDDED
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
        return 1.0 if tree.deps[i] in _ASKED else weight * MINOR

    def meant_by(self, i: int, apart: Spreads = (), without: int | None = None) -> int | None:
        """Return the person whom a pronoun stands for, or None where two are as near at hand, or somebody without a name is.

        Args:
            apart: Ranges of tokens in which the person is not named: what somebody says seldom names him.
            without: A person who is not meant: the speaker of the words around.

        Returns:
            Number of the person, or None.
        """
        gender = PRONOUNS.get(self.tree.lower[i])
        if gender is None:
            return None
        found = self._nearest(i, gender, None, [*apart, *self._questions(i)], without, self._beside(i))
        ahead = self._named_ahead(i, gender)
        if ahead is None or ahead in (found, without):
            return found
        return ahead if found is None else None

    def _beside(self, i: int) -> frozenset[int | None]:
        """Return whom the objects beside a subject name, so not the subject: `He praised the governor`."""
        tree = self.tree
        objects = tree.children(tree.heads[i], "dative", "dobj") if tree.deps[i] == "nsubj" else ()
        return frozenset(
            self.described(kid) if self._is_noun(kid) else self.person_of.get(tree.ents[kid])
            for kid in objects
            if kid in tree.ents or tree.lower[tree.left[kid]] == "the"
        )

    def nameless(self, i: int, apart: Spreads) -> int | None:
        """Return the token of somebody without a name whom a pronoun may stand for, if nobody else is as near.

        Args:
            apart: Ranges of tokens in which nobody is looked for.
        """
        gender = PRONOUNS.get(self.tree.lower[i])
        near = (event for event, _ in self._before(i, apart) if event.gender in (None, gender))
        event = next(near, None) if gender else None
        return event.token if event and event.whom is None and event.token in self.speaking else None

    def _questions(self, i: int) -> Iterator[Spread]:
        """Yield what the subject of a verb was asked: who is named there is spoken of, as in `Asked about Hale, he said`."""
        tree = self.tree
        asking = _ASKING | self.patterns.asked_verbs
        for clause in tree.children(tree.heads[i], "advcl"):
            if clause < i and tree.tags[clause] == "VBN" and tree.lemmas[clause] in asking:
                yield tree.left[clause], tree.right[clause] + 1

    def _named_ahead(self, i: int, gender: Gender) -> int | None:
        """Return the person whom the main clause after a pronoun has as its subject: `When he spoke on Monday, Mr. Lund said`."""
        tree = self.tree
        fronted = (
            one for one in chain([i], tree.above(i)) if tree.heads[one] > i and tree.deps[one] in _FRONTED
        )
        clause = next(fronted, None)
        if clause is None:
            return None
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
        """Return those bearers of a title who hold the office on the day; after `former` those who do not."""
        holders = {n for n in bearers if _holds(self.persons[n], title)}
        if not PAST.isdisjoint(self.tree.lower[self.tree.left[i] : start]):
            return bearers - holders
        return holders or bearers

    def _of_place(self, place: str, title: str, bearers: set[int]) -> set[int]:
        """Return the persons who sit for a place by the text or the list of members; else those of the title without a known seat."""
        own = {n for n in range(len(self.persons)) if place in self.seats.places(n)}
        return own or self.seats.listed(place, title) or {n for n in bearers if not self.seats.places(n)}

    def _of_party(self, i: int, bearers: set[int]) -> set[int]:
        """Return those persons whom the text calls of the party in `the Republican presidential nominee`; all where it names none."""
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
        beside: frozenset[int | None] = frozenset(),
    ) -> int | None:
        scores: dict[int | None, float] = {}
        ends_quote, near = self._ends_quote(i), NEAR if among is not None else NEAR_PRONOUN
        for event, apart_by in self._before(i, apart):
            person = event.whom
            if (among is not None and person not in among) or (
                person is not None and person in {without, *beside}
            ):
                continue
            weight = event.weight * self._gender_weight(event, gender, apart_by) * near[apart_by]
            if ends_quote:
                weight *= self._spoken(event.token)
            add_weight(scores, person, weight)
        margin = CAUTIOUS_MARGIN if i in self.places.headlines else MARGIN
        return find_clearest(scores, margin, LEAST_ALONE)

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
            return MINOR
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
        return grouped((person, n) for n, person in self.person_of.items())

    @cached_property
    def forms_of(self) -> Mapping[int, frozenset[str]]:
        """What each person is called."""
        mentions = self.tree.mentions
        return {person: frozenset(mentions[n].text for n in own) for person, own in self.numbers_of.items()}

    def mention_of(self, person: int, before: int) -> int | None:
        """Return the number of the mention of a person that stands nearest before a token, else of the first."""
        own = self.numbers_of.get(person, ())
        earlier = bisect_left(own, before, key=lambda n: self.tree.mentions[n].start)
        return own[max(earlier - 1, 0)] if own else None


def _countries(person: Person) -> set[str]:
    return person.countries | {office.partition("-")[0].upper() for office in person.offices}


def _bears(person: Person, title: str) -> bool:
    """Return whether a text gives somebody a title, or one that ends in it (`the minister`); sole or longer titles must be the same."""
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
