"""Scores of transitions for many states at once.

A transition-based component of spaCy describes a state by a few tokens (first of the buffer, top of the stack, ...). Its
lower layer has a vector for each token in each place. The vector of a state is the sum of those of its tokens; from it the
upper layer scores the transitions (`spacy.TransitionBasedParser.v2`). spaCy's entity recogniser does this state by state.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import Model

from policy_news.nlp.inference.batching import batches

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def is_scorable(model: Model[Any, Any]) -> bool:
    """Return whether a model consists of token vectors, a maxout layer of places and an upper layer, and knows all its transitions."""
    if model.name != "parser_model" or not model.attrs.get("has_upper") or model.attrs.get("unseen_classes"):
        return False
    return model.get_ref("lower").get_dim("nP") > 1


class StateScorer:
    """Scores states of the model of a transition-based component.

    Args:
        model: A model that `is_scorable` accepts.

    Attributes:
        places: Number of tokens that describe a state.
    """

    def __init__(self, model: Model[Any, Any]) -> None:
        lower, upper = cast(Any, model.get_ref("lower")), cast(Any, model.get_ref("upper"))
        weights, padding = lower.get_param("W"), lower.get_param("pad")[0]
        self.places, self._width, _, size = weights.shape
        self._tokens = model.get_ref("tok2vec")
        self._ops: Any = model.ops
        self._lower = np.ascontiguousarray(weights.transpose(0, 2, 1, 3)).reshape(-1, size)
        self._padding = padding.transpose(0, 2, 1).reshape(-1)
        self._bias = np.ascontiguousarray(lower.get_param("b").T).reshape(-1)
        self._upper, self._upper_bias = upper.get_param("W"), upper.get_param("b")

    def describe(self, docs: Sequence[Doc]) -> Floats:
        """Compute the vectors of all tokens of the docs in all places.

        Returns:
            Array of shape ((1 + tokens) * places, values); its first `places` rows stand for no token.
        """
        vectors = np.empty((1 + sum(map(len, docs)), len(self._padding)), dtype=np.float32)
        vectors[0], start = self._padding, 1
        for batch in batches(docs):
            tokens = self._tokens.predict(batch)
            vectors[start : start + len(tokens)] = self._ops.gemm(tokens, self._lower, trans2=True)
            start += len(tokens)
        return vectors.reshape(len(vectors) * self.places, -1)

    def score(self, vectors: Floats, tokens: Sequence[Ints]) -> Floats:
        """Score all transitions of states.

        Args:
            vectors: Result of `describe`.
            tokens: For each place, the number of the token there in each state, counted from 1; 0 for none.

        Returns:
            Scores of shape (states, transitions).
        """
        rows = np.stack(tokens, axis=1) * self.places + np.arange(self.places)
        sums = vectors.take(rows, axis=0).sum(axis=1) + self._bias
        # Maxout: the largest of each group of `nP` values, which lie `_width` apart.
        pieces = (sums[:, start : start + self._width] for start in range(0, sums.shape[1], self._width))
        scores: Floats = (
            self._ops.gemm(reduce(np.maximum, pieces), self._upper, trans2=True) + self._upper_bias
        )
        return scores
