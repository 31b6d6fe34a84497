"""Files and folders that a user asked for: they appear whole or not at all, and never in place of what is not ours."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.core.errors import ArgumentError, StageError

MARK = ".made-by-pipeline"
"""File that stands in each folder that we made, and so may replace: it says what the folder is."""
EXPORT = "an export"
MAX_STEM = 60
NEW, LOCK = "new", "lock"
"""Within the folder beside a target: what is being written, and the lock of who writes it."""
_ANY_KIND = ""
"""What the mark of older versions says."""
_PARTIAL = re.compile(r"\..*\.[0-9a-f]{8}\.tmp", re.DOTALL)


def require_new(target: Path, *, force: bool) -> None:
    """Refuse to take the place of an existing file.

    Raises:
        ArgumentError: There is one, and it may not be replaced.
    """
    if os.path.lexists(target) and not force:
        raise ArgumentError(f"{target}: already exists", "Name a new file, or replace it with --force.")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to; afterwards it is at `target`, unless writing failed.

    Raises:
        StageError: The target is a folder, or it cannot be written.
    """
    if target.is_dir():
        raise StageError(f"{target}: is a folder", "This format is one file: name a file.")
    try:
        with _workplace(target) as place:
            yield place / NEW
            (place / NEW).replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


@contextmanager
def new_state_file(target: Path) -> Iterator[Path]:
    """The same for the many files of a folder that its user holds, and so cleans up with `remove_partial`.

    Raises:
        StageError: It cannot be written.
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
    """Remove what a killed program left of its `new_state_file`s."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _PARTIAL.fullmatch(path.name) and path.is_file():
                _remove(path)


@contextmanager
def new_folder(target: Path, kind: str, marks: Collection[str] = ()) -> Iterator[Path]:
    """An empty folder to fill; afterwards it stands at `target` in place of an older one of its kind, unless filling failed.

    Args:
        target: Where it is to stand.
        kind: What it is, which its `MARK` says.
        marks: Files that tell a folder of this kind from before it was marked.

    Raises:
        StageError: The target holds what we did not make as such, or it cannot be written.
    """
    if not may_replace(target, kind, marks):
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


def may_replace(target: Path, kind: str, marks: Collection[str] = ()) -> bool:
    """Whether nothing of the user's is lost when the folder is replaced: it is missing, empty, or one of the kind.

    Args:
        target: The folder.
        kind: What is to stand there.
        marks: Files that tell a folder of this kind from before it was marked.
    """
    if not os.path.lexists(target):
        return True
    if not target.is_dir():
        return False
    if not any(target.iterdir()) or read_mark(target) in (kind, _ANY_KIND):
        return True
    return bool(marks) and all((target / mark).is_file() for mark in marks)


def read_mark(folder: Path) -> str | None:
    """What a folder of ours is; None for any other."""
    try:
        return (folder / MARK).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """A folder beside the target to write in, removed afterwards; first those of killed programs are, which hold no lock."""
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
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
    """A folder cannot be replaced in one step where it is not empty: the old one steps aside first."""
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
    """A file name for a document, without its ending: plain letters of the id, and a hash that tells alike ids apart.

    It holds only `a-z`, `0-9` and `-`, so it is the same on every file system and needs no escaping in a link.
    """
    plain = unicodedata.normalize("NFKD", doc_id).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:MAX_STEM].strip("-")
    digest = hashlib.sha256(doc_id.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    if words:
        return f"{words}-{digest}"
    return digest
