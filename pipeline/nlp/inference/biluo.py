"""spaCy's entity recogniser on many texts at once.

The transitions are spaCy's: begin, in, last, unit, out. spaCy walks through one text after the other; here one step
takes the next transition of every text, so that each step is one matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc

from pipeline.nlp.inference.batching import batches
from pipeline.nlp.inference.scoring import Ints, StateScorer, is_scorable

MOVES = "BILUO"
BEGIN, IN, LAST, UNIT, OUT = range(len(MOVES))
IOB = np.array([3, 1, 1, 3, 2], dtype=np.uint64)
"""spaCy's `ENT_IOB` by number of the move: 3 begins an entity, 1 continues it, 2 is outside."""
PLACES = 3
"""Tokens that describe a state of spaCy's entity recogniser: the next one, the first of the open entity, the one before."""
BATCH = 20_000
"""Tokens whose vectors are in memory at once (1.5 kB each with `en_core_web_md`). More texts at once mean fewer steps."""


class Biluo:
    """Does the work of an `EntityRecognizer`.

    Args:
        recogniser: A component that `find_biluo` accepts.
    """

    def __init__(self, recogniser: EntityRecognizer) -> None:
        self._scorer = StateScorer(recogniser.model)
        names = [recogniser.moves.get_class_name(i).partition("-") for i in range(recogniser.moves.n_moves)]
        labels = sorted({label for _, _, label in names if label})
        self._kinds = np.array([MOVES.index(move) for move, _, _ in names])
        # Moves without a label (out, and the end of an entity of any kind) have number and hash 0.
        self._numbers = np.zeros(len(names), dtype=np.int64)
        self._hashes = np.zeros(len(names), dtype=np.uint64)
        for i, (_, _, label) in enumerate(names):
            if label:
                self._numbers[i] = 1 + labels.index(label)
                self._hashes[i] = recogniser.vocab.strings.add(label)
        self._allowed = self._make_table(len(labels))

    def _make_table(self, labels: int) -> npt.NDArray[np.bool_]:
        """Tabulate which transitions are allowed, by the rules of spaCy's transition system.

        Returns:
            Flags of shape (1 + labels, 2, 2, transitions): number of the open entity's label (0: none is open), whether an
            entity may continue after the token, whether the token is a space, transition.
        """
        kinds, numbers = self._kinds, self._numbers
        table = np.zeros((1 + labels, 2, 2, len(kinds)), dtype=bool)
        for on in (0, 1):
            for space in (0, 1):
                # An entity neither begins nor ends with a space, and does not cross the end of a sentence.
                closed = (
                    (kinds == OUT)
                    | ((kinds == UNIT) & (not space))
                    | ((kinds == BEGIN) & (not space) & bool(on))
                )
                table[0, on, space] = closed & ((numbers > 0) | (kinds == OUT))
                for label in range(1, 1 + labels):
                    table[label, on, space] = (numbers == label) & (
                        (kinds == LAST) | ((kinds == IN) & bool(on))
                    )
        return table

    def __call__(self, docs: Sequence[Doc]) -> Sequence[Doc]:
        """Set the entities of docs that have none."""
        # `_find_moves` drops texts from the end of the batch as they finish, so the longest must come first.
        longest_first = sorted((doc for doc in docs if len(doc)), key=len, reverse=True)
        for batch in batches(longest_first, BATCH):
            self._annotate(batch)
        return docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        lengths = np.array([len(doc) for doc in docs])
        moves = self._find_moves(docs, lengths)
        columns = np.stack([IOB[self._kinds[moves]], self._hashes[moves]], axis=1)
        for doc, end in zip(docs, lengths.cumsum().tolist(), strict=True):
            doc.from_array(["ENT_IOB", "ENT_TYPE"], cast(Any, columns[end - len(doc) : end]))

    def _find_moves(self, docs: Sequence[Doc], lengths: Ints) -> Ints:
        """Return the transition at each token of docs sorted by falling length.

        Returns:
            Numbers of transitions, of shape (tokens,), one text after the other.
        """
        vectors = self._scorer.describe(docs)
        first = 1 + lengths.cumsum() - lengths
        space, on = _columns(docs, lengths)
        moves = np.zeros(1 + int(lengths.sum()), dtype=np.int64)
        begun, label = np.zeros(len(docs), dtype=np.int64), np.zeros(len(docs), dtype=np.int64)
        for step in range(int(lengths.max(initial=0))):
            # Lengths fall, so the texts that still have a token at this step are the first `live` ones.
            live = int(np.searchsorted(-lengths, -step, side="left"))
            token, begun, label = first[:live] + step, begun[:live], label[:live]
            # Token 0 stands for none: without an open entity, spaCy's state has neither its first nor its
            # last token.
            scores = self._scorer.score(vectors, [token, begun, np.where(begun > 0, token - 1, 0)])
            scores[~self._allowed[label, on[token], space[token]]] = -np.inf
            best = scores.argmax(axis=1)
            moves[token] = best
            kind = self._kinds[best]
            opened, stays = kind == BEGIN, kind == IN
            begun = np.where(opened, token, np.where(stays, begun, 0))
            label = np.where(opened | stays, self._numbers[best], 0)
        return moves[1:]


def _columns(docs: Sequence[Doc], lengths: Ints) -> tuple[Ints, Ints]:
    """Return for each token, counted from 1, whether it is a space, and whether an entity may continue after it.

    Returns:
        Two arrays of 0 and 1, of shape (1 + tokens,); place 0 stands for no token.
    """
    marks = [np.zeros((1, 2), dtype=np.uint64), *(doc.to_array(["IS_SPACE", "SENT_START"]) for doc in docs)]
    space, starts = np.concatenate(marks).astype(np.int64).T
    on = np.append(starts[1:] != 1, False)
    on[lengths.cumsum()] = False  # the last token of a text: the next one belongs to another text
    return space, on.astype(np.int64)


def find_biluo(recogniser: Any) -> Biluo | None:
    """Return the `Biluo` of a component; None if it is not an entity recogniser that this module can replace."""
    # A beam search keeps several states per text, and other models describe states by other tokens: spaCy
    # does those itself.
    if not isinstance(recogniser, EntityRecognizer) or recogniser.cfg.get("beam_width") != 1:
        return None
    if not is_scorable(recogniser.model) or recogniser.model.get_ref("lower").get_dim("nF") != PLACES:
        return None
    return Biluo(recogniser)
