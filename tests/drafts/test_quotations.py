"""Quotations of drafts against a pile: one verdict each, and what differs."""

from __future__ import annotations

import pytest

from policy_news.drafts.draft_verifier import verify_draft, verify_quotation
from policy_news.drafts.pile import Pile
from policy_news.drafts.quotation_marks import find_quotes
from policy_news.drafts.quotation_words import normal_words
from policy_news.nlp.passages import cut_passages

VERDICTS = [
    ("We cannot accept a levy of 14 per cent on small boats", "Anna Moll", "exact"),
    ("we cannot accept a levy of 14% on small boats", "Moll", "exact"),
    ("“It would close the harbour within two years.”", "Anna Moll", "exact"),
    # who speaks stands between the two halves
    ("We cannot accept a levy of 14 per cent on small boats. It would close the harbour within two years.", "Anna Moll", "exact"),
    ("We cannot accept a levy [...] on small boats", "Anna Moll", "exact"),
    ("[We] cannot accept a levy … on small boats", None, "exact"),
    ("We can accept a levy of 14 per cent on small boats", "Anna Moll", "altered"),
    ("We cannot accept a levy of 40 per cent on small boats", "Anna Moll", "altered"),
    ("We cannot accept a levy on small boats", "Anna Moll", "altered"),
    ("It closed the harbour within two years", "Anna Moll", "altered"),
    ("The mayor has not read a single page of our report", "Anna Moll", "other_speaker"),
    ("The mayor has not read a single page of our report", "Olaf Berg", "other_speaker"),
    ("The mayor has not read a single page because it would close the harbour within two years", "Peter Vance", "spliced"),
    ("The northern line will open once the tunnels have been tested by the inspectors", "Mark Harper", "masked"),
    ("We shall paint every boat in the colours of the town", "Anna Moll", "not_found"),
    ("harbour", None, "exact"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "speaker", "verdict"), VERDICTS)
def test_a_quotation_has_one_verdict(pile: Pile, words: str, speaker: str | None, verdict: str) -> None:
    found = verify_quotation(words, pile, speaker)
    assert found is not None
    assert found.verdict == verdict, found


@pytest.mark.parametrize("speaker", [None, "Anna Moll", "Olaf Berg"])
def test_a_word_that_no_document_quotes_proves_nothing(pile: Pile, speaker: str | None) -> None:
    assert verify_quotation("merchants", pile, speaker) is None


def test_a_negation_and_a_number_come_first(pile: Pile) -> None:
    found = verify_quotation("We happily can accept a levy of 40 per cent on small boats", pile)
    assert found is not None
    assert found.verdict == "altered"
    assert ("replace", "40", "14") in found.difference[:2]
    assert any("cannot" in change[2] for change in found.difference[:2])
    assert {"the draft lacks 'cannot'", "the draft lacks '14'", "the documents do not have '40'"} <= set(
        found.notes
    )


def test_all_documents_are_named_the_earliest_first(pile: Pile) -> None:
    found = verify_quotation("We cannot accept a levy of 14 per cent on small boats", pile)
    assert found is not None
    assert [place.doc_id for place in found.places] == ["harbour", "reply"]
    for place in found.places:
        assert place.text == "We cannot accept a levy of 14 per cent on small boats"
        assert place.speaker == "Anna Moll"
        assert place.claim_id


def test_a_word_that_nobody_is_said_to_have_said_and_no_document_has_is_left_out(pile: Pile) -> None:
    assert verify_quotation("turnips", pile) is None
    assert verify_quotation(" ... ", pile) is None


QUOTES = [
    ('He said "yes" and "no".', ["yes", "no"]),
    ("He said “she told me ‘go’ twice”.", ["she told me ‘go’ twice"]),
    ("‘It’s ours,’ she said of the '90s and the boys' club.", ["It’s ours,"]),
    ("“One paragraph\n\n“and the next,” he said.", ["One paragraph", "and the next,"]),
    ('A mast of 5" and a "long one".', ["long one"]),
    ("He said “never closed and went.\n\nThen “this” came.", ["this"]),
    ("« Oui », dit-il, „ja“ sagte sie.", [" Oui ", "ja"]),
    ("'a' is one, 'an' is two, and 'no “end' of it.", ["an"]),
    ("'One' and 'the boys' club' were 'open\n'shut' again.", ["One", "the boys", "shut"]),
    ("“One 'inside' it” and 'one beside' it.", ["One 'inside' it", "one beside"]),
]
ENDLESS = {
    "single marks that open": (" 'ab", 0),
    "single marks beside double ones": (" \"ab\" 'cd'", 2),
    "lines of white space": ("\n ", 0),
    "per cents": (" 5 per cent", 0),
    "spaces": (" ", 0),
}
TIMES = 100_000
"""Work that grows with the square would take hours."""


@pytest.mark.parametrize(("text", "inside"), QUOTES)
def test_quotations_are_found_by_their_marks(text: str, inside: list[str]) -> None:
    spans, _ = find_quotes(text)
    assert [text[start:end] for start, end in spans] == inside


@pytest.mark.parametrize("kind", ENDLESS)
def test_endless_drafts_are_read_in_one_pass(kind: str) -> None:
    unit, quotations = ENDLESS[kind]
    text = f"One{unit * TIMES} end."
    assert len(find_quotes(text)[0]) == quotations * TIMES
    assert normal_words(text)[0] == ("one", 0, 3)
    passages = list(cut_passages(text))
    assert (passages[0][0], passages[-1][1]) == (0, len(text))


def test_a_mark_that_nothing_closes_is_told() -> None:
    assert find_quotes("He said “never closed and went.\n\nThen “this” came.")[1] == [8]


def test_a_draft_is_annotated_to_know_who_speaks(pile: Pile) -> None:
    draft = (
        "Harbour\n\n15 March 2024\n\n"
        "“The mayor has not read a single page of our report,” Anna Moll said. "
        "The fleet’s Peter Vance said: “The mayor has not read a single page of our report.”\n"
    )
    found = [one for one in verify_draft(draft, pile) if one.kind == "quotation"]
    assert [one.verdict for one in found] == ["other_speaker", "exact"]
    assert [draft[one.start : one.end] for one in found] == [one.text for one in found]
