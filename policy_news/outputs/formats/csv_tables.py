"""One CSV file a table, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import EXPORT, new_folder
from policy_news.tables.parquet import read_table
from policy_news.tables.schema import TABLES, arrow_schema

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""Beginnings that spreadsheets take for a formula, also after quotes: removing one restores the value."""


def write_csv(out: Path, to: Path) -> str:
    """Write all tables into a folder: UTF-8 with a byte-order mark, so that spreadsheets read it as such."""
    with new_folder(to, EXPORT) as folder:
        for name, table in TABLES.items():
            columns = arrow_schema(table).names
            with (folder / f"{name}.csv").open(
                "w", encoding="utf-8-sig", newline="", errors="replace"
            ) as file:
                # All cells in quotes: `csv` would not quote a lone `\r`, which would begin a row.
                writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
                writer.writerow(columns)
                writer.writerows(_cells(out, name, columns))
    return f"{len(TABLES)} tables"


def neutralise(text: str) -> str:
    """Return text that spreadsheets do not take for a formula: a quote is put before what begins like one."""
    return f"'{text}" if FORMULA.match(text) else text


def _cells(out: Path, name: str, columns: list[str]) -> Iterator[list[Any]]:
    for row in read_table(out, name).to_pylist():
        yield [_cell(row[column]) for column in columns]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value
