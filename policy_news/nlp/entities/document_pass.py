"""The last word on the mentions of a Doc: weighs the layers, spreads names through the document, finds the offices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.core.data_files import ENCODER_DIR
from policy_news.nlp.encoder.encoder_files import check_encoder
from policy_news.nlp.encoder.transformer import load_encoder
from policy_news.nlp.entities import document_names as names
from policy_news.nlp.entities import offices
from policy_news.nlp.entities.ambiguous_names import confirm_common, without_namesakes, without_other_meanings
from policy_news.nlp.entities.countries import without_nationality
from policy_news.nlp.entities.firm_or_person import tell_firms_from_persons
from policy_news.nlp.entities.firm_towns import with_towns, without_firm_towns
from policy_news.nlp.entities.fragments import drop_fragments
from policy_news.nlp.entities.full_names import find_holders, with_full_names
from policy_news.nlp.entities.kind_model import KINDS
from policy_news.nlp.entities.leaders import find_leaders, settle_surnames
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
    find_overlooked,
    gather,
    judge_unlisted,
    without_rare_words,
)
from policy_news.nlp.entities.us_states import with_states
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import LexiconHolder, NameLexicon
from policy_news.rules.own_lists import read_holders
from policy_news.rules.rule_files import RULES_DIR

WEIGHTS = RULES_DIR.parent / "entities"
KINDS_FILE = "kinds.json"
SCORES_FILE = "scores.json"
REVIEW_FILE = "review.json"
SECOND_FILE = "second.json"
OFFICES_FILE = "offices.json"


class DocumentPass(LexiconHolder):
    """Sets `doc.ents` to the decided mentions: `ent.id_` is `method:rule`, `ent.kb_id_` the id in the rule data."""

    def __init__(self, rules: str | None, labels: Mapping[str, str] | None = None) -> None:
        super().__init__(rules)
        self.labels = dict(labels or {})
        self._known: NameLexicon | None = None
        self.described: Described = []
        """What the scores saw of the mentions of the last doc: training reads it."""
        self.spans: SpanFeatures | None = None
        """What the review looked at in the last doc: training reads it."""
        self.candidates: Sequence[NameCandidate] = ()
        """What the second reading decided between in the last doc: training reads it."""
        self.use_mode("fast")

    @cached_property
    def kinds(self) -> LinearModel:
        """The weights for unlisted names."""
        return read_model(WEIGHTS / KINDS_FILE, len(KINDS))

    @cached_property
    def scores(self) -> LinearModel:
        """The weights of the scores."""
        return read_model(WEIGHTS / SCORES_FILE, 1)

    @cached_property
    def review(self) -> LinearModel:
        """The weights of the review."""
        return read_model(WEIGHTS / REVIEW_FILE, len(LABELS))

    @cached_property
    def second(self) -> LinearModel:
        """The weights for names that layers and encoder read differently."""
        return read_model(WEIGHTS / SECOND_FILE, 1)

    def use_own_lists(self, folders: Sequence[str]) -> None:
        """Know the ministers of the user's own lists too; of no list, where no folder is given."""
        own = tuple(read_holders(folders))
        self._known = self.lexicon.with_own(own) if own else None

    def use_mode(self, mode: str) -> None:
        """Decide names in another mode from now on: by the layers alone (`fast`), or together with the encoder (`accurate`).

        Raises:
            ModelError: In the accurate mode, the package that runs the encoder or its weights are missing.
        """
        if mode == "accurate":
            check_encoder(ENCODER_DIR)
        self.accurate = mode == "accurate"

    def _second_read(self, doc: Doc, mentions: list[Mention]) -> tuple[list[Mention], dict[int, float]]:
        """Return the mentions after the second reading, and the probabilities of those that it decided, by their ends."""
        if not self.accurate or self.spans is None:
            return mentions, {}
        names = load_encoder(ENCODER_DIR).read(doc).names
        self.candidates = find_candidates(self.spans, mentions, names)
        return decide_names(self.spans.tokens, mentions, self.candidates, self.second)

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what the lexicon says of offices, so that a built pipeline needs no rule folder, and the weights."""
        path.mkdir(parents=True, exist_ok=True)
        data = self.lexicon.of_offices().model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (path / OFFICES_FILE).write_text(
            json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )
        write_model(self.kinds, path / KINDS_FILE)
        write_model(self.scores, path / SCORES_FILE, digits=3)
        write_model(self.review, path / REVIEW_FILE)
        write_model(self.second, path / SECOND_FILE, digits=3)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> DocumentPass:
        """Read them back."""
        self.lexicon = NameLexicon.model_validate_json((path / OFFICES_FILE).read_bytes())
        self.kinds = read_model(path / KINDS_FILE, len(KINDS))
        self.scores = read_model(path / SCORES_FILE, 1)
        self.review = read_model(path / REVIEW_FILE, len(LABELS))
        self.second = read_model(path / SECOND_FILE, 1)
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Decide the mentions of the doc."""
        rename_labels(doc, self.labels)  # first: the rules know the labels of OntoNotes only
        tokens, known = Tokens(doc), self._known or self.lexicon
        day = offices.parse_day(doc._.published)
        by = day or offices.find_latest_day(tokens)
        model = read_model_entities(tokens)
        # What a listed name stands for is settled before the layers are weighed: a name that turns out to be
        # another thing, or none, must not win a place from the model.
        candidates = decide_shared(tokens, with_states(tokens, read_candidates(tokens)), day)
        candidates = with_under_secretaries(tokens, candidates)
        candidates += find_holders(tokens, candidates)
        candidates = without_other_meanings(tokens, candidates, find_signs(tokens, candidates))
        # The model's names as wide as they are, before ambiguous names ask them for support.
        model = with_full_names(tokens, model, candidates)
        candidates = with_towns(tokens, names.with_listed(tokens, without_firm_towns(tokens, candidates)))
        candidates = confirm_common(tokens, with_chambers(tokens, candidates), model)
        candidates += find_spelled(tokens, candidates)
        candidates += find_of_towns(tokens, candidates)
        seen, model = model, without_rare_words(tokens, model)  # the scores ask what the model said itself
        mentions = without_styles(tokens, choose(tokens, candidates, model))
        # From here on no two mentions overlap. Names of no list get their kind while all evidence is still there.
        if doc.has_annotation("DEP"):  # the weights were learned from parsed texts
            mentions = judge_unlisted(tokens, mentions, gather(candidates, model), self.kinds)
        found = find_leaders(tokens, known, (day, by))
        # Before the vote, which leaves ministers alone: else the many places where only the surname is read as
        # a person would outvote the one that names the office.
        mentions = mark_ministers(tokens, [*mentions, *find_overlooked(tokens, mentions)], known, by, found)
        mentions = names.vote(tokens, mentions, [*candidates, *model])
        # Spread after the vote, so that a name has one label wherever it is repeated.
        mentions = tell_firms_from_persons(tokens, mentions)
        mentions = names.fill(tokens, mentions, names.find_names(tokens, mentions))
        # Bare surnames last of the names: whom they stand for depends on the full names and on the country.
        mentions = without_namesakes(tokens, mentions)
        main = main_country(tokens, mentions, known)
        mentions = settle_surnames(tokens, mentions, known, (day, by), main)
        mentions = drop_fragments(tokens, names.join_partners(tokens, mentions))
        mentions = [m for m in mentions if tokens.are_together(m.start, m.end)]
        chances: dict[int, float] = {}
        if doc.has_annotation("DEP"):
            self.spans = SpanFeatures(tokens, mentions, candidates, seen)
            mentions = review_spans(self.spans, self.review)
            mentions, chances = self._second_read(doc, mentions)
        # Only now: up to here the adjective tells whose ministry it is.
        mentions = [without_honorific(tokens, without_nationality(tokens, m)) for m in mentions]
        # Offices are those of the mentions that are left; nothing is added or dropped any more.
        decided = decide_offices(tokens, mentions, known, day)
        doc._.mention_offices = decided
        mentions = [name_office(tokens, mention, decided) for mention in mentions]
        self.described = [*describe_mentions(tokens, mentions, seen)]
        scores = score_mentions(mentions, self.described, self.scores)
        for mention in mentions:
            if mention.end in chances:
                scores[str(mention.start)] = round(chances[mention.end], 4)
        doc._.mention_scores = scores
        doc.set_ents([_as_span(doc, mention) for mention in mentions])
        return doc


def _as_span(doc: Doc, mention: Mention) -> Span:
    method = "rule" if mention.method == "weak" else mention.method  # nothing else wanted the place
    return Span(
        doc,
        mention.start,
        mention.end,
        label=mention.label,
        kb_id=mention.entry,
        span_id=f"{method}:{mention.rule}",
    )


def rename_labels(doc: Doc, labels: Mapping[str, str]) -> None:
    """Give the ents of another model the labels that the rules know."""
    if labels and any(ent.label_ in labels for ent in doc.ents):
        doc.set_ents(
            [Span(doc, ent.start, ent.end, label=labels.get(ent.label_, ent.label_)) for ent in doc.ents]
        )


@Language.factory(
    "policy_document_pass",
    assigns=["doc.ents", "doc._.mention_offices", "doc._.mention_scores"],
    default_config={"rules": None, "labels": {}},
)
def make_document_pass(nlp: Language, name: str, rules: str | None, labels: dict[str, str]) -> DocumentPass:
    """Return the factory.

    Args:
        rules: A rule folder; None for the rules of this project. Unused where the pipeline was loaded from disk.
        labels: What labels of the pipeline's own model mean in OntoNotes (`{"PER": "PERSON", "LOC": "GPE"}`); the rules know those.
    """
    register()
    return DocumentPass(rules, labels)
