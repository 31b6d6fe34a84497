"""The only reader and writer of Parquet: schema-checked, sorted, chunk by chunk, all tables of a run at once."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from pipeline.core.errors import StageError
from pipeline.core.plain_data import parse_json
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk, join_chunks, split_chunk
from pipeline.tables.commit import (
    FOLDER,
    JOURNAL,
    commit,
    commit_folder,
    hash_file,
    link_or_copy,
    locate,
    pending_files,
    pending_folder,
    seal,
)
from pipeline.tables.frames import CONVERTERS, Engine, check_engine
from pipeline.tables.parts import PartFile, cut_keys, join_key, parts_of, sum_up
from pipeline.tables.schema import RUN_FILE, TABLES, VERSION, Table, arrow_schema, parquet_encodings

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

AGAIN = "Remove the file and run `pipeline run` again."
GROUP_DOCUMENTS = 2048
"""Documents of a row group, the same ones in each table, so that a reader can go through all tables side by side."""
VERIFIED_BYTES = 2**26
"""Bytes of kept files of which a run verifies the hashes: those of some 10,000 articles, in a twentieth of a second."""

Totals = Mapping[str, Counter[str]]
"""Table to the counts of its rows and labels."""
_LEVEL, _LEVEL_OF_TEXTS = 6, 3
"""Levels of zstd. Documents and claims have long texts, which a higher level compresses little better in twice the time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large tables are cut; see `pipeline.core.settings.TableSettings`."""

    single_file_documents: int
    part_documents: int


CUT_BY_KEY = frozenset({"entities", "document_groups"})
"""Tables whose rows do not belong to a document and that are in parts too, along their sort columns."""
NEVER = Limits(2**62, 1)
"""All tables are single files."""


def write_tables(
    out: Path,
    chunks: Iterable[Chunk | None],
    others: Callable[[], Mapping[str, pa.Table]],
    describe: Callable[[Totals], Mapping[str, Any]],
    limits: Limits = NEVER,
) -> dict[str, int]:
    """Write all tables and `run.json`: they appear together, or the old ones stay.

    Args:
        out: Output folder.
        chunks: The rows of documents, ascending; None at the end of a part.
        others: Returns the tables whose rows do not belong to a document, once all chunks are written.
        describe: Returns the contents of `run.json` (without hashes and sizes of tables) for the counts of the tables' rows and labels.
        limits: From how many documents tables are in parts.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: The folder cannot be written.
    """
    stream = iter(chunks)
    first, more = _take(stream, limits.single_file_documents)
    if more and os.name != "nt":  # on systems where links need special rights
        with FolderWriter(out, limits) as writer:
            for part in _parts(chain(first, stream)):
                writer.write_part(part)
            return writer.commit(others(), describe)
    return _write_files(out, (chunk for chunk in chain(first, stream) if chunk is not None), others, describe)


def _take(stream: Iterator[Chunk | None], limit: int) -> tuple[list[Chunk | None], bool]:
    """Return the first chunks of a stream, and whether they have more documents than a limit: then the stream may continue."""
    taken: list[Chunk | None] = []
    count = 0
    for chunk in stream:
        taken.append(chunk)
        if chunk is not None:
            count += chunk["documents"].num_rows
        if count > limit:
            return taken, True
    return taken, False


def _parts(stream: Iterable[Chunk | None]) -> Iterator[Iterator[Chunk]]:
    """Yield the chunks of each part; each must be read before the next."""
    for ended, chunks in groupby(stream, key=lambda chunk: chunk is None):
        if not ended:
            yield (chunk for chunk in chunks if chunk is not None)


def _write_files(
    out: Path,
    chunks: Iterable[Chunk],
    others: Callable[[], Mapping[str, pa.Table]],
    describe: Callable[[Totals], Mapping[str, Any]],
) -> dict[str, int]:
    totals = no_totals()
    with pending_files(out, [f"{name}.parquet" for name in TABLES]) as paths:
        with ExitStack() as stack:
            writers = {}
            for name, table in TABLES.items():
                writers[name] = stack.enter_context(_open_writer(paths[f"{name}.parquet"], table))
            for group in _groups(chunks):
                for name in DOCUMENT_TABLES:
                    _write(writers[name], name, group[name], totals)
            # Only now: rows that do not belong to a document are known only after all documents.
            for name, table in others().items():
                _write(writers[name], name, table, totals)
        # After the writers, which add the footer of a file when they close it.
        hashes, sizes = {}, {}
        for name in TABLES:
            path = paths[f"{name}.parquet"]
            hashes[name], sizes[name] = hash_file(path), path.stat().st_size
        commit(out, paths, {**describe(totals), "schema_version": VERSION, "tables": hashes, "sizes": sizes})
    return {name: totals[name]["rows"] for name in TABLES}


def no_totals() -> dict[str, Counter[str]]:
    """Return empty counts."""
    return {name: Counter() for name in TABLES}


@dataclass(frozen=True, slots=True)
class Part:
    """The files of some consecutive documents.

    Attributes:
        files: Table to its file.
        totals: Table to the counts of its rows and labels.
    """

    files: Mapping[str, PartFile]
    totals: Totals

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "files": {name: file.row() for name, file in self.files.items()},
            "totals": {name: dict(counts) for name, counts in self.totals.items() if counts},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Part:
        """From plain data."""
        files = {name: PartFile(*row) for name, row in told["files"].items()}
        return cls(files, {name: Counter(counts) for name, counts in told["totals"].items()})


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of an earlier run whose files may be reused.

    Attributes:
        part: The part.
        number: Its number there.
        folder: Of that run.
        written: When that run was written.
    """

    part: Part
    number: int
    folder: Path
    written: int

    def with_files_of(self, part: Part) -> Part:
        """Return the part with some tables rewritten."""
        totals = {name: counts for name, counts in self.part.totals.items() if name not in part.files}
        rewritten = {name: counts for name, counts in part.totals.items() if name in part.files}
        return Part({**self.part.files, **part.files}, {**totals, **rewritten})


def write_part(
    folder: Path, label: str, chunks: Iterable[Chunk], names: Collection[str] = DOCUMENT_TABLES
) -> Part:
    """Write the files of a part into the folders of the tables, under a name that is not current yet.

    Args:
        folder: Of the run.
        label: Of the part, until it is placed.
        chunks: Rows of consecutive documents.
        names: The tables to write.
    """
    totals = no_totals()
    paths = {name: _unplaced(folder, name, label) for name in names}
    with ExitStack() as stack:
        writers = {}
        for name, path in paths.items():
            path.parent.mkdir(exist_ok=True)
            writers[name] = stack.enter_context(_open_writer(path, TABLES[name]))
        for group in _groups(chunks):
            for name in names:
                _write(writers[name], name, group[name], totals)
    return Part({name: _measured(path, totals[name]) for name, path in paths.items()}, totals)


def rewrite_part(
    folder: Path,
    label: str,
    standing: Standing,
    names: Collection[str],
    change: Callable[[str, pa.Table], pa.Table],
) -> Part:
    """Rewrite some tables of a part of an earlier run, as `write_part` does, from their own files.

    Args:
        folder: Of the run.
        label: Of the part, until it is placed.
        standing: The part.
        names: The tables to write.
        change: Returns the current rows of a table, for the same documents.

    Raises:
        StageError: A file of it is not as it was written.
    """
    totals = no_totals()
    paths = {name: _unplaced(folder, name, label) for name in names}
    for name, path in paths.items():
        path.parent.mkdir(exist_ok=True)
        file = standing.part.files[name]
        source = standing.folder / path.parent.name / file.name(standing.number)
        with _open_file(source, file.sha256, verify=True) as old, _open_writer(path, TABLES[name]) as writer:
            for group in range(old.num_row_groups):
                read = partial(old.read_row_group, group, use_threads=False)
                _write(writer, name, change(name, _checked(read, standing.folder, name)), totals)
    return Part({name: _measured(path, totals[name]) for name, path in paths.items()}, totals)


def _unplaced(folder: Path, name: str, label: str) -> Path:
    return folder / f"{name}.parquet" / f".{label}"


def _measured(path: Path, totals: Mapping[str, int]) -> PartFile:
    return PartFile(hash_file(path), path.stat().st_size, totals.get("rows", 0))


class FolderWriter:
    """Writes a run whose tables are in parts, into a folder of its own that becomes current when it is complete.

    Args:
        out: Output folder.
        limits: How large parts are.
    """

    def __init__(self, out: Path, limits: Limits) -> None:
        self.out = out
        self.limits = limits
        self._stack = ExitStack()
        self._parts: list[Part] = []
        self._new: list[Path] = []
        self._files: dict[str, list[PartFile]] = {}
        self._turn, self._turns = 0, 1

    def verify_in_turns(self, turn: int, size: int) -> None:
        """Compare only some of the files of an earlier run with their hashes, so that the time does not grow with the corpus.

        Args:
            turn: Number of runs since all was written.
            size: Bytes of these files. Runs one after the other verify about `VERIFIED_BYTES` each, and together all of them.
        """
        self._turns = 1 + size // VERIFIED_BYTES
        self._turn = turn % self._turns

    def __enter__(self) -> FolderWriter:
        self.folder = self._stack.enter_context(pending_folder(self.out))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def write_part(self, chunks: Iterable[Chunk]) -> None:
        """Write the next part here."""
        label = str(len(self._parts))
        self.place(write_part(self.folder, label, chunks), label)

    def parts(self) -> Sequence[Part]:
        """Those so far."""
        return self._parts

    def place(self, part: Part, label: str, standing: Standing | None = None) -> None:
        """Add a written part: its files get the names of the next number. One without documents does not stay.

        Args:
            part: The part.
            label: Under which it was written.
            standing: The same part of an earlier run, for the tables that were not written.

        Raises:
            ValueError: A file of an earlier run is not as it was.
        """
        number = len(self._parts)
        if standing is not None:
            for name in standing.part.files.keys() - part.files.keys():
                self._keep_file(name, standing)
        is_empty = standing is None and not part.files["documents"].rows
        for name, file in part.files.items():
            written = _unplaced(self.folder, name, label)
            if is_empty:  # its last documents are gone
                written.unlink()
                continue
            target = self.folder / f"{name}.parquet" / file.name(number)
            written.rename(target)
            self._new.append(target)
        if not is_empty:
            self._parts.append(part if standing is None else standing.with_files_of(part))

    def keep(self, standing: Standing) -> None:
        """Add a part of an earlier run as it is.

        Raises:
            ValueError: A file of it is not as it was.
        """
        for name in standing.part.files:
            self._keep_file(name, standing)
        self._parts.append(standing.part)

    def _keep_file(self, name: str, standing: Standing) -> None:
        """Take over a file of an earlier run into the next part."""
        file, folder = standing.part.files[name], self.folder / f"{name}.parquet"
        folder.mkdir(exist_ok=True)
        source = standing.folder / f"{name}.parquet" / file.name(standing.number)
        self._link(source, folder / file.name(len(self._parts)), file, standing.written)

    def _link(self, source: Path, target: Path, file: PartFile, written: int) -> None:
        """Give a file of an earlier run a second name.

        Raises:
            ValueError: By size or time, or by its hash if it is its turn, it is not as that run wrote it.
        """
        about = source.stat()
        is_changed = about.st_size != file.size or about.st_mtime_ns > written
        if not is_changed and int(file.sha256[:8], 16) % self._turns == self._turn:
            is_changed = hash_file(source) != file.sha256
        if is_changed:
            raise ValueError(f"{source}: is not as it was written")
        link_or_copy(source, target)

    def write_other(self, name: str, table: pa.Table) -> list[int]:
        """Write a table whose rows do not belong to a document: as one file, or in parts along its sort columns.

        Returns:
            The number of the last row of each part.
        """
        if name not in CUT_BY_KEY:
            self.write_rows(name, table)
            return []
        columns = [table[column].to_pylist() for column in TABLES[name].order]
        keys = [join_key(values) for values in zip(*columns, strict=True)]
        cuts = list(cut_keys(keys, self.limits.part_documents)) or [(0, 0)]
        for first, last in cuts:
            self.write_rows(name, table.slice(first, last - first))
        return [last - 1 for _, last in cuts if last]

    def write_rows(self, name: str, table: pa.Table) -> None:
        """Write the next part of such a table, or all of it if it is one file."""
        path = self.folder / f"{name}.parquet"
        if name in CUT_BY_KEY:
            path.mkdir(exist_ok=True)
            path = path / ".new"
        totals = no_totals()
        with _open_writer(path, TABLES[name]) as writer:
            _write(writer, name, table, totals)
        file = _measured(path, totals[name])
        self._new.append(self._place_other(name, file, path))

    def _place_other(self, name: str, file: PartFile, path: Path) -> Path:
        number = len(self._files.setdefault(name, []))
        self._files[name].append(file)
        if name not in CUT_BY_KEY:
            return path
        return path.rename(path.with_name(file.name(number)))

    def keep_other(self, name: str, file: PartFile, number: int, earlier: Path, written: int) -> None:
        """Take over such a table, or the next part of it, from an earlier run.

        Args:
            name: Of the table.
            file: What was written there.
            number: Of the part there.
            earlier: Folder of that run.
            written: When that run was written.

        Raises:
            ValueError: A file of it is not as it was.
        """
        target, source = self.folder / f"{name}.parquet", earlier / f"{name}.parquet"
        if name in CUT_BY_KEY:
            target.mkdir(exist_ok=True)
            target, source = target / file.name(len(self._files.get(name, ()))), source / file.name(number)
        self._link(source, target, file, written)
        self._files.setdefault(name, []).append(file)

    def written(self, name: str) -> Sequence[PartFile]:
        """Return the files of a table so far."""
        return self._files.get(name, ())

    def commit(
        self, others: Mapping[str, pa.Table], describe: Callable[[Totals], Mapping[str, Any]]
    ) -> dict[str, int]:
        """Write the other tables, and make the run current; return the number of rows of each table."""
        for name, table in others.items():
            self.write_other(name, table)
        totals = no_totals()
        for part in self._parts:
            for name, counts in part.totals.items():
                totals[name].update(counts)
        for name, files in self._files.items():
            totals[name]["rows"] = sum(file.rows for file in files)
        for name in DOCUMENT_TABLES:
            self._files[name] = [part.files[name] for part in self._parts]
        parts, hashes, sizes = {}, {}, {}
        for name, files in self._files.items():
            sizes[name] = sum(file.size for file in files)
            if name in DOCUMENT_TABLES or name in CUT_BY_KEY:
                parts[name] = [file.row() for file in files]
                hashes[name] = sum_up(files)
            else:
                hashes[name] = files[0].sha256
        run = {
            **describe(totals),
            "schema_version": VERSION,
            "files": parts,
            "tables": hashes,
            "sizes": sizes,
        }
        commit_folder(self.out, self.folder, run, self._new)
        return {name: totals[name]["rows"] for name in TABLES}


def read_part(folder: Path, part: Part, number: int, columns: Mapping[str, Sequence[str]]) -> Chunk:
    """Some columns of a part in the folder of a run.

    Args:
        folder: Of the run.
        part: The part.
        number: Its number.
        columns: Columns by table.

    Raises:
        StageError: A file of it cannot be read.
    """
    chunk = {}
    for name, wanted in columns.items():
        path = folder / f"{name}.parquet" / part.files[name].name(number)
        with _open_file(path, None, verify=False) as file:
            chunk[name] = _checked(partial(file.read, columns=list(wanted)), folder, name)
    return chunk


def read_other(folder: Path, name: str, file: PartFile, number: int) -> pa.Table:
    """Return a table whose rows do not belong to a document, or a part of it, from the folder of a run.

    Args:
        folder: Of the run.
        name: Of the table.
        file: What was written.
        number: Of the part.

    Raises:
        StageError: It is not the file that was written.
    """
    path = folder / f"{name}.parquet"
    if name in CUT_BY_KEY:
        path = path / file.name(number)
    with _open_file(path, file.sha256, verify=True) as opened:
        return _checked(opened.read, folder, name)


def _groups(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield the same rows in chunks of `GROUP_DOCUMENTS` documents, however they came."""
    waiting: list[Chunk] = []
    count = 0
    for chunk in chunks:
        waiting.append(chunk)
        count += chunk["documents"].num_rows
        while count > GROUP_DOCUMENTS:
            joined = join_chunks(waiting)
            first_of_rest = joined["documents"]["doc_id"][GROUP_DOCUMENTS].as_py()
            group, rest = split_chunk(joined, [first_of_rest])
            yield group
            waiting, count = [rest], count - GROUP_DOCUMENTS
        if count == GROUP_DOCUMENTS:
            yield join_chunks(waiting)
            waiting, count = [], 0
    if waiting:
        yield join_chunks(waiting)


def _open_writer(path: Path, table: Table) -> Any:
    import pyarrow.parquet as pq

    level = _LEVEL
    if table.name in {"documents", "claims"}:
        level = _LEVEL_OF_TEXTS
    return pq.ParquetWriter(
        path.absolute(),  # a relative one with a colon would be taken for an address
        arrow_schema(table),
        compression="zstd",
        compression_level=level,
        write_page_checksum=True,
        store_schema=True,
        **parquet_encodings(table),
    )


def _write(writer: Any, name: str, table: pa.Table, totals: Mapping[str, Counter[str]]) -> None:
    """Write one row group; labels are encoded again, in the order in which they occur, so that the bytes do not depend on shards."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for column in table.combine_chunks().columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).combine_chunks().dictionary_encode()
        columns.append(column)
    ready = pa.Table.from_arrays(columns, schema=writer.schema)
    writer.write_table(ready, row_group_size=max(ready.num_rows, 1))
    totals[name]["rows"] += ready.num_rows
    shown = ready
    if (
        name in COUNTED
    ):  # claims below the threshold and names in page furniture are in the table, but are not counted
        shown = ready.filter(ready[COUNTED[name]])
    for label in LABELLED.get(name, ()):
        for pair in pc.value_counts(shown[label].cast(pa.string())).to_pylist():
            totals[name][f"{label} {pair['values']}"] += pair["counts"]
    for number in SUMMED.get(name, ()):
        totals[name][number] += pc.sum(ready[number]).as_py() or 0


LABELLED = {"mentions": ("label", "identity"), "claims": ("claim_type",), "dates": ("timex_type",)}
"""Columns whose values are counted for `run.json`, of rows that are counted."""
COUNTED = {"claims": "kept", "mentions": "counted"}
"""Column that says which rows are counted."""
SUMMED = {"documents": ("n_words", "n_masked_words"), "claims": ("kept",), "mentions": ("counted",)}
"""Columns that are added up for it."""


def read_run(out: Path, *, verify: bool = False) -> dict[str, Any]:
    """Return the `run.json` of a finished run.

    Args:
        out: Output folder.
        verify: Check the file against its own checksum.

    Raises:
        StageError: There is none, its tables are of another schema version, or it is not as the run wrote it.
    """
    try:
        text = locate(out, RUN_FILE).read_bytes().decode()
        run: dict[str, Any] = dict(parse_json(text))
    except (OSError, ValueError, TypeError) as error:
        raise StageError(
            f"{out}: no finished run ({RUN_FILE} is missing or broken)", "Run `pipeline run` first."
        ) from error
    if run.get("schema_version") != VERSION:
        raise StageError(
            f"{out}: tables of schema version {run.get('schema_version')}, this program reads {VERSION}",
            "Write them again with `pipeline run`, or use the matching version of the program.",
        )
    if verify and text != seal(run):
        raise StageError(f"{out / RUN_FILE}: not the file that the run wrote (sha256 differs)", AGAIN)
    return run


def is_whole(out: Path, run: Mapping[str, Any]) -> bool:
    """Whether all tables of a run are the files that it wrote, by their hashes. The sizes come first, as they cost nothing."""
    try:
        files: list[tuple[Path, str | None, int | None]] = []
        for name in TABLES:
            files += _files(out, name, run)
        if any(path.stat().st_size != size for path, _, size in files) or not _are_linked(out, run):
            return False
        return all(hash_file(path) == digest for path, digest, _ in files)
    except (OSError, ValueError):
        return False


def _are_linked(out: Path, run: Mapping[str, Any]) -> bool:
    """Whether the tables are in the output folder where any reader looks for them.

    If a kill interrupted a commit, the run is current by its journal, and the next run first replaces the links.
    """
    if FOLDER not in run or (out / JOURNAL).is_file():
        return True
    return all((out / f"{name}.parquet").samefile(_base(out, run) / f"{name}.parquet") for name in TABLES)


def _base(out: Path, run: Mapping[str, Any]) -> Path:
    """Return the folder with the tables of a run: its own, which never changes, unless somebody copied the tables alone."""
    folder = out / str(run.get(FOLDER) or ".")
    if folder.is_dir():
        return folder
    return out


def _files(out: Path, name: str, run: Mapping[str, Any]) -> list[tuple[Path, str | None, int | None]]:
    """Return the files of a table, in order, each with its hash and size as `run.json` has them.

    Raises:
        ValueError: `run.json` is of another version.
    """
    parts = parts_of(run, name)
    folder = _base(out, run) / f"{name}.parquet"
    if parts is not None:
        return [(folder / part.name(number), part.sha256, part.size) for number, part in enumerate(parts)]
    path = locate(out, f"{name}.parquet")
    if FOLDER in run:
        path = folder
    return [(path, run.get("tables", {}).get(name), run.get("sizes", {}).get(name))]


def read_table(out: Path, name: str, *, verify: bool = False) -> pa.Table:
    """One table of a finished run.

    Args:
        out: Output folder.
        name: Name of the table.
        verify: Compare the files with the sha256 of `run.json` and check every page.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    return _read_all(out, read_run(out, verify=verify), name, None, verify=verify)


def _read_all(
    out: Path, run: Mapping[str, Any], name: str, columns: list[str] | None, *, verify: bool
) -> pa.Table:
    import pyarrow as pa

    tables = []
    for file in _opened(out, run, name, verify=verify):
        tables.append(_checked(partial(file.read, columns=columns), out, name))
    if not tables:  # in parts, of which there are none
        schema = arrow_schema(TABLES[name])
        if columns is not None:
            schema = pa.schema([schema.field(column) for column in columns])
        return schema.empty_table()
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables)


def read_files(
    out: Path,
    run: Mapping[str, Any],
    name: str,
    columns: Sequence[str] | None,
    known: Collection[str] = (),
    *,
    verify: bool = False,
    among: Sequence[str] = (),
) -> Iterator[tuple[str, pa.Table | None]]:
    """Yield the files of a table of a finished run, each with its hash.

    Args:
        out: Output folder.
        run: Its `run.json`.
        name: Of the table.
        columns: The columns to read; None for all.
        known: Hashes of files that need not be read: None is yielded for their rows.
        verify: Compare the files with their hashes and check every page.
        among: Ascending values; files without any of them in the first of the columns are left out. Without values, all files are read.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    wanted = None if columns is None else list(columns)
    try:
        files = _files(out, name, run)
    except ValueError as error:
        raise StageError(f"{out / RUN_FILE}: {error}", AGAIN) from error
    for path, digest, _ in files:
        if digest is not None and digest in known:
            yield digest, None
            continue
        with _open_file(path, digest, verify=verify) as file:
            if among and wanted and not _may_hold(file, wanted[0], among):
                continue
            yield digest or "", _checked(partial(file.read, columns=wanted, use_threads=False), out, name)


def _may_hold(file: pq.ParquetFile, column: str, values: Sequence[str]) -> bool:
    """Whether a file may have one of some ascending values in a column, by its smallest and largest value."""
    for group in map(file.metadata.row_group, range(file.metadata.num_row_groups)):
        columns = map(group.column, range(group.num_columns))
        told = next(one.statistics for one in columns if one.path_in_schema == column)
        if told is None or not told.has_min_max:
            return True
        at = bisect_left(values, told.min)
        if at < len(values) and values[at] <= told.max:
            return True
    return False


def read_column(out: Path, name: str, column: str) -> list[Any]:
    """One column of a table of a finished run.

    Raises:
        StageError: The table is missing, or is not the one that the run wrote.
    """
    values: list[Any] = _read_all(out, read_run(out), name, [column], verify=False)[column].to_pylist()
    return values


def read_chunks(
    out: Path,
    *,
    verify: bool = False,
    columns: Mapping[str, Sequence[str]] | None = None,
    known: Collection[str] = (),
) -> Iterator[Chunk]:
    """Yield the rows of documents of a finished run, some thousand documents at a time.

    Args:
        out: Output folder.
        verify: Compare the files with the sha256 of `run.json` and check every page.
        columns: The columns that are wanted, of the tables that are wanted; all if left out.
        known: Hashes of files; parts all of whose files are among them are left out.

    Raises:
        StageError: A table is missing, or is not the one that the run wrote.
    """
    run, names = read_run(out, verify=verify), list(columns or DOCUMENT_TABLES)
    left_out = _known_parts(run, names, known)
    opened = [_opened(out, run, name, verify=verify, left_out=left_out) for name in names]
    for parts in zip(*opened, strict=True):
        files = dict(zip(names, parts, strict=True))
        # All tables have the same documents in the same row group (`GROUP_DOCUMENTS`).
        for group in range(files["documents"].num_row_groups):  # none where there are no documents
            chunk = {}
            for name, file in files.items():
                read = partial(file.read_row_group, group, _wanted(columns, name), use_threads=False)
                chunk[name] = _checked(read, out, name)
            yield chunk


def _known_parts(run: Mapping[str, Any], names: Sequence[str], known: Collection[str]) -> set[int]:
    """Return the numbers of the parts of which all files are known."""
    if not known:
        return set()
    tables = [parts_of(run, name) or [] for name in names]
    numbers = set()
    for number, files in enumerate(zip(*tables, strict=True)):
        if all(file.sha256 in known for file in files):
            numbers.add(number)
    return numbers


def part_hashes(out: Path) -> frozenset[str]:
    """Return the hashes of all files of tables in parts of a finished run; none without one."""
    hashes: set[str] = set()
    try:
        run = read_run(out)
        for name in run.get("files", ()):
            hashes.update(file.sha256 for file in parts_of(run, name) or ())
    except (StageError, ValueError, TypeError):
        return frozenset()
    return frozenset(hashes)


def _wanted(columns: Mapping[str, Sequence[str]] | None, name: str) -> list[str] | None:
    if columns is None:
        return None
    return list(columns[name])


def count_rows(out: Path, name: str) -> int:
    """Return the number of rows of a table, without reading them."""
    return sum(int(file.metadata.num_rows) for file in _opened(out, read_run(out), name, verify=False))


def _opened(
    out: Path, run: Mapping[str, Any], name: str, *, verify: bool, left_out: Collection[int] = ()
) -> Iterator[pq.ParquetFile]:
    """Yield the files of a table except some numbers, one after the other; each is closed before the next is opened."""
    try:
        files = _files(out, name, run)
    except ValueError as error:
        raise StageError(f"{out / RUN_FILE}: {error}", AGAIN) from error
    for number, (path, digest, _) in enumerate(files):
        if number not in left_out:
            with _open_file(path, digest, verify=verify) as file:
                yield file


def _open_file(path: Path, digest: str | None, *, verify: bool) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if verify and hash_file(path) != digest:
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
            f"{locate(out, f'{name}.parquet')}: cannot be read as Parquet: {error}", AGAIN
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
    """Return all tables of a run, by name, with typed columns.

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
    out = Path(path)
    run = read_run(out, verify=verify)  # once, so that a run that ends meanwhile does not mix two runs
    return CONVERTERS[engine]({name: _read_all(out, run, name, None, verify=verify) for name in TABLES})
