"""From what the layers say of a doc to its mentions: the steps, in the one order in which they run.

A fact is what a step leaves and another one relies on. `tests/nlp/test_ordered_steps.py` runs other orders that the facts allow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from policy_news.core.data_files import ENCODER_DIR
from policy_news.nlp.encoder.roles import Floats
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
    with_chamber,
    without_honorific,
    without_style,
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
    without_rare_word,
)
from policy_news.nlp.entities.us_states import with_states
from policy_news.nlp.ordered_steps import OrderedSteps, Step, adding, each
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
        parsed: Whether the doc has a parse: the weights were learned from parsed texts.
        accurate: Whether to read names with the encoder too.
        candidates: What gazetteer and grammar propose.
        seen: What the statistical model takes for names.
        model: The same without rare words, which are not names.
        evidence: What both say, by span.
        leaders: First tokens of what is the surname of a head of government.
        country: What the document is about.
        doubts: What the second reading decides between.
        chances: Probabilities of what it decided, by the end of a mention.
        offices: Office id and status by first token (as text).
        scores: The probability of each mention by its first token (as text).
    """

    tokens: Tokens
    known: NameLexicon
    weights: MentionWeights
    parsed: bool
    accurate: bool
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
    read_names: Floats = field(init=False)
    doubts: list[NameCandidate] = field(init=False, default_factory=list)
    chances: dict[int, float] = field(init=False, default_factory=dict)
    offices: dict[str, list[str | None]] = field(init=False)
    described: Described = field(init=False)
    scores: dict[str, float] = field(init=False)


def _read_names(tokens: Tokens) -> Floats:
    return load_encoder(ENCODER_DIR).read(tokens.doc).names


def _without_seam(tokens: Tokens, mention: Mention) -> Mention | None:
    return mention if tokens.are_together(mention.start, mention.end) else None


MENTION_STEPS = OrderedSteps(
    MentionState,
    [
        # Proposals. What a listed name stands for is settled first: one that turns out to be another thing must win no place.
        Step("candidates", read_candidates, "tokens", "-> proposing"),
        Step("candidates", with_states, "tokens, candidates", "proposing -> states"),
        Step("candidates", decide_shared, "tokens, candidates, when.day", "proposing, states -> things"),
        Step("candidates", with_under_secretaries, "tokens, candidates", "proposing -> titles"),
        Step("candidates", adding(find_holders), "tokens, candidates", "proposing, titles"),
        Step("signs", find_signs, "tokens, candidates", "things"),
        Step("candidates", without_other_meanings, "tokens, candidates, signs", "proposing -> meanings"),
        Step("seen", read_model_entities, "tokens"),
        Step("seen", with_full_names, "tokens, seen, candidates", "meanings -> full names"),
        Step("candidates", without_firm_towns, "tokens, candidates", "proposing -> towns"),
        Step("candidates", with_listed, "tokens, candidates", "proposing"),
        Step("candidates", with_towns, "tokens, candidates", "proposing, towns"),
        Step("candidates", each(with_chamber), "tokens, candidates", "proposing -> chambers"),
        Step(
            "candidates",
            confirm_common,
            "tokens, candidates, seen",
            "proposing, full names, chambers -> confirmed",
        ),
        Step("candidates", adding(find_spelled), "tokens, candidates", "proposing, confirmed"),
        Step("candidates", adding(find_of_towns), "tokens, candidates", "proposing, confirmed"),
        Step("model", each(without_rare_word), "tokens, seen", "full names"),
        # Names: no two mentions overlap. The adjective of a country still tells whose ministry one is.
        Step("mentions", choose, "tokens, candidates, model", "-> naming, not proposing"),
        Step("mentions", each(without_style), "tokens, mentions", "naming -> styles"),
        Step("evidence", gather, "candidates, model"),
        Step(
            "mentions",
            judge_unlisted,
            "tokens, mentions, evidence, weights.kinds",
            "naming, styles -> kinds",
            only="parsed",
        ),
        Step("leaders", find_leaders, "tokens, known, when"),
        Step("mentions", adding(find_overlooked), "tokens, mentions", "naming, kinds -> people"),
        Step(
            "mentions",
            mark_ministers,
            "tokens, mentions, known, when.by, leaders",
            "naming, people -> ministers",
        ),
        # Many places with a surname alone must not outvote the one that names the office, which a vote leaves alone.
        Step("mentions", vote, "tokens, mentions, candidates, model", "naming, ministers -> one label"),
        Step("mentions", tell_firms_from_persons, "tokens, mentions", "naming, one label -> firms"),
        Step("names", find_names, "tokens, mentions", "firms"),
        Step("mentions", fill, "tokens, mentions, names", "naming -> spread"),
        # Whom bare surnames stand for depends on the full names and on the country.
        Step("mentions", without_namesakes, "tokens, mentions", "naming, spread -> namesakes"),
        Step("country", main_country, "tokens, mentions, known", "namesakes"),
        Step("mentions", settle_surnames, "tokens, mentions, known, when, country", "naming -> surnames"),
        Step("mentions", join_partners, "tokens, mentions", "naming, surnames -> partners"),
        Step("mentions", drop_fragments, "tokens, mentions", "naming, partners"),
        Step("mentions", each(_without_seam), "tokens, mentions", "naming, partners"),
        Step(
            "spans", SpanFeatures, "tokens, mentions, candidates, seen", "partners -> reviewing, not naming"
        ),
        Step("mentions", review_spans, "spans, weights.review", "reviewing -> reviewed", only="parsed"),
        Step("read_names", _read_names, "tokens", only="accurate"),
        Step("doubts", find_candidates, "spans, mentions, read_names", "reviewed", only="accurate"),
        Step(
            "mentions, chances",
            decide_names,
            "tokens, mentions, doubts, weights.second",
            "reviewing, reviewed -> decided",
            only="doubts",
        ),
        # Nothing is added or dropped any more.
        Step(
            "mentions", each(without_nationality), "tokens, mentions", "decided -> nationality, not reviewing"
        ),
        Step("mentions", each(without_honorific), "tokens, mentions", "nationality -> trimmed"),
        Step("offices", decide_offices, "tokens, mentions, known, when.day", "trimmed"),
        Step("mentions", each(name_office), "tokens, mentions, offices", "-> named offices"),
        Step("described", describe_mentions, "tokens, mentions, seen", "named offices"),
        Step("scores", score_mentions, "mentions, described, chances, weights.scores"),
    ],
)
