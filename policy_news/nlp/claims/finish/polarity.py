"""Polarity: whether a source asserts or rejects what it is quoted with (`ruled out`, `did not deny`)."""

from __future__ import annotations

from policy_news.nlp.claims.constructions.phrases import is_negated
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.tree import Tree

_BEFORE = frozenset({"DT", "JJ", "PRP$"})
"""Tags of what stands before the noun."""
_BETWEEN = frozenset({"DT", "RB"})
"""Tags of what stands between a noun and what it is called: `called the claim | utterly | false`."""


def calls_untrue(tree: Tree, draft: Draft, patterns: Patterns) -> bool:
    """Return whether a content is a statement and what shows that the source denies it: `called the allegation baseless`."""
    start, end = draft.content[0] if draft.content else (0, 0)
    words = [i for i in range(start, end) if tree.is_word(i) and tree.lower[i] != "as"]
    said = next((n for n, i in enumerate(words) if tree.tags[i] not in _BEFORE), len(words))
    verdict = next((i for i in words[said + 1 :] if tree.tags[i] not in _BETWEEN), None)
    named = said < len(words) and tree.lemmas[words[said]] in patterns.deniable
    return named and verdict is not None and tree.lemmas[verdict] in patterns.untrue


def speaks_himself(tree: Tree, draft: Draft) -> bool:
    """Return whether a content is what somebody says when he denies something: `disagreed: "It is safe."`."""
    start = draft.content[0][0] if draft.content else len(tree)
    if draft.kind == "passive" or start == len(tree) or not tree.doc[start].is_quote:
        return False
    return start < draft.head or tree.lower[start - 1] in {":", ","}


def polarity(tree: Tree, draft: Draft, patterns: Patterns) -> str | None:
    """Return how the source stands to the content as it is written, `asserted` or `rejected`; None where it says neither."""
    if draft.claim_type in {"non_response", "question"}:
        return None
    if draft.cue is None:
        return "asserted"
    if draft.claim_type == "denial" and calls_untrue(tree, draft, patterns):
        return "rejected"
    lemma, negated = tree.lemmas[draft.head], is_negated(tree, draft.head)
    particles = patterns.rejecting_particles.get(lemma, frozenset())
    rejects = lemma in patterns.rejecting or any(
        tree.lower[i] in particles
        for i in range(draft.head, min(draft.head + 3, draft.cue[1] + 1, len(tree)))
    )
    if rejects and not negated and speaks_himself(tree, draft):
        return "asserted"
    if rejects or lemma in patterns.negation_raising:
        return "rejected" if rejects != negated else "asserted"
    return "asserted"
