"""A linear model over named features, with its weights in a JSON file: softmax regressions, and with one class logistic ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_news.core.data_files import page
from policy_news.core.errors import ModelError

BIAS = "bias"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """The weights: a row of `weights` for each feature, a column for each class; the last row is the bias."""

    rows: Mapping[str, int]
    weights: NDArray[np.float32]

    def score(self, features: Iterable[str]) -> list[float]:
        """Return the sum of the weights of each class; a feature without weights counts for nothing."""
        rows = [row for row in map(self.rows.get, features) if row is not None]
        totals: list[float] = self.weights[[*rows, len(self.rows)]].sum(0).tolist()
        return totals


def make_model(weights: Mapping[str, Sequence[float]], classes: int) -> LinearModel:
    """Return the model of the weights of each feature and of `bias`."""
    named = {name: row for name, row in weights.items() if name != BIAS}
    table = np.array([*named.values(), weights[BIAS]], dtype=np.float32).reshape(-1, classes)
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
        for name, row in sorted(zip(names, model.weights.tolist(), strict=True))
    )
    path.write_text(f'{{"weights": {{\n{rows}\n}}}}\n', encoding="utf-8")
