"""Counts by document and measure, and the scores and intervals computed from them. Pure."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

ROUNDS = 1_000
ALL = "all"
Key = tuple[str, str]
"""A measure and a label, or `ALL` for all labels together."""
Interval = tuple[float, float]


class Counts:
    """The counts of one document: numbers of predictions, gold items, and those that are right."""

    def __init__(self) -> None:
        self._right: Counter[Key] = Counter()
        self._predicted: Counter[Key] = Counter()
        self._gold: Counter[Key] = Counter()

    def add_pair(self, measure: str, label: str, predicted: str, *, right: bool) -> None:
        """Count an item of the gold and its prediction; a wrong one is an error of the label predicted."""
        for own in (label, ALL):
            self._gold[measure, own] += 1
            self._right[measure, own] += right
        for own in (label if right else predicted, ALL):
            self._predicted[measure, own] += 1

    def add_missed(self, measures: Iterable[str], label: str) -> None:
        """Count an item of the gold without a prediction."""
        for measure in measures:
            self._gold.update(((measure, label), (measure, ALL)))

    def add_spurious(self, measures: Iterable[str], label: str) -> None:
        """Count a prediction without an item of the gold."""
        for measure in measures:
            self._predicted.update(((measure, label), (measure, ALL)))

    def keys(self) -> set[Key]:
        """Return the measures and labels that occur."""
        return {*self._predicted, *self._gold}

    def numbers(self, key: Key) -> tuple[int, int, int]:
        """Return the numbers of right, predicted and gold items."""
        return self._right[key], self._predicted[key], self._gold[key]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, 0 if there is nothing to count, and the numbers after them.

    The 95 % intervals are None for a single document, and if no sample has anything to count.
    """

    p: float
    r: float
    f1: float
    right: int
    predicted: int
    gold: int
    p_95: Interval | None = None
    r_95: Interval | None = None
    f1_95: Interval | None = None


Scores = dict[Key, Score]


def score(documents: Sequence[Counts], rounds: int = ROUNDS) -> Scores:
    """Compute the scores of all measures over documents.

    Intervals come from a bootstrap over documents, not over items: items of one document are not independent.

    Args:
        rounds: Samples of the bootstrap.
    """
    import numpy as np

    keys = sorted(set().union(*(one.keys() for one in documents)))
    if not keys:
        return {}
    table = np.array([[one.numbers(key) for key in keys] for one in documents])
    totals, count = table.sum(axis=0), len(documents)
    rates = np.nan_to_num(_rates(totals))
    if count > 1:
        draws = np.random.default_rng(0).multinomial(count, [1 / count] * count, size=rounds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # in no sample there is anything to count
            bounds = np.nanpercentile(_rates(np.tensordot(draws, table, 1)), (2.5, 97.5), axis=1)
    else:
        bounds = np.full((2, *rates.shape), np.nan)
    scores = {}
    for i, key in enumerate(keys):
        intervals = [_interval(*pair) for pair in bounds[:, :, i].T.tolist()]
        scores[key] = Score(*rates[:, i].tolist(), *totals[i].tolist(), *intervals)
    return scores


def _rates(numbers: Floats) -> Floats:
    """Compute precision, recall and F1, NaN where there is nothing to count.

    Args:
        numbers: Right, predicted and gold in the last axis, of shape (..., measures, 3).

    Returns:
        An array of shape (3, ..., measures).
    """
    import numpy as np

    right, predicted, gold = np.moveaxis(numbers, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack((right / predicted, right / gold, 2 * right / (predicted + gold)))


def _interval(low: float, high: float) -> Interval | None:
    if low != low:  # NaN
        return None
    return (low, high)


def labels_of(scores: Iterable[Key], measure: str) -> list[str]:
    """Return the labels for which a measure has scores, without `ALL`."""
    return sorted(label for own, label in scores if own == measure and label != ALL)
