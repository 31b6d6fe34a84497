"""The only reader and writer of Parquet: schema-checked, sorted, chunk by chunk, all tables of a run at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from pipeline.core.errors import StageError
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk, join_chunks, split_chunk
from pipeline.tables.commit import commit, hash_file, locate, pending_files, seal
from pipeline.tables.frames import CONVERTERS, Engine, check_engine
from pipeline.tables.schema import RUN_FILE, TABLES, VERSION, Table, arrow_schema, parquet_encodings

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

AGAIN = "Remove the file and write it anew with `pipeline run`."
GROUP_DOCUMENTS = 2048
"""Documents of a row group, the same ones in each table, so that a reader can go through all tables side by side."""

_LEVEL, _LEVEL_OF_TEXTS = 6, 3
"""Levels of zstd. Documents and claims hold long texts, which a higher level packs little better in twice the time."""


def write_tables(
    out: Path,
    chunks: Iterable[Chunk],
    others: Callable[[], Mapping[str, pa.Table]],
    describe: Callable[[Mapping[str, Counter[str]]], Mapping[str, Any]],
) -> dict[str, int]:
    """Write all tables and `run.json`: they appear together, or the old ones stay.

    Args:
        out: Output folder.
        chunks: The rows of documents, ascending.
        others: Gives the tables whose rows belong to no document, once all chunks are written.
        describe: Gives the contents of `run.json` (without hashes and sizes of tables) for the counts of the tables' rows and labels.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: The folder cannot be written.
    """
    totals: dict[str, Counter[str]] = {name: Counter() for name in TABLES}
    with pending_files(out, [f"{name}.parquet" for name in TABLES]) as paths:
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(_open_writer(paths[f"{name}.parquet"], table))
                for name, table in TABLES.items()
            }
            for group in _groups(chunks):
                for name in DOCUMENT_TABLES:
                    _write(writers[name], name, group[name], totals)
            for name, table in others().items():
                _write(writers[name], name, table, totals)
        hashes = {name: hash_file(paths[f"{name}.parquet"]) for name in TABLES}
        sizes = {name: paths[f"{name}.parquet"].stat().st_size for name in TABLES}
        commit(out, paths, {**describe(totals), "schema_version": VERSION, "tables": hashes, "sizes": sizes})
    return {name: totals[name]["rows"] for name in TABLES}


def _groups(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same rows in chunks of `GROUP_DOCUMENTS` documents, however they came."""
    waiting: list[Chunk] = []
    count = 0
    for chunk in chunks:
        waiting.append(chunk)
        count += chunk["documents"].num_rows
        while count >= GROUP_DOCUMENTS:
            joined = join_chunks(waiting)
            group, rest = (
                split_chunk(joined, [joined["documents"]["doc_id"][GROUP_DOCUMENTS].as_py()])
                if count > GROUP_DOCUMENTS
                else (joined, None)
            )
            yield group
            waiting, count = ([rest], count - GROUP_DOCUMENTS) if rest else ([], 0)
    if waiting:
        yield join_chunks(waiting)


def _open_writer(path: Path, table: Table) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        path.absolute(),  # a relative one with a colon would be taken for an address
        arrow_schema(table),
        compression="zstd",
        compression_level=_LEVEL_OF_TEXTS if table.name in {"documents", "claims"} else _LEVEL,
        write_page_checksum=True,
        store_schema=True,
        **parquet_encodings(table),
    )


def _write(writer: Any, name: str, table: pa.Table, totals: Mapping[str, Counter[str]]) -> None:
    """Write one row group; labels are encoded anew, in the order in which they occur, so that the bytes tell nothing of shards."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for column in table.combine_chunks().columns:
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        columns.append(plain.combine_chunks().dictionary_encode() if plain is not column else column)
    ready = pa.Table.from_arrays(columns, schema=writer.schema)
    writer.write_table(ready, row_group_size=max(ready.num_rows, 1))
    totals[name]["rows"] += ready.num_rows
    shown = ready.filter(ready["kept"]) if name == "claims" else ready
    for label in LABELLED.get(name, ()):
        for pair in pc.value_counts(shown[label].cast(pa.string())).to_pylist():
            totals[name][f"{label} {pair['values']}"] += pair["counts"]
    for number in SUMMED.get(name, ()):
        totals[name][number] += pc.sum(ready[number]).as_py() or 0


LABELLED = {"mentions": ("label", "identity"), "claims": ("claim_type",), "dates": ("timex_type",)}
"""Columns whose values are counted for `run.json`, of claims those that are kept."""
SUMMED = {"documents": ("n_words", "n_masked_words"), "claims": ("kept",)}
"""Columns that are added up for it."""


def read_run(out: Path, *, verify: bool = False) -> dict[str, Any]:
    """The `run.json` of a finished run.

    Args:
        out: Output folder.
        verify: Check the file against the sum that it holds of itself.

    Raises:
        StageError: There is none, its tables are of another schema version, or it is not as the run wrote it.
    """
    try:
        text = locate(out, RUN_FILE).read_bytes().decode()
        run: dict[str, Any] = dict(json.loads(text))
    except (OSError, ValueError, TypeError) as error:
        raise StageError(
            f"{out}: no finished run ({RUN_FILE} is missing or broken)", "Run `pipeline run` first."
        ) from error
    if run.get("schema_version") != VERSION:
        raise StageError(
            f"{out}: tables of schema version {run.get('schema_version')}, this program reads {VERSION}",
            "Write them anew with `pipeline run`, or use the matching version of the program.",
        )
    if verify and text != seal(run):
        raise StageError(f"{out / RUN_FILE}: not the file that the run wrote (sha256 differs)", AGAIN)
    return run


def is_whole(out: Path, run: Mapping[str, Any]) -> bool:
    """Whether all tables of a run are the files that it wrote, by their hashes. The sizes come first, as they cost nothing."""
    paths = {name: locate(out, f"{name}.parquet") for name in TABLES}
    sizes, hashes = run.get("sizes", {}), run.get("tables", {})
    try:
        if any(path.stat().st_size != sizes.get(name) for name, path in paths.items()):
            return False
        return all(hash_file(path) == hashes.get(name) for name, path in paths.items())
    except OSError:
        return False


def read_table(out: Path, name: str, *, verify: bool = False) -> pa.Table:
    """One table of a finished run.

    Args:
        out: Output folder.
        name: Name of the table.
        verify: Compare the file with the sha256 of `run.json` and check every page.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    with _open_table(out, name, verify=verify) as file:
        return _checked(file.read, out, name)


def read_column(out: Path, name: str, column: str) -> list[Any]:
    """One column of a table of a finished run.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    with _open_table(out, name, verify=False) as file:
        read = _checked(partial(file.read, columns=[column]), out, name)
        values: list[Any] = read[column].to_pylist()
        return values


def read_chunks(
    out: Path, *, verify: bool = False, columns: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Chunk]:
    """The rows of documents of a finished run, some thousand documents at a time.

    Args:
        out: Output folder.
        verify: Compare the files with the sha256 of `run.json` and check every page.
        columns: The columns that are wanted, of the tables that are wanted; all if left out.

    Raises:
        StageError: A table is missing, or is not the one that the run wrote.
    """
    with ExitStack() as stack:
        names = columns or DOCUMENT_TABLES
        files = {name: stack.enter_context(_open_table(out, name, verify=verify)) for name in names}
        for group in range(files["documents"].num_row_groups):  # none where there are no documents
            yield {
                name: _checked(
                    partial(file.read_row_group, group, _wanted(columns, name), use_threads=False), out, name
                )
                for name, file in files.items()
            }


def _wanted(columns: Mapping[str, Sequence[str]] | None, name: str) -> list[str] | None:
    return None if columns is None else list(columns[name])


def count_rows(out: Path, name: str) -> int:
    """Number of rows of a table, without reading them."""
    with _open_table(out, name, verify=False) as file:
        return int(file.metadata.num_rows)


def _open_table(out: Path, name: str, *, verify: bool) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    run = read_run(out, verify=verify)
    path = locate(out, f"{name}.parquet")
    try:
        if verify and hash_file(path) != run["tables"].get(name):
            raise StageError(f"{path}: not the file that the run wrote (sha256 differs)", AGAIN)
        # Not `pq.read_table`, which imports pandas and costs each command a fifth of a second.
        return pq.ParquetFile(path.absolute(), page_checksum_verification=verify)
    except (pa.ArrowException, OSError) as error:
        raise StageError(f"{path}: cannot be read: {error}", AGAIN) from error


def _checked(read: Callable[[], pa.Table], out: Path, name: str) -> pa.Table:
    import pyarrow as pa

    try:
        return read()
    except (pa.ArrowException, OSError) as error:
        raise StageError(
            f"{locate(out, f'{name}.parquet')}: is no readable Parquet: {error}", AGAIN
        ) from error


@overload
def load_tables(
    path: str | Path, *, verify: bool = False, engine: Literal["pandas"] = "pandas"
) -> dict[str, pd.DataFrame]: ...
@overload
def load_tables(
    path: str | Path, *, verify: bool = False, engine: Literal["polars"]
) -> dict[str, pl.DataFrame]: ...
@overload
def load_tables(
    path: str | Path, *, verify: bool = False, engine: Literal["duckdb"]
) -> dict[str, duckdb.DuckDBPyRelation]: ...
@overload
def load_tables(
    path: str | Path, *, verify: bool = False, engine: Literal["arrow"]
) -> dict[str, pa.Table]: ...
def load_tables(path: str | Path, *, verify: bool = False, engine: Engine = "pandas") -> dict[str, Any]:
    """All tables of a run, by name, with typed columns.

    Args:
        path: Output folder of a run.
        verify: Check every file against the run's sha256 sums.
        engine: `pandas` for frames (nullable integers are `Int32`, dates `date32[day][pyarrow]`, labels `category`), `polars` for
            frames of polars, `duckdb` for relations of one connection that knows each by its name, `arrow` for Arrow tables.

    Raises:
        StageError: There is no finished run, or a table is broken.
        ArgumentError: There is no such engine, or its package is not installed.
    """
    check_engine(engine)
    return CONVERTERS[engine]({name: read_table(Path(path), name, verify=verify) for name in TABLES})
