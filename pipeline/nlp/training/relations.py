"""Learns what the evidence counts that two claims report one statement, from pairs of a gold of links."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.core.errors import GoldError
from pipeline.nlp.relations.weights import EVIDENCE, FILE

Floats = npt.NDArray[np.float64]
SHRINKAGE = 3.0
"""How strongly weights are held near 0; chosen on events left out, where 1 and 10 do worse."""
STEPS = 100
"""Most steps of Newton's method."""


@dataclass(frozen=True, slots=True)
class Example:
    """A pair of claims.

    Attributes:
        group: Its event: events are left out whole when the weights are judged.
        evidence: Its numbers, in the order of `EVIDENCE`.
        same: Both report one statement.
    """

    group: str
    evidence: tuple[float, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What weights find in events that they did not see.

    Attributes:
        pairs: Pairs judged.
        same: Pairs that report one statement.
        found: Those of them that are found.
        false: Others that are found.
        error: Mean difference of chance and share over tenths of the chance, weighted by pairs.
    """

    pairs: int
    same: int
    found: int
    false: int
    error: float


def train(examples: Sequence[Example], out: Path, least: float) -> LeftOut:
    """Write the weights into a folder, and judge them on each event by those of the others.

    Args:
        examples: Pairs of at least two events.
        out: Folder.
        least: Lowest chance that counts.

    Raises:
        GoldError: There are fewer than two events with pairs that report one statement.
    """
    if len({example.group for example in examples if example.same}) < 2:
        raise GoldError("fewer than two events with claims of one statement", "Give a larger gold.")
    numbers = np.array([example.evidence for example in examples])
    same = np.array([example.same for example in examples])
    groups = np.array([example.group for example in examples])
    chances = np.zeros(len(same))
    for group in sorted(set(groups)):
        own = groups == group
        chances[own] = _chances(numbers[own], fit(numbers[~own], same[~own]))
    weights = fit(numbers, same)
    row = {"least": least, "weights": dict(zip(EVIDENCE, np.round(weights, 3).tolist(), strict=True))}
    (out / FILE).write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    kept = chances >= least
    return LeftOut(
        len(same), int(same.sum()), int((same & kept).sum()), int((~same & kept).sum()), _error(chances, same)
    )


def fit(numbers: Floats, same: npt.NDArray[np.bool_]) -> Floats:
    """Weights of a logistic regression, held near 0, the bias freely.

    Args:
        numbers: Evidence, of shape (pairs, numbers); the first number is 1.
        same: Which pairs report one statement, of shape (pairs,).
    """
    held = np.full(numbers.shape[1], SHRINKAGE)
    held[0] = 1e-3
    weights = np.zeros(numbers.shape[1])
    for _ in range(STEPS):
        chances = _chances(numbers, weights)
        slope = numbers.T @ (same - chances) - held * weights
        curve = (numbers * (chances * (1 - chances))[:, None]).T @ numbers + np.diag(held)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _chances(numbers: Floats, weights: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(numbers @ weights, -30, 30)))
    return found


def _error(chances: Floats, same: npt.NDArray[np.bool_]) -> float:
    tenths = np.minimum((chances * 10).astype(int), 9)
    total = 0.0
    for tenth in range(10):
        own = tenths == tenth
        if own.any():
            total += abs(float(chances[own].mean()) - float(same[own].mean())) * int(own.sum())
    return total / len(same)
