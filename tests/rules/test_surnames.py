"""The word by which news calls a person after the first mention."""

from __future__ import annotations

import pytest

from policy_news.rules.surnames import surname_forms
from policy_news.rules.word_lists import is_spelled_lower


@pytest.mark.parametrize(
    ("name", "country", "forms"),
    [
        ("Clara Hale", "GB", {"Hale"}),
        ("Ferdinand Marcos Jr.", "PH", {"Marcos"}),
        ("Xi Jinping", "CN", {"Xi"}),
        ("Ursula von der Leyen", "DE", {"von der Leyen", "Leyen"}),
    ],
)
def test_a_surname_has_no_suffix(name: str, country: str, forms: set[str]) -> None:
    assert surname_forms(name, country) == forms


@pytest.mark.parametrize(("word", "expected"), [("Harbour", True), ("harbor", True), ("Seymour", False)])
def test_a_headline_word_is_known_in_either_spelling(word: str, expected: bool) -> None:
    assert is_spelled_lower(word) is expected
