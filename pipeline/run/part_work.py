"""What is done for one part of the tables at a time, wherever the engine does it: notes, answers, claims and rows.

A task is known by the part and finds and leaves all else in the folder of the run, so that the main process holds nothing of a part
but its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.settings import Settings, find_model
from pipeline.nlp.identity.corpus import Corpus, Final
from pipeline.nlp.identity.facts import read_facts
from pipeline.nlp.relations.facts import read_facts as read_claims
from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.run.claim_files import ClaimFile, ClaimFileWriter
from pipeline.run.entity_counts import SEEN, Entities
from pipeline.run.identity import SURVEYED, apply_finals, reconsidered
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.part_notes import all_tallies, documents_seen, write_notes, write_results
from pipeline.run.part_state import Plan, claims_path, notes_path, results_path
from pipeline.run.program import Program, check_program
from pipeline.run.relations import with_statements
from pipeline.run.resolution import RELATED_FROM
from pipeline.run.shard_results import Done, read_chunk, read_columns
from pipeline.run.whole_relations import statements_of
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk
from pipeline.tables.commit import link_or_copy
from pipeline.tables.parquet import Part, Standing, rewrite_part, write_part
from pipeline.tables.schema import TABLES, FailureRow, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

WORK, RELATIONS = ".work", "relations"
"""Folder, in that of the run, of what only the run itself needs; and in it that of what relates all claims."""
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
        number: Its place among all parts.
        effect: Hash of what decisions do to it; empty for nothing.
        known: Files of claims of the run before that may hold shards of it.
        written: When that run was written.
        names: The tables to write; the others stay as that run wrote them.
        standing: The part in that run, where the tables to write differ in what is told of their rows alone: nothing else is counted of
            entities then.
    """

    out: Path
    folder: Path
    settings: Settings
    program: Program
    plan: Plan
    number: int
    effect: str = ""
    known: tuple[Path, ...] = ()
    written: int = 0
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
    """Write what the claims of a part are related by; those of shards that are as they were are copied.

    Args:
        task: The part.
        decide: Applies decisions; only where the task tells of an effect.
    """
    check_program(task.program, task.settings)
    rules = read_relation_rules(task.model)
    finals = read_finals(task.work("finals"))
    files = [ClaimFile(path, task.written) for path in task.known]
    known = {digest: file for file in files for digest in file.shards}
    documents = {int(source): (file, place) for file in files for place, source in enumerate(file.sources)}
    digests = [
        shard_digest(f"{shard.key} {task.effect}", _became(task, chunk, finals))
        for shard, chunk in zip(task.plan.shards, who(task.out, task.plan.shards), strict=True)
    ]
    target = claims_path(task.folder, task.plan.key)
    for file in files:
        if list(file.shards) == digests:
            link_or_copy(file.path, target)
            return
    writer = ClaimFileWriter(rules)
    for shard, digest in zip(task.plan.shards, digests, strict=True):
        if digest in known:
            writer.copy(digest, known[digest])
            continue
        writer.relate(digest, read_claims(_claims(task.out, shard.key, finals, decide)), documents)
    writer.write(target)


def _became(task: PartTask, chunk: Chunk, finals: Mapping[str, Final]) -> list[tuple[str, Final]]:
    """What the ids of a shard became, as far as the relations of its claims depend on it."""
    ids = chunk["appearances"]["entity_id"].unique().to_pylist()
    became = [(local_id, finals[local_id]) for local_id in ids if local_id in finals]
    if task.effect:
        return became  # a decision may look at all of it; claims are related by the entities alone
    return [(local_id, Final(final.entity)) for local_id, final in became]


def shard_digest(key: str, finals: Iterable[tuple[str, Final]]) -> str:
    """Stands for the rows of a shard with the ids of the corpus.

    Args:
        key: Of the shard.
        finals: Each id that occurs in it, with what it became.
    """
    told = [key, *sorted(f"{local_id}\0{final!r}" for local_id, final in finals)]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _claims(out: Path, key: str, finals: Mapping[str, Final], decide: Decide | None) -> Chunk:
    """What the claims of a shard are related by; all rows where decisions are to be applied."""
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
    write_results(results_path(task.folder, task.plan.key), finals, counted.tallies(), statements)
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
    write_results(results_path(task.folder, task.plan.key), finals, tallies, statements)
    _write_json(task.work("part"), {"part": part.to_json(), "failures": []})


def _statements(task: PartTask) -> Mapping[str, str]:
    """The statements of the claims of a part: the main process tells those of changed claims, else all were related."""
    path = task.work("statements")
    if not path.is_file():
        return statements_of(task.folder / WORK / RELATIONS, task.number)
    told: dict[str, str] = json.loads(path.read_bytes())
    return told


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
