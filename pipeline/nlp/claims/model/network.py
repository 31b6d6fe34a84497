"""The small networks of the learned layer: hashed features, summed embeddings, a few dense layers. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.nlp.claims.model.table import Codes, Flags, Ints, Shared

Floats = npt.NDArray[np.float32]
Embeddings = npt.NDArray[np.float32] | npt.NDArray[np.int16] | npt.NDArray[np.int8]
LEVELS = 127
"""Steps of an embedding's number to each side of 0, as kept."""
MAX_FEATURES = np.iinfo(np.int16).max // LEVELS
"""So many embeddings can be summed as whole numbers."""
_ELSEWHERE = np.zeros((0, 0), dtype=np.int8)
BLOCK = 512
"""Rows that are worked on together, about: few enough to stay near the processor, and for their arrays to be had without the system."""


@dataclass(frozen=True, slots=True)
class Network:
    """Weights of one network.

    Attributes:
        table: Embeddings in steps, one row a hash bucket; their number is a power of two. Trained ones have steps of 1; kept ones
            are whole numbers, which are summed in half the time.
        steps: What a number of each column stands for.
        bias: Added to the sum of a row's embeddings.
        layers: Dense layers as `(weights, bias)`; a layer whose input is three times as wide also sees both neighbours.
        out: The last layer: one score a label.
    """

    table: Embeddings
    steps: Floats
    bias: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    out: tuple[Floats, Floats]

    def scores(self, sums: Floats, starts: Flags | None = None) -> Floats:
        """Label scores of each row.

        Args:
            sums: Summed embeddings, one row an item.
            starts: Marks the first row of each sequence; needed where layers look at neighbours.
        """
        cuts = pairwise([*_cuts(starts, len(sums)), len(sums)])
        hidden = np.concatenate(
            [self._hidden(sums[a:b], None if starts is None else starts[a:b]) for a, b in cuts]
        )
        weights, bias = self.out
        return np.asarray(hidden @ weights + bias, dtype=np.float32)

    def _hidden(self, sums: Floats, starts: Flags | None) -> Floats:
        hidden = sums + self.bias
        # NumPy compares two arrays three times as fast as an array and a number.
        zeros = np.zeros_like(hidden)
        np.maximum(hidden, zeros, out=hidden)
        for weights, bias in self.layers:
            values = (
                hidden if weights.shape[0] == hidden.shape[1] else with_neighbours(hidden, starts)
            ) @ weights
            values += bias
            hidden += np.maximum(values, zeros, out=values)
        return hidden

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """The weights of a trained or kept network by name: embeddings as whole numbers of steps, the rest as half floats."""
        parts = {"bias": self.bias, "out.w": self.out[0], "out.b": self.out[1]}
        for number, (weights, bias) in enumerate(self.layers):
            parts |= {f"{number}.w": weights, f"{number}.b": bias}
        steps, table = self.steps.astype(np.float16), self.table
        if table.dtype == np.float32:
            steps = np.maximum(np.abs(table).max(axis=0) / LEVELS, np.finfo(np.float16).tiny).astype(
                np.float16
            )
            table = np.rint(table / steps.astype(np.float32)).clip(-LEVELS, LEVELS)
        kept: dict[str, npt.NDArray[Any]] = {
            "table": table.astype(np.int8),
            "steps": steps,
            **{key: part.astype(np.float16) for key, part in parts.items()},
        }
        return {f"{name}.{key}": part for key, part in kept.items()}


def read_network(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Network:
    """The network that `Network.arrays` named; its embeddings may be elsewhere, see `Ensemble.of`."""

    def part(key: str) -> Floats:
        return np.ascontiguousarray(arrays[f"{name}.{key}"], dtype=np.float32)

    layers: list[tuple[Floats, Floats]] = []
    while f"{name}.{len(layers)}.w" in arrays:
        layers.append((part(f"{len(layers)}.w"), part(f"{len(layers)}.b")))
    return Network(
        arrays.get(f"{name}.table", _ELSEWHERE),
        part("steps"),
        part("bias"),
        tuple(layers),
        (part("out.w"), part("out.b")),
    )


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Networks with tables of one size whose probabilities are averaged.

    Attributes:
        networks: Their tables are parts of `table`.
        table: The embeddings of all of them side by side, so that a feature is looked up once; whole numbers have 16 bits here.
        steps: What a number of each column stands for.
    """

    networks: tuple[Network, ...]
    table: Embeddings
    steps: Floats

    @classmethod
    def of(cls, networks: Sequence[Network], table: Embeddings | None = None) -> Ensemble:
        """An ensemble of separate networks; `table` are their embeddings side by side, where they are at hand so."""
        if table is None:
            tables = [network.table for network in networks]
            whole = all(part.dtype == np.int8 for part in tables)
            table = (
                np.concatenate(tables, axis=1, dtype=np.int16)
                if whole
                else np.concatenate(tables, axis=1, dtype=np.float32)
            )
        edges = np.cumsum([0, *(len(network.steps) for network in networks)]).tolist()
        parts = zip(networks, pairwise(edges), strict=True)
        steps = np.concatenate([network.steps for network in networks])
        return cls(
            tuple(replace(network, table=table[:, start:end]) for network, (start, end) in parts),
            table,
            steps,
        )

    def chances(self, codes: Codes, *shared: Shared, starts: Flags | None = None) -> Floats:
        """Mean probabilities of the labels of each item.

        Args:
            codes: Feature codes, one row an item.
            shared: More features, which items share.
            starts: Marks the first item of each sequence; needed where layers look at neighbours.

        Raises:
            ValueError: An item has more than `MAX_FEATURES`.
        """
        if sum(part.shape[1] for part in (codes, *(part.codes for part in shared))) > MAX_FEATURES:
            raise ValueError(f"an item has more than {MAX_FEATURES} features")
        total = embed(self.table, codes)
        for part in shared:
            sums = embed(self.table, part.codes)
            for start in range(0, len(total), BLOCK):
                total[start : start + BLOCK] += sums[part.row[start : start + BLOCK]]
        own = np.split(total * self.steps, len(self.networks), axis=1)
        chances = sum(
            softmax(network.scores(part, starts)) for network, part in zip(self.networks, own, strict=True)
        )
        return np.asarray(chances / np.float32(len(self.networks)), dtype=np.float32)


def _cuts(starts: Flags | None, size: int) -> list[int]:
    """Where rows are cut into parts of whole sequences: none is shorter than `BLOCK`, as a product of few rows rounds in another way."""
    edges = range(0, size, BLOCK) if starts is None else np.flatnonzero(starts).tolist()
    cuts = [0]
    for edge in edges:
        if cuts[-1] + BLOCK <= edge <= size - BLOCK:
            cuts.append(edge)
    return cuts


def embed(table: Embeddings, codes: Codes) -> Embeddings:
    """Sum of the embeddings of each row's features, in their order, of the type of the table; a code's bucket are its last bits."""
    rows = (codes & np.uint32(len(table) - 1)).astype(np.intp)
    if len(rows) <= rows.shape[1]:
        return _by_row(table, rows)
    return np.concatenate(
        [_by_feature(table, rows[start : start + BLOCK].T) for start in range(0, len(rows), BLOCK)]
    )


def _by_row(table: Embeddings, rows: Ints) -> Embeddings:
    total = np.empty((len(rows), table.shape[1]), dtype=table.dtype)
    found = np.empty((rows.shape[1], table.shape[1]), dtype=table.dtype)
    for own, row in zip(total, rows, strict=True):
        table.take(row, axis=0, out=found, mode="clip")  # nothing is clipped: other modes go by way of a copy
        np.add.reduce(found, axis=0, out=own, dtype=table.dtype)
    return total


def _by_feature(table: Embeddings, columns: Ints) -> Embeddings:
    total: Embeddings = table.take(columns[0], axis=0)
    found = np.empty_like(total)
    for column in columns[1:]:
        table.take(column, axis=0, out=found, mode="clip")
        total += found
    return total


def with_neighbours(hidden: Floats, starts: Flags | None) -> Floats:
    """Each row beside its predecessor and successor in the same sequence (zeros at the ends)."""
    width = hidden.shape[1]
    wide = np.empty((len(hidden), 3 * width), dtype=np.float32)
    wide[:1, :width] = 0
    wide[-1:, 2 * width :] = 0
    wide[1:, :width] = hidden[:-1]
    wide[:, width : 2 * width] = hidden
    wide[:-1, 2 * width :] = hidden[1:]
    if starts is not None:
        wide[starts, :width] = 0
        wide[:-1][starts[1:], 2 * width :] = 0
    return wide


def softmax(scores: Floats) -> Floats:
    """Rows as probabilities."""
    # By columns, since rows of a few labels are short loops.
    columns = np.ascontiguousarray(scores.T)
    exponents = np.exp(columns - columns.max(axis=0))
    exponents /= exponents.sum(axis=0)
    return np.asarray(exponents.T, dtype=np.float32)
