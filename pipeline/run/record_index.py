"""Which record of which file stands where: what lets a run read the files that changed and look at no other record.

Records of changed files are appended to the files of `ingest` and `unmask`, and the old ones stay as dead lines until `compact`
writes the files as those stages do. The index is written last: what a killed run appended after its ends is cut off by the next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.atomic_files import new_state_file
from pipeline.core.checksums import strip_checksum, write_checked
from pipeline.core.lazy_imports import import_arrow
from pipeline.run.paths import DOCUMENTS, FILES, INDEX, UNMASKED, UNMASKED_SUM
from pipeline.run.record_cache import FileRecords, read_files, read_maker, write_manifest
from pipeline.run.records import Place, read_lines, write_lines
from pipeline.run.shards import Entry
from pipeline.tables.commit import hash_file

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "name", "state", "line", "stands", "doc_id", "key", "masked", "offset", "length", "unmasked_offset", "unmasked_length",
)  # fmt: skip

TOGETHER = 16_384
"""Records that are made rows of at once."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a file; one without a document stands for a file that gave none.

    Attributes:
        name: Of the file.
        state: Size and time of the file, and whether it has a twin.
        line: Number of the record's line.
        stands: Whether the file gives the same whatever stands beside it.
        entry: The document.
        masked: Whether words of it are masked.
    """

    name: str
    state: str
    line: int
    stands: bool
    entry: Entry | None
    masked: bool = False

    def row(self) -> tuple[Any, ...]:
        """Return the columns of the index."""
        one = self.entry
        if one is None:
            return (self.name, self.state, self.line, self.stands, None, None, False, 0, 0, 0, 0)
        places = (*one.document, *one.unmasked)
        return (self.name, self.state, self.line, self.stands, one.doc_id, one.key, self.masked, *places)


@dataclass
class Index:
    """All records, those with documents in the order of their ids.

    Attributes:
        made_with: Stands for all that the records and shards were made with.
        ends: Bytes of the two files of records that count.
        table: The rows.
        dead: Bytes of lines that stand for nothing any more.
        followed: Whether anything was appended since the stages wrote the files.
    """

    made_with: str
    ends: tuple[int, int]
    table: pa.Table
    dead: int = 0
    followed: bool = False
    _ids: list[str] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """The documents, ascending."""
        if not self._ids:
            self._ids = self.table["doc_id"].drop_null().to_pylist()
        return self._ids

    def standing(self) -> set[bytes]:
        """Return the files of which all stands, as the lines of a listing tell of them."""
        pa = import_arrow()
        import pyarrow.compute as pc

        rows = self.table.filter(self.table["stands"])  # an expression would bring in pandas
        states = rows["state"]
        for twin in (" False", " True"):  # of which a listing knows nothing
            states = pc.replace_substring(states, twin, "")
        return set(pc.binary_join_element_wise(rows["name"], states, "\0").cast(pa.binary()).to_pylist())

    def states(self, names: set[str]) -> dict[str, str]:
        """Return the state of each of some files of which all stands."""
        rows = self.of_files(names)
        columns = (rows[name].to_pylist() for name in ("name", "state", "stands"))
        return {name: state for name, state, stands in zip(*columns, strict=True) if stands}

    def unsettled(self) -> set[str]:
        """Return the files of which not all stands."""
        import pyarrow.compute as pc

        return set(self.table.filter(pc.invert(self.table["stands"]))["name"].to_pylist())

    def entries(self, first: int, end: int) -> list[Entry]:
        """Return the documents at some positions."""
        return [_entry(row) for row in self.table.slice(first, end - first).to_pylist()]

    def of_files(self, names: set[str]) -> pa.Table:
        """Return the rows of some files."""
        pa = import_arrow()
        import pyarrow.compute as pc

        return self.table.filter(pc.is_in(self.table["name"], pa.array(sorted(names), pa.string())))

    def without(self, names: set[str]) -> pa.Table:
        """Return the rows of the other files."""
        pa = import_arrow()
        import pyarrow.compute as pc

        return self.table.filter(
            pc.invert(pc.is_in(self.table["name"], pa.array(sorted(names), pa.string())))
        )


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        row["doc_id"],
        row["key"],
        (row["offset"], row["length"]),
        (row["unmasked_offset"], row["unmasked_length"]),
    )


def make_table(records: Iterable[Record]) -> pa.Table:
    """Rows of an index, in the order in which they come."""
    pa = import_arrow()
    text, flag, number = pa.string(), pa.bool_(), pa.int64()
    types = [text, text, pa.int32(), flag, text, text, flag, number, number, number, number]
    schema = pa.schema(list(zip(COLUMNS, types, strict=True)))
    stream, batches = iter(records), []
    # Some at a time and column by column: as objects they would be several times the index in memory.
    while own := list(islice(stream, TOGETHER)):
        columns = zip(*(record.row() for record in own), strict=True)
        arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def has_documents(table: pa.Table, doc_ids: Collection[str]) -> bool:
    """Return whether any of some documents is among the rows of an index."""
    pa = import_arrow()
    import pyarrow.compute as pc

    wanted = pa.array(sorted(doc_ids), pa.string())
    return bool(pc.any(pc.is_in(table["doc_id"], wanted)).as_py())


def in_order(table: pa.Table) -> pa.Table:
    """Rows in the order of their documents, those without one at the end."""
    import pyarrow.compute as pc

    order = pc.sort_indices(table, sort_keys=[("doc_id", "ascending"), ("name", "ascending")])
    return table.take(order).combine_chunks()


def write_index(out: Path, index: Index) -> None:
    """Write the index; it appears complete.

    Raises:
        StageError: The folder cannot be written.
    """
    pa = import_arrow()
    told = json.dumps([index.made_with, *index.ends, index.dead, index.followed])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, index.table.schema.with_metadata({"index": told})) as writer:
        writer.write_table(index.table.replace_schema_metadata({"index": told}))
    with new_state_file(out / INDEX) as partial:
        write_checked(partial, memoryview(sink.getvalue()))


def read_index(out: Path, made_with: str | None) -> Index | None:
    """Return the index, unless there is none that fits.

    Args:
        out: Output folder.
        made_with: What it must be made with; None for any.
    """
    try:
        data = strip_checksum((out / INDEX).read_bytes())
    except (OSError, ValueError):
        return None
    pa = import_arrow()  # only where there is an index: reading a folder for the first time needs none of it
    try:
        table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
        maker, documents, unmasked, dead, followed = json.loads(table.schema.metadata[b"index"])
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException):
        return None
    if made_with not in (None, maker):
        return None
    try:
        sizes = [(out / name).stat().st_size for name in (DOCUMENTS, UNMASKED)]
    except OSError:
        return None
    if sizes[0] < documents or sizes[1] < unmasked:
        return None
    return Index(maker, (documents, unmasked), table, dead, followed)


def index_run(out: Path, made_with: str, entries: Sequence[Entry], masked: set[str]) -> None:
    """Write the index of records that the stages have just written.

    Args:
        out: Output folder.
        made_with: Stands for all that they were made with.
        entries: All documents.
        masked: Those with masked words.
    """
    files = read_files(out / DOCUMENTS, out / FILES)
    if files is None:
        return
    # Entries come by id, the lines of the file by place: the offset brings them together.
    found = iter(sorted(entries, key=lambda entry: entry.document[0]))

    def records() -> Iterator[Record]:
        for file in files:
            for line in file.lines:
                entry = next(found)
                yield Record(file.name, file.state, line, file.stands, entry, entry.doc_id in masked)
            if not file.lines:  # else the next run would take an empty file for a new one
                yield Record(file.name, file.state, 0, file.stands, None)

    ends = ((out / DOCUMENTS).stat().st_size, (out / UNMASKED).stat().st_size)
    write_index(out, Index(made_with, ends, in_order(make_table(records()))))


def append(path: Path, end: int, lines: Sequence[bytes]) -> list[Place]:
    """Append lines after what counts of a file; returns where they stand.

    Args:
        path: The file of records.
        end: Bytes that count; what follows is cut off, as a killed run left it.
        lines: The records, each with its line feed.

    Returns:
        Offset and length in bytes of each line.
    """
    places = []
    with path.open("r+b") as file:
        file.truncate(end)  # of lines that a killed run left nobody knows whether they are whole
        file.seek(end)
        for line in lines:
            places.append((end, len(line)))
            file.write(line)
            end += len(line)
        file.flush()
        os.fsync(file.fileno())  # before the index, which speaks of these lines, can be on the disk
    return places


def forget_index(out: Path) -> None:
    """Remove the index before the files that it speaks of change."""
    (out / INDEX).unlink(missing_ok=True)


def compact(out: Path) -> None:
    """Write the files of records as the stages do, without what runs over changes left in them; nothing where there is nothing."""
    index = read_index(out, None)
    forget_index(out)  # first: else it would speak, after a kill, of lines that are elsewhere
    if index is None or not index.followed:
        return
    made_with = read_maker(out / FILES)
    # The order in which `ingest` reads files and lines, so that the bytes are those of a run over all files.
    rows = sorted(index.table.to_pylist(), key=lambda row: (row["name"], row["line"]))
    live = [row for row in rows if row["doc_id"] is not None]
    for name, column in ((DOCUMENTS, ""), (UNMASKED, "unmasked_")):
        with read_lines(out / name) as line_at:
            write_lines(out / name, _lines(line_at, live, column))
    files: dict[str, FileRecords] = {}
    for row in rows:
        file = files.setdefault(row["name"], FileRecords(row["name"], row["state"], [], row["stands"]))
        if row["doc_id"] is not None:
            file.lines.append(row["line"])
    write_manifest(out / DOCUMENTS, out / FILES, made_with, [file.line() for file in files.values()])
    write_lines(out / UNMASKED_SUM, [hash_file(out / UNMASKED).encode()])


def _lines(
    line_at: Callable[[int, int], bytes], rows: Sequence[Mapping[str, Any]], column: str
) -> Iterator[bytes]:
    return (line_at(row[f"{column}offset"], row[f"{column}length"]) for row in rows)
