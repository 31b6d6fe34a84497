"""One run at a time on an output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pipeline.core.errors import StageError

LOCK = ".lock"
OWNER = ".lock.pid"


@contextmanager
def lock_output(out: Path) -> Iterator[None]:
    """Hold the output folder; the lock goes with the process, however that ends.

    Raises:
        StageError: Another run holds it (names its process), or the folder cannot be written.
    """
    with ExitStack() as open_files:
        try:
            out.mkdir(parents=True, exist_ok=True)
            held = open_files.enter_context((out / LOCK).open("a", encoding="ascii"))
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (out / OWNER).write_text(str(os.getpid()), encoding="ascii")
        except BlockingIOError as error:
            raise StageError(
                f"{out} is in use by process {_owner(out)}", "Wait until it is done, or use another --out."
            ) from error
        except OSError as error:
            raise StageError(
                f"{out}: cannot be written: {error.strerror}", "Check permissions and free space."
            ) from error
        try:
            yield
        finally:
            with suppress(OSError):
                (out / OWNER).unlink(missing_ok=True)


def _owner(out: Path) -> str:
    try:
        return (out / OWNER).read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        return "unknown"
