"""Spaces that a copied page lost or has too many, and the names that are written so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_news.text import spacing
from tests.support.steps import grows_at_most_linearly
from tests.text.test_alignment import unmasked_of


def find_lost_spaces(text: str) -> list[int]:
    return spacing.find_lost_spaces(text, spacing.count_words(text))


def find_wrong_spaces(text: str) -> list[tuple[int, int]]:
    return list(spacing.find_wrong_spaces(text, spacing.count_words(text)))


HERE = Path(__file__).parent
LEAST_REPAIRED = 0.95
MOST_CUT = 0.01


def read(name: str) -> list[str]:
    """Read the lines of a table, without its comments."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


PLACES = read("glued_places.txt")
ODD = [name for line in read("odd_names.txt") for name in line.split()]


def offsets(marked: str) -> set[int]:
    """Return the offsets of the marks in a text without them."""
    return {at - index for index, at in enumerate(at for at, letter in enumerate(marked) if letter == "|")}


def test_lost_spaces_are_found_and_no_others() -> None:
    found, marked = set[tuple[int, int]](), set[tuple[int, int]]()
    for number, line in enumerate(PLACES):
        marked |= {(number, at) for at in offsets(line)}
        found |= {(number, at) for at in find_lost_spaces(line.replace("|", ""))}
    assert len(marked) > 200
    assert not found - marked
    assert len(found & marked) >= LEAST_REPAIRED * len(marked)


def test_names_that_are_written_so_stay() -> None:
    cut = [name for name in ODD if find_lost_spaces(f"The firm {name} said it would grow, and {name} did.")]
    assert len(ODD) > 300
    assert len(cut) < MOST_CUT * len(ODD), cut


@pytest.mark.parametrize(
    "text",
    [
        "Write to Anna.Moll@Example.com or see www.Example.com/TheSenate and @theSenate, #SaveTheSenate.",
        'Code such as {"class":"media","type":[1,2]} or <a class="x">here</a> is left alone.',
        "The (re)building of (un)safe homes(s) cost 3:30 and 1,000,000.",
        "He said (s)he and colour(ed) f(x) of St.Petersburg, No.Ten and Mr.Harlow.",
        'A 5" pipe and a 6\'2" man.',
    ],
)
def test_addresses_code_and_parts_of_words_stay(text: str) -> None:
    assert find_lost_spaces(text) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Saudi  Arabia said", "Saudi Arabia said"),
        ("the regul ations said", "the regulations said"),
        ("Mr Harlowski said. Mr Harl owski left", "Mr Harlowski said. Mr Harlowski left"),
        ("Ludwig van Beethoven and Osama bin Laden", "Ludwig van Beethoven and Osama bin Laden"),
        ("name   price    change", "name   price    change"),
    ],
)
def test_spaces_too_many(text: str, seen: str) -> None:
    assert unmasked_of(text).text == seen


def test_a_mention_of_a_glued_name_covers_the_name_alone() -> None:
    text = "drawn up byChinaor others in China"
    result = unmasked_of(text)
    assert result.text == "drawn up by China or others in China"
    assert result.alignment.to_raw(12, 17) == (11, 16)
    assert text[11:16] == "China"


def test_nothing_is_cut_next_to_a_mask() -> None:
    result = unmasked_of("*** ******* saidIsrael*** ******.(Israel")
    assert [result.alignment.to_raw(*gap) for gap in result.alignment.gaps()] == [None] * len(
        result.alignment.gaps()
    )
    assert "said Israel" in result.text


PIECES = st.sampled_from(
    [*"".join(PLACES).replace("|", " ").split(), "  ", "\n", '"', "“", ")", "***", "Łódź", "Москва", "\u200f"]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40), st.sampled_from(["", " "]))
def test_repair_is_exact_and_done_once(words: list[str], joint: str) -> None:
    text = joint.join(words)
    lost = find_lost_spaces(text)
    assert lost == sorted(set(lost))
    assert all(0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace() for at in lost)
    assert all(text[start:end] == " " for start, end in find_wrong_spaces(text))
    repaired = "".join(" " * (at in set(lost)) + letter for at, letter in enumerate(text))
    assert "".join(repaired.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "saidIsraelamid",
        "The|Senate|plans".replace("|", ""),
        '."Word',
        "in2019Israel",
        "a(Bc)De",
        "Pol tor ak ",
    ],
)
def test_a_text_in_which_all_is_glued_takes_linear_time(text: str) -> None:
    assert grows_at_most_linearly(lambda size: lambda: list(find_lost_spaces(text * 2_000 * size)))
    assert grows_at_most_linearly(lambda size: lambda: list(find_lost_spaces((text + " ") * 2_000 * size)))
