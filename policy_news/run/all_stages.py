"""The stages of a run, done one after the other where something changed; and what they would do."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from policy_news.core.errors import StageError
from policy_news.core.messages import counted
from policy_news.core.settings import Settings
from policy_news.nlp.fingerprints import check_mode, check_model, pipeline_fingerprint, require_intact
from policy_news.nlp.first_build import ensure_built
from policy_news.run.change_detection import inputs_digest, is_unchanged, raw_place
from policy_news.run.decisions import has_decisions, read_outcomes, summarise_outcomes, take_decisions
from policy_news.run.engines.local import Engine
from policy_news.run.progress import Progress, Say
from policy_news.run.raw_files import Listing, check_raw
from policy_news.run.records import again_if_damaged, forget_records, is_of_former_version, read_documents
from policy_news.run.shards import Shard
from policy_news.run.stages import annotate, ingest, resolve, unmask, write
from policy_news.tables.parquet import is_whole, read_run


def run_stages(
    raw: Path,
    out: Path,
    settings: Settings,
    digest: str,
    *,
    engine: Engine,
    say: Say,
    progress: Progress,
    listing: Listing | None = None,
) -> None:
    """Run all stages, changed or not. The process must hold the output folder.

    Args:
        raw: Folder of the articles.
        out: Folder of the tables.
        settings: The settings.
        digest: Hash of what the run is made from, for `run.json`.
        engine: What runs the shards and the parts.
        say: Told what each stage did.
        progress: Told how far each stage is.
        listing: The raw folder as it was when `digest` was taken; listed again if left out.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    begun = time.monotonic()
    require_intact(settings.annotate.model)
    # Before `ingest`: an edit of the decisions while the stages work is for the next run.
    take_decisions(raw, out, settings)
    if is_of_former_version(out):
        say("rebuild: an earlier version kept the records in another form")
    read = partial(_read, raw, out, settings, engine, say, progress, listing)
    again_if_damaged(partial(forget_records, out), read, say)
    about = {"inputs": digest, "raw": raw_place(raw, out)}
    write_corpus = partial(_write_corpus, out, settings, engine, about, begun)
    entities = again_if_damaged(partial(resolve.forget_corpus, out), write_corpus, say)
    if has_decisions(out):
        say(f"decisions: {summarise_outcomes(read_outcomes(out), raw)}")
    say(f"resolve: {counted(entities, 'entity', 'entities')}")


def _write_corpus(out: Path, settings: Settings, engine: Engine, about: dict[str, str], begun: float) -> int:
    decided, entities = resolve.run(out, settings, engine)
    seconds = round(time.monotonic() - begun, 3)
    write.run(out, settings, engine, about | {"seconds": seconds}, decided)
    return entities


def _read(
    raw: Path,
    out: Path,
    settings: Settings,
    engine: Engine,
    say: Say,
    progress: Progress,
    listing: Listing | None,
) -> None:
    """Run the stages from `ingest` to `annotate`."""
    documents, failed = ingest.run(raw, out, settings, progress, engine, listing)
    say(f"ingest: {counted(documents, 'document')}, {failed} failed")
    masked = unmask.run(out, settings, progress)
    say(f"unmask: {counted(masked, 'document has', 'documents have')} masked words")
    changed, kept = annotate.run(out, settings, engine, progress)
    say(f"annotate: {counted(changed, 'document')} changed, {kept} unchanged")


def plan(raw: Path, out: Path, settings: Settings) -> str:
    """Return what a run would do and why, without doing it.

    Args:
        raw: Folder of the articles.
        out: Folder of the tables.
        settings: The settings.

    Returns:
        Lines for a person.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    check_raw(raw, out)
    ensure_built(settings.annotate.model, settings.base_model)
    check_model(settings.annotate.model)
    check_mode(settings)
    if is_unchanged(out, inputs_digest(raw, out, settings)):
        return "nothing to do: the tables are those of these files, settings, rules and model"
    # Elsewhere, so that the output folder stays as it is and need not be locked.
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        ingest.run(raw, scratch, settings)
        unmask.run(scratch, settings)
        shards = annotate.read_shards(scratch, settings)
        todo = [shard for shard, _ in annotate.find_todo(out, shards)]
        reasons = _reasons(_hashes(out), _hashes(scratch), out, settings)
    documents = f"{_documents(todo)} of {counted(_documents(shards), 'document')}"
    reasons.append(f"would annotate {documents} in {len(todo)} of {counted(len(shards), 'shard')}")
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
