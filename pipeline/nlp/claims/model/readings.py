"""Readings: possible claims, each a cue head with its likely source and content, before any is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.model.encoder import ROLE_SHARE, Sight, blend
from pipeline.nlp.claims.model.network import Ensemble, Floats
from pipeline.nlp.claims.model.role_features import Pairs, RoleFeatures, pair_up
from pipeline.nlp.claims.model.roles import LABELS, decode, spans_of
from pipeline.nlp.claims.model.table import Ints, Table
from pipeline.nlp.claims.tree import Spread

CONTENT_BIAS = 4.0
"""Added to the content labels of a likely cue for which no content was found at first."""
LIKELY = 0.8
"""Chance from which a cue is likely."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A possible claim.

    Attributes:
        head: Head of the cue.
        chance: Chance that the head is a cue.
        source: Most likely source, or None.
        content: Content spans, in order.
        source_sure: Mean probability of the source's labels (of no source at its best token, where there is none).
        content_sure: Mean probability of the content's labels.
    """

    head: int
    chance: float
    source: Spread | None
    content: tuple[Spread, ...]
    source_sure: float
    content_sure: float


def read_roles(
    table: Table,
    share: Ints,
    heads: Ints,
    chance: Floats,
    drafts: Sequence[Draft],
    networks: Ensemble,
    sight: Sight | None = None,
) -> list[Reading]:
    """Source and content of every head; `chance` is, for each token, the chance that it is the head of a cue.

    Args:
        table: The doc, as numbers.
        share: How often each token was a cue in training.
        heads: Tokens that may govern a cue.
        chance: For each token the chance that it is the head of a cue.
        drafts: The claims of the doc.
        networks: The trained networks.
        sight: What the encoder sees, if there is one.

    Returns:
        One reading a head.
    """
    pairs = pair_up(table, heads)
    if not len(pairs.token):
        return []
    sure = networks.chances(*RoleFeatures(table, share, pairs, chance, drafts).parts(), starts=pairs.starts)
    if sight is not None:
        sure = _with_sight(sure, pairs, sight)
    labels = _decode(sure, pairs, chance)
    best = sure[np.arange(len(sure)), labels]
    edges = [*np.flatnonzero(pairs.starts).tolist(), len(sure)]
    return [
        _reading(sure[a:b], best[a:b], labels[a:b], int(pairs.token[a]), int(pairs.cue[a]), chance)
        for a, b in pairwise(edges)
    ]


def _with_sight(sure: Floats, pairs: Pairs, sight: Sight) -> Floats:
    """The label chances of pairs, with those of the encoder where it sees cue and token together."""
    firsts = np.flatnonzero(pairs.starts)
    for first, last in pairwise([*firsts.tolist(), len(sure)]):
        tokens, seen = sight.roles(int(pairs.cue[first]))
        rows = tokens - int(pairs.token[first]) + first
        both = (rows >= first) & (rows < last)
        sure[rows[both]] = blend(sure[rows[both]], seen[both], ROLE_SHARE)
    return sure


def _decode(sure: Floats, pairs: Pairs, chance: Floats) -> Ints:
    """Labels of all pairs; likely cues without content are decoded again with content made likelier."""
    scores = np.log(sure + 1e-9)
    labels = decode(scores, pairs.starts)
    number = np.cumsum(pairs.starts) - 1
    empty = np.bincount(number, weights=labels >= LABELS.index("B-Q"), minlength=int(number[-1]) + 1) == 0
    again = empty[number] & (chance[pairs.cue] >= LIKELY)
    if again.any():
        raised = scores[again]
        raised[:, LABELS.index("B-Q") :] += CONTENT_BIAS
        labels[again] = decode(raised, pairs.starts[again])
    return labels


def _reading(sure: Floats, best: Floats, labels: Ints, first: int, head: int, chance: Floats) -> Reading:
    sources, contents = spans_of(labels, first)
    source_mass = sure[:, 1] + sure[:, 2]

    def mean(values: Floats, spans: Sequence[Spread]) -> float:
        picked = [values[a - first : b - first] for a, b in spans]
        joined = picked[0] if len(picked) == 1 else np.concatenate(picked)
        return float(np.add.reduce(joined) / np.float32(len(joined)))

    source = max(sources, key=lambda span: (mean(source_mass, [span]), -abs(span[0] - head)), default=None)
    source_sure = mean(source_mass, [source]) if source else 1.0 - float(source_mass.max(initial=0.0))
    return Reading(
        head,
        float(chance[head]),
        source,
        tuple(contents),
        source_sure,
        mean(best, contents) if contents else 0.0,
    )
