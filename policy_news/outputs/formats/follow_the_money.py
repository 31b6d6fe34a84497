"""FollowTheMoney entities: documents, the people and bodies named in them, and a Mention for each pair."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from policy_news.core.messages import counted
from policy_news.outputs.formats.files import write_lines
from policy_news.outputs.report.views import web_address
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.labels import PEOPLE, PLACES, find_label
from policy_news.tables.period_labels import is_period
from policy_news.tables.schema import ClaimRow, DateRow, EntityRow, MentionRow

Json = dict[str, Any]


def write_follow_the_money(out: Path, to: Path) -> str:
    """Write the entities, documents and mentions of a run, one per line."""
    return counted(write_lines(make_entities(read_corpus(out)), to), "entity", "entities")


def make_entities(corpus: Corpus) -> Iterator[Json]:
    """Yield entities with a schema, then document by document the document and its mentions."""
    found_in: dict[str, list[str]] = {}
    for article in corpus.articles:
        for entity_id in sorted({mention.entity_id for mention in article.mentions}):
            found_in.setdefault(entity_id, []).append(make_id("document", article.document.doc_id))
    for entity in corpus.entities.values():
        schema = find_label(entity.label).follow_the_money
        if schema:
            yield _entity(entity, schema, found_in.get(entity.entity_id, []))
    for article in corpus.articles:
        yield _document(article, corpus.entities)
        yield from _mentions(article, corpus.entities)
    yield from _links(corpus)


def make_id(kind: str, name: str) -> str:
    """Return a stable id, as the SHA-1 that the format's own tools make."""
    return hashlib.sha1(f"{kind}:{name}".encode(), usedforsecurity=False).hexdigest()


def _entity(entity: EntityRow, schema: str, documents: Iterable[str]) -> Json:
    properties = {
        "name": [entity.name],
        "alias": [form for form in entity.aliases if form != entity.name],
        "wikidataId": _values(entity.kb_id),
        "proof": list(documents),
    }
    return _json(make_id("entity", entity.entity_id), schema, properties)


def _document(article: Article, entities: Mapping[str, EntityRow]) -> Json:
    row = article.document
    published, language = None, None
    if row.published:
        published = row.published.date().isoformat()
    if row.language == "en":
        language = "eng"  # the format knows three letters only
    properties = {
        "title": _values(row.title),
        "fileName": [row.path.rsplit("/", 1)[-1]],
        "author": _values(row.author),
        "publishedAt": _values(published),
        "language": _values(language),
        "sourceUrl": _values(web_address(row.url)),
        "locationMentioned": _names(article.mentions, entities, PLACES),
        "peopleMentioned": _names(article.mentions, entities, PEOPLE),
        "companiesMentioned": _names(article.mentions, entities, {"COMPANY"}),
    }
    return _json(make_id("document", row.doc_id), "Document", properties)


def _names(
    mentions: Iterable[MentionRow], entities: Mapping[str, EntityRow], labels: Iterable[str]
) -> list[str]:
    wanted = set(labels)
    rows = [entities[mention.entity_id] for mention in mentions if mention.entity_id in entities]
    return sorted({row.name for row in rows if row.label in wanted})


def _mentions(article: Article, entities: Mapping[str, EntityRow]) -> Iterator[Json]:
    forms: dict[str, set[str]] = {}
    for mention in article.mentions:
        forms.setdefault(mention.entity_id, set()).add(mention.text)
    for entity_id, names in sorted(forms.items()):
        entity = entities.get(entity_id)
        if entity is None:
            continue
        schema = find_label(entity.label).follow_the_money
        if schema:
            properties = {
                "document": [make_id("document", article.document.doc_id)],
                "resolved": [make_id("entity", entity_id)],
                "name": sorted(names),
                "detectedSchema": [schema],
            }
            yield _json(make_id("mention", f"{article.document.doc_id}:{entity_id}"), "Mention", properties)


def _named_sources(corpus: Corpus, *claims: ClaimRow) -> list[EntityRow]:
    """Return the entities that claims are made by, those that the format has a schema for."""
    sources = [corpus.entities.get(one.source_entity_id or "") for one in claims]
    return [one for one in sources if one is not None and find_label(one.label).follow_the_money]


def _links(corpus: Corpus) -> Iterator[Json]:
    """Yield who denies, supports or answers whom: a link between two sources, with both contents."""
    claims: dict[str, ClaimRow] = {}
    dates: dict[str, DateRow | None] = {}
    for article in corpus.articles:
        claims.update((claim.claim_id, claim) for claim in article.claims)
        dates.update((claim.claim_id, article.date_of(claim)) for claim in article.claims)
    for link in chain.from_iterable(corpus.links.values()):
        claim, other = claims.get(link.claim_id), claims.get(link.other_claim_id)
        if claim is None or other is None:
            continue
        named = _named_sources(corpus, claim, other)
        if len(named) < 2 or named[0] is named[1]:
            continue
        date = dates[claim.claim_id]
        days = _days(claim, date)
        properties = {
            "subject": [make_id("entity", named[0].entity_id)],
            "object": [make_id("entity", named[1].entity_id)],
            "role": [link.relation],
            "summary": list(filter(None, (claim.content_text, other.content_text))),
            **days,
            "proof": [make_id("document", claim.doc_id)],
        }
        own = f"{link.claim_id} {link.relation} {link.other_claim_id}"
        yield _json(make_id("link", own), "UnknownLink", properties)


def _days(claim: ClaimRow, date: DateRow | None) -> dict[str, list[str]]:
    """Return the day of a claim, or both ends of its period."""
    if date is not None and is_period(date) and date.earliest and date.latest:
        return {"startDate": [date.earliest.isoformat()], "endDate": [date.latest.isoformat()]}
    return {"date": _values(claim.claim_date.isoformat() if claim.claim_date else None)}


def _values(value: str | None) -> list[str]:
    """Return the values of a property, which may have several; none if the column is empty."""
    if not value:
        return []
    return [value]


def _json(own: str, schema: str, properties: Mapping[str, list[str]]) -> Json:
    return {
        "id": own,
        "schema": schema,
        "properties": {name: values for name, values in properties.items() if values},
    }
