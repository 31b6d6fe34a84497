"""The tables as one SQLite file: keys, indices, full-text search, views, and what Datasette shows of them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.atomic_files import new_file
from pipeline.core.messages import counted
from pipeline.outputs.databases.definition import (
    VIEWS,
    create_indices,
    create_table,
    create_views,
    describe_columns,
)
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk
from pipeline.tables.parquet import read_chunks, read_run, read_table
from pipeline.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = 8192
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "documents": ("title", "text"),
    "claims": ("source_text", "cue_text", "content_text"),
}
"""Tables with full-text search, and the columns that it looks in."""
TITLE = "Policy news"


def write_sqlite(out: Path, to: Path) -> str:
    """Write the file, and beside it `NAME.metadata.json`, with which Datasette shows descriptions.

    Args:
        out: Output folder of a finished run.
        to: File to write.

    Returns:
        What was written, in words.

    Raises:
        StageError: There is no finished run, or the file cannot be written.
    """
    with new_file(to) as partial:
        connection = sqlite3.connect(partial)
        try:
            fill(connection, out)
            connection.execute("vacuum")
        finally:
            connection.close()
    with new_file(to.with_name(f"{to.stem}.metadata.json")) as partial:
        text = json.dumps(make_metadata(to.stem), ensure_ascii=False, indent=1) + "\n"
        partial.write_text(text, encoding="utf-8", newline="\n")
    return counted(len(TABLES), "table")


def fill(connection: sqlite3.Connection, out: Path) -> None:
    """Put the tables of a run into an empty database."""
    run = read_run(out)
    # The file is thrown away if anything fails, so that nothing need be written twice.
    for pragma in (f"page_size = {PAGE}", "journal_mode = off", "synchronous = off", "foreign_keys = off"):
        connection.execute(f"pragma {pragma}")
    with connection:
        for table in TABLES.values():
            connection.execute(create_table(table, _kind_of))
        for name, rows in _tables(out):
            _insert(connection, name, rows)
        for statement in (*create_indices(), *create_views()):
            connection.execute(statement)
        for name, columns in SEARCHED.items():
            _make_search(connection, name, columns)
        _write_about(connection, run)
        connection.execute("pragma application_id = 1886284901")
    connection.execute("analyze")


def _tables(out: Path) -> Iterator[tuple[str, pa.Table]]:
    chunks: Iterable[Chunk] = read_chunks(out)
    for chunk in chunks:
        for name in DOCUMENT_TABLES:
            yield name, chunk[name]
    for name in TABLES.keys() - set(DOCUMENT_TABLES):
        yield name, read_table(out, name)


def _insert(connection: sqlite3.Connection, name: str, table: pa.Table) -> None:
    columns = [_values(table[column]) for column in table.column_names]
    marks = ", ".join("?" * len(columns))
    connection.executemany(f'insert into "{name}" values ({marks})', zip(*columns, strict=True))  # noqa: S608


def _values(column: pa.ChunkedArray) -> list[Any]:
    import pyarrow as pa

    values: list[Any] = column.to_pylist()
    if pa.types.is_nested(column.type):
        return [json.dumps(value, ensure_ascii=False) for value in values]
    if pa.types.is_temporal(column.type):
        return [_iso(value) for value in values]
    return values


def _iso(value: dt.date | None) -> str | None:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else None


def _kind_of(kind: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "integer"
    return "real" if pa.types.is_floating(kind) else "text"


def _make_search(connection: sqlite3.Connection, name: str, columns: tuple[str, ...]) -> None:
    """Full-text search over the table's own texts: they stand in the file once."""
    listed = ", ".join(columns)
    tokens = "tokenize='porter unicode61 remove_diacritics 2'"
    connection.execute(
        f"create virtual table {name}_fts using fts5({listed}, content='{name}', content_rowid='rowid', {tokens})"
    )
    connection.execute(f"insert into {name}_fts({name}_fts) values ('rebuild')")  # noqa: S608
    connection.execute(f"insert into {name}_fts({name}_fts) values ('optimize')")  # noqa: S608


def _write_about(connection: sqlite3.Connection, run: Mapping[str, Any]) -> None:
    """Tables that say what the others are: descriptions, and what the run was made with."""
    connection.execute("create table about (key text primary key, value text)")
    known = ("schema_version", "versions", "model", "counts", "totals", "tables")
    about = [(name, json.dumps(run[name], sort_keys=True)) for name in known if name in run]
    connection.executemany("insert into about values (?, ?)", about)
    connection.execute(
        "create table about_columns (table_name text, column_name text, description text, primary key (table_name, column_name))"
    )
    rows = [
        (name, column, text)
        for name, table in TABLES.items()
        for column, text in describe_columns(table).items()
    ]
    connection.executemany("insert into about_columns values (?, ?, ?)", rows)


def make_metadata(database: str) -> dict[str, Any]:
    """What Datasette shows: descriptions, how rows are named, what is worth a facet.

    Args:
        database: Name of the file, without its ending.
    """
    tables: dict[str, Any] = {
        name: {
            "description": (table.row.__doc__ or "").strip(),
            "columns": describe_columns(table),
            **_SHOWN.get(name, {}),
        }
        for name, table in TABLES.items()
    }
    tables |= {view.name: {"description": view.about} for view in VIEWS}
    tables |= {name: {"hidden": True} for name in ("about", "about_columns")}
    return {"title": TITLE, "databases": {database: {"tables": tables}}}


_SHOWN: Mapping[str, Mapping[str, Any]] = {
    "documents": {"label_column": "title", "sort_desc": "published", "facets": ["format"]},
    "entities": {"label_column": "name", "sort_desc": "n_mentions", "facets": ["label"]},
    "claims": {
        "label_column": "content_text",
        "sort_desc": "claim_date",
        "facets": ["claim_type", "quote_kind"],
    },
    "mentions": {"label_column": "text", "facets": ["label", "method"]},
    "dates": {"label_column": "text", "facets": ["timex_type", "role"]},
}
