"""Two sentences held against each other, slot by slot; figures and their signs in quotations."""

from __future__ import annotations

import pytest

from policy_news.drafts.amounts import read_amounts, read_days
from policy_news.drafts.comparison import compare
from policy_news.drafts.lexis import are_opposite, keys_of, lemma
from policy_news.drafts.quotation_words import normal_words, read_quotation
from policy_news.drafts.slots import read_proposition

PAIRS = [
    # the draft; the document, `!` before what its source rejects; the slots that differ, and `?` before those that are open
    ("the toll would close three depots", "the toll would close 3 depots", ""),
    ("the toll would close four depots", "the toll would close 3 depots", "number"),
    ("the toll would bring in $3m", "the toll would bring in £3m", "number"),
    ("more than 300 depots would close", "fewer than 300 depots would close", "number"),
    ("50 of the 30 depots would close", "30 of the 50 depots would close", "number"),
    ("of the 50 depots 30 would close", "30 of the 50 depots would close", ""),
    ("3 depots and 3 yards would close, and 3 more", "3 depots and 3 yards would close", "?number"),
    ("the depots will close in April", "the depots will close in March", "day"),
    ("the depots will close on 4 March", "the depots will close on Monday, 4 March 2024", ""),
    ("the depots will close", "the depots may close", "modality"),
    ("the depots might close", "the depots could close", ""),
    ("the depots would not close", "the depots would close", "polarity"),
    ("the depots would not close", "!the depots would close", ""),
    ("the depots would close", "!the depots would close", "polarity"),
    ("it was untrue that the depots would close", "!the depots would close", ""),
    ("the depots did n't close", "the depots didn't close", ""),
    ("the depots would open", "the depots would close", "opposite"),
    ("the north had more damage", "the north had less damage", "degree"),
    ("a rise of 2 percentage points", "a rise of 2 percent", "number"),
    ("nearly 4 million tonnes of coal came", "3.96 million tonnes of coal came", ""),
    ("4 million tonnes of coal came", "3.96 million tonnes of coal came", "?number"),
    ("the depots would not open", "the depots would close", ""),
    ("all depots would close", "some of the depots would close", "quantifier"),
    ("several depots would close", "some of the depots would close", ""),
    ("the depots would close", "the depots would close if the toll rises", "condition"),
    ("the depots would close unless the toll falls", "the depots would close if the toll does not fall", ""),
    ("Orrin Freight had sued Belmar Cars", "Belmar Cars had sued Orrin Freight", "roles"),
    ("Belmar Cars had been sued by Orrin Freight", "Orrin Freight had sued Belmar Cars", ""),
    ("Belmar Cars had lost the licence", "Orrin Freight had lost the licence", "name"),
    ("the firm had lost the licence", "Orrin Freight had lost the licence", ""),
    ("the bank left after the vote had failed", "the bank left before the vote had failed", "order"),
    ("the vote had failed before the bank left", "the bank left after the vote had failed", ""),
    ("the vote failed because the bank left", "the bank left because the vote had failed", "order"),
    ("the firm failed to open the depots", "the firm did not open the depots", ""),
    ("a rope kept the lorry from starting", "a rope meant that the lorry had not started", ""),
    ("the brakes of the ferry had gone unserviced", "the brakes of the ferry had not been serviced", "?polarity"),
    ("six depots had pumps without fuel", "the pumps of six depots had no fuel", "?polarity"),
    ("drivers left after round six", "drivers left after the sixth round", "?number"),
    ("sales of red fell while those of white rose", "sales of white fell while those of red rose", "roles"),
    ("the depots may close", "the depots will close", "?modality"),
    ("N51bn had been paid to drivers", "51 billion naira had been paid to drivers", ""),
    ("the levy fell between 2018 and 2020", "the levy fell from 2018 to 2020", ""),
    ("five of the nine depots closed", "two of the nine depots closed", "number"),
    ("the block was finished earlier than planned", "the block was finished later than planned", "degree"),
    ("the depots would shut and the drivers would quit", "the depots would close, and the drivers would leave", ""),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "pile", "slots"), PAIRS)
def test_a_slot_is_equal_different_or_open(draft: str, pile: str, slots: str) -> None:
    found = compare(
        read_proposition(draft), read_proposition(pile.lstrip("!"), rejected=pile.startswith("!"))
    )
    told = {one.slot for one in found.of("differs")} | {f"?{one.slot}" for one in found.of("unknown")}
    assert " ".join(sorted(told)) == slots
    assert found.matter > 0.6


def test_a_sentence_is_like_itself() -> None:
    for draft, pile, _ in PAIRS:
        for text in (draft, pile.lstrip("!")):
            found = compare(read_proposition(text), read_proposition(text))
            assert (found.of("differs"), found.of("unknown"), found.matter) == ([], [], 1.0)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("$32bn, €5 million, A$40m and 18 million Canadian dollars", [(32e9, "$"), (5e6, "EUR"), (40e6, "AUD"), (18e6, "CAD")]),
        ("it fell by -5 percent, –3°C, minus 4 points, from 5-10 km, and so on —7 days", [(-5, "percent"), (-3, ""), (-4, ""), (5, ""), (10, "km"), (7, "day")]),
        ("twelve hundred posts, three hundred and five, 2.5 per cent", [(1200, ""), (305, ""), (2.5, "percent")]),
        ("on 4 March 2024 one of the two came in 1998", [(2, "")]),
        ("a dozen, half, the second, a third of it", [(12, ""), (2, "rank"), (33.3, "percent")]),
    ],
)  # fmt: skip
def test_amounts_are_read_however_they_are_written(text: str, amounts: list[tuple[float, str]]) -> None:
    assert [(one.value, one.unit) for one in read_amounts(text, read_days(text))] == amounts


def test_days_are_read_as_far_as_they_are_told() -> None:
    text = "From 3 to 9 April 2024, on Monday, March 4th, in May, in 1998; it may march"
    assert [tuple(one.told().values()) for one in read_days(text)] == [(9, 4, 2024), (0, 4, 3), (5,), (1998,)]


def test_words_of_one_meaning_share_a_key() -> None:
    assert keys_of(lemma("published")) & keys_of(lemma("release"))
    assert keys_of(lemma("accepted")) & keys_of(lemma("acceptance"))
    assert not keys_of(lemma("ferry")) & keys_of(lemma("harbour"))
    assert are_opposite(lemma("rising"), lemma("fell"))


FIGURES = ["5", "12", "1,200", "3.5", "0.75", "40", "2024", "18.25", "900", "7"]
ALTERED = ["${}", "£{}", "€{}", "¥{}", "-{}", "+{}", ".{}", "{}%", "1/{}", "{} ½"]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_sign_makes_another_figure(figure: str) -> None:
    plain = [word for word, _, _ in normal_words(f"It came to {figure} in all")]
    told = {form: read_quotation(f"It came to {form.format(figure)} in all").words for form in ALTERED}
    assert [form for form, words in told.items() if list(words) == plain] == []
    assert len(set(told.values())) == len(ALTERED)


def test_a_long_dash_before_a_figure_is_an_aside_and_a_short_one_is_a_sign() -> None:
    plain, *signed = (read_quotation(f"It rose {dash}5 points").words for dash in ("", "-", "–", "−"))
    assert read_quotation("It rose —5 points").words == plain
    assert set(signed) == {("it", "rose", "-", "5", "points")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("co\u00adoperation fell by −3 %", "cooperation fell by -3%"),
        ("He does n't pay Smith 's 14 per cent", "He doesn’t pay Smith’s 14%"),
        ("They can not pay 1,200", "They cannot pay 1200"),
    ],
)
def test_typography_makes_no_other_words(one: str, other: str) -> None:
    assert read_quotation(one).words == read_quotation(other).words
