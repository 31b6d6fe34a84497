"""The start page: totals, the search data, and the lists above and below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.outputs.report.relations import Relation
from pipeline.outputs.report.views import Count, clean, plain_words, shorten, show_day, show_share
from pipeline.tables.corpus import Article, Corpus
from pipeline.tables.horizon import say_young
from pipeline.tables.labels import NAMED
from pipeline.tables.pages import document_page
from pipeline.tables.schema import EntityRow

TITLE_LETTERS = 160
NAME_LETTERS = 80
SHOWN_NAMES = 4
"""Names below the title in a list; `index.js` shows as many."""
TOP_ENTITIES = 40
TOP_RELATIONS = 150


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list."""

    page: str
    title: str
    doc_id: str
    day: str | None
    mentions: int
    claims: int
    masked: str
    names: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entity in the list of those named most; `bar` is its share of the mentions of the first, in percent."""

    entity_id: str
    name: str
    label: str
    mentions: int
    documents: int
    said: int
    about: int
    open: int
    bar: int


@dataclass(frozen=True, slots=True)
class Told:
    """A row of who said what about whom; `links` are address, words and document of some of the claims."""

    source: str
    type: str
    target: str
    number: int
    links: tuple[tuple[str, str, str], ...]


def list_document(article: Article, entities: Mapping[str, EntityRow]) -> Listed:
    """Return a document as a row of the list."""
    row = article.document
    most = [entities[entity_id] for entity_id in _named_most(article, entities)[:SHOWN_NAMES]]
    day = None
    if row.published:
        day = row.published.date()
    return Listed(
        document_page(row.doc_id),
        clean(shorten(row.title or first_words(article) or row.doc_id, TITLE_LETTERS)),
        clean(row.doc_id),
        show_day(day),
        sum(mention.counted for mention in article.mentions),
        len(article.claims),
        show_share(row.n_masked_words, row.n_words),
        ", ".join(clean(entity.name[:NAME_LETTERS]) for entity in most),
    )


def _named_most(article: Article, entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities of a document: those who can speak or be spoken about first, and of them the most frequent."""
    counted = (mention.entity_id for mention in article.mentions if mention.counted)
    counts = Counter(entity_id for entity_id in counted if entity_id in entities)
    return sorted(
        counts, key=lambda key: (entities[key].label not in NAMED, -counts[key], entities[key].name, key)
    )


def first_words(article: Article) -> str:
    """Return a replacement for a missing title: the first heading or paragraph."""
    for section in article.sections:
        if section.kind in ("heading", "paragraph"):
            return " ".join(article.document.text[section.start : section.end].split())
    return ""


def order_documents(articles: Iterable[Article]) -> list[Article]:
    """Return the newest first, then those without a date; alike ones by id."""

    def key(article: Article) -> tuple[float, str]:
        published = article.document.published
        if published is None:
            return float("inf"), article.document.doc_id
        return -published.timestamp(), article.document.doc_id

    return sorted(articles, key=key)


def count_totals(corpus: Corpus) -> list[Count]:
    """Return the numbers at the top."""
    documents = [article.document for article in corpus.articles]
    words, masked = sum(row.n_words for row in documents), sum(row.n_masked_words for row in documents)
    undated = sum(row.published is None for row in documents)
    return [
        Count("documents", len(documents)),
        *([Count("without a date", undated)] if undated else []),
        Count("failed", len(corpus.failures)),
        Count("words", words),
        Count("masked words", masked, show_share(masked, words)),
        Count(
            "mentions", sum(mention.counted for article in corpus.articles for mention in article.mentions)
        ),
        Count("entities", len(corpus.entities)),
        Count("claims", sum(len(article.claims) for article in corpus.articles)),
        Count("date expressions", sum(len(article.dates) for article in corpus.articles)),
    ]


def show_horizon(corpus: Corpus) -> str:
    """Say how many articles are later than the rule data; empty if none is."""
    moments = (article.document.published for article in corpus.articles)
    return say_young(corpus.run, Counter(moment and moment.date() for moment in moments))


def show_period(articles: Sequence[Article]) -> str | None:
    """Return the days from the first to the last dated document."""
    days = sorted(article.document.published.date() for article in articles if article.document.published)
    if not days:
        return None
    if days[0] == days[-1]:
        return days[0].isoformat()
    return f"{days[0]} to {days[-1]}"


def count_labels(corpus: Corpus) -> list[Count]:
    """Return mentions by label, the most frequent first."""
    counted = (row for article in corpus.articles for row in article.mentions if row.counted)
    return _ranked(row.label for row in counted)


def count_types(corpus: Corpus) -> list[Count]:
    """Return claims by type, the most frequent first."""
    return _ranked(claim.claim_type for article in corpus.articles for claim in article.claims)


def _ranked(names: Iterable[str]) -> list[Count]:
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return [Count(name, number) for name, number in ranked]


def rank_entities(corpus: Corpus) -> list[Ranked]:
    """Return the entities that are named most, with how often each spoke and was spoken about."""
    said: Counter[str] = Counter()
    about: Counter[str] = Counter()
    for article in corpus.articles:
        for claim in article.claims:
            if claim.source_entity_id:
                said[claim.source_entity_id] += 1
            about.update({mention.entity_id for mention in article.mentions_in(claim)})
    rows = sorted(corpus.entities.values(), key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    ranked = []
    for row in rows[:TOP_ENTITIES]:
        ranked.append(
            Ranked(
                row.entity_id,
                clean(row.name[:NAME_LETTERS]),
                row.label,
                row.n_mentions,
                row.n_documents,
                said[row.entity_id],
                about[row.entity_id],
                row.n_open,
                # The length of a bar is the number of mentions, relative to the first entity.
                round(100 * row.n_mentions / (rows[0].n_mentions or 1)),
            )
        )
    return ranked


def tell_relations(relations: Sequence[Relation], entities: Mapping[str, EntityRow]) -> list[Told]:
    """Return the rows of who said what about whom."""
    told = []
    for row in relations[:TOP_RELATIONS]:
        target = row.target
        if target in entities:
            target = entities[target].name
        links = []
        for one in row.examples:
            address = f"{document_page(one.doc_id)}#claim-{one.number}"
            links.append((address, one.words, clean(one.doc_id)))
        source = clean(entities[row.source].name)
        told.append(Told(source, plain_words(row.type), clean(target), row.number, tuple(links)))
    return told


def search_data(
    articles: Sequence[Article], entities: Mapping[str, EntityRow]
) -> tuple[dict[str, Any], list[list[Any]]]:
    """What the script searches.

    Returns:
        The names, labels and claim types, and one list a document: page, title, id, day, mentions, claims, masked,
        author, and the positions of its entities, the most frequent first, and claim types.
    """
    ordered = sorted(entities.values(), key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    place = {row.entity_id: index for index, row in enumerate(ordered)}
    used: set[str] = set()
    for article in articles:
        used.update(claim.claim_type for claim in article.claims)
    types = sorted(used)
    type_place = {name: index for index, name in enumerate(types)}
    # Documents name entities and types by their numbers: the names would be most of the page.
    rows = [_search_row(article, entities, place, type_place) for article in articles]
    names = [[row.entity_id, clean(row.name[:NAME_LETTERS]), row.label, _other_forms(row)] for row in ordered]
    return {"entities": names, "types": list(map(plain_words, types))}, rows


def _search_row(
    article: Article, entities: Mapping[str, EntityRow], place: Mapping[str, int], types: Mapping[str, int]
) -> list[Any]:
    shown = list_document(article, entities)
    named = [place[entity_id] for entity_id in _named_most(article, entities)]
    claimed = sorted({types[claim.claim_type] for claim in article.claims})
    author = clean((article.document.author or "")[:NAME_LETTERS])
    return [
        shown.page,
        shown.title,
        shown.doc_id,
        shown.day,
        shown.mentions,
        shown.claims,
        shown.masked,
        author,
        named,
        claimed,
    ]


def _other_forms(row: EntityRow) -> str:
    """Return the forms that a search for the name would not find anyway."""
    forms = [form for form in row.aliases if form.casefold() not in row.name.casefold()]
    return clean(" | ".join(forms)[:TITLE_LETTERS])
