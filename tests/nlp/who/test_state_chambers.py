"""The chambers of a state, which the news of the state calls as those of Congress are called."""

from __future__ import annotations

import pytest

from tests.nlp.who.conftest import Link

FEDERAL = "us-house-of-representatives"


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
    link: Link, text: str, ids: list[str]
) -> None:
    linked = link(text, "2018-03-04")
    assert [m.entity_id for m in linked.mentions if m.text == "House"] == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (
            "The Ohio House waits for Ohio's Supreme Court. The Supreme Court meets in May.",
            ["org-ohio-supreme-court"] * 2,
        ),
        ("Voters chose a judge of the state Supreme Court.", ["org-supreme-court-in-d"]),
        (
            "The state Supreme Court upheld it, so they go to the U.S. Supreme Court. The Supreme Court may refuse.",
            ["org-supreme-court-in-d", "us-supreme-court"],
        ),
        ("The Supreme Court in Washington met.", ["us-supreme-court"]),
    ],
)
def test_the_supreme_court_of_a_state_is_not_that_of_the_union(link: Link, text: str, ids: list[str]) -> None:
    linked = link(text + " Congress and the White House were told.", "2018-03-04")
    assert [m.entity_id for m in linked.mentions if m.text == "Supreme Court"] == ids
