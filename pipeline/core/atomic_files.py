"""Files and folders that a user asked for: they appear whole or not at all, and never in place of what is not ours."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.core.errors import StageError

MARK = ".made-by-pipeline"
"""File that stands in each folder that we made, and so may replace."""
MAX_STEM = 60


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to; afterwards it is at `target`, unless writing failed.

    Raises:
        StageError: The target is a folder, or it cannot be written.
    """
    if target.is_dir():
        raise StageError(f"{target}: is a folder", "This format is one file: name a file.")
    partial = _beside(target, "tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        _remove(partial)


@contextmanager
def new_folder(target: Path, marks: Collection[str] = (MARK,)) -> Iterator[Path]:
    """An empty folder to fill; afterwards it stands at `target` in place of an older one of ours, unless filling failed.

    Args:
        target: Where it is to stand.
        marks: Files that a folder of ours holds. The new one gets `MARK`, and the caller writes the others.

    Raises:
        StageError: The target holds what we did not make, or it cannot be written.
    """
    if not may_replace(target, marks):
        raise StageError(
            f"{target}: holds files that this program did not write", "Name a new or an empty folder."
        )
    partial = _beside(target, "tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        (partial / MARK).write_text("", encoding="utf-8")
        yield partial
        _swap(partial, target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        _remove(partial)


def may_replace(target: Path, marks: Collection[str] = (MARK,)) -> bool:
    """Whether nothing of the user's is lost when the folder is replaced: it is missing, empty, or holds all marks."""
    if not (target.exists() or target.is_symlink()):
        return True
    if not target.is_dir():
        return False
    return all((target / mark).is_file() for mark in marks) or not any(target.iterdir())


def _beside(target: Path, ending: str) -> Path:
    """A path beside the target that nobody else has, on any machine of a cluster."""
    return target.absolute().with_name(f".{target.absolute().name}.{uuid.uuid4().hex[:8]}.{ending}")


def _swap(partial: Path, target: Path) -> None:
    """A folder cannot be replaced in one step where it is not empty: the old one steps aside first."""
    old = _beside(target, "old")
    if target.exists() or target.is_symlink():
        target.rename(old)
    try:
        partial.rename(target)
    except OSError:
        if old.exists() or old.is_symlink():
            old.rename(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
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
    return f"{words}-{digest}" if words else digest
