"""W3C Web Annotations as one JSON-LD collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.messages import counted
from pipeline.outputs.formats.files import write_json
from pipeline.outputs.formats.ids import make_iri, wikidata_iri
from pipeline.outputs.report.views import web_address
from pipeline.tables.corpus import Article, Corpus, read_corpus
from pipeline.tables.schema import ClaimLinkRow, ClaimRow, EntityRow, MentionRow

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
Json = dict[str, Any]


def write_web_annotations(out: Path, to: Path) -> str:
    """Write the tables of a run as one collection; return what was written, in words."""
    collection = make_collection(read_corpus(out))
    write_json(collection, to)
    return counted(collection["total"], "annotation")


def make_collection(corpus: Corpus) -> Json:
    """Return all mentions, dates and claims, and links between claims, document by document."""
    items: list[Json] = []
    for article in corpus.articles:
        items += annotate(article, corpus.entities)
        items += (
            item
            for claim in article.claims
            for item in _links(claim, article, corpus.links.get(claim.claim_id, ()))
        )
    page = {
        "id": make_iri("page", "1"),
        "type": "AnnotationPage",
        "partOf": make_iri("collection", "all"),
        "startIndex": 0,
        "items": items,
    }
    return {
        "@context": CONTEXT,
        "id": make_iri("collection", "all"),
        "type": "AnnotationCollection",
        "total": len(items),
        "first": page,
        "last": page["id"],
    }


def annotate(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[Json]:
    """Yield the annotations of one document."""
    for mention in article.mentions:
        yield _annotation(
            "mention",
            mention.mention_id,
            "identifying",
            _name(mention, entities),
            article,
            [(mention.start, mention.end)],
        )
    for date in article.dates:
        bodies = [
            _text("tagging", date.timex_type),
            *([_text("describing", date.value)] if date.value else []),
        ]
        yield _annotation("date", date.date_id, "describing", bodies, article, [(date.start, date.end)])
    for claim in article.claims:
        yield from _claim(claim, article)


def _name(mention: MentionRow, entities: Mapping[str, EntityRow]) -> list[Json]:
    entity = entities.get(mention.entity_id)
    known = wikidata_iri(entity.kb_id if entity else None)
    body: list[Json] = [_text("tagging", mention.label)]
    if entity:
        body.append(_text("describing", entity.name))
    return [
        *body,
        {
            "type": "SpecificResource",
            "purpose": "identifying",
            "source": known or make_iri("entity", mention.entity_id),
        },
    ]


def _claim(claim: ClaimRow, article: Article) -> Iterator[Json]:
    """A claim is an annotation of its content (or, without one, of its cue); source and cue are annotations that link to it."""
    contents = [(span.start, span.end) for span in claim.content_spans]
    cue = _span(claim.cue_start, claim.cue_end)
    source = _span(claim.source_start, claim.source_end)
    if main := contents or cue or source:
        yield _annotation(
            "claim", claim.claim_id, "classifying", [_text("classifying", claim.claim_type)], article, main
        )
        link = {"type": "SpecificResource", "purpose": "linking", "source": make_iri("claim", claim.claim_id)}
        for part, spans in (("source", source), ("cue", cue)):
            if spans:
                yield _annotation(
                    part, claim.claim_id, "linking", [_text("tagging", part), link], article, spans
                )


def _links(claim: ClaimRow, article: Article, links: Sequence[ClaimLinkRow]) -> Iterator[Json]:
    """A claim about another is an annotation of its content that replies to the annotation of that one."""
    spans = [(span.start, span.end) for span in claim.content_spans] or _span(claim.cue_start, claim.cue_end)
    for link in links if spans else ():
        other = {
            "type": "SpecificResource",
            "purpose": "linking",
            "source": make_iri("claim", link.other_claim_id),
        }
        bodies = [_text("tagging", link.relation), _text("describing", link.reason), other]
        name = f"{link.claim_id} {link.relation} {link.other_claim_id}"
        yield _annotation("link", name, "replying", bodies, article, spans)


def _span(start: int | None, end: int | None) -> list[tuple[int, int]]:
    return [] if start is None or end is None else [(start, end)]


def _annotation(
    kind: str,
    own: str,
    motivation: str,
    bodies: Sequence[Json],
    article: Article,
    spans: Sequence[tuple[int, int]],
) -> Json:
    row = article.document
    source = web_address(row.url) or make_iri("document", row.doc_id)
    targets = [
        {"type": "SpecificResource", "source": source, "selector": _select(row.text, start, end)}
        for start, end in spans
    ]
    target: Any = targets[0] if len(targets) == 1 else targets
    return {
        "id": make_iri(kind, own),
        "type": "Annotation",
        "motivation": motivation,
        "body": list(bodies),
        "target": target,
    }


def _select(text: str, start: int, end: int) -> list[Json]:
    """Place and quotation; offsets count code points, as the standard does."""
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    return [{"type": "TextPositionSelector", "start": start, "end": end}, quote]


def _text(purpose: str, value: str) -> Json:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
