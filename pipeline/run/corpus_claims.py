"""What is read from the resolved rows of a part: what statements are found by, and what is counted of entities."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.core.atomic_files import new_state_file
from pipeline.core.checksums import write_checked
from pipeline.nlp.relations.copies import group_copies
from pipeline.nlp.relations.statements import COLUMNS, Notes, Statements
from pipeline.nlp.relations.statements import take_notes as note_claims
from pipeline.run.corpus_parts import (
    CLAIMS,
    STATEMENTS,
    SUMS,
    Decide,
    PartTask,
    corpus_path,
    give_ids,
    read_checked,
    read_finals,
    read_plain,
    write_plain,
)
from pipeline.run.engines.local import Engine, do_all
from pipeline.run.entity_counts import SEEN, Entities
from pipeline.run.identity import SURVEYED
from pipeline.run.keyed_files import write_keyed
from pipeline.run.program import check_program
from pipeline.run.shard_results import read_chunk, read_columns
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import TABLES, DocumentGroupRow, arrow_schema

COUNTED, NAMED = "counted ", "named "
"""Before an entity: its counts, and its other ids."""
READ = {**COLUMNS, "appearances": SURVEYED, "mentions": SEEN["mentions"]}
"""Tables and columns that are read, with what resolves their ids."""


def relate_claims(
    engine: Engine, tasks: Sequence[PartTask], decide: Decide
) -> tuple[list[PartTask], list[DocumentGroupRow]]:
    """Return the parts with hashes of the statements of their claims, and the near-identical documents.

    Args:
        engine: Does what is to be done for a part without decisions.
        tasks: All parts, with what decisions do to them.
        decide: Applies decisions, in this process.

    Raises:
        DamagedError: A file of an earlier run is damaged.
    """
    new = [task for task in tasks if not all(_path(task, ending).is_file() for ending in (CLAIMS, SUMS))]
    do_all(engine, read_rows, [task for task in new if not task.resolved.effect])
    for task in new:
        if task.resolved.effect:
            read_rows(task, decide)
    notes = [read_notes(_path(task, CLAIMS)) for task in tasks]
    stated = [
        _leave_statements(task, told) for task, told in zip(tasks, Statements(notes).find(), strict=True)
    ]
    return stated, list(group_copies([own.documents for own in notes]))


def read_rows(task: PartTask, decide: Decide | None = None) -> None:
    """Read the resolved rows of a part.

    Args:
        task: The part.
        decide: Applies decisions; only where the task tells of an effect.
    """
    check_program(task.program, task.settings)
    finals, counted, notes = read_finals(task.out, task.part), Entities(), list[Notes]()
    for shard in task.part.shards:
        if decide is None:
            chunk = give_ids(read_columns(task.out, shard.key, READ)[0], finals)
        else:
            chunk = decide(give_ids(read_chunk(task.out, shard.key)[0], finals))
        counted.add(chunk)
        notes.append(note_claims(chunk))
    named: dict[str, set[tuple[str, str]]] = {}
    for final in finals.values():
        for entity, other, reason in final.aliases:
            named.setdefault(entity, set()).add((other, reason))
    sums: dict[str, Sequence[Any]] = {
        **{f"{COUNTED}{entity}": [tally.to_json()] for entity, tally in counted.tallies().items()},
        **{f"{NAMED}{entity}": sorted(others) for entity, others in named.items()},
    }
    with new_state_file(_path(task, CLAIMS)) as claims, new_state_file(_path(task, SUMS)) as counts:
        write_notes(claims, notes, _path(task, CLAIMS).name)
        write_keyed(counts, sums, _path(task, SUMS).name)


def read_statements(task: PartTask) -> Mapping[str, str]:
    """Return the statement of each claim of a part."""
    told = read_plain(corpus_path(task.out, task.resolved.stated, STATEMENTS))
    ids = read_notes(_path(task, CLAIMS)).claims["claim_id"].to_pylist()
    return {claim_id: told.get(claim_id, claim_id) for claim_id in ids}


def _leave_statements(task: PartTask, statements: Mapping[str, str]) -> PartTask:
    """Keep the statements of the claims of a part, those that are their own statement left out."""
    told = {claim_id: one for claim_id, one in sorted(statements.items()) if claim_id != one}
    stated = sha256(json.dumps(told).encode()).hexdigest()[:32]
    path = corpus_path(task.out, stated, STATEMENTS)
    if not path.is_file():
        write_plain(path, told)
    return replace(task, resolved=replace(task.resolved, stated=stated))


def _path(task: PartTask, ending: str) -> Path:
    return corpus_path(task.out, task.resolved.rows_key, ending)


def with_statements(chunk: Chunk, statements: Mapping[str, str]) -> Chunk:
    """Return a chunk with the statements of its claims.

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


def write_notes(path: Path, notes: Iterable[Notes], name: str) -> None:
    """Write the notes of a part of the tables into a file that will have a name."""
    import pyarrow as pa

    joined = Notes.joined(list(notes))
    keys = pa.table({"codes": joined.codes, "numbers": joined.numbers})
    sink = pa.BufferOutputStream()
    for table in (joined.claims, joined.documents, keys):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    write_checked(path, memoryview(sink.getvalue()), name)


def read_notes(path: Path) -> Notes:
    """Return the notes of a part; they stay in their file until they are looked at.

    Raises:
        DamagedError: The file is missing or damaged.
    """
    import pyarrow as pa

    read_checked(path)
    with pa.memory_map(str(path)) as file:
        claims, documents, keys = (pa.ipc.open_stream(file).read_all() for _ in range(3))
    return Notes(claims, documents, keys["codes"].to_numpy(), keys["numbers"].to_numpy())
