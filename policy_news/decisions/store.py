"""Appends to a decisions file without losing anything in it, whoever else writes to it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from policy_news.core.errors import StageError
from policy_news.decisions.decision_format import Decision, dump_line


def append_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """Append decisions as lines, all or none; they are on disk when this returns."""
    lines = "".join(dump_line(decision) + "\n" for decision in decisions).encode("utf-8", "replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path) as handle:
            size = os.fstat(handle).st_size
            # An editor or a kill may have left the last line without its end; it must not swallow the new one.
            if size > 0 and os.pread(handle, 1, size - 1) != b"\n":
                lines = b"\n" + lines
            _write_all(handle, lines, size)
    except OSError as error:
        raise StageError(
            f"{path}: cannot be written: {error.strerror or error}", "Check permissions and free space."
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file for appending, while no other process of this program writes.

    The lock is a separate file, because an editor may replace the decisions file while we wait; then open it again.
    """
    from filelock import FileLock

    with FileLock(lock_path(path)):
        while True:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                if _is_at(handle, path):
                    yield handle
                    return
            finally:
                os.close(handle)


def lock_path(path: Path) -> Path:
    """Return the path of the lock of a decisions file."""
    return path.with_name(f".{path.name}.lock")


def _is_at(handle: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    own = os.fstat(handle)
    return (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)


def _write_all(handle: int, data: bytes, size: int) -> None:
    """Write all bytes and flush them to disk; remove again what a full disk accepted of them."""
    try:
        done = 0
        while done < len(data):
            done += os.write(handle, data[done:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
