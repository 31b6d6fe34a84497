"""Role labels of a cue's tokens, and the way from label scores to spans."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.components.claims.network import Floats
from pipeline.components.claims.table import Flags, Ints
from pipeline.components.claims.tree import Spread

LABELS = ("O", "B-S", "I-S", "B-Q", "I-Q")
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
_BEFORE = tuple(tuple(before for before in range(len(LABELS)) if _BIGRAMS[before, after] == 0) for after in range(len(LABELS)))
"""The labels that may stand before each label. A sequence begins as if behind `O`."""
_SWAPPED = np.array([0, 2, 1, 4, 3])
"""Inside for beginning and the other way round: what may follow the one may follow the other."""
_ROUNDING = 1e-5


def decode(scores: Floats, starts: Flags) -> Ints:
    """Best label sequence of every cue.

    The rows' best labels are the best sequence, but where one may not follow another. Swapping beginning and inside there gives an
    allowed sequence; a better one can leave no row's best label where that alone costs more than all the swaps. So only the
    rows are searched where it does not.

    Args:
        scores: Log probabilities, one row a pair, sequences one after the other.
        starts: Marks the first row of each sequence.
    """
    labels: Ints = scores.argmax(axis=1)
    before = np.where(starts, 0, np.roll(labels, 1))
    wrong = np.flatnonzero(_BIGRAMS[before, labels] < 0)
    if len(wrong):
        number = np.cumsum(starts) - 1
        swaps = scores[wrong, labels[wrong]] - scores[wrong, _SWAPPED[labels[wrong]]]
        cost = np.bincount(number[wrong], weights=swaps + _ROUNDING, minlength=int(number[-1]) + 1)
        best = np.sort(scores, axis=1)
        _search_open(scores, starts, labels, best[:, -1] - best[:, -2] <= cost[number])
    return labels


def _search_open(scores: Floats, starts: Flags, labels: Ints, is_open: Flags) -> None:
    """Set the labels of open rows, each stretch of them within a sequence by itself."""
    rows = np.flatnonzero(is_open)
    breaks = np.flatnonzero((np.diff(rows) > 1) | starts[rows[1:]]) + 1
    for stretch in np.split(rows, breaks):
        first, end = int(stretch[0]), int(stretch[-1]) + 1
        before = 0 if starts[first] else int(labels[first - 1])
        after = None if end == len(labels) or starts[end] else int(labels[end])
        labels[first:end] = _search(scores[first:end].tolist(), before, after)


def _search(scores: list[list[float]], before: int, after: int | None) -> list[int]:
    """Best labels of rows between two settled labels; `after` is None at the end of a sequence."""
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
    """Source and content spans of one sequence that starts at token `first`."""
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
