"""Output files and folders: they appear complete or not at all, and never replace what this program did not write."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from policy_news.core.errors import ArgumentError, StageError

MARK = ".made-by-pipeline"
"""File in each folder that we made, and so may replace: it says what the folder is."""
EXPORT = "an export"
MAX_STEM = 60
NEW, LOCK = "new", "lock"
"""Within the folder beside a target: what is being written, and the lock of its writer."""
_PARTIAL = re.compile(r"\..*\.[0-9a-f]{8}\.tmp", re.DOTALL)


def require_new(target: Path, *, force: bool) -> None:
    """Refuse to replace an existing file."""
    if os.path.lexists(target) and not force:
        raise ArgumentError(f"{target}: already exists", "Name a new file, or replace it with --force.")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give a path to write to; afterwards the file is at `target`, unless writing failed.

    Raises:
        StageError: The target is a folder, or it cannot be written.
    """
    if target.is_dir():
        raise StageError(f"{target}: is a folder", "This format is one file: name a file.")
    if target.exists() and not target.is_file():
        raise StageError(f"{target}: is a device or a pipe", "Name a file.")
    try:
        with _workplace(target) as place:
            yield place / NEW
            (place / NEW).replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


@contextmanager
def new_state_file(target: Path) -> Iterator[Path]:
    """Give a path to write one of many state files to.

    Cheaper than `new_file`: it takes no lock, so only the owner of the folder may write, and it cleans up after a killed
    program with `remove_partial`.

    Raises:
        StageError: The file cannot be written.
    """
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        _remove(partial)


def remove_partial(folder: Path) -> None:
    """Remove the partial files that a killed program left of its `new_state_file` calls."""
    if folder.is_dir():
        for name in filter(_PARTIAL.fullmatch, os.listdir(folder)):  # noqa: PTH208 - a path for each takes some times as long
            if (folder / name).is_file():
                _remove(folder / name)


@contextmanager
def new_folder(target: Path, kind: str) -> Iterator[Path]:
    """Give an empty folder to fill; afterwards it replaces an older one of its kind at `target`, unless filling failed.

    Args:
        kind: What the folder is; written into its `MARK`.

    Raises:
        StageError: The target holds something else, or it cannot be written.
    """
    if not may_replace(target, kind):
        raise StageError(
            f"{target}: holds files that this program did not write", "Name a new or an empty folder."
        )
    try:
        with _workplace(target) as place:
            (place / NEW).mkdir()
            (place / NEW / MARK).write_text(kind, encoding="utf-8")
            yield place / NEW
            _swap(place, target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def may_replace(target: Path, kind: str) -> bool:
    """Return whether a folder can be replaced without losing files of the user: it is missing, empty, or of this kind."""
    if not os.path.lexists(target):
        return True
    if not target.is_dir():
        return False
    return not any(target.iterdir()) or read_mark(target) == kind


def read_mark(folder: Path) -> str | None:
    """Return what a folder of ours is; None for any other folder."""
    try:
        return (folder / MARK).read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return None


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to write in, and remove it afterwards."""
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    # A killed program cannot clean up, so the next one does: what is not locked any more is deserted.
    _remove_deserted(target)
    place = target.absolute().with_name(f".{target.absolute().name}.{uuid.uuid4().hex[:8]}.tmp")
    place.mkdir()
    try:
        with FileLock(place / LOCK, timeout=0):
            yield place
    finally:
        _remove(place)


def _remove_deserted(target: Path) -> None:
    from filelock import FileLock, Timeout

    beside = target.absolute()
    for path in beside.parent.iterdir():
        name = path.name
        if not (name.startswith(f".{beside.name}.") and _PARTIAL.fullmatch(name) and (path / LOCK).is_file()):
            continue
        try:
            with FileLock(path / LOCK, timeout=0):
                pass
        except (Timeout, OSError):
            continue
        _remove(path)


def _swap(place: Path, target: Path) -> None:
    """Replace the target by the new folder; a folder that is not empty must be moved away first."""
    new, old = place / NEW, place / "old"
    try:
        if os.path.lexists(target):
            target.rename(old)
        new.rename(target)
    except BaseException:  # also an interrupt: else both would go with the workplace
        if os.path.lexists(old) and not os.path.lexists(target):
            old.rename(target)
        raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _cannot_write(target: Path, error: OSError) -> StageError:
    return StageError(
        f"{target}: cannot be written: {error.strerror or error}", "Check permissions and free space."
    )


def safe_stem(doc_id: str) -> str:
    """Return a file name for a document, without its ending: plain letters of the id, and a hash to tell similar ids apart.

    It contains only `a-z`, `0-9` and `-`, so it is valid on every file system and needs no escaping in a link.
    """
    plain = unicodedata.normalize("NFKD", doc_id).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:MAX_STEM].strip("-")
    digest = hashlib.sha256(doc_id.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    if words:
        return f"{words}-{digest}"
    return digest
