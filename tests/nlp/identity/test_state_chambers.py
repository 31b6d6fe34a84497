"""The chambers of a state, which the news of the state calls as those of Congress are called."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.core.settings import AnnotateSettings, Settings
from pipeline.nlp.annotator import Annotator
from pipeline.nlp.linking import link_mentions
from tests.conftest import MODEL
from tests.support.documents import make_document

FEDERAL = "us-house-of-representatives"


@pytest.fixture(scope="module")
def annotator(nlp: Language) -> Annotator:
    return Annotator(nlp, Settings(annotate=AnnotateSettings(model=str(MODEL))))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (
            "The Iowa House met. The House passed it. U.S. Rep. Ann Orr said Congress should act before the House does.",
            ["org-iowa-house", FEDERAL],
        ),
        ("The race for an Iowa Senate seat is close. The House passed it on Monday.", [FEDERAL]),
        ("Congress met in Washington. The Iowa House waits, and the House does too.", [FEDERAL]),
    ],
)
def test_the_house_of_a_state_is_told_by_what_stands_before_congress(
    annotator: Annotator, text: str, ids: list[str]
) -> None:
    (annotated,) = annotator.annotate([make_document("d", text, "2018-03-04")])
    linked = link_mentions(annotated, annotator.facts)
    assert [m.entity_id for m in linked.mentions if m.text == "House"] == ids
