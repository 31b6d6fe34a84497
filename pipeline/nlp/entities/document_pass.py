"""The last word on the mentions of a Doc: weighs the layers, spreads names through the document, finds the offices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.nlp.entities import document_names as names
from pipeline.nlp.entities import offices
from pipeline.nlp.entities.ambiguous_names import (
    confirm_common,
    without_namesakes,
    without_other_meanings,
)
from pipeline.nlp.entities.built_bodies import find_bodies
from pipeline.nlp.entities.built_places import find_places, with_towns
from pipeline.nlp.entities.firm_towns import without_firm_towns
from pipeline.nlp.entities.fragments import drop_fragments
from pipeline.nlp.entities.full_names import with_full_names
from pipeline.nlp.entities.kind_model import KindModel, read_kinds, write_kinds
from pipeline.nlp.entities.leaders import find_leaders, settle_surnames
from pipeline.nlp.entities.mentions import (
    Mention,
    choose,
    read_candidates,
    read_model_entities,
    without_styles,
)
from pipeline.nlp.entities.ministers import (
    decide_offices,
    find_signs,
    main_country,
    mark_ministers,
    name_office,
)
from pipeline.nlp.entities.scores import (
    Described,
    ScoreModel,
    describe_mentions,
    read_scores,
    score_mentions,
    write_scores,
)
from pipeline.nlp.entities.shared_names import decide_shared
from pipeline.nlp.entities.span_review import (
    ReviewModel,
    SpanFeatures,
    read_review,
    review_spans,
    write_review,
)
from pipeline.nlp.entities.titles import with_under_secretaries, without_titled
from pipeline.nlp.entities.unlisted_names import find_overlooked, gather, judge_unlisted, without_rare_words
from pipeline.nlp.entities.us_states import with_states
from pipeline.nlp.extensions import register
from pipeline.nlp.tokens import Tokens
from pipeline.rules.lexicon import Lexicon, LexiconHolder
from pipeline.rules.own_lists import read_holders

KINDS_FILE = "kinds.json"
SCORES_FILE = "scores.json"
REVIEW_FILE = "review.json"
OFFICES_FILE = "offices.json"


class DocumentPass(LexiconHolder):
    """Sets `doc.ents` to the decided mentions: `ent.id_` is `method:rule`, `ent.kb_id_` the id in the rule data."""

    def __init__(self, rules: str | None, labels: Mapping[str, str] | None = None) -> None:
        super().__init__(rules)
        self.labels = dict(labels or {})
        self._known: Lexicon | None = None
        self._kinds: KindModel | None = None
        self._kinds_read = False
        self._scores: ScoreModel | None = None
        self._review: ReviewModel | None = None
        self._review_read = False
        self.described: Described = []
        """What the scores saw of the mentions of the last doc: training reads it."""
        self.spans: SpanFeatures | None = None
        """What the review looked at in the last doc: training reads it."""

    @property
    def kinds(self) -> KindModel | None:
        """The weights for unlisted names, or None where there are none; read when first used."""
        if not self._kinds_read:
            self._use_kinds(read_kinds())
        return self._kinds

    @property
    def scores(self) -> ScoreModel:
        """The weights of the scores, read when first used."""
        if self._scores is None:
            self._scores = read_scores()
        return self._scores

    @property
    def review(self) -> ReviewModel | None:
        """The weights of the review, or None where there are none; read when first used."""
        if not self._review_read:
            self.use_review(read_review())
        return self._review

    def use_review(self, review: ReviewModel | None) -> None:
        """Review with these weights; with None the layers decide alone."""
        self._review, self._review_read = review, True

    def _use_kinds(self, kinds: KindModel | None) -> None:
        self._kinds, self._kinds_read = kinds, True

    def use_own_lists(self, folders: Sequence[str]) -> None:
        """Know the ministers of the user's own lists too; of no list, where no folder is given."""
        own = tuple(read_holders(folders))
        self._known = self.lexicon.with_own(own) if own else None

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what the lexicon says of offices, so that a built pipeline needs no rule folder, and the weights."""
        path.mkdir(parents=True, exist_ok=True)
        data = self.lexicon.of_offices().model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (path / OFFICES_FILE).write_text(
            json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )
        if self.kinds is not None:
            write_kinds(self.kinds, path / KINDS_FILE)
        write_scores(self.scores, path / SCORES_FILE)
        if self.review is not None:
            write_review(self.review, path / REVIEW_FILE)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> DocumentPass:
        """Read them back."""
        self.lexicon = Lexicon.model_validate_json((path / OFFICES_FILE).read_bytes())
        self._use_kinds(read_kinds(path / KINDS_FILE))
        self._scores = read_scores(path / SCORES_FILE)
        self.use_review(read_review(path / REVIEW_FILE))
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
        candidates = with_under_secretaries(tokens, without_titled(tokens, candidates, known))
        candidates = without_other_meanings(tokens, candidates, find_signs(tokens, candidates))
        # The model's names as wide as they are, before ambiguous names ask them for support.
        model = with_full_names(tokens, model, candidates)
        candidates = with_towns(tokens, names.with_listed(tokens, without_firm_towns(tokens, candidates)))
        candidates = confirm_common(tokens, candidates, model)
        candidates += names.find_defined(tokens) + names.find_spelled(tokens, candidates)
        candidates += find_places(tokens, candidates) + find_bodies(tokens, candidates)
        seen, model = model, without_rare_words(tokens, model)  # the scores ask what the model said itself
        mentions = without_styles(tokens, choose(tokens, candidates, model))
        # From here on no two mentions overlap. Names of no list get their kind while all evidence is still there.
        if self.kinds is not None and doc.has_annotation("DEP"):  # the weights were learned from parsed texts
            mentions = judge_unlisted(tokens, mentions, gather(candidates, model), self.kinds)
        found = find_leaders(tokens, known, (day, by))
        # Before the vote, which leaves ministers alone: else the many places where only the surname is read as
        # a person would outvote the one that names the office.
        mentions = mark_ministers(tokens, [*mentions, *find_overlooked(tokens, mentions)], known, by, found)
        mentions = names.vote(tokens, mentions, [*candidates, *model])
        mentions = names.with_renamed(tokens, names.without_firms(tokens, mentions))
        # Spread after the vote, so that a name has one label wherever it is repeated.
        mentions = names.without_bearers(tokens, names.without_dealers(tokens, mentions))
        mentions = names.fill(tokens, mentions, names.find_names(tokens, mentions))
        # Bare surnames last of the names: whom they stand for depends on the full names and on the country.
        mentions = without_namesakes(tokens, mentions)
        main = main_country(tokens, mentions, known)
        mentions = settle_surnames(tokens, mentions, known, (day, by), main)
        mentions = drop_fragments(tokens, names.join_owners(tokens, mentions))
        mentions = [m for m in mentions if tokens.are_together(m.start, m.end)]
        if doc.has_annotation("DEP"):
            self.spans = SpanFeatures(tokens, mentions, candidates, seen)
            mentions = review_spans(self.spans, self.review) if self.review is not None else mentions
        # Offices are those of the mentions that are left; nothing is added or dropped any more.
        decided = decide_offices(tokens, mentions, known, day)
        doc._.mention_offices = decided
        mentions = [name_office(tokens, mention, decided) for mention in mentions]
        self.described = [*describe_mentions(tokens, mentions, seen)]
        doc._.mention_scores = score_mentions(mentions, self.described, self.scores)
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
        nlp: The pipeline.
        name: Name of the component.
        rules: A rule folder; None for the rules of this project. Unused where the pipeline was loaded from disk.
        labels: What labels of the pipeline's own model mean in OntoNotes (`{"PER": "PERSON", "LOC": "GPE"}`); the rules know those.
    """
    register()
    return DocumentPass(rules, labels)
