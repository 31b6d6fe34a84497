"""Reads files of the raw folder in tasks: what a task gives are the lines that `ingest` and `unmask` write, put together by the main process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.core.settings import Settings
from pipeline.run.engines.local import Engine
from pipeline.run.program import Program, check_program, describe_program
from pipeline.run.raw_files import RawFile
from pipeline.run.records import make_dumper
from pipeline.run.shards import make_source, source_of
from pipeline.tables.schema import FailureRow
from pipeline.text.document import Document, Unmasked
from pipeline.text.masking import compile_patterns, unmask

FILES, BYTES = 128, 2_000_000
"""A task ends with so many files, or so many bytes."""
LEAST = 2 * FILES
"""Files below which the main process reads them itself: that takes less than to start a process."""
Results = Iterator[tuple[int, Document | FailureRow]]
Line = tuple[int, tuple[str, bytes] | FailureRow]
"""Number of the line in the raw file, with id and record of a document, or why there is none."""


@dataclass(frozen=True)
class ReadTask:
    """Some files.

    Attributes:
        folder: Where the lines go.
        settings: Those of the run.
        program: What is to do the work, the same wherever it is done.
        number: Of the task.
        files: The files.
        read: Gives the documents of a file; raises `OSError` where it is not there.
    """

    folder: Path
    settings: Settings
    program: Program
    number: int
    files: tuple[RawFile, ...]
    read: Callable[[RawFile, Settings], Results]

    def path(self, ending: str) -> Path:
        """Return a file of the task."""
        return _path(self.folder, self.number, ending)


def _path(folder: Path, number: int, ending: str) -> Path:
    return folder / f"{number}.{ending}"


def read_batch(task: ReadTask) -> None:
    """Read the files of a task, and unmask their documents."""
    check_program(task.program, task.settings)
    made_with, patterns = make_source(task.settings), compile_patterns(task.settings.mask)
    dump_document, dump_unmasked = make_dumper(Document), make_dumper(Unmasked)
    told: list[tuple[str, list[Any]]] = []
    with task.path("documents").open("wb") as documents, task.path("unmasked").open("wb") as lines:
        for file in task.files:
            rows: list[Any] = []
            try:
                results = list(task.read(file, task.settings))
            except (
                OSError
            ):  # not there, as where a machine does not see the raw folder: the main process will look
                continue
            for line, result in results:
                if isinstance(result, FailureRow):
                    rows.append([line, asdict(result)])
                    continue
                record = dump_document(result)
                source = source_of(record, made_with)
                seen = unmask(result, patterns, task.settings.mask.placeholder)
                own = dump_unmasked(replace(seen, source=source))
                documents.write(record)
                lines.write(own)
                rows.append([line, result.doc_id, len(record), source, len(own)])
            told.append((file.name, rows))
    # Last: a task without this file was not done.
    partial = task.path("tmp")
    partial.write_text(json.dumps(told), encoding="utf-8")
    partial.replace(task.path("json"))


def read_ahead(
    engine: Engine,
    folder: Path,
    files: Sequence[RawFile],
    settings: Settings,
    read: Callable[[RawFile, Settings], Results],
) -> None:
    """Read files in tasks, where that is worth it.

    Args:
        engine: Does the tasks.
        folder: Where the lines go; what is in it is removed.
        files: The files, in the order in which `ReadAhead` will be asked for them.
        settings: Those of the run.
        read: Gives the documents of a file; raises `OSError` where it is not there. At the top of a module.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if not engine.is_apart or len(files) < LEAST:
        return
    folder.mkdir(parents=True)
    program = describe_program(settings)
    tasks = [
        ReadTask(folder, settings, program, number, own, read) for number, own in enumerate(_batches(files))
    ]
    for _ in engine(
        read_batch, tasks
    ):  # of a task whose process died the main process reads the files, one by one
        pass


def _batches(files: Sequence[RawFile]) -> Iterator[tuple[RawFile, ...]]:
    own: list[RawFile] = []
    size = 0
    for file in files:
        own.append(file)
        size += file.size
        if len(own) >= FILES or size >= BYTES:
            yield tuple(own)
            own, size = [], 0
    if own:
        yield tuple(own)


class _Batches:
    """What the tasks found, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left = sorted(int(path.stem) for path in folder.glob("*.json"))[::-1]

    def next(self) -> tuple[int, list[tuple[str, list[list[Any]]]]] | None:
        """Number and files of the next batch."""
        if not self._left:
            return None
        number = self._left.pop()
        return number, json.loads(_path(self._folder, number, "json").read_bytes())


class ReadAhead:
    """The records of files that tasks have read.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches = _Batches(folder)
        self._known: dict[str, list[Line]] = {}
        self._next = self._batches.next()

    def find(self, name: str) -> list[Line] | None:
        """Return the records of a file; None where no task has read it. Files must be asked for in their order."""
        while name not in self._known and self._next is not None:
            number, files = self._next
            if files and files[0][0] > name:
                return None
            self._known = self._read(number, files)
            self._next = self._batches.next()
        return self._known.get(name)

    def _read(self, number: int, files: Sequence[tuple[str, list[list[Any]]]]) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        with _path(self._folder, number, "documents").open("rb") as documents:
            for name, rows in files:
                found[name] = [
                    (row[0], FailureRow(**row[1]))
                    if len(row) == 2
                    else (row[0], (row[1], documents.read(row[2])))
                    for row in rows
                ]
        return found


class UnmaskedAhead:
    """The unmasked texts of these records.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches = _Batches(folder)
        self._open: list[dict[str, bytes]] = []

    def find(self, source: str) -> bytes | None:
        """Return the line of a record, by its source; records must be asked for in their order, but some may be left out."""
        for known in self._open:
            if source in known:
                return known[source]
        batch = self._batches.next()
        if batch is None:
            return None
        # The one before stays: a record that is in neither was read by the main process, and those around it are not done.
        self._open = [*self._open[-1:], self._read(*batch)]
        return self._open[-1].get(source)

    def _read(self, number: int, files: Sequence[tuple[str, list[list[Any]]]]) -> dict[str, bytes]:
        found = {}
        with _path(self._folder, number, "unmasked").open("rb") as lines:
            for _, rows in files:
                for row in (row for row in rows if len(row) > 2):
                    found[row[3]] = lines.read(row[4])
        return found
