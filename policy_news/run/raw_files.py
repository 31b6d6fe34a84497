"""The files of the raw folder: names that any table can hold, ids, and reading no more than allowed."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, filterfalse, repeat
from operator import attrgetter, itemgetter, methodcaller, not_
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
    """Require a raw folder that can be read.

    Raises:
        StageError: It is missing, is a file, or lies in the output folder.
    """
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

    A line is all that is kept of a file, since there may be millions.

    Attributes:
        raw: The folder, from the root of the file system on.
        lines: Of all but folders the path below the raw folder, a zero byte, size and time, ascending; without these for one that is gone.
        odd: The paths of those that are links, gone, or no files.
        lost: The folders that cannot be read.
    """

    raw: bytes
    lines: list[bytes]
    odd: frozenset[bytes]
    lost: list[tuple[bytes, OSError]]

    def told(self) -> bytes:
        """Return all that is to be read, to see whether it is another time the same."""
        if not self.odd:  # what is gone is odd
            return b"\n".join(self.lines)
        return b"\n".join(line for line in self.lines if not line.endswith(b"\0"))


def list_raw(raw: Path, out: Path) -> Listing:
    """List a raw folder: all that stands below it, however deep, but folders, the output folder and what is hidden.

    As bytes, since there may be many.
    """
    listed = _Listed(os.fsencode(raw), _identify(out))
    lost: list[tuple[bytes, OSError]] = []
    # A list of what is to do and not recursion: folders may be nested deeper than Python calls can be.
    while listed.todo:
        folder = listed.todo.pop()
        try:
            with os.scandir(folder) as entries:
                listed.add(entries)
        except FileNotFoundError:  # gone since the folder above was listed
            continue
        except OSError as error:
            lost.append((folder, error))
    listed.lines.sort()
    return Listing(os.fsencode(raw.absolute()), listed.lines, frozenset(listed.odd), lost)


class _Listed:
    """What was listed so far, and the folders that are still to do."""

    def __init__(self, raw: bytes, apart: tuple[int, int] | None) -> None:
        self._above = len(raw) + 1
        self._apart = apart
        self.todo = [raw]
        self.lines: list[bytes] = []
        self.odd: set[bytes] = set()

    def add(self, entries: Iterable[os.DirEntry[bytes]]) -> None:
        """Add the entries of a folder, all files at once: most of a run that finds nothing new is spent here."""
        shown = [entry for entry in entries if not entry.name.startswith(b".")]
        try:
            are_files = list(map(methodcaller("is_file", follow_symlinks=False), shown))
            files = list(compress(shown, are_files))
            states = list(map(attrgetter("st_size", "st_mtime_ns"), map(methodcaller("stat"), files)))
        except OSError:  # one is gone meanwhile
            are_files, files, states = [False] * len(shown), [], []
        belows = map(itemgetter(slice(self._above, None)), map(attrgetter("path"), files))
        self.lines += [b"%b\0%d %d" % (below, *state) for below, state in zip(belows, states, strict=True)]
        for entry in compress(shown, map(not_, are_files)):
            self._add_other(entry)

    def _add_other(self, entry: os.DirEntry[bytes]) -> None:
        try:
            if entry.is_dir(follow_symlinks=False):
                self._add_folder(entry)
                return
            about = entry.stat()  # of a link what it leads to: that is read
            is_plain = entry.is_file(follow_symlinks=False)
        except OSError:
            self._add_odd(entry)
            return
        below = entry.path[self._above :]
        if not is_plain:
            self.odd.add(below)
        self.lines.append(b"%b\0%d %d" % (below, about.st_size, about.st_mtime_ns))

    def _add_folder(self, entry: os.DirEntry[bytes]) -> None:
        if not _is_same(entry, self._apart):
            self.todo.append(entry.path)

    def _add_odd(self, entry: os.DirEntry[bytes]) -> None:
        """Take in a link to nothing, or what is gone meanwhile or cannot be looked at: that `ingest` reports."""
        below = entry.path[self._above :]
        self.odd.add(below)
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            self.lines.append(below + b"\0")
        else:
            self.lines.append(b"%b\0%d %d" % (below, about.st_size, about.st_mtime_ns))


def find_files(
    raw: Path, out: Path, failures: list[FailureRow], listing: Listing | None = None
) -> list[RawFile]:
    """Return the files below the raw folder, sorted by name; links that leave it and what is no file become failures.

    Hidden files and the output folder are left out, and what is gone by the time that it is looked at.

    Args:
        listing: The folder as it was listed before; listed now if left out.

    Raises:
        StageError: There is no raw folder that can be read, or it is empty.
    """
    check_raw(raw, out)
    found = _look_at(raw, out, failures, listing or list_raw(raw, out))
    if not found and not failures:
        from policy_news.text.readers import readers

        raise StageError(f"raw folder {raw} is empty", f"Put articles into it: {', '.join(readers())}.")
    return found


def _look_at(raw: Path, out: Path, failures: list[FailureRow], listing: Listing) -> list[RawFile]:
    root, apart, above = raw.resolve(), out.resolve(), os.fsdecode(listing.raw)
    for folder, error in listing.lost:
        name = readable_name(os.fsdecode(os.path.relpath(folder, os.fsencode(raw))))
        why = ReadError(
            f"folder cannot be read: {error.strerror}", "Check its permissions, or shorten its path."
        )
        failures.append(failure(name, "ingest", why))

    states = dict(map(itemgetter(0, 2), map(methodcaller("partition", b"\0"), listing.lines)))
    for below in listing.odd:
        own = os.fsdecode(below)
        del states[below]
        try:
            about = _about(Path(above, own), root, apart)
            if about is not None:
                states[below] = b"%d %d" % (about.st_size, about.st_mtime_ns)
        except ReadError as error:
            failures.append(failure(readable_name(own.replace(os.sep, "/")), "ingest", error))
    failures.sort(key=lambda row: row.path)
    owns = list(map(os.fsdecode, states))
    below_raw = list(map(methodcaller("replace", os.sep, "/"), owns))
    renamed = {name: readable_name(name) for name in filterfalse(_READABLE.fullmatch, below_raw)}
    places = map(os.path.join, repeat(above), owns)
    names = (str(renamed.get(name, name)) for name in below_raw) if renamed else below_raw
    found = zip(names, places, map(bytes.decode, states.values()), strict=True)
    return _with_twins(sorted(found, key=itemgetter(0)))


def _identify(folder: Path) -> tuple[int, int] | None:
    """Return device and number of a folder; None if there is none. Comparing these costs the same at any depth."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_same(entry: os.DirEntry[bytes], apart: tuple[int, int] | None) -> bool:
    try:
        # Listing the folder gave the number already; the device is asked for only where it fits.
        if apart is None or (os.name == "posix" and entry.inode() != apart[1]):
            return False
        return _identify(Path(os.fsdecode(entry.path))) == apart
    except OSError:
        return False


def _about(path: Path, root: Path, apart: Path) -> os.stat_result | None:
    """Return what the system tells of a raw file; None for a link into the output folder, or if it is gone.

    Raises:
        ReadError: It is not a regular file, or a link to none in the raw folder.
    """
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


def _with_twins(files: Sequence[tuple[str, str, str]]) -> list[RawFile]:
    cut = list(map(methodcaller("rpartition", "."), map(itemgetter(0), files)))
    articles = {ending: ends_as_article(f"a.{ending}") for ending in set(map(itemgetter(2), cut))}
    stems = Counter(compress(map(itemgetter(0), cut), map(articles.get, map(itemgetter(2), cut))))
    del stems[""]  # of names without a full stop
    twins = list(map((1).__lt__, map(stems.__getitem__, map(itemgetter(0), cut))))
    states = map("{} {}".format, map(itemgetter(2), files), twins)
    return list(map(RawFile, map(itemgetter(1), files), map(itemgetter(0), files), twins, states))
