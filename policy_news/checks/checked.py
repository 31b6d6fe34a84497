"""The result of a check: all outcomes, and what to compare them with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.checks.outcomes import Finding, Outcome, Severity, Status, group_findings

if TYPE_CHECKING:
    from policy_news.checks.drift import Drift


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that a check found.

    Attributes:
        baseline: Folder of the earlier run, if one was given.
        notes: Remarks that are not findings.
    """

    outcomes: tuple[Outcome, ...]
    out: Path
    expectations: Path | None = None
    baseline: Path | None = None
    drift: Drift | None = None
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """Return the findings."""
        return group_findings(self.outcomes)

    def count(self, status: Status, severity: Severity | None = None) -> int:
        """Return the number of outcomes of a status."""
        return sum(
            outcome.status == status and severity in (None, outcome.severity) for outcome in self.outcomes
        )

    @property
    def is_failed(self) -> bool:
        """Whether an error was found."""
        return any(found.severity == "error" for found in self.findings)
