"""schema.org Claims as JSON-LD: text, author, where and when it appeared, what it mentions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.core.messages import counted
from pipeline.outputs.formats.files import write_json
from pipeline.outputs.formats.ids import make_iri, wikidata_iri
from pipeline.outputs.report.views import web_address
from pipeline.tables.corpus import Article, Corpus, read_corpus
from pipeline.tables.labels import ORGANISED, PEOPLE, PLACES, find_label
from pipeline.tables.periods import is_period, iso_period
from pipeline.tables.schema import ClaimRow, DateRow, DocumentRow, EntityRow

Json = dict[str, Any]


def write_schema_org(out: Path, to: Path) -> str:
    """Write the claims of a run as one graph; return what was written, in words."""
    graph = make_graph(read_corpus(out))
    write_json(graph, to)
    reviews = sum(item["@type"] == "ClaimReview" for item in graph["@graph"])
    claims = counted(len(graph["@graph"]) - reviews, "claim")
    if not reviews:
        return claims
    return f"{claims} and {counted(reviews, 'draft')} of a ClaimReview"


def make_graph(corpus: Corpus) -> Json:
    """Return all claims that have a content, document by document, then a draft of a ClaimReview for each that another one denies.

    A draft has no rating: whoever checks the claim adds it.
    """
    graph: list[Json] = []
    for article in corpus.articles:
        graph += _claims(article, corpus.entities)
    graph += _reviews(corpus)
    return {"@context": "https://schema.org", "@graph": graph}


def _reviews(corpus: Corpus) -> Iterator[Json]:
    claims: dict[str, ClaimRow] = {}
    dates: dict[str, DateRow | None] = {}
    for article in corpus.articles:
        claims.update((claim.claim_id, claim) for claim in article.claims)
        dates.update((claim.claim_id, article.date_of(claim)) for claim in article.claims)
    for link in chain.from_iterable(corpus.links.values()):
        claim, other = claims.get(link.claim_id), claims.get(link.other_claim_id)
        if link.relation != "denies" or claim is None or other is None or not other.content_text:
            continue
        fields: Json = {
            "@type": "ClaimReview",
            "@id": make_iri("review", f"{link.claim_id} {link.other_claim_id}"),
            "creativeWorkStatus": "Draft",
            "claimReviewed": other.content_text,
            "itemReviewed": {"@id": make_iri("claim", link.other_claim_id)},
            "author": _author(claim, corpus.entities),
            "datePublished": _iso(claim.claim_date, dates[claim.claim_id]),
            "reviewBody": claim.content_text,
        }
        if claim.content_text:  # a claim without content is not in the graph
            fields["isBasedOn"] = {"@id": make_iri("claim", link.claim_id)}
        yield _given(fields)


def _iso(day: dt.date | None, date: DateRow | None = None) -> str | None:
    """Return a day, or the period that a date expression names."""
    if date is not None and is_period(date):
        return iso_period(date)
    return day.isoformat() if day else None


def _given(fields: Json) -> Json:
    """Return the fields that have a value: in JSON-LD, null would remove what a context defines."""
    return {name: value for name, value in fields.items() if value}


def _claims(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[Json]:
    appearance = _appearance(article.document)
    for claim in article.claims:
        if claim.content_text:
            yield _claim(claim, article, entities) | {"appearance": appearance}


def _claim(claim: ClaimRow, article: Article, entities: Mapping[str, EntityRow]) -> Json:
    day, published = claim.claim_date, article.document.published
    if day is None and published:
        day = published.date()
    named = dict.fromkeys(mention.entity_id for mention in article.mentions_in(claim))
    statement = None
    if claim.statement_id:
        statement = make_iri("statement", claim.statement_id)
    return _given(
        {
            "@type": "Claim",
            "@id": make_iri("claim", claim.claim_id),
            "text": claim.content_text,
            "author": _author(claim, entities),
            "datePublished": _iso(day, article.date_of(claim)),
            "keywords": claim.claim_type,
            "identifier": statement,
            "mentions": [_thing(entities[entity_id]) for entity_id in named if entity_id in entities],
            "inLanguage": article.document.language,
        }
    )


def _author(claim: ClaimRow, entities: Mapping[str, EntityRow]) -> Json | str | None:
    """Return the entity of the source, else the words of the text. A place stands for its government. None without a source."""
    entity = entities.get(claim.source_entity_id or "")
    if entity and entity.label in PEOPLE | ORGANISED:
        return _thing(entity)
    if entity and entity.label in PLACES:
        return {"@type": "Organization", "name": entity.name}
    return claim.source_text


def _thing(entity: EntityRow) -> Json:
    return _given(
        {
            "@type": find_label(entity.label).schema_org or "Thing",
            "@id": make_iri("entity", entity.entity_id),
            "name": entity.name,
            "sameAs": wikidata_iri(entity.kb_id),
        }
    )


def _appearance(row: DocumentRow) -> Json:
    author = None
    if row.author:
        author = {"@type": "Person", "name": row.author}
    return _given(
        {
            "@type": "NewsArticle",
            "@id": make_iri("document", row.doc_id),
            "identifier": row.doc_id,
            "headline": row.title,
            "author": author,
            "datePublished": _iso(row.published),
            "url": web_address(row.url),
        }
    )
