"""Members of Congress: who is meant by a name, and what a text must say for it."""

from __future__ import annotations

import pytest

from policy_news.nlp.annotator import Annotator
from policy_news.nlp.who.facts import Facts
from policy_news.nlp.who.members import all_members, congress_words, members_named, read_seat
from policy_news.nlp.who.person_names import read_name
from tests.conftest import MODEL
from tests.nlp.who.conftest import Link


def test_no_two_members_share_an_id() -> None:
    ids = [member.entry for member in all_members()]
    assert len(ids) == len(set(ids))


def test_seats_begin_before_they_end() -> None:
    seats = [seat for member in all_members() for seat in member.seats]
    assert all(seat.last is None or seat.first <= seat.last for seat in seats)
    assert {seat.state for seat in seats} <= congress_words().states.keys()


def test_a_member_with_the_id_of_the_rule_data_is_that_person(annotator: Annotator) -> None:
    """Of the ids that both have, all are of people who held an office of the United States."""
    facts: Facts = annotator.facts
    terms = (MODEL / "terms.jsonl").read_text(encoding="utf-8").splitlines()
    shared = {member.entry for member in all_members()}
    abroad = {line.split('"')[9] for line in terms if not line.startswith('["us-')}
    at_home = {line.split('"')[9] for line in terms if line.startswith('["us-')}
    assert shared <= facts.rows.keys()
    assert shared & (abroad - at_home) == set()


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Elizabeth Warren", ["person-elizabeth-warren"]),
        ("Charles Schumer", ["person-chuck-schumer"]),
        ("Mike Rogers", ["person-mike-rogers-al", "person-mike-rogers-mi"]),
        ("Chris Smith", ["person-chris-smith-nj"]),
        ("Warren", []),
        ("C. Schumer", []),
        ("Elizabeth Warrenton", []),
    ],
)
def test_a_full_name_finds_its_members(name: str, ids: list[str]) -> None:
    assert sorted(member.entry for member in members_named([read_name(name)])) == ids


@pytest.mark.parametrize(
    ("text", "states", "parties", "is_local"),
    [
        ("Sen. Ann Orr, R-Maine, said", {"ME"}, {"R"}, False),
        ("Rep. Ann Orr (D-N.Y.) said", {"NY"}, {"D"}, False),
        ("Kentucky Sen. Ann Orr said", {"KY"}, set(), False),
        ("Ann Orr, a New Jersey Democrat, said", {"NJ"}, {"D"}, False),
        ("Republican Sen. Ann Orr of Utah said", {"UT"}, {"R"}, False),
        ("Ohio state Rep. Ann Orr said", {"OH"}, set(), True),
        ("Sen. Ann Orr, R-Covington, said", set(), set(), True),
        ("Ohio House Speaker Ann Orr said", {"OH"}, set(), True),
        ("The baker Ann Orr said", set(), set(), False),
    ],
)
def test_the_words_beside_a_name_tell_the_seat(
    text: str, states: set[str], parties: set[str], *, is_local: bool
) -> None:
    start = text.index("Ann Orr")
    said = read_seat(text, start, start + len("Ann Orr"))
    assert (set(said.states), set(said.parties), said.is_local) == (states, parties, is_local)


POLITICS = "The Senate met. Congress has until Friday to act, and the White House waits. "


@pytest.mark.parametrize(
    ("text", "day", "entity", "identity"),
    [
        ("Sen. Elizabeth Warren, D-Mass., spoke.", "2014-03-04", "person-elizabeth-warren", "certain"),
        ("Sen. Elizabeth Warren spoke.", "2014-03-04", "person-elizabeth-warren", "likely"),
        ("Elizabeth Warren, a baker, won a prize.", "2014-03-04", "person-elizabeth-warren-in-d", "open"),
        (POLITICS + "Susan Collins was the last to speak.", "2014-03-04", "person-susan-collins", "likely"),
        (POLITICS + "Adam Smith was the last to speak.", "2014-03-04", "person-adam-smith-in-d", "open"),
        (POLITICS + "The coach Mike Lee was there.", "2014-03-04", "person-mike-lee-in-d", "open"),
        (POLITICS + "The campaign adviser Mike Lee was there.", "2014-03-04", "person-mike-lee-in-d", "open"),
        (POLITICS + "Mike Lee, a lobbyist, was there.", "2014-03-04", "person-mike-lee-in-d", "open"),
        ("Sen. Mike Lee, an adviser to the campaign, spoke.", "2014-03-04", "person-mike-lee", "likely"),
        (
            POLITICS + "Robert Gibbs was the last to speak.",
            "2012-03-04",
            "person-robert-gibbs@..us.",
            "certain",
        ),
        ("State Sen. Mike Lee, R-Covington, spoke.", "2014-03-04", "person-mike-lee-in-d", "open"),
        ("Sen. Mike Lee spoke.", "1999-03-04", "person-mike-lee-in-d", "open"),
        ("Sen. Mike Lee, D-Ohio, spoke.", "2014-03-04", "person-mike-lee-in-d", "open"),
        ("Rep. Mike Rogers spoke.", "2012-03-04", "person-mike-rogers-in-d", "open"),
        ("Rep. Mike Rogers (R-Ala.) spoke.", "2012-03-04", "person-mike-rogers-al", "certain"),
        ("Sen. Mike Rogers of Michigan spoke.", "2012-03-04", "person-mike-rogers-in-d", "open"),
    ],
)
def test_a_member_is_meant_where_the_text_says_so(
    link: Link, text: str, day: str, entity: str, identity: str
) -> None:
    linked = link(text, day)
    person = next(m for m in linked.mentions if m.label == "PERSON")
    assert (person.entity_id, person.identity) == (entity, identity)
