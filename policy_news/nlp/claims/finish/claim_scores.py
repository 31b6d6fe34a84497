"""How likely a claim and its source are right: by a logistic model of the evidence for the rules, else by the encoder."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.nlp.claims.constructions.phrases import is_clause
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree, size

FILE = "scores.json"
"""The weights: feature to weight, one table for claims and one for sources."""
UNLISTED = 0.5
"""What is left of the probability of a verb of no list that only does something to an object (`threw a pass`): a claim in half the cases in
PolNeAR, whose annotators count attitudes, and hardly ever by this project's guide. The texts that follow it have too few to fit a weight."""
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the evidence for claims and for sources; a feature without one counts for nothing."""

    claim: Mapping[str, float]
    source: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scores:
    """The probability that a draft is a claim, and that its source is right if it is one."""

    claim: float
    source: float


def read_weights(folder: Path | None) -> Weights | None:
    """Return the weights in a folder, or None if there are none."""
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Weights(data["claim"], data["source"])


def chance(features: Features, weights: Mapping[str, float]) -> float:
    """Return the probability that follows from the evidence."""
    total = sum(value * weights.get(name, 0.0) for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


class ClaimFeatures:
    """Describes the drafts of a doc."""

    def __init__(self, tree: Tree, drafts: Sequence[Draft], quotes: QuoteIndex, lexicon: Lexicon) -> None:
        self._tree, self._quotes, self._lexicon = tree, quotes, lexicon
        self._headlines = [limit for limit, headline in tree.limits if headline]
        self._held = {
            index for draft in drafts for start, end in draft.content for index in range(start, end)
        }

    def scores(self, draft: Draft, weights: Weights | None) -> Scores:
        """Return the scores of a draft.

        The weights are fitted to claims of the rules. For a claim of the encoder its own probabilities count.
        """
        if draft.method == "model":
            claim, source = draft.score, draft.source_sure
        elif weights is None:
            return Scores(1.0, 1.0)
        else:
            claim = chance(self.of_claim(draft), weights.claim)
            source = chance(self.of_source(draft), weights.source)
        if self._is_deed(draft):
            claim *= UNLISTED
        return Scores(claim, source)

    def of_claim(self, draft: Draft) -> Features:
        """Return what speaks for and against a claim."""
        tree, content = self._tree, draft.content
        quoted = any(len(self._quotes.within(*span)) for span in content)
        words = size(content)
        return {
            "bias": 1.0,
            f"kind {self._kind(draft)}": 1.0,
            f"type {draft.claim_type}": 1.0,
            "plain cue": float(tree.lemmas[draft.head] in self._lexicon.patterns.plain),
            "quoted": float(quoted),
            "source": float(draft.source is not None),
            "short": float(0 < words < 3),
            "inside another": float(draft.head in self._held and draft.cue is not None),
            "headline": float(any(start <= draft.head < end for start, end in self._headlines)),
        }

    def of_source(self, draft: Draft) -> Features:
        """Return what speaks for and against a source."""
        tree, source = self._tree, draft.source
        features = {
            "bias": 1.0,
            "none": float(source is None),
            "goes on": float(draft.kind == "going_on"),
            "headline": float(any(start <= draft.head < end for start, end in self._headlines)),
            "passive": float(draft.kind in {"passive", "headline_passive"}),
        }
        if source is None:
            return features
        top = tree.top(*source)
        features |= {
            "pronoun": float(tree.tags[top] in {"PRP", "WP", "WDT"}),
            "name": float(top in tree.ents),
            "no noun": float(not tree.tags[top].startswith(("NN", "PRP"))),
            "long": float(source[1] - source[0] > 8),
            "far": float(
                draft.cue is not None and max(draft.cue[0] - source[1], source[0] - draft.cue[1]) > 6
            ),
            "subject": float(tree.heads[top] == draft.head),
        }
        return features

    def _kind(self, draft: Draft) -> str:
        return draft.kind if draft.kind in KINDS else "preposition"

    def _is_listed(self, draft: Draft) -> bool:
        lemma = self._tree.lemmas[draft.head]
        words = self._lexicon.verbs if self._tree.tags[draft.head].startswith("VB") else self._lexicon.nouns
        return lemma in words or draft.kind in NAMED

    def _is_deed(self, draft: Draft) -> bool:
        """Return whether a verb of no list only does something to an object; a clause or a quotation is said."""
        lemma = self._tree.lemmas[draft.head]
        if draft.cue is None or self._is_listed(draft):
            return False
        quoted = any(self._quotes.within(*span) for span in draft.content)
        return (
            not quoted
            and not is_clause(self._tree, draft.content)
            and lemma not in self._lexicon.patterns.other_types
        )


KINDS = frozenset(
    {
        "according", "clause", "colon", "going_on", "headline", "headline_passive", "infinitive", "mind", "noun", "object", "order", "passive", "quote",
        "signature", "silence", "turn",
    }
)  # fmt: skip
"""Constructions that count by themselves; the others are prepositions."""
NAMED = frozenset(
    {"according", "colon", "going_on", "headline", "headline_passive", "mind", "signature", "silence", "turn"}
)
"""Constructions whose cue need not be in a list."""
