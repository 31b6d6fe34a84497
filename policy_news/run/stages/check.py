"""Stage `check`: tables -> findings. Imports are local, so that a run that finds nothing new starts fast."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from policy_news.run.finished_run import has_passed, note_checked, sum_run
from policy_news.run.job import Job


def check(job: Job) -> Job:
    """Check the tables; what passed in an earlier run is not checked again, unless something is expected of it."""
    if job.known is not None and job.expected is None and has_passed(job.out):
        return job
    from policy_news.checks import checking

    run_sum = sum_run(job.out)
    checked = checking.run(job.out, job.expected, job.baseline, job.known or ())
    if job.known is not None and not checked.is_failed:
        note_checked(job.out, run_sum)
    return replace(job, checked=checked)


def passed_parts(out: Path) -> Collection[str]:
    """Return the hashes of the files of tables in parts that passed their check, which need not be checked again."""
    from policy_news.tables.parquet import part_hashes

    return part_hashes(out) if has_passed(out) else frozenset()
