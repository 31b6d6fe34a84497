"""Finds the claims of a doc: rules, the learned layer where there is one, and the finish that both share."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.nlp.claims.constructions.all_rules import find_rule_claims
from pipeline.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from pipeline.nlp.claims.constructions.quoting import give_back, run_on
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.finish.combine import combine
from pipeline.nlp.claims.finish.conventions import GUIDE, Style
from pipeline.nlp.claims.finish.gaps import cut_at_gaps, is_scrap, masked_share
from pipeline.nlp.claims.finish.polish import polish
from pipeline.nlp.claims.finish.speakers import check_speakers, readings_in_headlines
from pipeline.nlp.claims.finish.trimming import (
    claim_data,
    close,
    drop_doubles,
    drop_nested,
    split_at_sections,
    trim,
)
from pipeline.nlp.claims.lexicon import Lexicon
from pipeline.nlp.claims.model.learned import Learned
from pipeline.nlp.claims.model.table import Table
from pipeline.nlp.claims.tree import Spread, Tree
from pipeline.nlp.extensions import ClaimData, gap_tokens


def find_claims(
    doc: Doc, lexicon: Lexicon, learned: Learned | None = None, style: Style = GUIDE
) -> list[ClaimData]:
    """The claims of a doc in order of their first offset.

    Args:
        doc: Parsed, with entities; sections and gaps where they are known.
        lexicon: The rule data.
        learned: The trained models, or None for the rules alone.
        style: The annotation conventions to follow.
    """
    if not len(doc):
        return []
    tree, gaps = Tree(doc), gap_tokens(doc)
    quotes = QuoteIndex(find_quotations(tree))
    drafts = ruled = find_rule_claims(tree, quotes, lexicon)
    if learned is not None:
        scored = readings_in_headlines(
            tree, learned.score(Table(tree, quotes, drafts, gaps), drafts), drafts
        )
        drafts = combine(tree, drafts, scored, quotes, lexicon, learned.keep, style)
    drafts = check_speakers(tree, give_back(tree, drafts, ruled, quotes), ruled, quotes, lexicon)
    styled = run_on(style.apply(tree, drafts, quotes), quotes)
    if style.polish:
        styled = polish(tree, styled, ruled, quotes, lexicon.patterns)
    return finish(tree, styled, quotes, lexicon, gaps, style)


def finish(
    tree: Tree, drafts: list[Draft], quotes: QuoteIndex, lexicon: Lexicon, gaps: frozenset[int], style: Style
) -> list[ClaimData]:
    """Drafts trimmed, cut at gaps, and written out as data."""
    limits = [limit for limit, _ in tree.limits]
    starts = [start for start, _ in limits]
    owner = {index: limit for limit in limits for index in range(*limit)}
    shares = {limit: masked_share(tree, limit, gaps) for limit in limits} if gaps else {}
    inside = [split_at_sections(draft, limits, starts) for draft in drafts]
    trimmed = [
        done
        for draft in close(tree, inside)
        if (done := trim(tree, draft, keep_that=style.keep_that)) is not None
    ]
    claims = []
    for draft in drop_nested(tree, drop_doubles(trimmed)):
        limit = owner.get(draft.head, (0, len(tree)))
        done, truncated = cut_at_gaps(tree, draft, gaps, limit, shares.get(limit, 0.0))
        if done is not None and not (truncated and is_scrap(tree, done)):
            claims.append(claim_data(tree, done, quotes, lexicon, truncated=truncated))
    return sorted(claims, key=_order)


def _order(claim: ClaimData) -> tuple[int, int]:
    spans: list[Spread] = [
        *claim["content"],
        *([claim["cue"]] if claim["cue"] else []),
        *([claim["source"]] if claim["source"] else []),
    ]
    return min(start for start, _ in spans), max(end for _, end in spans)
