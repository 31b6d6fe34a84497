"""What became of each expectation, and the findings made from that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from pipeline.checks.findings import MAX_NAMED, Finding, Severity

Status = Literal["passed", "failed", "known_failure", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one expectation.

    Attributes:
        check: Kind of expectation: expected, unexpected, rows, labels, share, drift, ..., or the name of a check of the tables.
        subject: What it is about: a document and table, a table, the run.
        name: The expectation in words; unique with check and subject, except for repetitions in the file.
        problem: What is wrong, in words that the outcomes of one finding share; or why it was skipped.
        offenders: What does not fit, at most `MAX_NAMED` of `count`.
        line: Line in the file of expectations.
    """

    check: str
    subject: str
    name: str
    status: Status = "passed"
    severity: Severity = "error"
    problem: str = ""
    offenders: tuple[str, ...] = ()
    count: int = 0
    line: int | None = None

    def fail(self, problem: str, offender: str) -> Outcome:
        """Return the outcome as failed by one offender, which is named with its line in the file."""
        named = f"line {self.line}: {offender}" if self.line else offender
        return replace(self, status="failed", problem=problem, offenders=(named,), count=1)

    def skip(self, why: str) -> Outcome:
        """Return the outcome as skipped."""
        return replace(self, status="skipped", problem=why)


def group_findings(outcomes: Iterable[Outcome]) -> list[Finding]:
    """Make one finding of the failed outcomes with the same check, subject and problem, in order of the first."""
    groups: dict[tuple[str, str, str, Severity], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status == "failed":
            key = (outcome.check, outcome.subject, outcome.problem, outcome.severity)
            groups.setdefault(key, []).append(outcome)
    return [_finding(*key, members) for key, members in groups.items()]


def _finding(check: str, subject: str, problem: str, severity: Severity, members: list[Outcome]) -> Finding:
    named = list(chain.from_iterable(member.offenders for member in members))
    message = f"{subject}: {problem}" if subject else problem
    return Finding(
        check,
        message,
        severity,
        tuple(named[:MAX_NAMED]),
        sum(member.count for member in members),
        members[0].line,
    )


def integrity_outcomes(names: Iterable[str], findings: Iterable[Finding]) -> list[Outcome]:
    """Make outcomes of integrity checks: one for each finding, and one for each check without findings."""
    failed = [
        Outcome(
            f.check, "", f"{f.check} of all tables", "failed", f.severity, f.message, f.offenders, f.count
        )
        for f in findings
    ]
    bad = {outcome.check for outcome in failed}
    return failed + [Outcome(name, "", f"{name} of all tables") for name in names if name not in bad]
