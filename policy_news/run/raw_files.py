"""The files of the raw folder: names that any table can hold, ids, and reading no more than allowed."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from policy_news.core.errors import ReadError, StageError
from policy_news.run.failures import failure
from policy_news.tables.schema import FailureRow
from policy_news.text.document_ids import UNSAFE, ends_as_article

_UNSAFE = re.compile(f"[{UNSAFE}\ufffd]")
_RECORD = re.compile(r":(?=\d+\Z)")
_READABLE = re.compile(r"[ -9;-~]*")
"""The names of nearly all files; ASCII without a colon."""
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened: a pipe must not make us wait, and Windows must not change line ends."""


def readable_name(name: str) -> str:
    """Return a path below the raw folder as text of one line.

    What cannot be printed, and bytes that are no UTF-8, are written as a replacement character and their hexadecimal
    code, so that no two names become one. Nor does the name of a file look like that of a record (`feed.jsonl:4`).
    """
    return _RECORD.sub(_escaped, _UNSAFE.sub(_escaped, name))


def _escaped(match: re.Match[str]) -> str:
    code = match.group().encode("utf-8", "surrogateescape")
    return "".join(f"\ufffd{byte:02x}" for byte in code)


def read_limited(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes, also if it grows or becomes something else meanwhile.

    Raises:
        ReadError: It is not a regular file, or too large.
        OSError: It cannot be read.
    """
    descriptor = os.open(path, _READ)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise ReadError("not a regular file", "Remove it from the raw folder.")
        data = file.read(limit + 1) if about.st_size <= limit else b""
    size = max(len(data), about.st_size)
    if size > limit:
        raise ReadError(f"{size} bytes, the limit is {limit}", "Split the file, or raise ingest.max_bytes.")
    return data


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of the raw folder.

    Attributes:
        name: The path below the raw folder as text that any table can hold.
        has_twin: Whether another article differs from it in the ending only.
        state: Size and time when the folder was listed, and whether it has a twin; empty if unknown.
    """

    place: str | Path
    name: str
    has_twin: bool = False
    state: str = ""

    @property
    def size(self) -> int:
        """Its bytes when the folder was listed."""
        return int(self.state.partition(" ")[0] or 0)

    @property
    def path(self) -> Path:
        """Where it is; made when it is asked for, since a run asks for few of many files."""
        return Path(self.place)


def check_raw(raw: Path, out: Path) -> None:
    """Require a raw folder that can be read."""
    if re.match(r"[a-z]+:/", str(raw)):
        raise StageError(
            f"raw folder {raw} is an address, not a folder",
            "Save the articles as files first, such as .html or .pdf from a browser, and name their folder: nothing is fetched.",
        )
    if raw.is_file():
        raise StageError(
            f"raw folder {raw} is a file", f"Give the folder that contains it: `--raw {raw.parent}`."
        )
    if not raw.is_dir():
        raise StageError(f"raw folder {raw} does not exist", "Create it, or name another one with --raw.")
    root, apart = raw.resolve(), out.resolve()
    if root == Path(root.anchor):
        raise StageError(f"raw folder {raw} is a whole file system", "Name the folder with the articles.")
    if root == apart or apart in root.parents:
        raise StageError(
            f"raw folder {raw} is inside the output folder {out}",
            "Keep articles and tables in separate folders.",
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands below a raw folder, looked at once: a file that changes later is found changed by the next run.

    Attributes:
        raw: The folder, from the root of the file system on.
        states: The path below the raw folder of all but folders, with size and time; empty for one that is gone.
        odd: The paths of those that are links, gone, or no files.
        lost: The folders that cannot be read.
    """

    raw: str
    states: dict[str, str] = field(default_factory=dict)
    odd: set[str] = field(default_factory=set)
    lost: list[tuple[str, OSError]] = field(default_factory=list)

    def told(self) -> bytes:
        """Return all that is to be read, to see whether it is another time the same."""
        lines = [f"{name}\0{state}" for name, state in sorted(self.states.items()) if state]
        return os.fsencode("\n".join(lines))


def list_raw(raw: Path, out: Path) -> Listing:
    """List a raw folder: all that stands below it, however deep, but folders, the output folder and what is hidden."""
    listing, apart, todo = Listing(str(raw.absolute())), _identify(out), [str(raw)]
    above = len(todo[0]) + 1
    # A list of what is to do and not recursion: folders may be nested deeper than Python calls can be.
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(folder) as entries:
                shown = [entry for entry in entries if not entry.name.startswith(".")]
        except FileNotFoundError:  # gone since the folder above was listed
            continue
        except OSError as error:
            listing.lost.append((folder, error))
            continue
        for entry in shown:
            if not _is_folder(entry):
                _add(listing, entry, entry.path[above:])
            elif not _is_same(entry, apart):
                todo.append(entry.path)
    return listing


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _add(listing: Listing, entry: os.DirEntry[str], below: str) -> None:
    """Add what is no folder; of a link what it leads to: that is read."""
    try:
        if not entry.is_file(follow_symlinks=False):
            listing.odd.add(below)
        listing.states[below] = _state(entry.stat())
        return
    except OSError:  # a link to nothing, or what cannot be looked at: that `ingest` reports
        listing.odd.add(below)
    try:
        listing.states[below] = _state(entry.stat(follow_symlinks=False))
    except OSError:
        listing.states[below] = ""


def _state(about: os.stat_result) -> str:
    return f"{about.st_size} {about.st_mtime_ns}"


def find_files(
    raw: Path, out: Path, failures: list[FailureRow], listing: Listing | None = None
) -> list[RawFile]:
    """Return the files below the raw folder, sorted by name; links that leave it and what is no file become failures.

    Hidden files and the output folder are left out, and what is gone by the time that it is looked at.
    """
    check_raw(raw, out)
    found = _look_at(raw, out, failures, listing or list_raw(raw, out))
    if not found and not failures:
        from policy_news.text.readers import readers

        raise StageError(f"raw folder {raw} is empty", f"Put articles into it: {', '.join(readers())}.")
    return found


def _look_at(raw: Path, out: Path, failures: list[FailureRow], listing: Listing) -> list[RawFile]:
    root, apart = raw.resolve(), out.resolve()
    for folder, error in listing.lost:
        name = readable_name(os.path.relpath(folder, raw))
        why = ReadError(
            f"folder cannot be read: {error.strerror}", "Check its permissions, or shorten its path."
        )
        failures.append(failure(name, "ingest", why))
    states = dict(listing.states)
    for below in listing.odd:
        del states[below]
        try:
            about = _about(Path(listing.raw, below), root, apart)
            if about is not None:
                states[below] = _state(about)
        except ReadError as error:
            failures.append(failure(_name(below), "ingest", error))
    failures.sort(key=lambda row: row.path)
    places = {_name(below): below for below in states}
    endings = {_ending(name) for name in places}
    articles = {ending for ending in endings if ends_as_article(f"a.{ending}")}
    stems = Counter(_stem(name) for name in places if _ending(name) in articles)
    del stems[""]  # of names without a full stop
    found = []
    for name, below in sorted(places.items()):
        has_twin = stems[_stem(name)] > 1
        place = os.path.join(listing.raw, below)  # noqa: PTH118 - a path for each takes some times as long
        found.append(RawFile(place, name, has_twin, f"{states[below]} {has_twin}"))
    return found


def _name(below: str) -> str:
    """Return a path below the raw folder as text that any table can hold."""
    name = below.replace(os.sep, "/")
    return name if _READABLE.fullmatch(name) else readable_name(name)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def _identify(folder: Path) -> tuple[int, int] | None:
    """Return device and number of a folder; None if there is none. Comparing these costs the same at any depth."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_same(entry: os.DirEntry[str], apart: tuple[int, int] | None) -> bool:
    try:
        # Listing the folder gave the number already; the device is asked for only where it fits.
        if apart is None or (os.name == "posix" and entry.inode() != apart[1]):
            return False
        return _identify(Path(entry.path)) == apart
    except OSError:
        return False


def _about(path: Path, root: Path, apart: Path) -> os.stat_result | None:
    """Return what the system tells of a raw file; None for a link into the output folder, or if it is gone."""
    is_link = os.path.islink(path)  # noqa: PTH114 - which takes what cannot be looked at for no link
    try:
        if is_link:
            folders = path.resolve().parents
            if apart in folders:
                return None
            if root not in folders:
                raise ReadError("link leaves the raw folder", "Copy the file into the raw folder.")
        about = path.stat()
    except (OSError, RuntimeError) as error:
        if is_link:
            hint = "Remove it from the raw folder."
            raise ReadError("link to nothing or to itself", hint) from error
        if isinstance(error, FileNotFoundError):
            return None
        why = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"cannot be read: {why}", "Check its permissions, or shorten its path.") from error
    if not stat.S_ISREG(about.st_mode):
        raise ReadError("not a regular file", "Remove it, or what it links to, from the raw folder.")
    return about
