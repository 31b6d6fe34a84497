"""The second reading of names: which of the spans of two readers are names."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language

from policy_news.nlp.encoder.roles import NAME_CLASSES, NAMES
from policy_news.nlp.entities.linear_model import LinearModel, make_model
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.entities.second_names import NameCandidate, decide_names, find_candidates, read_spans
from policy_news.nlp.entities.span_review import SpanFeatures
from policy_news.nlp.tokens import Tokens

TEXT = "Ana Moll of Marlow Water met the Tide Union ( TU ) in Leeds ."
MODEL: LinearModel = make_model({"right": [6.0], "bias": [-3.0]}, 1)
"""A candidate is likely if it has the feature `right`."""


def classes(*spans: tuple[int, int, str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """What an encoder says that is sure of its names; log probabilities of shape (tokens, classes)."""
    chance = np.full((len(TEXT.split()), NAME_CLASSES), 0.001, dtype=np.float32)
    chance[:, 0] = 1
    for start, end, label in spans:
        chance[start:end, 0] = 0.001
        chance[start, 2 * NAMES.index(label) + 1] = 1
        chance[start + 1 : end, 2 * NAMES.index(label) + 2] = 1
    return np.log(chance)


def mention(start: int, end: int, label: str, method: str = "model", entry: str = "") -> Mention:
    return Mention(start, end, label, method, "", entry)


def test_spans_are_read_from_classes() -> None:
    table = classes((0, 2, "PERSON"), (3, 5, "COMPANY"), (12, 13, "GPE"))
    found = [(name.start, name.end, name.label) for name in read_spans(table)]
    assert found == [(0, 2, "PERSON"), (3, 5, "COMPANY"), (12, 13, "GPE")]


def test_two_persons_side_by_side_are_one_and_other_names_are_not() -> None:
    table = classes((0, 1, "PERSON"), (1, 2, "MINISTER"), (2, 3, "PERSON"), (6, 7, "ORG"), (7, 8, "ORG"))
    found = [(name.start, name.end, name.label) for name in read_spans(table)]
    assert found == [(0, 3, "PERSON"), (6, 7, "ORG"), (7, 8, "ORG")]


@pytest.fixture
def tokens(base_nlp: Language) -> Tokens:
    """The tokens of `TEXT`."""
    return Tokens(base_nlp(TEXT))


def test_each_reader_proposes_and_facts_are_not_asked(tokens: Tokens) -> None:
    own = [
        mention(0, 2, "PERSON"),
        mention(3, 5, "ORG"),
        mention(12, 13, "GPE", "gazetteer", "place-gb-leeds"),
    ]
    spans = SpanFeatures(tokens, own, (), ())
    found = find_candidates(spans, own, classes((3, 5, "COMPANY"), (7, 9, "ORG"), (12, 13, "ORG")))
    assert [(c.mention.start, c.mention.end, c.label) for c in found] == [
        (0, 2, "PERSON"),
        (3, 5, "COMPANY"),
        (3, 5, "ORG"),
        (7, 9, "ORG"),
    ]


def test_the_likeliest_is_taken_and_facts_persons_and_defined_forms_stay(tokens: Tokens) -> None:
    place = mention(12, 13, "GPE", "gazetteer", "place-gb-leeds")
    defined = Mention(7, 9, "ORG", "rule", "document.defined")
    own = [mention(0, 2, "PERSON"), mention(3, 5, "ORG"), defined, mention(10, 11, "ORG"), place]
    firm = mention(3, 5, "COMPANY")
    candidates = [
        NameCandidate(own[0], "PERSON", {}),
        NameCandidate(firm, "COMPANY", {"right": 1.0}),
        NameCandidate(own[1], "ORG", {"right": 0.9}),
        NameCandidate(own[2], "ORG", {}),
        NameCandidate(own[3], "ORG", {}),
    ]
    decided, chances = decide_names(tokens, own, candidates, MODEL)
    assert decided == [own[0], firm, defined, own[3], place]
    assert chances == {5: pytest.approx(0.953, abs=0.001)}
