"""Trains the networks of `pipeline.nlp.claims.model.network`: cross entropy, Adam, dropout. NumPy, with thinc's scatter-add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from thinc.api import NumpyOps

from pipeline.nlp.claims.model.network import Floats, Network, embed, softmax, with_neighbours
from pipeline.nlp.claims.model.table import Codes

_OPS = NumpyOps()
EMBEDDINGS = "table"
EMBEDDING_RATE = 2.0
"""How many times faster embeddings learn than the layers: each sees only the rows that have its feature."""
EMBEDDING_START = 0.01
"""Standard deviation of the initial embeddings. Small, because features that training does not have keep these values."""
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of a network and how it is trained.

    Attributes:
        rows: Hash buckets of the embedding table, a power of two.
        labels: Number of classes.
        width: Values of an embedding and of a hidden layer.
        layers: For each dense layer, whether it sees the rows before and after.
        rate: Learning rate at the start; it falls to a twentieth.
        drop: Share of hidden units that are dropped.
        drop_feature: Share of features that are dropped.
        decay: Pull of used embeddings to zero.
        batch: Rows per step; sequences are not cut, so it may be more.
    """

    labels: int
    rows: int = 1 << 16
    width: int = 48
    layers: tuple[bool, ...] = (False,)
    rate: float = 0.002
    drop: float = 0.2
    drop_feature: float = 0.1
    decay: float = 1e-6
    batch: int = 4096
    epochs: int = 6


@dataclass(slots=True)
class Data:
    """Training rows.

    Attributes:
        codes: Hashes of the features, of shape (rows, features).
        labels: Classes, of shape (rows,).
        starts: Whether a row begins a sequence, of shape (rows,).
        weights: How much each row counts, of shape (rows,); None for all alike.
    """

    codes: Codes
    labels: npt.NDArray[np.int64]
    starts: Flags
    weights: Floats | None = None


@dataclass(slots=True)
class _Adam:
    """Adam (Kingma and Ba 2015) with its usual constants."""

    rate: float
    first: dict[str, Floats] = field(default_factory=dict)
    second: dict[str, Floats] = field(default_factory=dict)
    steps: int = 0

    def apply(self, params: dict[str, Floats], grads: dict[str, Floats], rate: float, touched: Rows) -> None:
        """Update the parameters; of the embeddings only the `touched` rows, whose gradients are in `grads`.

        Embeddings do not have momentum: it would have to continue in rows that a batch does not touch.
        """
        self.steps += 1
        scale = np.float32(rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps))
        for key, grad in grads.items():
            square = self.second.setdefault(key, np.zeros_like(params[key]))
            if key == EMBEDDINGS:
                square[touched] = own = np.float32(0.999) * square[touched] + np.float32(0.001) * grad * grad
                params[key][touched] -= (
                    np.float32(EMBEDDING_RATE) * scale * grad / (np.sqrt(own) + np.float32(1e-8))
                )
                continue
            mean = self.first.setdefault(key, np.zeros_like(grad))
            mean *= np.float32(0.9)
            mean += np.float32(0.1) * grad
            square *= np.float32(0.999)
            square += np.float32(0.001) * grad * grad
            params[key] -= scale * mean / (np.sqrt(square) + np.float32(1e-8))


def train_network(
    data: Data, shape: Shape, seed: int, report: Callable[[int, Network], None] | None = None
) -> Network:
    """Fit a network.

    Args:
        data: Training rows.
        shape: Size of the network and how to train it.
        seed: Seed of all random choices; the same seed gives the same bytes.
        report: Called after each epoch with its number and the averaged network.

    Returns:
        The network with weights averaged over the steps.
    """
    rng = np.random.default_rng(seed)
    params = _initial(shape, rng)
    average = {key: value.copy() for key, value in params.items()}
    adam = _Adam(shape.rate)
    batches = _batches(data.starts, shape.batch)
    total = shape.epochs * len(batches)
    for epoch in range(shape.epochs):
        for number in rng.permutation(len(batches)):
            grads, touched = _gradients(params, data, batches[number], shape, rng)
            progress = adam.steps / total
            adam.apply(params, grads, shape.rate * (1 - 0.95 * progress), touched)
            _move_average(average, params, adam.steps)
        if report is not None:
            report(epoch, _network(average, shape))
    return _network(average, shape)


def _move_average(average: dict[str, Floats], params: dict[str, Floats], steps: int) -> None:
    """Move the averaged weights: a short window at first, so that the random start is soon forgotten."""
    # Every eighth step is close enough, and saves passes over the embedding table.
    if steps % 8 == 0:
        keep = min(0.98, steps / (steps + 80))
        for key, value in params.items():
            average[key] *= keep
            average[key] += (1 - keep) * value


def _initial(shape: Shape, rng: np.random.Generator) -> dict[str, Floats]:
    width = shape.width
    params = {"table": rng.normal(0, EMBEDDING_START, (shape.rows, width)), "bias": np.zeros(width)}
    for number, wide in enumerate(shape.layers):
        inputs = width
        if wide:
            inputs = width * 3
        params[f"{number}.w"] = rng.normal(0, np.sqrt(1.0 / inputs), (inputs, width))
        params[f"{number}.b"] = np.zeros(width)
    params |= {
        "out.w": rng.normal(0, np.sqrt(1.0 / width), (width, shape.labels)),
        "out.b": np.zeros(shape.labels),
    }
    return {key: value.astype(np.float32) for key, value in params.items()}


def _network(params: dict[str, Floats], shape: Shape) -> Network:
    layers = tuple((params[f"{n}.w"].copy(), params[f"{n}.b"].copy()) for n in range(len(shape.layers)))
    return Network(
        params["table"].copy(),
        np.ones(shape.width, dtype=np.float32),
        params["bias"].copy(),
        layers,
        (params["out.w"].copy(), params["out.b"].copy()),
    )


def _batches(starts: Flags, size: int) -> list[slice]:
    """Cut the rows into slices of whole sequences, of `size` rows or a little more."""
    edges = np.flatnonzero(starts)
    cuts = [0]
    for edge in edges:
        if edge - cuts[-1] >= size:
            cuts.append(int(edge))
    return [slice(a, b) for a, b in zip(cuts, [*cuts[1:], len(starts)], strict=True)]


def _gradients(
    params: dict[str, Floats], data: Data, part: slice, shape: Shape, rng: np.random.Generator
) -> tuple[dict[str, Floats], Rows]:
    """Compute the gradients of one batch.

    Returns:
        Gradients by name of the parameters, and the numbers of the embeddings that the batch uses; the gradient of the
        table has a row for each of these only.
    """
    rows = (data.codes[part] & np.uint32(shape.rows - 1)).astype(np.int32)
    dropped = rng.random(rows.shape) < shape.drop_feature
    rows[dropped] = 0  # the first embedding stands for no feature and is never moved
    starts = data.starts[part]
    hidden = embed(params["table"], rows.view(np.uint32)) + params["bias"]
    active = hidden > 0
    hidden *= active
    steps: list[tuple[Floats, Flags, Floats]] = []
    for number, wide in enumerate(shape.layers):
        keep = ((rng.random(hidden.shape, dtype=np.float32) >= shape.drop) / (1 - shape.drop)).astype(
            np.float32
        )
        if wide:
            inputs = with_neighbours(hidden * keep, starts)
        else:
            inputs = hidden * keep
        values = inputs @ params[f"{number}.w"] + params[f"{number}.b"]
        steps.append((inputs, values > 0, keep))
        hidden = hidden + np.maximum(values, 0)
    delta = softmax(np.asarray(hidden @ params["out.w"] + params["out.b"], dtype=np.float32))
    delta[np.arange(len(delta)), data.labels[part]] -= 1
    if data.weights is not None:
        delta *= data.weights[part][:, None]
    delta /= len(delta)
    grads = {"out.w": hidden.T @ delta, "out.b": delta.sum(0)}
    back = delta @ params["out.w"].T
    for number in reversed(range(len(shape.layers))):
        back = _back(params, grads, number, steps[number], back, starts)
    back *= active
    grads["bias"] = back.sum(0)
    touched = _touched(rows, shape.rows)
    grads["table"] = (
        _scatter(params["table"], rows, back)[touched] + np.float32(shape.decay) * params["table"][touched]
    )
    return grads, touched


def _touched(rows: npt.NDArray[np.int32], size: int) -> Rows:
    """Return the numbers of the embeddings that a batch uses, without the first, which stands for no feature."""
    used = np.zeros(size, dtype=bool)
    used[rows] = True
    used[0] = False
    return np.flatnonzero(used)


def _back(
    params: dict[str, Floats],
    grads: dict[str, Floats],
    number: int,
    step: tuple[Floats, Flags, Floats],
    back: Floats,
    starts: Flags,
) -> Floats:
    """Return the gradient of a layer's input, of shape (rows, width); add those of its weights to `grads`."""
    inputs, active, keep = step
    inner = back * active
    grads[f"{number}.w"] = inputs.T @ inner
    grads[f"{number}.b"] = inner.sum(0)
    below = inner @ params[f"{number}.w"].T
    width = back.shape[1]
    # A layer with neighbours took each row three times: for the row after it, for itself and for the row
    # before it. The
    # gradients go back the same ways, but not across the edges of a sequence.
    if below.shape[1] > width:
        before, own, after = below[:, :width], below[:, width : 2 * width].copy(), below[:, 2 * width :]
        before = np.where(starts[:, None], 0, before)
        own[:-1] += before[1:]
        ends = np.append(starts[1:], True)
        after = np.where(ends[:, None], 0, after)
        own[1:] += after[:-1]
        below = own
    return np.asarray(back + below * keep, dtype=np.float32)


def _scatter(table: Floats, rows: npt.NDArray[np.int32], back: Floats) -> Floats:
    """Sum the gradients of all rows into the embeddings of their features."""
    # thinc's scatter-add is much faster than `numpy.add.at`, and takes one column at a time.
    grad = np.zeros_like(table)
    back = np.ascontiguousarray(back)
    for column in range(rows.shape[1]):
        _OPS.scatter_add(grad, np.ascontiguousarray(rows[:, column]), back)
    grad[0] = 0
    return grad
