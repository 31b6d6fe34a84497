"""A check in plain text: findings, drift, and one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.drift import WAYS, Drift, TableDrift
from pipeline.checks.findings import Finding
from pipeline.checks.result import Checked
from pipeline.core.messages import printable

SIGNS = {"came": "+", "went": "-", "changed": "~"}
MAX_LABELS = 8
"""Labels that the line of a table names."""


def finding_lines(checked: Checked) -> Iterator[str]:
    """Each finding, with its offenders below it."""
    for found in checked.findings:
        yield f"{found.severity}: {found.check}: {printable(found.message)}{where(checked, found)}"
        yield from (f"    {line}" for line in offender_lines(found))


def where(checked: Checked, found: Finding) -> str:
    """File and line of a finding about an expectation."""
    if found.line:
        return f" ({printable(str(checked.expectations))}:{found.line})"
    return ""


def offender_lines(found: Finding) -> Iterator[str]:
    """The offenders that are named, and how many are not."""
    yield from map(printable, found.offenders)
    if found.count > len(found.offenders) > 0:
        yield f"and {found.count - len(found.offenders)} more"


def summary_line(checked: Checked) -> str:
    """The whole check in one line."""
    severities = [found.severity for found in checked.findings]
    found = ", ".join(
        f"{n} {what}{'s' * (n != 1)}"
        for n, what in ((severities.count("error"), "error"), (severities.count("warn"), "warning"))
    )
    counts = [f"{checked.count('passed')} passed"]
    known = checked.count("known_failure")
    if known:
        counts.append(f"{known} known to fail, marked in {printable(str(checked.expectations))}")
    skipped = checked.count("skipped")
    if skipped:
        counts.append(f"{skipped} skipped")
    return f"check: {found} ({', '.join(counts)})"


def drift_lines(drift: Drift) -> Iterator[str]:
    """What changed since the earlier run: numbers of each table, and the first rows of each kind."""
    if drift.scope == "same_texts":
        of = "documents with the same text"
    else:
        of = "all documents"
    yield f"drift of {of} (the same text in both runs: {drift.same_texts})"
    yield f"  {'table':<16}{'before':>8}{'now':>8}{'came':>8}{'went':>8}{'changed':>9}"
    for name, table in drift.tables.items():
        yield f"  {name:<16}{table.before:>8}{table.now:>8}" + "".join(
            f"{table.moved[way].count:>{8 + (way == 'changed')}}" for way in WAYS
        )
        if table.labels:
            yield f"      {label_counts(table)}"
        yield from (f"    {line}" for line in moved_lines(table))


def moved_lines(table: TableDrift) -> Iterator[str]:
    """The first rows that came, went and changed."""
    for way in WAYS:
        moved = table.moved[way]
        yield from (f"{SIGNS[way]} {printable(words)}" for words in moved.named)
        if moved.count > len(moved.named):
            yield f"{SIGNS[way]} and {moved.count - len(moved.named)} more"


def label_counts(table: TableDrift) -> str:
    """The labels whose number changed, with both numbers."""
    shown = [f"{printable(label)} {before} -> {now}" for label, (before, now) in table.labels.items()]
    return ", ".join(shown[:MAX_LABELS]) + (
        f" and {len(shown) - MAX_LABELS} more labels" if len(shown) > MAX_LABELS else ""
    )
