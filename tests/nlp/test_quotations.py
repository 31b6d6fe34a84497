"""Where words are repeated: what counts as the same, and that the work grows with the texts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from policy_news.nlp.text_reuse import MOST, find_pairs, hash_rows, longest_stretch, read_words


def words(text: str) -> list[str]:
    return [word.word for word in read_words(text)]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("We will defend every inch of it", "“we will defend every inch of it,”", 7),
        ("it’s 1,200 tonnes of steel, they say", "It's 1,200 tonnes of steel they say", 7),
        (
            "we will defend every inch of this island of ours",
            "we shall defend every inch of this island of ours",
            9,
        ),
        ("we will defend [...] every inch of this island", "we will defend every inch of this island", 8),
        ("one two three four five", "one two three four five", 0),
        (
            "we did not sell the letters of our clients to them",
            "we did sell the letters of our clients to them",
            0,
        ),
        (
            "41 people were killed in the strikes on the town",
            "20 people were killed in the strikes on the town",
            0,
        ),
        (
            "and 41 people were killed in the strikes on Friday",
            "people were killed in the strikes on Friday",
            8,
        ),
        ("they will come and go as they like", "all of that is another story altogether", 0),
    ],
)
def test_the_longest_stretch(one: str, other: str, shared: int) -> None:
    for pair in ((one, other), (other, one)):
        found = longest_stretch(*map(words, pair))
        assert (found.words if found else 0) == shared


def test_a_stretch_names_the_places_of_its_words() -> None:
    text = 'She said: "We’ll defend every inch of this island."'
    own = list(read_words(text))
    found = longest_stretch([word.word for word in own], words("we'll defend every inch of this island"))
    assert found is not None
    assert (
        text[own[found.pairs[0][0]].start : own[found.pairs[-1][0]].end]
        == "We’ll defend every inch of this island"
    )


def pairs(texts: list[list[str]], days: list[int], span: int = 30) -> set[tuple[int, int]]:
    rows = [hash_rows(text) for text in texts]
    codes = np.concatenate(rows)
    numbers = np.repeat(np.arange(len(texts)), [len(row) for row in rows])
    found: set[tuple[int, int]] = set()
    for own, _ in find_pairs(codes, numbers, np.array(days), span):
        found.update((int(code) >> 32, int(code) & 0xFFFFFFFF) for code in own)
    return found


def test_texts_that_share_words_in_a_row_are_paired_within_a_span_of_days() -> None:
    texts = [words("a b c d e f"), words("x a b c d e y"), words("a b c d x e"), words("a b c d e f")]
    assert pairs(texts, [100, 101, 101, 140]) == {(0, 1)}
    assert pairs(texts, [100, 101, 101, 0]) == {(0, 1), (0, 3), (1, 3)}


def test_ten_thousand_equal_texts_give_few_pairs_each() -> None:
    text = words("we will defend every inch of this island of ours whatever may come")
    found = pairs([text] * 10_000, [100] * 10_000)
    assert len(found) <= 10_000 * MOST
    assert {(i, i + 1) for i in range(9_999)} <= found


def test_pairs_do_not_depend_on_the_order_of_the_hashes() -> None:
    rng = random.Random(3)
    texts = [[rng.choice("abc") for _ in range(20)] for _ in range(30)]
    rows = [hash_rows(text) for text in texts]
    codes, numbers = np.concatenate(rows), np.repeat(np.arange(30), [len(row) for row in rows])
    order = np.array(rng.sample(range(len(codes)), len(codes)))
    days = np.zeros(30, np.int64)
    told = [
        [own.tolist() for own, _ in find_pairs(codes[at], numbers[at], days, 30)]
        for at in (order, order[::-1])
    ]
    assert told[0] == told[1]
