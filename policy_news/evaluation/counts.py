"""Counts by document and measure, and the scores and intervals computed from them. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

T = TypeVar("T")
ROUNDS = 1_000
ALL = "all"
Key = tuple[str, str]
"""A measure and a label, or `ALL` for all labels together."""


class Counts:
    """The counts of one document: number of predictions and gold items, and how many of each are right."""

    def __init__(self) -> None:
        self.right: Counter[Key] = Counter()
        self.predicted: Counter[Key] = Counter()
        self.found: Counter[Key] = Counter()
        self.gold: Counter[Key] = Counter()

    def add_gold(self, measure: str, label: str, found: bool) -> None:
        """Count an item of the gold standard."""
        for key in ((measure, label), (measure, ALL)):
            self.gold[key] += 1
            self.found[key] += found

    def add_predicted(self, measure: str, label: str, right: bool) -> None:
        """Count a prediction.

        Args:
            label: Label of the prediction; of a match, that of the gold item.
            right: Whether it matches an item of the gold standard.
        """
        for key in ((measure, label), (measure, ALL)):
            self.predicted[key] += 1
            self.right[key] += right

    def keys(self) -> set[Key]:
        """Return the measures and labels that occur."""
        return {*self.predicted, *self.gold}

    def numbers(self, key: Key) -> tuple[int, int, int, int]:
        """Return the numbers of right, predicted, found and gold items."""
        return self.right[key], self.predicted[key], self.found[key], self.gold[key]


def split_matches(
    gold: Sequence[T], predicted: Sequence[T], matched: Mapping[int, int]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Return the matched pairs, the items of the gold without a prediction, and the predictions without an item of the gold.

    Args:
        matched: Position of an item of the gold to that of its prediction.
    """
    used = set(matched.values())
    return (
        [(gold[i], predicted[j]) for i, j in matched.items()],
        [one for i, one in enumerate(gold) if i not in matched],
        [one for j, one in enumerate(predicted) if j not in used],
    )


def count_matches(
    counts: Counts,
    pairs: Sequence[tuple[T, T]],
    missed: Sequence[T],
    extra: Sequence[T],
    measures: Mapping[str, Callable[[T, T], bool]],
    label: Callable[[T], str],
) -> None:
    """Count the matches of a document in each measure.

    Args:
        counts: Counts of the document, which are added to.
        measures: For each measure, whether a prediction is right in it.
    """
    for measure, is_right in measures.items():
        for one, other in pairs:
            right = is_right(one, other)
            counts.add_gold(measure, label(one), right)
            # An error of precision is one of the label that was predicted.
            counts.add_predicted(measure, label(one if right else other), right)
        for one in missed:
            counts.add_gold(measure, label(one), found=False)
        for one in extra:
            counts.add_predicted(measure, label(one), right=False)


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
    found: int
    gold: int
    p_95: tuple[float, float] | None = None
    r_95: tuple[float, float] | None = None
    f1_95: tuple[float, float] | None = None


Scores = dict[Key, Score]
Intervals = tuple[tuple[float, float] | None, tuple[float, float] | None, tuple[float, float] | None]


def score(documents: Sequence[Counts], rounds: int = ROUNDS, seed: int = 0) -> Scores:
    """Compute the scores of all measures over documents.

    Intervals come from a bootstrap over documents, not over items: items of one document are not independent. Documents are
    drawn with replacement, as many as there are (percentile interval, Efron 1979).

    Args:
        rounds: Samples of the bootstrap; 0 for no intervals.
    """
    import numpy as np

    keys = sorted(set().union(*(one.keys() for one in documents)))
    if not keys:
        return {}
    table = np.array([[one.numbers(key) for key in keys] for one in documents], dtype=np.float64)
    totals: list[list[int]] = table.sum(axis=0).astype(int).tolist()
    rates: list[list[float]] = np.nan_to_num(np.stack(_rates(table.sum(axis=0)), axis=-1)).tolist()
    intervals: list[Intervals] = [(None, None, None)] * len(keys)
    if len(documents) > 1 and rounds:
        intervals = _intervals(table, rounds, seed)
    return dict(zip(keys, map(_score, rates, totals, intervals), strict=True))


def _score(rates: Sequence[float], numbers: Sequence[int], intervals: Intervals) -> Score:
    p, r, f1 = rates
    right, predicted, found, gold = numbers
    return Score(p, r, f1, right, predicted, found, gold, *intervals)


def _rates(numbers: Floats) -> tuple[Floats, Floats, Floats]:
    """Compute precision, recall and F1.

    Args:
        numbers: Right, predicted, found and gold in the last axis, of shape (..., 4).

    Returns:
        Three arrays of shape (...); NaN where there is nothing to count.
    """
    import numpy as np

    right, predicted, found, gold = np.moveaxis(numbers, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, r = right / predicted, found / gold
        total = np.nan_to_num(p) + np.nan_to_num(r)
        # Nothing right is an F1 of 0, though precision or recall may be unknown; nothing at all is unknown.
        f1_of_nothing_right = np.where(predicted + gold > 0, 0.0, np.nan)
        return p, r, np.where(total > 0, 2 * p * r / total, f1_of_nothing_right)


def _intervals(table: Floats, rounds: int, seed: int) -> list[Intervals]:
    """Compute the 95 % intervals of precision, recall and F1, over the samples in which they are known.

    Args:
        table: Counts of shape (documents, measures, 4).
    """
    import numpy as np

    # Python's generator and not NumPy's: its draws stay the same from version to version.
    draw, size = random.Random(seed), len(table)  # noqa: S311 - a bootstrap, no secret
    weights = np.zeros((rounds, size))
    for sample in range(rounds):
        weights[sample] = np.bincount(draw.choices(range(size), k=size), minlength=size)
    # A sample is a weighted sum of the documents, so all of them are one matrix product.
    samples = (weights @ table.reshape(size, -1)).reshape(rounds, *table.shape[1:])
    p, r, f1 = _rates(samples)
    return [(_bounds(p[:, i]), _bounds(r[:, i]), _bounds(f1[:, i])) for i in range(table.shape[1])]


def _bounds(samples: Floats) -> tuple[float, float] | None:
    import numpy as np

    known = samples[~np.isnan(samples)]
    if not len(known):
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return (float(low), float(high))


def labels_of(scores: Iterable[Key], measure: str) -> list[str]:
    """Return the labels for which a measure has scores, without `ALL`."""
    return sorted(label for own, label in scores if own == measure and label != ALL)
