"""From what the layers say of a doc to its mentions: the steps, in the one order in which they run.

A fact is what a step leaves and another one relies on. `tests/nlp/test_ordered_steps.py` also runs each order that the facts allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

from policy_news.core.data_files import ENCODER_DIR
from policy_news.nlp.encoder.transformer import load_encoder
from policy_news.nlp.entities.ambiguous_names import confirm_common, without_namesakes, without_other_meanings
from policy_news.nlp.entities.countries import without_nationality
from policy_news.nlp.entities.document_names import Name, fill, find_names, join_partners, vote, with_listed
from policy_news.nlp.entities.firm_or_person import tell_firms_from_persons
from policy_news.nlp.entities.firm_towns import with_towns, without_firm_towns
from policy_news.nlp.entities.fragments import drop_fragments
from policy_news.nlp.entities.full_names import find_holders, with_full_names
from policy_news.nlp.entities.kind_model import KINDS
from policy_news.nlp.entities.leaders import When, find_leaders, settle_surnames
from policy_news.nlp.entities.linear_model import LinearModel, read_model, write_model
from policy_news.nlp.entities.mention_scores import Described, describe_mentions, score_mentions
from policy_news.nlp.entities.mentions import (
    Mention,
    choose,
    read_candidates,
    read_model_entities,
    with_chambers,
    without_honorific,
    without_styles,
)
from policy_news.nlp.entities.ministers import (
    decide_offices,
    find_signs,
    main_country,
    mark_ministers,
    name_office,
)
from policy_news.nlp.entities.names_of_towns import find_of_towns
from policy_news.nlp.entities.second_names import NameCandidate, decide_names, find_candidates
from policy_news.nlp.entities.shared_names import decide_shared
from policy_news.nlp.entities.span_review import LABELS, SpanFeatures, review_spans
from policy_news.nlp.entities.spelled_names import find_spelled
from policy_news.nlp.entities.titles import with_under_secretaries
from policy_news.nlp.entities.unlisted_names import (
    Evidence,
    find_overlooked,
    gather,
    judge_unlisted,
    without_rare_words,
)
from policy_news.nlp.entities.us_states import with_states
from policy_news.nlp.ordered_steps import OrderedSteps, Step
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import NameLexicon

FILES = {"kinds": (len(KINDS), 2), "scores": (1, 3), "review": (len(LABELS), 2), "second": (1, 3)}
"""File of each field of `MentionWeights`, without `.json`: number of classes, and decimal places that its weights are worth."""


@dataclass(frozen=True, slots=True)
class MentionWeights:
    """The weights of the steps: for unlisted names, for scores, for the review, and for the second reading."""

    kinds: LinearModel
    scores: LinearModel
    review: LinearModel
    second: LinearModel

    @classmethod
    def read(cls, folder: Path) -> MentionWeights:
        """Read the weights in a folder."""
        return cls(
            **{name: read_model(folder / f"{name}.json", classes) for name, (classes, _) in FILES.items()}
        )

    def write(self, folder: Path) -> None:
        """Write them into a folder."""
        for name, (_, digits) in FILES.items():
            write_model(getattr(self, name), folder / f"{name}.json", digits)


@dataclass(slots=True)
class MentionState:
    """What the steps know of a doc.

    Attributes:
        tokens: The doc.
        known: Offices and their holders.
        weights: The weights.
        accurate: Whether to read names with the encoder too.
        day: The day of the document, if it is known.
        by: The day by which it was written: its own, or else the latest that it names.
        when: Both.
        candidates: What gazetteer and grammar propose.
        signs: Countries of the listed names.
        seen: What the statistical model takes for names.
        model: The same without what is no name.
        evidence: What both say, by span.
        mentions: What is a mention.
        leaders: First tokens of what is the surname of a head of government.
        names: What the document calls them.
        country: What the document is about.
        spans: What the review looks at.
        doubts: What the second reading decides between; None where there is none.
        chances: Probabilities of what it decided, by the end of a mention.
        offices: Office id and status by first token (as text).
        described: The features of each mention.
        scores: The probability of each mention by its first token (as text).
    """

    tokens: Tokens
    known: NameLexicon
    weights: MentionWeights
    accurate: bool
    day: dt.date | None
    by: dt.date | None
    when: When
    candidates: list[Mention] = field(init=False)
    signs: frozenset[str] = field(init=False)
    seen: list[Mention] = field(init=False)
    model: list[Mention] = field(init=False)
    evidence: Evidence = field(init=False)
    mentions: list[Mention] = field(init=False)
    leaders: frozenset[int] = field(init=False)
    names: list[Name] = field(init=False)
    country: str | None = field(init=False)
    spans: SpanFeatures = field(init=False)
    doubts: list[NameCandidate] | None = field(init=False)
    chances: dict[int, float] = field(init=False)
    offices: dict[str, list[str | None]] = field(init=False)
    described: Described = field(init=False)
    scores: dict[str, float] = field(init=False)


Find = Callable[[Tokens, list[Mention]], Iterable[Mention]]


def _adding(find: Find) -> Callable[[Tokens, list[Mention]], list[Mention]]:
    """Return a step that adds what a function finds."""

    @wraps(find)
    def added(tokens: Tokens, mentions: list[Mention]) -> list[Mention]:
        return [*mentions, *find(tokens, mentions)]

    return added


def _is_parsed(tokens: Tokens) -> bool:
    """Return whether a doc has a parse: the weights were learned from parsed texts."""
    return bool(tokens.doc.has_annotation("DEP"))


def _judge(
    tokens: Tokens, mentions: list[Mention], evidence: Evidence, weights: MentionWeights
) -> list[Mention]:
    return judge_unlisted(tokens, mentions, evidence, weights.kinds) if _is_parsed(tokens) else mentions


def _without_seams(tokens: Tokens, mentions: list[Mention]) -> list[Mention]:
    return [mention for mention in mentions if tokens.are_together(mention.start, mention.end)]


def _review(mentions: list[Mention], spans: SpanFeatures, weights: MentionWeights) -> list[Mention]:
    return review_spans(spans, weights.review) if _is_parsed(spans.tokens) else mentions


def _find_doubts(mentions: list[Mention], spans: SpanFeatures, accurate: bool) -> list[NameCandidate] | None:
    if not accurate or not _is_parsed(spans.tokens):
        return None
    return find_candidates(spans, mentions, load_encoder(ENCODER_DIR).read(spans.tokens.doc).names)


def _decide_doubts(
    tokens: Tokens, mentions: list[Mention], doubts: list[NameCandidate] | None, weights: MentionWeights
) -> tuple[list[Mention], dict[int, float]]:
    return (mentions, {}) if doubts is None else decide_names(tokens, mentions, doubts, weights.second)


def _trim(tokens: Tokens, mentions: list[Mention]) -> list[Mention]:
    return [without_honorific(tokens, without_nationality(tokens, mention)) for mention in mentions]


def _name_offices(
    tokens: Tokens, mentions: list[Mention], offices: dict[str, list[str | None]]
) -> list[Mention]:
    return [name_office(tokens, mention, offices) for mention in mentions]


def _score(
    mentions: list[Mention], described: Described, chances: dict[int, float], weights: MentionWeights
) -> dict[str, float]:
    return score_mentions(mentions, described, chances, weights.scores)


MENTION_STEPS = OrderedSteps(
    MentionState,
    [
        Step("candidates", read_candidates, "tokens"),
        Step("candidates", with_states, "tokens, candidates"),
        Step("candidates", decide_shared, "tokens, candidates, day"),
        Step("candidates", with_under_secretaries, "tokens, candidates"),
        Step("candidates", _adding(find_holders), "tokens, candidates"),
        Step("signs", find_signs, "tokens, candidates"),
        Step("candidates", without_other_meanings, "tokens, candidates, signs"),
        Step("seen", read_model_entities, "tokens"),
        Step("seen", with_full_names, "tokens, seen, candidates"),
        Step("candidates", without_firm_towns, "tokens, candidates"),
        Step("candidates", with_listed, "tokens, candidates"),
        Step("candidates", with_towns, "tokens, candidates"),
        Step("candidates", with_chambers, "tokens, candidates"),
        Step("candidates", confirm_common, "tokens, candidates, seen"),
        Step("candidates", _adding(find_spelled), "tokens, candidates"),
        Step("candidates", _adding(find_of_towns), "tokens, candidates"),
        Step("model", without_rare_words, "tokens, seen"),
        Step("mentions", choose, "tokens, candidates, model"),
        Step("mentions", without_styles, "tokens, mentions"),
        Step("evidence", gather, "candidates, model"),
        Step("mentions", _judge, "tokens, mentions, evidence, weights"),
        Step("leaders", find_leaders, "tokens, known, when"),
        Step("mentions", _adding(find_overlooked), "tokens, mentions"),
        Step("mentions", mark_ministers, "tokens, mentions, known, by, leaders"),
        Step("mentions", vote, "tokens, mentions, candidates, model"),
        Step("mentions", tell_firms_from_persons, "tokens, mentions"),
        Step("names", find_names, "tokens, mentions"),
        Step("mentions", fill, "tokens, mentions, names"),
        Step("mentions", without_namesakes, "tokens, mentions"),
        Step("country", main_country, "tokens, mentions, known"),
        Step("mentions", settle_surnames, "tokens, mentions, known, when, country"),
        Step("mentions", join_partners, "tokens, mentions"),
        Step("mentions", drop_fragments, "tokens, mentions"),
        Step("mentions", _without_seams, "tokens, mentions"),
        Step("spans", SpanFeatures, "tokens, mentions, candidates, seen"),
        Step("mentions", _review, "mentions, spans, weights"),
        Step("doubts", _find_doubts, "mentions, spans, accurate"),
        Step("mentions, chances", _decide_doubts, "tokens, mentions, doubts, weights"),
        Step("mentions", _trim, "tokens, mentions"),
        Step("offices", decide_offices, "tokens, mentions, known, day"),
        Step("mentions", _name_offices, "tokens, mentions, offices"),
        Step("described", describe_mentions, "tokens, mentions, seen"),
        Step("scores", _score, "mentions, described, chances, weights"),
    ],
)
