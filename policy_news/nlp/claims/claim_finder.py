"""Finds the claims of a doc: rules, the encoder in the accurate mode, and the finish that both share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from policy_news.nlp.claims.constructions.all_rules import find_rule_claims
from policy_news.nlp.claims.constructions.debates import find_speeches
from policy_news.nlp.claims.constructions.led_paragraphs import find_led_paragraphs
from policy_news.nlp.claims.constructions.led_quotations import lead_quotations
from policy_news.nlp.claims.constructions.quotes import Quotation, QuoteIndex, find_quotations
from policy_news.nlp.claims.constructions.quoting import run_on
from policy_news.nlp.claims.constructions.transcripts import find_turns
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft, cue_tokens
from policy_news.nlp.claims.finish.charges import with_charges
from policy_news.nlp.claims.finish.claim_scores import ClaimFeatures, Weights
from policy_news.nlp.claims.finish.combine import combine
from policy_news.nlp.claims.finish.content_pronouns import fillings
from policy_news.nlp.claims.finish.cuts import CutsOf, at_ends, cuts_of
from policy_news.nlp.claims.finish.gaps import cut_at_gaps, is_scrap, masked_share, spans_gap
from policy_news.nlp.claims.finish.going_on import link_going_on, what_is_meant
from policy_news.nlp.claims.finish.polish import polish
from policy_news.nlp.claims.finish.repeated_headlines import link_headlines
from policy_news.nlp.claims.finish.second_reader import is_doubted, settle_ends
from policy_news.nlp.claims.finish.source_entities import Antecedents, name_sources
from policy_news.nlp.claims.finish.speakers import check_speakers, without_headlines
from policy_news.nlp.claims.finish.trimming import (
    claim_data,
    close,
    drop_doubles,
    drop_nested,
    end_with_sentence,
    split_at_sections,
    trim,
)
from policy_news.nlp.claims.finish.types import resolve_type
from policy_news.nlp.claims.readings import read_claims
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.encoder.transformer import Encoder, Sight
from policy_news.nlp.extensions import ClaimData, gap_tokens
from policy_news.nlp.who.within_document import who_of

DEEPEST = 20
"""Claims that may hold one in what they say: `A said that B said that C said ...`."""


@dataclass(frozen=True, slots=True)
class FoundClaims:
    """What was found in a doc.

    Attributes:
        tree: The doc.
        quotes: Its quotations.
        drafts: The claims, trimmed and cut at masks, each with whether a mask cut it.
        evidence: Describes the drafts.
        sight: What the encoder sees; None in the fast mode.
    """

    tree: Tree
    quotes: QuoteIndex
    drafts: list[tuple[Draft, bool]]
    evidence: ClaimFeatures
    sight: Sight | None = None


def find_claims(
    doc: Doc,
    lexicon: Lexicon,
    encoder: Encoder | None = None,
    weights: Weights | None = None,
) -> list[ClaimData]:
    """Return the claims of a doc in order of their first offset.

    Args:
        doc: Parsed, with entities; sections and gaps where they are known.
        encoder: Finds claims beside the rules; None for the rules alone.
        weights: The weights of the evidence for the scores, or None for none.
    """
    if not len(doc):
        return []
    found = find_drafts(doc, lexicon, encoder)
    tree, drafts, claims = found.tree, [], []
    for draft, truncated in found.drafts:
        scores = found.evidence.scores(draft, weights)
        if found.sight is None or not is_doubted(draft, scores.claim, found.sight):
            drafts.append(draft)
            claims.append(claim_data(tree, draft, found.quotes, lexicon, scores, truncated=truncated))
    # Sources come first: who goes on speaking, what a headline repeats and who `I` is depend on whom they name.
    antecedents = Antecedents(tree, found.quotes, lexicon.patterns, claims, who_of(doc))
    claims = name_sources(claims, antecedents)
    _continue(claims, drafts)
    headlines = link_headlines(tree, drafts, [claim["source_entity"] for claim in claims])
    gaps = gap_tokens(doc)
    for claim, draft, body in zip(claims, drafts, headlines, strict=True):
        claim["fillings"] = fillings(tree, draft, claim["source_entity"], found.quotes, lexicon, antecedents)
        claim["headline_of"], claim["spans_gap"] = body, spans_gap(draft, gaps)
    return claims


def _continue(claims: list[ClaimData], drafts: list[Draft]) -> None:
    """Give each quotation that goes on the claim that it continues, and its speaker."""
    heads = {draft.head: number for number, draft in enumerate(drafts)}
    for claim, draft in zip(claims, drafts, strict=True):
        before = None if draft.after is None else heads.get(draft.after)
        claim["continues"] = before
        if before is not None and claim["source"] is None:
            claim["source_entity"] = claims[before]["source_entity"]


def find_drafts(doc: Doc, lexicon: Lexicon, encoder: Encoder | None) -> FoundClaims:
    """Return the claims of a doc with tokens, before they are written out as data.

    Args:
        doc: Parsed, with entities; sections and gaps where they are known. Not empty.
        encoder: Finds claims beside the rules; None for the rules alone.
    """
    tree, gaps = Tree(doc), gap_tokens(doc)
    turns = find_turns(tree, lexicon.patterns) or find_speeches(tree, lexicon.patterns)
    # Quotations before all else: a cue in somebody's words is not the writer's.
    spoken = [Quotation(*turn.words) for turn in turns] or find_led_paragraphs(tree, lexicon)
    quotes = QuoteIndex(find_quotations(tree, spoken))
    drafts = ruled = _without_deep(find_rule_claims(tree, quotes, lexicon, turns))
    sight = encoder.read(doc, tree) if encoder is not None else None
    if sight is not None:
        readings = without_headlines(tree, read_claims(sight, cue_tokens(ruled)))
        drafts = combine(tree, ruled, readings, quotes, lexicon)
    # Rules and encoder make the same errors about who speaks, so the check comes after both.
    drafts = check_speakers(
        tree,
        lead_quotations(tree, drafts, quotes, lexicon.patterns),
        quotes,
        lexicon,
    )
    # Quotations that go on are set apart before `polish` cuts the ends of the claims beside them.
    drafts = run_on(link_going_on([what_is_meant(tree, draft) for draft in drafts], quotes), quotes)
    drafts = with_charges(tree, polish(tree, drafts, ruled, quotes, lexicon.patterns), lexicon)
    done = [
        (draft.with_type(resolve_type(tree, draft, quotes, lexicon)), truncated)
        for draft, truncated in _finish(tree, drafts, gaps, cuts_of(lexicon.cuts), sight, quotes)
    ]
    done.sort(key=_order)
    return FoundClaims(
        tree, quotes, done, ClaimFeatures(tree, [draft for draft, _ in done], quotes, lexicon), sight
    )


def _without_deep(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without those that very many others hold: nobody knows who says them."""
    spans = {span for draft in drafts for span in draft.content}
    starts, ends = sorted(start for start, _ in spans), sorted(end for _, end in spans)
    return [
        draft
        for draft in drafts
        if bisect_right(starts, draft.head) - bisect_right(ends, draft.head) <= DEEPEST
    ]


def _finish(
    tree: Tree,
    drafts: list[Draft],
    gaps: frozenset[int],
    cuts: CutsOf,
    sight: Sight | None,
    quotes: QuoteIndex,
) -> Iterator[tuple[Draft, bool]]:
    """Yield drafts trimmed and cut at gaps, with whether a gap cut them.

    Doubles are seen once the parts are trimmed. Gaps cut last: nothing may join again what they part.
    """
    limits = [limit for limit, _ in tree.limits]
    starts = [start for start, _ in limits]
    owner = {index: limit for limit in limits for index in range(*limit)}
    shares = {limit: masked_share(tree, limit, gaps) for limit in limits} if gaps else {}
    inside = [split_at_sections(draft, limits, starts) for draft in drafts]
    whole = close(tree, end_with_sentence(tree, inside))
    trimmed = [done for draft in whole if (done := trim(tree, draft, cuts)) is not None]
    if sight is not None:
        trimmed = [
            done
            for draft in settle_ends(tree, trimmed, sight, quotes)
            if (done := trim(tree, draft, cuts)) is not None
        ]
    for draft in drop_nested(tree, drop_doubles(trimmed)):
        limit = owner.get(draft.head, (0, len(tree)))
        done, truncated = cut_at_gaps(
            tree, draft, gaps, limit, shares.get(limit, 0.0), at_ends(cuts["content"])
        )
        if done is not None and not (truncated and is_scrap(tree, done)):
            yield done, truncated


def _order(pair: tuple[Draft, bool]) -> Spread:
    draft = pair[0]
    spans: list[Spread] = [*draft.content, *(part for part in (draft.cue, draft.source) if part)]
    return min(start for start, _ in spans), max(end for _, end in spans)
