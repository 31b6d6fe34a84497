"""Offsets: every visible character maps to itself, and nothing crosses a gap."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_news.core.settings import MaskSettings
from policy_news.text.document import Document, Section, Unmasked
from policy_news.text.masking import MAX_RUN, compile_patterns, find_active, unmask

PATTERNS = compile_patterns(MaskSettings())
WORDS = (
    "the",
    "Minister",
    "said",
    "“we",
    "will”",
    "Hikvision",
    "£9.2",
    "it's",
    "A",
    "of",
    "UK-wide",
    "(BEIS)",
    "…",
    "é\u0301t",
)


def unmasked_of(text: str) -> Unmasked:
    return unmask(Document("d", "d.txt", "txt", "", text, (Section("paragraph", 0, len(text)),)), PATTERNS)


@st.composite
def masked_texts(draw: st.DrawFn) -> str:
    """A text with words masked as a paywall does, words glued at random places, lines of any length."""
    words = draw(
        st.lists(st.sampled_from(WORDS) | st.text(st.characters(codec="utf-8"), max_size=8), max_size=60)
    )
    rng = random.Random(draw(st.integers(0, 2**32)))
    share = draw(st.floats(0, 1))
    out = []
    for word in words:
        hidden = "".join("*" if c.isalnum() else c for c in word) if rng.random() < share else word
        out.append(hidden + rng.choice((" ", " ", " ", "", "\n", ", ", ".")))
    return "".join(out) + draw(
        st.sampled_from(("", " *** ******** ****", "\n** ***** *", " plan" + "*" * 1200 + " *** ****"))
    )


@pytest.mark.slow
@settings(max_examples=1000)
@given(masked_texts())
def test_visible_characters_map_to_themselves(text: str) -> None:
    result = unmasked_of(text)
    hidden = {i for start, end in result.alignment.raw_gaps() for i in range(start, end)}
    forms = {
        (piece.raw_start, piece.raw_start + piece.raw_length)
        for piece in result.alignment.pieces
        if piece.same
    }
    if "*" in find_active(text, PATTERNS.characters):
        assert all(i in hidden for i, c in enumerate(text) if c == "*")
    back = {}
    for i, character in enumerate(result.text):
        raw = result.alignment.to_raw(i, i + 1)
        if raw is not None:
            assert raw in forms or text[raw[0] : raw[1]] == character
            back[raw[0]] = i
    for i, character in enumerate(text):
        if i in back:
            assert result.alignment.from_raw(i) == back[i]
        elif (
            i not in hidden
            and not any(a <= i < b for a, b in forms)
            and character.isalnum()
            and len(text) < MAX_RUN
        ):
            pytest.fail(f"visible character {character!r} at {i} is lost")


@pytest.mark.slow
@settings(max_examples=1000)
@given(masked_texts(), st.integers(0, 400), st.integers(1, 40))
def test_no_span_crosses_a_gap(text: str, start: int, length: int) -> None:
    result = unmasked_of(text)
    raw = result.alignment.to_raw(start, min(start + length, len(result.text)))
    crossed = any(a < start + length and start < b for a, b in result.alignment.gaps())
    if raw is not None:
        assert not crossed
        assert not any(a < raw[1] and raw[0] < b for a, b in result.alignment.raw_gaps())
        if "*" in find_active(text, PATTERNS.characters):
            assert "*" not in text[raw[0] : raw[1]]


def test_invisible_characters_inside_a_name_are_folded() -> None:
    text = "Hik\u200bvision\u00ad won"
    result = unmasked_of(text)
    assert result.text == "Hikvision won"
    assert result.alignment.to_raw(0, 9) == (0, 10)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Tom\u00a0Tugendhat", "Tom Tugendhat"),
        ("Tom\u2009Tugendhat\u3000won", "Tom Tugendhat won"),
        ("Home O\ufb03ce", "Home Office"),
        ("it wonâ€™t â€œsayâ€\u009d", "it won’t “say”"),
        ("NestlÃ© paid Â£5 or â‚¬6 â€“ so", "Nestlé paid £5 or €6 – so"),
        ("soÂ\u00a0it\u00e2\u20ac\u2039is", "so itis"),
        ("CAFÉ» Â Ã â€ É» São", "CAFÉ» Â Ã â€ É» São"),
    ],
)
def test_odd_forms_are_put_right_for_the_model_and_stay_in_the_raw_text(text: str, seen: str) -> None:
    result = unmasked_of(text)
    assert result.text == seen
    assert result.alignment.to_raw(0, len(seen)) == (0, len(text))


def test_a_name_that_ends_in_another_form_is_whole_or_not_there() -> None:
    result = unmasked_of("NestlÃ© won")
    assert result.alignment.to_raw(0, 6) == (0, 7)
    assert result.alignment.to_raw(0, 5) == (0, 5)
    half = unmasked_of("a O\ufb03ce").alignment
    assert half.to_raw(2, 4) is None
    assert half.to_raw(2, 6) == (2, 4)
