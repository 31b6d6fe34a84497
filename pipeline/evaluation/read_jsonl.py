"""Gold as JSON lines: `{"doc", "text", "published"?, "entities"?, "claims"?, "dates"?}`, one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from pipeline.core.errors import GoldError
from pipeline.core.messages import plain
from pipeline.evaluation.gold import Claim, Document, Entity, Expression, GoldSet, Spans

HINT = 'A line is {"doc": "a1", "text": "...", "entities": [{"start": 0, "end": 5, "label": "COMPANY"}]}: see docs/evaluate.md.'


class _Model(BaseModel):
    """Keys that are none of ours may stand there: an export has more."""

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

    def to_claim(self) -> Claim:
        return Claim(
            self.source,
            self.cue,
            self.content,
            self.types or ((self.type,) if self.type else ()),
            self.quote,
            self.source_alt,
        )


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

    def to_document(self) -> Document:
        return Document(
            self.doc,
            self.text,
            self.published,
            self.title,
            None
            if self.entities is None
            else tuple(Entity(e.start, e.end, e.label, e.text) for e in self.entities),
            None if self.claims is None else tuple(claim.to_claim() for claim in self.claims),
            None
            if self.dates is None
            else tuple(Expression(d.start, d.end, d.type or "", d.value or "") for d in self.dates),
            tuple(span[:2] for span in self.optional_entities),
            self.optional_claims,
        )


def read_jsonl(path: Path) -> GoldSet:
    """Read the documents.

    Raises:
        GoldError: A line is no such document; names the line.
    """
    return GoldSet(path, "jsonl", tuple(_documents(path)))


def _documents(path: Path) -> Iterator[Document]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            yield _record(f"{path} line {number}", line).to_document()


def _record(where: str, line: str) -> _Record:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GoldError(f"{where}: is no JSON: {getattr(error, 'msg', 'too deep')}", HINT) from error
    if not isinstance(data, dict):
        raise GoldError(f"{where}: is no JSON object", HINT)
    try:
        return _Record.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(step) for step in first["loc"])
        raise GoldError(f"{where}: {key}: {plain(first['msg'])}", HINT) from error
