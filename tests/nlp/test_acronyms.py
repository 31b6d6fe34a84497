"""What a text says that an acronym stands for, and which names spell one."""

from __future__ import annotations

import pytest

from policy_news.nlp.who.acronyms import find_stated_alias, initials, spells

TOLD = {
    "Harbour Union (HU) said": ("HU", "brackets"),
    "Harbour Union (“HU”) said": ("HU", "quoted"),
    'Harbour Union (the "Company") said': ("Company", "quoted"),
    'Harbour Union (hereinafter "the Union") said': ("Union", "quoted"),
    "Harbour Union (HU, founded in 1890)": ("HU,", "open"),
    "Harbour Union (NASDAQ: HU)": ("NASDAQ:", "open"),
    "Harbour Union, known by its initials as the HUA, said": ("HUA", "said"),
    "Harbour Union, better known by its Spanish initials as HUA": ("HUA", "said"),
    "Harbour Union (known as HUN)": ("HUN", "said"),
    "Harbour Union, or HUN, said": ("HUN", "said"),
    "Harbour Union, or BBC, said": None,
    "Harbour Union, known as Big Blue IBM": None,
    "Harbour Union, the HUA said": None,
    "Harbour Union": None,
}


@pytest.mark.parametrize("text", TOLD)
def test_the_name_that_a_text_gives_a_body_is_read(text: str) -> None:
    told = find_stated_alias(text, 0, len("Harbour Union"))
    assert (told and (told.form, told.way)) == TOLD[text]
    assert told is None or text.startswith(told.form, told.start)


@pytest.mark.parametrize(
    ("name", "form", "by_letters", "by_initials"),
    [
        ("Trades Union Congress", "TUC", True, True),
        ("State Bank of India", "SEBI", True, False),
        ("State Board of India", "SBI", True, True),
        ("Home-Start Council", "HSC", True, True),
        ("Tarnwick Energy", "TARN", True, False),
        ("Harbour Union", "GMB", False, False),
    ],
)
def test_a_listed_acronym_stands_for_its_initials_only(
    name: str, form: str, by_letters: bool, by_initials: bool
) -> None:
    assert spells(name, form, is_listed=False) is by_letters
    assert spells(name, form, is_listed=True) is by_initials


def test_initials_are_with_and_without_small_words() -> None:
    assert initials(["Commission", "of", "Inquiry"]) == {"COI", "C.O.I."}
    assert initials(["Big", "Tree"]) == set()
