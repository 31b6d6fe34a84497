"""Writes statements into rows of claims, and keeps the notes that statements are found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.core.checksums import strip_checksum, write_checked
from pipeline.nlp.relations.statements import Notes
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import TABLES, arrow_schema


def with_statements(chunk: Chunk, statements: Mapping[str, str]) -> Chunk:
    """A chunk with the statements of its claims.

    Args:
        chunk: Rows of documents.
        statements: The statement of each claim that has one.
    """
    import pyarrow as pa

    claims = chunk["claims"]
    values = [statements.get(claim_id) for claim_id in claims["claim_id"].to_pylist()]
    field = arrow_schema(TABLES["claims"]).field("statement_id")
    place = claims.schema.get_field_index("statement_id")
    return {**chunk, "claims": claims.set_column(place, field, pa.array(values, type=field.type))}


def write_notes(path: Path, notes: Iterable[Notes]) -> None:
    """Write the notes of a part of the tables."""
    import pyarrow as pa

    joined = Notes.joined(list(notes))
    keys = pa.table({"codes": joined.codes, "numbers": joined.numbers})
    sink = pa.BufferOutputStream()
    for table in (joined.claims, joined.documents, keys):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    write_checked(path, memoryview(sink.getvalue()))


def read_notes(path: Path) -> Notes:
    """The notes of a part; they stay in their file until they are looked at.

    Raises:
        ValueError: The file is missing or damaged.
    """
    import pyarrow as pa

    try:
        strip_checksum(path.read_bytes())
        with pa.memory_map(str(path)) as file:
            claims, documents, keys = (pa.ipc.open_stream(file).read_all() for _ in range(3))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read") from error
    return Notes(claims, documents, keys["codes"].to_numpy(), keys["numbers"].to_numpy())
