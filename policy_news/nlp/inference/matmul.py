"""Matrix products of the statistical model by NumPy's BLAS, about three times as fast as thinc's own on current processors."""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Model, NumpyOps

MIN_ROWS = 32
"""Rows to which smaller products are padded. For few rows BLAS takes other code paths, and the bits of a row would depend on
the number of rows beside it."""


class SteadyOps(NumpyOps):  # type: ignore[misc]  # thinc types it as Any
    """Thinc's CPU operations with products by NumPy, in which a row does not depend on the other rows of its batch."""

    def gemm(self, x: Any, y: Any, *, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """Multiply two float32 matrices, either of them transposed first.

        Args:
            x: Matrix of shape (n, k), or (k, n) if transposed.
            y: Matrix of shape (k, m), or (m, k) if transposed.
            out: Array of shape (n, m) for the product; None for a new one.
            trans1: Whether to transpose `x`.
            trans2: Whether to transpose `y`.

        Returns:
            The product, of shape (n, m).
        """
        if trans1:
            x = x.T
        if trans2:
            y = y.T
        if len(x) >= MIN_ROWS:
            return np.matmul(x, y, out=out)
        padded = np.zeros((MIN_ROWS, x.shape[1]), dtype=x.dtype)
        padded[: len(x)] = x
        product = np.matmul(padded, y)[: len(x)]
        if out is None:
            return product
        out[:] = product
        return out


def rows_are_steady() -> bool:
    """Return whether the BLAS of this process gives a row the same bits in every batch, tried on one shape of each kind."""
    rng, ops = np.random.default_rng(1), SteadyOps()
    for width, outputs in ((96, 288), (64, 74), (672, 50)):
        y = rng.normal(size=(outputs, width)).astype("f")
        x = rng.normal(size=(150, width)).astype("f")
        x[1::2] = x[0]
        whole = ops.gemm(x, y, trans2=True)
        alone = ops.gemm(x[:1], y, trans2=True)
        if (whole[1::2] != alone[0]).any():
            return False
    return True


def use_steady_products(nlp: Language) -> None:
    """Make all networks of a pipeline that run on the CPU use `SteadyOps`.

    Where NumPy was built with another BLAS, or was loaded before `policy_news.core.threads` chose the kernel, rows may
    depend on their batch. Then thinc's own products stay: several times slower, but steady.
    """
    if not rows_are_steady():
        return
    ops = SteadyOps()
    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        if isinstance(model, Model):
            for node in model.walk():
                if type(node.ops) is NumpyOps:
                    node.ops = ops
