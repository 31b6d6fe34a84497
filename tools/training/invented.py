"""Invents names of companies, persons, places and organisations, to train with unseen names.

The order of random draws is part of the result: the same seed must give the same names, and with them the same weights.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from policy_news.rules.name_forms import name_words
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict

RARE = 1_500
"""Surnames above this rank are so common that the model knows them."""
MADE_UP_SURNAMES = 0.4


class Syllables(Strict):
    """The parts that names are made of."""

    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    codas: tuple[str, ...]
    surname_endings: tuple[str, ...]
    place_endings: tuple[str, ...]
    company_endings: tuple[str, ...]
    second_words: tuple[str, ...]
    organisation_patterns: tuple[str, ...]
    topics: tuple[str, ...]
    facility_patterns: tuple[str, ...]
    other_patterns: tuple[str, ...]


class Inventor:
    """Makes names; the same seed gives the same names."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.parts = read_rule_file(RULES_DIR.parent / "entities" / "syllables.yml", Syllables)
        vocabulary = RULES_DIR / "vocabulary"
        self.first_names = (vocabulary / "first_names.txt").read_text(encoding="utf-8").split()[:3000]
        self.surnames = (vocabulary / "surnames.txt").read_text(encoding="utf-8").split()[RARE:]

    def name(self, kind: str) -> str:
        """Return a name of a type: COMPANY, PERSON (in full), GPE, FAC, ORG or OTHER."""
        return {
            "COMPANY": self._company,
            "PERSON": self._person,
            "GPE": self._place,
            "FAC": self._facility,
            "ORG": self._organisation,
            "OTHER": self._other,
        }[kind]()

    def _one(self, choices: Sequence[str]) -> str:
        return self.random.choice(choices)

    def _coined(self, endings: Sequence[str] = (), syllables: int = 0) -> str:
        parts = self.parts
        made = ""
        for _ in range(syllables or self.random.choice((1, 2, 2, 3))):
            made += self._one(parts.onsets) + self._one(parts.vowels)
            if self.random.random() < 0.55:
                made += self._one(parts.codas)
        if endings:
            made += self._one(endings)
        if len(made) > 3:
            return made.capitalize()
        return self._coined(endings, 2)

    def _surname(self) -> str:
        if self.random.random() < MADE_UP_SURNAMES:
            return self._coined(self.parts.surname_endings, self.random.choice((1, 1, 2)))
        surname = self._one(self.surnames).capitalize()
        if self.random.random() < 0.95:
            return surname
        return f"{surname}-{self._one(self.surnames).capitalize()}"

    def _person(self) -> str:
        if self.random.random() < 0.7:
            first = self._one(self.first_names).capitalize()
        else:
            first = self._coined(syllables=2)
        middle = ""
        if self.random.random() < 0.05:
            middle = f" {self._one('ABCDEFGHJKLMNPRSTW')}."
        return f"{first}{middle} {self._surname()}"

    def _place(self) -> str:
        endings: Sequence[str] = ()
        if self.random.random() < 0.6:
            endings = self.parts.place_endings
        name = self._coined(endings)
        if self.random.random() < 0.12:
            lead = self._one(("Port", "North", "South", "New", "Lower", "Mount", "Saint"))
            return f"{lead} {name}"
        return name

    def _brand(self) -> str:
        draw = self.random.random()
        if draw < 0.45:
            return self._coined()
        if draw < 0.65:
            return self._coined(self.parts.company_endings)
        if draw < 0.8:
            return self._surname()
        if draw < 0.9:
            return self._coined(self.parts.place_endings)
        return self._coined(syllables=1) + self._coined(syllables=1)

    def _company(self) -> str:
        draw = self.random.random()
        if draw < 0.55:
            return self._brand()
        if draw < 0.82:
            if self.random.random() < 0.5:
                word = self._one(sorted(name_words().company_words))
            else:
                word = self._one(self.parts.second_words)
            return f"{self._brand()} {word.capitalize()}"
        if draw < 0.9:
            return f"{self._surname()} & {self._one((self._surname(), 'Co', 'Sons', self._surname()))}"
        if draw < 0.95:
            return f"{self._brand()} {self._one((self._coined(), self._surname()))}"
        return self._coined(syllables=1).upper()[: self.random.choice((3, 4))]

    def _facility(self) -> str:
        return self._one(self.parts.facility_patterns).format(name=self._stem())

    def _other(self) -> str:
        return self._one(self.parts.other_patterns).format(
            name=self._stem(), topic=self._one(self.parts.topics), surname=self._surname()
        )

    def _stem(self) -> str:
        """Return a coined word, a surname or a place, for the name of a building or a programme."""
        return self.random.choice((self._coined, self._surname, self._place))()

    def _organisation(self) -> str:
        draw = self.random.random()
        if draw < 0.35:
            return "".join(
                self._one("ABCDEFGHILMNOPRSTUW") for _ in range(self.random.choice((3, 3, 4, 4, 5)))
            )
        if draw < 0.5:
            return self._coined()
        topics = {
            "topic": self._one(self.parts.topics),
            "other": self._one(self.parts.topics),
            "name": self._brand(),
        }
        return self._one(self.parts.organisation_patterns).format(**topics)
