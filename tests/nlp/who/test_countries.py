"""Bodies and places that several countries have under one name: the text tells of which one is meant."""

from __future__ import annotations

import pytest

from tests.nlp.who.conftest import Link


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (
            "A Danish member of the European Parliament chairs its Environment Committee, the European Commission said.",
            "org-environment-committee-eu",
        ),
        ("The Environment Committee said that China had been told.", "gb-commons-environment"),
        (
            "The Environment Committee wrote to the Home Office about the European Parliament.",
            "gb-commons-environment",
        ),
    ],
)
def test_a_committee_of_another_parliament_is_not_that_of_the_commons(
    link: Link, text: str, entity: str
) -> None:
    linked = link(text, "2018-03-04")
    assert {m.entity_id for m in linked.mentions if m.label == "COMMITTEE"} == {entity}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("The Dáil heard that the EPA had fined a mill in Cork.", "ie-epa"),
        ("In Kaduna and Lagos, farmers said that the House had passed it.", "ng-house-of-representatives"),
        ("In Ohio, farmers said that the EPA had fined a mill.", "us-epa"),
        ("Nigeria waits for its Supreme Court, after Shell, Exxon and Chevron left.", "ng-supreme-court"),
        ("The EPA had fined a mill.", "org-epa-in-d"),
    ],
)
def test_a_body_that_many_countries_have_is_the_one_of_the_country_of_the_text(
    link: Link, text: str, entity: str
) -> None:
    linked = link(text, "2018-03-04")
    names = ("EPA", "House", "Supreme Court")
    assert {m.entity_id for m in linked.mentions if m.text in names} == {entity}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (
            "Iran has told its oil ministry to sell more, as the United States and China looked on.",
            "ir-oil-ministry",
        ),
        (
            "China said that it would act. The United States and Iran asked the oil ministry.",
            "org-oil-ministry-in-d",
        ),
    ],
)
def test_a_country_owns_the_ministry_that_is_called_its(link: Link, text: str, entity: str) -> None:
    linked = link(text, "2018-03-04")
    assert {m.entity_id for m in linked.mentions if m.label == "DEPARTMENT"} == {entity}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "Polls open in Ohio, Georgia and Virginia.",
            {"Georgia": "place-us-georgia-state", "Virginia": "place-us-virginia"},
        ),
        ("Gov. Ann Orr said that Georgia would not wait.", {"Georgia": "place-us-georgia-state"}),
        ("Armenia and Georgia will talk in May.", {"Georgia": "place-ge"}),
        ("In Tbilisi the speaker said that Georgia had waited.", {"Georgia": "place-ge"}),
        (
            "The premier of Australia flew from Sydney to the state of Victoria.",
            {"Victoria": "place-au-victoria"},
        ),
        ("A fair in Cleveland, Ohio, drew crowds from Texas.", {"Cleveland": "place-us-cleveland"}),
    ],
)
def test_a_place_that_shares_its_name_is_told_by_its_country(
    link: Link, text: str, places: dict[str, str]
) -> None:
    found = {m.text: m.entity_id for m in link(text, "2018-03-04").mentions}
    assert {name: found.get(name) for name in places} == places
