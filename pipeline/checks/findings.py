"""What a check finds: one form for the integrity of the tables and for the users' expectations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warn"]
MAX_NAMED = 5
"""Offenders that a finding names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        check: Name of the check.
        offenders: Ids or texts, at most `MAX_NAMED` of `count`.
        line: Line in the file of expectations that it comes from, if it comes from one.
    """

    check: str
    message: str
    severity: Severity = "error"
    offenders: tuple[str, ...] = ()
    count: int = 1
    line: int | None = None


def finding(
    check: str, message: str, offenders: Sequence[str], severity: Severity = "error"
) -> list[Finding]:
    """Make a finding about the offenders.

    Args:
        check: Name of the check.
        message: What is wrong with all of them.
        offenders: Ids or texts of what is wrong; the first few are named, all are counted.
        severity: `error` or `warn`.

    Returns:
        One finding, or none without offenders.
    """
    if not offenders:
        return []
    return [Finding(check, message, severity, tuple(map(str, offenders[:MAX_NAMED])), len(offenders))]


def add_up(findings: Iterable[Finding]) -> list[Finding]:
    """Merge findings with the same message, with the sum of their counts."""
    summed: dict[tuple[str, str, Severity], Finding] = {}
    for found in findings:
        key = (found.check, found.message, found.severity)
        same = summed.get(key, replace(found, offenders=(), count=0))
        summed[key] = replace(
            found, offenders=(*same.offenders, *found.offenders)[:MAX_NAMED], count=same.count + found.count
        )
    return list(summed.values())
