"""The files of the raw folder: names that any table can hold, ids, and reading no more than allowed."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath

from pipeline.errors import ReadError
from pipeline.readers import READERS
from pipeline.readers.decoding import UNSAFE

_UNSAFE = re.compile(f"[{UNSAFE}\ufffd]")
_RECORD = re.compile(r":(?=\d+\Z)")
_PLAIN = "txt"


def readable_name(name: str) -> str:
    """A path below the raw folder as text of one line.

    What cannot be printed, and bytes that are no UTF-8, are written as a replacement character and their hexadecimal
    code, so that no two names become one. Nor does the name of a file look like that of a record (`feed.jsonl:4`).
    """
    return _RECORD.sub(_escaped, _UNSAFE.sub(_escaped, name))


def _escaped(match: re.Match[str]) -> str:
    code = match.group().encode("utf-8", "surrogateescape")
    return "".join(f"\ufffd{byte:02x}" for byte in code)


def document_id(name: str, has_twin: bool = False) -> str:
    """The id of a file's document: its path without the ending.

    The ending stays where what is left ends as the name of an article (`a.md.txt`), or where another article differs in the
    ending only; a text file needs it not: `a.txt` is `a`, and a new `a.html` beside it is `a.html`. So no two ids are the same.
    """
    stem, _, ending = name.rpartition(".")
    return name if ends_as_article(stem) or (has_twin and ending != _PLAIN) else stem or name


def ends_as_article(name: str) -> bool:
    """Whether a file of this name is one article, by its ending."""
    return PurePosixPath(name).suffix.lower() in READERS.keys() - {".jsonl"}


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes, also if it grows or becomes something else meanwhile.

    Raises:
        ReadError: It is no regular file, or too large.
        OSError: It cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # A pipe must not make us wait.
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise ReadError("no regular file", "Remove it from the raw folder.")
        data = file.read(limit + 1) if about.st_size <= limit else b""
    size = max(len(data), about.st_size)
    if size > limit:
        raise ReadError(f"{size} bytes, the limit is {limit}", "Split the file, or raise ingest.max_bytes.")
    return data
