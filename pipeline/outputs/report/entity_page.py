"""The page of an entity: who it is and why, where it appears, what it claims, what is claimed about it, and open doubts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.outputs.report.claims_page import Linked
from pipeline.outputs.report.index_page import order_documents
from pipeline.outputs.report.views import (
    Count,
    LinkView,
    clean,
    label_words,
    name_file,
    plain_words,
    show_date,
    show_day,
)
from pipeline.tables.claim_words import join_parts
from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.labels import NAMED
from pipeline.tables.pages import document_page, entity_page
from pipeline.tables.reasons import reason_in_words
from pipeline.tables.schema import AppearanceRow, ClaimRow, EntityRow, OfficeRow

MAX_PAGES = 2_000
"""Entities that have a page: those that are named most."""
MAX_ROWS = 200
WORDS_LETTERS = 220


@dataclass(frozen=True, slots=True)
class Place:
    """A document in which the entity appears."""

    page: str
    title: str
    day: str | None
    forms: str
    role: str
    identity: str
    reason: str
    considered: tuple[tuple[str, str | None], ...]
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A claim by the entity or about it."""

    page: str
    day: str | None
    type: str
    words: str
    links: tuple[LinkView, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntityView:
    """What the page shows."""

    entity_id: str
    name: str
    label: str
    kb_id: str | None
    labels: str
    identities: tuple[Count, ...]
    forms: str
    offices: tuple[OfficeRow, ...]
    aliases: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    more_places: int
    said: tuple[Told, ...]
    more_said: int
    about: tuple[Told, ...]
    more_about: int
    denials: tuple[Told, ...] = ()


def pick_entities(entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities that have a page, those named most first."""
    rows = [row for row in entities.values() if row.label in NAMED]
    rows.sort(key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    return [row.entity_id for row in rows[:MAX_PAGES]]


def _is_denial(told: Told) -> bool:
    return told.type == "denial" or any(link.relation == "denies" for link in told.links)


def view_entities(corpus: Corpus, picked: Sequence[str], linked: Linked) -> Iterator[EntityView]:
    """Yield the views of the picked entities.

    Args:
        corpus: The run.
        picked: Ids of the entities.
        linked: How claims relate.
    """
    known, articles = set(picked), {article.document.doc_id: article for article in corpus.articles}
    said: dict[str, dict[str, Told]] = {entity_id: {} for entity_id in picked}
    about: dict[str, dict[str, Told]] = {entity_id: {} for entity_id in picked}
    for article in order_documents(corpus.articles):
        for claim in article.claims:
            told, statement = _told(article, claim, linked), claim.statement
            if claim.source_entity_id in known:
                said[claim.source_entity_id].setdefault(statement, told)
            for entity_id in {m.entity_id for m in article.mentions_in(claim)} & known:
                about[entity_id].setdefault(statement, told)
    for entity_id in picked:
        by, of = list(said[entity_id].values()), list(about[entity_id].values())
        view = _view(corpus, articles, known, entity_id, by, of)
        denials = list(filter(_is_denial, by))
        yield replace(view, denials=tuple(denials[:MAX_ROWS]))


def _view(
    corpus: Corpus,
    articles: Mapping[str, Article],
    known: set[str],
    entity_id: str,
    said: Sequence[Told],
    about: Sequence[Told],
) -> EntityView:
    row, appearances = corpus.entities[entity_id], corpus.appearances.get(entity_id, ())
    folded: dict[str, list[AppearanceRow]] = {}
    for one in appearances:
        folded.setdefault(corpus.groups.get(one.doc_id, one.doc_id), []).append(one)
    counts = {"certain": row.n_certain, "likely": row.n_likely, "open": row.n_open}
    forms = Counter(form for one in appearances for form in one.forms)
    return EntityView(
        clean(entity_id),
        clean(row.name),
        row.label,
        row.kb_id,
        ", ".join(map(label_words, row.labels)),
        tuple(Count(name, number) for name, number in counts.items() if number),
        clean(", ".join(sorted(forms, key=lambda form: (-forms[form], form)))),
        corpus.offices.get(entity_id, ()),
        tuple(
            (clean(one.alias_id), plain_words(one.reason))
            for one in corpus.aliases.get(entity_id, ())[:MAX_ROWS]
        ),
        tuple(_place(corpus, articles, own, known) for own in list(folded.values())[:MAX_ROWS]),
        max(len(folded) - MAX_ROWS, 0),
        tuple(said[:MAX_ROWS]),
        max(len(said) - MAX_ROWS, 0),
        tuple(about[:MAX_ROWS]),
        max(len(about) - MAX_ROWS, 0),
    )


def _place(
    corpus: Corpus, articles: Mapping[str, Article], own: Sequence[AppearanceRow], known: set[str]
) -> Place:
    """Return the first of the near-identical documents in which an entity appears, with the names of the others."""
    one, documents = own[0], [articles[one.doc_id].document for one in own]
    document = documents[0]
    considered = [
        (
            corpus.entities[other].name if other in corpus.entities else other,
            entity_page(other) if other in known else None,
        )
        for other in one.considered
    ]
    return Place(
        document_page(document.doc_id),
        clean(document.title or document.doc_id),
        show_day(document.published.date() if document.published else None),
        clean(", ".join(one.forms)),
        clean(one.role or ""),
        one.identity,
        reason_in_words(one.identity_reason),
        tuple((clean(name), page) for name, page in considered),
        tuple((document_page(copy.doc_id), name_file(copy)) for copy in documents[1:]),
    )


def _told(article: Article, claim: ClaimRow, linked: Linked) -> Told:
    place = linked.places[claim.claim_id]
    return Told(
        place.page,
        show_date(claim, article.date_of(claim)),
        plain_words(claim.claim_type),
        join_parts(linked.parts_of(place, WORDS_LETTERS)),
        tuple(linked.of(claim)),
        tuple(linked.copies_of(claim)),
    )
