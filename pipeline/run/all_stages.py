"""The stages of a run, done one after the other where something changed; and what they would do."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from pipeline.core.errors import StageError
from pipeline.core.messages import counted
from pipeline.core.settings import Settings
from pipeline.nlp.fingerprints import check_mode, check_model, pipeline_fingerprint, require_intact
from pipeline.nlp.first_build import ensure_built
from pipeline.run.change_detection import inputs_digest, is_unchanged, raw_place
from pipeline.run.changed_files import maker, read_changes
from pipeline.run.decisions import (
    has_decisions,
    read_outcomes,
    summarise_outcomes,
    take_decisions,
)
from pipeline.run.engines.local import Engine
from pipeline.run.paths import DOCUMENTS
from pipeline.run.progress import Progress, Say
from pipeline.run.raw_files import Listing, check_raw
from pipeline.run.record_index import index_run, read_index
from pipeline.run.records import read_head, scan_lines
from pipeline.run.shards import Shard
from pipeline.run.stages import annotate, ingest, resolve, unmask, write
from pipeline.tables.parquet import is_whole, read_run


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
    if not _follow(raw, out, settings, engine=engine, say=say, progress=progress, listing=listing):
        _read_all(raw, out, settings, engine=engine, say=say, progress=progress)
    about = {"inputs": digest, "raw": raw_place(raw, out)}
    write_corpus = partial(_write_corpus, out, settings, engine, about, begun)
    resolved = resolve.again_if_damaged(out, write_corpus, say)
    if has_decisions(out):
        say(f"decisions: {summarise_outcomes(read_outcomes(out), raw)}")
    say(f"resolve: {counted(resolved.entities, 'entity', 'entities')}")


def _write_corpus(
    out: Path, settings: Settings, engine: Engine, about: dict[str, str], begun: float
) -> resolve.Resolved:
    resolved = resolve.run(out, settings, engine)
    seconds = round(time.monotonic() - begun, 3)
    write.run(out, settings, engine, about | {"seconds": seconds}, resolved.decided)
    return resolved


def _read_all(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    engine: Engine,
    say: Say,
    progress: Progress,
) -> None:
    """Run the stages from `ingest` to `annotate` for all files."""
    read = ingest.run(raw, out, settings, progress, engine)
    say(f"ingest: {counted(read.documents, 'document')}, {read.failed} failed")
    masked = unmask.run(out, settings, progress)
    say(f"unmask: {counted(masked, 'document has', 'documents have')} masked words")
    entries = annotate.read_entries(out, settings)
    changed, kept = annotate.run(out, settings, engine, progress, entries)
    say(f"annotate: {counted(changed, 'document')} changed, {kept} unchanged")
    if write.is_in_parts(out, settings):
        index_run(out, maker(settings), entries, unmask.masked_documents(out))


def _follow(
    raw: Path,
    out: Path,
    settings: Settings,
    *,
    engine: Engine,
    say: Say,
    progress: Progress,
    listing: Listing | None,
) -> bool:
    """Return the same for the files that changed since the last run, where few did; False where all must be gone through."""
    changes = read_changes(raw, out, settings, progress, listing)
    if changes is None:
        return False
    try:
        annotated = annotate.run_changed(out, changes, settings, engine, progress)
    except StageError:  # the manifest of the shards is of other settings, or damaged
        return False
    if annotated is None:
        return False
    changed, kept = annotated
    say(f"ingest: {counted(len(changes.index.ids), 'document')}, {changes.failed} failed")
    say(f"unmask: {counted(changes.masked, 'document has', 'documents have')} masked words")
    say(f"annotate: {counted(changed, 'document')} changed, {kept} unchanged")
    return True


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
        reasons = _reasons(_hashes(out / DOCUMENTS), _hashes(scratch / DOCUMENTS), out, settings)
    documents = f"{_documents(todo)} of {counted(_documents(shards), 'document')}"
    reasons.append(f"would annotate {documents} in {len(todo)} of {counted(len(shards), 'shard')}")
    return "\n".join(reasons)


def _documents(shards: list[Shard]) -> int:
    return sum(len(shard.entries) for shard in shards)


def _hashes(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    hashes: dict[str, str] = {}
    for _, line in scan_lines(path, "ingest"):
        row = read_head(line, "text")
        hashes[row["doc_id"]] = row["sha256"]
    index = read_index(path.parent.parent, None)
    if index is None:
        return hashes
    return {doc_id: hashes[doc_id] for doc_id in index.ids}  # the other lines are dead


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
