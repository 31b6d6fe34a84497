"""Fits a softmax regression over named features."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Row = tuple[Sequence[str], int]
"""Features and class."""
RATE = 0.1


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the weights are fitted.

    Attributes:
        epochs: Passes over the rows; the result is the mean of the weights after the passes of the second half.
        seed: Seed of order and dropout.
        dropout: Share of the features that each step leaves out, so that no single context is learnt by heart.
        balanced: Whether classes count alike, however many rows each has.
        min_count: Least number of rows with a feature; rarer features are ignored.
        decay: Pull of active weights to zero.
        fits: Fits whose weights are averaged, each with the next seed: what the order of the rows gave cancels out.
    """

    epochs: int
    seed: int
    dropout: float
    balanced: bool
    min_count: int = 6
    decay: float = 1e-4
    fits: int = 1


def fit(rows: Sequence[Row], classes: int, schedule: Schedule) -> dict[str, list[float]]:
    """Fit by Adagrad (Duchi, Hazan and Singer 2011), one row per step.

    Args:
        rows: Features and class of each case.
        classes: How many classes there are.
        schedule: How to fit.

    Returns:
        For each feature and `bias`, one weight per class.
    """
    counts = Counter(feature for features, _ in rows for feature in features)
    frequent = sorted(name for name, n in counts.items() if n >= schedule.min_count)
    index = {name: i for i, name in enumerate(frequent)}
    rows_in = [
        (np.array([index[f] for f in features if f in index], dtype=int), own) for features, own in rows
    ]
    per_class = Counter(own for _, own in rows)
    weight = dict.fromkeys(per_class, 1.0)
    if schedule.balanced:
        weight = {own: len(rows) / (len(per_class) * n) for own, n in per_class.items()}
    shape = len(index) + 1, classes
    seeds = range(schedule.seed, schedule.seed + schedule.fits)
    mean = np.mean([_fit_once(rows_in, shape, weight, schedule, seed) for seed in seeds], axis=0)
    named = {name: mean[i].round(3).tolist() for name, i in index.items()}
    return {"bias": mean[-1].round(3).tolist(), **named}


def _fit_once(
    rows: Sequence[tuple[NDArray[np.int_], int]],
    shape: tuple[int, int],
    weight: Mapping[int, float],
    schedule: Schedule,
    seed: int,
) -> NDArray[np.float64]:
    """Return the weights of one fit, shape (features + 1, classes), the bias last.

    Args:
        rows: Numbers of the features, and class, of each case.
        shape: Of the weights.
        weight: What a case of each class counts.
        schedule: How to fit.
        seed: Seed of order and dropout.
    """
    weights = np.zeros(shape)
    squares = np.full_like(weights, 1e-2)
    chooser = np.random.default_rng(seed)
    order = list(range(len(rows)))
    shuffler = random.Random(seed)
    mean = np.zeros_like(weights)
    for epoch in range(schedule.epochs):
        shuffler.shuffle(order)
        for i in order:
            active, own = rows[i]
            active = active[chooser.random(len(active)) > schedule.dropout]
            active = np.append(active, shape[0] - 1)  # the bias, which dropout must not take
            scores = weights[active].sum(0)
            error = np.exp(scores - scores.max())
            error /= error.sum()
            error[own] -= 1.0
            gradient = weight[own] * error + schedule.decay * weights[active]
            squares[active] += gradient**2
            weights[active] -= RATE * gradient / np.sqrt(squares[active])
        if epoch >= schedule.epochs // 2:
            mean += weights / (schedule.epochs - schedule.epochs // 2)
    return mean
