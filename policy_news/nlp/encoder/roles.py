"""Role labels of a cue's tokens, and the way from label scores to spans."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from policy_news.nlp.claims.tree import Spread

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LABELS = ("O", "B-S", "I-S", "B-Q", "I-Q")
NAMES = ("COMPANY", "ORG", "PERSON", "GPE", "MINISTER", "OFFICE", "COMMITTEE", "DEPARTMENT")
"""Labels of names. The first token of a name with label number n has class 2n + 1, the others 2n + 2, what is in no name 0."""
NAME_CLASSES = 2 * len(NAMES) + 1
_NEVER = -1e4


def transitions() -> npt.NDArray[np.float64]:
    """Log scores of label bigrams: an inside label needs its beginning or inside before it; no source begins where one ends."""
    table = np.zeros((len(LABELS), len(LABELS)))
    for after in (2, 4):
        for before in range(len(LABELS)):
            if before not in {after - 1, after}:
                table[before, after] = _NEVER
    table[1:3, 1] = _NEVER
    return table


_BIGRAMS = transitions()
_BEFORE = tuple(
    tuple(before for before in range(len(LABELS)) if _BIGRAMS[before, after] == 0)
    for after in range(len(LABELS))
)
"""The labels that may stand before each label. A sequence begins as if after `O`."""
_SWAPPED = np.array([0, 2, 1, 4, 3])
"""Inside for beginning and the other way round: what may follow the one may follow the other."""
_ROUNDING = 1e-5


def decode(scores: Floats, starts: Flags) -> Ints:
    """Return the best label sequence of every cue.

    The rows' best labels are the best sequence, but where one may not follow another. Swapping beginning and inside there gives an
    allowed sequence; a better one can leave no row's best label where that alone costs more than all the swaps. Such rows are
    settled, and what lies between two of them is searched by itself, if a label there does not fit.

    Args:
        scores: Log probabilities, one row a pair, sequences one after the other.
        starts: Marks the first row of each sequence.
    """
    labels: Ints = scores.argmax(axis=1)
    wrong = _BIGRAMS[np.where(starts, 0, np.roll(labels, 1)), labels] < 0
    if wrong.any():
        number = np.cumsum(starts) - 1
        rows = np.flatnonzero(wrong)
        swaps = scores[rows, labels[rows]] - scores[rows, _SWAPPED[labels[rows]]]
        cost = np.bincount(number[rows], weights=swaps + _ROUNDING, minlength=int(number[-1]) + 1)[number]
        unsure = np.flatnonzero(cost)
        best = np.sort(scores[unsure], axis=1)
        _search_open(scores, starts, labels, wrong, unsure[best[:, -1] - best[:, -2] <= cost[unsure]])
    return labels


def _search_open(scores: Floats, starts: Flags, labels: Ints, wrong: Flags, rows: Ints) -> None:
    """Set the labels of the rows that are not settled, each stretch of them within a sequence by itself."""
    breaks = np.flatnonzero((np.diff(rows) > 1) | starts[rows[1:]]) + 1
    firsts, lasts = rows[np.append(0, breaks)], rows[np.append(breaks - 1, len(rows) - 1)]
    passed = np.append(0, np.cumsum(wrong))
    unfit = passed[lasts + 1] > passed[firsts]
    for first, last in zip(firsts[unfit].tolist(), lasts[unfit].tolist(), strict=True):
        before = 0 if starts[first] else int(labels[first - 1])
        after = None if last + 1 == len(labels) or starts[last + 1] else int(labels[last + 1])
        labels[first : last + 1] = _search(scores[first : last + 1].tolist(), before, after)


def _search(scores: list[list[float]], before: int, after: int | None) -> list[int]:
    """Return the best labels of rows between two settled labels; `after` is None at the end of a sequence."""
    total = [0.0 if label == before else _NEVER for label in range(len(LABELS))]
    ways: list[list[int]] = []
    for row in scores:
        way = [max(allowed, key=total.__getitem__) for allowed in _BEFORE]
        total = [total[label] + own for label, own in zip(way, row, strict=True)]
        ways.append(way)
    last = range(len(LABELS)) if after is None else _BEFORE[after]
    best = [max(last, key=total.__getitem__)]
    for way in reversed(ways[1:]):
        best.append(way[best[-1]])
    return best[::-1]


def spans_of(labels: Ints, first: int) -> tuple[list[Spread], list[Spread]]:
    """Return the source and content spans of one sequence that starts at token `first`."""
    found: dict[int, list[Spread]] = {1: [], 3: []}
    marked = np.flatnonzero(labels)
    for index, label in zip((marked + first).tolist(), labels[marked].tolist(), strict=True):
        begin = label if label in found else label - 1
        spans = found[begin]
        if label == begin or not spans or spans[-1][1] != index:
            spans.append((index, index + 1))
        else:
            spans[-1] = spans[-1][0], index + 1
    return found[1], found[3]
