"""The records of the last `ingest`: those of files that did not change are copied, not read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.run.records import Place, read_head, read_lines, scan_lines, write_lines
from pipeline.tables.commit import hash_file


@dataclass(frozen=True, slots=True)
class FileRecords:
    """What a file gave.

    Attributes:
        name: Of the file below the raw folder.
        state: Its size and time.
        count: Number of its records.
        stands: Whether the same file would give the same records whatever stands beside it, without any failure.
    """

    name: str
    state: str
    count: int
    stands: bool


class KeptRecords:
    """The earlier records, by file.

    Args:
        line_at: Reads the records' file.
        places: State of each file that stands, and the places of its records.
    """

    def __init__(
        self, line_at: Callable[[int, int], bytes], places: dict[str, tuple[str, list[Place]]]
    ) -> None:
        self._line_at = line_at
        self._places = places

    def find(self, name: str, state: str) -> list[bytes] | None:
        """The records of a file, or None if it is not as it was."""
        known, places = self._places.get(name, (None, []))
        return [self._line_at(*place) for place in places] if known == state else None


def file_state(path: Path) -> str:
    """Size and time of a file: what tells that it changed. Empty if it cannot be looked at."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


@contextmanager
def kept_records(documents: Path, manifest: Path, made_with: str) -> Iterator[KeptRecords]:
    """The records of the last run, if the same program with the same settings made them, and none of the files is torn.

    Args:
        documents: The file of records.
        manifest: What `write_manifest` wrote beside it.
        made_with: Stands for program and settings.
    """
    with read_lines(documents) as line_at:
        yield KeptRecords(line_at, dict(_places(documents, _read_manifest(documents, manifest, made_with))))


def write_manifest(documents: Path, manifest: Path, made_with: str, files: list[FileRecords]) -> None:
    """Write which file each record came from.

    Raises:
        StageError: The folder cannot be written.
    """
    rows = [json.dumps([file.name, file.state, file.count, file.stands]) for file in files]
    head = json.dumps([made_with, hash_file(documents), fingerprint(*rows)])
    write_lines(manifest, (f"{line}\n".encode() for line in (head, *rows)))


def _read_manifest(documents: Path, manifest: Path, made_with: str) -> list[FileRecords]:
    if not (documents.is_file() and manifest.is_file()):
        return []
    try:
        head, *rows = [line.decode().rstrip("\n") for _, line in scan_lines(manifest, "ingest")]
        if json.loads(head) != [made_with, hash_file(documents), fingerprint(*rows)]:
            return []
        return [FileRecords(*json.loads(row)) for row in rows]
    except (ValueError, TypeError):
        return []


def _places(documents: Path, files: list[FileRecords]) -> Iterator[tuple[str, tuple[str, list[Place]]]]:
    if not files:
        return
    lines = ((offset, len(line)) for offset, line in scan_lines(documents, "ingest"))
    for file in files:
        places = [next(lines) for _ in range(file.count)]
        if file.stands and file.state:
            yield file.name, (file.state, places)


def doc_id_of(line: bytes) -> str:
    """The id of a record."""
    return str(read_head(line, "path")["doc_id"])


def fingerprint(*parts: str) -> str:
    """One hash of several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
