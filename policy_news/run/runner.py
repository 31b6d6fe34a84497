"""A run from its beginning: whether there is anything to do at all.

Most runs over a folder that is followed find nothing new, so what does the work is imported only where there is some.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.processes import collected_seldom
from policy_news.core.settings import Settings
from policy_news.nlp.fingerprints import check_mode, check_model, require_intact
from policy_news.nlp.first_build import ensure_built
from policy_news.run.finished_run import inputs_digest, is_unchanged
from policy_news.run.job import Job, Progress, Say, Stage, silent
from policy_news.run.locking import lock_output
from policy_news.run.raw_files import check_raw, list_raw
from policy_news.tables.commit import finish_commit

if TYPE_CHECKING:
    from policy_news.run.engines.local import Engine


def count_workers(workers: int) -> int:
    """Return the number of processes: the given one, or one per core that this process may use."""
    if workers:
        return workers
    if hasattr(os, "sched_getaffinity"):  # which not every system has
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    engine: Engine | None = None,
    workers: int = 1,
    say: Say = lambda text: None,
    progress: Progress = silent,
    wait: bool = False,
) -> bool:
    """Run the stages from `ingest` to `write`, or nothing if nothing changed; returns whether the tables are new.

    Args:
        engine: What runs the shards; processes of this machine if left out.
        workers: How many of these; 0 for one per core.
        wait: Wait for another run on the folder, instead of failing.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    job = Job(raw, out, settings, engine, say, progress)
    return run_job(job, workers=workers, wait=wait).is_new


def run_job(job: Job, stages: Sequence[Stage] = (), *, workers: int = 1, wait: bool = False) -> Job:
    """Run the stages of a job, or nothing if nothing changed.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    raw, out, settings = job.raw, job.out, job.settings
    # Before the lock, which creates the output folder: a wrong option must leave nothing after.
    check_raw(raw, out)
    ensure_built(settings.annotate.model, settings.base)
    check_model(settings.annotate.model)
    check_mode(settings)
    with lock_output(out, wait=wait):
        # First: what a killed run left half done is neither the old tables nor the new ones.
        finish_commit(out)
        listing = list_raw(raw, out)
        digest = inputs_digest(raw, out, settings, listing)
        if is_unchanged(out, digest):
            job.say("0 changed: the tables are those of these files, settings, rules and model")
            return job
        from policy_news.run.all_stages import MAKING, run_stages
        from policy_news.run.engines.local import LocalEngine

        require_intact(settings.annotate.model)
        with collected_seldom(), (job.engine or LocalEngine(count_workers(workers))).session() as session:
            job = replace(job, engine=session, digest=digest, listing=listing, is_new=True)
            job = run_stages(job, stages or MAKING)
        from policy_news.run.quotation_index import update_index

        update_index(out)
        return job
