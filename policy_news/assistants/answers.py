"""Answers to the questions of assistants, as plain data, from the tables of a finished run and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from policy_news.core.errors import ArgumentError
from policy_news.drafts.draft import verify_draft, verify_quotation
from policy_news.drafts.pile import Pile, open_pile
from policy_news.outputs.unread import Unread, list_unread
from policy_news.tables.chunks import is_among
from policy_news.tables.corpus import read_corpus
from policy_news.tables.parquet import load_tables, read_run
from policy_news.text.masking import find_gaps, patterns_of_run

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = 20_000
"""Characters of a text in one answer."""
MOST = 50
"""Rows of a list in one answer."""
_COPIED = (
    "claim_id",
    "doc_id",
    "claim_type",
    "polarity",
    "quote_kind",
    "truncated",
    "score",
    "source_entity_id",
    "statement_id",
)
"""Columns of claims that an answer has as they are."""
Row = dict[str, Any]
T = TypeVar("T")


@dataclass
class Answers:
    """Answers questions about the run in a folder; a run that replaces it is read at the next question.

    Args:
        out: Folder with the tables.
    """

    out: Path
    _run: Mapping[str, Any] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def search_claims(
        self, words: str, source: str, about: str, claim_type: str, days: tuple[str, str], limit: int
    ) -> Row:
        """Return the kept claims that fit all that is given, the newest first, and how many there are.

        Args:
            words: Words of cue or content, in any order.
            source: Name or id of the entity that speaks, or words of the source.
            about: Name or id of an entity in the content.
            claim_type: Type.
            days: First and last day, ISO.
            limit: Claims in the answer.

        Raises:
            ArgumentError: A day is not one.
        """
        import pyarrow.compute as pc

        tables = self._tables()
        claims = tables["claims"].filter(tables["claims"]["kept"])
        for word in words.split():
            claims = claims.filter(pc.or_(_has(claims["cue_text"], word), _has(claims["content_text"], word)))
        if source:
            is_entity = is_among(claims["source_entity_id"], self._ids(source))
            claims = claims.filter(pc.or_(_has(claims["source_text"], source), is_entity))
        if about:
            mentions = tables["mentions"].filter(is_among(tables["mentions"]["entity_id"], self._ids(about)))
            inside = tables["claim_mentions"]
            inside = inside.filter(is_among(inside["mention_id"], mentions["mention_id"].to_pylist()))
            claims = claims.filter(is_among(claims["claim_id"], inside["claim_id"].to_pylist()))
        if claim_type:
            claims = claims.filter(is_among(claims["claim_type"], [claim_type]))
        for day, compare in zip(days, (pc.greater_equal, pc.less_equal), strict=True):
            if day:
                claims = claims.filter(compare(claims["claim_date"], _day(day)))
        claims = claims.sort_by([("claim_date", "descending"), ("claim_id", "ascending")])
        return {"found": claims.num_rows, "claims": self._claims(claims.slice(0, limit).to_pylist())}

    def read_document(self, doc_id: str, start: int) -> Row:
        """Return a document from an offset on, with its masked spans.

        Raises:
            ArgumentError: The run does not have the document.
        """
        row = self._document(doc_id)
        end = min(start + PAGE, row["n_chars"])
        masks = self._keep(f"masks of {doc_id}", lambda: find_gaps(row["text"], patterns_of_run(self._run)))
        return {
            **{name: row[name] for name in ("doc_id", "title", "author", "url", "notes", "n_chars")},
            "published": _iso(row["published"]),
            "start": min(start, end),
            "end": end,
            "text": row["text"][start:end],
            "masked": [list(span) for span in masks if span[0] < end and span[1] > start],
        }

    def find_entity(self, name: str) -> Row:
        """Return the entities with a name or id, each with its offices and some of its mentions."""
        tables = self._tables()
        entities = tables["entities"]
        found = entities.filter(is_among(entities["entity_id"], self._ids(name)))
        if not found.num_rows:
            found = entities.filter(_has(entities["name"], name))
        rows = []
        for row in found.sort_by([("n_mentions", "descending")]).slice(0, MOST).to_pylist():
            own = {}
            for table, columns in (
                ("offices", ("office_id", "title", "country", "from", "to", "source", "known_to")),
                ("mentions", ("doc_id", "start", "end", "text", "identity", "office_id")),
            ):
                found_rows = tables[table].filter(is_among(tables[table]["entity_id"], [row["entity_id"]]))
                own[table] = _plain(found_rows.select(columns).slice(0, MOST).to_pylist())
            rows.append({**_plain([row])[0], **own})
        return {"found": found.num_rows, "entities": rows}

    def verify_quotation(self, words: str, speaker: str) -> Row:
        """Return the verdict on a quotation, with the documents that have it.

        Raises:
            ArgumentError: It has no words.
        """
        finding = verify_quotation(words, self._pile(), speaker or None)
        if finding is None:
            raise ArgumentError(
                "the quotation has no words that can be looked for", "Give the words themselves."
            )
        return finding.row()

    def verify_draft(self, text: str) -> Row:
        """Return the verdicts on a draft."""
        return {"findings": [finding.row() for finding in verify_draft(text, self._pile())]}

    def list_unread(self, doc_id: str) -> Row:
        """Return what was not read of a document, and what copies have there; without a document, of all, those with most masked words first.

        Raises:
            ArgumentError: The run does not have the document.
        """
        unread: Unread = self._keep("unread", lambda: list_unread(read_corpus(self.out)))
        if not doc_id:
            return {"total": unread.total, "articles": unread.articles[:MOST]}
        own = [row for row in unread.articles if row["doc_id"] == doc_id]
        if not own:
            self._document(doc_id)
        elsewhere = [one._asdict() for one in unread.elsewhere if one.doc_id == doc_id]
        for one in elsewhere[:MOST]:
            one["copy_end"] = min(one["copy_end"], one["copy_start"] + PAGE)
            one["text"] = one["text"][:PAGE]
        return {"articles": own, "elsewhere": elsewhere[:MOST], "places": len(elsewhere)}

    def _tables(self) -> dict[str, pa.Table]:
        return self._keep("tables", lambda: load_tables(self.out, engine="arrow"))

    def _pile(self) -> Pile:
        return self._keep("pile", lambda: open_pile(self.out))

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made of the run once; all is made again when another run has replaced it."""
        with self._lock:
            run = read_run(self.out)
            if run["sha256"] != self._run.get("sha256"):
                self._run = run
                self._kept.clear()
            if name not in self._kept:
                self._kept[name] = make()
            found: T = self._kept[name]
            return found

    def _ids(self, name: str) -> list[str]:
        """Return the ids of the entities that have a name in any case, and the name, which may be one."""
        return [name, *self._pile().find_entities([name]).get(name.lower(), [])]

    def _document(self, doc_id: str) -> Row:
        documents = self._tables()["documents"]
        for row in documents.filter(is_among(documents["doc_id"], [doc_id])).to_pylist():
            return dict(row)
        raise ArgumentError(
            f"the run has no document '{doc_id[:200]}'", "The answers to other questions name documents."
        )

    def _claims(self, claims: Sequence[Row]) -> list[Row]:
        """Claims with their places and what stands there."""
        tables = self._tables()
        wanted = tables["documents"].filter(
            is_among(tables["documents"]["doc_id"], [row["doc_id"] for row in claims])
        )
        documents = {
            row["doc_id"]: row for row in wanted.select(["doc_id", "title", "published", "text"]).to_pylist()
        }
        entities = tables["entities"].filter(
            is_among(tables["entities"]["entity_id"], [row["source_entity_id"] for row in claims])
        )
        names = dict(zip(entities["entity_id"].to_pylist(), entities["name"].to_pylist(), strict=True))
        rows = []
        for row in claims:
            document = documents[row["doc_id"]]
            places = {
                part: _place(document["text"], row[f"{part}_start"], row[f"{part}_end"])
                for part in ("source", "cue")
            }
            content = [_place(document["text"], span["start"], span["end"]) for span in row["content_spans"]]
            rows.append(
                {
                    **{name: row[name] for name in _COPIED},
                    "source_name": names.get(row["source_entity_id"]),
                    "day": _iso(row["claim_date"]),
                    "title": document["title"],
                    "published": _iso(document["published"]),
                    **places,
                    "content": content,
                }
            )
        return rows


def _place(text: str, start: int | None, end: int | None) -> Row | None:
    return None if start is None else {"start": start, "end": end, "text": text[start:end]}


def _has(column: pa.ChunkedArray, words: str) -> pa.ChunkedArray:
    """Return whether the texts of a column have some words, in any case; a null has none."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring(column, words, ignore_case=True), False)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError(f"'{text[:40]}' is not a day", "Write it as 2024-03-05.") from error


def _iso(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _plain(rows: Collection[Row]) -> list[Row]:
    """Rows whose days are texts."""
    return [
        {name: _iso(value) if isinstance(value, dt.date) else value for name, value in row.items()}
        for row in rows
    ]
