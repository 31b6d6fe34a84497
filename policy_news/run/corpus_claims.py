"""What is read from the resolved rows of a part: what statements are found by, and what is counted of entities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from policy_news.core.checksums import write_checked
from policy_news.core.faults import Fault
from policy_news.nlp.relations import origins
from policy_news.nlp.relations.copies import group_copies
from policy_news.nlp.relations.origins import VoiceNotes, find_origins, note_schemas, note_voices
from policy_news.nlp.relations.statements import COLUMNS, ComparedPairs, Notes, Statements, claim_schema
from policy_news.nlp.relations.statements import take_notes as note_claims
from policy_news.run.corpus_parts import (
    CLAIMS,
    STATEMENTS,
    Decide,
    PartTask,
    corpus_path,
    damaged,
    hash_all,
    read_checked,
    read_finals,
    read_table,
    write_table,
)
from policy_news.run.engines.local import Engine, do_all
from policy_news.run.entity_counts import SEEN, add_up, count_mentions
from policy_news.run.identity import SURVEYED, give_ids
from policy_news.run.paths import COMPARED
from policy_news.run.program import check_program
from policy_news.run.shard_results import read_chunk
from policy_news.tables.chunks import Chunk
from policy_news.tables.schema import TABLES, arrow_schema
from policy_news.text.masking import compile_patterns

READ = {
    **origins.COLUMNS,
    **{
        name: tuple({**dict.fromkeys(columns), **dict.fromkeys(origins.COLUMNS.get(name, ()))})
        for name, columns in COLUMNS.items()
    },
    "appearances": SURVEYED,
    "mentions": SEEN["mentions"],
}
"""Tables and columns that are read, with what resolves their ids."""


def relate_claims(
    engine: Engine, tasks: Sequence[PartTask], decide: Decide, faults: list[Fault]
) -> tuple[list[PartTask], pa.Table, pa.Table, pa.Table]:
    """Return the parts with hashes of the statements of their claims, the near-identical documents, the origins, and the counts of entities."""
    new = [task for task in tasks if not _path(task).is_file()]
    do_all(engine, read_rows, [task for task in new if not task.effect])
    for task in new:
        if task.effect:
            read_rows(task, decide)
    told_of = [read_notes(_path(task)) for task in tasks]
    notes = [own for own, _, _ in told_of]
    compared = tasks[0].out / COMPARED if tasks else None
    statements = Statements(notes, faults, _read_compared(compared))
    found = statements.find()
    stated = [_leave_statements(task, told) for task, told in zip(tasks, found, strict=True)]
    if compared:
        pairs = statements.compared
        write_table(compared, pa.table({"pairs": pairs.pairs, "words": pairs.words}))
    groups = group_copies([own.documents for own in notes], faults)
    voices = find_origins([own for _, own, _ in told_of], found, groups)
    return stated, groups, voices, add_up([own for _, _, own in told_of])


def _read_compared(path: Path | None) -> ComparedPairs | None:
    """Return the pairs of claims that the last run compared; None before the first run."""
    if path is None or not path.is_file():
        return None
    table = read_table(path)
    return ComparedPairs(table["pairs"].to_numpy(), table["words"].to_numpy())


def read_rows(task: PartTask, decide: Decide | None = None) -> None:
    """Read the resolved rows of a part."""
    check_program(task.program, task.settings)
    finals = read_finals(task.out, task.part)

    notes, voices, chunks = list[Notes](), list[VoiceNotes](), list[Chunk]()
    patterns = compile_patterns(task.settings.mask)
    for shard in task.part.shards:
        chunk = give_ids(read_chunk(task.out, shard.key, None if decide else READ), finals)
        if decide:
            chunk = decide(chunk)
        chunks.append({name: chunk[name].select(columns) for name, columns in SEEN.items()})
        notes.append(note_claims(chunk, patterns))
        voices.append(note_voices(chunk))
    write_notes(_path(task), notes, voices, count_mentions(chunks))


def read_statements(task: PartTask) -> pa.Table:
    """Return the claims of a part that may report statements, with these."""
    told = read_table(corpus_path(task.out, task.stated, STATEMENTS))
    ids = read_notes(_path(task))[0].claims["claim_id"]
    firsts = told["statement_id"].take(pc.index_in(ids, value_set=told["claim_id"].combine_chunks()))
    return pa.table({"claim_id": ids, "statement_id": pc.coalesce(firsts, ids)})


def _leave_statements(task: PartTask, told: pa.Table) -> PartTask:
    """Keep the statements of those claims of a part that an earlier one reports."""
    stated = hash_all(chain.from_iterable(column.to_pylist() for column in told.columns))
    path = corpus_path(task.out, stated, STATEMENTS)
    if not path.is_file():
        write_table(path, told)
    return replace(task, stated=stated)


def _path(task: PartTask) -> Path:
    return corpus_path(task.out, task.rows_key, CLAIMS)


def with_statements(chunk: Chunk, statements: pa.Table) -> Chunk:
    """Return a chunk with the statements of its claims."""
    claims, known = chunk["claims"], statements["claim_id"].combine_chunks()
    values = statements["statement_id"].take(pc.index_in(claims["claim_id"], value_set=known))
    field = arrow_schema(TABLES["claims"]).field("statement_id")
    place = claims.schema.get_field_index("statement_id")
    return {**chunk, "claims": claims.set_column(place, field, values.cast(field.type))}


def write_notes(path: Path, notes: Iterable[Notes], voices: Iterable[VoiceNotes], counts: pa.Table) -> None:
    """Write the notes of a part and the counts of its entities."""
    joined = Notes.joined(list(notes))
    keys = pa.table({"codes": joined.codes, "numbers": joined.numbers})
    sink = pa.BufferOutputStream()
    for table in (joined.claims, joined.documents, keys, *VoiceNotes.joined(voices).tables, counts):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    write_checked(path, memoryview(sink.getvalue()), path.name)


def read_notes(path: Path) -> tuple[Notes, VoiceNotes, pa.Table]:
    """Return the notes of a part and the counts of its entities; they stay in their file until they are looked at."""
    read_checked(path)
    with pa.memory_map(str(path)) as file:
        claims, documents, keys, *voices, counts = (pa.ipc.open_stream(file).read_all() for _ in range(7))
    if (claims.schema, *(one.schema for one in voices)) != (claim_schema(), *note_schemas()):
        raise damaged(path)  # of another version
    notes = Notes(claims, documents, keys["codes"].to_numpy(), keys["numbers"].to_numpy())
    return notes, VoiceNotes(*voices), counts
