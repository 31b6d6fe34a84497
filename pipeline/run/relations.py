"""Gives claims their statements and documents their groups: from notes that are small, so all of them are gone through on each run that changed something."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from pipeline.core.checksums import strip_checksum, write_checked
from pipeline.nlp.relations.copies import group_copies
from pipeline.nlp.relations.statements import COLUMNS, Notes, Statements, take_notes
from pipeline.run.identity import SURVEYED
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import TABLES, DocumentGroupRow, arrow_schema

RELATED_FROM = {**COLUMNS, "appearances": SURVEYED}
"""Tables and columns that notes are taken from, with what resolves their ids."""


class RelationPass:
    """Read the claims of all chunks, then write their statements into the rows, chunk by chunk."""

    def __init__(self) -> None:
        self._statements: Mapping[str, str] = {}
        self.groups: Sequence[DocumentGroupRow] = ()

    def survey(self, chunks: Iterable[Chunk]) -> None:
        """See all claims.

        Args:
            chunks: All chunks with the ids of the corpus and the decisions applied, ascending by document, with at least the columns that
                notes are taken from.
        """
        notes = [take_notes(chunk) for chunk in chunks]
        self._statements = dict(chain.from_iterable(own.items() for own in Statements(notes).find()))
        self.groups = list(group_copies([own.documents for own in notes]))

    def relate(self, chunk: Chunk) -> Chunk:
        """A chunk with the statements of its claims."""
        return with_statements(chunk, self._statements)


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


def leave_statements(path: Path, statements: Mapping[str, str]) -> str:
    """Leave the statements of a part for the task that writes it; returns a hash of them.

    Args:
        path: The file.
        statements: The statement of each claim.
    """
    told = json.dumps({claim_id: one for claim_id, one in sorted(statements.items()) if claim_id != one})
    path.write_text(told, encoding="utf-8")
    return hashlib.sha256(told.encode()).hexdigest()


def find_statements(path: Path, notes: Path) -> Mapping[str, str]:
    """The statement of each claim of a part, as `leave_statements` left them.

    Args:
        path: The file.
        notes: Those of the part.
    """
    told = json.loads(path.read_bytes())
    return {
        claim_id: told.get(claim_id, claim_id)
        for claim_id in read_notes(notes).claims["claim_id"].to_pylist()
    }
