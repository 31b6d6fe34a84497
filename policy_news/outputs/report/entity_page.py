"""The page of an entity: who it is and why, where it appears, and claims by and about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from policy_news.core.grouping import grouped
from policy_news.outputs.report.claims_page import Linked
from policy_news.outputs.report.index_page import order_documents
from policy_news.outputs.report.views import (
    View,
    clean,
    label_words,
    name_file,
    plain_words,
    show_date,
    show_day,
)
from policy_news.tables.claim_words import join_parts
from policy_news.tables.corpus import Article, Corpus
from policy_news.tables.labels import NAMED
from policy_news.tables.pages import document_page, entity_page
from policy_news.tables.reasons import reason_in_words
from policy_news.tables.schema import AppearanceRow, ClaimRow, EntityRow

MAX_PAGES = 2_000
"""Entities that have a page: those that are named most."""
MAX_ROWS = 200
WORDS_LETTERS = 220


def pick_entities(entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities that have a page, those named most first."""
    rows = [row for row in entities.values() if row.label in NAMED]
    rows.sort(key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    return [row.entity_id for row in rows[:MAX_PAGES]]


def _is_denial(told: View) -> bool:
    return told["type"] == "denial" or any(link.relation == "denies" for link in told["links"])


def view_entities(corpus: Corpus, picked: Sequence[str], linked: Linked) -> Iterator[View]:
    """Yield the views of the picked entities."""
    known, articles = set(picked), {article.document.doc_id: article for article in corpus.articles}
    said: dict[str, dict[str, View]] = {entity_id: {} for entity_id in picked}
    about: dict[str, dict[str, View]] = {entity_id: {} for entity_id in picked}
    for article in order_documents(corpus.articles):
        for claim in article.claims:
            told, statement = _told(article, claim, linked), claim.statement
            if claim.source_entity_id in known:
                said[claim.source_entity_id].setdefault(statement, told)
            for entity_id in {m.entity_id for m in article.mentions_in(claim)} & known:
                about[entity_id].setdefault(statement, told)
    for entity_id in picked:
        claims = list(said[entity_id].values()), list(about[entity_id].values())
        yield _view(corpus, articles, known, entity_id, *claims)


def _view(
    corpus: Corpus,
    articles: Mapping[str, Article],
    known: set[str],
    entity_id: str,
    said: Sequence[View],
    about: Sequence[View],
) -> View:
    row, appearances = corpus.entities[entity_id], corpus.appearances.get(entity_id, ())
    folded = grouped((corpus.groups.get(one.doc_id, one.doc_id), one) for one in appearances)
    counts = {"certain": row.n_certain, "likely": row.n_likely, "open": row.n_open}
    forms = Counter(form for one in appearances for form in one.forms)
    aliases = corpus.aliases.get(entity_id, ())[:MAX_ROWS]
    return {
        "entity_id": clean(entity_id),
        "name": clean(row.name),
        "label": row.label,
        "kb_id": row.kb_id,
        "labels": ", ".join(map(label_words, row.labels)),
        "identities": [(name, number) for name, number in counts.items() if number],
        "forms": clean(", ".join(sorted(forms, key=lambda form: (-forms[form], form)))),
        "offices": corpus.offices.get(entity_id, ()),
        "aliases": [(clean(one.alias_id), plain_words(one.reason)) for one in aliases],
        "places": [_place(corpus, articles, own, known) for own in list(folded.values())[:MAX_ROWS]],
        "more_places": max(len(folded) - MAX_ROWS, 0),
        "said": said[:MAX_ROWS],
        "more_said": max(len(said) - MAX_ROWS, 0),
        "about": about[:MAX_ROWS],
        "more_about": max(len(about) - MAX_ROWS, 0),
        "denials": list(filter(_is_denial, said))[:MAX_ROWS],
    }


def _place(
    corpus: Corpus, articles: Mapping[str, Article], own: Sequence[AppearanceRow], known: set[str]
) -> View:
    """Return the first of near-identical documents with an entity, and the names of the others."""
    one, documents = own[0], [articles[one.doc_id].document for one in own]
    document = documents[0]
    considered = []
    for other in one.considered:
        name = corpus.entities[other].name if other in corpus.entities else other
        considered.append((clean(name), entity_page(other) if other in known else None))
    return {
        "page": document_page(document.doc_id),
        "title": clean(document.title or document.doc_id),
        "day": show_day(document.published.date() if document.published else None),
        "forms": clean(", ".join(one.forms)),
        "role": clean(one.role or ""),
        "identity": one.identity,
        "reason": reason_in_words(one.identity_reason),
        "considered": considered,
        "copies": [(document_page(copy.doc_id), name_file(copy)) for copy in documents[1:]],
    }


def _told(article: Article, claim: ClaimRow, linked: Linked) -> View:
    """Return a claim by an entity or about it."""
    place = linked.places[claim.claim_id]
    return {
        "page": place.page,
        "day": show_date(claim, article.date_of(claim)),
        "type": plain_words(claim.claim_type),
        "words": join_parts(linked.parts_of(place, WORDS_LETTERS)),
        "links": list(linked.of(claim)),
        "copies": linked.copies_of(claim),
        "voices": linked.voices_of(claim),
    }
