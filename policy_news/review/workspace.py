"""The data of the pages: the rows of a run with the current decisions."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from policy_news.core.errors import ArgumentError, SettingsError
from policy_news.core.settings import Settings
from policy_news.decisions.anchor import LostError
from policy_news.decisions.decided import Decided, RowsOfRun
from policy_news.decisions.decision_format import (
    Decision,
    DocumentChange,
    DocumentDone,
    DocumentRef,
    OfDocument,
    OfEntities,
    OfWhole,
    entities_of,
    given_entity,
    quote_of,
)
from policy_news.decisions.decisions_file import DecisionFile, Numbered, read_decisions
from policy_news.decisions.rows import Rows
from policy_news.decisions.store import append_decisions
from policy_news.decisions.told import DecisionOutcome
from policy_news.outputs.databases.sqlite_file import fill
from policy_news.review.standing import LiveDecisions, find_standing
from policy_news.run.resolved_rows import open_undecided
from policy_news.tables.chunks import Chunk
from policy_news.tables.commit import locate
from policy_news.tables.schema import RUN_FILE

_NEVER = object()
"""Stamp of what was not read yet."""
KEPT_DOCUMENTS = 64
"""Documents whose rows are kept in memory."""


class Workspace:
    """The tables of a run, searchable, and the decisions file.

    One thread uses it. New tables and edits of the file are noticed at the next request.
    """

    decided: Decided

    def __init__(self, out: Path, path: Path, settings: Settings) -> None:
        self.out = out
        self.path = path
        self.settings = settings
        self.problem = ""
        self._chunks: OrderedDict[str, Chunk] = OrderedDict()
        self._run_stamp: object = _NEVER
        self._file_stamp: object = _NEVER
        self._file = DecisionFile()
        self.refresh()
        if self.problem:
            raise SettingsError(self.problem)

    def refresh(self) -> None:
        """Read what changed on the disk: tables of another run, decisions of another window or editor."""
        stamp = _stamp(locate(self.out, RUN_FILE))
        if stamp != self._run_stamp:
            self._read_tables()
            self._run_stamp, self._file_stamp = stamp, _NEVER
        stamp = _stamp(self.path)
        if stamp != self._file_stamp:
            self._read_decisions()
            self._file_stamp = stamp

    def _read_tables(self) -> None:
        self.tables = sqlite3.connect("", check_same_thread=False)  # a private file, removed at the end
        self.tables.row_factory = sqlite3.Row
        fill(self.tables, self.out)
        self._undecided = open_undecided(self.out, self.settings)
        survey = list(self._undecided.survey())
        self._rows = RowsOfRun(lambda: survey, self.fetch, self.settings.mask, self._undecided.facts)
        self._chunks.clear()

    def _read_decisions(self) -> None:
        """Parse the file. While a line of it is broken, such as in the middle of an edit, the last good state is shown."""
        try:
            self._file, self.problem = read_decisions(self.path), ""
        except SettingsError as error:
            self.problem = str(error)
        self.decided = Decided(self._file, self._rows)
        self.decided_starts: set[tuple[str, int]] = set()
        self.done: dict[str, Numbered] = {}
        for one in self._file.live:
            if isinstance(one.decision, DocumentDone):
                self.done[self.where(one.decision.doc)] = one
            elif isinstance(one.decision, OfDocument):
                self.decided_starts.add((self.where(one.decision.doc), quote_of(one.decision).start))
        self._unapplied: list[tuple[Numbered, DecisionOutcome]] | None = None

    @property
    def version(self) -> str:
        """Changes whenever the decisions or the tables do."""
        return f"{self._file_stamp}{self._run_stamp}"

    @property
    def live(self) -> tuple[Numbered, ...]:
        """The live decisions."""
        return self._file.live

    def append(self, *decisions: Decision) -> None:
        """Write decisions; they are on the disk when this returns."""
        if self.problem:
            raise ArgumentError(self.problem)
        append_decisions(self.path, decisions)
        self.refresh()

    def open(self, doc_id: str) -> tuple[Rows, LiveDecisions] | None:
        """Return the rows of a document, decided, with the decisions about them; None if the document does not exist."""
        chunk = self.fetch(doc_id)
        if chunk is None:
            return None
        rows = self._rows.open(self.decided.decide(chunk))
        ones = self.decided.of_document(doc_id)
        return rows, find_standing(rows, ones)

    def unapplied(self) -> list[tuple[Numbered, DecisionOutcome]]:
        """Return the live decisions whose place is gone, with the reason, in order of their lines.

        The outcome of a decision is known after its document was decided; all of them are, once per state of the file.
        """
        if self._unapplied is None:
            for doc_id in self.decided.documents():
                chunk = self.fetch(doc_id)
                if chunk is not None:
                    self.decided.decide(chunk)
            ones = {one.decision.id: one for one in self.live}
            self._unapplied = [
                (ones[outcome.id], outcome) for outcome in self.decided.outcomes() if outcome.state == "lost"
            ]
        return self._unapplied

    def where(self, doc: DocumentRef) -> str:
        """Return the current id of a document that a decision is about; empty if it is gone."""
        with suppress(LostError):
            return self.decided.locate(doc)
        return ""

    def document_of(self, decision: Decision) -> str:
        """Return the document to open for a decision; empty for those about entities."""
        return self.where(decision.doc) if isinstance(decision, OfDocument | OfWhole) else ""

    def of_entity(self, entity_id: str) -> list[Numbered]:
        """Return the live decisions about an entity."""
        return [
            one
            for one in self._file.live
            if isinstance(one.decision, OfEntities)
            and entity_id in {given_entity(one.decision), *(ref.id for ref in entities_of(one.decision))}
        ]

    def changes_of(self, rows: Rows) -> list[Numbered]:
        """Return the live decisions about title, author, day or language of a document."""
        return [
            one
            for one in self._file.live
            if isinstance(one.decision, DocumentChange) and one.decision.doc.sha256 == rows.sha256
        ]

    def query(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return rows of a query of the tables."""
        return self.tables.execute(sql, values).fetchall()

    def fetch(self, doc_id: str) -> Chunk | None:
        """Return the rows of a document without decisions; None if the document does not exist."""
        if doc_id in self._chunks:
            self._chunks.move_to_end(doc_id)
            return self._chunks[doc_id]
        chunk = self._undecided.fetch(doc_id)
        if chunk is not None:
            self._chunks[doc_id] = chunk
            if len(self._chunks) > KEPT_DOCUMENTS:
                self._chunks.popitem(last=False)
        return chunk


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns  # the last nobody can set back
