"""Finds the claims of a doc: rules, the learned layer where there is one, and the finish that both share."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.components.claims.draft import Draft
from pipeline.components.claims.finish import claim_data, cut_at_gaps, drop_doubles, drop_nested, trim
from pipeline.components.claims.lexicon import Lexicon
from pipeline.components.claims.quotes import QuoteIndex, find_quotations
from pipeline.components.claims.rules import claim_sections, find_rule_claims
from pipeline.components.claims.tree import Spread, Tree
from pipeline.components.extensions import ClaimData, gap_tokens


def find_claims(doc: Doc, lexicon: Lexicon) -> list[ClaimData]:
    """The claims of a doc in order of their first offset."""
    if not len(doc):
        return []
    tree, gaps = Tree(doc), gap_tokens(doc)
    quotes = QuoteIndex(find_quotations(tree, gaps))
    drafts = find_rule_claims(tree, quotes, lexicon)
    return finish(tree, drafts, quotes, lexicon, gaps)


def finish(tree: Tree, drafts: list[Draft], quotes: QuoteIndex, lexicon: Lexicon, gaps: frozenset[int]) -> list[ClaimData]:
    """Drafts trimmed, cut at gaps, and written out as data."""
    limits = [limit for limit, _ in claim_sections(tree.doc)]
    owner = _owners(limits)
    shares = {limit: sum(i in gaps for i in range(*limit)) / (limit[1] - limit[0]) for limit in limits} if gaps else {}
    kept: dict[int, tuple[Draft, bool]] = {}
    trimmed = [done for draft in drafts if (done := trim(tree, draft)) is not None]
    for draft in drop_nested(tree, drop_doubles(trimmed)):
        limit = owner.get(draft.head, (0, len(tree)))
        done, truncated = cut_at_gaps(tree, draft, gaps, limit, shares.get(limit, 0.0))
        if done is not None:
            kept[len(kept)] = done, truncated
    claims = [claim_data(tree, draft, quotes, lexicon, truncated=truncated) for draft, truncated in kept.values()]
    return sorted(claims, key=_order)


def _owners(limits: list[Spread]) -> dict[int, Spread]:
    return {index: limit for limit in limits for index in range(*limit)}


def _order(claim: ClaimData) -> tuple[int, int]:
    spans = [*claim["content"], *([claim["cue"]] if claim["cue"] else []), *([claim["source"]] if claim["source"] else [])]
    return min(start for start, _ in spans), max(end for _, end in spans)
