"""Whose claim it is, and when: the entity that a source stands for, and the date of a cue."""

from __future__ import annotations

from datetime import date

import pytest
from spacy.language import Language

from policy_news.nlp.claims.component import PolicyClaims

NAMES = {
    "Anna Brown": "PERSON",
    "Peter Holt": "PERSON",
    "Norvik Ltd": "COMPANY",
    "Hikvision": "COMPANY",
    "Dahua": "COMPANY",
    "Canada": "GPE",
    "Wales": "GPE",
    "Home Office": "DEPARTMENT",
    "Treasury": "DEPARTMENT",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Home Office said trade was slow.", "Home Office"),
        ("Dahua and Hikvision said trade was slow.", None),
        ("Hikvision Canada said trade was slow.", None),
        ("A Treasury official said trade was slow.", "Treasury"),
        ("A spokesman for Norvik Ltd said trade was slow.", "Norvik Ltd"),
        ("Home Office officials said trade was slow.", "Home Office"),
        ("Dahua's lawyers said trade was slow.", "Dahua"),
        ("Unions in Wales said trade was slow.", None),
        ("The Canada office said trade was slow.", None),
        ("Anna Brown's predecessor said trade was slow.", None),
        ("The owner of Norvik Ltd said trade was slow.", None),
        ("Anna Brown was late. She said trains ran.", "Anna Brown"),
        ("Norvik Ltd closed a plant. The company said trade was slow.", "Norvik Ltd"),
        ("Anna Brown met Peter Holt and left. They said it rained.", None),
        ("Peter Holt met farmers. His spokesman stayed outside. He said it rained.", None),
    ],
)
def test_the_entity_of_a_source_is_its_head_or_whom_it_speaks_for(
    base_nlp: Language, text: str, expected: str | None
) -> None:
    doc = base_nlp(text)
    found = [
        (at, doc.char_span(at, at + len(name), label=label))
        for name, label in NAMES.items()
        if (at := text.find(name)) >= 0
    ]
    doc.ents = [span for _, span in found if span is not None]
    entity = PolicyClaims(learned=False)(doc)._.claims[-1]["source_entity"]
    assert (text[slice(*map(int, entity.split(":")))] if entity else None) == expected


@pytest.mark.parametrize(
    ("text", "said", "day", "dates"),
    [
        ("The minister said on Tuesday that trains would run in May.", "Tuesday", None, True),
        ("Norvik Ltd, which bought the yard in 2007, said trade was slow.", "2007", date(2007, 1, 1), False),
        ("MPs urged the bank to act and asked on Monday for a plan.", "Monday", None, False),
        ("The minister said on 3 May that trains ran.", "3 May", date(2023, 5, 3), False),
        ("The minister said on 3 May that trains ran.", "3 May", date(2022, 5, 3), True),
        ("Under the 1999 Constitution, the minister said that trains ran.", "1999", date(1999, 1, 1), False),
    ],
)
def test_a_cue_is_dated_by_its_own_clause_and_not_ahead(
    base_nlp: Language, text: str, said: str, day: date | None, dates: bool
) -> None:
    claims = PolicyClaims(learned=False)
    doc = base_nlp(text)
    at = text.index(said)
    doc._.published = "2022-06-01"
    doc._.dates = [{"start": at, "end": at + len(said), "earliest": day.isoformat() if day else None}]
    assert claims(doc)._.claims[0]["date"] == (0 if dates else None)
