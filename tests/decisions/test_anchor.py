"""Quotations are found again where they stood, or not at all: never elsewhere."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_news.decisions.anchor import look_for_quote, make_quote

TEXT = (
    "Harbour bill passed\n\nOrla Fenn said on Monday that Tarnwick would appeal. The council met Tarnwick again.\n\n"
    "Tarnwick said it was sorry. Orla Fenn left.\n"
)
WORDS = [
    "bill",
    "Orla Fenn",
    "Tarnwick",
    "council",
    "harbour",
    "said",
    "on Monday",
    "sorry",
    "the",
    "again",
    "a rule",
    "denied",
    "cameras",
    "of",
    "police",
    "and",
    "would",
    "appeal",
    "to",
    "ministers",
    "who",
    "voted",
    "for",
    "in",
    "a letter",
]


def place_of(text: str, words: str, number: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(number + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("words", ["Tarnwick"])
def test_the_right_one_of_several_is_found(words: str, number: int) -> None:
    place = place_of(TEXT, words, number)
    quote = make_quote(TEXT, *place)
    assert look_for_quote(TEXT, quote, same=True) == place
    longer = "Breaking news\n\n" + TEXT
    assert look_for_quote(longer, quote, same=False) == (place[0] + 15, place[1] + 15)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("The council met Tarnwick again.", "The council was away.", "gone with its sentence"),
        ("met Tarnwick again", "met Tarnwickshire again", "part of another word"),
        (TEXT, "Tarnwick.\n", "nothing of the context is left"),
        (TEXT, TEXT + TEXT, "the whole text twice"),
    ],
)
def test_a_place_that_is_gone_or_there_twice_is_lost(before: str, after: str, what: str) -> None:
    quote = make_quote(TEXT, *place_of(TEXT, "Tarnwick", 1))
    assert look_for_quote(TEXT.replace(before, after), quote, same=False) is None, what


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("would appeal. The council met", "would appeal.\nThe   council met"),
        ("Harbour bill passed", "Harbour bill passed after a long night of talks"),
        ("Orla Fenn left.", "Orla Fenn left early, and others stayed."),
        ("again.\n", "again, and was told to wait.\n"),
        ("Orla Fenn said on Monday that Tarnwick would appeal. The", "The"),
    ],
)
def test_edits_around_a_place_do_not_move_it(before: str, after: str) -> None:
    quote = make_quote(TEXT, *place_of(TEXT, "Tarnwick", 1))
    edited = TEXT.replace(before, after)
    found = look_for_quote(edited, quote, same=False)
    assert found is not None
    assert edited[slice(*found)] == "Tarnwick"
    assert edited[: found[0]].rstrip().endswith("met")


def test_words_of_one_text_twice_alike_are_told_apart_by_offsets_only_while_it_is_the_same() -> None:
    text = "Tarnwick denied it.\n" * 40
    place = place_of(text, "Tarnwick", 20)
    quote = make_quote(text, *place)
    assert look_for_quote(text, quote, same=True) == place
    assert look_for_quote("New.\n" + text, quote, same=False) is None


def test_offsets_of_another_text_with_the_same_words_there_are_not_believed() -> None:
    quote = make_quote("aa Tarnwick bb cc", 3, 11)
    assert look_for_quote("zz Tarnwick yy xx", quote, same=False) is None


@settings(max_examples=150)
@given(st.integers(0, 10**6))
def test_an_edit_elsewhere_never_leads_to_a_wrong_place(seed: int) -> None:
    """Each paragraph bears a number that tells where a found place is."""
    rng = random.Random(seed)
    paragraphs = [
        f"P{number} " + " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 30))) + "."
        for number in range(12)
    ]
    text = "\n\n".join(paragraphs)
    own = rng.randrange(12)
    begin = text.index(paragraphs[own]) + len(f"P{own} ")
    words = text[begin : begin + len(paragraphs[own]) - len(f"P{own} ") - 1].split(" ")
    at = rng.randrange(len(words))
    start = begin + sum(len(word) + 1 for word in words[:at])
    quote = make_quote(text, start, start + len(words[at]))
    others = [number for number in range(12) if number != own]
    for number in rng.sample(others, 4):
        paragraphs[number] = (
            f"P{number} " + " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 30))) + "."
        )
    if rng.random() < 0.3:
        del paragraphs[own]
    edited = "\n\n".join(paragraphs)
    found = look_for_quote(edited, quote, same=False)
    if found is not None:
        assert edited[slice(*found)] == quote.exact
        before = edited[: found[0]].rpartition("\n\n")[2]
        assert before == text[:start].rpartition("\n\n")[2]
