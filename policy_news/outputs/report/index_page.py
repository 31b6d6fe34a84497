"""The start page: totals, the search data, and the lists above and below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from policy_news.core.grouping import grouped
from policy_news.outputs.report.claims_page import distinct
from policy_news.outputs.report.views import (
    TITLE_LETTERS,
    NamedCount,
    View,
    clean,
    file_of,
    label_words,
    name_file,
    show_day,
    show_share,
)
from policy_news.tables.claim_words import shorten
from policy_news.tables.corpus import Article, Corpus
from policy_news.tables.labels import NAMED
from policy_news.tables.later_articles import say_young
from policy_news.tables.pages import document_page
from policy_news.tables.schema import ClaimRow, EntityRow

UNDATED, COPIED = "without a date", "near-identical to another"
NAME_LETTERS = 80
SHOWN_NAMES = 4
"""Names below the title in a list; `index.js` shows as many."""
TOP_ENTITIES = 40


def fold_copies(articles: Iterable[Article], groups: Mapping[str, str]) -> list[list[Article]]:
    """Put near-identical articles together, in the place of the first of them."""
    by_id = [(article.document.doc_id, article) for article in articles]
    return [*grouped((groups.get(doc_id, doc_id), article) for doc_id, article in by_id).values()]


def list_document(
    article: Article, entities: Mapping[str, EntityRow], copies: Sequence[Article] = ()
) -> View:
    """Return a document as a row of the list, with the pages and names of its near-identical copies."""
    row = article.document
    most = [entities[entity_id] for entity_id in _named_most(article, entities)[:SHOWN_NAMES]]
    return {
        "page": document_page(row.doc_id),
        "title": clean(shorten(row.title or first_words(article) or row.doc_id, TITLE_LETTERS)),
        "file": file_of(row),
        "day": show_day(row.published.date() if row.published else None),
        "mentions": sum(mention.counted for mention in article.mentions),
        "claims": len(article.claims),
        "masked": show_share(row.n_masked_words, row.n_words),
        "names": ", ".join(clean(entity.name[:NAME_LETTERS]) for entity in most),
        "notes": list(map(clean, row.notes.split("; "))) if row.notes else [],
        "copies": [(document_page(one.document.doc_id), name_file(one.document)) for one in copies],
    }


def _named_most(article: Article, entities: Mapping[str, EntityRow]) -> list[str]:
    """Return the entities of a document: those who can speak or be spoken about first."""
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


def count_totals(corpus: Corpus) -> list[NamedCount]:
    """Return the numbers at the top, each with the place that lists what it counts."""
    documents = [article.document for article in corpus.articles]
    words, masked = sum(row.n_words for row in documents), sum(row.n_masked_words for row in documents)
    undated = sum(row.published is None for row in documents)
    copies = len(documents) - len(fold_copies(corpus.articles, corpus.groups))
    claims = [claim for article in corpus.articles for claim in article.claims]
    mentions = sum(mention.counted for article in corpus.articles for mention in article.mentions)
    totals = [
        NamedCount("documents", len(documents), link="#documents"),
        NamedCount("copies", copies, link=f"#note={quote(COPIED)}"),
        NamedCount("without a date", undated, link=f"#note={quote(UNDATED)}"),
        NamedCount("failed", len(corpus.failures), link="#failures"),
        NamedCount("words", words),
        NamedCount("masked words", masked, show_share(masked, words), "#masked=1"),
        NamedCount("entities", len(corpus.entities), link="#entities"),
        NamedCount("mentions", mentions),
        NamedCount("statements", len({claim.statement for claim in claims}), link="claims.html"),
        NamedCount("claims", len(claims), "with repetitions"),
        NamedCount("date expressions", sum(len(article.dates) for article in corpus.articles)),
    ]
    return [one for one in totals if one.number or one.name in ("documents", "failed", "words")]


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


def count_labels(corpus: Corpus) -> list[NamedCount]:
    """Return how many documents name something of each label, which the note has in plain words."""
    named = (
        row.label
        for one in corpus.articles
        for row in {m.label: m for m in one.mentions if m.counted}.values()
    )
    return [NamedCount(name, number, label_words(name)) for name, number in _ranked(named)]


def count_types(corpus: Corpus) -> list[NamedCount]:
    """Return statements by type, the most frequent first."""
    claims = distinct(claim for article in corpus.articles for claim in article.claims)
    return [NamedCount(name, number) for name, number in _ranked(claim.claim_type for claim in claims)]


def _ranked(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def fold_statements(corpus: Corpus) -> Corpus:
    """Return the run in which near-identical articles say the same words as one statement.

    The tables are more careful: what is short, such as `The allegation was denied`, may mean something else
    in another article.
    """
    first: dict[tuple[str | None, ...], str] = {}

    def fold(claim: ClaimRow, group: str) -> ClaimRow:
        words = (group, claim.source_text, claim.cue_text, claim.content_text)
        return replace(claim, statement_id=first.setdefault(words, claim.statement))

    articles = []
    for article in corpus.articles:
        group = corpus.groups.get(article.document.doc_id)
        if group is not None:
            article = replace(article, claims=tuple(fold(claim, group) for claim in article.claims))
        articles.append(article)
    return replace(corpus, articles=tuple(articles))


def tell_countries(corpus: Corpus) -> Corpus:
    """Return the run with the country beside the name of each office that several countries have."""
    countries = {
        row.office_id: row.country for rows in corpus.offices.values() for row in rows if row.country
    }
    alike = Counter(row.name for row in corpus.entities.values() if row.label == "OFFICE")
    entities = {
        key: replace(row, name=f"{row.name} ({countries[key]})")
        if alike[row.name] > 1 and key in countries
        else row
        for key, row in corpus.entities.items()
    }
    return replace(corpus, entities=entities)


def rank_entities(corpus: Corpus) -> list[View]:
    """Return the entities that are named most, with how often each spoke and was spoken about."""
    said: Counter[str] = Counter()
    about: Counter[str] = Counter()
    seen: set[str] = set()
    for article in corpus.articles:
        for claim in article.claims:
            statement = claim.statement
            if statement in seen:
                continue
            seen.add(statement)
            if claim.source_entity_id:
                said[claim.source_entity_id] += 1
            about.update({mention.entity_id for mention in article.mentions_in(claim)})
    rows = sorted(corpus.entities.values(), key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    return [
        {
            "entity_id": row.entity_id,
            "name": clean(row.name[:NAME_LETTERS]),
            "label": row.label,
            "mentions": row.n_mentions,
            "documents": row.n_documents,
            "said": said[row.entity_id],
            "about": about[row.entity_id],
            "open": row.n_open,
            # The length of a bar is the number of mentions, in percent of those of the first entity.
            "bar": round(100 * row.n_mentions / (rows[0].n_mentions or 1)),
        }
        for row in rows[:TOP_ENTITIES]
    ]


def search_data(
    articles: Sequence[Article], entities: Mapping[str, EntityRow], groups: Mapping[str, str]
) -> tuple[dict[str, Any], list[list[Any]]]:
    """Return what the script searches.

    Returns:
        The names, labels and notes, and one list a document: page, title, file, day, mentions, claims, masked
        share in percent, author, the positions of its entities, the most frequent first, the positions of its
        notes, and the number of its group.
    """
    ordered = sorted(entities.values(), key=lambda row: (-row.n_mentions, row.name, row.entity_id))
    place = {row.entity_id: index for index, row in enumerate(ordered)}
    noted = [_notes(article, groups) for article in articles]
    notes = sorted(
        {note for own in noted for note in own}, key=lambda note: (note not in (UNDATED, COPIED), note)
    )
    numbers: dict[str, int] = {}
    # Documents name entities by their numbers: the names would be most of the page.
    rows = [_search_row(article, entities, place) for article in articles]
    for row, own, article in zip(rows, noted, articles, strict=True):
        doc_id = article.document.doc_id
        row += [
            [notes.index(note) for note in own],
            numbers.setdefault(groups.get(doc_id, doc_id), len(numbers)),
        ]
    names = [[row.entity_id, clean(row.name[:NAME_LETTERS]), row.label, _other_forms(row)] for row in ordered]
    return {"entities": names, "notes": notes}, rows


def _notes(article: Article, groups: Mapping[str, str]) -> list[str]:
    """Return what a reader should know of a document: no date, copies, and notes on reading it."""
    document = article.document
    told = [UNDATED] if document.published is None else []
    told += [COPIED] if document.doc_id in groups else []
    noted = (document.notes or "").split("; ") if document.notes else []
    return list(dict.fromkeys([*told, *(clean(note.partition(": ")[0]) for note in noted)]))


def _search_row(article: Article, entities: Mapping[str, EntityRow], place: Mapping[str, int]) -> list[Any]:
    shown = list_document(article, entities)
    named = [place[entity_id] for entity_id in _named_most(article, entities)]
    author = clean((article.document.author or "")[:NAME_LETTERS])
    share = round(100 * article.document.masked_share, 1)
    columns = [shown[name] for name in ("page", "title", "file", "day", "mentions", "claims")]
    return [*columns, share, author, named]


def _other_forms(row: EntityRow) -> str:
    """Return the forms that a search for the name would not find anyway."""
    forms = [form for form in row.aliases if form.casefold() not in row.name.casefold()]
    return clean(" | ".join(forms)[:TITLE_LETTERS])
