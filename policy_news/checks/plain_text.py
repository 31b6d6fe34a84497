"""A check in plain text: findings, drift, and one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator

from policy_news.checks.checked import Checked
from policy_news.checks.drift import WAYS, Drift, TableDrift
from policy_news.checks.outcomes import Finding
from policy_news.core.messages import counted, printable

SIGNS = {"came": "+", "went": "-", "changed": "~"}
MAX_LABELS = 8
"""Labels that the line of a table names."""


def finding_lines(checked: Checked) -> Iterator[str]:
    """Yield each finding, with its offenders below it."""
    for found in checked.findings:
        yield f"{found.severity}: {found.check}: {printable(found.message)}{where(checked, found)}"
        yield from (f"    {line}" for line in offender_lines(found))


def where(checked: Checked, found: Finding) -> str:
    """File and line of a finding about an expectation."""
    if found.line:
        return f" ({printable(str(checked.expectations))}:{found.line})"
    return ""


def offender_lines(found: Finding) -> Iterator[str]:
    """Yield the offenders that are named, and how many are not."""
    yield from map(printable, found.offenders)
    if found.count > len(found.offenders) > 0:
        yield f"and {found.count - len(found.offenders)} more"


def summary_line(checked: Checked) -> str:
    """Return the whole check in one line."""
    severities = [found.severity for found in checked.findings]
    found = f"{counted(severities.count('error'), 'error')}, {counted(severities.count('warn'), 'warning')}"
    counts = [f"{checked.count('passed')} passed"]
    known = checked.count("known_failure")
    if known:
        counts.append(f"{known} known to fail, marked in {printable(str(checked.expectations))}")
    skipped = checked.count("skipped")
    if skipped:
        counts.append(f"{skipped} skipped")
    return f"check: {found} ({', '.join(counts)})"


def drift_lines(drift: Drift) -> Iterator[str]:
    """Yield what changed since the earlier run: numbers of each table, and the first rows of each kind."""
    of = "documents with the same text" if drift.scope == "same_texts" else "all documents"
    yield f"drift of {of} (the same text in both runs: {drift.same_texts})"
    yield f"  {'table':<16}{'before':>8}{'now':>8}{'came':>8}{'went':>8}{'changed':>9}"
    for name, table in drift.tables.items():
        came, went, changed = (table.moved[way].count for way in WAYS)
        yield f"  {name:<16}{table.before:>8}{table.now:>8}{came:>8}{went:>8}{changed:>9}"
        if table.labels:
            yield f"      {label_counts(table)}"
        yield from (f"    {line}" for line in moved_lines(table))


def moved_lines(table: TableDrift) -> Iterator[str]:
    """Yield the first rows that were added, removed and changed."""
    for way in WAYS:
        moved = table.moved[way]
        yield from (f"{SIGNS[way]} {printable(words)}" for words in moved.named)
        if moved.count > len(moved.named):
            yield f"{SIGNS[way]} and {moved.count - len(moved.named)} more"


def label_counts(table: TableDrift) -> str:
    """Return the labels whose number changed, with both numbers."""
    labels = [f"{printable(label)} {before} -> {now}" for label, (before, now) in table.labels.items()]
    shown = ", ".join(labels[:MAX_LABELS])
    if len(labels) > MAX_LABELS:
        shown += f" and {len(labels) - MAX_LABELS} more labels"
    return shown
