"""What is a mask and what is an ordinary asterisk."""

from __future__ import annotations

import pytest

from policy_news.core.settings import MaskSettings
from policy_news.text.masking import MAX_CHUNK, MAX_RUN, compile_patterns, find_active
from tests.support.steps import grows_at_most_linearly
from tests.text.test_alignment import unmasked_of

ORDINARY = [
    "* first point\n* second point",
    "This is **bold** and this is *not*.",
    "A footnote word* and another**.\n\n* See the annex.\n** See there.",
    "Before\n\n* * *\n\nAfter",
    "Before\n***\nAfter\n*****\nAfter",
    "He called it f*** awful, a s*** show.",
    "2*3 is 6 and 5* hotels",
    "The hotel was given ***** by the guide, the food ****",
    "*, ** and *** denote significance at 10, 5 and 1 per cent",
    "/************ header ************/",
    "****** TITLE ******",
    "one\n**********\ntwo",
    "*** *** ***",
]

MASKED = [
    "Quillfeather *** ******** *** ********",
    "******* ******, ****** **",
    "The minister ***** that *** ****** of *** inquiry *****.",
    "It cost £**.* ******* ($**.* *******).",
    "The report ████ ██████ said",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_asterisks_are_no_masks(text: str) -> None:
    result = unmasked_of(text)
    assert result.masked_words == 0
    assert not result.alignment.gaps()
    assert result.text == text.replace("**bold**", "bold").replace("*not*", "not")


@pytest.mark.parametrize("text", MASKED)
def test_masked_words_are_masks(text: str) -> None:
    result = unmasked_of(text)
    assert result.masked_words > 0
    assert not set("*█").intersection(result.text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Truss***************** *** ******", "Truss ;"),
        ("in the**** ****** office", "in the ; office"),
        ("ok thatVerodyne ***** ******", "ok that Verodyne ;"),
        ("***** ** ********.We will ***", "; . We will ;"),
        ('he said "****** ***" to *******', 'he said " ; " to ;'),
        ("cost £**.* ******* ($**.* *******), so", "cost ; ( ; ), so"),
        ("the ****** ****'s plan", "the ; plan"),
        ("(****** *** BEIS):", "( ; BEIS):"),
        ("Photo: Agency/Lena Varrel/**** ***** ** *******", "Photo: Agency/Lena Varrel ;"),
    ],
)
def test_what_the_model_sees(text: str, seen: str) -> None:
    assert unmasked_of(text).text == seen


def test_literal_marks_and_other_characters() -> None:
    patterns = compile_patterns(MaskSettings(characters="*•", words=("[redacted]",)))
    assert unmasked_of("•••• •• said").masked_words == 0
    assert find_active("•••• •• said", patterns.characters)
    assert "[redacted]" not in unmasked_of("He met [redacted] at noon.").text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("say " + '"' * 20 + "\u00ad" + '"' * 20 + " so", "say " + '"' * MAX_RUN + " so"),
        ("*** ****** to aaa***** ****" + "b" * MAX_CHUNK + " so", "; to aaa ; ; so"),
        ("*** ****** to *** ******" + "b" * MAX_CHUNK + "***** " + "c" * MAX_CHUNK, "; to ; ; ; ;"),
    ],
)
def test_endless_runs_are_cut_wherever_invisible_or_masked_parts_stand(text: str, seen: str) -> None:
    assert " ".join(unmasked_of(text).text.split()) == seen


@pytest.mark.parametrize(
    "text",
    [
        "*" * 10_000,
        "word" + "*" * 10_000,
        "** ****" * 1_500,
        '"' * 10_000,
        "*," * 5_000,
        "x" * 10_000,
        "* " * 5_000,
    ],
)
def test_long_runs_take_linear_time(text: str) -> None:
    assert grows_at_most_linearly(lambda times: lambda: unmasked_of("*** ******** " + text * times))
