"""Whom the sources of claims stand for where a name inside them is that of a party or a place."""

from __future__ import annotations

import pytest

from policy_news.nlp.annotator import Annotator
from tests.nlp.who.conftest import Link
from tests.support.documents import make_document


@pytest.mark.parametrize(
    ("text", "source", "entity"),
    [
        (
            "Talks were held, the state news agency Xinhua said.",
            "the state news agency Xinhua",
            "cn-xinhua",
        ),
        (
            "Exports fell, according to Russian state media outlet TASS.",
            "Russian state media outlet TASS",
            "ru-tass",
        ),
        (
            "His successor Ms Adaeze Hale promised a new road.",
            "His successor Ms Adaeze Hale",
            "person-adaeze-hale",
        ),
        (
            "The senior diplomat and former foreign minister Wang Yi said talks were good.",
            "Wang Yi",
            "person-wang-yi",
        ),
        (
            "One of Britain's biggest car dealerships, Vertu Motors, said that sales fell.",
            "One of Britain's biggest car dealerships",
            "org-vertu-motors",
        ),
        (
            "A report released by the White House says prices fell.",
            "A report released by the White House",
            "us-white-house",
        ),
        (
            "Data from the Bank of England shows that prices fell.",
            "Data from the Bank of England",
            "gb-bank-of-england",
        ),
        ("A report ordered by Hikvision says prices fell.", "A report ordered by Hikvision", None),
        ("Trump and Xi Jinping said the talks were good.", "Trump and Xi Jinping", None),
        (
            "The lawyer of Hikvision and Ann Hale said that the ban was wrong.",
            "The lawyer of Hikvision and Ann Hale",
            None,
        ),
        (
            "Marta Ruben met Sen. Joan Ernwood, R-Iowa. The Florida senator said that he felt good.",
            "The Florida senator",
            None,
        ),
        (
            "Sen. Carl Oakes wants a tax cut. The Florida senator said that it would pay for itself.",
            "The Florida senator",
            "person-carl-oakes",
        ),
        (
            "In Congress the Democratic Party is split over taxes. Democrats said that they would vote.",
            "Democrats",
            "us-democratic-party",
        ),
        (
            "Congress is split over taxes. Some Republicans said that they would vote.",
            "Some Republicans",
            None,
        ),
        (
            "Congress is split over taxes. The Democrat said that the bill was dead.",
            "The Democrat",
            None,
        ),
        (
            "The top Republican on the Foreign Affairs Committee said that Congress would act.",
            "The top Republican on the Foreign Affairs Committee",
            None,
        ),
        (
            "Congress is split over taxes. Rural Republicans said that they would vote.",
            "Rural Republicans",
            None,
        ),
        (
            "Congress is split. Democrats backing Senator Nadia Ruben said that the bill was dead.",
            "Democrats backing Senator Nadia Ruben",
            None,
        ),
        (
            "Nadia Ruben won in May. Ruben officials said that the list was long.",
            "Ruben officials",
            None,
        ),
        (
            "Nadia Ruben won in May. A Ruben spokesman said that the list was long.",
            "A Ruben spokesman",
            "person-nadia-ruben",
        ),
        (
            "Carl Oakes is ill. Although she said the deal was dead, Nadia Ruben flew to Rome.",
            "she",
            "person-nadia-ruben",
        ),
        (
            "Carl Oakes left. After he said the vote was void, Anders Lund went home.",
            "he",
            None,
        ),
        (
            "Nadia Ruben wants a tax cut. Asked about the plan that Joan Ernwood has signed, she said that it was dead.",
            "she",
            "person-nadia-ruben",
        ),
        (
            "Orbis Bank pays for clinics. The trade group for nurses met in Leeds. The group said that it would strike.",
            "The group",
            None,
        ),
        (
            "“My client will plead not guilty - he denies all wrongdoing,” said Ruben’s lawyer in Canada, Joan Ernwood.",
            "Joan Ernwood",
            "person-joan-ernwood",
        ),
        (
            "Finance Minister Ivan Ruben said that Mr Carl Oakes’s words were wrong. “It is wrong,” he said of Mr Oakes. "
            "The Labour minister said Mr Oakes should read the paper. He repeated calls for peace.",
            "He",
            None,
        ),
        (
            "President Carl Oakes met Prime Minister Nadia Ruben. The President and the Prime Minister said that it rained.",
            "The President and the Prime Minister",
            None,
        ),
        (
            "Carl Oakes burned books. Nobody knows if they came for the rally led by Oakes, the spokesperson said, adding no more. "
            "Four men were held, according to the police spokesperson.",
            "the spokesperson",
            None,
        ),
        (
            "With Prime Minister Nadia Ruben I met the winners. The Prime Minister and I agreed that it was late.",
            "The Prime Minister and I",
            None,
        ),
        (
            "CNN - Carl Oakes, a banker, has left the firm that he founded, the company said. Orbis Bank will stay open.",
            "the company",
            None,
        ),
        (
            "Ban Ki-moon leads the United Nations. A summit failed in May, Ban said.",
            "Ban",
            "person-ban-ki-moon",
        ),
    ],
)
def test_a_member_is_not_the_party_and_a_place_tells_senators_apart(
    annotator: Annotator, text: str, source: str, entity: str | None
) -> None:
    found = [*annotator.annotate([make_document("d", text)])]
    entities = {claim.source_text: claim.source_entity_id for claim in found[0].claims}
    own = entities[source]
    assert (own and own.partition("@")[0]) == entity


def test_names_over_the_break_of_a_wrapped_line_are_whole(annotator: Annotator) -> None:
    text = (
        "The British government said on Tuesday that it would pay for a new ferry, and Rishi\n"
        "Sunak met the mayor at the harbour. He told the mayor that the Department for\n"
        "Transport had agreed to it in May, and that no other plan was made by the Home\n"
        "Office or anybody else."
    )
    (found,) = annotator.annotate([make_document("d", text, "2024-03-05")])
    linked = {m.text.replace("\n", " "): m.entity_id for m in found.mentions}
    assert linked["Rishi Sunak"] == "person-rishi-sunak"
    assert linked["Department for Transport"] == "gb-dft"
    assert linked["Home Office"] == "gb-home-office"


@pytest.mark.parametrize("mask", "*█▇▓")
def test_an_apposition_does_not_reach_over_masked_words(link: Link, mask: str) -> None:
    masked = f"{mask * 6} {mask * 3} {mask * 9}"
    linked = link(f"Ana Moll, {masked} chancellor of Norway, left the hall in Oslo on Monday.", "2018-03-04")
    (moll,) = [row for row in linked.appearances if row.name == "Ana Moll"]
    assert (moll.role, moll.office_id) == (None, None)
