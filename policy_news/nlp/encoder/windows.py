"""What the encoder reads at once: a section, or a part of a long one, as word pieces.

A window depends on nothing outside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.encoder.roles import Flags, Ints
from policy_news.nlp.encoder.word_pieces import WordPieces

LIMIT = 190
"""Most pieces of a window, start and end not counted: the cost of a window grows with the square."""
NEAR = 32
"""Most pieces before or after a cue whose distance is told apart."""
SHAPES = 6
SIGN = 5
"""The shape of what has neither letters nor digits, and of a masked word."""
_STOPS = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens that are read together.

    Attributes:
        tokens: Their numbers in the doc.
        pieces: The pieces of each.
        shapes: How each is written, see `shape_of`.
        quoted: Whether each stands in a quotation.
        hidden: Whether each stands for masked text.
    """

    tokens: Ints
    pieces: tuple[tuple[int, ...], ...]
    shapes: Ints
    quoted: Flags
    hidden: Flags


@dataclass(frozen=True, slots=True)
class Inputs:
    """A window as the encoder takes it, one number a piece, with a mark before and after.

    Attributes:
        ids: Pieces, of shape (pieces,), int64.
        shapes: Shapes of their words, of the same shape and type.
        quoted: 1 in a quotation, of the same shape and type.
        edges: Where the pieces of each token begin, and where those of the last end, of shape (tokens + 1,), int64.
    """

    ids: Ints
    shapes: Ints
    quoted: Ints
    edges: Ints


def shape_of(word: str) -> int:
    """Return how a word is written: 0 small, 1 capitalised, 2 capitals, 3 mixed, 4 a number, 5 a sign."""
    if not any(map(str.isalnum, word)):
        return SIGN
    if word.isdigit():
        return 4
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 1
    return 1 if word[0].isupper() and word[1:].islower() else 3


def cut_windows(tree: Tree, quotes: QuoteIndex, gaps: frozenset[int], pieces: WordPieces) -> Iterator[Window]:
    """Yield the windows of a doc, in order. A long section is cut after the last sentence that fits.

    Yields:
        Windows of at most `LIMIT` pieces; white space is in none.
    """
    words = [tree.text[start:end] for start, end in zip(tree.starts, tree.ends, strict=True)]
    split = [pieces.of(word) for word in words]
    quoted, hidden = np.zeros(len(tree), dtype=bool), np.zeros(len(tree), dtype=bool)
    for quotation in quotes.all:
        quoted[quotation.start : quotation.end] = True
    hidden[list(gaps)] = True
    for section in tree.sections:
        own = [index for index in range(section.start, section.end) if split[index]]
        start = 0
        while start < len(own):
            end = start + _fitting(own, start, words, split)
            tokens = np.array(own[start:end], dtype=np.int64)
            start = end
            yield Window(
                tokens,
                tuple(split[index] for index in tokens.tolist()),
                np.array([shape_of(words[index]) for index in tokens.tolist()], dtype=np.int64),
                quoted[tokens],
                hidden[tokens],
            )


def _fitting(own: Sequence[int], start: int, words: Sequence[str], split: Sequence[tuple[int, ...]]) -> int:
    """Return how many of the tokens from one on go into one window."""
    room, stop = LIMIT, 0
    for place in range(start, len(own)):
        room -= len(split[own[place]])
        if room < 0:
            return stop or place - start
        if words[own[place]] in _STOPS:
            stop = place - start + 1
    return len(own) - start


def spread(window: Window, hidden: Flags, pieces: WordPieces) -> Inputs:
    """Return the numbers of a window.

    Args:
        hidden: Whether each token is hidden, of shape (tokens,): nothing of a hidden one is seen but that it is there.
        pieces: Knows the marks.
    """
    own = [
        (pieces.hidden,) if gone else part for part, gone in zip(window.pieces, hidden.tolist(), strict=True)
    ]
    lengths = np.array([len(part) for part in own], dtype=np.int64)
    shapes = np.repeat(np.where(hidden, SIGN, window.shapes), lengths)
    quoted = np.repeat(window.quoted.astype(np.int64), lengths)
    flat = [number for part in own for number in part]
    return Inputs(
        np.array([pieces.start, *flat, pieces.end], dtype=np.int64),
        np.concatenate([[SIGN], shapes, [SIGN]]),
        np.concatenate([[0], quoted, [0]]),
        np.cumsum([1, *lengths.tolist()]),
    )


def mark(inputs: Inputs, place: int) -> tuple[Ints, Ints]:
    """Return how the pieces of a window lie to a cue.

    Args:
        place: Number of the cue's token in the window.

    Returns:
        1 at the pieces of the cue, else 0; and the distance to it, from 0 to `2 * NEAR`. Both of shape (pieces,), int64.
    """
    start, end = inputs.edges[place : place + 2].tolist()
    where = np.arange(len(inputs.ids), dtype=np.int64)
    marks = ((where >= start) & (where < end)).astype(np.int64)
    return marks, np.clip(where - start, -NEAR, 0) + np.clip(where - end + 1, 0, NEAR) + NEAR
