"""One run at a time on an output folder, and only on one that is ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from policy_news.core.atomic_files import EXPORT, MARK, new_state_file, read_mark, remove_partial
from policy_news.core.errors import StageError
from policy_news.core.plain_data import parse_json
from policy_news.run.paths import CORPUS, SHARDS, STAGES
from policy_news.tables.commit import JOURNAL
from policy_news.tables.schema import RUN_FILE, TABLES

KIND = "the output of a run"
REPLACED = frozenset({EXPORT, "a report", "a built pipeline", ""})
"""Marks of folders that are replaced as a whole."""
LOCK = ".lock"
OWNER = ".lock.pid"
WRITTEN = (RUN_FILE, JOURNAL, STAGES, *(f"{name}.parquet" for name in TABLES))
"""What a run writes, replaces and removes."""


@contextmanager
def lock_output(out: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the output folder; the lock goes with the process, however that ends.

    Raises:
        StageError: Another run holds it (names its process), it holds files of others where ours go, or it cannot be written.
    """
    timeout = -1.0 if wait else 0.0  # for ever, or not at all
    with _taken(out), ExitStack() as stack:
        stack.enter_context(_held(out / LOCK, timeout))
        (out / OWNER).write_text(str(os.getpid()), encoding="ascii")
        # Called before the release: else the number of the next owner might be removed.
        stack.callback(_forget_owner, out)
        for folder in (STAGES, SHARDS, CORPUS):
            remove_partial(out / folder)
        yield


@contextmanager
def _taken(out: Path) -> Iterator[None]:
    """Make the output folder one of ours, and turn what the disk says into our errors."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        check_ours(out)
        if read_mark(out) != KIND:  # in one piece: another run may be reading it
            with new_state_file(out / MARK) as mark:
                mark.write_text(KIND, encoding="utf-8")
        yield
    except OSError as error:  # whatever stage met it: a disk that fails, a folder of another user
        place = error.filename or out
        raise StageError(
            f"{place}: cannot be read or written: {error.strerror or error}",
            "Check permissions, free space and the disk.",
        ) from error


@contextmanager
def _held(path: Path, timeout: float) -> Iterator[None]:
    """Hold a lock; StageError if another process holds it for longer than the timeout."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=timeout)
    try:
        lock.acquire()
    except Timeout as error:
        raise StageError(
            f"{path.parent} is in use by process {_owner(path.parent)}",
            "Add --wait to wait until it is done, or use another --out.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def check_ours(out: Path) -> None:
    """Refuse a folder that holds, where our files go, files that no run of this program wrote."""
    mark = read_mark(out)
    # Any other mark, also an empty one, is damaged: what is in the folder tells then.
    if mark == KIND or (mark not in REPLACED - {""} and _has_run(out)):
        return
    if mark in REPLACED:
        raise StageError(
            f"{out}: is {mark or 'an export'}, which the next one replaces as a whole",
            "Name another folder with --out.",
        )
    foreign = [name for name in WRITTEN if os.path.lexists(out / name)]
    if foreign:
        raise StageError(
            f"{out}: holds files that this program did not write: {', '.join(foreign)}",
            "Name another folder with --out.",
        )


def _has_run(out: Path) -> bool:
    """Return whether a run left tables in the folder, whatever its mark says."""
    for name in (RUN_FILE, JOURNAL):
        with suppress(OSError, ValueError):
            run = parse_json((out / name).read_bytes())
            if isinstance(run, dict) and {"schema_version", "tables"} <= run.keys():
                return True
    return False


def _forget_owner(out: Path) -> None:
    with suppress(OSError):
        (out / OWNER).unlink(missing_ok=True)


def _owner(out: Path) -> str:
    try:
        return (out / OWNER).read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        return "unknown"
