"""Replaces all tables of a run together, even if the program is killed on the way.

The new files are written under names of their own and brought to the disk. Then one rename makes `.commit.json` appear, the
`run.json` of the new run: from then on the new run is current, nothing of it is removed, and `locate` finds
its files wherever they are. If a kill leaves files out of place, the next run first moves them (`finish_commit`).

Small tables are files, renamed into place one by one, `run.json` last. Tables in parts are in a folder of the run, which never
changes once it is current. `.tables` is a link to it, and the tables and `run.json` in the output folder are links through `.tables`,
so one rename of `.tables` switches every reader to the new run, all tables at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from policy_news.core.errors import StageError
from policy_news.core.plain_data import parse_json
from policy_news.tables.schema import RUN_FILE, TABLES

JOURNAL = ".commit.json"
PARTIAL_JOURNAL = f"{JOURNAL}.tmp"
SEAL = "sha256"
"""Key of `run.json` with its checksum."""
LINK = ".tables"
"""Link to the folder of the current run, if tables are in parts."""
FOLDER = "folder"
"""Key of `run.json`: the name of that folder."""
_RUN_FOLDER = ".run-"
_NEW_LINK = ".link"


@contextmanager
def pending_folder(out: Path) -> Iterator[Path]:
    """Give a folder to fill with tables in parts; it is removed if that fails before it is current.

    The folders of dead runs are removed first. The folder of the current run is kept for one more run: a reader may use it.

    Raises:
        StageError: The folder cannot be written, or the disk is full.
    """
    folder = out / f"{_RUN_FOLDER}{uuid.uuid4().hex[:8]}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        finish_commit(out)
        _remove_dead(out)
        folder.mkdir()
        yield folder
    except OSError as error:
        _roll_back(out, folder)
        raise StageError(
            f"{out}: cannot be written: {error.strerror or error}", "Check permissions and free space."
        ) from error
    except BaseException:
        _roll_back(out, folder)
        raise


def commit(out: Path, folder: Path, run: Mapping[str, Any], new: Iterable[Path]) -> None:
    """Make the tables of a filled folder those of the output folder.

    The rename of the journal makes the new run current; everything else can be repeated after a kill.

    Args:
        folder: The folder from `pending_folder`.
        run: Content of `run.json`, without its checksum. With the key `files` tables are in parts, and the folder stays; without it,
            its files are moved out of it.
        new: The files that this run wrote; the others are on the disk since an earlier one.
    """
    text = seal({**run, FOLDER: folder.name})
    (folder / RUN_FILE).write_text(text, encoding="utf-8")
    # Everything is on the disk before the journal is: contents first, then the folders that name them, from
    # within outwards. After a power cut the journal must not name a missing file.
    for path in (*new, folder / RUN_FILE):
        _sync(path)
    for path in (*sorted(path for path in folder.iterdir() if path.is_dir()), folder, out):
        _sync(path)
    _write_journal(out, text)
    finish_commit(out)


def _write_journal(out: Path, text: str) -> None:
    partial = out / PARTIAL_JOURNAL
    partial.write_text(text, encoding="utf-8")
    _sync(partial)  # a rename may reach the disk before the contents do
    partial.replace(out / JOURNAL)  # from here on the new run is current
    _sync(out)


def seal(run: Mapping[str, Any]) -> str:
    """Return the text of `run.json`: its keys in order, among them `sha256`, the sum of the text without that key."""
    plain = {key: value for key, value in run.items() if key != SEAL}
    digest = hashlib.sha256(_written(plain).encode()).hexdigest()
    return _written({**plain, SEAL: digest})


def _written(run: Mapping[str, Any]) -> str:
    return json.dumps(run, indent=1, sort_keys=True) + "\n"


def finish_commit(out: Path) -> None:
    """Complete a commit that was interrupted, if there is one."""
    journal = out / JOURNAL
    if not journal.is_file():
        return
    # Each step may be the last before a kill, and each can be done again. The journal is removed when all that it
    # names is in place and on the disk.
    run = _read(journal)
    folder = str(run.get(FOLDER) or "")
    if "files" in run:
        _link_tables(out, folder)
        _sync(out)
        journal.unlink()
        _sync(out)
        return
    for name in TABLES:
        pending = out / folder / f"{name}.parquet"
        if pending.is_file():  # else it is in place already
            _step_aside(out, out / f"{name}.parquet")
            pending.replace(out / f"{name}.parquet")
    _sync(out)
    journal.replace(out / RUN_FILE)
    _sync(out)
    _remove_dead(out)


def _link_tables(out: Path, folder: str) -> None:
    """Replace the link to the run's folder, which switches the readers; the links through it exist already, except the first time."""
    _link(out, LINK, folder)
    for name in (*(f"{table}.parquet" for table in TABLES), RUN_FILE):
        if (out / LINK / name).exists():
            _link(out, name, f"{LINK}/{name}")


def _link(out: Path, name: str, target: str) -> None:
    place = out / name
    if place.is_symlink() and str(place.readlink()) == target:
        return
    # A link cannot be changed, only replaced: by a rename, so that readers always find one.
    partial = out / f".{name}{_NEW_LINK}"
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    _step_aside(out, place)
    partial.replace(place)


def _step_aside(out: Path, place: Path) -> None:
    """Move away a folder in the place of a link or file, as in a copied output folder; dead runs remove it."""
    if place.is_dir() and not place.is_symlink():
        place.rename(out / f"{_RUN_FOLDER}{uuid.uuid4().hex[:8]}")


def _linked(out: Path) -> str:
    """Return the folder of the current run, if it has one."""
    link = out / LINK
    if not link.is_symlink():
        return ""
    return str(link.readlink())


def _remove_dead(out: Path) -> None:
    """Remove the folders of all runs except the current one, and the link to them if tables are files again."""
    current = _linked(out) if (out / RUN_FILE).is_symlink() else ""
    if not current and os.path.lexists(out / LINK):
        _step_aside(out, out / LINK)
        (out / LINK).unlink(missing_ok=True)
    for path in out.glob(f"{_RUN_FOLDER}*"):
        if path.name != current and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


def _read(journal: Path) -> Mapping[str, Any]:
    """Return what a journal says; nothing if it cannot be read."""
    with suppress(OSError, ValueError, TypeError):
        return dict(parse_json(journal.read_bytes()))
    return {}


def locate(out: Path, name: str) -> Path:
    """Find a file of the last committed run."""
    journal = out / JOURNAL
    if not journal.is_file():
        return out / name
    if name == RUN_FILE:
        return journal
    run = _read(journal)
    folder = str(run.get(FOLDER) or "")
    if "files" in run:
        return out / folder / name
    pending = out / folder / name
    return pending if pending.is_file() else out / name


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; copy it if the file system does not support hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def hash_file(path: Path) -> str:
    """Return the sha256 sum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _roll_back(out: Path, folder: Path) -> None:
    """Remove a new folder that is not current yet. Ask the disk: an interrupt may come after the rename that makes it current."""
    if (out / JOURNAL).exists() or folder.name == _linked(out):
        return
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (out / PARTIAL_JOURNAL).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Flush a file or a folder's entries to the disk; Windows neither has nor needs this for folders."""
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
