"""JSON lines: one object per document, with what was found in it or with what should be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from policy_news.core.data_files import page
from policy_news.core.errors import GoldError
from policy_news.core.messages import counted, first_misfit
from policy_news.outputs.formats.files import write_lines
from policy_news.outputs.formats.gold import (
    Expression,
    GoldAttribution,
    GoldDocument,
    GoldEntity,
    GoldSet,
    Spans,
)
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.schema import ClaimLinkRow, ClaimRow, EntityRow

Json = dict[str, Any]
HINT = (
    'A line is {"doc": "a1", "text": "...", "entities": [{"start": 0, "end": 5, "label": "COMPANY"}]}: see '
    + page("docs/evaluate.md")
)


def write_jsonl(out: Path, to: Path) -> str:
    """Write the tables of a run as JSON lines; return what was written, in words."""
    return counted(write_lines(make_objects(read_corpus(out)), to), "document")


def make_objects(corpus: Corpus) -> Iterator[Json]:
    """Yield the documents in order of their ids.

    The columns of `documents` are at the top; `sections`, `entities` (the mentions), `claims` and `dates` are
    lists. Spans are `[start, end]` into `text`. A claim's `source`, `cue` and `content` are lists of spans,
    empty if there is none.
    """
    for article in corpus.articles:
        claims = []
        for row in article.claims:
            links = _links(corpus.links.get(row.claim_id, ()))
            claims.append(_claim_object(row, article, corpus.entities) | {"links": links})
        yield {
            "doc": article.document.doc_id,
            **_with_iso_dates(asdict(article.document)),
            "sections": [_nested(asdict(row)) for row in article.sections],
            "entities": [_mention_object(_nested(asdict(row)), corpus.entities) for row in article.mentions],
            "claims": claims,
            "dates": [{"type": row.timex_type, **_nested(asdict(row))} for row in article.dates],
        }


def _mention_object(row: Json, entities: Mapping[str, EntityRow]) -> Json:
    entity = entities.get(row["entity_id"])
    if entity is None:
        return row | {"name": None, "kb_id": None}
    return row | {"name": entity.name, "kb_id": entity.kb_id}


def _claim_object(row: ClaimRow, article: Article, entities: Mapping[str, EntityRow]) -> Json:
    source, source_name = entities.get(row.source_entity_id or ""), None
    if source is not None:
        source_name = source.name
    columns = _nested(asdict(row))
    for name in ("content_spans", "claim_type", "quote_kind"):  # they are there under shorter names
        del columns[name]
    return {
        **{part: row.places.get(part, []) for part in ("source", "cue", "content")},
        "type": row.claim_type,
        "quote": row.quote_kind,
        "source_name": source_name,
        "about": [mention.mention_id for mention in article.mentions_in(row)],
        **columns,
    }


def _links(links: Iterable[ClaimLinkRow]) -> list[Json]:
    """Return the claims that one is about."""
    return [
        {"relation": link.relation, "to": link.other_claim_id, "score": link.score, "reason": link.reason}
        for link in links
    ]


def _nested(row: Json) -> Json:
    return {name: value for name, value in _with_iso_dates(row).items() if name != "doc_id"}


def _with_iso_dates(row: Json) -> Json:
    written = {}
    for name, value in row.items():
        if hasattr(value, "isoformat"):
            value = value.isoformat()
        written[name] = value
    return written


class _Model(BaseModel):
    """Other keys may be there: an export has more."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Entity(_Model):
    start: int
    end: int
    label: str = Field(min_length=1)
    text: str | None = None


class _Claim(_Model):
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()
    type: str | None = None
    types: tuple[str, ...] = ()
    quote: str | None = None
    source_alt: Spans = ()

    def to_claim(self) -> GoldAttribution:
        types = self.types
        if not types and self.type:
            types = (self.type,)
        return GoldAttribution(self.source, self.cue, self.content, types, self.quote, self.source_alt)


class _Date(_Model):
    start: int
    end: int
    type: str | None = None
    value: str | None = None


class _Record(_Model):
    doc: str = Field(min_length=1, validation_alias=AliasChoices("doc", "doc_id", "id"))
    text: str | None = None
    published: str | None = Field(default=None, validation_alias=AliasChoices("published", "dct"))
    title: str | None = None
    entities: tuple[_Entity, ...] | None = None
    claims: tuple[_Claim, ...] | None = None
    dates: tuple[_Date, ...] | None = None
    optional_entities: tuple[tuple[int, int] | tuple[int, int, str], ...] = ()
    optional_claims: tuple[Spans, ...] = ()

    def to_document(self) -> GoldDocument:
        # A layer that is left out is not annotated, which is not the same as one without anything in it.
        entities, claims, dates = None, None, None
        if self.entities is not None:
            entities = tuple(GoldEntity(one.start, one.end, one.label, one.text) for one in self.entities)
        if self.claims is not None:
            claims = tuple(claim.to_claim() for claim in self.claims)
        if self.dates is not None:
            dates = tuple(
                Expression(one.start, one.end, one.type or "", one.value or "") for one in self.dates
            )
        optional = tuple(span[:2] for span in self.optional_entities)
        return GoldDocument(
            self.doc,
            self.text,
            self.published,
            self.title,
            entities,
            claims,
            dates,
            optional,
            self.optional_claims,
        )


def read_jsonl(path: Path) -> GoldSet:
    """Read the documents."""
    return GoldSet(path, "jsonl", tuple(_documents(path)))


def _documents(path: Path) -> Iterator[GoldDocument]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            yield _record(f"{path} line {number}", line).to_document()


def _record(where: str, line: str) -> _Record:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GoldError(f"{where}: is not JSON: {getattr(error, 'msg', 'too deep')}", HINT) from error
    if not isinstance(data, dict):
        raise GoldError(f"{where}: is not a JSON object", HINT)
    try:
        return _Record.model_validate(data)
    except ValidationError as error:
        raise GoldError(f"{where}: {first_misfit(error)}", HINT) from error
