"""What one copy of an article has that another lacks."""

from __future__ import annotations

import re
from collections.abc import Set

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_news.core.settings import MaskSettings
from policy_news.nlp.relations.copy_words import Missing, find_missing, read_tokens
from policy_news.nlp.text_reuse import Word
from policy_news.text.masking import compile_patterns, find_gaps

ARTICLE = (
    "Dunmoor council will close two of its three ferry landings in the autumn, the harbour board said on Tuesday. "
    "Its chair, Edda Norling, told a packed meeting that repairs would cost more than the ferries had earned in nine years. "
    "Fishermen who land their catch at the smallest pier were not asked, and some of them learned of the plan from the radio. "
    "The transport minister declined to say whether the state would pay. A survey of the piles, which the board ordered in "
    "March, found rot below the water line in forty of them, and a diver who took part said the rest were no better."
)
OTHER = (
    "A court in Varnhem told the grid operator on Friday to publish the contracts under which it pays wind farms to stand still. "
    "The operator had argued that prices are a trade secret; the judges held that households who pay for them may know. "
    "Two of the farms have already shown their contracts, a spokeswoman for the consumers' union said, and nobody was harmed."
)
PATTERNS = compile_patterns(MaskSettings())
WORDS = [match.span() for match in re.finditer(r"\w+", ARTICLE)]


def mask(text: str, first: int, last: int) -> str:
    """The text with the words from one number on to another masked."""
    spans = [match.span() for match in re.finditer(r"\w+", text)][first:last]
    for start, end in spans:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


def tokens_of(text: str) -> list[Word]:
    return read_tokens(text, find_gaps(text, PATTERNS))


def missing_of(one: str, other: str) -> tuple[list[str], list[str]] | None:
    """The words that each lacks, as the other has them; None where they are no copies."""
    found = find_missing(tokens_of(one), tokens_of(other))
    if found is None:
        return None
    return [other[slice(*row.there)] for row in found[0]], [one[slice(*row.there)] for row in found[1]]


HALF = len(WORDS) // 2
TAIL = ARTICLE[WORDS[70][0] : WORDS[-1][1]]
CASES = [
    ("the same", ARTICLE, ARTICLE, [], []),
    ("a masked end", mask(ARTICLE, 70, 999), ARTICLE, [TAIL], []),
    (
        "two halves that overlap",
        mask(ARTICLE, 70, 999),
        mask(ARTICLE, 0, 40),
        [TAIL],
        [ARTICLE[: WORDS[39][1]]],
    ),
    ("only the beginning", ARTICLE[: WORDS[69][1]], ARTICLE, [TAIL], []),
    ("words between others", mask(ARTICLE, 50, 53), ARTICLE, [ARTICLE[WORDS[50][0] : WORDS[52][1]]], []),
    (
        "a mark for many words",
        ARTICLE.replace(ARTICLE[WORDS[50][0] : WORDS[60][1]], "██████"),
        ARTICLE,
        [ARTICLE[WORDS[50][0] : WORDS[60][1]]],
        [],
    ),
    ("a word that a print changed", ARTICLE.replace("packed", "crowded"), ARTICLE, [], []),
]


@pytest.mark.parametrize(
    ("one", "other", "lacks", "has"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_has_what_the_other_lacks(one: str, other: str, lacks: list[str], has: list[str]) -> None:
    assert missing_of(one, other) == (lacks, has)
    assert missing_of(other, one) == (has, lacks)


SHARED = " ".join(ARTICLE.split()[:18])
NO_COPIES = [
    ("another article", ARTICLE, OTHER),
    ("a masked one and another article", mask(ARTICLE, 30, 999), OTHER),
    ("a quotation in two articles", f"{OTHER} {SHARED}.", f"{SHARED}. {TAIL}"),
    ("a paragraph of the same notice", f"{OTHER} {SHARED} {SHARED}", f"{SHARED} {SHARED} {TAIL}"),
    ("nothing but masks", mask(ARTICLE, 0, 999), ARTICLE),
    ("nothing", "", ARTICLE),
    ("nothing at all", "", ""),
]


@pytest.mark.parametrize(
    ("one", "other"), [case[1:] for case in NO_COPIES], ids=[case[0] for case in NO_COPIES]
)
def test_texts_that_only_share_words_are_no_copies(one: str, other: str) -> None:
    assert missing_of(one, other) is None
    assert missing_of(other, one) is None


@given(st.sets(st.integers(25, len(WORDS) - 1)), st.sets(st.integers(25, len(WORDS) - 1)))
@settings(max_examples=60)
def test_masks_of_any_shape_are_filled_at_their_places(one: Set[int], other: Set[int]) -> None:
    shown = [
        [
            Word("" if number in hidden else ARTICLE[slice(*span)].lower(), *span)
            for number, span in enumerate(WORDS)
        ]
        for hidden in (one, other)
    ]
    found = find_missing(shown[0], shown[1])
    assert found is not None
    wanted = {WORDS[number][0] for number in one - other}
    assert covered(found[0], shown[1]) >= wanted
    assert all(row.place[0] == row.there[0] for row in found[0])
    assert sum(row.words for row in found[0]) <= len(wanted)


def covered(rows: list[Missing], tokens: list[Word]) -> set[int]:
    return {token.start for token in tokens for row in rows if row.there[0] <= token.start < row.there[1]}
