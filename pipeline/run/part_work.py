"""What is done for one part of the tables at a time, wherever the engine does it: notes, answers, claims and rows.

A task is known by the part and finds and leaves all else in the folder of the run, so that the main process holds nothing of a part
but its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.settings import Settings, find_model
from pipeline.nlp.identity.corpus import Corpus, Final
from pipeline.nlp.identity.facts import read_facts
from pipeline.nlp.relations.statements import take_notes as note_claims
from pipeline.run.entity_counts import SEEN, Entities
from pipeline.run.identity import SURVEYED, apply_finals, reconsidered
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.part_notes import all_tallies, documents_seen, write_notes, write_results
from pipeline.run.part_state import Plan, claims_path, notes_path, results_path
from pipeline.run.program import Program, check_program
from pipeline.run.relations import RELATED_FROM, find_statements, with_statements
from pipeline.run.relations import write_notes as write_claims
from pipeline.run.shard_results import Done, read_chunk, read_columns
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk
from pipeline.tables.parquet import Part, Standing, rewrite_part, write_part
from pipeline.tables.schema import TABLES, FailureRow, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

WORK = ".work"
"""Folder, in that of the run, of what only the run itself needs."""
STATEMENTS = "statements"
"""Ending of files with the statements of the claims of a part."""
NAMES, KNOWN = "names", "known"
"""Endings of files with all facts of a part: which names there are; when and with whom somebody appears."""
PIECE = 8192
"""Bytes of a file of facts that are read at once."""
CORPUS = "corpus"
"""File of what all parts together tell of names."""
_WHO = {"documents": SEEN["documents"], "appearances": SURVEYED}
Decide = Callable[[Chunk], Chunk]


@dataclass(frozen=True)
class PartTask:
    """A part that must be written.

    Attributes:
        out: Output folder.
        folder: Of the run.
        settings: Those of the run.
        program: What is to do the work, the same wherever it is done.
        plan: The part.
        effect: Hash of what decisions do to it; empty for nothing.
        names: The tables to write; the others stay as that run wrote them.
        standing: The part in that run, where the tables to write differ in what is told of their rows alone: nothing else is counted of
            entities then.
    """

    out: Path
    folder: Path
    settings: Settings
    program: Program
    plan: Plan
    effect: str = ""
    names: tuple[str, ...] = DOCUMENT_TABLES
    standing: Standing | None = None

    @property
    def model(self) -> Path:
        """The built pipeline."""
        return find_model(self.settings.annotate.model)

    def work(self, ending: str) -> Path:
        """A file of the part that only this run needs."""
        return self.folder / WORK / f"{self.plan.key}.{ending}"


def who(out: Path, shards: Iterable[Done]) -> Iterator[Chunk]:
    """Who appears in some shards."""
    return (read_columns(out, shard.key, _WHO)[0] for shard in shards)


def take_notes(task: PartTask) -> None:
    """Write the notes of a part."""
    check_program(task.program, task.settings)
    facts = write_notes(
        notes_path(task.folder, task.plan.key), who(task.out, task.plan.shards), read_facts(task.model)
    )
    # Apart from the notes, in which one finds single facts: who asks for all reads these at once.
    for name, own in ((NAMES, False), (KNOWN, True)):
        write_lines(task.work(name), (fact for fact in facts if (fact[0] == "known") == own))


def write_lines(path: Path, values: Iterable[Any]) -> None:
    """Write plain values, one a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(value)}\n" for value in values)


def read_lines(path: Path) -> Iterator[Any]:
    """What `write_lines` wrote, piece by piece; between two pieces the file is closed, so that thousands can be read side by side."""
    start, rest = 0, b""
    while True:
        with path.open("rb") as file:
            file.seek(start)
            piece = file.read(PIECE)
        if not piece:
            return
        start += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, lines)


def answer_part(task: PartTask) -> None:
    """Write what the ids of a part became of which the corpus decides, once it is settled."""
    check_program(task.program, task.settings)
    corpus = Corpus.of_settled(read_facts(task.model), KeyedFile(task.folder / WORK / CORPUS).get)
    finals: dict[str, Final] = {}
    for chunk in who(task.out, task.plan.shards):
        for _, day, seen in documents_seen(chunk):
            finals |= corpus.answer(seen, day)
    write_finals(task.work("finals"), finals)


def write_finals(path: Path, finals: Mapping[str, Final]) -> None:
    """Keep what ids became for the rest of the run."""
    told = {local_id: final.row() for local_id, final in finals.items()}
    _write_json(path, told)


def _write_json(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told), encoding="utf-8")


def read_finals(path: Path) -> dict[str, Final]:
    """What ids became."""
    told = json.loads(path.read_bytes())
    return {local_id: Final.of_row(row) for local_id, row in told.items()}


def relate_part(task: PartTask, decide: Decide | None = None) -> None:
    """Write what the statements of a part are found by.

    Args:
        task: The part.
        decide: Applies decisions; only where the task tells of an effect.
    """
    check_program(task.program, task.settings)
    finals = read_finals(task.work("finals"))
    chunks = (_claims(task.out, shard.key, finals, decide) for shard in task.plan.shards)
    write_claims(claims_path(task.folder, task.plan.key), map(note_claims, chunks))


def _claims(out: Path, key: str, finals: Mapping[str, Final], decide: Decide | None) -> Chunk:
    """What statements are found by of a shard; all rows where decisions are to be applied."""
    if decide is None:
        return apply_finals(read_columns(out, key, RELATED_FROM)[0], partial(_final, finals))
    return decide(apply_finals(read_chunk(out, key)[0], partial(_final, finals)))


def _final(finals: Mapping[str, Final], local_id: str) -> Final:
    return finals.get(local_id) or Final(local_id)


def write_rows(task: PartTask, decide: Decide | None = None) -> None:
    """Write the tables of a part and its results, and what the main process must know of them.

    Args:
        task: The part.
        decide: Applies decisions.
    """
    check_program(task.program, task.settings)
    finals, counted = read_finals(task.work("finals")), Entities()
    statements = _statements(task)
    failures: list[FailureRow] = []
    wanted = {*task.names, *SEEN}
    columns = {name: arrow_schema(TABLES[name]).names for name in DOCUMENT_TABLES if name in wanted}

    def resolved() -> Iterator[Chunk]:
        for shard in task.plan.shards:
            rows, failed = read_columns(task.out, shard.key, columns)
            failures.extend(failed)
            chunk = apply_finals(rows, partial(_final, finals))
            if decide is not None:
                chunk = decide(chunk)
            counted.add(chunk)
            yield with_statements(chunk, statements) if "claims" in chunk else chunk

    part = write_part(task.folder, task.plan.key, resolved(), task.names)
    write_results(results_path(task.folder, task.plan.key), finals, counted.tallies())
    told = {"part": part.to_json(), "failures": [asdict(row) for row in failures]}
    _write_json(task.work("part"), told)


def rewrite_rows(task: PartTask) -> None:
    """The same for a part of which only the statements of claims differ, or who else was considered: from its own files."""
    check_program(task.program, task.settings)
    finals, statements = read_finals(task.work("finals")), _statements(task)
    if task.standing is None:
        raise ValueError(f"{task.plan.key}: stands nowhere")

    def change(name: str, table: pa.Table) -> pa.Table:
        if name == "claims":
            return with_statements({name: table}, statements)[name]
        return reconsidered(table, partial(_final, finals))

    part = rewrite_part(task.folder, task.plan.key, task.standing, task.names, change)
    tallies = all_tallies(KeyedFile(results_path(task.standing.folder, task.plan.key)))
    write_results(results_path(task.folder, task.plan.key), finals, tallies)
    _write_json(task.work("part"), {"part": part.to_json(), "failures": []})


def _statements(task: PartTask) -> Mapping[str, str]:
    return find_statements(task.work(STATEMENTS), claims_path(task.folder, task.plan.key))


def read_written(task: PartTask) -> tuple[Part, tuple[FailureRow, ...]]:
    """The files of a part that was written, and what failed in it."""
    told = json.loads(task.work("part").read_bytes())
    return Part.from_json(told["part"]), tuple(FailureRow(**row) for row in told["failures"])


class Finals:
    """What ids became of which the corpus decides, by part that must be written: in files, since those of all parts are too many for one process.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / WORK
        self.keys: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def __getitem__(self, key: str) -> dict[str, Final]:
        return read_finals(self._path(key))

    def __setitem__(self, key: str, finals: Mapping[str, Final]) -> None:
        write_finals(self._path(key), finals)
        self.keys.add(key)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.finals"
