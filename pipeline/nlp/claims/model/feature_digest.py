"""A hash of the features of the claim networks, kept in their weights.

A network knows a feature by its code, which depends on the place of the feature in the code. Weights that were trained with
other features would load and quietly mean something else; the digest lets the program refuse them.
"""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.model.cue_features import CueFeatures
from pipeline.nlp.claims.model.decision_features import FEATURES, decision_rows
from pipeline.nlp.claims.model.readings import Reading
from pipeline.nlp.claims.model.role_features import RoleFeatures, pair_up
from pipeline.nlp.claims.model.table import Ints, Table

SIZE = 24
_HEADS = (1, 1, 1, 4, 2, 4, 5, 8, 4, 8, 9, 8, 13, 13, 13, 16, 14, 16, 17, 20, 13, 20, 21, 20)
_DEPS = (
    "nsubj", "ROOT", "ccomp", "mark", "acl", "dobj", "prep", "aux", "relcl", "dobj", "prep", "punct", "nsubj", "ROOT", "xcomp",
    "aux", "advcl", "neg", "poss", "nsubjpass", "conj", "prt", "attr", "punct",
)  # fmt: skip
_TAGS = ("NNP", "VBD", "VBZ", "IN", "VBN", "NN", "IN", "MD") * 3
_WORDS = ("she", "said", "goes", "that", "built", "mill", "near", "will", ",", "it", ":", '"') * 2


def feature_digest() -> str:
    """Hash of the names of all features, in their order, and of their codes for one made-up parse.

    The parse is not of a real sentence: it only has to differ from token to token, so that a feature that looks elsewhere
    gets another code.
    """
    table, share, heads = feature_example()
    cues, glance = CueFeatures(table, share, heads), CueFeatures(table, share, heads)
    chance = np.linspace(0, 1, SIZE + 1, dtype=np.float32)
    roles = RoleFeatures(table, share, pair_up(table, heads), chance, DRAFTS)
    readings = [
        Reading(1, 0.9, (0, 1), ((2, 8),), 0.7, 0.6),
        Reading(4, 0.5, None, ((5, 7), (8, 9)), 0.2, 0.4),
        Reading(13, 0.3, (12, 13), (), 0.8, 0.0),
    ]
    codes = [glance.glance(), cues.rows(), roles.rows(), decision_rows(table, share, readings)]
    names = [*glance.names, *cues.names, *roles.names, *FEATURES]
    digest = hashlib.sha256("\n".join(names).encode())
    for rows in codes:
        digest.update(np.ascontiguousarray(rows, dtype="<u4").tobytes())
    return digest.hexdigest()


DRAFTS = (Draft(1, (1, 2), (0, 1), ((2, 8),), "clause", "statement"),)


def feature_example() -> tuple[Table, Ints, Ints]:
    """The table of the made-up parse, the cue share of each token, and the heads that may be cues."""
    quotes = SimpleNamespace(all=[SimpleNamespace(start=9, end=12)])
    table = Table(cast("Any", _tree()), cast("Any", quotes), DRAFTS, frozenset({18}))
    share = (np.arange(SIZE + 1, dtype=np.int64) * 5) % 9
    return table, share, np.array([1, 4, 13], dtype=np.int64)


def _tree() -> SimpleNamespace:
    """A parse of two sentences with all that a `Table` reads."""
    numbers = np.arange(1, SIZE + 1, dtype=np.uint64)
    names = ("LOWER", "LEMMA", "TAG", "DEP", "SUFFIX", "SHAPE")
    spans = [(min(i, head), max(i, head)) for i, head in enumerate(_HEADS)]
    return _Sized(
        codes={name: numbers * np.uint64(97 + step) for step, name in enumerate(names)},
        tags=list(_TAGS),
        deps=list(_DEPS),
        lower=list(_WORDS),
        heads=list(_HEADS),
        sents=[0] * 12 + [12] * 12,
        sent_ends=[12] * 12 + [SIZE] * 12,
        left=[first for first, _ in spans],
        right=[last for _, last in spans],
        limits=[((0, 11), False), ((11, SIZE), True)],
        spaces=[False] * SIZE,
        is_space=lambda index: False,
    )


class _Sized(SimpleNamespace):
    """A namespace with the length of a tree."""

    def __len__(self) -> int:
        return SIZE
