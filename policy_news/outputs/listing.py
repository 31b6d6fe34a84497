"""Rows of values for people and programs: a table in the terminal, CSV, or JSON with an object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from policy_news.core.messages import printable
from policy_news.outputs.formats.csv_tables import neutralise

WIDEST = 44
"""Characters of a cell in the terminal."""


def format_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: str, shown: Sequence[str] = ()
) -> str:
    """Return rows as `text`, `csv` or `json`.

    Args:
        rows: Each with all columns.
        columns: Those of CSV; JSON has all keys of a row.
        form: `text`, `csv` or `json`.
        shown: Columns of the table in the terminal.
    """
    if form == "json":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return _csv(rows, columns) if form == "csv" else _table(rows, shown)


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    file = io.StringIO()
    # Texts in quotes: `csv` would not quote a lone `\r`, and the text after it would begin a row.
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return file.getvalue()


def _table(rows: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> str:
    """Columns of texts at the left of their width, those of numbers at the right."""
    lines = [list(shown), *([_printed(row[name]) for name in shown] for row in rows)]
    columns = []
    for name, cells in zip(shown, zip(*lines, strict=True), strict=True):
        width, is_text = max(map(len, cells)), any(isinstance(row[name], str) for row in rows)
        columns.append([cell.ljust(width) if is_text else cell.rjust(width) for cell in cells])
    return "".join("  ".join(line).rstrip() + "\n" for line in zip(*columns, strict=True))


def _cell(value: Any) -> Any:
    """Return a value that a spreadsheet does not take for a formula; a list becomes a text."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return neutralise(value) if isinstance(value, str) else value


def _printed(value: Any) -> str:
    return "" if value is None else printable(str(value))[:WIDEST]
