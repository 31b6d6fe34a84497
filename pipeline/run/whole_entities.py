"""Sums the entities of all parts of the tables, in tasks of some entities each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.settings import Settings
from pipeline.run.engines.local import Engine, do_all
from pipeline.run.entity_counts import Tally, entity_row
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.part_notes import COUNTED, NAMED
from pipeline.run.part_state import results_path
from pipeline.run.part_work import WORK
from pipeline.run.program import Program, check_program
from pipeline.run.resolution import read_known_names
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import leave_rows, merge_rows
from pipeline.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = 8
"""Parts for each of which there is a task more."""
_KEYS = "parts.json"
_ALL = 2**64
Others = Mapping[str, Sequence[tuple[str, str]]]
"""The other ids of entities, each with the reason."""


@dataclass(frozen=True)
class SumTask:
    """Some entities.

    Attributes:
        folder: Of the run.
        settings: Those of the run.
        program: What is to do the work, the same wherever it is done.
        number: Of the task.
        count: Number of tasks.
    """

    folder: Path
    settings: Settings
    program: Program
    number: int
    count: int

    def path(self, ending: str) -> Path:
        """A file of what the task found."""
        return self.folder / WORK / f"entities-{self.number}.{ending}"


def sum_all(
    engine: Engine, folder: Path, keys: Sequence[str], settings: Settings, program: Program
) -> tuple[Iterator[pa.Table], Others]:
    """The entities of all parts in ascending pieces, and their other ids.

    Args:
        engine: Does the tasks.
        folder: Of the run.
        keys: Of the parts.
        settings: Those of the run.
        program: What is to do the work.
    """
    (folder / WORK / _KEYS).write_text(json.dumps(keys), encoding="utf-8")
    count = len(keys) // PARTS + 1
    tasks = [SumTask(folder, settings, program, number, count) for number in range(count)]
    do_all(engine, sum_entities, tasks)
    named: dict[str, Sequence[tuple[str, str]]] = {}
    for task in tasks:
        named |= json.loads(task.path("named").read_bytes())
    return merge_rows("entities", [task.path("arrow") for task in tasks]), named


def sum_entities(task: SumTask) -> None:
    """Sum some entities, those whose hash is in some bounds."""
    check_program(task.program, task.settings)
    low, high = (_ALL * number // task.count for number in (task.number, task.number + 1))
    tallies: dict[str, Tally] = {}
    named: dict[str, list[tuple[str, str]]] = {}
    for key in json.loads((task.folder / WORK / _KEYS).read_bytes()):
        for own, rows in KeyedFile(results_path(task.folder, key)).items(low, high - 1):
            if own.startswith(COUNTED):
                entity, tally = own.removeprefix(COUNTED), Tally.from_json(rows[0])
                tallies[entity] = tallies[entity].plus(tally) if entity in tallies else tally
            elif own.startswith(NAMED):
                named.setdefault(own.removeprefix(NAMED), []).extend(rows)
    known = read_known_names(task.settings, set(tallies))
    rows = [entity_row(entity, tally, known.get(entity)) for entity, tally in tallies.items()]
    leave_rows(task.path("arrow"), "entities", build_table(TABLES["entities"], rows))
    task.path("named").write_text(json.dumps(named), encoding="utf-8")
