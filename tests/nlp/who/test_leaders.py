"""Surnames that a head of government bears too, in articles without a day."""

from __future__ import annotations

import pytest

from tests.nlp.who.conftest import Link


@pytest.mark.parametrize(
    ("text", "name", "entities"),
    [
        (
            "Hillary Clinton had a good night in Ohio. It is what a President Clinton could hope for. Clinton thanked the voters.",
            "Clinton",
            {"person-clinton-in-d", "person-hillary-clinton"},
        ),
        (
            'Hillary Rodham Clinton:"We learned that in Ohio." Clinton said so twice. Secretary Clinton told the Senate.',
            "Clinton",
            {"person-hillary-clinton"},
        ),
        (
            "President Clinton spoke in Ohio. Clinton said that the Senate had agreed.",
            "Clinton",
            {"person-bill-clinton"},
        ),
        (
            "The campaign spent money with Secretary Clinton. Clinton said that the Senate agreed.",
            "Clinton",
            {"person-clinton-in-d"},
        ),
        (
            "Hillary Rodham Clinton told voters in Iowa so. Clinton left early. Her husband, former president Bill Clinton, "
            "stayed. Clinton then flew to Ohio.",
            "Clinton",
            {"person-hillary-clinton"},
        ),
        (
            "She served in Washington under President Obama. In 2008 she had lost to Barack Obama. Obama won Ohio.",
            "Obama",
            {"person-barack-obama"},
        ),
        (
            "Nora Pell of Ohio brought her nephew to the hearing. The boy, Jonathan, is six, and Jonathan waved to Congress.",
            "Jonathan",
            {"person-jonathan-in-d"},
        ),
        ("Billionaire Donald Trump praised the editor of a paper.", "Donald Trump", {"person-donald-trump"}),
    ],
)
def test_a_leader_is_meant_only_where_the_text_calls_him_so(
    link: Link, text: str, name: str, entities: set[str]
) -> None:
    linked = link(text, None)
    assert {m.entity_id for m in linked.mentions if m.text == name} == entities


def test_a_family_name_that_stands_first_tells_no_gender(link: Link) -> None:
    """`Moon` is a woman's first name, which `Mr. Moon` would contradict."""
    linked = link(
        "Moon Jae-in of South Korea met the envoys. Mr. Moon said that talks would go on.", "2018-04-20"
    )
    assert {(m.text, m.label) for m in linked.mentions if m.text.startswith("Moon")} == {
        ("Moon Jae-in", "MINISTER"),
        ("Moon", "MINISTER"),
    }
