"""How likely the verdict on a paraphrase is right, as counted on drafts of known truth (`tools/training/verdict_scores.py`)."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

from policy_news.core.data_files import MODELS_DIR

FILE = "verdicts.json"
"""In `models/claims`: verdict to rows of a share of words and the probability from it on."""
ACCUSING = "accusing"
"""Stands for all verdicts that are not good."""


Table = Mapping[str, Sequence[tuple[float, float]]]


@cache
def _table() -> Table:
    found: Table = json.loads((MODELS_DIR / "claims" / FILE).read_text(encoding="utf-8"))
    return found


def likelihood(verdict: str, share: float, table: Table | None = None) -> float:
    """Return the probability that a verdict is right; 0 if it decides nothing.

    Args:
        share: Of the words of the draft that the claim has.
        table: The probabilities; the shipped ones if None.
    """
    if verdict == "not_found":
        return 0.0
    rows = (table or _table())["supported" if verdict == "supported" else ACCUSING]
    return rows[bisect_right(rows, share, key=lambda row: row[0]) - 1][1]
