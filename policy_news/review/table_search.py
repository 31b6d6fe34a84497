"""Queries of the tables for the pages: search, lists, the queue. Texts of a person never become part of a statement."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy_news.core.errors import ArgumentError
from policy_news.core.settings import find_model
from policy_news.nlp.who.facts import read_facts
from policy_news.outputs.databases.sqlite_file import fold
from policy_news.outputs.report.views import clean
from policy_news.review.workspace import Workspace

PER_PAGE = 50
BEGIN, END = "\x02", "\x03"
"""Marks around the words found in a snippet; shown texts never contain them."""
MAX_WORDS = 20
_WORD = re.compile(r"\w+", re.UNICODE)
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
"""Pattern of the id of a new entity: a mistyped name does not match."""
_QUEUE_ROWS = 400


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results and whether there is another."""

    rows: tuple[dict[str, Any], ...]
    more: bool


def match_words(query: str) -> str | None:
    """Write an FTS5 query for words that must all occur in any form, the last one as a prefix; None without words.

    Each word is quoted, so that what a person types is never read as FTS5 syntax.
    """
    words = _WORD.findall(fold(query) or "")[:MAX_WORDS]
    if not words:
        return None
    return " AND ".join(f'"{word}"' for word in words) + "*"


def snippet_parts(text: str) -> list[tuple[str, bool]]:
    """Split a snippet into pieces, each with whether it was searched for."""
    pieces = enumerate(re.split(f"[{BEGIN}{END}]", text))
    return [(clean(" ".join(piece.split(" "))), number % 2 == 1) for number, piece in pieces if piece]


def find_documents(space: Workspace, query: str, page: int) -> ResultPage:
    """Find documents: all, newest first; with a query those with its words, the best first."""
    words = match_words(query)
    if words is None:
        snippet, rows = "''", "documents d order by d.published is null, d.published desc, d.doc_id"
    else:
        snippet = "snippet(documents_fts, 1, char(2), char(3), '…', 24)"
        rows = """documents_fts join documents d on d.row = documents_fts.rowid
            where documents_fts match ? order by documents_fts.rank"""
    sql = f"""select d.doc_id, d.path, d.format, d.title, d.published, d.n_words, d.masked_share, {snippet} as snippet
        from {rows} limit ? offset ?"""  # noqa: S608
    return _found(space.query(sql, *([words] if words else []), PER_PAGE + 1, page * PER_PAGE))


def find_claims(space: Workspace, query: str, type_: str, source: str, page: int) -> ResultPage:
    """Find claims by words, type and source entity, newest first."""
    conditions, values = [], list[Any]()
    words = match_words(query)
    if words is not None:
        conditions.append('"row" in (select rowid from claims_fts where claims_fts match ?)')
        values.append(words)
    if type_:
        conditions.append("claim_type = ?")
        values.append(type_)
    if source:
        conditions.append("source_entity_id = ?")
        values.append(source)
    where = f"where {' and '.join(conditions)}" if conditions else ""
    # The inner query chooses the rows of the page by number; ids, names and titles are joined for these only. A week is not its Monday.
    sql = f"""select c.claim_id, c.doc_id, c.claim_type, c.source_entity_id, c.score, c.reported, e.name, d.title,
        coalesce(case when t.earliest <> t.latest then t.value end, c.claim_date, 'no date') as day
        from (select "row" as n from claims {where} order by claim_date desc, "row" limit ? offset ?) p
        join claims c on c.row = p.n join documents d on d.doc_id = c.doc_id
        left join entities e on e.entity_id = c.source_entity_id left join dates t on t.date_id = c.date_id
        order by c.claim_date desc, c.row"""  # noqa: S608
    return _found(space.query(sql, *values, PER_PAGE + 1, page * PER_PAGE))


def find_entities(space: Workspace, query: str, label: str, page: int) -> ResultPage:
    """Find entities by words in their names, the most frequent first."""
    like = "%" + re.sub(r"([%_\\])", r"\\\1", query.strip()) + "%"
    sql = r"""select entity_id, label, name, kb_id, n_mentions, n_documents from entities
        where (name like ? escape '\' or aliases like ? escape '\' or entity_id = ?) and (? = '' or label = ?)
        order by n_mentions desc, entity_id limit ? offset ?"""
    rows = space.query(sql, like, like, query, label, label, PER_PAGE + 1, page * PER_PAGE)
    return _found(rows)


def find_listed(space: Workspace, query: str, limit: int) -> list[tuple[str, str]]:
    """Return id and name of entities of the reference data whose name contains some letters; those that begin with them first."""
    wanted = query.strip().lower()
    facts = read_facts(find_model(space.settings.annotate.model))
    found = [(key, row[0]) for key, row in facts.rows.items() if wanted in row[0].lower()]
    return sorted(found, key=lambda one: (not one[1].lower().startswith(wanted), one[1]))[:limit]


def find_entity_id(space: Workspace, typed: str) -> str:
    """Return the id of the entity that a person means."""
    rows = space.query(
        "select entity_id from entities where entity_id = ? or name = ? collate nocase order by entity_id <> ?",
        *(typed,) * 3,
    )
    ids = [row["entity_id"] for row in rows]
    if typed in ids or len(ids) == 1:
        return str(ids[0])
    if ids:
        raise ArgumentError(f"{typed}: {len(ids)} entities have this name: choose one from the list")
    if _ID.fullmatch(typed):
        return typed
    listed = [key for key, name in find_listed(space, typed, PER_PAGE) if name.lower() == typed.lower()]
    if len(listed) == 1:
        return listed[0]
    raise ArgumentError(
        f"{typed}: no entity has this name: choose one from the list, or type a new id such as 'acme-holdings'"
    )


def _found(rows: Sequence[sqlite3.Row]) -> ResultPage:
    kept = tuple({key: _shown(row[key]) for key in row.keys()} for row in rows[:PER_PAGE])  # noqa: SIM118
    return ResultPage(kept, len(rows) > PER_PAGE)


def _shown(value: Any) -> Any:
    if not isinstance(value, str) or BEGIN in value:
        return value
    return clean(value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something in the queue: a claim or mention, by its offset on the page of its document."""

    doc_id: str
    kind: str
    at: int
    why: str
    words: str
    title: str


QUEUES = {
    "claims": "Claims with the lowest scores",
    "mentions": "Names in doubt",
    "lost": "Decisions that lost their place",
}
"""The kinds of queue, and what they are called."""


def queue(space: Workspace, kind: str) -> list[Waiting]:
    """Return what waits for a decision, the most doubtful first."""
    if kind == "lost":
        return list(_unapplied(space))
    # As many more as are decided already, so that the queue is full after these are left out.
    rows = space.query(_QUEUED[kind], _QUEUE_ROWS + len(space.decided_starts))
    return [
        Waiting(
            row["doc_id"],
            kind.removesuffix("s"),
            row["at"],
            row["why"],
            clean(row["words"] or ""),
            clean(row["title"] or row["doc_id"]),
        )
        for row in rows
        if (row["doc_id"], row["at"]) not in space.decided_starts
    ][:_QUEUE_ROWS]


def _unapplied(space: Workspace) -> Iterator[Waiting]:
    """Yield decisions whose place is gone. Those about entities have no document to link to."""
    for one, outcome in space.unapplied():
        yield Waiting(
            space.document_of(one.decision),
            "document",
            0,
            f"{outcome.state}: {outcome.note}",
            clean(outcome.place),
            f"line {outcome.line}",
        )


_QUEUED = {
    "claims": """select c.doc_id, coalesce(c.cue_start, c.content_start) as at, printf('score %.2f', c.score) as why, c.reported as words,
        d.title from claims c join documents d on d.doc_id = c.doc_id order by c.score, c.claim_id limit ?""",
    "mentions": """select m.doc_id, m.start as at, printf('%s, score %.2f', m.label, m.score) as why, m.text as words, d.title
        from mentions m join documents d on d.doc_id = m.doc_id order by m.score, m.mention_id limit ?""",
}
"""The queries of the queues of claims and names."""
