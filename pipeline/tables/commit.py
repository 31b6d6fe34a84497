"""All tables of a run appear together, whenever the program is killed.

The new files are written under names of their own and brought to the disk. Then one rename makes `.commit.json` appear, the
`run.json` of the new run: from there on the new run counts, nothing of it is removed whatever happens, and `locate` gives
its files wherever they stand. They are renamed into place, `run.json` last; what a kill left undone of that, the next run
does first (`finish_commit`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.core.errors import StageError
from pipeline.tables.schema import RUN_FILE, TABLES

JOURNAL = ".commit.json"
PARTIAL_JOURNAL = f"{JOURNAL}.tmp"
SEAL = "sha256"
"""Key of `run.json` that makes a changed byte of it known."""
PENDING = ".new"
"""Ending of a file that waits for its place."""


@contextmanager
def pending_files(out: Path, names: Iterable[str]) -> Iterator[dict[str, Path]]:
    """Paths to write new files to, by name; they are removed if writing fails before they count.

    Raises:
        StageError: The folder cannot be written, or the disk is full.
    """
    paths = {name: _pending(out, name) for name in names}
    try:
        out.mkdir(parents=True, exist_ok=True)
        finish_commit(out)
        yield paths
    except OSError as error:
        _roll_back(out, paths.values())
        raise StageError(
            f"{out}: cannot be written: {error.strerror or error}", "Check permissions and free space."
        ) from error
    except BaseException:
        _roll_back(out, paths.values())
        raise


def commit(out: Path, paths: Mapping[str, Path], run: Mapping[str, Any]) -> None:
    """Put pending files in their places, and `run` into `run.json`.

    The rename of the journal is the moment from which the new run counts; all else can be repeated after a kill.

    Args:
        out: Output folder.
        paths: Name of each table to its pending file.
        run: What `run.json` is to hold, without its seal.
    """
    for path in paths.values():
        _sync(path)
    journal = out / JOURNAL
    partial = out / PARTIAL_JOURNAL
    partial.write_text(seal(run), encoding="utf-8")
    _sync(partial)
    partial.replace(journal)
    _sync(out)
    finish_commit(out)


def seal(run: Mapping[str, Any]) -> str:
    """The text of `run.json`: its keys in order, among them `sha256`, the sum of the text without that key."""
    plain = {key: value for key, value in run.items() if key != SEAL}
    digest = hashlib.sha256(_written(plain).encode()).hexdigest()
    return _written({**plain, SEAL: digest})


def _written(run: Mapping[str, Any]) -> str:
    return json.dumps(run, indent=1, sort_keys=True) + "\n"


def finish_commit(out: Path) -> None:
    """Do what a kill left undone of a commit; nothing if there is nothing."""
    journal = out / JOURNAL
    if not journal.is_file():
        return
    for name in TABLES:
        pending = _pending(out, f"{name}.parquet")
        if pending.is_file():
            pending.replace(out / f"{name}.parquet")
    _sync(out)
    journal.replace(out / RUN_FILE)
    _sync(out)


def locate(out: Path, name: str) -> Path:
    """Where a file of the last committed run stands."""
    if name == RUN_FILE:
        return out / JOURNAL if (out / JOURNAL).is_file() else out / RUN_FILE
    pending = _pending(out, name)
    return pending if (out / JOURNAL).is_file() and pending.is_file() else out / name


def hash_file(path: Path) -> str:
    """The sha256 sum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pending(out: Path, name: str) -> Path:
    return out / f".{name}{PENDING}"


def _roll_back(out: Path, paths: Iterable[Path]) -> None:
    """Remove new files that do not count yet. The disk is asked: an interrupt may fall behind the rename that makes them count."""
    if (out / JOURNAL).exists():
        return
    for path in (*paths, out / PARTIAL_JOURNAL):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Bring a file or a folder's entries to the disk; Windows has no such call for folders, and needs none."""
    if os.name == "nt":
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
