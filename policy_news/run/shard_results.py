"""What the shards of a run gave, on disk: a file of Arrow streams with a checksum per shard, and a manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field
from functools import partial
from itertools import starmap
from pathlib import Path

import pyarrow as pa

from policy_news.core.atomic_files import new_state_file
from policy_news.core.checksums import strip_checksum, write_checked
from policy_news.core.errors import DamagedError, StageError
from policy_news.core.settings import Settings
from policy_news.nlp.component_cache import Memo
from policy_news.nlp.fingerprints import pipeline_fingerprint
from policy_news.run.paths import ANNOTATED, BEGUN, SHARDS
from policy_news.run.shards import Done, Shard
from policy_news.tables.chunks import (
    DOCUMENT_TABLES,
    Chunk,
    build_table,
    to_rows,
)
from policy_news.tables.schema import TABLES, FailureRow, arrow_schema

ENDING = ".arrow"
ANNOTATE_AGAIN = "Run `pipeline annotate` again."


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The rows of a shard.

    Attributes:
        fingerprint: What the rows depend on beside the documents.
        memos: By document id, also of those that failed.
    """

    fingerprint: str
    chunk: Chunk
    failures: list[FailureRow] = field(default_factory=list)
    memos: Mapping[str, Memo] = field(default_factory=dict)


def result_path(out: Path, key: str) -> Path:
    """Return the file of a shard's result."""
    return out / SHARDS / f"{key}{ENDING}"


def write_result(out: Path, key: str, result: ShardResult) -> None:
    """Write the result of a shard; the file appears complete."""
    rows = [{"doc_id": doc_id, **asdict(memo)} for doc_id, memo in result.memos.items()]
    columns = [pa.field(name, pa.string()) for name in ("doc_id", *Memo.__dataclass_fields__)]
    columns[-1] = columns[-1].with_type(pa.binary())
    memos = pa.Table.from_pylist(
        rows, schema=pa.schema(columns, metadata={"fingerprint": result.fingerprint})
    )
    failures = build_table(TABLES["failures"], result.failures)
    sink = pa.BufferOutputStream()
    for table in (failures, *(result.chunk[name] for name in DOCUMENT_TABLES), memos):
        _write_stream(sink, table)
    write_checked(result_path(out, key), memoryview(sink.getvalue()), key)


def _write_stream(file: pa.NativeFile, table: pa.Table) -> None:
    options = pa.ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=True, use_threads=False)
    with pa.ipc.new_stream(file, table.schema, options=options) as writer:
        writer.write_table(table.unify_dictionaries().combine_chunks())


def keep_only(out: Path, keys: Collection[str]) -> None:
    """Remove the results of shards that are no more, and the marks of killed processes."""
    if not (out / SHARDS).is_dir():
        return
    # Names, of which there may be a hundred thousand: a path for each would take some times as long.
    for name in set(os.listdir(out / SHARDS)) - {f"{key}{ENDING}" for key in keys}:  # noqa: PTH208
        if name.endswith((ENDING, BEGUN)):
            (out / SHARDS / name).unlink(missing_ok=True)


def drop_unsound(out: Path) -> None:
    """Remove the results that are not as they were written, so that their shards are made again."""
    for path in (out / SHARDS).glob(f"*{ENDING}"):
        if not is_sound(out, path.stem):
            path.unlink()


def is_sound(out: Path, key: str) -> bool:
    """Return whether the result of a shard is there, as it was written."""
    try:
        strip_checksum(result_path(out, key).read_bytes(), key)
    except (OSError, ValueError):
        return False
    return True


def read_result(out: Path, key: str) -> ShardResult:
    """Return the result of a shard."""
    with _read_streams(out, key) as read:
        # The tables follow each other in the file, so they are read in the order in which they were written.
        failures = to_rows("failures", read())
        chunk = {name: read() for name in DOCUMENT_TABLES}
        if any(table.column_names != arrow_schema(TABLES[name]).names for name, table in chunk.items()):
            raise StageError(f"{result_path(out, key)}: has the tables of another version", ANNOTATE_AGAIN)
        table = read()
        memos: dict[str, Memo] = {}
        for row in table.to_pylist():
            doc_id = row.pop("doc_id")
            memos[doc_id] = Memo(**row)
        return ShardResult(table.schema.metadata[b"fingerprint"].decode(), chunk, failures, memos)


def read_chunk(out: Path, key: str, columns: Mapping[str, Sequence[str]] | None = None) -> Chunk:
    """Return the rows of a shard: all, or some columns of some tables.

    Args:
        columns: Columns to read, by table; None for all of all tables.
    """
    with _read_streams(out, key) as read:
        read()  # what failed
        if columns is None:
            return {name: read() for name in DOCUMENT_TABLES}
        tables = {}
        # A stream can only be passed over by reading it, so of tables that nobody asked for one column is read;
        # those after the last that somebody asked for are left.
        last = max(map(DOCUMENT_TABLES.index, columns))
        for name in DOCUMENT_TABLES[: last + 1]:
            names = arrow_schema(TABLES[name]).names
            numbers = [names.index(column) for column in columns.get(name, ())]
            tables[name] = read(numbers or [0])  # an empty list would stand for all columns
        return {name: tables[name] for name in columns}


def _read_stream(file: pa.NativeFile, columns: Sequence[int] | None = None) -> pa.Table:
    # Threads would take three times as long as the work, which is small.
    options = pa.ipc.IpcReadOptions(included_fields=columns, use_threads=False)
    return pa.ipc.open_stream(file, options=options).read_all()


@contextmanager
def _read_streams(out: Path, key: str) -> Iterator[Callable[..., pa.Table]]:
    """Yield a function that reads the next table of a result: all of it, or the columns of the given numbers."""
    path = result_path(out, key)
    try:
        data = strip_checksum(path.read_bytes(), key)
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path}: is missing or damaged", ANNOTATE_AGAIN) from error
    with pa.BufferReader(data) as file:  # small, and read in many pieces
        try:
            yield partial(_read_stream, file)
        except pa.ArrowInvalid as error:  # another version wrote other tables
            raise StageError(f"{path}: is of another version", ANNOTATE_AGAIN) from error


def write_manifest(out: Path, shards: Sequence[Shard], settings: Settings) -> None:
    """Write which shards the run is made of, in order, and with what they were made."""
    try:
        known = {done.key: done for done in read_manifest(out) if not done.failures}
    except StageError:
        known = {}
    # A key names the contents, so what the last manifest tells of it still holds; what failed was tried again.
    done = (known.get(shard.key) or _read_done(out, shard) for shard in shards)
    _write_annotated(out, _maker(settings), done)


def _read_done(out: Path, shard: Shard) -> Done:
    with _read_streams(out, shard.key) as read:
        failures, documents = to_rows("failures", read()), read([0])  # the documents are the first table
    first, last = shard.entries[0].doc_id, shard.entries[-1].doc_id
    return Done(shard.key, first, last, documents.num_rows, tuple(failures))


def read_manifest(out: Path) -> list[Done]:
    """Return the shards of the last finished `annotate`, in order."""
    return _read_annotated(out)[1]


def require_annotated_with(out: Path, settings: Settings) -> None:
    """Refuse to go on, under other settings, rules or another model, with what `annotate` made: `run.json` would tell of those."""
    if _read_annotated(out)[0] != _maker(settings):
        raise StageError(
            f"{out / ANNOTATED}: made with other settings, rules or another model",
            "Run `pipeline annotate` with these first.",
        )


def _read_annotated(out: Path) -> tuple[str, list[Done]]:
    """Return what the shards of the manifest were made with, and the shards."""
    try:
        made_with, rows = json.loads((out / ANNOTATED).read_bytes())
        return made_with, [
            Done(key, first, last, documents, tuple(starmap(FailureRow, failed)))
            for key, first, last, documents, failed in rows
        ]
    except (OSError, ValueError, TypeError) as error:
        raise StageError(
            f"{out / ANNOTATED} is missing or of another version", "Run `pipeline annotate` first."
        ) from error


def _write_annotated(out: Path, made_with: str, shards: Iterable[Done]) -> None:
    with new_state_file(out / ANNOTATED) as partial:
        partial.write_text(json.dumps([made_with, [astuple(one) for one in shards]]), encoding="utf-8")


def _maker(settings: Settings) -> str:
    parts = f"{settings.model_dump_json()} {pipeline_fingerprint(settings)}"
    return hashlib.sha256(parts.encode()).hexdigest()
