"""An Excel workbook: a sheet for each table, with filters, real dates and links to the report."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted
from policy_news.outputs.formats.csv_tables import neutralise
from policy_news.tables.claim_views import claims_view
from policy_news.tables.pages import document_page
from policy_news.tables.parquet import read_tables, to_frames
from policy_news.tables.schema import TABLES, arrow_schema

Row = dict[str, Any]
Link = Callable[[Row], str]
MAX_ROWS = 1_048_575
"""Rows that a sheet holds below its headings."""
MAX_LETTERS = 32_767
"""Characters that a cell holds."""
WIDTHS = {"source": 30, "about": 40, "reported": 70, "content_text": 50, "text": 40, "title": 40, "name": 30}
"""Widths of columns with long texts, in characters; others have that of their heading."""
DAY = dt.datetime(1980, 1, 1)
"""Time of the files in the archive: the first that it can hold."""
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not allow."""
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>[^<]*</dcterms:modified>")
READING = "who said what"
"""Name of the first sheet: the claims that are kept, in columns for readers."""
READ_COLUMNS = (
    "claim_date", "source", "claim_type", "polarity", "reported", "about", "title", "n_articles", "n_origins",
    "score", "claim_id",
)  # fmt: skip
LINK = "report"
"""Heading of the column that opens the report."""


def write_excel(out: Path, to: Path) -> str:
    """Write the claims for readers and all tables into one workbook; say what a sheet cannot hold."""
    if find_spec("openpyxl") is None:
        raise ArgumentError(
            "--format xlsx needs the package openpyxl, which is not installed",
            "Install it: pip install openpyxl.",
        )
    tables = read_tables(out)
    letter_of = import_module("openpyxl.utils").get_column_letter
    report = _escaped(Path(os.path.relpath(out / "report", to.absolute().parent)).as_posix())
    book = import_module("openpyxl").Workbook(write_only=True)
    cut: list[str] = []

    def add(name: str, columns: Sequence[str], rows: Sequence[Row], count: int, link: Link | None) -> None:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, 1):
            sheet.column_dimensions[letter_of(number)].width = WIDTHS.get(column, max(len(column) + 3, 10))
        sheet.auto_filter.ref = f"A1:{letter_of(len(columns) + bool(link))}{len(rows) + 1}"
        sheet.append([*columns, LINK] if link else columns)
        if count > len(rows):
            cut.append(f"{counted(count - len(rows), 'row')} of {name}")
        for row in rows:
            cells = [_cell(row[column]) for column in columns]
            sheet.append([*cells, f'=HYPERLINK("{report}/{_escaped(link(row))}", "open")'] if link else cells)

    view = claims_view(to_frames(tables)).astype(object)
    view = view.where(view.notna(), None).assign(about=view["about"].map("; ".join))
    read: list[Any] = view.head(MAX_ROWS).to_dict("records")
    add(READING, READ_COLUMNS, read, len(view), lambda row: row["page"])
    for name, table in TABLES.items():
        rows = tables[name]
        shown = rows.slice(0, MAX_ROWS).to_pylist()
        add(name, arrow_schema(table).names, shown, rows.num_rows, _links(name))
    book.properties.created = book.properties.modified = DAY
    with new_file(to) as partial:
        packed = io.BytesIO()
        book.save(packed)
        _write_undated(packed, partial)
    left = f"; left out, since a sheet is full: {', '.join(cut)}" if cut else ""
    return f"{len(TABLES) + 1} sheets{left}"


def _write_undated(packed: io.BytesIO, target: Path) -> None:
    """Write the archive without the time of day in it, so that the same tables give the same bytes."""
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = _MODIFIED.sub(b"", source.read(name)) if name == "docProps/core.xml" else source.read(name)
            archive.writestr(zipfile.ZipInfo(name, DAY.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)


def _links(name: str) -> Link | None:
    """Return what makes the link of a row: kept claims are numbered by article, as in the report."""
    seen: Counter[str] = Counter()

    def link(row: Row) -> str:
        page = document_page(row["doc_id"])
        if name == "claims" and row["kept"]:
            seen[row["doc_id"]] += 1
            page += f"#claim-{seen[row['doc_id']]}"
        return page

    return link if name in ("documents", "claims") else None


def _escaped(target: str) -> str:
    return target.replace('"', "%22")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return neutralise(_ILLEGAL.sub("", value))[:MAX_LETTERS]
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)[:MAX_LETTERS]
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value
