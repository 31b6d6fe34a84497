"""The tables as one SQLite file: keys, indices, full-text search, views, and what Datasette shows of them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.atomic_files import new_file
from policy_news.core.messages import counted
from policy_news.outputs.databases.definition import (
    VIEWS,
    create_table,
    create_views,
    describe_columns,
    indexed_columns,
    table_order,
)
from policy_news.tables.chunks import DOCUMENT_TABLES, OF_CLAIMS, Chunk
from policy_news.tables.parquet import read_chunks, read_run, read_table
from policy_news.tables.schema import REFERENCES, TABLES, Table, arrow_schema
from policy_news.text.ligatures import LIGATURES

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = 4096
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "documents": ("title", "text"),
    "claims": ("source_text", "cue_text", "content_text"),
}
"""Tables with full-text search, and the columns that it looks in."""
TITLE = "Policy news"


def write_sqlite(out: Path, to: Path) -> str:
    """Write the file, and beside it `NAME.metadata.json`, with which Datasette shows descriptions.

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


def fill(connection: sqlite3.Connection, out: Path, *, stems: bool = True) -> None:
    """Put the tables of a run into an empty database.

    Args:
        stems: Let the search find words by their stem: `denies` finds `denied`, and `Denys`.
    """
    run = read_run(out)
    connection.create_function("fold", 1, fold, deterministic=True)
    # The file is thrown away if anything fails, so that nothing need be written twice.
    for pragma in (f"page_size = {PAGE}", "journal_mode = off", "synchronous = off", "foreign_keys = off"):
        connection.execute(f"pragma {pragma}")
    with connection:
        for table in TABLES.values():
            connection.execute(_create(table))
        connection.execute("create table words (row integer primary key, value text not null)")
        _Filler(connection).fill(out)
        for statement in (
            *(
                f'create index "{name}_{column}" on "{base_name(name)}" ("{column}")'
                for name, column in indexed_columns()
            ),
            *map(_view, filter(is_compact, TABLES.values())),
            *create_views(_JOIN),
        ):
            connection.execute(statement)
        for name, columns in SEARCHED.items():
            _make_search(connection, name, columns, "porter " if stems else "")
        _write_about(connection, run)
        connection.execute("pragma application_id = 1886284901")
    connection.execute("analyze")


_JOIN = r"\1.\2_row = \3.row"
"""Rows of documents are joined by their numbers: their ids are put together only when they are shown."""
ROWS = "_rows"
"""Suffix of the tables that views of the same name show."""
_TARGETS = tuple(dict.fromkeys(target for _, _, target, _ in REFERENCES))


def is_compact(table: Table) -> bool:
    """Return whether a table is stored with numbers in place of ids, and a view shows the ids.

    The ids of rows begin with that of their document: written out in each row, they would be most of the file. Links are few, and may lead
    to other documents.
    """
    return table.name in DOCUMENT_TABLES and table.name not in ("documents", "claim_links")


def base_name(name: str) -> str:
    """Return the name of the database table with the rows of a table of a run."""
    if is_compact(TABLES[name]):
        return name + ROWS
    return name


def _references(table: Table) -> dict[str, str]:
    """Columns that are numbers of rows of another table, and that table."""
    return {
        column: target for name, column, target, _ in REFERENCES if name == table.name and target in _TARGETS
    }


def _create(table: Table) -> str:
    if not is_compact(table):
        return (
            create_table(table, _kind_of)
            .replace("(\n", '(\n  "row" integer primary key,\n', 1)
            .replace("primary key (", "unique (")
        )
    links = _references(table)
    lines = ['"row" integer primary key']
    for field in arrow_schema(table):
        is_number = field.name in links or _is_label(field)
        kind = "integer" if is_number else _kind_of(field.type)
        link = f' references "{base_name(links[field.name])}"' if field.name in links else ""
        lines.append(f'"{field.name}" {kind}{"" if field.nullable else " not null"}{link}')
    return f'create table "{base_name(table.name)}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _view(table: Table) -> str:
    """Return the view that shows a compact table with the columns of the schema, then the number of the row."""
    links, joins, columns = _references(table), [], []
    for field in arrow_schema(table):
        name, target = field.name, links.get(field.name)
        if target is None:
            columns.append(_shown_column(field, is_key=name == table.key[0]))
            continue
        key = TABLES[target].key[0]
        if target == "documents":
            columns.append("d.doc_id")
        else:
            side = "left join" if field.nullable else "join"
            joins.append(f'{side} "{base_name(target)}" "{name}" on "{name}"."row" = t."{name}"')
            plain = f'"{name}"."{key}"'
            whole = f"d.doc_id || {plain}" if is_compact(TABLES[target]) else plain
            columns.append(f'{whole} as "{name}"')
            if is_compact(TABLES[target]):
                columns.append(f't."{name}" as "{name.removesuffix("_id")}_row"')
    home = "t" if "doc_id" in links else f'"{table.key[0]}"'
    joins.append(f'join documents d on d."row" = {home}.doc_id')
    listed = ", ".join([*columns, 't."row"'])
    rows = f'"{base_name(table.name)}" t {" ".join(joins)}'
    return f'create view "{table.name}" as select {listed} from {rows}'  # noqa: S608 - names of our schema


def _shown_column(field: pa.Field, *, is_key: bool) -> str:
    if is_key:
        return f'd.doc_id || t."{field.name}" as "{field.name}"'
    if _is_label(field):
        return f'(select value from words where "row" = t."{field.name}") as "{field.name}"'  # noqa: S608
    return f't."{field.name}"'


def _is_label(field: pa.Field) -> bool:
    """Return whether a column has few values, which are stored once each."""
    import pyarrow as pa

    return bool(pa.types.is_dictionary(field.type))


class _Filler:
    """Inserts rows, with numbers in place of the ids of others."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, dict[str, int]] = {name: {} for name in _TARGETS}
        self._next = dict.fromkeys(TABLES, 1)
        self._words: dict[str, int] = {}

    def fill(self, out: Path) -> None:
        """Insert all tables: entities first, which rows of documents refer to."""
        for name in sorted(TABLES.keys() - set(DOCUMENT_TABLES)):
            self._insert(TABLES[name], read_table(out, name), {})
        chunks: Iterable[Chunk] = read_chunks(out)
        ordered = [table.name for table in table_order() if table.name in DOCUMENT_TABLES]
        for chunk in chunks:
            owners = {
                name: chunk[name]["doc_id"].to_pylist() for name in DOCUMENT_TABLES if name not in OF_CLAIMS
            }
            for name in ordered:
                self._insert(TABLES[name], chunk[name], owners)
            for name in DOCUMENT_TABLES[1:]:  # rows refer only to rows of their own chunk
                self._numbers.get(name, {}).clear()
        words = [(number, word) for word, number in self._words.items()]
        self._connection.executemany("insert into words values (?, ?)", words)

    def _insert(self, table: Table, rows: pa.Table, owners: Mapping[str, list[str]]) -> None:
        first = self._next[table.name]
        self._next[table.name] += rows.num_rows
        numbers = range(first, first + rows.num_rows)
        if table.name in self._numbers:
            keys = rows[table.key[0]].to_pylist()
            self._numbers[table.name].update(zip(keys, numbers, strict=True))
        columns = [self._values(table, rows, name, owners) for name in arrow_schema(table).names]
        marks = ", ".join("?" * (len(columns) + 1))
        self._connection.executemany(
            f'insert into "{base_name(table.name)}" values ({marks})',  # noqa: S608
            zip(numbers, *columns, strict=True),
        )

    def _values(
        self, table: Table, rows: pa.Table, name: str, owners: Mapping[str, list[str]]
    ) -> Iterable[Any]:
        if not is_compact(table):
            return _values(rows[name])
        target = _references(table).get(name)
        if target is not None:
            numbers = self._numbers[target]
            return [numbers.get(value) for value in rows[name].to_pylist()]
        if name == table.key[0]:
            ids = zip(rows[name].to_pylist(), owners[table.name], strict=True)
            return [own.removeprefix(doc_id) for own, doc_id in ids]
        if _is_label(rows.schema.field(name)):
            words = self._words
            return [
                None if value is None else words.setdefault(value, len(words) + 1)
                for value in rows[name].to_pylist()
            ]
        return _values(rows[name])


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


def _kind_of(kind: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "real"
    return "text"


def fold(text: str | None) -> str | None:
    """Return text without ligatures, as people type it: PDF files are full of them."""
    return text if text is None or text.isascii() else text.translate(LIGATURES)


def _make_search(connection: sqlite3.Connection, name: str, columns: tuple[str, ...], stem: str) -> None:
    """Create full-text search over a table's own texts, so that the file contains them once."""
    listed = ", ".join(columns)
    tokens = f"tokenize='{stem}unicode61 remove_diacritics 2'"
    base = base_name(name)
    connection.execute(
        f"create virtual table {name}_fts using fts5({listed}, content='{base}', content_rowid='row', {tokens})"
    )
    folded = ", ".join(f"fold({column})" for column in columns)
    connection.execute(f'insert into {name}_fts(rowid, {listed}) select "row", {folded} from "{base}"')  # noqa: S608
    connection.execute(f"insert into {name}_fts({name}_fts) values ('optimize')")  # noqa: S608


def _write_about(connection: sqlite3.Connection, run: Mapping[str, Any]) -> None:
    """Write tables about the others: descriptions, and what the run was made with."""
    connection.execute("create table about (key text primary key, value text)")
    known = ("schema_version", "versions", "model", "counts", "totals", "tables")
    about = [(name, json.dumps(run[name], sort_keys=True)) for name in known if name in run]
    connection.executemany("insert into about values (?, ?)", about)
    connection.execute(
        "create table about_columns (table_name text, column_name text, description text, primary key (table_name, column_name))"
    )
    rows = ((name, *pair) for name, table in TABLES.items() for pair in describe_columns(table).items())
    connection.executemany("insert into about_columns values (?, ?, ?)", rows)


def make_metadata(database: str) -> dict[str, Any]:
    """Make the metadata for Datasette: descriptions, names of rows, facets.

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
    hidden = [base_name(name) for name in TABLES if base_name(name) != name]
    tables |= {name: {"hidden": True} for name in ("about", "about_columns", "words", *hidden)}
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
