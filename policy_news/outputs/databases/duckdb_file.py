"""The tables as one DuckDB file: typed columns, keys, the same views."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted
from policy_news.outputs.databases.definition import create_table, create_views, describe_columns, table_order
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.parquet import read_chunks, read_run, read_table
from policy_news.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa


def write_duckdb(out: Path, to: Path) -> str:
    """Write the file.

    Raises:
        ArgumentError: DuckDB is not installed.
        StageError: There is no finished run, or the file cannot be written.
    """
    if find_spec("duckdb") is None:
        raise ArgumentError(
            "--format duckdb needs the package duckdb, which is not installed",
            "Install it: pip install duckdb.",
        )
    read_run(out)
    with new_file(to) as partial:
        connection = import_module("duckdb").connect(str(partial))
        try:
            _fill(connection, out)
        finally:
            connection.close()
    return counted(len(TABLES), "table")


def _fill(connection: Any, out: Path) -> None:
    for table in table_order():
        connection.execute(create_table(table, _kind_of, references=False))
        comment = (table.row.__doc__ or "").strip()
        connection.execute(f'comment on table "{table.name}" is {_literal(comment)}')
        for column, text in describe_columns(table).items():
            connection.execute(f'comment on column "{table.name}"."{column}" is {_literal(text)}')
    for chunk in read_chunks(out):
        for name in DOCUMENT_TABLES:
            _insert(connection, name, chunk[name])
    for name in sorted(TABLES.keys() - set(DOCUMENT_TABLES)):
        _insert(connection, name, read_table(out, name))
    for statement in create_views():
        connection.execute(statement)


def _insert(connection: Any, name: str, table: pa.Table) -> None:
    connection.register("chunk", table)
    connection.execute(f'insert into "{name}" select * from chunk')  # noqa: S608
    connection.unregister("chunk")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _kind_of(kind: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_list(kind):
        return f"{_kind_of(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return "struct(" + ", ".join(f'"{field.name}" {_kind_of(field.type)}' for field in kind) + ")"
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    names = {pa.int32(): "integer", pa.float64(): "double", pa.bool_(): "boolean", pa.date32(): "date"}
    return names.get(kind, "varchar")
