"""The result of a check: what became of each expectation, and the findings made from that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from policy_news.core.grouping import grouped

Severity = Literal["error", "warn"]
MAX_NAMED = 5
"""Offenders that a finding names."""
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        offenders: Ids or texts, at most `MAX_NAMED` of `count`.
        line: Line in the file of expectations that it comes from, if it comes from one.
    """

    check: str
    message: str
    severity: Severity = "error"
    offenders: tuple[str, ...] = ()
    count: int = 1
    line: int | None = None


def group_findings(outcomes: Iterable[Outcome]) -> list[Finding]:
    """Make one finding of the failed outcomes with the same check, subject and problem, in order of the first."""
    failed = [one for one in outcomes if one.status == "failed"]
    groups = grouped(((one.check, one.subject, one.problem, one.severity), one) for one in failed)
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


def failed_check(check: str, problem: str, offenders: Sequence[str]) -> list[Outcome]:
    """Return the outcome of a check of the tables that some rows fail; nothing without any."""
    if not offenders:
        return []
    named = tuple(map(str, offenders[:MAX_NAMED]))
    return [
        Outcome(
            check,
            "",
            f"{check} of all tables",
            "failed",
            problem=problem,
            offenders=named,
            count=len(offenders),
        )
    ]


def add_up(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Merge the outcomes of parts that have the same problem, with the sum of their counts."""
    summed: dict[tuple[str, str], Outcome] = {}
    for one in outcomes:
        key = (one.check, one.problem)
        same = summed.get(key, replace(one, offenders=(), count=0))
        named = (*same.offenders, *one.offenders)[:MAX_NAMED]
        summed[key] = replace(one, offenders=named, count=same.count + one.count)
    return list(summed.values())
