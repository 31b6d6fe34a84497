"""How alike two contents are in meaning: each word finds the nearest one of the other content in the word vectors of the base model.

All is exact: vectors are rounded to small whole numbers, whose products and sums a float holds without loss. So a score does not depend on
the machine or on the order of additions.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pipeline.nlp.inference.vectors import SortedVectors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
LEVELS = 127
"""Largest whole number that a value of a vector is rounded to."""
ALIKE = 0.9
"""Most that two different words are alike: names and numbers share vectors."""
RAREST = 10.0
"""Weight of a word without vector: it is rarer than all that have one."""
KNOWN = 50_000
"""Words whose rows are kept in memory."""


class Meaning:
    """The vectors of words, and how much each word says.

    The rows of the vectors are ordered by how common their words are.

    Args:
        model: A built pipeline. Where it has no such vectors, only equal words are alike.
    """

    def __init__(self, model: Path | None = None) -> None:
        self._folder: Path | None = None
        self._vectors: SortedVectors | None = None
        if model is not None:
            # Here, as it loads spaCy: a run over unchanged files imports this module and does without.
            from pipeline.nlp.inference.vectors import FILES, SortedVectors

            if (model / "vocab" / FILES[0]).is_file():
                self._folder = model / "vocab"
                vectors = SortedVectors().from_disk(self._folder)
                # A base model without vectors has an empty table.
                self._vectors = vectors if len(vectors.data) else None
        self._table: Floats | None = None
        self._known: dict[str, tuple[int, float]] = {}

    def __eq__(self, other: object) -> bool:
        """Whether both read the same vectors."""
        return isinstance(other, Meaning) and self._folder == other._folder

    def __hash__(self) -> int:
        return hash(self._folder)

    def weigh(self, words: Iterable[str]) -> list[tuple[int, float]]:
        """Row of each word in the table, or -1, and its weight, which grows with its rarity."""
        return [self._known.get(word) or self._look_up(word) for word in words]

    def _look_up(self, word: str) -> tuple[int, float]:
        row = -1 if self._vectors is None else int(self._vectors.find([word])[0])
        found = row, round(float(np.log(2 + row)), 3) if row >= 0 else RAREST
        if len(self._known) < KNOWN:
            self._known[word] = found
        return found

    def alike(self, one: Ints, other: Ints) -> Floats:
        """How alike words are, by their rows, of shape (words of the one, words of the other), at most `ALIKE`."""
        if self._vectors is None:
            return np.zeros((len(one), len(other)), np.float32)
        if self._table is None:
            self._table = _rounded(self._vectors.data)
        found: Floats = self._table[one] @ self._table[other].T / np.float32(LEVELS * LEVELS)
        found[one < 0] = 0
        found[:, other < 0] = 0
        np.minimum(found, ALIKE, out=found)
        return np.maximum(found, 0, out=found)


def _rounded(vectors: Floats) -> Floats:
    """Vectors of one length, as whole numbers."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rounded: Floats = np.rint(LEVELS * vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return rounded
