"""The small networks of the learned layer: hashed features, summed embeddings, a few dense layers. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.components.claims.table import Codes

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """Weights of one network.

    Attributes:
        table: Embeddings, one row a hash bucket; their number is a power of two.
        bias: Added to the sum of a row's embeddings.
        layers: Dense layers as `(weights, bias)`; a layer whose input is three times as wide also sees both neighbours.
        out: The last layer: one score a label.
    """

    table: Floats
    bias: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    out: tuple[Floats, Floats]

    def scores(self, codes: Codes, starts: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Label scores of each row.

        Args:
            codes: Feature codes, one row an item.
            starts: Marks the first row of each sequence; needed where layers look at neighbours.
        """
        hidden = relu(embed(self.table, codes & np.uint32(len(self.table) - 1)) + self.bias)
        for weights, bias in self.layers:
            wide = hidden if weights.shape[0] == hidden.shape[1] else with_neighbours(hidden, starts)
            hidden = hidden + relu(wide @ weights + bias)
        weights, bias = self.out
        return hidden @ weights + bias

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.float16]]:
        """The weights by name, as half floats."""
        parts = {"table": self.table, "bias": self.bias, "out.w": self.out[0], "out.b": self.out[1]}
        for number, (weights, bias) in enumerate(self.layers):
            parts |= {f"{number}.w": weights, f"{number}.b": bias}
        return {f"{name}.{key}": part.astype(np.float16) for key, part in parts.items()}


def read_network(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Network:
    """The network that `Network.arrays` named."""

    def part(key: str) -> Floats:
        return np.ascontiguousarray(arrays[f"{name}.{key}"], dtype=np.float32)

    layers: list[tuple[Floats, Floats]] = []
    while f"{name}.{len(layers)}.w" in arrays:
        layers.append((part(f"{len(layers)}.w"), part(f"{len(layers)}.b")))
    return Network(part("table"), part("bias"), tuple(layers), (part("out.w"), part("out.b")))


def embed(table: Floats, rows: Codes) -> Floats:
    """Sum of the embeddings of each row's features."""
    total = table[rows[:, 0]]
    for column in range(1, rows.shape[1]):
        total += table[rows[:, column]]
    return total


def relu(values: Floats) -> Floats:
    """Negative values set to zero, in place."""
    return np.maximum(values, 0, out=values)


def with_neighbours(hidden: Floats, starts: npt.NDArray[np.bool_] | None) -> Floats:
    """Each row beside its predecessor and successor in the same sequence (zeros at the ends)."""
    before = np.zeros_like(hidden)
    after = np.zeros_like(hidden)
    before[1:] = hidden[:-1]
    after[:-1] = hidden[1:]
    if starts is not None:
        before[starts] = 0
        after[:-1][starts[1:]] = 0
    return np.concatenate([before, hidden, after], axis=1)


def softmax(scores: Floats) -> Floats:
    """Rows as probabilities."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)
