"""The data dictionary, made from the schema: `python -m scripts.data_dictionary docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

from policy_news.tables.schema import FAR_REFERENCES, REFERENCES, TABLES, VERSION, Table, arrow_schema

HEAD = f"""# The tables

Generated from `policy_news/tables/schema.py` by `make dictionary`; do not edit. Schema version {VERSION}.

- All tables are Parquet files in the output folder. With more documents than `tables.single_file_documents`, a table is a folder of
  files, which the same calls read.
- `?` after a type: the value may be null. `category`: a string of few values, dictionary-encoded. `→`: refers to that column.
- Offsets are half-open `[start, end)` counts of Unicode code points in `documents.text`: `start` is the first code point, `end` one past the
  last, and `text == raw[start:end]` in every row. No span contains a masked character.
- Ids are the same in every run over the same input.
- `run.json` is written last: tables without it are not a finished run. Keys may be added to it.

Keys of `run.json`:

- `schema_version`: version of the tables
- `sha256`: hash of the other lines of the file
- `tables`, `sizes`, `counts`: sha256, bytes and rows of each table
- `versions`, `settings`, `model`: what the run was made with
- `raw`: the raw folder, as seen from the output folder
"""

KNOWN = ("First code point in the raw text.", "One past the last code point.", "raw[start:end].")
"""Descriptions of columns that the head of the page gives for all tables."""


def build_dictionary() -> str:
    """The whole page, as Markdown."""
    return HEAD + "".join(f"\n{part}\n" for table in TABLES.values() for part in _describe(table))


def _describe(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield f"{cleandoc(table.row.__doc__ or '')} Key: {', '.join(f'`{name}`' for name in table.key)}; sorted by {', '.join(table.order)}."
    links = {
        column: f"`{target}.{other}`"
        for name, column, target, other in (*REFERENCES, *FAR_REFERENCES)
        if name == table.name
    }
    lines = []
    for field in arrow_schema(table):
        description = field.metadata[b"description"].decode()
        link = f" → {links[field.name]}" if field.name in links else ""
        optional = "?" if field.nullable else ""
        said = "" if description in KNOWN or (link and " " not in description) else f": {description}"
        lines.append(f"- **{field.name}** `{_shown(str(field.type))}{optional}`{said}{link}")
    yield "\n".join(lines)


def _shown(arrow_type: str) -> str:
    if arrow_type.startswith("dictionary"):
        return "category"
    return (
        arrow_type.replace("list<element: ", "list of ")
        .replace("struct<start: int32 not null, end: int32 not null> not null>", "{start, end}")
        .removesuffix(" not null>")
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(build_dictionary(), encoding="utf-8")
