"""Reads CSV row by row, plain or compressed, so that a broken row costs only that row, and a large file little memory."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, cast

from policy_news.core.errors import RuleError
from policy_news.core.messages import unread
from policy_news.rules.importers.contents import BrokenRowError, ImportCounts
from policy_news.rules.own_lists import OwnEntry

MAX_LINE, MAX_ROW_LINES = 1_000_000, 20
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A CSV format.

    Attributes:
        required: Columns without which a file is not of this format.
        wanted: Pattern of the optional columns to read.
        parse: Makes an entry from a row and the label of the command line; raises `BrokenRowError` or `LeftOutError`.
    """

    required: tuple[str, ...]
    wanted: re.Pattern[str]
    parse: Callable[[Row, str | None], OwnEntry]


@contextmanager
def open_plain(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if it ends in `.gz` or is a `.zip` with one file.

    Raises:
        RuleError: It cannot be read.
    """
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive, archive.open(_only_member(path, archive)) as file:
                yield file
        elif path.suffix == ".gz":
            with gzip.open(path) as packed:
                yield cast("IO[bytes]", packed)
        else:
            with path.open("rb") as plain:
                yield plain
    # `zipfile` raises RuntimeError for an archive with a password.
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise RuleError(unread(path, error), "Check the path, and that the download is complete.") from error


def _only_member(path: Path, archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if len(names) != 1:
        raise RuleError(
            f"{path}: contains {len(names)} files", "Unpack it and import the one with the names."
        )
    return names[0]


def read_rows(path: Path, table: TableFormat, tally: ImportCounts) -> Iterator[tuple[int, Row]]:
    """Yield line number and wanted columns of every valid row; the tally counts the others.

    Raises:
        RuleError: The file cannot be read, or lacks a required column.
    """
    with open_plain(path) as file:
        lines = _numbered(file)
        header = _read_header(lines)
        _check_header(path, header, table.required)
        columns = [
            (i, name)
            for i, name in enumerate(header)
            if name in table.required or table.wanted.fullmatch(name)
        ]
        for line, fields in _records(lines, len(header), tally):
            yield line, {name: fields[i].strip() for i, name in columns}


def _check_header(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        found = ", ".join(header[:8])[:200] or "nothing"
        hint = "Check --format."
        if ";" in "".join(header):
            hint = "Its columns are separated by semicolons; save it with commas."
        raise RuleError(
            f"{path}: not of this format: no column {', '.join(missing)} (the first line has {found})", hint
        )


def _numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, each cut at `MAX_LINE`."""
    for number in count(1):
        line = rest = file.readline(MAX_LINE)
        if not line:
            return
        # Skip the rest of a cut line, or it would count as lines of its own.
        while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE)
        yield number, line


def _read_header(lines: Iterator[tuple[int, bytes]]) -> list[str]:
    """Return the fields of the first line."""
    _, first = next(lines, (1, b""))
    try:
        return [name.strip() for name in _split(first.removeprefix(b"\xef\xbb\xbf"))]
    except BrokenRowError:
        return []


def _records(
    lines: Iterator[tuple[int, bytes]], width: int, tally: ImportCounts
) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and fields of the valid records.

    A record may span lines inside quotation marks. A record that does not end, or has another number of fields than the header,
    costs only its first line: the others are read again, because its quotation mark may be a slip.
    """
    back: deque[tuple[int, bytes]] = deque()

    def take() -> tuple[int, bytes] | None:
        return back.popleft() if back else next(lines, None)

    while (first := take()) is not None:
        taken = [first]
        while _is_open(taken) and len(taken) < MAX_ROW_LINES and (more := take()) is not None:
            taken.append(more)
        text = b"".join(line for _, line in taken)
        if not text.strip():
            continue
        try:
            fields = _split(text)
            if len(fields) != width:
                raise BrokenRowError(f"{len(fields)} fields, the header has {width}")
        except BrokenRowError as error:
            tally.break_row(f"line {first[0]}", str(error))
            back.extendleft(reversed(taken[1:]))
        else:
            yield first[0], fields


def _is_open(taken: Sequence[tuple[int, bytes]]) -> bool:
    return sum(line.count(b'"') for _, line in taken) % 2 == 1


def _split(record: bytes) -> list[str]:
    if len(record) >= MAX_LINE:
        raise BrokenRowError(f"longer than {MAX_LINE} bytes")
    try:
        fields = list(csv.reader(io.StringIO(record.decode(), newline=""), strict=True))
    except UnicodeDecodeError:
        raise BrokenRowError("not UTF-8") from None
    except csv.Error as error:
        reason = str(error)
        if "end of data" in reason:
            reason = "a quotation mark does not close"
        raise BrokenRowError(reason) from None
    return fields[0] if fields else []
