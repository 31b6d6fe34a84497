"""Makes one run of the parts of array jobs."""

from __future__ import annotations

import hashlib
import heapq
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.errors import StageError
from pipeline.core.settings import Settings
from pipeline.decisions.decided import Decided
from pipeline.run.array_parts import find_parts
from pipeline.run.change_detection import raw_of, raw_place
from pipeline.run.decisions import open_merged, take_decisions, write_outcomes
from pipeline.run.locking import lock_output
from pipeline.run.stages.resolve import Entities, read_known_names
from pipeline.run.stages.write import write_run
from pipeline.tables.chunks import Chunk, split_documents
from pipeline.tables.commit import finish_commit
from pipeline.tables.parquet import read_chunks, read_run, read_table
from pipeline.tables.schema import FailureRow


def merge(out: Path, settings: Settings) -> dict[str, int]:
    """Write the tables of all parts below a folder as those of one run, into the folder.

    The rows are those that one run over all files gives. Memory grows with the entities, not with the documents.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: A part is missing, unfinished or broken, or was made with other settings, rules or another model.
    """
    begun = time.monotonic()
    with lock_output(out):
        finish_commit(out)
        folders = find_parts(out)
        runs = [_read_run(folder) for folder in folders]
        _check_alike(folders, runs, settings)
        raw = _raw_folder(folders)
        if raw:
            take_decisions(raw, out, settings)
        decided = open_merged(out, folders, settings)
        entities, failures = Entities(), [row for folder in folders for row in _failures(folder)]
        counts = write_run(
            out,
            settings,
            _merged(folders, entities, failures, decided),
            lambda: (
                decided.entities(entities.rows(read_known_names(settings, entities.ids))),
                sorted(failures, key=lambda row: (row.path, row.stage)),
            ),
            {
                "inputs": _digest(runs),
                "raw": raw_place(raw, out) if raw else None,
                "parts": len(folders),
                "seconds": round(time.monotonic() - begun, 3),
            },
        )
        write_outcomes(out, decided)
        return counts


def _read_run(folder: Path) -> dict[str, Any]:
    try:
        return read_run(folder)
    except StageError as error:
        raise StageError(
            f"{folder}: this part is not finished", "Run it with `pipeline run --shard`."
        ) from error


def _check_alike(folders: Sequence[Path], runs: Sequence[dict[str, Any]], settings: Settings) -> None:
    for folder, run in zip(folders, runs, strict=True):
        if run["model"] != runs[0]["model"]:
            raise StageError(
                f"{folder}: made with other rules or another model than {folders[0].name}",
                "Run all parts with the same.",
            )
        if run["settings"] != settings.model_dump(mode="json"):
            raise StageError(f"{folder}: made with other settings", "Give `merge` the --config of the parts.")


def _digest(runs: Sequence[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps([run["tables"] for run in runs], sort_keys=True).encode()).hexdigest()


def _raw_folder(folders: Sequence[Path]) -> Path | None:
    """The raw folder of all parts, if it is one."""
    (raw, *others) = {raw_of(folder) for folder in folders}
    return raw if not others else None


def _failures(folder: Path) -> Iterator[FailureRow]:
    return (FailureRow(**row) for row in read_table(folder, "failures", verify=True).to_pylist())


def _merged(
    folders: Sequence[Path], entities: Entities, failures: list[FailureRow], decided: Decided
) -> Iterator[Chunk]:
    """The documents of all parts, ascending. Of two with one id the first part's counts, as in one run."""
    last, first_path = None, ""
    for doc_id, chunk in heapq.merge(*map(_documents, folders), key=lambda pair: pair[0]):
        path = chunk["documents"]["path"][0].as_py()
        if doc_id == last:
            hint = "Remove it if it is the same, or give it an id of its own."
            failures.append(
                FailureRow(
                    f"{path}:{doc_id}",
                    "ingest",
                    "ReadError",
                    f"its id is that of {first_path}: {doc_id}",
                    hint,
                )
            )
            continue
        last, first_path = doc_id, path
        chunk = decided.decide(chunk)
        entities.add(chunk)
        yield chunk


def _documents(folder: Path) -> Iterator[tuple[str, Chunk]]:
    for chunk in read_chunks(folder, verify=True):
        yield from split_documents(chunk).items()
