"""The word by which news calls a person after the first mention."""

from __future__ import annotations

import pytest

from policy_news.rules.surnames import surname_forms


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
