"""schema.org Claims as JSON-LD: text, author, where and when it appeared, what it mentions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.messages import counted
from pipeline.outputs.formats.files import write_json
from pipeline.outputs.formats.ids import make_iri, wikidata_iri
from pipeline.outputs.report.views import web_address
from pipeline.tables.corpus import Article, Corpus, read_corpus
from pipeline.tables.labels import ORGANISED, PEOPLE, PLACES, find_label
from pipeline.tables.schema import ClaimRow, DocumentRow, EntityRow

Json = dict[str, Any]


def write_schema_org(out: Path, to: Path) -> str:
    """Write the claims of a run as one graph; return what was written, in words."""
    graph = make_graph(read_corpus(out))
    write_json(graph, to)
    reviews = sum(item["@type"] == "ClaimReview" for item in graph["@graph"])
    claims = counted(len(graph["@graph"]) - reviews, "claim")
    return f"{claims} and {counted(reviews, 'draft')} of a ClaimReview" if reviews else claims


def make_graph(corpus: Corpus) -> Json:
    """All claims that have a content, document by document, then a draft of a ClaimReview for each that another one denies.

    A draft has no rating: who checks the claim gives it.
    """
    claims = [item for article in corpus.articles for item in _claims(article, corpus.entities)]
    return {"@context": "https://schema.org", "@graph": [*claims, *_reviews(corpus)]}


def _reviews(corpus: Corpus) -> Iterator[Json]:
    claims = {claim.claim_id: claim for article in corpus.articles for claim in article.claims}
    for link in (link for links in corpus.links.values() for link in links):
        claim, other = claims.get(link.claim_id), claims.get(link.other_claim_id)
        if link.relation == "denies" and claim is not None and other is not None and other.content_text:
            fields = {
                "@type": "ClaimReview",
                "@id": make_iri("review", f"{link.claim_id} {link.other_claim_id}"),
                "creativeWorkStatus": "Draft",
                "claimReviewed": other.content_text,
                "itemReviewed": {"@id": make_iri("claim", link.other_claim_id)},
                "author": _author(claim, corpus.entities),
                "datePublished": claim.claim_date.isoformat() if claim.claim_date else None,
                "reviewBody": claim.content_text,
                "isBasedOn": {"@id": make_iri("claim", link.claim_id)} if claim.content_text else None,
            }
            yield {name: value for name, value in fields.items() if value}


def _claims(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[Json]:
    appearance = _appearance(article.document)
    for claim in article.claims:
        if claim.content_text:
            yield _claim(claim, article, entities) | {"appearance": appearance}


def _claim(claim: ClaimRow, article: Article, entities: Mapping[str, EntityRow]) -> Json:
    published = article.document.published
    day = claim.claim_date or (published.date() if published else None)
    named = dict.fromkeys(mention.entity_id for mention in article.mentions_in(claim))
    fields = {
        "@type": "Claim",
        "@id": make_iri("claim", claim.claim_id),
        "text": claim.content_text,
        "author": _author(claim, entities),
        "datePublished": day.isoformat() if day else None,
        "keywords": claim.claim_type,
        "identifier": make_iri("statement", claim.statement_id) if claim.statement_id else None,
        "mentions": [_thing(entities[entity_id]) for entity_id in named if entity_id in entities],
        "inLanguage": article.document.language,
    }
    return {name: value for name, value in fields.items() if value}


def _author(claim: ClaimRow, entities: Mapping[str, EntityRow]) -> Json | str | None:
    """The entity that the source stands for; a place stands for its government; else the words of the text. None without a source."""
    entity = entities.get(claim.source_entity_id or "")
    if entity and entity.label in PEOPLE | ORGANISED:
        return _thing(entity)
    if entity and entity.label in PLACES:
        return {"@type": "Organization", "name": entity.name}
    return claim.source_text


def _thing(entity: EntityRow) -> Json:
    known = wikidata_iri(entity.kb_id)
    fields = {
        "@type": find_label(entity.label).schema_org or "Thing",
        "@id": make_iri("entity", entity.entity_id),
        "name": entity.name,
        "sameAs": known,
    }
    return {name: value for name, value in fields.items() if value}


def _appearance(row: DocumentRow) -> Json:
    fields = {
        "@type": "NewsArticle",
        "@id": make_iri("document", row.doc_id),
        "identifier": row.doc_id,
        "headline": row.title,
        "author": {"@type": "Person", "name": row.author} if row.author else None,
        "datePublished": row.published.isoformat() if row.published else None,
        "url": web_address(row.url),
    }
    return {name: value for name, value in fields.items() if value}
