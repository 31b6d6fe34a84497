"""spaCy's entity recogniser on many texts at once.

The transitions are spaCy's: begin, in, last, unit, out. spaCy walks from token to token. But a state without an open
entity depends on its token alone. So one matrix product finds the transitions of all tokens outside of entities. Where
these begin an entity, a walk follows it to its end, all walks side by side; those that begin inside another are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc

from policy_news.nlp.inference.batching import batches
from policy_news.nlp.inference.scoring import Floats, Ints, StateScorer, is_scorable

MOVES = "BILUO"
BEGIN, IN, LAST, UNIT, OUT = range(len(MOVES))
IOB = np.array([3, 1, 1, 3, 2], dtype=np.uint64)
"""spaCy's `ENT_IOB` by number of the move: 3 begins an entity, 1 continues it, 2 is outside."""
PLACES = 3
"""Tokens that describe a state of spaCy's entity recogniser: the next one, the first of the open entity, the one before."""
BATCH = 20_000
"""Tokens whose vectors are in memory at once (1.5 kB each with `en_core_web_md`)."""
ROWS = 1_000
"""States that are scored at once."""
LONGEST = 20
"""Tokens up to which all entities are followed side by side. Longer ones are finished alone, so that a list of names without
end does not cost its square."""


@dataclass(frozen=True, slots=True)
class States:
    """What the states of a batch are made of; place 0 stands for no token.

    Attributes:
        vectors: Of the tokens in all places, as `StateScorer.describe` gives them.
        space: Whether the token is a space, of shape (1 + tokens,).
        on: Whether an entity may continue after it.
    """

    vectors: Floats
    space: Ints
    on: Ints


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
        for batch in batches((doc for doc in docs if len(doc)), BATCH):
            self._annotate(batch)
        return docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        lengths = np.array([len(doc) for doc in docs])
        moves = self._find_moves(docs, lengths)
        columns = np.stack([IOB[self._kinds[moves]], self._hashes[moves]], axis=1)
        for doc, end in zip(docs, lengths.cumsum().tolist(), strict=True):
            doc.from_array(["ENT_IOB", "ENT_TYPE"], cast(Any, columns[end - len(doc) : end]))

    def _find_moves(self, docs: Sequence[Doc], lengths: Ints) -> Ints:
        """Return the transition at each token of docs.

        Returns:
            Numbers of transitions, of shape (tokens,), one text after the other.
        """
        state = States(self._scorer.describe(docs), *_columns(docs, lengths))
        token = np.arange(1, len(state.on))
        moves = np.append(0, self._best(state, token, np.zeros_like(token), np.zeros_like(token)))
        begins = np.flatnonzero(self._kinds[moves] == BEGIN)
        labels = self._numbers[moves[begins]]
        inside = self._walk(state, begins, labels)
        reached = 0
        for begin, label, steps in zip(begins.tolist(), labels.tolist(), inside, strict=True):
            if begin <= reached:
                continue  # it begins inside the entity before it
            while self._kinds[steps[-1]] != LAST:
                at = begin + 1 + len(steps)
                steps += self._best(state, *(np.array([one]) for one in (at, begin, label))).tolist()
            reached = begin + len(steps)
            moves[begin + 1 : reached + 1] = steps
        return moves[1:]

    def _walk(self, state: States, begins: Ints, labels: Ints) -> list[list[int]]:
        """Return the transitions after each token that begins an entity, up to the end of the entity or of `LONGEST`."""
        found: list[list[int]] = [[] for _ in begins]
        walks = np.arange(len(begins))
        for step in range(1, LONGEST):
            best = self._best(state, begins[walks] + step, begins[walks], labels[walks])
            for walk, move in zip(walks.tolist(), best.tolist(), strict=True):
                found[walk].append(move)
            walks = walks[self._kinds[best] != LAST]
        return found

    def _best(self, state: States, token: Ints, begun: Ints, label: Ints) -> Ints:
        """Return the best allowed transition of states.

        Args:
            state: What is known of the tokens.
            token: The next token of each state, counted from 1.
            begun: The first token of the open entity; 0 if none is open.
            label: Number of its label; 0 if none is open.
        """
        found = [np.zeros(0, dtype=np.int64)]
        for start in range(0, len(token), ROWS):
            part = slice(start, start + ROWS)
            at, first = token[part], begun[part]
            # Token 0 stands for none: without an open entity, spaCy's state has neither its first nor its last token.
            scores = self._scorer.score(state.vectors, [at, first, np.where(first > 0, at - 1, 0)])
            scores[~self._allowed[label[part], state.on[at], state.space[at]]] = -np.inf
            found.append(scores.argmax(axis=1))
        return np.concatenate(found)


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
