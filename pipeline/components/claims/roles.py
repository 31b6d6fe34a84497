"""Role labels of a cue's tokens, and the way from label scores to spans."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.components.claims.network import Floats
from pipeline.components.claims.table import Ints
from pipeline.components.claims.tree import Spread

LABELS = ("O", "B-S", "I-S", "B-Q", "I-Q")
_NEVER = -1e4


def transitions() -> npt.NDArray[np.float64]:
    """Log scores of label bigrams: an inside label needs its beginning or inside before it; no source begins where one ends."""
    table = np.zeros((len(LABELS), len(LABELS)))
    for after in (2, 4):
        for before in range(len(LABELS)):
            if before not in {after - 1, after}:
                table[before, after] = _NEVER
    table[1:3, 1] = _NEVER
    return table


_BIGRAMS = transitions()
_FIRST = np.where(np.isin(np.arange(len(LABELS)), (2, 4)), _NEVER, 0.0)


def decode(scores: Floats, starts: npt.NDArray[np.bool_]) -> Ints:
    """Best label sequence of every cue, all cues at once.

    Args:
        scores: Log probabilities, one row a pair, sequences one after the other.
        starts: Marks the first row of each sequence.
    """
    edges = np.flatnonzero(starts)
    lengths = np.diff(np.append(edges, len(scores)))
    steps = int(lengths.max(initial=0))
    # One table a step; behind its end a sequence stays at its last row, so that no step has to look at the lengths.
    here = scores[edges + np.minimum(np.arange(steps)[:, None], lengths - 1)].astype(np.float64)
    total = np.empty_like(here)
    total[:1] = here[:1] + _FIRST
    ways = np.empty((len(LABELS), len(edges), len(LABELS)))
    for step in range(1, steps):
        np.add(total[step - 1].T[:, :, None], _BIGRAMS[:, None], out=ways)
        ways.max(axis=0, out=total[step])
        total[step] += here[step]
    number = np.cumsum(starts) - 1
    return _trace(total[np.arange(len(scores)) - edges[number], number], edges.tolist())


def _trace(total: npt.NDArray[np.float64], edges: list[int]) -> Ints:
    """The best labels, from the last row of each sequence back to its first."""
    before = (total[:-1, :, None] + _BIGRAMS).argmax(axis=1).ravel().tolist()
    best = total.argmax(axis=1).tolist()
    for start, end in pairwise([*edges, len(best)]):
        for row in range(end - 1, start, -1):
            best[row - 1] = before[len(LABELS) * (row - 1) + best[row]]
    return np.array(best, dtype=np.int64)


def spans_of(labels: Ints, first: int) -> tuple[list[Spread], list[Spread]]:
    """Source and content spans of one sequence that starts at token `first`."""
    found: dict[int, list[Spread]] = {1: [], 3: []}
    marked = np.flatnonzero(labels)
    for index, label in zip((marked + first).tolist(), labels[marked].tolist(), strict=True):
        begin = label if label in found else label - 1
        spans = found[begin]
        if label == begin or not spans or spans[-1][1] != index:
            spans.append((index, index + 1))
        else:
            spans[-1] = spans[-1][0], index + 1
    return found[1], found[3]
