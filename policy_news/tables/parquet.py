"""The only reader and writer of Parquet: schema-checked, sorted, chunk by chunk, all tables of a run at once."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.errors import StageError
from policy_news.core.plain_data import parse_json
from policy_news.tables.chunks import DOCUMENT_TABLES, Chunk, join_chunks, split_chunk
from policy_news.tables.commit import (
    FOLDER,
    JOURNAL,
    commit,
    hash_file,
    link_or_copy,
    locate,
    pending_folder,
    seal,
)
from policy_news.tables.parts import PartFile, cut_keys, parts_of, sum_up
from policy_news.tables.schema import RUN_FILE, TABLES, VERSION, Table, arrow_schema, parquet_encodings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

AGAIN = "Remove the file and run `pipeline run` again."
GROUP_DOCUMENTS = 2048
"""Documents of a row group, the same ones in each table, so that a reader can go through all tables side by side."""
AT_ONCE = 2**24
"""Bytes of a file that is read once, for its hash and its rows; larger ones are read twice."""

Totals = Mapping[str, Counter[str]]
"""Table to the counts of its rows and labels."""
_LEVEL, _LEVEL_OF_TEXTS = 6, 3
"""Levels of zstd. Documents and claims have long texts, which a higher level compresses little better in twice the time."""

CUT_BY_KEY = frozenset({"entities", "document_groups", "origins"})
"""Tables whose rows do not belong to a document and that are in parts too, along their sort columns."""
_KEYS = 8
"""Rows of theirs for each document of a part: they are short, and a search for a name opens all their files."""


def no_totals() -> dict[str, Counter[str]]:
    """Return empty counts."""
    return {name: Counter() for name in TABLES}


@dataclass(frozen=True, slots=True)
class TablePart:
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
    def from_json(cls, told: Mapping[str, Any]) -> TablePart:
        """From plain data."""
        files = {name: PartFile(*row) for name, row in told["files"].items()}
        return cls(files, {name: Counter(counts) for name, counts in told["totals"].items()})


@dataclass(frozen=True, slots=True)
class ReusablePart:
    """A part of an earlier run whose files may be reused.

    Attributes:
        number: Its number there.
        folder: Of that run.
    """

    part: TablePart
    number: int
    folder: Path


def write_part(folder: Path, label: str, chunks: Iterable[Chunk]) -> TablePart:
    """Write the files of a part into the folders of the tables, under a name that is not current yet."""
    totals = no_totals()
    paths = {name: _unplaced(folder, name, label) for name in DOCUMENT_TABLES}
    with ExitStack() as stack:
        writers = {}
        for name, path in paths.items():
            writers[name] = stack.enter_context(_open_writer(path, TABLES[name]))
        for group in _groups(chunks):
            for name in DOCUMENT_TABLES:
                _write(writers[name], name, group[name], totals)
    return TablePart({name: _measured(path, totals[name]) for name, path in paths.items()}, totals)


def _unplaced(folder: Path, name: str, label: str) -> Path:
    return folder / f".{name}.{label}"


def _measured(path: Path, totals: Mapping[str, int]) -> PartFile:
    return PartFile(hash_file(path), path.stat().st_size, totals.get("rows", 0))


class TableWriter:
    """Write the tables of a run into a folder of its own, which becomes current when it is complete.

    Args:
        part_documents: Documents of a part, on average; None for one part, whose tables are plain files.
    """

    def __init__(self, out: Path, part_documents: int | None = None) -> None:
        self.out = out
        self._mean = part_documents
        self._stack = ExitStack()
        self.parts: list[TablePart] = []
        self._new: list[Path] = []
        self._files: dict[str, list[PartFile]] = {}

    def __enter__(self) -> TableWriter:
        self.folder = self._stack.enter_context(pending_folder(self.out))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def place(self, part: TablePart, label: str) -> bool:
        """Add a new part, whose files get the names of the next number; returns whether it stays.

        One of several without documents does not: its last ones are gone.
        """
        is_empty = self._mean is not None and not part.files["documents"].rows
        for name, file in part.files.items():
            written = _unplaced(self.folder, name, label)
            if is_empty:
                written.unlink()
            else:
                self._new.append(written.rename(self._target(name, file, len(self.parts))))
        if not is_empty:
            self.parts.append(part)
        return not is_empty

    def take_over(self, standing: ReusablePart) -> None:
        """Add a part of an earlier run: its files get second names.

        Raises:
            ValueError: One is gone, or not as that run wrote it.
        """
        for name, file in standing.part.files.items():
            source = standing.folder / f"{name}.parquet" / file.name(standing.number)
            if not source.is_file() or hash_file(source) != file.sha256:
                raise ValueError(f"{source}: is not as it was written")
            link_or_copy(source, self._target(name, file, len(self.parts)))
        self.parts.append(standing.part)

    def _target(self, name: str, file: PartFile, number: int) -> Path:
        """Return the place of a file of a table."""
        path = self.folder / f"{name}.parquet"
        if not self._is_cut(name):
            return path
        path.mkdir(exist_ok=True)
        return path / file.name(number)

    def write_other(self, name: str, table: pa.Table) -> None:
        """Write a table whose rows do not belong to a document: as one file, or in parts along its sort columns."""
        cuts = [(0, table.num_rows)]
        if self._mean is not None and name in CUT_BY_KEY:
            columns = [table[column].cast("string").to_pylist() for column in TABLES[name].order]
            keys = list(map("\0".join, zip(*columns, strict=True)))
            cuts = list(cut_keys(keys, self._mean * _KEYS)) or cuts
        files = self._files[name] = []
        for number, (first, end) in enumerate(cuts):
            path, totals = _unplaced(self.folder, name, "new"), no_totals()
            with _open_writer(path, TABLES[name]) as writer:
                _write(writer, name, table.slice(first, end - first), totals)
            files.append(_measured(path, totals[name]))
            self._new.append(path.rename(self._target(name, files[-1], number)))

    def commit(self, describe: Callable[[Totals], Mapping[str, Any]]) -> dict[str, int]:
        """Make the tables current; returns the number of rows of each.

        Args:
            describe: Returns the contents of `run.json` (without hashes and sizes of tables) for the counts of the tables' rows and labels.
        """
        for name in DOCUMENT_TABLES:
            self._files[name] = [part.files[name] for part in self.parts]
        totals = self._totals()
        run = {**describe(totals), "schema_version": VERSION, **self._describe_files()}
        commit(self.out, self.folder, run, self._new)
        return {name: totals[name]["rows"] for name in TABLES}

    def _describe_files(self) -> dict[str, Any]:
        """Return hashes and sizes of the tables, and the files of those in parts."""
        told: dict[str, Any] = {"tables": {}, "sizes": {}}
        if self._mean is not None:
            told["files"] = {}
        for name, files in self._files.items():
            told["sizes"][name] = sum(file.size for file in files)
            told["tables"][name] = files[0].sha256 if not self._is_cut(name) else sum_up(files)
            if self._is_cut(name):
                told["files"][name] = [file.row() for file in files]
        return told

    def _totals(self) -> Totals:
        totals = no_totals()
        for part in self.parts:
            for name, counts in part.totals.items():
                totals[name].update(counts)
        for name, files in self._files.items():
            totals[name]["rows"] = sum(file.rows for file in files)
        return totals

    def _is_cut(self, name: str) -> bool:
        """Return whether a table is a folder of parts."""
        return self._mean is not None and (name in DOCUMENT_TABLES or name in CUT_BY_KEY)


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

    level = _LEVEL_OF_TEXTS if table.name in {"documents", "claims"} else _LEVEL
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
    # Claims below the threshold and names in page furniture are in the table, but are not counted.
    if name in COUNTED:
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


def read_run(out: Path) -> dict[str, Any]:
    """Return the `run.json` of a finished run.

    Raises:
        StageError: There is none, its tables are of another schema version, or it is not as the run wrote it.
    """
    try:
        text = _run_text(out).decode()
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
    if text != seal(run):
        raise StageError(f"{out / RUN_FILE}: not the file that the run wrote (sha256 differs)", AGAIN)
    return run


def _run_text(out: Path) -> bytes:
    try:
        return locate(out, RUN_FILE).read_bytes()
    except FileNotFoundError:  # a journal that was found is `run.json` since
        return locate(out, RUN_FILE).read_bytes()


def is_whole(out: Path, run: Mapping[str, Any]) -> bool:
    """Return whether all tables of a run are the files that it wrote, by their hashes. The sizes come first, as they cost nothing."""
    try:
        files = [file for name in TABLES for file in _files(out, name, run)]
        if any(path.stat().st_size != size for path, _, size in files) or not _are_linked(out, run):
            return False
        return all(hash_file(path) == digest for path, digest, _ in files)
    except (OSError, StageError):
        return False


def _are_linked(out: Path, run: Mapping[str, Any]) -> bool:
    """Return whether the tables are in the output folder where any reader looks for them.

    If a kill interrupted a commit, the run is current by its journal, and the next run first replaces the links.
    """
    if "files" not in run or (out / JOURNAL).is_file():
        return True
    return all((out / f"{name}.parquet").samefile(_base(out, run) / f"{name}.parquet") for name in TABLES)


def _base(out: Path, run: Mapping[str, Any]) -> Path:
    """Return the folder with the tables of a run: its own, which never changes, unless somebody copied the tables alone."""
    folder = out / str(run.get(FOLDER) or ".")
    if folder.is_dir():
        return folder
    return out


def _files(out: Path, name: str, run: Mapping[str, Any]) -> list[tuple[Path, str | None, int | None]]:
    """Return the files of a table, in order, each with its hash and size as `run.json` has them."""
    try:
        parts = parts_of(run, name)
    except ValueError as error:
        raise StageError(f"{out / RUN_FILE}: {error}", AGAIN) from error
    folder = _base(out, run) / f"{name}.parquet"
    if parts is not None:
        return [(folder / part.name(number), part.sha256, part.size) for number, part in enumerate(parts)]
    path = folder if "files" in run else locate(out, f"{name}.parquet")
    return [(path, run.get("tables", {}).get(name), run.get("sizes", {}).get(name))]


def read_table(out: Path, name: str, run: Mapping[str, Any] | None = None) -> pa.Table:
    """Return one table of a finished run."""
    return _read_all(out, read_run(out) if run is None else run, name)


def _read_all(out: Path, run: Mapping[str, Any], name: str, *, verify: bool = True) -> pa.Table:
    import pyarrow as pa

    tables = [rows for _, rows in read_files(out, run, name, None, verify=verify)]
    # Of a table in parts there may be none.
    return pa.concat_tables(tables) if tables else arrow_schema(TABLES[name]).empty_table()


def read_files(
    out: Path,
    run: Mapping[str, Any],
    name: str,
    columns: Sequence[str] | None,
    known: Collection[str] = (),
    *,
    verify: bool = True,
    among: Sequence[str] | None = None,
    numbers: Collection[int] | None = None,
) -> Iterator[tuple[str, pa.Table | None]]:
    """Yield the files of a table of a finished run, each with its hash.

    Args:
        columns: The columns to read; None for all.
        known: Hashes of files that need not be read: None is yielded for their rows.
        verify: Compare the files with their hashes.
        among: Ascending values; files without any of them in the first of the columns are left out; None for all files.
        numbers: Of the files to read, counted from 0 in the order of their rows; None for all.
    """
    wanted = None if columns is None else list(columns)
    files = _files(out, name, run)
    for path, digest, _ in files if numbers is None else (files[number] for number in sorted(numbers)):
        if digest is not None and digest in known:
            yield digest, None
            continue
        with _open_file(path, digest, verify=verify and among is None) as file:
            if among is not None and wanted and not _may_hold(file, wanted[0], among):
                continue
            if verify and among is not None:  # only now: most files have none of the values
                _compare(path, hash_file(path), digest)
            # Arrow's threads can abort a process that ends while they start (its issue 34314).
            read = partial(file.read, columns=wanted, use_threads=False)
            yield digest or "", _checked(read, out, name)


def _may_hold(file: pq.ParquetFile, column: str, values: Sequence[str]) -> bool:
    """Return whether a file may have one of some ascending values in a column, by its smallest and largest value."""
    for group in map(file.metadata.row_group, range(file.metadata.num_row_groups)):
        columns = map(group.column, range(group.num_columns))
        told = next(one.statistics for one in columns if one.path_in_schema == column)
        if told is None or not told.has_min_max:
            return True
        at = bisect_left(values, told.min)
        if at < len(values) and values[at] <= told.max:
            return True
    return False


def read_chunks(out: Path, known: Collection[str] = ()) -> Iterator[Chunk]:
    """Yield the rows of documents of a finished run, some thousand documents at a time.

    Args:
        known: Hashes of files; parts all of whose files are among them are left out.
    """
    run = read_run(out)
    for files in zip(*(_files(out, name, run) for name in DOCUMENT_TABLES), strict=True):
        if all(digest in known for _, digest, _ in files):
            continue
        with ExitStack() as stack:
            opened = {
                name: stack.enter_context(_open_file(path, digest, verify=True))
                for name, (path, digest, _) in zip(DOCUMENT_TABLES, files, strict=True)
            }
            # All tables have the same documents in the same row group (`GROUP_DOCUMENTS`).
            for group in range(opened["documents"].num_row_groups):  # none where there are no documents
                yield {
                    name: _checked(partial(file.read_row_group, group, use_threads=False), out, name)
                    for name, file in opened.items()
                }


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


def _open_file(path: Path, digest: str | None, *, verify: bool) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if verify and path.stat().st_size <= AT_ONCE:
            data = path.read_bytes()
            _compare(path, hashlib.sha256(data).hexdigest(), digest)
            return pq.ParquetFile(pa.BufferReader(data))
        if verify:
            _compare(path, hash_file(path), digest)
        # Not `pq.read_table`, which imports pandas and costs each command a fifth of a second.
        return pq.ParquetFile(path.absolute())
    except (pa.ArrowException, OSError) as error:
        raise StageError(f"{path}: cannot be read: {error}", AGAIN) from error


def _compare(path: Path, own: str, digest: str | None) -> None:
    if own != digest:
        raise StageError(f"{path}: not the file that the run wrote (sha256 differs)", AGAIN)


def _checked(read: Callable[[], pa.Table], out: Path, name: str) -> pa.Table:
    import pyarrow as pa

    try:
        return read()
    except (pa.ArrowException, OSError) as error:
        raise StageError(
            f"{locate(out, f'{name}.parquet')}: cannot be read as Parquet: {error}", AGAIN
        ) from error


def read_tables(out: Path, *, verify: bool = True) -> dict[str, pa.Table]:
    """Return all tables of a finished run, by name; for the arguments see `load_tables`."""
    run = read_run(out)  # once, so that a run that ends meanwhile does not mix two runs
    return {name: _read_all(out, run, name, verify=verify) for name in TABLES}


def load_tables(path: str | Path, *, verify: bool = True) -> dict[str, pd.DataFrame]:
    """Return all tables of a run, by name, with typed columns: integers `Int32`, dates `date32[day][pyarrow]`, labels `category`.

    Args:
        path: Output folder of a run.
        verify: Refuse files that are not as the run wrote them, by their sha256 sums. False reads also those that somebody changed.

    Raises:
        StageError: There is no finished run, or a table is broken.
    """
    return to_frames(read_tables(Path(path), verify=verify))


def to_frames(tables: Mapping[str, pa.Table]) -> dict[str, pd.DataFrame]:
    """Return frames with typed columns: nullable integers are `Int32`."""
    import pandas as pd
    import pyarrow as pa

    frames = {}
    for name, table in tables.items():
        offsets = {field.name: pd.Int32Dtype() for field in table.schema if field.type == pa.int32()}
        frames[name] = table.to_pandas().astype(offsets)
    return frames
