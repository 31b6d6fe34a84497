"""A claim as a sentence: the words of its article, in their order."""

from __future__ import annotations

import pytest

from policy_news.tables.claim_words import CUT, claim_parts, join_parts, join_spans
from policy_news.tables.schema import ClaimRow
from tests.support.invented_run import Draft


def claim(text: str, source: str, cue: str, *contents: str) -> ClaimRow:
    draft = Draft("d", text)
    draft.section(text)
    draft.claim(source, cue, contents, "denial", None)
    return draft.claims[0]


@pytest.mark.parametrize(
    ("text", "source", "cue", "contents", "name", "said"),
    [
        ("Brock & Hale denied that it sold the data.", "Brock & Hale", "denied", ["it sold the data"], "Brock & Hale",
         "Brock & Hale denied that it sold the data"),
        ("Mr Orr's claim was denied by Labour.", "Labour", "was denied", ["Mr Orr's claim"], "Labour",
         "Mr Orr's claim was denied by Labour"),
        ("Selby was accused by Unite of cutting pay.", "Unite", "was accused", ["Selby", "of cutting pay"], "",
         "Selby was accused by Unite of cutting pay"),
        ("It bought from farms with forced labour, which she denies.", "she", "denies",
         ["It bought from farms with forced labour"], "Shoplane",
         "It bought from farms with forced labour, which she [Shoplane] denies"),
        ('"The sums are wrong," the firm, which\ndenied the findings, said.', "the firm", "said",
         ['"The sums are wrong,"'], "Shoplane", '"The sums are wrong," the firm [Shoplane], which denied the findings, said'),
        ("Hale spoke for an hour about the weather, the roads and all that he had seen on the long way to the town. He denied it.",
         "Hale", "denied", ["it"], "", "Hale … denied it"),
        ("Hale denied\n\nit.", "Hale", "denied", ["it"], "", "Hale denied … it"),
        ("Hale denied that the firm ***** had paid.", "Hale", "denied", ["the firm"], "", "Hale denied that the firm …"),
        ('Hale said "no *** ****** yes".', "Hale", "said", ['"no', 'yes"'], "", 'Hale said "no … yes"'),
    ],
)  # fmt: skip
def test_a_claim_is_told_in_the_words_of_its_article(
    text: str, source: str, cue: str, contents: list[str], name: str, said: str
) -> None:
    assert join_parts(claim_parts(text, claim(text, source, cue, *contents), name)) == said


def test_parts_keep_what_they_are_and_long_ones_are_cut() -> None:
    text = "Hale said the road to the coast would be closed for a year."
    row = claim(text, "Hale", "said", "the road to the coast would be closed for a year")
    parts = claim_parts(text, row, letters=25)
    assert [part.kind for part in parts] == ["source", "", "cue", "", "content"]
    assert parts[-1].words == "the road to the coast…"


@pytest.mark.parametrize(
    ("text", "source", "cue", "contents", "said"),
    [
        ("Wexcombe Water denied that it had breached its permits.", "Wexcombe Water", "denied",
         ["it had breached its permits"], "Wexcombe Water denied that it had breached its permits"),
        ("Ostrow & Hale have not said whether the mine will close.", "Ostrow & Hale", "have not said",
         ["whether the mine will close"], "Ostrow & Hale have not said whether the mine will close"),
        ('"We paid," said Ms Orr, “and we were late”.', "Ms Orr", "said", ["We paid,", "and we were late"],
         '"We paid," said Ms Orr, “and we were late”'),
        ("The firm, which has sold lamps, lenses and long lists of other goods to most towns of the county since 1903, has not denied it.",
         "The firm", "denied", ["it"], "The firm … has not denied it"),
        ("Hale denied *** ****** it ****.", "Hale", "denied", ["it"], "Hale denied … it …"),
        ("Orr Mines, whose chair, Ana Moll, said it would close, sank.", "Ana Moll", "said", ["it would close"],
         "Ana Moll said it would close"),
        ("The mine will close, according to Hale.", "Hale", "according to", ["The mine will close"], "The mine will close, according to Hale"),
        ("The mine will close, Hale told the town council in May.", "Hale", "told", ["The mine will close"],
         "The mine will close, Hale told the town council"),
        ("“It will close,” Hale told PTI.", "Hale", "told", ["It will close,"], "“It will close,” Hale told PTI"),
        ("“It will close,” Hale told *** ****.", "Hale", "told", ["It will close,"], "“It will close,” Hale told …"),
        ("> It will close.\n> — Hale", "Hale", "—", ["It will close."], "It will close. — Hale"),
        ("The mine will close, Hale\nsaid.", "Hale", "said", ["The mine will close"], "The mine will close, Hale said"),
    ],
)  # fmt: skip
def test_a_claim_is_reported_as_a_person_would_quote_it(
    text: str, source: str, cue: str, contents: list[str], said: str
) -> None:
    row = claim(text, source, cue, *contents)
    assert row.reported == said
    cut = join_spans(text, ((span.start, span.end) for span in row.reported_spans))
    assert row.reported.removesuffix(CUT.rstrip()) == cut
    assert row.reported_spans[0].start <= row.start < row.end <= row.reported_spans[-1].end
