"""An honorific changes nothing of a minister: a table of ministers of several countries by honorific and form of the name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from policy_news.nlp.annotator import Annotator
from policy_news.rules.name_forms import person_id
from tests.support.documents import make_document

MINISTERS = Path(__file__).parent / "gold" / "ministers.txt"
ANY = {"m": ("Mr", "Mr.", "Dr", "Prof", "Professor"), "f": ("Ms", "Mrs", "Ms.", "Dr", "Prof", "Professor")}
"""Honorifics of every country, by gender."""
FORMS = {
    "full": "{honorific} {full} opened the new port on Monday. {honorific} {last} said the work had gone well.",
    "surname": "{full} opened the new port on Monday. {honorific} {last} said the work had gone well.",
    "title in front": "Crowds met {title} {honorific} {full} at the new port. {last} said the work had gone well.",
    "title behind": "{honorific} {full}, the {title}, opened the new port. {honorific} {last} said the work had gone well.",
}


@dataclass(frozen=True)
class Case:
    """A minister behind an honorific in one form."""

    country: str
    day: str
    first: str
    last: str
    title: str
    honorific: str
    form: str

    @property
    def text(self) -> str:
        """The article."""
        full = f"{self.first} {self.last}"
        # Behind a name a title is written in lower case.
        title = self.title.lower() if self.form == "title behind" else self.title
        text = FORMS[self.form].format(full=full, last=self.last, honorific=self.honorific, title=title)
        return f"{text} Ports matter to {self.country}."

    @property
    def is_right(self) -> list[tuple[str, str]]:
        """What must be found: label and entity of the full name and of the surname."""
        return [("MINISTER", person_id(f"{self.first} {self.last}"))] * 2


def read_cases() -> Iterator[Case]:
    """Each honorific of a country in each form, shared out among its ministers."""
    country, day, own = "", "", dict[str, tuple[str, ...]]()
    ministers: dict[tuple[str, str, str], list[tuple[str, str, str]]] = defaultdict(list)
    honorifics: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for line in MINISTERS.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            head, men, women = line.removeprefix("= ").split(" | ")
            country, day = head.split()
            own = {"m": tuple(men.split(", ")), "f": tuple(women.split(", "))}
        elif not line.startswith("#"):
            first, _, rest = line.partition(" /")
            gender = "m" if " m " in rest else "f"
            last, _, title = rest.partition(f" {gender} ")
            ministers[country, day, gender].append((first, last, title))
            honorifics[country, day, gender] = (*ANY[gender], *own[gender])
    for (country, day, gender), names in ministers.items():
        shares = min(len(names), len(FORMS))
        turns = product(enumerate(names), enumerate(honorifics[country, day, gender]), enumerate(FORMS))
        for (one, (first, last, title)), (two, honorific), (three, form) in turns:
            if (one + two + three) % shares == 0:
                yield Case(country, day, first, last, title, honorific, form)


def find_wrong(annotator: Annotator, cases: list[Case]) -> list[tuple[Case, list[tuple[str, str]]]]:
    """The cases that are not right, with what was found of the names."""
    items = [make_document(f"d{n}", case.text, case.day) for n, case in enumerate(cases)]
    wrong = []
    for case, annotated in zip(cases, annotator.annotate(items), strict=True):
        mentions = annotated.mentions
        ends = {annotated.document.text.index(case.last) + len(case.last)}
        ends.add(annotated.document.text.rindex(case.last) + len(case.last))
        found = [(m.label, m.entity_id) for m in mentions if m.end in ends]
        if found != case.is_right:
            wrong.append((case, found))
    return wrong


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(read_cases())


@pytest.mark.slow
def test_every_honorific(annotator: Annotator, cases: list[Case]) -> None:
    wrong = find_wrong(annotator, cases)
    assert not wrong, (len(wrong), len(cases), Counter(f"{c.honorific}, {c.form}" for c, _ in wrong))


def test_an_honorific_of_each_minister(annotator: Annotator, cases: list[Case]) -> None:
    assert not find_wrong(annotator, cases[::4])
