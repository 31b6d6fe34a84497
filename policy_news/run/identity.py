"""Gives the rows of a run the ids of the corpus: two passes over who appears, then one over the rows, chunk by chunk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from policy_news.nlp.who.cross_document import Appearance, Resolution
from policy_news.tables.chunks import Chunk, plain_values
from policy_news.tables.schema import TABLES, EntityAliasRow, arrow_schema

SURVEYED = (
    "doc_id", "entity_id", "local_id", "label", "name", "forms", "office_id", "role", "gender",
    "country", "identity", "identity_reason", "considered",
)  # fmt: skip
"""Columns of the appearances that identity is decided by, or that it changes."""
HOLDERS = {"appearances": "entity_id", "mentions": "entity_id", "claims": "source_entity_id"}
"""Columns that hold the id of an entity."""
_SEEN = ("doc_id", *Appearance._fields[:-1], "identity_reason")
"""Those of who appears, after their document."""
Documents = Iterator[tuple[dt.date | None, list[Appearance]]]


def alias_rows(aliases: Iterable[tuple[str, str, str]]) -> list[EntityAliasRow]:
    """Return rows of other ids, each pair once."""
    found: dict[tuple[str, str], str] = {}
    for entity, other, reason in sorted(aliases):
        found.setdefault((entity, other), reason)
    return [EntityAliasRow(*pair, reason) for pair, reason in found.items()]


def give_ids(chunk: Chunk, finals: Mapping[str, Resolution]) -> Chunk:
    """Return rows with the ids of the corpus."""
    return {name: _resolved(name, table, finals) for name, table in chunk.items()}


def _resolved(name: str, table: pa.Table, known: Mapping[str, Resolution]) -> pa.Table:
    """Return a table whose ids are those of the corpus, and that says why."""
    holder = HOLDERS.get(name)
    if holder is None or holder not in table.column_names:
        return table
    encoded = table[holder].cast(pa.string()).combine_chunks().dictionary_encode()
    local = encoded.dictionary.to_pylist()
    finals = [known.get(key) or Resolution(key) for key in local]
    changed: dict[str, Sequence[str | None]] = {
        holder: [final.entity for final in finals],
        "identity": [final.identity for final in finals],
        "identity_reason": [final.reason for final in finals],
    }
    for column, values in changed.items():
        if column in table.column_names and any(values) and values != local:
            table = _replaced(table, column, _taken(table, column, values, encoded.indices), name)
    if name == "appearances":
        return _considered(table, finals, encoded.indices)
    return table


def _considered(appearances: pa.Table, finals: Sequence[Resolution], indices: pa.Array) -> pa.Table:
    lists = [list(final.considered) for final in finals]
    values = pa.array(lists, type=pa.list_(pa.string())).take(indices)
    return _replaced(appearances, "considered", values, "appearances")


def _taken(table: pa.Table, column: str, values: Sequence[str | None], indices: pa.Array) -> pa.Array:
    """Return for each row the new value, else the old one."""
    old = table[column].cast(pa.string()).combine_chunks()
    return pc.coalesce(pa.array(values, type=pa.string()).take(indices), old)


def _replaced(table: pa.Table, column: str, values: Any, name: str) -> pa.Table:
    field = arrow_schema(TABLES[name]).field(column)
    return table.set_column(table.schema.get_field_index(column), field, values.cast(field.type))


def read_seen(chunk: Chunk) -> Documents:
    """Return the day of each document, and who appears in it."""
    days = {
        doc_id: moment.date() if moment else None
        for doc_id, moment in zip(
            chunk["documents"]["doc_id"].to_pylist(), chunk["documents"]["published"].to_pylist(), strict=True
        )
    }
    columns = [plain_values(chunk["appearances"][name]) for name in _SEEN]
    for doc_id, group in groupby(zip(*columns, strict=True), key=itemgetter(0)):
        yield days[doc_id], [Appearance._make(row[1:]) for row in group]
