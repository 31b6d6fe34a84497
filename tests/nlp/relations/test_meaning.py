"""A base model without vectors: only equal words are alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.nlp.inference.vectors import SortedVectors
from pipeline.nlp.relations.meaning import Meaning


def test_a_model_without_vectors_finds_only_equal_words_alike(tmp_path: Path) -> None:
    (tmp_path / "vocab").mkdir()
    SortedVectors().to_disk(tmp_path / "vocab")
    meaning = Meaning(tmp_path)
    rows = np.array([row for row, _ in meaning.weigh(["ban", "cameras"])])
    assert meaning.alike(rows, rows).tolist() == [[0.0, 0.0], [0.0, 0.0]]
