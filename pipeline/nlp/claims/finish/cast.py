"""The persons of a doc as the claims see them: who each mention is, of which gender, and how near at hand at each place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.nlp.claims.constructions.quotes import QuoteIndex
from pipeline.nlp.claims.lexicon import Patterns
from pipeline.nlp.claims.tree import SUBJECTS, Tree
from pipeline.nlp.identity.evidence import Sighting, read_context
from pipeline.nlp.identity.names import read_name
from pipeline.nlp.identity.people import Person, group_people
from pipeline.nlp.identity.words import Gender, fold, kin_gender, usual_title
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
"""What a mention weighs by the sentences between it and the pronoun."""
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
IN_QUOTE, IN_HEADLINE, UNKNOWN_GENDER, SECTION = 0.6, 0.5, 0.85, 1
AGAIN = 0.12
"""What further mentions add, of their own weight."""
LEAST, MARGIN = 24.0, 1.15
"""The weight that an antecedent must have, and how much more than the next."""


@dataclass(frozen=True, slots=True)
class Event:
    """A place where somebody is named or meant; `person` is None for somebody without a name."""

    token: int
    person: int | None
    gender: Gender | None
    weight: float


class Cast:
    """The persons of a doc, and the places where they are named."""

    def __init__(self, tree: Tree, quotes: QuoteIndex, patterns: Patterns) -> None:
        self.tree = tree
        self.quotes = quotes
        self.patterns = patterns
        self.numbers = [n for n, ent in enumerate(tree.mentions) if ent.label_ in patterns.person_labels]
        self._headlines = {i for s in tree.sections if s.label_ in HEADLINES for i in range(s.start, s.end)}
        self._section_starts = [section.start for section in tree.sections]
        self._sentences = {start: i for i, start in enumerate(sorted(set(tree.sents)))}
        self.persons, links = group_people(list(self._sightings()))
        self.person_of = {n: link.person for n, link in zip(self.numbers, links, strict=True)}
        self.events = self._all_events()

    def _sightings(self) -> Iterator[Sighting]:
        tree = self.tree
        offices = {
            ent.end_char: (ent.start_char, ent.text) for ent in tree.mentions if ent.label_ == "OFFICE"
        }
        held = tree.doc._.mention_offices or {}
        for n in self.numbers:
            ent = tree.mentions[n]
            _, _, rule = ent.id_.partition(":")
            yield Sighting(
                ent.start_char,
                ent.text,
                read_name(ent.text),
                read_context(tree.text, ent.start_char, ent.end_char, offices),
                ent.kb_id_,
                is_spread=rule.startswith("document."),
                is_headline=ent.start in self._headlines,
                office=held.get(str(ent.start), (None, None))[0],
            )

    def _all_events(self) -> list[Event]:
        """Names, then what `the minister`, `he` and `she` stand for, in the order of the text: each builds on those before it."""
        tree = self.tree
        named = {tree.top(tree.mentions[n].start, tree.mentions[n].end): n for n in self.numbers}
        self.events = []
        for i in range(len(tree)):
            if i in named:
                person = self.person_of[named[i]]
                self.events.append(Event(i, person, self.persons[person].gender, self._weight(i)))
            elif tree.lower[i] in ("he", "she") and self.quotes.at(i) is None:
                found = self.meant_by(i)
                if found is not None:
                    self.events.append(Event(i, found, self.persons[found].gender, self._weight(i)))
            elif tree.deps[i] in SUBJECTS and tree.tags[i] == "NN" and i not in tree.ents:
                self._add_noun(i)
        return self.events

    def _add_noun(self, i: int) -> None:
        """`the minister` is somebody whom the text has named; `her spokesman` is somebody else."""
        lemma = self.tree.lemmas[i]
        if self.tree.lower[self.tree.left[i]] == "the" and usual_title(lemma):
            found = self.described(i)
            if found is not None:
                self.events.append(Event(i, found, self.persons[found].gender, self._weight(i)))
                return
        if lemma in self.patterns.unnamed or lemma in NOUN_GENDERS or kin_gender(lemma) or usual_title(lemma):
            self.events.append(Event(i, None, NOUN_GENDERS.get(lemma) or kin_gender(lemma), self._weight(i)))

    def _weight(self, i: int) -> float:
        dep = self.tree.deps[i]
        if dep == "compound":
            dep = self.tree.deps[self.tree.heads[i]]
        weight = ROLES.get(dep, OTHER_ROLE)
        if self.quotes.at(i) is not None:
            weight *= IN_QUOTE
        return weight * IN_HEADLINE if i in self._headlines else weight

    def meant_by(self, i: int) -> int | None:
        """The person whom a pronoun stands for, or None where two are as near at hand, or somebody without a name is."""
        gender = PRONOUNS.get(self.tree.lower[i])
        return None if gender is None else self._nearest(i, gender, None)

    def described(self, i: int) -> int | None:
        """The person whom `the minister` stands for: of that title in the text, and the nearest of several."""
        title = usual_title(self.tree.lemmas[i])
        if title is None:
            return None
        bearers = {n for n, person in enumerate(self.persons) if _bears(person, title)}
        return self._nearest(i, NOUN_GENDERS.get(self.tree.lemmas[i]), bearers) if bearers else None

    def _nearest(self, i: int, gender: Gender | None, among: set[int] | None) -> int | None:
        scores: dict[int | None, float] = {}
        for event in self._before(i):
            if gender and event.gender and event.gender != gender:
                continue
            if among is not None and event.person not in among:
                continue
            weight = event.weight * self._nearness(event.token, i)
            if gender and event.gender is None:
                weight *= UNKNOWN_GENDER
            old = scores.get(event.person, 0.0)
            scores[event.person] = max(old, weight) + AGAIN * min(old, weight)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], -1 if item[0] is None else item[0]))
        if not ranked or ranked[0][1] < LEAST:
            return None
        if len(ranked) > 1 and ranked[0][1] < MARGIN * ranked[1][1]:
            return None
        return ranked[0][0]

    def _before(self, i: int) -> Iterable[Event]:
        """The events before a token, the nearest first."""
        last = bisect_right(self.events, i - 1, key=lambda event: event.token)
        for event in reversed(self.events[:last]):
            if not self._nearness(event.token, i):
                return
            yield event

    def _nearness(self, token: int, i: int) -> float:
        sents = self.tree.sents
        apart = self._sentences[sents[i]] - self._sentences[sents[token]]
        starts = self._section_starts
        apart += SECTION * (bisect_right(starts, i) - bisect_right(starts, token) > 1)
        return NEAR[apart] if apart < len(NEAR) else 0.0

    def mention_of(self, person: int, before: int) -> int | None:
        """The number of the mention of a person that stands nearest before a token, else of the first."""
        own = [n for n in self.numbers if self.person_of[n] == person]
        earlier = [n for n in own if self.tree.mentions[n].start < before]
        return earlier[-1] if earlier else own[0] if own else None


def _bears(person: Person, title: str) -> bool:
    return title in person.titles or any(fold(own).endswith(f" {title}") for own in person.titles)
