"""The last word on the mentions of a Doc: weighs the layers, spreads names through the document, finds the offices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.core.data_files import ENCODER_DIR
from policy_news.nlp.encoder.encoder_files import check_encoder
from policy_news.nlp.entities.leaders import When
from policy_news.nlp.entities.mention_steps import MENTION_STEPS, MentionState, MentionWeights
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.entities.offices import find_latest_day, parse_day
from policy_news.nlp.extensions import register
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import OFFICES_FILE, LexiconHolder, read_offices
from policy_news.rules.rule_files import RULES_DIR

WEIGHTS = RULES_DIR.parent / "entities"


class DocumentPass(LexiconHolder):
    """Sets `doc.ents` to the decided mentions: `ent.id_` is `method:rule`, `ent.kb_id_` the id in the rule data."""

    def __init__(self, rules: str | None, labels: Mapping[str, str] | None = None) -> None:
        super().__init__(rules)
        self.labels = dict(labels or {})
        self.last: MentionState | None = None
        """What the steps knew of the last doc: training reads it."""
        self.use_mode("fast")

    @cached_property
    def weights(self) -> MentionWeights:
        """The weights of the steps."""
        return MentionWeights.read(WEIGHTS)

    def use_mode(self, mode: str) -> None:
        """Decide names in another mode from now on: by the layers alone (`fast`), or together with the encoder (`accurate`).

        Raises:
            ModelError: In the accurate mode, the package that runs the encoder or its weights are missing.
        """
        if mode == "accurate":
            check_encoder(ENCODER_DIR)
        self.accurate = mode == "accurate"

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what the lexicon says of offices, so that a built pipeline needs no rule folder, and the weights."""
        path.mkdir(parents=True, exist_ok=True)
        data = self.lexicon.of_offices().model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (path / OFFICES_FILE).write_text(
            json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8"
        )
        self.weights.write(path)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> DocumentPass:
        """Read them back."""
        self.lexicon = read_offices(path)
        self.weights = MentionWeights.read(path)
        return self

    def __call__(self, doc: Doc) -> Doc:
        """Decide the mentions of the doc."""
        rename_labels(doc, self.labels)
        tokens, day = Tokens(doc), parse_day(doc._.published)
        by, parsed = day or find_latest_day(tokens), doc.has_annotation("DEP")
        accurate = self.accurate and parsed
        state = MentionState(tokens, self.lexicon, self.weights, parsed, accurate, When(day, by))
        self.last = MENTION_STEPS.run(state)
        doc._.mention_offices, doc._.mention_scores = state.offices, state.scores
        doc.set_ents([_as_span(doc, mention) for mention in state.mentions])
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
