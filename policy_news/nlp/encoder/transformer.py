"""The encoder of the accurate mode: a small transformer that reads names, cues and roles, run by ONNX Runtime.

Each window is read by itself, and each cue of it by itself, so that nothing depends on what else is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from policy_news.core.errors import ModelError
from policy_news.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.encoder.encoder_files import CUES, ROLES, RUNTIME, VOCABULARY, check_encoder
from policy_news.nlp.encoder.roles import LABELS, NAME_CLASSES, Floats, Ints
from policy_news.nlp.encoder.windows import Inputs, Window, cut_windows, mark, spread
from policy_news.nlp.encoder.word_pieces import WordPieces, read_vocabulary
from policy_news.nlp.extensions import gap_tokens

KEPT_STATES = 256
"""Windows of a doc of which is kept what the lower layers made of them: 75 MB. No article has as many; those of a longer text are read
again for each cue."""
TINY = 1e-9
"""Added to probabilities before their logarithm is taken."""
NEVER = float(np.log(TINY))


@lru_cache(1)
def load_encoder(folder: Path) -> Encoder:
    """Return the encoder of a folder, the same one to all components that ask."""
    return Encoder(folder)


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
        self._last: tuple[Doc, object, Sight] | None = None

    def read(self, doc: Doc, tree: Tree | None = None) -> Sight:
        """Read a doc; the last one is not read again.

        Args:
            doc: Parsed; sections and gaps where they are known.
            tree: The same, where it was read already.
        """
        gaps = gap_tokens(doc)
        seen = gaps, [(span.start, span.end) for span in doc.spans.get("sections", ())]
        if self._last is None or self._last[0] is not doc or self._last[1] != seen:
            self._last = doc, seen, self._read(tree or Tree(doc), gaps)
        return self._last[2]

    def _read(self, tree: Tree, gaps: frozenset[int]) -> Sight:
        chance, content = np.zeros((2, len(tree)), dtype=np.float32)
        names = np.full((len(tree), NAME_CLASSES), NEVER, dtype=np.float32)
        names[:, 0] = 0
        views: dict[int, tuple[_View, int]] = {}
        claims = np.zeros(len(tree), dtype=bool)
        for (first, last), _ in tree.limits:
            claims[first:last] = True
        quotes = QuoteIndex(find_quotations(tree))
        for number, window in enumerate(cut_windows(tree, quotes, gaps, self.pieces)):
            inputs = spread(window, window.hidden, self.pieces)
            state, scores, classes = self._read_window(inputs)
            chance[window.tokens], content[window.tokens], _ = 1 / (1 + np.exp(-scores[0].T))
            names[window.tokens] = np.log(softmax(classes[0]) + TINY)
            view = _View(window, inputs, state if number < KEPT_STATES else None)
            views |= {token: (view, place) for place, token in enumerate(window.tokens.tolist())}
        chance[list(gaps)] = 0
        roles = partial(self._read_roles, views)
        return Sight(chance * claims, content, roles, names)

    def _read_window(self, inputs: Inputs) -> list[Floats]:
        firsts = inputs.edges[:-1]
        numbers = {"ids": inputs.ids, "shapes": inputs.shapes, "quoted": inputs.quoted, "firsts": firsts}
        found: list[Floats] = self._cues.run(None, {name: part[None] for name, part in numbers.items()})
        return found

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
        content: For each token the probability that it is in a content, of whichever cue.
        roles: Gives, for the head of a cue, the tokens that are seen together with it, and for each the probabilities of the `LABELS`,
            of shape (tokens, labels).
        names: Log probabilities of the classes of names (`NAMES`), of shape (tokens, `NAME_CLASSES`), natural logarithm; what was not
            read is in no name.
    """

    chance: Floats
    content: Floats
    roles: Callable[[int], tuple[Ints, Floats]]
    names: Floats


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
        return runtime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has an error class for each reason, with no base of its own
        raise ModelError(f"{file}: cannot be read: {error}", "Train the encoder again.") from error
