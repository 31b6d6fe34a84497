"""The stages of a run, done one after the other where something changed; and what they would do."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from policy_news.core.errors import DamagedError, StageError
from policy_news.core.messages import counted
from policy_news.core.settings import Settings
from policy_news.nlp.fingerprints import check_mode, check_model, pipeline_fingerprint
from policy_news.nlp.first_build import ensure_built
from policy_news.run.decisions_copy import has_decisions, read_outcomes, summarise_outcomes, take_decisions
from policy_news.run.finished_run import inputs_digest, is_unchanged, raw_place
from policy_news.run.job import Job, Stage
from policy_news.run.raw_files import check_raw
from policy_news.run.records import forget_records, forgotten_if_damaged, read_documents
from policy_news.run.shard_results import drop_unsound
from policy_news.run.shards import Shard
from policy_news.run.stages import annotate as annotating
from policy_news.run.stages import ingest as reading
from policy_news.run.stages import resolve as resolving
from policy_news.run.stages import unmask as unmasking
from policy_news.run.stages import write as writing
from policy_news.run.unchanged_documents import find_todo
from policy_news.tables.parquet import is_whole, read_run


def ingest(job: Job) -> Job:
    """Read the files that changed into documents and sections, and take the decisions of people as they stand."""
    # Before the files: an edit of the decisions while the stages work is for the next run.
    take_decisions(job.raw, job.out, job.settings)
    with forgotten_if_damaged(partial(forget_records, job.out)):
        documents, failed = reading.run(job.raw, job.out, job.settings, job.progress, job.engine, job.listing)
    job.say(f"ingest: {counted(documents, 'document')}, {failed} failed")
    return job


def unmask(job: Job) -> Job:
    """Replace masked words, keeping exact offsets."""
    with forgotten_if_damaged(partial(forget_records, job.out)):
        masked = unmasking.run(job.out, job.settings, job.progress)
    job.say(f"unmask: {counted(masked, 'document has', 'documents have')} masked words")
    return job


def annotate(job: Job) -> Job:
    """Find mentions, dates and claims of the documents that changed."""
    # Alone, it is asked to make again what another stage found damaged.
    if not job.digest:
        drop_unsound(job.out)
    with forgotten_if_damaged(partial(forget_records, job.out)):
        changed, kept = annotating.run(job.out, job.settings, job.engine, job.progress)
    job.say(f"annotate: {counted(changed, 'document')} changed, {kept} unchanged")
    return job


def resolve(job: Job) -> Job:
    """Make entities of the mentions and statements of the claims of all documents."""
    with forgotten_if_damaged(partial(resolving.forget_corpus, job.out)):
        decided, entities = resolving.run(job.out, job.settings, job.engine)
    if job.digest and has_decisions(job.out):
        job.say(f"decisions: {summarise_outcomes(read_outcomes(job.out))}")
    job.say(f"resolve: {counted(entities, 'entity', 'entities')}")
    return replace(job, decided=decided)


def write(job: Job) -> Job:
    """Write the tables and `run.json`, all at once."""
    about = None
    if job.digest:
        seconds = round(time.monotonic() - job.begun, 3)
        about = {"inputs": job.digest, "raw": raw_place(job.raw, job.out), "seconds": seconds}
    with forgotten_if_damaged(partial(resolving.forget_corpus, job.out)):
        counts = writing.run(job.out, job.settings, job.engine, about, job.decided)
    return replace(job, counts=counts)


MAKING: Sequence[Stage] = (ingest, unmask, annotate, resolve, write)
"""The stages that make the tables; `check` follows."""


def run_stages(job: Job, stages: Sequence[Stage] = MAKING) -> Job:
    """Run stages one after the other, changed or not. The process must hold the output folder.

    What a stage finds damaged it removes, and the stages begin again, once.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    try:
        return _run_in_order(job, stages)
    except DamagedError as damage:
        job.say(f"rebuild: {damage.message}")
        return _run_in_order(job, stages)


def _run_in_order(job: Job, stages: Sequence[Stage]) -> Job:
    for stage in stages:
        job = stage(job)
    return job


def plan(raw: Path, out: Path, settings: Settings) -> str:
    """Return what a run would do and why, without doing it.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    check_raw(raw, out)
    ensure_built(settings.annotate.model, settings.base)
    check_model(settings.annotate.model)
    check_mode(settings)
    if is_unchanged(out, inputs_digest(raw, out, settings)):
        return "nothing to do: the tables are those of these files, settings, rules and model"
    # Elsewhere, so that the output folder stays as it is and need not be locked.
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        take_decisions(raw, scratch, settings)
        reading.run(raw, scratch, settings)
        unmasking.run(scratch, settings)
        shards = annotating.read_shards(scratch, settings)
        todo = [shard for shard, _ in find_todo(out, shards)]
        reasons = _reasons(_hashes(out), _hashes(scratch), out, settings)
    reasons.append(f"would annotate {_documents(todo)} of {counted(_documents(shards), 'document')}")
    return "\n".join(reasons)


def _documents(shards: list[Shard]) -> int:
    return sum(len(shard.entries) for shard in shards)


def _hashes(out: Path) -> dict[str, str]:
    try:
        return {document.doc_id: document.sha256 for document in read_documents(out)}
    except StageError:  # there is no run, or what is left of it is damaged
        return {}


def _reasons(before: dict[str, str], now: dict[str, str], out: Path, settings: Settings) -> list[str]:
    changed = sum(before[doc_id] != now[doc_id] for doc_id in now.keys() & before.keys())
    new, gone = len(now.keys() - before.keys()), len(before.keys() - now.keys())
    reasons = [f"{counted(new, 'document')} new, {changed} changed, {gone} gone"]
    try:
        run = read_run(out)
    except StageError as error:
        return [*reasons, error.message]
    if not is_whole(out, run):
        reasons.append("tables are missing or are not the files that the run wrote")
    if run.get("settings") != settings.model_dump(mode="json"):
        reasons.append("settings changed")
    if run.get("model") != pipeline_fingerprint(settings):
        reasons.append("model or rules changed (the parse is kept where only rules changed)")
    return reasons
