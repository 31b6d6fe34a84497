"""Small corpora in which people and bodies are easily mixed up: none is taken for another, and most are found out."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.core.settings import AnnotateSettings, Settings
from pipeline.nlp.annotator import Annotator
from tests.conftest import MODEL
from tests.nlp.identity.gold_texts import read_traps
from tests.nlp.identity.scoring import find_ids, judge

KNOWN_WRONG = {
    "pronoun: two men, unclear",  # the subject is taken, as it is mostly right
    "legal form: Co Ltd",  # the list lacks the registered name
    "joint venture",  # two listed names stand for one that is in no list
}
LEAST = {"people.txt": 0.9, "corpora.txt": 0.75, "companies.txt": 0.75, "first_person.txt": 0.85}
"""Share of the corpora that are resolved: what is not is mostly a name, or a claim inside a quotation, that was not found."""


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings(annotate=AnnotateSettings(model=str(MODEL))))


@pytest.mark.parametrize("name", LEAST)
def test_nobody_is_taken_for_somebody_else(annotator: Annotator, name: str) -> None:
    verdicts = {trap.name: judge(trap, find_ids(annotator, trap)) for trap in read_traps(name)}
    wrong = {trap: why for trap, (verdict, why) in verdicts.items() if verdict == "wrong"}
    assert wrong.keys() <= KNOWN_WRONG, wrong
    resolved = sum(verdict == "resolved" for verdict, _ in verdicts.values())
    assert resolved >= LEAST[name] * len(verdicts)
