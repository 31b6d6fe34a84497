"""Role labels of a cue's tokens, and the way from label scores to spans."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.components.claims.network import Floats
from pipeline.components.claims.tree import Spread

LABELS = ("O", "B-S", "I-S", "B-Q", "I-Q")
_NEVER = -1e4


def transitions() -> Floats:
    """Log scores of label bigrams: an inside label needs its beginning or inside before it; no source begins where one ends."""
    table = np.zeros((len(LABELS), len(LABELS)), dtype=np.float32)
    for after in (2, 4):
        for before in range(len(LABELS)):
            if before not in {after - 1, after}:
                table[before, after] = _NEVER
    table[1:3, 1] = _NEVER
    return table


_BIGRAMS = transitions()


def decode(scores: Floats, starts: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Best label sequence of every cue, all cues at once.

    Args:
        scores: Log probabilities, one row a pair, sequences one after the other.
        starts: Marks the first row of each sequence.
    """
    edges = np.flatnonzero(starts)
    lengths = np.diff(np.append(edges, len(scores)))
    steps = int(lengths.max()) if len(lengths) else 0
    best = np.zeros((steps, len(edges), len(LABELS)), dtype=np.int64)
    current = scores[edges] + np.where(np.isin(np.arange(len(LABELS)), (2, 4)), _NEVER, 0)
    total = current
    for step in range(1, steps):
        ways = total[:, :, None] + _BIGRAMS[None]
        best[step] = ways.argmax(axis=1)
        running = lengths > step
        moved = ways.max(axis=1)
        moved[running] += scores[edges[running] + step]
        total = np.where(running[:, None], moved, total)
    return _trace(best, total.argmax(axis=1), edges, lengths)


def _trace(
    best: npt.NDArray[np.int64], last: npt.NDArray[np.int64], edges: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    labels = np.zeros(int(lengths.sum()), dtype=np.int64)
    current = last
    rows = np.arange(len(edges))
    for step in range(len(best) - 1, -1, -1):
        running = lengths > step
        labels[edges[running] + step] = current[running]
        if step:
            current = np.where(running, best[step][rows, current], current)
    return labels


def spans_of(labels: npt.NDArray[np.int64], first: int) -> tuple[list[Spread], list[Spread]]:
    """Source and content spans of one sequence that starts at token `first`."""
    found: dict[int, list[Spread]] = {1: [], 3: []}
    for offset, label in enumerate(labels.tolist()):
        if label == 0:
            continue
        begin = label if label in found else label - 1
        spans = found[begin]
        if label == begin or not spans or spans[-1][1] != first + offset:
            spans.append((first + offset, first + offset + 1))
        else:
            spans[-1] = spans[-1][0], first + offset + 1
    return found[1], found[3]
