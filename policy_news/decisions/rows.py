"""The rows of one document while decisions are applied; tables are read on demand, because few are touched."""

from __future__ import annotations

import types
import typing
from collections.abc import Hashable, Sequence
from dataclasses import fields
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast

from policy_news.nlp.who.facts import NO_FACTS, Facts
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk, build_table, sort_rows, to_rows
from policy_news.tables.schema import (
    TABLES,
    AppearanceRow,
    ClaimLinkRow,
    ClaimMentionRow,
    ClaimRow,
    DateRow,
    DocumentRow,
    MentionRow,
    Row,
    SectionRow,
)
from policy_news.text.masking import MaskPatterns, find_gaps

R = TypeVar("R", bound=Row)
METHOD = "decision"
"""Value of `method` in a row that a decision made or changed."""
DECIDED: dict[str, Any] = {
    "score": 1.0,
    "source_score": 1.0,
    "kept": True,
    "identity": "certain",
    "identity_reason": "decision",
    "polarity": "asserted",
}
"""Values of columns in a row that a person made, if the table has these columns."""


class _Read(Generic[R]):
    """The rows of a table, read when they are asked for."""

    def __set_name__(self, owner: type[Rows], name: str) -> None:
        self._name = name

    def __get__(self, rows: Rows, owner: type[Rows]) -> list[R]:
        return rows.read(self._name)


class Rows:
    """The rows of one document. A table that is not set stays the same, byte for byte.

    Attributes:
        facts: Facts of the rule data about entities.
        claim_mentions: The pairs of claim and mention.
        claim_links: The links from its claims to others.
    """

    sections = _Read[SectionRow]()
    appearances = _Read[AppearanceRow]()
    mentions = _Read[MentionRow]()
    claims = _Read[ClaimRow]()
    dates = _Read[DateRow]()
    claim_mentions = _Read[ClaimMentionRow]()
    claim_links = _Read[ClaimLinkRow]()

    def __init__(self, chunk: Chunk, patterns: MaskPatterns, facts: Facts = NO_FACTS) -> None:
        self.facts = facts
        self._chunk = chunk
        self._patterns = patterns
        self._read: dict[str, list[Any]] = {}
        self._new: set[str] = set()
        self.doc_id: str = chunk["documents"]["doc_id"][0].as_py()
        self.sha256: str = chunk["documents"]["sha256"][0].as_py()
        self.text: str = chunk["documents"]["text"][0].as_py()

    @cached_property
    def gaps(self) -> list[tuple[int, int]]:
        """The masked spans of the text."""
        return find_gaps(self.text, self._patterns)

    def column(self, name: str, column: str) -> list[Any]:
        """Return one column of a table, without reading its rows if they are not read yet."""
        if name in self._read:
            return [getattr(row, column) for row in self._read[name]]
        values: list[Any] = self._chunk[name][column].to_pylist()
        return values

    def put(self, name: str, rows: Sequence[Row]) -> None:
        """Replace the rows of a table."""
        self._read[name] = list(rows)
        self._new.add(name)

    def chunk(self) -> Chunk:
        """Return the current rows."""
        tables = {name: self._chunk[name] for name in DOCUMENT_TABLES}
        for name in self._new:
            tables[name] = build_table(TABLES[name], sort_rows(self._read[name], TABLES[name].order))
        return tables

    def section_of(self, start: int, end: int) -> SectionRow | None:
        """Return the section that contains a span; None if it crosses the end of one."""
        for row in self.sections:
            if row.start <= start and end <= row.end:
                return row
        return None

    @property
    def document(self) -> DocumentRow:
        """The document."""
        return cast("DocumentRow", self.read("documents")[0])

    def read(self, name: str) -> list[Any]:
        """Return the rows of a table, in its order."""
        if name not in self._read:
            self._read[name] = to_rows(name, self._chunk[name])
        return self._read[name]


def make_row(kind: type[R], **values: Any) -> R:
    """Make a row of which a person knows only some columns; the others get their emptiest value."""
    return kind(**{**_blanks(cast("Hashable", kind)), **values})


@cache
def decided_columns(kind: Hashable) -> dict[str, Any]:
    """Return columns of a decided row: the method, and the values that express certainty."""
    names = {item.name for item in fields(cast("type[Row]", kind))}
    return {"method": METHOD, **{name: value for name, value in DECIDED.items() if name in names}}


@cache
def _blanks(kind: Hashable) -> dict[str, Any]:
    simple: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False}
    blanks: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(kind).items():
        if typing.get_origin(hint) in (types.UnionType, typing.Union):
            blanks[name] = None
        else:
            blanks[name] = simple.get(hint, [] if typing.get_origin(hint) is list else None)
    if "method" in blanks:
        return {**blanks, **decided_columns(kind)}
    return blanks
