"""Makes one run of the partitions of array jobs."""

from __future__ import annotations

import hashlib
import heapq
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.errors import StageError
from pipeline.core.messages import counted
from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import Decided
from pipeline.decisions.reading import read_decisions
from pipeline.nlp.fingerprints import require_intact
from pipeline.nlp.identity.facts import read_facts
from pipeline.run.array_parts import Cut, Partition, find_parts
from pipeline.run.change_detection import raw_of, raw_place
from pipeline.run.decisions import take_decisions, write_outcomes
from pipeline.run.entity_counts import Entities
from pipeline.run.identity import IdentityPass
from pipeline.run.locking import lock_output
from pipeline.run.partition_rows import PartitionRows
from pipeline.run.paths import DECISIONS, DOCUMENTS, FILES
from pipeline.run.raw_files import find_files
from pipeline.run.record_cache import read_places
from pipeline.run.relations import RelationPass
from pipeline.run.resolution import other_rows
from pipeline.run.stages.ingest import repeated
from pipeline.run.stages.write import write_run
from pipeline.tables.chunks import Chunk, split_documents
from pipeline.tables.commit import finish_commit
from pipeline.tables.parquet import read_chunks, read_run, read_table
from pipeline.tables.parts import ends_part
from pipeline.tables.schema import FailureRow

ANNOTATE = "annotate"
"""The stage at which a document fails that was read."""
MAX_NAMED = 5
"""Partitions and files that a message names."""


if TYPE_CHECKING:
    pass


def merge(out: Path, settings: Settings) -> dict[str, int]:
    """Write the tables of all partitions below a folder as those of one run, into the folder.

    The rows are those that one run over all files gives. Memory grows with the entities, not with the documents.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: A partition is missing, unfinished or broken, was cut from another state of the raw folder, or was made
            with other settings, rules or another model.
    """
    begun = time.monotonic()
    require_intact(settings.annotate.model)
    with lock_output(out):
        finish_commit(out)
        folders = find_parts(out)
        runs = [_read_run(folder) for folder in folders]
        _check_alike(folders, runs, settings)
        raw = _raw_folder(folders)
        if raw:
            take_decisions(raw, out, settings)
        entities, failures = Entities(), list[FailureRow]()
        facts = read_facts(find_model(settings.annotate.model))
        identity = IdentityPass(facts)
        rows = PartitionRows(folders, identity)
        identity.survey(rows.appearances)
        file = read_decisions(out / DECISIONS)
        decided = Decided(file, rows.survey, rows.fetch, settings.mask, facts)
        relations = RelationPass()
        mean = settings.tables.part_documents
        survey = _resolved(folders, identity, decided, Entities(), [], mean)
        relations.survey(chunk for chunk in survey if chunk is not None)
        resolved = _resolved(folders, identity, decided, entities, failures, mean)
        counts = write_run(
            out,
            settings,
            (chunk if chunk is None else relations.relate(chunk) for chunk in resolved),
            lambda: {
                **other_rows(settings, entities, identity.aliases(), failures, decided),
                "document_groups": relations.groups,
            },
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
        return read_run(folder, verify=True)
    except StageError as error:
        raise StageError(
            f"{folder}: this partition is not finished: {error.message}",
            "Run it with `pipeline run --partition`.",
        ) from error


def _check_alike(folders: Sequence[Path], runs: Sequence[dict[str, Any]], settings: Settings) -> None:
    """Refuse partitions that are not of one run over one folder.

    Raises:
        StageError: One is none, or was made with other settings, rules or another model than the others.
    """
    for folder, run in zip(folders, runs, strict=True):
        if run["model"] != runs[0]["model"]:
            raise StageError(
                f"{folder}: made with other rules or another model than {folders[0].name}",
                "Run all partitions with the same.",
            )
        if run["settings"] != settings.model_dump(mode="json"):
            raise StageError(
                f"{folder}: made with other settings", "Give `merge` the --config of the partitions."
            )
    cuts = [_read_cut(folder, run) for folder, run in zip(folders, runs, strict=True)]
    places = {raw_of(folder) for folder in folders}
    if len(places) > 1:
        named = ", ".join(sorted(map(str, places)))
        raise StageError(
            f"{folders[0].parent}: partitions of different raw folders: {named}",
            "Run all partitions over one folder.",
        )
    if len({cut.listing for cut in cuts}) > 1:
        raise _changed(folders, cuts)


def _read_cut(folder: Path, run: Mapping[str, Any]) -> Cut:
    """What a partition was cut from.

    Raises:
        StageError: The folder contains no partition, or another one than its name says.
    """
    cut, named = Cut.of_run(run), Partition.of_folder(folder)
    if cut is None:
        raise StageError(f"{folder}: contains no partition", "Run it with `pipeline run --partition`.")
    held = Partition(cut.number, cut.count)
    if held != named:
        raise StageError(
            f"{folder}: contains partition {held}, not {named}",
            f"Run `pipeline run --partition {named}` again.",
        )
    return cut


def _changed(folders: Sequence[Path], cuts: Sequence[Cut]) -> StageError:
    """That the raw folder was not the same for all partitions, with what is in none of them."""
    seen: dict[str, list[Cut]] = {}
    for cut in cuts:
        seen.setdefault(cut.listing, []).append(cut)
    states = []
    for own in seen.values():
        named = ", ".join(f"{cut.number}/{cut.count}" for cut in own[:MAX_NAMED])
        states.append(f"{named} saw {counted(own[0].files, 'file')}")
    message = f"{folders[0].parent}: the raw folder changed between the partitions: {'; '.join(states)}"
    unread = _unread(folders)
    if unread:
        message += f"; in none of them: {', '.join(unread[:MAX_NAMED])}"
    if len(unread) > MAX_NAMED:
        message += f" and {len(unread) - MAX_NAMED} more"
    return StageError(
        message, "Run all partitions again over the folder as it is: what did not change is copied."
    )


def _unread(folders: Sequence[Path]) -> list[str]:
    """The files of the raw folder that no partition knows, if the folder can be read."""
    raw = raw_of(folders[0])
    if raw is None or not raw.is_dir():
        return []
    known: set[str] = set()
    for folder in folders:
        for chunk in read_chunks(folder):
            known.update(chunk["documents"]["path"].to_pylist())
        for row in _failures(folder):  # of a file, or of a record in it
            known.update((row.path, row.path.rpartition(":")[0]))
    return [file.name for file in find_files(raw, folders[0].parent, []) if file.name not in known]


def _digest(runs: Sequence[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps([run["tables"] for run in runs], sort_keys=True).encode()).hexdigest()


def _raw_folder(folders: Sequence[Path]) -> Path | None:
    """The raw folder of all partitions."""
    return raw_of(folders[0])


def _failures(folder: Path) -> Iterator[FailureRow]:
    return (FailureRow(**row) for row in read_table(folder, "failures", verify=True).to_pylist())


def _resolved(
    folders: Sequence[Path],
    identity: IdentityPass,
    decided: Decided,
    entities: Entities,
    failures: list[FailureRow],
    mean: int,
) -> Iterator[Chunk | None]:
    """The documents of all partitions, ascending, with the ids of the whole corpus and the decisions applied; None where a part ends.

    Of two documents with one id the first partition's counts, as in one run.

    Args:
        folders: The partitions in order.
        identity: Has surveyed them all.
        decided: The decisions of the user.
        entities: Told of each document.
        failures: Gets what failed.
        mean: Documents of a part.
    """
    failures += [row for folder in folders for row in _failures(folder) if row.stage != ANNOTATE]
    parts = [_Part(folder) for folder in folders]
    last: tuple[str, _Part] | None = None
    renamed: dict[str, str] = {}
    for doc_id, part, outcome in heapq.merge(*(part.outcomes() for part in parts), key=itemgetter(0)):
        if last and last[0] == doc_id:
            place, first = part.place_of(doc_id), last[1].place_of(doc_id)
            failures.append(repeated(place, doc_id, first))
            renamed[repeated(place, doc_id, place).message] = repeated(place, doc_id, first).message
            continue
        last = doc_id, part
        if isinstance(outcome, FailureRow):
            failures.append(outcome)
        else:
            resolved = decided.decide(identity.resolve(outcome))
            entities.add(resolved)
            yield resolved
        if ends_part(doc_id, mean):
            yield None
    # What failed in a partition for the id of a document that another partition has earlier.
    failures[:] = [replace(row, message=renamed.get(row.message, row.message)) for row in failures]


class _Part:
    """What a partition gave.

    Args:
        folder: Its tables.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def outcomes(self) -> Iterator[tuple[str, _Part, Chunk | FailureRow]]:
        """The documents, ascending, each with its rows, or with why it could not be annotated."""
        failed = {row.path: row for row in _failures(self._folder) if row.stage == ANNOTATE}
        ids: dict[str, str] = {}
        if failed:  # the places of all documents are only read where a failure has to be led to its id
            ids = {annotated: doc_id for doc_id, (_, annotated) in self._places.items()}
        faults = sorted(((ids[path], self, row) for path, row in failed.items()), key=itemgetter(0))
        return heapq.merge(self._documents(), faults, key=itemgetter(0))

    def _documents(self) -> Iterator[tuple[str, _Part, Chunk]]:
        for chunk in read_chunks(self._folder, verify=True):
            for doc_id, own in split_documents(chunk).items():
                yield doc_id, self, own

    def place_of(self, doc_id: str) -> str:
        """The file that a document was read from, with the number of its line where it has several."""
        return self._places[doc_id][0]

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        return read_places(self._folder / DOCUMENTS, self._folder / FILES)
