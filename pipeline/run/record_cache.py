"""The records of the last `ingest`: those of files that did not change are copied, not read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.run.records import Place, read_head, read_lines, scan_lines, write_lines
from pipeline.tables.commit import hash_file


@dataclass(frozen=True, slots=True)
class FileRecords:
    """What a file gave.

    Attributes:
        name: Of the file below the raw folder.
        state: Its size and time.
        lines: Of each of its records the number of its line, 0 for all of the file.
        stands: Whether the same file would give the same records whatever stands beside it, without any failure.
    """

    name: str
    state: str
    lines: list[int]
    stands: bool

    def line(self) -> str:
        """As the manifest has it."""
        return json.dumps([self.name, self.state, self.lines, self.stands])


Kept = list[tuple[int, bytes]]
"""Records with the numbers of their lines."""


def place_of(name: str, line: int) -> str:
    """Return what a failure calls a record: the file, with the number of the line where it has several."""
    if line:
        return f"{name}:{line}"
    return name


class KeptRecords:
    """The earlier records, by file.

    Args:
        line_at: Reads the records' file.
        places: State of each file that stands, and the lines and places of its records.
    """

    def __init__(
        self, line_at: Callable[[int, int], bytes], places: dict[str, tuple[str, list[tuple[int, Place]]]]
    ) -> None:
        self._line_at = line_at
        self._places = places

    def has(self, name: str, state: str) -> bool:
        """Return whether a file is as it was."""
        return self._places.get(name, (None, []))[0] == state

    def find(self, name: str, state: str) -> Kept | None:
        """Return the records of a file, or None if it is not as it was."""
        known, places = self._places.get(name, (None, []))
        if known != state:
            return None
        return [(line, self._line_at(*place)) for line, place in places]


def file_state(path: Path) -> str:
    """Size and time of a file: what tells that it changed. Empty if it cannot be looked at."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


@contextmanager
def kept_records(documents: Path, manifest: Path, made_with: str) -> Iterator[KeptRecords]:
    """Yield the records of the last run, if the same program with the same settings made them, and none of the files is torn.

    Args:
        documents: The file of records.
        manifest: What `write_manifest` wrote beside it.
        made_with: Stands for program and settings.
    """
    with read_lines(documents) as line_at:
        yield KeptRecords(line_at, dict(_places(documents, read_files(documents, manifest, made_with) or ())))


def write_manifest(documents: Path, manifest: Path, made_with: str, rows: Sequence[str]) -> None:
    """Write which file each record came from.

    Args:
        documents: The file of records.
        manifest: The file to write.
        made_with: Stands for program and settings.
        rows: What `FileRecords.line` gives for each file.

    Raises:
        StageError: The folder cannot be written.
    """
    # The hashes of both files: after a kill between the two writes neither is trusted.
    head = json.dumps([made_with, hash_file(documents), sum_up(rows)])
    write_lines(manifest, (f"{line}\n".encode() for line in (head, *rows)))


def read_maker(manifest: Path) -> str:
    """Return what `write_manifest` was told that the records were made with; empty if it cannot be read."""
    try:
        with manifest.open(encoding="utf-8") as lines:
            return str(json.loads(next(lines))[0])
    except (OSError, ValueError, TypeError, LookupError, StopIteration):
        return ""


def read_files(documents: Path, manifest: Path, made_with: str | None = None) -> Iterator[FileRecords] | None:
    """Return the files of the last run, or None if they are of another program or not as they were written.

    Args:
        documents: The file of records.
        manifest: What `write_manifest` wrote beside it.
        made_with: Stands for program and settings; None for any.
    """
    if not (documents.is_file() and manifest.is_file()):
        return None
    try:
        rows = _rows(manifest)
        maker, *sums = json.loads(next(rows))
        if made_with not in (None, maker) or sums != [hash_file(documents), sum_up(rows)]:
            return None
        for row in islice(_rows(manifest), 1, None):
            FileRecords(*json.loads(row))
    except (ValueError, TypeError, StopIteration):
        return None
    return (FileRecords(*json.loads(row)) for row in islice(_rows(manifest), 1, None))


def _rows(manifest: Path) -> Iterator[str]:
    return (line.decode().rstrip("\n") for _, line in scan_lines(manifest, "ingest"))


def _places(
    documents: Path, files: Iterable[FileRecords]
) -> Iterator[tuple[str, tuple[str, list[tuple[int, Place]]]]]:
    # Records are in the order of the files, so the next ones are this file's, also where it is read again.
    records = ((offset, len(line)) for offset, line in scan_lines(documents, "ingest"))
    for file in files:
        places = [(line, next(records)) for line in file.lines]
        if file.stands and file.state:
            yield file.name, (file.state, places)


def annotate_place(path: str, doc_id: str, form: str) -> str:
    """Return what a failure calls a document that was read.

    Args:
        path: The file, below the raw folder.
        doc_id: Id of the document.
        form: Format of the file: only JSON lines hold several documents.
    """
    if form == "jsonl":
        return f"{path}:{doc_id}"
    return path


def doc_id_of(line: bytes) -> str:
    """Return the id of a record."""
    return str(read_head(line, "path")["doc_id"])


def fingerprint(*parts: str) -> str:
    """Return one hash of several texts."""
    return sum_up(parts)


def sum_up(parts: Iterable[str]) -> str:
    """Return the same of texts that need not all be in memory."""
    digest = hashlib.sha256()
    for number, part in enumerate(parts):
        digest.update(f"\0{part}".encode() if number else part.encode())
    return digest.hexdigest()
