"""Page furniture, link lines, captions and photo credits, also inside a paragraph."""

from __future__ import annotations

import re

import pytest

from policy_news.text.document import Source
from policy_news.text.layout import find_layout
from policy_news.text.layout.vocabulary import Furniture, default_vocabulary
from tests.support.steps import grows_at_most_linearly

RULES = default_vocabulary().furniture
OPENING = (
    "Ministers meet in Rome\n\nThe ministers met in Rome on Monday, officials said. They will meet again.\n\n"
)


LONG = (
    "Officials said that the text would be sent to the committees, which have until the summer to answer. "
    * 2
)


def sections(text: str) -> list[tuple[str, str]]:
    """Find the sections after the opening: the kind and the text of each."""
    whole = OPENING + text
    found = find_layout(Source(text=whole)).sections
    return [
        (section.kind, whole[section.start : section.end])
        for section in found
        if section.start >= len(OPENING)
    ]


@pytest.mark.parametrize("row", RULES.furniture, ids=lambda row: str(row.id))
def test_rows_match_their_examples(row: Furniture) -> None:
    pattern = re.compile(RULES.pattern_of(row))
    assert [text for text in row.examples if not pattern.search(text)] == []
    assert [text for text in row.counterexamples if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The firm was fined. Sign up for our morning newsletter.", ["paragraph", "furniture"]),
        ("The firm was fined. © 2024 Wire Network.", ["paragraph", "furniture"]),
        ("HARLOW SAYS CHINA MUST STOP ATTACKS\nThe firm was fined.", ["furniture", "paragraph"]),
        (
            "It failed.HARLOW SAYS CHINA MUST STOP ATTACKSDefense chief Moll left.",
            ["paragraph", "furniture", "paragraph"],
        ),
        (
            "Related article\nFirm is fined over cameras\n\nThe firm was fined.",
            ["furniture", "furniture", "paragraph"],
        ),
        ("Mr Harlow walks in Rome on May 3, 2023.(Anna Moll/AFP via Getty Images)", ["caption", "credit"]),
        ("Mr Harlow said he would not blame her.(Rebecca Moll)", ["paragraph", "credit"]),
        (
            "The talks failed on Sunday. Mr Harlow walks in Rome. Anna Moll/AFP/Getty Images The two sides left.",
            ["paragraph", "caption", "credit", "paragraph"],
        ),
        ("Share Facebook Twitter WhatsApp", ["boilerplate"]),
        ("Comments are closed.", ["furniture"]),
        ("We use cookies to improve your experience.", ["furniture"]),
        ("Anna Moll is a breaking news reporter for Wire News Digital.", ["furniture"]),
        ("He wore a cap with MAKE AMERICA GREAT AGAIN on it.", ["paragraph"]),
        ("The US, UK, EU, UN, IMF and WTO agreed.", ["paragraph"]),
        ('The banner read "STOP BUILDING CAMERAS BEFORE WINTER" in red.', ["paragraph"]),
        ("The bank (AP) and the agency (Reuters) agreed and/or left.", ["paragraph"]),
    ],
)
def test_furniture_is_cut_out(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in sections(text)] == kinds


def test_a_text_in_capitals_has_no_link_lines() -> None:
    text = "THE MINISTER ANSWERED THE QUESTIONS OF THE COMMITTEE.\n\nTHE COMMITTEE THANKED THE MINISTER FOR ANSWERING THEM."
    assert "furniture" not in {section.kind for section in find_layout(Source(text=text)).sections}


def test_sections_still_hold_every_character() -> None:
    text = (
        OPENING
        + "It failed.HARLOW SAYS CHINA MUST STOP ATTACKSDefense chief Moll left.(Anna Moll/AP Photo)More."
    )
    covered = set[int]()
    for section in find_layout(Source(text=text)).sections:
        assert not covered & set(range(section.start, section.end))
        covered |= set(range(section.start, section.end))
    assert {at for at, letter in enumerate(text) if not letter.isspace()} <= covered


@pytest.mark.parametrize(
    ("text", "published", "notes"),
    [
        (
            "Minister quits\n\nPublished 5 August\n\nShe has quit. She said so.",
            None,
            "no year in the date of publication: Published 5 August",
        ),
        (
            "Minister quits\n\n5 August, 10:30 BST\n\nShe has quit. She said so.",
            None,
            "no year in the date of publication: 5 August, 10:30 BST",
        ),
        (
            "Bill passes\n\nOn March 3, 2015 the House passed the bill. It was late. REST",
            "2015-03-03",
            "publication date inferred from the text: 2015-03-03",
        ),
        ("Bill passes\n\nSince March 3, 2015 the House has passed the bill twice. REST", None, None),
        (
            "Bill passes\n\nOn March 3, 2015 the House passed the bill. It was repealed in 2017. REST",
            None,
            None,
        ),
        (
            "Bill passes\n\nOn March 3, 2015 the House passed what it withdrew on April 1, 2015. REST",
            None,
            None,
        ),
        (
            "Home\nRead more\nShare this article\nRelated stories\nFollow us on Twitter",
            None,
            "no text: only links and page furniture",
        ),
        (
            "Talks\n\nThe ministers met.\n\nSubscribe now\nAlready a member? Sign in",
            None,
            "only the beginning: the page asks for a subscription",
        ),
        ("Talks\n\n*** ****** ** *****.\n\n** ******* *** **.", None, "all words are masked"),
    ],
)
def test_what_is_noted_of_a_page(text: str, published: str | None, notes: str | None) -> None:
    layout = find_layout(Source(text=text.replace("REST", LONG)))
    assert (str(layout.published.date()) if layout.published else None, layout.notes) == (published, notes)


@pytest.mark.parametrize(
    "text", ["By clicking ", "(Anna ", "Anna Moll/", "HARLOW SAYS ", "It ended. ", "Follow Us On "]
)
def test_furniture_takes_linear_time(text: str) -> None:
    assert grows_at_most_linearly(lambda size: lambda: find_layout(Source(text=OPENING + text * 500 * size)))
