"""One run at a time on an output folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import StageError

LOCK = ".lock"
OWNER = ".lock.pid"


@contextmanager
def lock_output(out: Path) -> Iterator[None]:
    """Hold the output folder; the lock goes with the process, however that ends.

    Raises:
        StageError: Another run holds it (names its process), or the folder cannot be written.
    """
    lock = FileLock(out / LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        (out / OWNER).write_text(str(os.getpid()), encoding="ascii")
    except Timeout as error:
        raise StageError(f"{out} is in use by process {_owner(out)}", "Wait until it is done, or use another --out.") from error
    except OSError as error:
        raise StageError(f"{out}: cannot be written: {error.strerror}", "Check permissions and free space.") from error
    try:
        yield
    finally:
        with suppress(OSError):
            (out / OWNER).unlink(missing_ok=True)
        lock.release()


def _owner(out: Path) -> str:
    try:
        return (out / OWNER).read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        return "unknown"
