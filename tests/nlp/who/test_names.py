"""Parts of names, and which names one person can bear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_news.nlp.who.person_names import may_be_one, read_name
from policy_news.nlp.who.words import first_name_gender, titles_in, usual_title


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Melora Quist", "melora", "quist"),
        ("Mr. Melora Quist", "melora", "quist"),
        ("Melora van der Quist", "melora", "van der quist"),
        ("James B. Comeford", "james", "comeford"),
        ("Donald Trump Jr.", "donald", "trump"),
        ("Xi Jinping", "jinping", "xi"),
        ("Moon Jae-in", "jae-in", "moon"),
        ("Kim Jong Un", "jong-un", "kim"),
        ("Kim Darroch", "kim", "darroch"),
        ("Lee Harvey Oswald", "lee", "oswald"),
        ("Quist", "", "quist"),
        ("Mrs Quist", "", "quist"),
        ("von der Leyen", "", "von der leyen"),
        ("Le Pen", "", "le pen"),
        ("Marine Le Pen", "marine", "le pen"),
        ("X", "", "x"),
        ("", "", ""),
    ],
)
def test_the_parts_of_a_name(text: str, given: str, family: str) -> None:
    name = read_name(text)
    assert (name.given, name.family) == (given, family)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("James Comeford", "James B. Comeford", True),
        ("James K. Comeford", "James B. Comeford", False),
        ("Jim Quist", "James Quist", True),
        ("J. Quist", "James Quist", True),
        ("Donald Trump", "Donald Trump Jr", False),
        ("Andrés Quist", "Andres Quist", True),
        ("Jean-Luc Quist", "Jean Luc Quist", True),
        ("Jean-Luc Quist", "Jean-Paul Quist", False),
        ("Robert S. Quist III", "Robert Quist", True),
        ("Henry Quist II", "Henry Quist", False),
        ("Melora Quist", "Odo Quist", False),
        ("Hillary Rodham Clinton", "Hillary Clinton", True),
        ("Beatrix Holmgaard", "Beatrix Sonne", False),
    ],
)
def test_names_of_one_person(one: str, other: str, same: bool) -> None:
    assert may_be_one(read_name(one), read_name(other)) is same
    assert may_be_one(read_name(other), read_name(one)) is same


@pytest.mark.parametrize(
    ("full", "short", "called"),
    [
        ("Melora van der Quist", "Quist", True),
        ("Melora van der Quist", "van der Quist", True),
        ("Xi Jinping", "Xi", True),
        ("Xi Jinping", "Jinping", True),
        ("Andrés Manuel López Obrador", "López Obrador", True),
        ("Olivia Brandt-Hale", "Hale", False),
        ("Donald Trump", "Trump Jr", False),
        ("Melora Quist", "Melora", False),
        ("Melora Quist", "", False),
    ],
)
def test_who_is_called_by_a_surname(full: str, short: str, called: bool) -> None:
    assert read_name(full).is_called(read_name(short)) is called


@given(st.text(max_size=60))
def test_any_text_has_parts(text: str) -> None:
    name = read_name(text)
    assert not name.is_called(name)
    assert may_be_one(name, name)


def test_titles_and_genders() -> None:
    assert usual_title("Sen.") == "senator"
    assert titles_in("the former Foreign Minister and senator") == {"foreign minister", "senator"}
    assert [first_name_gender(name) for name in ("Mary", "Viktor", "Robin")] == ["f", "m", None]
