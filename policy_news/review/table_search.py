"""Queries of the tables for the pages: search, lists, the queue. Texts of a person never become part of a statement."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy_news.core.errors import ArgumentError
from policy_news.core.settings import find_model
from policy_news.nlp.who.facts import read_facts
from policy_news.outputs.databases.sqlite_file import fold
from policy_news.outputs.report.views import clean, clean_parts
from policy_news.review.workspace import Workspace
from policy_news.tables.claim_words import SentencePart, join_parts, tell
from policy_news.tables.period_labels import show_period
from policy_news.tables.schema import DateRow

MOST_SAME = 2_000
"""Mentions with the same words that one decision can be about."""
PER_PAGE = 50
BEGIN, END = "\x02", "\x03"
"""Marks around the words found in a snippet; shown texts never contain them."""
MAX_WORDS = 20
WORDS_LETTERS = 160
"""Letters of a claim's source and content in a queue."""
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
    """Write an FTS5 query for words that must all occur, the last one as a prefix; None without words.

    Each word is quoted, so that what a person types is never read as FTS5 syntax.
    """
    words = _WORD.findall(fold(query) or "")[:MAX_WORDS]
    if not words:
        return None
    return " AND ".join([*map(_any_form, words[:-1]), f'({_any_form(words[-1])} OR "{words[-1]}"*)'])


_ENDINGS = {
    "ies": ("y",),
    "ied": ("y",),
    "ying": ("y",),
    "ing": ("", "e"),
    "ed": ("", "e"),
    "es": ("", "e"),
    "s": ("",),
}


def _any_form(word: str) -> str:
    """Write an FTS5 query for a word in any form: `denies` finds `denied`, but not a man called Denys."""
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) > len(one) + 2), "")
    bases = [word.removesuffix(ending) + other for other in _ENDINGS.get(ending, ("",))]
    forms = [word]
    for base in bases:
        if re.search("[^aeiou]y$", base):
            forms += [base, *(base[:-1] + other for other in ("ies", "ied")), f"{base}ing"]
        elif base.endswith("e"):
            forms += [base, f"{base}s", f"{base}d", f"{base[:-1]}ing"]
        else:
            forms += [base, *(base + other for other in ("s", "es", "ed", "ing"))]
    return "(" + " OR ".join(f'"{form}"' for form in dict.fromkeys(forms)) + ")"


def snippet_parts(text: str) -> list[tuple[str, bool]]:
    """Split a snippet into pieces, each with whether it was searched for."""
    pieces = enumerate(re.split(f"[{BEGIN}{END}]", text))
    return [(clean(" ".join(piece.split(" "))), number % 2 == 1) for number, piece in pieces if piece]


def find_documents(space: Workspace, query: str, page: int) -> ResultPage:
    """Find documents: all, newest first; with a query those with its words, the best first.

    Args:
        query: Words that must occur; empty for all documents.
        page: Number of the page, from 0.
    """
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
    """Find claims by words, type and source entity, newest first.

    Args:
        query: Words that source, cue and content must contain.
        type_: Type, or empty for all.
        source: Id of the source's entity, or empty for all.
        page: Number of the page, from 0.
    """
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
    # The inner query chooses the rows of the page by number; ids, names and titles are joined for these only.
    sql = f"""select c.claim_id, c.doc_id, c.claim_date, c.claim_type, c.source_entity_id, c.score, e.name, d.title, {_TOLD},
        t.timex_type, t.value, t.earliest, t.latest, t.granularity
        from (select "row" as n from claims {where} order by claim_date desc, "row" limit ? offset ?) p
        join claims c on c.row = p.n join documents d on d.doc_id = c.doc_id
        left join entities e on e.entity_id = c.source_entity_id left join dates t on t.date_id = c.date_id
        order by c.claim_date desc, c.row"""  # noqa: S608
    rows = space.query(sql, *values, PER_PAGE + 1, page * PER_PAGE)
    found, told = _found(rows), dict[tuple[str, str], dict[str, Any]]()
    for shown, row in zip(found.rows, rows, strict=False):
        shown["parts"], shown["day"] = _told(row, row["name"] or ""), _day_of(row) or "no date"
        first = told.setdefault((space.group_of(row["doc_id"]), join_parts(shown["parts"])), shown)
        first["copies"] = first.get("copies", -1) + 1  # near-identical articles say it once
    return ResultPage(tuple(told.values()), found.more)


_FIRST = "min(coalesce(c.source_start, 1 << 60), coalesce(c.cue_start, 1 << 60), coalesce(c.content_start, 1 << 60))"
_LAST = "max(coalesce(c.source_end, 0), coalesce(c.cue_end, 0), coalesce(c.content_end, 0))"
_TOLD = f"""{_FIRST} as first, substr(d.text, {_FIRST} + 1, {_LAST} - {_FIRST}) as whole, c.source_start, c.source_end,
    c.cue_start, c.cue_end, c.content_spans"""
"""Columns by which a claim is told in the words of its article, without reading all of the article."""


def _day_of(row: sqlite3.Row) -> str | None:
    """Return the day of a claim, or the week, month or year that dates it: a week is not its Monday."""
    if not row["earliest"] or row["earliest"] == row["latest"]:
        return str(row["claim_date"]) if row["claim_date"] else None
    first, last = (dt.date.fromisoformat(row[name]) for name in ("earliest", "latest"))
    kind, value, unit = row["timex_type"], row["value"], row["granularity"]
    return show_period(DateRow("", "", "", 0, 0, "", kind, value, first, last, unit, "mentioned", None))


def _told(row: sqlite3.Row, name: str = "", letters: int | None = None) -> tuple[SentencePart, ...]:
    """Return the claim of a row with the columns `_TOLD` as a sentence."""
    spans = [(row["source_start"], row["source_end"], "source"), (row["cue_start"], row["cue_end"], "cue")]
    spans += [(span["start"], span["end"], "content") for span in json.loads(row["content_spans"])]
    placed = [
        (start - row["first"], end - row["first"], kind) for start, end, kind in spans if start is not None
    ]
    return clean_parts(tell(row["whole"] or "", placed, name, letters))


def find_entities(space: Workspace, query: str, label: str, page: int) -> ResultPage:
    """Find entities by words in their names, the most frequent first.

    Args:
        query: Part of a name or alias.
        label: Label, or empty for all.
        page: Number of the page, from 0.
    """
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
    """Return the id of the entity that a person means.

    Args:
        typed: An id, of an entity that is there or of a new one, or a name.

    Raises:
        ArgumentError: It is the name of several entities, or of none.
    """
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
    listed = [key for key, name in find_listed(space, typed, MOST_SAME) if name.lower() == typed.lower()]
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
    "new": "Documents not read yet",
}
"""The kinds of queue, and what they are called."""


def queue(space: Workspace, kind: str) -> list[Waiting]:
    """Return what waits for a decision, the most doubtful first."""
    if kind == "new":
        return list(_unread(space))
    if kind == "lost":
        return list(_unapplied(space))
    kind_of = "claim" if kind == "claims" else "mention"
    waiting: list[Waiting] = []
    # As many more as are decided already, so that the queue is full after these are left out.
    nth, seen = Counter[tuple[str, str]](), set[tuple[str, str, int]]()
    for row in space.query(_QUEUED[kind], _QUEUE_ROWS + len(space.decided_starts)):
        if (row["doc_id"], row["at"]) in space.decided_starts:
            continue
        words = (
            join_parts(_told(row, letters=WORDS_LETTERS)) if kind == "claims" else clean(row["words"] or "")
        )
        # Near-identical documents are asked about once: the n-th such words of one are the n-th of another.
        nth[row["doc_id"], words] += 1
        same = (space.group_of(row["doc_id"]), words, nth[row["doc_id"], words])
        if same in seen:
            continue
        seen.add(same)
        title = f"{clean(row['title'])} ({clean(row['doc_id'])})" if row["title"] else clean(row["doc_id"])
        waiting.append(Waiting(row["doc_id"], kind_of, row["at"], row["why"], words, title))
    return waiting[:_QUEUE_ROWS]


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


def _unread(space: Workspace) -> Iterator[Waiting]:
    """Yield documents that nobody has marked as read as they are now."""
    rows = space.query(
        "select doc_id, sha256, title from documents order by published is null, published desc, doc_id"
    )
    for row in rows:
        done = space.done.get(row["doc_id"])
        if done is None or getattr(done.decision, "doc").sha256 != row["sha256"]:  # noqa: B009
            why = "changed since it was read" if done else "not read yet"
            yield Waiting(row["doc_id"], "document", 0, why, "", clean(row["title"] or row["doc_id"]))


_QUEUED = {
    "claims": f"""select c.doc_id, coalesce(c.cue_start, c.content_start) as at, printf('score %.2f', c.score) as why, {_TOLD}, d.title
        from claims c join documents d on d.doc_id = c.doc_id order by c.score, c.claim_id limit ?""",  # noqa: S608
    "mentions": """select m.doc_id, m.start as at, printf('%s, score %.2f', m.label, m.score) as why, m.text as words, d.title
        from mentions m join documents d on d.doc_id = m.doc_id order by m.score, m.mention_id limit ?""",
}
"""The queries of the queues of claims and names."""
