"""From a parsed doc to its claims: the steps, in the one order in which they run.

Rules find claims, in the accurate mode the encoder finds others beside them, and all share the steps that finish them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc

from policy_news.nlp.claims.constructions.all_rules import find_rule_claims
from policy_news.nlp.claims.constructions.debates import find_speeches
from policy_news.nlp.claims.constructions.led_paragraphs import find_led_paragraphs
from policy_news.nlp.claims.constructions.led_quotations import lead_quotations
from policy_news.nlp.claims.constructions.quotes import Quotation, QuoteIndex, find_quotations
from policy_news.nlp.claims.constructions.quoting import run_on
from policy_news.nlp.claims.constructions.transcripts import Turn, find_turns
from policy_news.nlp.claims.cue_lexicon import Lexicon
from policy_news.nlp.claims.draft import Draft, cue_tokens
from policy_news.nlp.claims.finish.charges import with_charges
from policy_news.nlp.claims.finish.claim_scores import ClaimFeatures, Scores, Weights
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
from policy_news.nlp.claims.readings import ClaimReading, read_claims
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.encoder.transformer import Encoder, Sight
from policy_news.nlp.extensions import ClaimData
from policy_news.nlp.ordered_steps import OrderedSteps, Step, each
from policy_news.nlp.who.within_document import Who, who_of

DEEPEST = 20
"""Claims that may hold one in what they say: `A said that B said that C said ...`."""


@dataclass(slots=True)
class ClaimState:
    """What the steps know of a doc.

    Attributes:
        readings: What it takes for claims beside those of the rules.
        drafts: The claims with tokens.
        claims: The claims as data, parallel to the drafts.
    """

    tree: Tree
    lexicon: Lexicon
    encoder: Encoder | None
    weights: Weights | None
    turns: list[Turn] = field(init=False)
    quotes: QuoteIndex = field(init=False)
    ruled: list[Draft] = field(init=False)
    sight: Sight | None = field(init=False, default=None)
    readings: Sequence[ClaimReading] = field(init=False, default=())
    drafts: list[Draft] = field(init=False)
    cuts: CutsOf = field(init=False)
    features: ClaimFeatures = field(init=False)
    scores: list[Scores] = field(init=False)
    claims: list[ClaimData] = field(init=False)
    who: Who = field(init=False)
    antecedents: Antecedents = field(init=False)


def _find_turns(tree: Tree, lexicon: Lexicon) -> list[Turn]:
    return find_turns(tree, lexicon.patterns) or find_speeches(tree, lexicon.patterns)


def _find_quotations(tree: Tree, lexicon: Lexicon, turns: list[Turn]) -> QuoteIndex:
    spoken = [Quotation(*turn.words) for turn in turns] or find_led_paragraphs(tree, lexicon)
    return QuoteIndex(find_quotations(tree, spoken))


def _without_deep(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without those that very many others hold: nobody knows who says them."""
    spans = {span for draft in drafts for span in draft.content}
    starts, ends = sorted(start for start, _ in spans), sorted(end for _, end in spans)
    return [
        draft
        for draft in drafts
        if bisect_right(starts, draft.head) - bisect_right(ends, draft.head) <= DEEPEST
    ]


def _look(tree: Tree, encoder: Encoder) -> Sight:
    return encoder.read(tree.doc, tree)


def _read(tree: Tree, ruled: list[Draft], sight: Sight) -> list[ClaimReading]:
    return without_headlines(tree, read_claims(sight, cue_tokens(ruled)))


def _cut_at_gaps(tree: Tree, drafts: list[Draft], cuts: CutsOf) -> list[Draft]:
    """Return what masks leave of the drafts, in order of the text."""
    limits = [limit for limit, _ in tree.limits]
    owner = {index: limit for limit in limits for index in range(*limit)}
    shares = {limit: masked_share(tree, limit, tree.gaps) for limit in limits} if tree.gaps else {}
    ends, visible = at_ends(cuts["content"]), []
    for draft in drafts:
        limit = owner.get(draft.head, (0, len(tree)))
        done, truncated = cut_at_gaps(tree, draft, tree.gaps, limit, shares.get(limit, 0.0), ends)
        if done is not None and not (truncated and is_scrap(tree, done)):
            visible.append(replace(done, truncated=truncated))
    return sorted(visible, key=lambda draft: draft.bounds)


def _with_type(tree: Tree, draft: Draft, quotes: QuoteIndex, lexicon: Lexicon) -> Draft:
    return draft.with_type(resolve_type(tree, draft, quotes, lexicon))


def _score(drafts: list[Draft], features: ClaimFeatures, weights: Weights | None) -> list[Scores]:
    return [features.scores(draft, weights) for draft in drafts]


def _believe(drafts: list[Draft], scores: list[Scores], sight: Sight) -> tuple[list[Draft], list[Scores]]:
    """Return the drafts that the rules or the encoder believe, and their scores."""
    pairs = zip(drafts, scores, strict=True)
    kept = [(draft, score) for draft, score in pairs if not is_doubted(draft, score.claim, sight)]
    return [draft for draft, _ in kept], [score for _, score in kept]


def _write(
    tree: Tree, drafts: list[Draft], quotes: QuoteIndex, lexicon: Lexicon, scores: list[Scores]
) -> list[ClaimData]:
    pairs = zip(drafts, scores, strict=True)
    return [claim_data(tree, draft, quotes, lexicon, score) for draft, score in pairs]


def _continue(claims: list[ClaimData], drafts: list[Draft]) -> list[ClaimData]:
    """Give each quotation that goes on the claim that it continues, and its speaker."""
    heads = {draft.head: number for number, draft in enumerate(drafts)}
    for claim, draft in zip(claims, drafts, strict=True):
        before = None if draft.after is None else heads.get(draft.after)
        claim["continues"] = before
        if before is not None and claim["source"] is None:
            claim["source_entity"] = claims[before]["source_entity"]
    return claims


def _fill(
    tree: Tree, drafts: list[Draft], claims: list[ClaimData], lexicon: Lexicon, found: Antecedents
) -> list[ClaimData]:
    for claim, draft in zip(claims, drafts, strict=True):
        claim["fillings"] = fillings(found.tree, draft, claim["source_entity"], found.quotes, lexicon, found)
        claim["spans_gap"] = spans_gap(draft, tree.gaps)
    return claims


DRAFT_STEPS = OrderedSteps(
    ClaimState,
    [
        # A cue in somebody's words is not the writer's.
        Step("turns", _find_turns, "tree, lexicon"),
        Step("quotes", _find_quotations, "tree, lexicon, turns"),
        Step("ruled", find_rule_claims, "tree, quotes, lexicon, turns"),
        Step("ruled", _without_deep, "ruled", "-> ruled"),
        Step("sight", _look, "tree, encoder", only="encoder"),
        Step("readings", _read, "tree, ruled, sight", "ruled", only="sight"),
        # Rules and encoder make the same errors about who speaks: drafts of both are checked.
        Step("drafts", combine, "tree, ruled, readings, quotes, lexicon", "ruled -> drafting"),
        Step("drafts", lead_quotations, "tree, drafts, quotes, lexicon.patterns", "drafting -> led"),
        Step("drafts", check_speakers, "tree, drafts, quotes, lexicon", "drafting, led -> speakers"),
        Step("drafts", each(what_is_meant), "tree, drafts", "drafting, speakers -> meant"),
        Step("drafts", link_going_on, "tree, drafts, quotes, lexicon.patterns", "drafting, meant -> linked"),
        Step("drafts", run_on, "drafts, quotes", "drafting, linked -> apart"),
        # Quotations that go on are apart: what is cut off the claims beside them is none of theirs.
        Step(
            "drafts", polish, "tree, drafts, ruled, quotes, lexicon.patterns", "drafting, apart -> polished"
        ),
        Step("drafts", with_charges, "tree, drafts, lexicon", "drafting, polished -> charges"),
        Step("drafts", each(split_at_sections), "tree, drafts", "charges -> cutting, not drafting"),
        Step("drafts", end_with_sentence, "tree, drafts, quotes", "cutting -> ended"),
        Step("drafts", close, "tree, drafts", "cutting, ended -> closed"),
        Step("cuts", cuts_of, "lexicon.cuts"),
        Step("drafts", each(trim), "tree, drafts, cuts", "cutting, closed -> trimmed"),
        Step(
            "drafts", settle_ends, "tree, drafts, sight, quotes", "cutting, trimmed -> settled", only="sight"
        ),
        Step("drafts", each(trim), "tree, drafts, cuts", "cutting, settled -> whole", only="sight"),
        # Doubles are seen once the parts are trimmed; nothing joins again what a mask parts.
        Step("drafts", drop_doubles, "drafts", "cutting, whole -> single"),
        Step("drafts", drop_nested, "tree, drafts", "cutting, single -> claimed"),
        Step("drafts", _cut_at_gaps, "tree, drafts, cuts", "claimed -> visible, not cutting"),
        Step("drafts", each(_with_type), "tree, drafts, quotes, lexicon", "visible -> typed"),
        Step("features", ClaimFeatures, "tree, drafts, quotes, lexicon", "typed"),
    ],
)
CLAIM_STEPS = OrderedSteps(
    ClaimState,
    [
        *DRAFT_STEPS.steps,
        Step("scores", _score, "drafts, features, weights"),
        Step("drafts, scores", _believe, "drafts, scores, sight", "-> believed", only="sight"),
        Step("claims", _write, "tree, drafts, quotes, lexicon, scores", "believed"),
        Step("who", who_of, "tree.doc"),
        Step("antecedents", Antecedents, "tree, quotes, lexicon.patterns, claims, who"),
        # Who goes on speaking, what a headline repeats and who `I` is depend on whom the sources name.
        Step("claims", name_sources, "claims, antecedents", "-> named"),
        Step("claims", _continue, "claims, drafts", "named -> continued"),
        Step("claims", link_headlines, "tree, drafts, claims", "continued"),
        Step("claims", _fill, "tree, drafts, claims, lexicon, antecedents", "continued"),
    ],
)


def find_claims(
    doc: Doc, lexicon: Lexicon, encoder: Encoder | None = None, weights: Weights | None = None
) -> list[ClaimData]:
    """Return the claims of a doc in order of their first offset.

    Args:
        doc: Parsed, with entities; sections and gaps where they are known.
        encoder: Finds claims beside the rules; None for the rules alone.
        weights: The weights of the evidence for the scores, or None for none.
    """
    if not len(doc):
        return []
    return CLAIM_STEPS.run(ClaimState(Tree(doc), lexicon, encoder, weights)).claims


def find_drafts(doc: Doc, lexicon: Lexicon, encoder: Encoder | None) -> ClaimState:
    """Return what the steps know of a doc that is not empty, up to the features of its drafts: training reads them."""
    return DRAFT_STEPS.run(ClaimState(Tree(doc), lexicon, encoder, None))
