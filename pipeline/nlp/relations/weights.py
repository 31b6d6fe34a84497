"""What the evidence for a relation counts: weights that `pipeline train relations` learns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from operator import mul
from pathlib import Path

from pipeline.core.errors import ModelError
from pipeline.rules.reading import RULES_DIR

FILE = "relations.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A chance from numbers.

    Attributes:
        weights: One for each number.
        least: Lowest chance that counts.
    """

    weights: tuple[float, ...]
    least: float

    def chance(self, numbers: Sequence[float]) -> float:
        """How likely it is; less than 0 by as much if that is below the least."""
        if not self.weights:
            return 0.0
        if len(numbers) != len(self.weights):
            raise ValueError(f"{len(numbers)} numbers for {len(self.weights)} weights")
        total = sum(map(mul, self.weights, numbers))
        found = 1 / (1 + exp(-max(min(total, 30.0), -30.0)))
        return found if found >= self.least else -found


NEVER = Logistic((), 1.0)
"""Without weights nothing is found by evidence."""


def find_weights(model: Path) -> Path:
    """The file of the weights that a built pipeline carries; that of this package where it has none."""
    own = model / "policy_claims" / "weights" / FILE
    return own if own.is_file() else RULES_DIR.parent / "claims" / FILE


@lru_cache(4)
def read_weights(path: Path) -> Logistic:
    """The weights of a file; none where it is not there.

    Raises:
        ModelError: The weights are of other evidence than this version weighs.
    """
    if not path.is_file():
        return NEVER
    row = json.loads(path.read_text(encoding="utf-8"))
    if tuple(row["weights"]) != EVIDENCE:
        raise ModelError(
            f"{path}: the weights are of other evidence than this version weighs",
            "Run `pipeline train relations` and `pipeline build`.",
        )
    return Logistic(tuple(row["weights"].values()), row["least"])


EVIDENCE = (
    "bias", "alike", "share", "quotations", "together", "own headline", "type", "calls", "denied", "polarity", "numbers", "numbers differ",
    "names differ", "length", "lengths differ", "day", "cue", "same cue", "least", "most", "telling", "row", "catchword", "quoted once",
    "apart", "next", "openings",
)  # fmt: skip
"""What the numbers stand for by which two claims are judged, in the order of `evidence.weigh_pair`."""
