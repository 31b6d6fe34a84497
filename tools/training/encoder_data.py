"""Windows of training texts with what the encoder is to see in them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policy_news.nlp.claims.tree import Spread
from policy_news.nlp.encoder.roles import NAMES, Flags, Ints
from policy_news.nlp.encoder.windows import Inputs, Window, cut_windows, mark, spread
from policy_news.nlp.encoder.word_pieces import WordPieces
from tools.training.claims import OPTIONAL, Example

SIGHTS = 3
"""What is told of each token: whether it is the head of a cue, stands in a content, stands in a source."""
HIDDEN_SHARES = (0.2, 0.35, 0.5)
"""Shares of words hidden in windows that are read as masked text."""
MASKED_WINDOWS = 0.2
"""Share of the windows that are read as masked text, drawn again each time."""
HIDDEN_WORDS = 0.03
"""Share of words hidden in the other windows, so that a word is not learnt by heart."""
IGNORED = -100
"""Label of what does not count."""
FAR = -1e4
"""Added to the weight of what is only padding."""
_STEP = 6
"""Most pieces by which windows of one batch differ beside the order of their lengths."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window with its labels.

    Attributes:
        sights: Of shape (tokens, `SIGHTS`), float32, 0 or 1.
        roles: For each cue, the place of its head in the window and the role labels of all tokens.
        names: The class of each token (`NAME_CLASSES`), `IGNORED` where a reader may or may not mark one, of shape (tokens,).
        claims: Whether the claims of the text are annotated; else nothing is learnt from `sights`.
    """

    window: Window
    sights: npt.NDArray[np.float32]
    roles: tuple[tuple[int, Ints], ...]
    names: Ints
    claims: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows side by side, and the cues in them.

    Attributes:
        numbers: `ids`, `shapes`, `quoted` of shape (windows, pieces), `firsts` of shape (windows, tokens).
        padding: What is added to the weights of the pieces, of shape (windows, 1, 1, pieces).
        claims: Whether there is such a token, and what is to be seen of it is known, of shape (windows, tokens).
        sights: What is to be seen, of shape (windows, tokens, `SIGHTS`).
        names: Classes of names, of shape (windows, tokens), `IGNORED` where nothing is known.
        owners: The window of each cue.
        marks, near: How pieces lie to the cue, of shape (cues, pieces).
        roles: Labels, of shape (cues, tokens), `IGNORED` where there is no token.
    """

    numbers: dict[str, Ints]
    padding: npt.NDArray[np.float32]
    claims: Flags
    sights: npt.NDArray[np.float32]
    names: Ints
    owners: Ints
    marks: Ints
    near: Ints
    roles: Ints


def lessons_of(example: Example, pieces: WordPieces) -> Iterator[Lesson]:
    """Yield the windows of a text with their labels.

    Args:
        example: The text.
        pieces: Splits words.
    """
    for window in cut_windows(example.tree, example.quotes, example.gaps, pieces):
        place = {token: number for number, token in enumerate(window.tokens.tolist())}
        sights = np.zeros((len(place), SIGHTS), dtype=np.float32)
        roles = []
        for head, parts in example.parts.items():
            labels = np.zeros(len(place), dtype=np.int64)
            # Sources last: inside a content they are the rarer label.
            _label(labels, parts["content"], 3, place)
            _label(labels, parts["source"], 1, place)
            sights[:, 1] = np.maximum(sights[:, 1], _covered(parts["content"], place))
            sights[:, 2] = np.maximum(sights[:, 2], _covered(parts["source"], place))
            if head in place:
                sights[place[head], 0] = 1
                roles.append((place[head], labels))
        yield Lesson(window, sights, tuple(roles), _names(example, place), example.claims)


def _names(example: Example, place: dict[int, int]) -> Ints:
    classes = np.zeros(len(place), dtype=np.int64)
    for tokens, label in example.names:
        inside = [place[token] for token in range(*tokens) if token in place]
        if label == OPTIONAL:
            classes[inside] = IGNORED
        elif label in NAMES:  # passages mark peoples, laws and products too: they are no names here
            classes[inside] = 2 * NAMES.index(label) + 2
            classes[inside[:1]] = 2 * NAMES.index(label) + 1
    return classes


def _label(labels: Ints, spans: Iterable[Spread], begin: int, place: dict[int, int]) -> None:
    """Label spans: the first token in the window begins, the others go on."""
    for start, end in spans:
        inside = [place[token] for token in range(start, end) if token in place]
        labels[inside] = begin + 1
        labels[inside[:1]] = begin


def _covered(spans: Sequence[Spread], place: dict[int, int]) -> npt.NDArray[np.float32]:
    covered = np.zeros(len(place), dtype=np.float32)
    for start, end in spans:
        covered[[place[token] for token in range(start, end) if token in place]] = 1
    return covered


def hide(lesson: Lesson, rng: random.Random) -> Flags:
    """Return which words of a window are hidden this time, of shape (tokens,)."""
    share = HIDDEN_WORDS
    if rng.random() < MASKED_WINDOWS:
        share = rng.choice(HIDDEN_SHARES)
    return np.array([rng.random() < share for _ in lesson.window.tokens]) | lesson.window.hidden


def gather(lessons: Sequence[Lesson], pieces: WordPieces, rng: random.Random) -> Batch:
    """Put windows side by side, with some words hidden.

    Args:
        lessons: The windows.
        pieces: Knows the marks.
        rng: Chooses the hidden words.
    """
    hidden = [hide(lesson, rng) for lesson in lessons]
    inputs = [spread(lesson.window, gone, pieces) for lesson, gone in zip(lessons, hidden, strict=True)]
    width = max(len(own.ids) for own in inputs)
    most = max(len(lesson.window.tokens) for lesson in lessons)
    sights = np.zeros((len(lessons), most, SIGHTS), dtype=np.float32)
    for row, (lesson, gone) in enumerate(zip(lessons, hidden, strict=True)):
        sights[row, : len(gone)] = lesson.sights
        sights[row, : len(gone), 0] *= ~gone  # a cue that is masked is none, as in a run
    cues = [*_cues(lessons, hidden, inputs)]
    return Batch(
        {
            "ids": _padded([own.ids for own in inputs], width),
            "shapes": _padded([own.shapes for own in inputs], width),
            "quoted": _padded([own.quoted for own in inputs], width),
            "firsts": _padded([own.edges[:-1] for own in inputs], most),
        },
        np.where(_lengths([len(own.ids) for own in inputs], width), 0, FAR).astype(np.float32)[:, None, None],
        _lengths(
            [len(gone) if lesson.claims else 0 for lesson, gone in zip(lessons, hidden, strict=True)], most
        ),
        sights,
        _padded([lesson.names for lesson in lessons], most, IGNORED),
        np.array([row for row, _, _ in cues], dtype=np.int64),
        _padded([marks for _, (marks, _), _ in cues], width),
        _padded([near for _, (_, near), _ in cues], width),
        _padded([labels for _, _, labels in cues], most, IGNORED),
    )


def _cues(
    lessons: Sequence[Lesson], hidden: Sequence[Flags], inputs: Sequence[Inputs]
) -> Iterator[tuple[int, tuple[Ints, Ints], Ints]]:
    """Yield the visible cues: number of the window, its marks, and the labels of source and content."""
    for row, (lesson, gone, own) in enumerate(zip(lessons, hidden, inputs, strict=True)):
        for place, labels in lesson.roles:
            if not gone[place]:
                yield row, mark(own, place), labels


def _padded(rows: Sequence[Ints], width: int, filler: int = 0) -> Ints:
    table = np.full((len(rows), width), filler, dtype=np.int64)
    for line, row in zip(table, rows, strict=True):
        line[: len(row)] = row
    return table


def _lengths(lengths: Sequence[int], width: int) -> Flags:
    return np.arange(width) < np.array(lengths)[:, None]


def cut_batches(lessons: Sequence[Lesson], pieces: int, rng: random.Random) -> list[list[int]]:
    """Return numbers of windows of like length, in random order.

    Args:
        lessons: The windows.
        pieces: Most pieces of a batch, padding counted; a longer window is a batch of its own.
        rng: Source of randomness.
    """
    lengths = [sum(map(len, lesson.window.pieces)) + 2 for lesson in lessons]
    jitter = [rng.random() * _STEP for _ in lessons]
    order = sorted(range(len(lessons)), key=lambda number: lengths[number] + jitter[number])
    batches: list[list[int]] = [[]]
    longest = 0
    for number in order:
        longest = max(longest, lengths[number])
        if batches[-1] and longest * (len(batches[-1]) + 1) > pieces:
            batches.append([])
            longest = lengths[number]
        batches[-1].append(number)
    rng.shuffle(batches)
    return batches
