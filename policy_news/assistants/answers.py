"""Answers to the questions of assistants, as plain data, from the tables of a finished run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from policy_news.core.errors import ArgumentError, StageError
from policy_news.drafts.draft_report import verify_text
from policy_news.drafts.draft_verifier import verify_quotation
from policy_news.drafts.inputs import DraftText, read_answer
from policy_news.drafts.pile import Pile, open_pile
from policy_news.drafts.sources import SourceText, open_sources
from policy_news.outputs.claim_search import ClaimQuery, find_claims, find_near, has_words, parse_day
from policy_news.tables.chunks import is_among, to_rows
from policy_news.tables.parquet import read_run, read_table
from policy_news.tables.schema import TABLES, arrow_schema
from policy_news.tables.voices import hear
from policy_news.text.masking import find_gaps, patterns_of_run

if TYPE_CHECKING:
    import pyarrow as pa

TRIES = 10
"""Snapshots that a question is asked of, if one run after the other replaces them meanwhile."""
PAGE = 20_000
"""Characters of a text in one answer."""
MOST = 50
"""Rows of a list in one answer."""
FIRST = 20
"""Claims in an answer that does not ask for a number."""
LONGEST = 100_000
"""Characters of a draft or source."""
SOURCES = 20
"""Sources that may be given with a draft."""
_COPIED = (
    "claim_id", "doc_id", "reported", "claim_type", "polarity", "quote_kind", "truncated", "score",
    "source_entity_id", "statement_id",
)  # fmt: skip
"""Columns of claims that an answer has as they are."""
Row = dict[str, Any]


@dataclass
class Answers:
    """Answers questions about the run in a folder; a run that replaces it is read at the next question."""

    out: Path
    _snapshot: Snapshot | None = None
    _lock: Lock = field(default_factory=Lock)
    _verifying: Lock = field(default_factory=Lock)

    def ask(self, question: Callable[[Snapshot], Row]) -> Row:
        """Return the answer to a question, all of one run.

        Raises:
            StageError: There is no finished run, or a table is broken.
            ArgumentError: The question cannot be answered.
        """
        failed = None
        for _ in range(TRIES):
            run = read_run(self.out)
            try:
                return question(self._current(run))
            except StageError:  # a run that ends meanwhile moves files, of this run or the one before
                if failed == run["sha256"] == read_run(self.out)["sha256"]:
                    raise
                failed = run["sha256"]
        raise StageError(f"{self.out}: runs replace the tables again and again", "Ask again later.")

    def _current(self, run: Mapping[str, Any]) -> Snapshot:
        with self._lock:
            if self._snapshot is None or self._snapshot.run["sha256"] != run["sha256"]:
                tables = {name: read_table(self.out, name, run) for name in TABLES}
                self._snapshot = Snapshot(self.out, run, tables, open_pile(self.out, run), self._verifying)
            return self._snapshot


@dataclass(frozen=True)
class Snapshot:
    """A run as it was when its tables were read; several threads may ask it.

    Attributes:
        out: Folder with the tables.
        run: Its `run.json`.
    """

    out: Path
    run: Mapping[str, Any]
    _tables: Mapping[str, pa.Table]
    _pile: Pile
    _verifying: Lock

    def search_claims(
        self, words: str, source: str, about: str, claim_type: str, days: tuple[str, str], limit: int
    ) -> Row:
        """Return the kept claims that fit all that is given, the newest first, and how many there are.

        Args:
            words: Words of cue or content, in any order.
            source: Name or id of the entity that speaks, or words of the source.
            about: Name or id of an entity in the content.
            days: First and last day, ISO.
            limit: Claims in the answer.
        """
        query = ClaimQuery(words, source, about, claim_type, *map(parse_day, days))
        found, claims = find_claims(self._read, query, arrow_schema(TABLES["claims"]).names, limit)
        answer: Row = {"found": found, "claims": self._claims(claims.to_pylist())}
        near = [] if found else [name for asked in (source, about) for name in find_near(self._read, asked)]
        return {**answer, "near_names": near} if near else answer

    def _read(
        self, name: str, columns: Sequence[str] | None, among: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield a table of the snapshot, as `outputs.claim_search` reads it."""
        yield self._tables[name] if columns is None else self._tables[name].select(columns)

    def corroborate(self, claim_id: str) -> Row:
        """Return who else says what a claim says, who denies it, and from how many origins."""
        own = self._rows("claims", "claim_id", [claim_id])
        if not own:
            raise ArgumentError(f"the run has no claim '{claim_id[:200]}'", "Other answers name claims.")
        statement = own[0]["statement_id"] or claim_id
        same = self._rows("claims", "statement_id", [statement]) or own
        links = self._rows("claim_links", "other_claim_id", [row["claim_id"] for row in same])
        denying = [row["claim_id"] for row in links if row["relation"] == "denies"]
        denials = self._rows("claims", "claim_id", denying)
        again = self._rows("claims", "statement_id", [row["statement_id"] for row in denials])
        denials = list({row["claim_id"]: row for row in (*denials, *again)}.values())
        return {
            "statement_id": statement,
            "said": self._voices(statement, "said", same),
            "denied": self._voices(statement, "denied", denials),
        }

    def _voices(self, statement: str, stance: str, claims: Sequence[Row]) -> Row:
        """Return the articles, origins and named sources of claims that say or deny a statement."""
        rows = self._claims(claims)
        table = self._tables["origins"]
        told = hear(to_rows("origins", table.filter(is_among(table["statement_id"], [statement]))), stance)
        ids = sorted({row["doc_id"] for row in rows})
        origins = told.origins if told else [[doc_id] for doc_id in ids]
        sources = sorted({str(row["source_name"]) for row in rows if row["source_name"]})
        return {
            "n_articles": len(ids), "n_origins": len(origins), "n_sources": len(sources), "sources": sources,
            "origins": origins[:MOST], "why": told.why[:MOST] if told else [], "claims": rows[:MOST],
        }  # fmt: skip

    def _rows(self, name: str, column: str, values: Collection[str | None]) -> list[Row]:
        """Return the rows of a table that have one of some values."""
        table = self._tables[name]
        rows: list[Row] = table.filter(is_among(table[column], [one for one in values if one])).to_pylist()
        return rows

    def read_document(self, doc_id: str, start: int) -> Row:
        """Return a document from an offset on, with its masked spans."""
        row = self._document(doc_id)
        end = min(start + PAGE, row["n_chars"])
        masks = find_gaps(row["text"], patterns_of_run(self.run))
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
        tables = self._tables
        entities = tables["entities"]
        found = entities.filter(is_among(entities["entity_id"], self._ids(name)))
        if not found.num_rows:
            found = entities.filter(has_words(entities["name"], name))
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
        """Return the verdict on a quotation, with the documents that have it."""
        finding = verify_quotation(words, self._pile, speaker or None)
        if finding is None:
            raise ArgumentError(
                "the quotation has no words that can be looked for", "Give the words themselves."
            )
        return finding.row()

    def verify_draft(self, text: str, sources: Sequence[SourceText] = ()) -> Row:
        """Return the verdicts on a draft, and a record for each of its sentences.

        Args:
            text: The draft, or the JSON of an answer with citations.
            sources: What to hold it against; without any and without citations, the documents of the run.
        """
        draft = read_answer(text, "draft") or DraftText("draft", text)
        given = [*draft.citations, *sources]
        with self._verifying:  # the pipeline reads one text at a time
            report = verify_text(draft, open_sources(given) if given else self._pile)
        names = ("start", "end", "line", "verdict", "cited", "is_english")
        sentences = [{name: row[name] for name in names} for row in report.rows()]
        return {"findings": [finding.row() for finding in report.findings], "sentences": sentences}

    def list_unread(self) -> Row:
        """Return the documents with most masked words, and the inputs that failed."""
        columns = ("doc_id", "title", "n_words", "n_masked_words", "masked_share", "notes")
        rows = self._tables["documents"].select(columns).to_pylist()
        masked = sorted(
            (row for row in rows if row["n_masked_words"]), key=lambda row: -row["n_masked_words"]
        )
        failed = self._tables["failures"].select(("path", "message")).to_pylist()
        return {
            "documents": len(rows),
            "masked": masked[:MOST],
            "n_masked": len(masked),
            "failed": failed[:MOST],
            "n_failed": len(failed),
        }

    def _ids(self, name: str) -> list[str]:
        """Return the ids of the entities that have a name in any case, and the name, which may be one."""
        return [name, *self._pile.find_entities([name]).get(name.lower(), [])]

    def _document(self, doc_id: str) -> Row:
        for row in self._rows("documents", "doc_id", [doc_id]):
            return row
        raise ArgumentError(
            f"the run has no document '{doc_id[:200]}'", "The answers to other questions name documents."
        )

    def _claims(self, claims: Sequence[Row]) -> list[Row]:
        """Claims with their places and what stands there."""
        tables = self._tables
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
            text = document["text"]
            places = {
                part: _place(text, row[f"{part}_start"], row[f"{part}_end"]) for part in ("source", "cue")
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


def _iso(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _plain(rows: Collection[Row]) -> list[Row]:
    """Rows whose days are texts."""
    return [
        {name: _iso(value) if isinstance(value, dt.date) else value for name, value in row.items()}
        for row in rows
    ]
