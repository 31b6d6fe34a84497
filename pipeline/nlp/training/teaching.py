"""What a larger network sees in training texts, for the small ones to learn (distillation, Hinton, Vinyals and Dean 2015).

The chances of the encoder tell more than the labels do: what is nearly a cue, and which of two ends of a content is as good. Half of
what is learnt are the labels all the same, as the encoder was trained on the same texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.nlp.claims.model.encoder import Encoder
from pipeline.nlp.claims.model.network import Floats
from pipeline.nlp.claims.model.roles import LABELS
from pipeline.nlp.claims.model.table import Ints, Table
from pipeline.nlp.claims.tree import Tree

Halves = npt.NDArray[np.float16]
SHARE = 0.5
"""How much of what is learnt of an annotated text are the chances of the encoder, and not its labels."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """What the encoder sees in one text.

    Attributes:
        chance: For each token the chance that it is the head of a cue; a sentinel 0 last.
        roles: By the head of a cue, the tokens that are seen together with it, and for each the chances of its labels, of shape
            (tokens, labels); half floats.
    """

    chance: Halves
    roles: Mapping[int, tuple[Ints, Halves]]

    def of_cues(self, heads: Ints, labels: Ints) -> Floats:
        """What is to be learnt of words that may be cues.

        Args:
            heads: Their tokens.
            labels: 1 where a token is the head of an annotated cue.

        Returns:
            Chances of both labels, of shape (words, 2).
        """
        own = self.chance[heads].astype(np.float32)
        return (1 - SHARE) * as_chances(labels, 2) + SHARE * np.stack([1 - own, own], axis=1)

    def of_roles(self, head: int, first: int, labels: Ints) -> Floats:
        """What is to be learnt of the tokens near a cue.

        Args:
            head: Head of the cue.
            first: The first of the tokens.
            labels: Their annotated labels.

        Returns:
            Chances of the labels, of shape (tokens, labels); beyond what the encoder sees, the annotated ones.
        """
        chances = as_chances(labels, len(LABELS))
        tokens, seen = self.roles[head]
        rows = tokens - first
        both = (rows >= 0) & (rows < len(labels))
        chances[rows[both]] = (1 - SHARE) * chances[rows[both]] + SHARE * seen[both].astype(np.float32)
        return chances


def as_chances(labels: Ints, count: int) -> Floats:
    """Labels, of which there are `count`, as chances of 0 and 1."""
    return np.eye(count, dtype=np.float32)[labels]


def hear(encoder: Encoder, tree: Tree, table: Table, heads: list[int]) -> Lecture:
    """Let the encoder read a text.

    Args:
        encoder: The teacher.
        tree: The text.
        table: The text, as numbers.
        heads: The annotated heads of cues, whose roles are wanted.
    """
    sight = encoder.read(tree, table)
    roles = {}
    for head in heads:
        tokens, chances = sight.roles(head)
        roles[head] = (tokens, chances.astype(np.float16))
    return Lecture(sight.chance.astype(np.float16), roles)
