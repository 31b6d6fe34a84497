"""The only reader and writer of Parquet: schema-checked, sorted, atomic."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StageError
from pipeline.schema import RUN_FILE, TABLES, VERSION, Row, Table, arrow_schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def build_table(table: Table, rows: Iterable[Row]) -> pa.Table:
    """Rows as an Arrow table in the table's order.

    Raises:
        StageError: A row does not fit the schema.
    """
    import pyarrow as pa

    ordered = sorted((asdict(row) for row in rows), key=lambda row: tuple(_sortable(row[name]) for name in table.order))
    try:
        return pa.Table.from_pylist(ordered, schema=arrow_schema(table))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise StageError(f"table {table.name}: a row does not fit the schema: {error}", "This is a defect; please report it.") from error


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)


def write_tables(out: Path, tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> None:
    """Write all tables and then `run.json`; until it is there, the old run's is gone and the tables are no finished run.

    Raises:
        StageError: The folder cannot be written.
    """
    import pyarrow.parquet as pq

    try:
        out.mkdir(parents=True, exist_ok=True)
        partials = {}
        for name, table in tables.items():
            partials[name] = out / f".{name}.parquet.{os.getpid()}.tmp"
            pq.write_table(table, partials[name], compression="zstd", compression_level=3, write_page_checksum=True, store_schema=True)
            _sync(partials[name])
        hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in partials.items()}
        (out / RUN_FILE).unlink(missing_ok=True)
        for name, path in partials.items():
            path.replace(out / f"{name}.parquet")
        _write_run(out, {**run, "schema_version": VERSION, "tables": hashes})
    except OSError as error:
        raise StageError(f"{out}: cannot be written: {error.strerror or error}", "Check permissions and free space.") from error


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_run(out: Path, run: Mapping[str, Any]) -> None:
    partial = out / f".{RUN_FILE}.{os.getpid()}.tmp"
    partial.write_text(json.dumps(run, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _sync(partial)
    partial.replace(out / RUN_FILE)


def read_run(out: Path) -> dict[str, Any]:
    """The `run.json` of a finished run.

    Raises:
        StageError: There is none, or its tables are of another schema version.
    """
    try:
        run: dict[str, Any] = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StageError(f"{out}: no finished run ({RUN_FILE} is missing or broken)", "Run `pipeline run` first.") from error
    if run.get("schema_version") != VERSION:
        raise StageError(
            f"{out}: tables of schema version {run.get('schema_version')}, this program reads {VERSION}",
            "Write them anew with `pipeline run`, or use the matching version of the program.",
        )
    return run


def read_table(out: Path, name: str, *, verify: bool = False) -> pa.Table:
    """One table of a finished run.

    Args:
        out: Output folder.
        name: Name of the table.
        verify: Compare the file with the sha256 of `run.json` and check every page.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = out / f"{name}.parquet"
    run = read_run(out)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StageError(f"{path}: cannot be read: {error.strerror}", "Write it anew with `pipeline run`.") from error
    if verify and hashlib.sha256(data).hexdigest() != run["tables"].get(name):
        raise StageError(f"{path}: not the file that the run wrote (sha256 differs)", "Write it anew with `pipeline run`.")
    try:
        # Not `pq.read_table`, which imports pandas and costs each command a fifth of a second.
        return pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=verify).read()
    except (pa.ArrowException, OSError) as error:
        raise StageError(f"{path}: is no readable Parquet: {error}", "Write it anew with `pipeline run`.") from error


def load_tables(path: str | Path, *, verify: bool = False) -> dict[str, pd.DataFrame]:
    """All tables of a run as pandas frames with typed columns.

    Args:
        path: Output folder of a run.
        verify: Check every file against the run's sha256 sums.

    Returns:
        Name to frame; nullable integers are `Int32`, dates `date32[day][pyarrow]`, labels `category`.

    Raises:
        StageError: There is no finished run, or a table is broken.
    """
    return {name: _to_pandas(read_table(Path(path), name, verify=verify)) for name in TABLES}


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas()
    offsets = {field.name: pd.Int32Dtype() for field in table.schema if field.type == pa.int32()}
    return frame.astype(offsets)
