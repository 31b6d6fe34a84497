"""The offline report: HTML pages that need no network, no server and no other file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import new_folder
from policy_news.core.faults import Fault, spared
from policy_news.outputs.report import index_page
from policy_news.outputs.report.claims_page import Linked, claim_data, first_rows
from policy_news.outputs.report.document_page import view_document
from policy_news.outputs.report.entity_page import pick_entities, view_entities
from policy_news.outputs.report.news_view import list_news
from policy_news.outputs.report.relations_page import list_relations
from policy_news.outputs.report.render import embed_chunks, embed_json, render
from policy_news.outputs.report.views import clean, name_file, show_day, show_share, web_address
from policy_news.tables.corpus import Article, Corpus, read_corpus
from policy_news.tables.pages import document_page, entity_page
from policy_news.text.masking import find_gaps, patterns_of_run

FOLDER = "report"
PAGE_ROWS = 100
FIRST_ROWS = 25
"""Documents shown on the start page at a time, so that the lists below are not far down."""
CHUNK_ROWS = 1_000
MAX_FAILURES = 500


def write_report(out: Path, faults: list[Fault] | None = None) -> tuple[Path, int]:
    """Write the report of a finished run into `out/report`, in place of an older one.

    Args:
        faults: Receives the pages of documents and entities that could not be made; each says so.

    Returns:
        The start page and the number of document pages.

    Raises:
        StageError: There is no finished run, or the folder cannot be written.
    """
    corpus = index_page.tell_countries(index_page.fold_statements(read_corpus(out)))
    articles = index_page.order_documents(corpus.articles)
    target = out / FOLDER
    with new_folder(target, "a report") as folder:
        (folder / "documents").mkdir()
        (folder / "entities").mkdir()
        faults = [] if faults is None else faults
        for name, page in _pages(corpus, articles, faults):
            (folder / name).write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return target / "index.html", len(articles)


def _pages(corpus: Corpus, articles: Sequence[Article], faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Yield all pages with their names below the folder."""
    folded = index_page.fold_copies(articles, corpus.groups)
    lists = _list_names(len(folded))
    linked = Linked(corpus)
    yield "index.html", _render_index(corpus, articles, folded, lists, linked)
    for number, name in enumerate(lists):
        rows = [
            index_page.list_document(first, corpus.entities, copies)
            for first, *copies in folded[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        ]
        yield (
            name,
            render(
                "list.html.j2",
                "none.js",
                rows=rows,
                lists=lists,
                current=name,
                first=number * PAGE_ROWS + 1,
                root="",
            ),
        )
    yield "claims.html", _render_claims(corpus, articles, linked)
    patterns = patterns_of_run(corpus.run)
    pages = [document_page(article.document.doc_id) for article in articles]
    copies = {
        one.document.doc_id: [
            (document_page(other.document.doc_id), name_file(other.document))
            for other in group
            if other is not one
        ]
        for group in folded
        for one in group
    }
    for index, article in enumerate(articles):
        near = (pages[index - 1] if index else None, pages[index + 1] if index + 1 < len(pages) else None)
        with _spared_page(pages[index], faults) as page:
            gaps = find_gaps(article.document.text, patterns)
            page.append(
                render(
                    "document.html.j2",
                    "document.js",
                    view=view_document(article, gaps, corpus.entities, linked),
                    near=near,
                    root="../",
                    **_describe(article),
                    copies=copies[article.document.doc_id],
                )
            )
        yield pages[index], page[0]

    picked = pick_entities(corpus.entities)
    for entity_id, entity in zip(picked, view_entities(corpus, picked, linked), strict=True):
        with _spared_page(entity_page(entity_id), faults) as page:
            page.append(render("entity.html.j2", "none.js", view=entity, root="../"))
        yield entity_page(entity_id), page[0]


@contextmanager
def _spared_page(name: str, faults: list[Fault]) -> Iterator[list[str]]:
    """Give a list for a page; if it cannot be made, another one that says so is in it."""
    page, before = list[str](), len(faults)
    with spared(faults, name):
        yield page
    if len(faults) > before:
        page[:] = [render("broken.html.j2", "none.js", root="../", name=name, told=repr(faults[-1][1]))]


def _render_claims(corpus: Corpus, articles: Sequence[Article], linked: Linked) -> str:
    rows, lists, left_out = claim_data(articles, linked)
    return render(
        "claims.html.j2",
        "claims.js",
        root="",
        claims=len(rows),
        statements=len({row[-1] for row in rows}),
        left_out=left_out,
        page_rows=FIRST_ROWS,
        first=first_rows(rows, lists, FIRST_ROWS),
        types=lists["types"],
        relations=lists["relations"],
        outlets=lists["outlets"],
        names=embed_json(lists),
        chunks=list(embed_chunks(rows, CHUNK_ROWS)),
    )


def _list_names(documents: int) -> list[str]:
    return [f"list-{number + 1}.html" for number in range(max(1, -(-documents // PAGE_ROWS)))]


def _render_index(
    corpus: Corpus,
    articles: Sequence[Article],
    folded: Sequence[Sequence[Article]],
    lists: Sequence[str],
    linked: Linked,
) -> str:
    told, told_count = list_relations(articles, corpus.entities)
    names, rows = index_page.search_data(articles, corpus.entities, corpus.groups)
    return render(
        "index.html.j2",
        "index.js",
        root="",
        period=index_page.show_period(articles),
        horizon=index_page.show_horizon(corpus),
        news=list_news(corpus, linked),
        totals=index_page.count_totals(corpus),
        labels=index_page.count_labels(corpus),
        types=index_page.count_types(corpus),
        rows=[
            index_page.list_document(first, corpus.entities, copies) for first, *copies in folded[:FIRST_ROWS]
        ],
        notes=names["notes"],
        copied=index_page.COPIED,
        documents=len(articles),
        page_rows=FIRST_ROWS,
        lists=lists,
        entities=index_page.rank_entities(corpus),
        entity_count=len(corpus.entities),
        entity_pages={entity_id: entity_page(entity_id) for entity_id in pick_entities(corpus.entities)},
        told=told,
        told_count=told_count,
        failures=corpus.failures[:MAX_FAILURES],
        failure_count=len(corpus.failures),
        names=embed_json(names),
        chunks=list(embed_chunks(rows, CHUNK_ROWS)),
    )


def _describe(article: Article) -> dict[str, Any]:
    """Return the head of a document's page."""
    row = article.document
    return {
        "title": clean(row.title or row.doc_id),
        "doc_id": clean(row.doc_id),
        "path": clean(row.path),
        "author": clean(row.author) if row.author else None,
        "published": show_day(row.published),
        "url": web_address(row.url),
        "shown_url": clean(row.url) if row.url else None,
        "words": row.n_words,
        "masked": row.n_masked_words,
        "share": show_share(row.n_masked_words, row.n_words),
        "notes": [clean(note).capitalize() for note in (row.notes or "").split("; ") if note],
    }
