"""Sums the entities of all parts of a corpus, in tasks of some entities each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.settings import Settings
from pipeline.run.corpus_claims import COUNTED, NAMED
from pipeline.run.corpus_parts import SUMS, PartTask, corpus_path
from pipeline.run.engines.local import Engine, do_all
from pipeline.run.entity_counts import Tally, entity_row, read_known_names
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.paths import CORPUS
from pipeline.run.program import Program, check_program
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import leave_rows, merge_rows
from pipeline.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = 8
"""Parts for each of which there is a task more."""
_ALL = 2**64
Others = Mapping[str, Sequence[tuple[str, str]]]
"""The other ids of entities, each with the reason."""


@dataclass(frozen=True)
class SumTask:
    """Some entities, by their hashes.

    Attributes:
        out: Output folder.
        settings: Those of the run.
        program: What is to do the work, the same wherever it is done.
        keys: Of the sums of the parts.
        number: Of the task.
        count: Number of tasks.
    """

    out: Path
    settings: Settings
    program: Program
    keys: tuple[str, ...]
    number: int
    count: int

    def path(self, ending: str) -> Path:
        """Return a file of what the task found."""
        return self.out / CORPUS / f"entities-{self.number}.{ending}"


def sum_all(engine: Engine, tasks: Sequence[PartTask]) -> tuple[Iterator[pa.Table], Others]:
    """Return the entities of all parts in ascending pieces, and their other ids.

    Args:
        engine: Does the tasks.
        tasks: All parts, with what decisions do to them.

    Raises:
        DamagedError: A file of an earlier run is damaged.
    """
    keys, count = tuple(task.resolved.rows_key for task in tasks), len(tasks) // PARTS + 1
    sums = [
        SumTask(task.out, task.settings, task.program, keys, number, count)
        for task in tasks[:1]
        for number in range(count)
    ]
    do_all(engine, sum_entities, sums)
    named: dict[str, Sequence[tuple[str, str]]] = {}
    for own in sums:
        named |= json.loads(own.path("named").read_bytes())
    return merge_rows("entities", [own.path("arrow") for own in sums]), named


def sum_entities(task: SumTask) -> None:
    """Sum some entities, those whose hash is in some bounds."""
    check_program(task.program, task.settings)
    low, high = (_ALL * number // task.count for number in (task.number, task.number + 1))
    tallies: dict[str, Tally] = {}
    named: dict[str, list[tuple[str, str]]] = {}
    for key in task.keys:
        for own, rows in KeyedFile(corpus_path(task.out, key, SUMS)).items(low, high - 1):
            if own.startswith(COUNTED):
                entity, tally = own.removeprefix(COUNTED), Tally.from_json(rows[0])
                tallies[entity] = tallies[entity].plus(tally) if entity in tallies else tally
            elif own.startswith(NAMED):
                named.setdefault(own.removeprefix(NAMED), []).extend(rows)
    known = read_known_names(task.settings, set(tallies))
    rows = [entity_row(entity, tally, known.get(entity)) for entity, tally in tallies.items()]
    leave_rows(task.path("arrow"), "entities", build_table(TABLES["entities"], rows))
    task.path("named").write_text(json.dumps(named), encoding="utf-8")
