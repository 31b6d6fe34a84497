"""The tables as one SQLite file: keys, indices, full-text search and views."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.atomic_files import new_file
from policy_news.core.messages import counted
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.parquet import read_chunks, read_run, read_table
from policy_news.tables.schema import REFERENCES, TABLES, Table, arrow_schema
from policy_news.text.ligatures import LIGATURES

if TYPE_CHECKING:
    import pyarrow as pa

PRAGMAS = (
    "page_size = 4096",
    "application_id = 1886284901",
    "journal_mode = off",  # the file is thrown away if anything fails
    "synchronous = off",
    "foreign_keys = off",
)
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "documents": ("title", "text"),
    "claims": ("source_text", "cue_text", "content_text"),
}
"""Tables with full-text search, and the columns that it looks in."""
INDEXED = (
    *((name, column) for name, column, target, _ in REFERENCES if target in ("documents", "entities")),
    ("claim_mentions", "mention_id"),
    ("claims", "claim_date"),
    ("documents", "published"),
)
"""Indexed columns, besides keys. Labels and types have too few values to be worth an index."""
VIEWS: Mapping[str, str] = {
    "who_said_what": """
select c.claim_date, coalesce(e.name, c.source_text) as source, c.claim_type, c.reported, c.cue_text as cue,
  c.content_text as content, d.title, c.score, c.claim_id, c.doc_id, c.source_entity_id
from claims c join documents d using (doc_id) left join entities e on e.entity_id = c.source_entity_id
where c.kept""",
    "said_about": """
select c.claim_date, coalesce(s.name, c.source_text) as source, c.claim_type, e.name as about,
  c.reported, c.claim_id, c.doc_id, c.source_entity_id, e.entity_id as about_entity_id
from claims c join claim_mentions p using (claim_id) join mentions m using (mention_id)
join entities e on e.entity_id = m.entity_id left join entities s on s.entity_id = c.source_entity_id
where c.kept""",
    "mentions_in_context": """
select m.label, e.name, substr(d.text, max(m.start - 59, 1), min(m.start, 60))
  || '[' || m.text || ']' || substr(d.text, m."end" + 1, 60) as context, m.mention_id, m.doc_id, m.entity_id
from mentions m join documents d using (doc_id) join entities e using (entity_id)""",
}


def write_sqlite(out: Path, to: Path) -> str:
    """Write the file; return what was written, in words."""
    with new_file(to) as partial:
        connection = sqlite3.connect(partial)
        try:
            fill(connection, out)
            connection.execute("vacuum")
        finally:
            connection.close()
    return counted(len(TABLES), "table")


def fill(connection: sqlite3.Connection, out: Path) -> None:
    """Put the tables of a run into an empty database; its search finds words by their stem."""
    run = read_run(out)
    connection.create_function("fold", 1, fold, deterministic=True)
    for pragma in PRAGMAS:
        connection.execute(f"pragma {pragma}")
    with connection:
        for table in TABLES.values():
            connection.execute(_create_table(table))
        for name in sorted(TABLES.keys() - set(DOCUMENT_TABLES)):
            _insert(connection, name, read_table(out, name))
        for chunk in read_chunks(out):
            for name in DOCUMENT_TABLES:
                _insert(connection, name, chunk[name])
        for name, column in INDEXED:
            connection.execute(f'create index "{name}_{column}" on "{name}" ("{column}")')
        for name, query in VIEWS.items():
            connection.execute(f"create view {name} as {query}")
        for name in SEARCHED:
            _create_search(connection, name)
        _describe(connection, run)
    connection.execute("analyze")


def _create_table(table: Table) -> str:
    """Write the statement that creates a table: the columns of the schema after the number of the row.

    The number is declared, since the full-text search refers to it and SQLite renumbers rows otherwise.
    """
    lines = ['"row" integer primary key']
    for field in arrow_schema(table):
        needed = "" if field.nullable else " not null"
        lines.append(f'"{field.name}" {_kind_of(field.type)}{needed}')
    keys = ", ".join(f'"{column}"' for column in table.key)
    lines.append(f"unique ({keys})")
    for name, column, target, other in REFERENCES:
        if name == table.name:
            lines.append(f'foreign key ("{column}") references "{target}" ("{other}")')
    return f'create table "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _kind_of(kind: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "real"
    return "text"


def _insert(connection: sqlite3.Connection, name: str, rows: pa.Table) -> None:
    columns = [_values(rows[column]) for column in arrow_schema(TABLES[name]).names]
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f'insert into "{name}" values (null, {marks})',  # noqa: S608 - a name of our schema
        zip(*columns, strict=True),
    )


def _values(column: pa.ChunkedArray) -> list[Any]:
    import pyarrow as pa

    values: list[Any] = column.to_pylist()
    if pa.types.is_nested(column.type):
        return [json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values]
    if pa.types.is_temporal(column.type):
        return [_iso(value) for value in values]
    return values


def _iso(value: dt.date | None) -> str | None:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if value:
        return value.isoformat()
    return None


def fold(text: str | None) -> str | None:
    """Return text without ligatures, as people type it: PDF files are full of them."""
    if text is None or text.isascii():
        return text
    return text.translate(LIGATURES)


def _create_search(connection: sqlite3.Connection, name: str) -> None:
    """Create full-text search over a table's own texts, so that the file contains them once."""
    columns = SEARCHED[name]
    listed, folded = ", ".join(columns), ", ".join(f"fold({column})" for column in columns)
    connection.execute(
        f"create virtual table {name}_fts using fts5({listed}, content='{name}', content_rowid='row', "
        f"tokenize='porter unicode61 remove_diacritics 2')"
    )
    rows = f'select "row", {folded} from "{name}"'  # noqa: S608 - names of our schema
    connection.execute(f"insert into {name}_fts(rowid, {listed}) {rows}")
    connection.execute(f"insert into {name}_fts({name}_fts) values ('optimize')")  # noqa: S608


def _describe(connection: sqlite3.Connection, run: Mapping[str, Any]) -> None:
    """Write two tables about the others: what the run was made with, and what the columns mean."""
    connection.execute("create table about (key text primary key, value text)")
    known = ("schema_version", "versions", "model", "counts", "totals", "tables")
    about = [(name, json.dumps(run[name], sort_keys=True)) for name in known if name in run]
    connection.executemany("insert into about values (?, ?)", about)
    connection.execute(
        "create table about_columns"
        " (table_name text, column_name text, description text, primary key (table_name, column_name))"
    )
    described = [
        (name, field.name, field.metadata[b"description"].decode())
        for name, table in TABLES.items()
        for field in arrow_schema(table)
    ]
    connection.executemany("insert into about_columns values (?, ?, ?)", described)
