"""Relates claims of invented texts: a run in a temporary folder, and its tables by name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from policy_news.core.settings import Settings
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_tables

Rows = dict[str, list[dict[str, Any]]]


def relate(folder: Path, documents: Iterable[tuple[str, str | None, str]]) -> Rows:
    """The rows of a run over documents.

    Args:
        folder: Where the run goes.
        documents: Id, day and text of each.
    """
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    rows = [{"id": doc, "text": text} | ({"published": day} if day else {}) for doc, day, text in documents]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (raw / "corpus.jsonl").write_text(lines, encoding="utf-8")
    run_all(raw, folder / "out", Settings())
    return {name: table.to_pylist() for name, table in read_tables(folder / "out").items()}
