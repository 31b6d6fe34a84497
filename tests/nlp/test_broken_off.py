"""Articles break off, and masks cut them: a text that ends or begins at any word is annotated."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from spacy.language import Language

from tests.support.annotating import annotate_texts

SENTENCES = (
    "Shares of British Steel (BSTL) fell, said Ofcom (the regulator, or OFC) and the Home Office.",
    "“We will not go, ‘never’,” Ann Lowe, D-Mass., told Reuters/Ana Moll at the Ministry of Defence (MoD).",
    "Former Prime Minister and Leader of the Opposition Sir Keir Starmer, known as the MP for Holborn, denied it.",
    "The Security Council Resolution 12 and the Committee for Fair Ports & Trade’s chair: the minister's answer.",
    "On Monday, 3 March 2024, to the end of next year, Sen. Cole and Rep. Seth Mould, of Georgia, had said no -",
    "He was drafting a ban with the Right Honourable Hale, of the Bush Administration | and the New York Times |",
    "According to the “Times”, Mr. and Mrs. May said: *** ***** **** would *** the St. Ives, Cornwall, plan; it",
    "Home Secretary Lowe (pictured) - who resigned in May - accused President-elect Moll's ex-aide of lying to",
)


@pytest.mark.parametrize(
    "end", ["Ofcom (", "British Steel (", "Rep. Mould, D-Mass. |", "the |", "Sir", "of the"]
)
def test_a_text_that_ends_in_what_leads_to_more_is_annotated(end: str, nlp: Language) -> None:
    assert (
        len(annotate_texts(nlp, [f"Ministers met in May. They spoke with {end}"], dt.datetime(2024, 5, 14)))
        == 1
    )


@pytest.mark.slow
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_text_that_begins_or_ends_at_any_word_is_annotated(sentence: str, nlp: Language) -> None:
    places = [match.span() for match in re.finditer(r"\w+|[^\w\s]", sentence)]
    texts = [sentence[:end] for _, end in places] + [sentence[start:] for start, _ in places]
    assert len(annotate_texts(nlp, texts, dt.datetime(2024, 5, 14))) == len(texts)
