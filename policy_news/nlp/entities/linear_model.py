"""A linear model over named features, with its weights in a JSON file: softmax regressions, and with one class logistic ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_news.core.data_files import page
from policy_news.core.errors import ModelError

BIAS = "bias"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """The weights: a row of `weights` for each feature, a column for each class; behind them the bias, and zeros."""

    rows: Mapping[str, int]
    weights: NDArray[np.float32]

    def score(self, features: Iterable[str]) -> list[float]:
        """Return the sum of the weights of each class; a feature without weights counts for nothing."""
        return self.score_all([features])[0]

    def score_all(self, described: Iterable[Iterable[str]]) -> list[list[float]]:
        """Return what `score` returns for each of several lists of features."""
        spare = len(self.weights) - 1
        found = [[*map(self.rows.get, features, repeat(spare)), len(self.rows)] for features in described]
        longest = max(map(len, found), default=0)
        rows = np.array([row + [spare] * (longest - len(row)) for row in found], dtype=np.int64)
        totals: list[list[float]] = self.weights[rows].sum(1).tolist() if found else []
        return totals


def make_model(weights: Mapping[str, Sequence[float]], classes: int) -> LinearModel:
    """Return the model of the weights of each feature and of `bias`."""
    named = {name: row for name, row in weights.items() if name != BIAS}
    table = np.array([*named.values(), weights[BIAS], [0.0] * classes], dtype=np.float32)
    return LinearModel({name: row for row, name in enumerate(named)}, table)


def read_model(path: Path, classes: int) -> LinearModel:
    """Read the weights.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        return make_model(json.loads(path.read_text(encoding="utf-8"))["weights"], classes)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelError(
            f"{path}: not weights of {classes} classes: {error}",
            f"Train them again: see {page('models/entities/README.md')}.",
        ) from error


def write_model(model: LinearModel, path: Path, digits: int = 2) -> None:
    """Write the weights, rounded to what they are worth."""
    names = [*model.rows, BIAS]
    rows = ",\n".join(
        f"{json.dumps(name)}: [{', '.join(f'{weight:.{digits}f}' for weight in row)}]"
        for name, row in sorted(zip(names, model.weights[:-1].tolist(), strict=True))
    )
    path.write_text(f'{{"weights": {{\n{rows}\n}}}}\n', encoding="utf-8")
