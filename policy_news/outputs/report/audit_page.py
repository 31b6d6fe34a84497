"""The page of who is quoted and what was not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_news.core.grouping import grouped
from policy_news.outputs.audit import KEYS, MEASURES, SHOWN, list_quoted
from policy_news.outputs.report.entity_page import pick_entities
from policy_news.outputs.report.views import clean, plain_words, show_share
from policy_news.outputs.unread import STATES, Elsewhere, list_unread
from policy_news.tables.claim_words import shorten
from policy_news.tables.corpus import Corpus
from policy_news.tables.pages import document_page, entity_page

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 60
"""Rows of a table of who is quoted."""
MAX_ARTICLES = 500
MAX_STRETCHES = 60
"""Stretches of words of a copy that are shown."""
WORDS_LETTERS = 400


def view_audit(corpus: Corpus, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what the page shows."""
    pages = {entity_id: entity_page(entity_id) for entity_id in pick_entities(corpus.entities)}
    quoted = [_quoted(key, list_quoted(tables, [key]), pages) for key in KEYS]
    unread = list_unread(corpus)
    titles = {
        row.document.doc_id: clean(row.document.title or row.document.doc_id) for row in corpus.articles
    }
    there = grouped((one.doc_id, one) for one in unread.elsewhere)
    total = unread.total
    return {
        "quoted": [table for table in quoted if table["rows"]],
        "heads": [(plain_words(name), MEASURES[name]) for name in SHOWN],
        "whole": next(iter(list_quoted(tables)), None),
        "articles": [
            _article(row, there.get(row["doc_id"], ()), titles) for row in unread.articles[:MAX_ARTICLES]
        ],
        "article_count": len(unread.articles),
        "states": [(total[state], state, what) for state, what in STATES.items() if total[state]],
        "total": total,
        "masked": show_share(int(total["n_masked_words"]), int(total["n_words"])),
    }


def _quoted(key: str, rows: Sequence[Mapping[str, Any]], pages: Mapping[str, str]) -> dict[str, Any]:
    """Return the table of a key; months end with the newest, the other keys begin with most claims."""
    shown = rows[-MAX_ROWS:] if key == "month" else rows[:MAX_ROWS]
    cells = [
        {
            "name": clean(str(row[key])),
            "page": pages.get(str(row.get(f"{key}_id"))),
            "values": [(plain_words(name), _number(row[name])) for name in SHOWN],
        }
        for row in shown
    ]
    return {"key": key, "what": KEYS[key], "rows": cells, "left_out": len(rows) - len(cells)}


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{100 * value:.0f} %" if isinstance(value, float) else f"{value:,}"


def _article(row: Mapping[str, Any], there: Sequence[Elsewhere], titles: Mapping[str, str]) -> dict[str, Any]:
    doc_id = row["doc_id"]
    copies = []
    for copy_id in row["copies"]:
        stretches = [one for one in there if one.copy_id == copy_id]
        shown = [
            shorten(clean(" ".join(one.text.split())), WORDS_LETTERS) for one in stretches[:MAX_STRETCHES]
        ]
        copies.append(
            {
                "page": document_page(copy_id),
                "title": titles[copy_id],
                "doc_id": clean(copy_id),
                "words": sum(one.words for one in stretches),
                "text": " … ".join(shown),
                "left_out": len(stretches) - len(shown),
            }
        )
    return {
        **row,
        "page": document_page(doc_id) if doc_id in titles else None,
        "shown_id": clean(doc_id),
        "title": clean(row["title"] or doc_id),
        "share": show_share(row["n_masked_words"], row["n_words"]) if row["n_words"] else "",
        "last_words": clean(" ".join((row["last_words"] or "").split())),
        "near_masks": [clean(name) for name in row["near_masks"]],
        "copies": copies,
    }
