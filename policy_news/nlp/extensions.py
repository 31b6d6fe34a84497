"""What our components read from and write to a spaCy `Doc`. Plain data and spans only.

| where | what | written by |
| --- | --- | --- |
| `doc.spans["sections"]` | one span a section in reading order, `label_` is its kind | annotate (absent in other people's pipelines) |
| `doc.spans["gaps"]` | the placeholder tokens that stand for masked runs | annotate |
| `doc._.published` | ISO date or datetime of the document, or None | annotate |
| `doc._.section_dates` | list parallel to the sections: ISO date or datetime of a comment, else None | annotate |
| `doc._.lowered` | tokens of headlines in title case whose capital the model does not see | annotate |
| `doc.spans["candidates"]` | entity candidates of all layers, kept for explanations | gazetteer, grammar |
| `doc.spans["pieces"]` | a `beginning` of known names before a gap, an `end` of such after one | gazetteer |
| `doc._.term_countries` | id of a found name to its country | gazetteer |
| `doc._.term_senses` | id of a thing that shares a found name to what tells it from the others | gazetteer |
| `doc._.rules_marked` | mark to the ids of the rules that have it | grammar |
| `doc.ents` | the mentions; `ent.id_` is `method:rule_id`, `ent.kb_id_` the id of the term, office or person | document pass |
| `doc._.mention_offices` | first token of an ent (as text) to `[office id, status]` | document pass |
| `doc._.mention_scores` | first token of an ent (as text) to the probability that it is right | document pass |
| `ent._.office_id`, `ent._.office_status` | the same for one ent, or None | read from it |
| `ent._.mention_score` | the same for one ent, or None | read from it |
| `doc._.who` | `WhoData`: the persons of the ents, and the ids of the others | annotate (found when it is asked for in other people's pipelines) |
| `doc._.dates` | list of `DateData`, in order of `start` | dates |
| `doc._.claims` | list of `ClaimData`, in order of the first offset | claims |

All of it survives `Doc.to_bytes`, `DocBin(store_user_data=True)` and `nlp.pipe(n_process=2)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from spacy.tokens import Doc, Span

from policy_news.core.errors import ModelError


class DateData(TypedDict):
    """One date expression. `start` and `end` are character offsets into `doc.text`; dates are ISO strings."""

    start: int
    end: int
    timex_type: str
    value: str
    earliest: str | None
    latest: str | None
    granularity: str | None
    role: str
    anchor: str | None


class ClaimData(TypedDict):
    """One attribution. Spans are `[start, end)` character offsets into `doc.text`.

    `fillings` are pronouns of the content with the name that each stands for, or None where one is unclear. `continues` and `headline_of`
    are places in `doc._.claims`. `spans_gap`: masked text stands between the parts.
    """

    source: tuple[int, int] | None
    source_entity: str | None
    cue: tuple[int, int] | None
    cue_lemma: str | None
    content: list[tuple[int, int]]
    claim_type: str
    quote_kind: str
    negated: bool
    polarity: str | None
    fillings: list[tuple[int, int, str]] | None
    continues: int | None
    headline_of: int | None
    truncated: bool
    spans_gap: bool
    date: int | None
    score: float
    source_score: float
    method: str


class WhoData(TypedDict):
    """Who and what the mentions are, as `policy_news.nlp.who.within_document.Who` has it.

    `persons` are fields of `Person` that say something. `meant` has for each ent, in order, the place of its person or its id; how sure that
    is; and why.
    """

    persons: list[dict[str, Any]]
    meant: list[list[Any]]
    country: str | None


def register() -> None:
    """Register the extensions; safe to call more than once."""
    for name, default in (
        ("published", None),
        ("section_dates", None),
        ("who", None),
        ("dates", None),
        ("claims", None),
        ("mention_offices", None),
        ("mention_scores", None),
        ("lowered", None),
        ("term_countries", None),
        ("term_senses", None),
        ("rules_marked", None),
    ):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
    for name, getter in (
        ("office_id", _office_id),
        ("office_status", _office_status),
        ("mention_score", _mention_score),
    ):
        if not Span.has_extension(name):
            Span.set_extension(name, getter=getter)


def _office_id(span: Span) -> str | None:
    return _office(span)[0]


def _office_status(span: Span) -> str | None:
    return _office(span)[1]


def _mention_score(span: Span) -> float | None:
    """Return the probability that an ent is right; None of a span that begins where none does."""
    scores: Mapping[str, float] = span.doc._.mention_scores or {}
    return scores.get(str(span.start))


def _office(span: Span) -> tuple[str | None, str | None]:
    """Return what the document pass decided of an ent; nothing of other spans that begin where one does."""
    if span.label_ not in ("MINISTER", "OFFICE"):
        return None, None
    office, status = (span.doc._.mention_offices or {}).get(str(span.start), (None, None))
    return office, status


def check_annotated(doc: Doc, name: str, needed: Mapping[str, str]) -> None:
    """Require the annotation that a component reads; a doc without tokens needs none.

    Args:
        needed: Attribute to the component that usually sets it.

    Raises:
        ModelError: Some is missing; names the components.
    """
    missing = [component for attribute, component in needed.items() if not doc.has_annotation(attribute)]
    if missing:
        what = f"{name} needs what these components write, and the pipeline has none before it: {', '.join(missing)}"
        raise ModelError(
            what, "Add them before it, or start from a trained English pipeline, such as en_core_web_md."
        )


def find_sections(doc: Doc) -> list[Span]:
    """Return the sections of a doc; where nobody set them, the runs of tokens between line breaks, as paragraphs."""
    if "sections" in doc.spans:
        return list(doc.spans["sections"])
    spans, first = [], None
    for token in doc:
        breaks = token.is_space and "\n" in token.text
        if breaks and first is not None:
            spans.append(Span(doc, first, token.i, label="paragraph"))
            first = None
        elif not breaks and first is None:
            first = token.i
    if first is not None:
        spans.append(Span(doc, first, len(doc), label="paragraph"))
    return spans


def gap_tokens(doc: Doc) -> frozenset[int]:
    """Return the indexes of the tokens that stand for masked text. Nothing may be built across one."""
    return frozenset(i for span in doc.spans.get("gaps", ()) for i in range(span.start, span.end))
