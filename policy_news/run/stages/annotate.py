"""Stage `annotate`: what the model sees -> mentions, dates and claims, shard by shard."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.errors import DamagedError, PipelineError
from policy_news.core.lazy_imports import import_spacy
from policy_news.core.processes import collected_seldom
from policy_news.core.settings import Settings, find_model
from policy_news.nlp.component_cache import Memo
from policy_news.nlp.fingerprints import (
    model_fingerprint,
    model_parts_fingerprint,
    part_fingerprints,
    pipeline_fingerprint,
)
from policy_news.nlp.first_build import ensure_built
from policy_news.run.engines.local import DIED, Engine, LocalEngine, Task
from policy_news.run.engines.process_pool import run_tasks
from policy_news.run.failures import REPORT, failure, unexpected
from policy_news.run.job import Progress, silent
from policy_news.run.program import check_program, describe_program
from policy_news.run.records import read_entries, read_items
from policy_news.run.shard_results import ShardResult, keep_only, read_result, write_manifest, write_result
from policy_news.run.shards import DocumentEntry, Done, Shard, make_shards, make_source
from policy_news.run.unchanged_documents import KeptResults, find_todo
from policy_news.tables.chunks import Chunk, build_chunk, join_chunks, split_documents
from policy_news.tables.schema import FailureRow
from policy_news.text.document import Document

if TYPE_CHECKING:
    from spacy.language import Language

    from policy_news.nlp.annotator import Annotator

MEMORY = "It may need more memory than there is: split the text, or run with fewer --workers."


def run(
    out: Path,
    settings: Settings,
    engine: Engine | None = None,
    progress: Progress = silent,
) -> tuple[int, int]:
    """Annotate what is not annotated yet.

    Returns:
        Numbers of documents annotated now, and of those whose earlier result still stands.
    """
    ensure_built(settings.annotate.model, settings.base)
    shards = read_shards(out, settings)
    total = _annotate_all(out, find_todo(out, shards), settings, engine, progress)
    # The manifest first: a kill before it leaves the old one, whose files are still there.
    write_manifest(out, shards, settings)
    keep_only(out, {shard.key for shard in shards})
    return total, sum(len(shard.entries) for shard in shards) - total


def _annotate_all(
    out: Path,
    todo: Sequence[tuple[Shard, tuple[Done, ...]]],
    settings: Settings,
    engine: Engine | None,
    progress: Progress,
) -> int:
    """Annotate shards; returns the number of their documents."""
    program = describe_program(settings)
    tasks = [Task(shard, out, settings, program, earlier) for shard, earlier in todo]
    total, done = sum(len(task.shard.entries) for task in tasks), 0
    for task, well in (engine or LocalEngine())(run_shard, tasks):
        if not well:  # its process died twice: one of its documents is too much for it
            _run_singly(task)
        done += len(task.shard.entries)
        progress("annotate", done, total)
    return total


def read_shards(out: Path, settings: Settings) -> list[Shard]:
    """Return the shards of the documents as they stand."""
    return make_shards(read_entries(out, make_source(settings)), settings, pipeline_fingerprint(settings))


def run_shard(task: Task) -> None:
    """Annotate one shard and write its file. Idempotent; a document that fails becomes a failure of its own."""
    check_program(task.program, task.settings)
    fingerprint = pipeline_fingerprint(task.settings)
    with collected_seldom():
        kept = KeptResults.read(task, fingerprint)
        new = [entry for entry in task.shard.entries if entry.doc_id not in kept.chunks]
        annotator = annotator_of(task.settings, fingerprint)
        results = _annotate(annotator, task, new, kept)
        write_result(task.out, task.shard.key, _joined(task.shard, fingerprint, kept, results))


@dataclass(frozen=True, slots=True)
class _Result:
    """What annotating a document gave: rows and memo, or why there are none."""

    entry: DocumentEntry
    chunk: Chunk | None
    memo: Memo
    failure: FailureRow | None = None


def _joined(shard: Shard, fingerprint: str, kept: KeptResults, results: Sequence[_Result]) -> ShardResult:
    memos = {entry.doc_id: kept.memos[entry.doc_id] for entry in shard.entries if entry.doc_id in kept.chunks}
    memos |= {result.entry.doc_id: result.memo for result in results}
    chunks = {**kept.chunks, **{one.entry.doc_id: one.chunk for one in results if one.chunk}}
    chunk = join_chunks([chunks[doc_id] for doc_id in sorted(chunks)])
    return ShardResult(fingerprint, chunk, [result.failure for result in results if result.failure], memos)


def _run_singly(task: Task) -> None:
    """Annotate the documents of a shard that kills its process one by one, and record the one that does as failed."""
    chunks: dict[str, Chunk] = {}
    failures: list[FailureRow] = []
    memos: dict[str, Memo] = {}
    singles = [
        replace(task, shard=Shard(f"single-{entry.key}", (entry,)), earlier=())
        for entry in task.shard.entries
    ]
    well = {single.shard.key for single, well in run_tasks(run_shard, singles, 1) if well}
    for single in singles:
        (entry,) = single.shard.entries
        if single.shard.key in well:
            result = read_result(task.out, single.shard.key)
            chunks |= split_documents(result.chunk)
            failures += result.failures
            memos.update(result.memos)
        else:
            ((document, _),) = read_items(task.out, [entry.doc_id])
            message = "the process that read it died twice"
            failures.append(FailureRow(_place(document), "annotate", DIED, message, MEMORY))
            memos[entry.doc_id] = Memo(entry.key)
    joined = join_chunks([chunks[doc_id] for doc_id in sorted(chunks)])
    write_result(
        task.out, task.shard.key, ShardResult(pipeline_fingerprint(task.settings), joined, failures, memos)
    )


_LOADED: dict[tuple[str, str], Language] = {}
"""The loaded pipeline of this process: one, since each takes hundreds of megabytes."""
_ANNOTATORS: dict[tuple[Settings, str], Annotator] = {}
"""What works with it: one, since it sets up the components of the pipeline for its settings."""


def annotator_of(settings: Settings, fingerprint: str | None = None) -> Annotator:
    """Return what annotates, for as long as `fingerprint` (if None, that of now) says that model, rules and lists are the same."""
    key = settings, fingerprint or pipeline_fingerprint(settings)
    if key not in _ANNOTATORS:
        _ANNOTATORS.clear()
        _ANNOTATORS[key] = _make_annotator(settings)
    return _ANNOTATORS[key]


def _make_annotator(settings: Settings) -> Annotator:
    model = settings.annotate.model
    folder = find_model(model)
    key = model, model_fingerprint(folder)
    if _LOADED and key not in _LOADED:
        _LOADED.clear()
        gc.unfreeze()  # what `_lasting` keeps from the collector, which alone frees a pipeline: it refers to itself
        gc.collect()
    with _lasting():
        import_spacy()
        from policy_news.nlp.annotator import Annotator, load_pipeline

        if key not in _LOADED:
            _LOADED[key] = load_pipeline(model)
        parts = model_parts_fingerprint(folder) if folder.is_dir() else model
        return Annotator(_LOADED[key], settings, parts, part_fingerprints(settings))


@contextmanager
def _lasting() -> Iterator[None]:
    """Keep what is made meanwhile, such as modules, rules and weights: the garbage collector need not go through it again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _annotate(
    annotator: Annotator, task: Task, entries: Sequence[DocumentEntry], kept: KeptResults
) -> list[_Result]:
    try:
        return list(_together(annotator, task, entries, kept))
    except DamagedError:
        raise
    except Exception:  # one bad document must not cost the shard: each is tried by itself
        return [_alone(annotator, task.out, entry) for entry in entries]


def _together(
    annotator: Annotator, task: Task, entries: Sequence[DocumentEntry], kept: KeptResults
) -> Iterator[_Result]:
    """Yield rows, from kept parses where there are any; the new parses are kept before the rules see them."""
    from policy_news.nlp.doc_rows import build_rows
    from policy_news.run.parse_cache import KeptParses, dump_parse

    old = {memo.parse: memo.data for memo in kept.memos.values() if memo.data}
    items = read_items(task.out, [entry.doc_id for entry in entries])
    parsed = list(annotator.parse(items, KeptParses(old, annotator.nlp.vocab)))
    for entry, (document, unmasked), (key, doc) in zip(entries, items, parsed, strict=True):
        # Before the rules run: they write to the Doc, and parses are kept as the model gave them.
        data = old[key] if key in old else dump_parse(doc)
        doc, memo = annotator.apply_rules_with(kept.memos.get(entry.doc_id, Memo()), doc, key)
        rows = build_rows(document, unmasked, doc, annotator.facts, annotator.least_score)
        chunk = build_chunk([annotator.link(rows)])
        yield _Result(entry, chunk, replace(memo, key=entry.key, data=data))


def _alone(annotator: Annotator, out: Path, entry: DocumentEntry) -> _Result:
    ((document, unmasked),) = read_items(out, [entry.doc_id])
    memo = Memo(entry.key)
    try:
        rows = next(annotator.annotate([(document, unmasked)]))
        return _Result(entry, build_chunk([annotator.link(rows)]), memo)
    except PipelineError as error:
        return _Result(entry, None, memo, failure(_place(document), "annotate", error))
    except Exception as error:  # a fault of our own must cost this document, not the run
        hint = MEMORY if isinstance(error, MemoryError) else REPORT
        return _Result(entry, None, memo, unexpected(_place(document), "annotate", error, hint))


def _place(document: Document) -> str:
    """Return what a failure calls a document that was read: only JSON lines hold several."""
    return f"{document.path}:{document.doc_id}" if document.format == "jsonl" else document.path
