"""Polarity: whether a source asserts or rejects what it is quoted with (`ruled out`, `did not deny`)."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import is_negated
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree


def polarity(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return how the source stands to the content as it is written, `asserted` or `rejected`; None where it says neither."""
    if draft.claim_type in {"non_response", "question"}:
        return None
    if draft.cue is None:
        return "asserted"
    lemma, negated = tree.lemmas[draft.head], is_negated(tree, draft.head)
    particles = patterns.rejecting_particles.get(lemma, frozenset())
    rejects = lemma in patterns.rejecting or any(
        tree.lower[i] in particles
        for i in range(draft.head, min(draft.head + 3, draft.cue[1] + 1, len(tree)))
    )
    if rejects or lemma in patterns.negation_raising:
        return "rejected" if rejects != negated else "asserted"
    return "asserted"
