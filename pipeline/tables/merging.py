"""Rows of one table that several tasks leave in sorted files, read as one sorted table: piece by piece, however many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.tables.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, ...]
"""The columns that a table is sorted by."""
PIECE = 32_768
"""Rows of a piece, about."""
_SAMPLE = 512
"""Number of rows of a file of which one is used to choose where pieces are cut."""


def keys_of(name: str, table: pa.Table) -> list[Key]:
    """Return the key of each row of a table."""
    import pyarrow as pa

    columns = [table[column].cast(pa.string()).to_pylist() for column in TABLES[name].order]
    return list(zip(*columns, strict=True))


def in_order(name: str, table: pa.Table) -> pa.Table:
    """Return the rows of a table by what it is sorted by."""
    import pyarrow as pa
    import pyarrow.compute as pc

    order = TABLES[name].order
    keys = pa.table({column: table[column].cast(pa.string()) for column in order})  # labels cannot be sorted
    return table.take(pc.sort_indices(keys, sort_keys=[(column, "ascending") for column in order]))


def leave_rows(path: Path, name: str, table: pa.Table) -> None:
    """Write rows of a table, in whatever order they are, for the process that will merge them."""
    write_pieces(path, name, [in_order(name, table)])


def merge_rows(name: str, paths: Iterable[Path]) -> Iterator[pa.Table]:
    """Yield the rows of all files, ascending, some thousand at a time."""
    import pyarrow as pa

    tables = [table for path in paths if (table := map_rows(path)).num_rows]
    bounds = _bounds(name, tables)
    cuts = [_cuts(name, table, bounds) for table in tables]
    for ranges in zip(*map(pairwise, cuts), strict=True):
        own = [
            table.slice(start, end - start)
            for table, (start, end) in zip(tables, ranges, strict=True)
            if start < end
        ]
        if own:
            yield in_order(name, pa.concat_tables(own))


def write_pieces(path: Path, name: str, pieces: Iterable[pa.Table]) -> None:
    """Write a table that comes in pieces, in their order."""
    import pyarrow as pa

    schema = arrow_schema(TABLES[name])
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    # Not compressed: so the file can be mapped, and unread rows take no memory.
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema, options=options) as writer:
        for piece in pieces:
            writer.write_table(piece.cast(schema).unify_dictionaries().combine_chunks())


def map_rows(path: Path) -> pa.Table:
    """Return a table that `write_pieces` wrote; unread rows take no memory.

    Raises:
        ArrowException: It is damaged.
        OSError: It is missing.
    """
    import pyarrow as pa

    return pa.ipc.open_stream(pa.memory_map(str(path))).read_all()


def _bounds(name: str, tables: Iterable[pa.Table]) -> list[Key]:
    """Return keys between which there are not too many rows."""
    sample = sorted(
        key for table in tables for key in keys_of(name, table.take(list(range(0, table.num_rows, _SAMPLE))))
    )
    return sorted(set(sample[PIECE // _SAMPLE :: PIECE // _SAMPLE]))


def _cuts(name: str, table: pa.Table, bounds: Sequence[Key]) -> list[int]:
    """Return the places of a table before which the bounds fall, with its ends."""
    columns = [table[column] for column in TABLES[name].order]

    def key(place: int) -> Key:
        return tuple(str(column[place]) for column in columns)

    places = range(table.num_rows)
    return [0, *(bisect_left(places, bound, key=key) for bound in bounds), table.num_rows]
