"""Shares of a run or a document: masked words, failures, unresolved offices and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from policy_news.checks.expectations import DocumentShares, ShareBounds
from policy_news.checks.expectations_file import ExpectationFile
from policy_news.checks.outcomes import Outcome, Severity

if TYPE_CHECKING:
    import pyarrow as pa

    from policy_news.core.yaml_loading import Step

OPEN = frozenset({"unresolved", "conflict"})
"""Values of `office_status` without an office where there should be one."""

Part = tuple[int, int]
"""A number, and the number that it is a part of."""


def measure_shares(tables: Mapping[str, pa.Table]) -> dict[str, Part]:
    """Return the shares of the rows in these tables, as numbers; `failures` only if that table is given."""
    documents = tables["documents"]
    statuses = [status for status in tables["mentions"]["office_status"].to_pylist() if status is not None]
    claims = tables["claims"]["source_entity_id"]
    shares = {
        "masked": (sum(documents["n_masked_words"].to_pylist()), sum(documents["n_words"].to_pylist())),
        "unresolved": (sum(status in OPEN for status in statuses), len(statuses)),
        "unattributed": (claims.null_count, len(claims)),
    }
    if "failures" in tables:
        failed = tables["failures"].num_rows
        shares["failures"] = (failed, failed + documents.num_rows)
    return shares


def share_outcomes(
    file: ExpectationFile,
    subject: str,
    expected: DocumentShares,
    measured: Mapping[str, Part],
    severity: Severity,
    steps: tuple[Step, ...],
) -> Iterator[Outcome]:
    """Judge measured shares by their limits.

    Args:
        file: The file of expectations, for line numbers.
        subject: Document or run that the shares are of.
        measured: Name of a share to its count and the number that it is a share of.
        severity: Severity of a share that names none of its own.
        steps: Keys on the way to the limits in the file.

    Yields:
        An outcome for each share that has limits; a share of nothing (no words, no claims) is skipped.
    """
    for name, part in measured.items():
        bounds: ShareBounds | None = getattr(expected, name, None)
        if bounds is not None:
            line = file.places.line((*steps, name))
            yield _judge(
                Outcome("share", subject, name, severity=bounds.severity or severity, line=line),
                bounds,
                *part,
            )


def _judge(outcome: Outcome, bounds: ShareBounds, count: int, whole: int) -> Outcome:
    if not whole:
        return outcome.skip("there is nothing to measure")
    share = count / whole
    if not bounds.misses(share):
        return outcome
    return outcome.fail(
        "shares out of bounds", f"{outcome.name}: {share:.4f} ({count} of {whole}), expected {bounds.shown()}"
    )
