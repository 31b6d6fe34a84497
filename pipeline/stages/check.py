"""Stage `check`: are the tables sound, and do they hold what the user expects?"""

from __future__ import annotations

from pathlib import Path

from pipeline.expectations import Expectations, check_expectations
from pipeline.findings import Finding
from pipeline.integrity import check_integrity
from pipeline.schema import TABLES
from pipeline.tables import read_run, read_table


def run(out: Path, expected: Expectations | None = None) -> list[Finding]:
    """All findings about a finished run.

    Raises:
        StageError: There is no finished run, or a table is broken.
    """
    described = read_run(out)
    tables = {name: read_table(out, name, verify=True) for name in TABLES}
    findings = check_integrity(tables, described)
    if expected is not None:
        findings += check_expectations(expected, tables)
    return findings
