"""Reads tables of reference data: a broken row costs only that row, and is reported with its line."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policy_news.core.data_files import page
from policy_news.core.errors import ArgumentError, RuleError
from policy_news.core.messages import suggest, unread

SHOWN = 12
"""Number of problems that are listed."""
HALF = 0.9
"""Least share of the rows of the earlier copy; with less, the download counts as incomplete."""
NO_TABLE = f"Give the file as its source publishes it; {page('docs/reference.md')} says where that is."


@dataclass(slots=True)
class Problems:
    """What is wrong with rows, in order."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Note a problem of a line of the file."""
        self.lines.append(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file.

    Attributes:
        columns: As the file has them.
        rows: Line number and cells of each row.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_table(path: Path, required: Sequence[str], problems: Problems | None = None) -> Table:
    """Read a CSV file; the order of its columns does not matter.

    Args:
        path: The file, UTF-8.
        required: Columns that the table must have.
        problems: Receives rows with too few or too many cells; without it they are an error.

    Raises:
        RuleError: The file cannot be read, lacks a column, has no rows, or ends within a row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(unread(path, error, "CSV"), NO_TABLE) from error
    reader = csv.reader(io.StringIO(text))
    columns = tuple(next(reader, ()))
    missing = [name for name in required if name not in columns]
    if missing:
        hints = "".join(suggest(name, columns) for name in missing[:1])
        raise RuleError(f"{path}: no column {', '.join(missing)}{hints}", NO_TABLE)
    rows = []
    for cells in _records(path, reader):
        if len(cells) == len(columns):
            rows.append((reader.line_num, dict(zip(columns, map(str.strip, cells), strict=True))))
        elif cells:
            _refuse(path, reader.line_num, len(cells), len(columns), problems)
    if not rows:
        raise RuleError(f"{path}: has no rows", NO_TABLE)
    if not text.endswith("\n"):
        raise RuleError(
            f"{path}: ends within a line", "The download is not complete, or the last line lacks its end."
        )
    return Table(columns, tuple(rows))


def _records(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise RuleError(f"{path}: cannot be read as CSV: {error}", NO_TABLE) from error


def _refuse(path: Path, line: int, cells: int, columns: int, problems: Problems | None) -> None:
    reason = f"{cells} cells, and {columns} columns"
    if problems is None:
        raise RuleError(f"{path}: line {line}: {reason}", NO_TABLE)
    problems.add(line, reason)


def write_table(columns: Sequence[str], rows: Iterator[Mapping[str, str]]) -> str:
    """Write the text of a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_day(text: str) -> dt.date | None:
    """Read a date; None if the text is empty.

    Raises:
        ValueError: It is not a date.
    """
    if text:
        return dt.date.fromisoformat(text[:10])
    return None


def check_size(path: Path, new: int, old: int) -> None:
    """Refuse an incomplete download.

    Args:
        path: The new copy.
        new: Number of its rows.
        old: Number of rows of the current copy.

    Raises:
        RuleError: The new copy has far fewer rows.
    """
    if new < HALF * old:
        raise RuleError(
            f"{path}: {new} rows, but the current copy has {old}",
            "The download is not complete. Nothing was written.",
        )


def parse_option(text: str | None) -> dt.date | None:
    """Read a date of the command line.

    Raises:
        ArgumentError: It is not a date.
    """
    try:
        if text:
            return read_day(text)
        return None
    except ValueError as error:
        raise ArgumentError(f"--known-to {text}: {error}", "Dates are written 2026-07-20.") from error
