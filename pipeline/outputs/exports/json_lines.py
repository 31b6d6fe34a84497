"""One JSON object a document with all that was found in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.schema import ClaimRow, EntityRow

Json = dict[str, Any]


def make_objects(corpus: Corpus) -> Iterator[Json]:
    """The documents in order of their ids.

    The columns of `documents` stand at the top; `sections`, `entities` (the mentions), `claims` and `dates` are lists. Spans are
    `[start, end]` into `text`. A claim's `source`, `cue` and `content` are lists of spans, empty where there is none.
    """
    for article in corpus.articles:
        yield {
            "doc": article.document.doc_id,
            **_plain(asdict(article.document)),
            "sections": [_nested(asdict(row)) for row in article.sections],
            "entities": [_mention(_nested(asdict(row)), corpus.entities) for row in article.mentions],
            "claims": [_claim(row, article, corpus.entities) for row in article.claims],
            "dates": [{"type": row.timex_type, **_nested(asdict(row))} for row in article.dates],
        }


def _mention(row: Json, entities: Mapping[str, EntityRow]) -> Json:
    entity = entities.get(row["entity_id"])
    return row | {"name": entity.name if entity else None, "kb_id": entity.kb_id if entity else None}


def _claim(row: ClaimRow, article: Article, entities: Mapping[str, EntityRow]) -> Json:
    source = entities.get(row.source_entity_id or "")
    return {
        "source": _spans(row.source_start, row.source_end),
        "cue": _spans(row.cue_start, row.cue_end),
        "content": [[span.start, span.end] for span in row.content_spans],
        "type": row.claim_type,
        "quote": row.quote_kind,
        "source_name": source.name if source else None,
        "about": [mention.mention_id for mention in article.mentions_in(row)],
        **{
            name: value
            for name, value in _nested(asdict(row)).items()
            if name not in ("content_spans", "claim_type", "quote_kind")
        },
    }


def _spans(start: int | None, end: int | None) -> list[list[int]]:
    return [] if start is None or end is None else [[start, end]]


def _nested(row: Json) -> Json:
    return {name: value for name, value in _plain(row).items() if name != "doc_id"}


def _plain(row: Json) -> Json:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
