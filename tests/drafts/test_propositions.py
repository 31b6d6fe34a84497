"""Paraphrases, plain sentences, offices and dates of drafts."""

from __future__ import annotations

import pytest

from policy_news.drafts.draft_verifier import verify_draft
from policy_news.drafts.finding import DraftFinding
from policy_news.drafts.pile import Pile

HEAD = "Harbour\n\n20 March 2024\n\n"
SENTENCES = [
    ("Mr Vance said the council had never tested the water of the harbour. The name is Peter Vance.", "paraphrase", "supported"),
    ("Anna Moll said that the ferry company had misled its passengers about ticket prices.", "paraphrase", "supported"),
    ("Anna Moll said that the town needs a new library and two schools.", "paraphrase", "not_found"),
    # a denial told as a statement, and one that is left out
    ("Peter Vance said that the boats had polluted the estuary.", "paraphrase", "denied"),
    ("Anna Moll said that the boats had polluted the estuary.", "paraphrase", "denied"),
    ("Peter Vance denied that the boats had polluted the estuary.", "paraphrase", "supported"),
    ("The ferry company had misled passengers about the price of tickets.", "fact", "told_as_fact"),
    ("The boats had polluted the estuary.", "fact", "told_as_fact"),
    ("The harbour was built in 1897 by a family of salt merchants.", "fact", None),
    ("The council meets again on Thursday.", "fact", None),
    ("The ferry company had not misled passengers about the price of tickets.", "fact", None),
    ("Home Secretary Mark Harper was there.", "name", "wrong_office"),
    ("Former Home Secretary Mark Harper was there.", "name", None),
    ("Transport Secretary Mark Harper was there.", "name", None),
    ("The ship was launched on 3 May 1931.", "date", "unknown_date"),
    ("The ship came on 14 March 2024.", "date", None),
    ("The ship came in 1931.", "date", None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "kind", "verdict"), SENTENCES)
def test_a_sentence_has_one_verdict_or_none(
    pile: Pile, sentence: str, kind: str, verdict: str | None
) -> None:
    found = verify_draft(f"{HEAD}{sentence}\n", pile)
    told = [one.verdict for one in found if one.kind == kind]
    assert told == ([verdict] if verdict else []), found


def find(pile: Pile, sentence: str) -> list[DraftFinding]:
    return verify_draft(f"{HEAD}{sentence}\n", pile)


def test_a_fact_names_whose_claim_it_is(pile: Pile) -> None:
    (found,) = find(pile, "The ferry company had misled passengers about the price of tickets.")
    assert found.first is not None
    assert (found.first.doc_id, found.first.speaker) == ("reply", "Anna Moll")
    assert found.first.text == "the ferry company had misled passengers about the price of tickets"


def test_an_office_names_who_held_it(pile: Pile) -> None:
    (found,) = find(pile, "Home Secretary Mark Harper was there.")
    assert found.notes == ("James Cleverly held it on 2024-03-20",)
    assert found.difference == (("replace", "Home Secretary", "Transport Secretary"),)


def test_every_finding_is_a_place_in_the_draft(pile: Pile) -> None:
    text = HEAD + "\n\n".join(sentence for sentence, _, _ in SENTENCES)
    for one in verify_draft(text, pile):
        assert text[one.start : one.end] == one.text
        for place in one.places:
            document = pile.document(pile.search.numbers[place.doc_id])
            assert document.text[place.start : place.end] == place.text
