"""A table as an Arrow file, written piece by piece and mapped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.tables.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa


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
    """Return a table that `write_pieces` wrote; unread rows take no memory."""
    import pyarrow as pa

    return pa.ipc.open_stream(pa.memory_map(str(path))).read_all()
