"""The encoder of the accurate mode: a small transformer that reads cues and roles, run by ONNX Runtime.

Each window is read by itself, and each cue of it by itself, so that nothing depends on what else is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from policy_news.core.errors import ModelError
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.model.encoder_files import CUES, ROLES, RUNTIME, VOCABULARY, check_encoder
from policy_news.nlp.claims.model.roles import LABELS, Floats, Ints
from policy_news.nlp.claims.model.windows import Inputs, Window, cut_windows, mark, spread
from policy_news.nlp.claims.model.word_pieces import WordPieces, read_vocabulary
from policy_news.nlp.claims.tree import Tree

KEPT_STATES = 256
"""Windows of a doc of which is kept what the lower layers made of them: 75 MB. No article has as many; those of a longer text are read
again for each cue."""


class Encoder:
    """The networks of a folder.

    Args:
        folder: Has the files that `encoder_files` names.

    Raises:
        ModelError: ONNX Runtime is not installed, or a file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        check_encoder(folder)
        self.pieces = WordPieces(read_vocabulary(folder / VOCABULARY))
        self._cues, self._roles = _session(folder / CUES), _session(folder / ROLES)

    def read(self, tree: Tree, quotes: QuoteIndex, gaps: frozenset[int]) -> Sight:
        """Read a doc.

        Args:
            tree: The doc.
            quotes: Its quotations.
            gaps: Its masked tokens.
        """
        chance = np.zeros(len(tree), dtype=np.float32)
        views: dict[int, tuple[_View, int]] = {}
        for number, window in enumerate(cut_windows(tree, quotes, gaps, self.pieces)):
            inputs = spread(window, window.hidden, self.pieces)
            state, scores = self._read_window(inputs)
            chance[window.tokens] = 1 / (1 + np.exp(-scores[0, :, 0]))
            view = _View(window, inputs, state if number < KEPT_STATES else None)
            views |= {token: (view, place) for place, token in enumerate(window.tokens.tolist())}
        chance[list(gaps)] = 0
        return Sight(chance, partial(self._read_roles, views))

    def _read_window(self, inputs: Inputs) -> tuple[Floats, Floats]:
        firsts = inputs.edges[:-1]
        numbers = {"ids": inputs.ids, "shapes": inputs.shapes, "quoted": inputs.quoted, "firsts": firsts}
        state, scores = self._cues.run(None, {name: part[None] for name, part in numbers.items()})
        return state, scores

    def _read_roles(self, views: Mapping[int, tuple[_View, int]], head: int) -> tuple[Ints, Floats]:
        if head not in views:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(LABELS)), dtype=np.float32)
        view, place = views[head]
        marks, near = mark(view.inputs, place)
        numbers = {"firsts": view.inputs.edges[:-1], "marks": marks, "near": near}
        state = self._read_window(view.inputs)[0] if view.state is None else view.state
        (scores,) = self._roles.run(
            None, {"state": state} | {name: part[None] for name, part in numbers.items()}
        )
        return view.window.tokens, softmax(scores[0])


@dataclass(frozen=True, slots=True)
class _View:
    """A window that was read, with what the lower layers made of it, or None where it has to be read again."""

    window: Window
    inputs: Inputs
    state: Floats | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What the encoder sees in a doc.

    Attributes:
        chance: For each token the probability that it is the head of a cue.
        roles: Gives, for the head of a cue, the tokens that are seen together with it, and for each the probabilities of the `LABELS`,
            of shape (tokens, labels).
    """

    chance: Floats
    roles: Callable[[int], tuple[Ints, Floats]]


def softmax(scores: Floats) -> Floats:
    """Return probabilities; each row adds up to 1.

    Args:
        scores: Of shape (rows, labels).
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _session(file: Path) -> Any:
    """Return a network in one thread: sums are taken in one order, and processes are what is many."""
    runtime = import_module(RUNTIME)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has an error class for each reason, with no base of its own
        raise ModelError(f"{file}: cannot be read: {error}", "Train the encoder again.") from error
