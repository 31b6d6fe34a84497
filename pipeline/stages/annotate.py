"""Stage `annotate`: what the model sees -> mentions, dates and claims, shard by shard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.document import Document, Unmasked
from pipeline.errors import PipelineError, StageError
from pipeline.pool import run_tasks
from pipeline.rows import Annotated
from pipeline.schema import FailureRow
from pipeline.settings import Settings
from pipeline.shards import Item, Shard, make_shards, pipeline_fingerprint
from pipeline.stages import ANNOTATED, DOCUMENTS, PARSES, SHARDS, UNMASKED
from pipeline.storage import read_records, write_records

if TYPE_CHECKING:
    from pipeline.annotator import Annotator

Progress = Callable[[int, int], None]
REPORT = "Please report it with the text; run with --debug for the traceback."


@dataclass(frozen=True, slots=True)
class Result:
    """What annotating a document gave: rows, or why there are none."""

    annotated: Annotated | None
    failure: FailureRow | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A shard and where its result goes."""

    shard: Shard
    out: Path
    settings: Settings


def run(out: Path, settings: Settings, workers: int = 1, progress: Progress = lambda done, total: None) -> tuple[int, int]:
    """Annotate what is not annotated yet.

    Returns:
        Numbers of documents annotated now, and of documents whose earlier result still stands.
    """
    shards = read_shards(out, settings)
    todo = find_todo(out, shards)
    total, done = sum(len(shard.items) for shard in todo), 0
    for shard in _work([Task(shard, out, settings) for shard in todo], workers):
        done += len(shard.items)
        progress(done, total)
    _finish(out, shards)
    return total, sum(len(shard.items) for shard in shards) - total


def read_shards(out: Path, settings: Settings) -> list[Shard]:
    """The shards of the documents as they stand."""
    return make_shards(read_items(out), settings.annotate, pipeline_fingerprint(settings))


def read_items(out: Path) -> list[Item]:
    """Each document with what the model sees of it.

    Raises:
        StageError: A file is missing, or the two are not of one run.
    """
    documents = list(read_records(out / DOCUMENTS, Document, "ingest"))
    unmasked = list(read_records(out / UNMASKED, Unmasked, "unmask"))
    seen = [(item.doc_id, item.source) for item in unmasked]
    if seen != [(document.doc_id, document.fingerprint) for document in documents]:
        raise StageError("the unmasked texts are not those of the documents", "Run `pipeline unmask` first.")
    return list(zip(documents, unmasked, strict=True))


def find_todo(out: Path, shards: Sequence[Shard]) -> list[Shard]:
    """The shards without a result, the largest first."""
    todo = [shard for shard in shards if not _result_path(out, shard).exists()]
    return sorted(todo, key=lambda shard: -shard.words)


def _result_path(out: Path, shard: Shard) -> Path:
    return out / SHARDS / f"{shard.key}.jsonl"


def _work(tasks: Sequence[Task], workers: int) -> Iterator[Shard]:
    if workers == 1 or len(tasks) < 2:
        for task in tasks:
            run_shard(task)
            yield task.shard
        return
    for task, done in run_tasks(run_shard, tasks, workers):
        if not done:
            _run_singly(task)
        yield task.shard


def run_shard(task: Task) -> None:
    """Annotate one shard and write its file. Idempotent; a document that fails becomes a failure of its own."""
    annotator = _annotator(task.settings, pipeline_fingerprint(task.settings))
    write_records(_result_path(task.out, task.shard), Result, _results(annotator, task))


def _run_singly(task: Task) -> None:
    """Annotate the documents of a shard that kills its process one by one, and set aside the one that does."""
    results: list[Result] = []
    for item in task.shard.items:
        alone = Shard(0, 1, f"single-{task.shard.key}", (item,))
        single = Task(alone, task.out, task.settings)
        if all(done for _, done in run_tasks(run_shard, [single], 1)):
            results += read_records(_result_path(task.out, alone), Result, "annotate")
        else:
            results.append(Result(None, _failure(item[0], "ProcessDied", "the process that read it died twice")))
    write_records(_result_path(task.out, task.shard), Result, results)


@lru_cache(maxsize=1)
def _annotator(settings: Settings, fingerprint: str) -> Annotator:
    """The loaded pipeline of this process, for as long as `fingerprint` says that model, rules and lists are the same."""
    from pipeline.annotator import Annotator, load_pipeline
    from pipeline.parses import model_parts_fingerprint

    model = settings.annotate.model
    parts = model_parts_fingerprint(Path(model)) if Path(model).is_dir() else model
    return Annotator(load_pipeline(model), settings, parts)


def _results(annotator: Annotator, task: Task) -> list[Result]:
    try:
        return list(_annotate(annotator, task))
    except PipelineError:
        raise
    except Exception:  # one bad document must not cost the shard: each is tried by itself
        return [_single(annotator, item) for item in task.shard.items]


def _annotate(annotator: Annotator, task: Task) -> Iterator[Result]:
    """Rows from kept parses where there are any; the new ones are kept before the rules see them."""
    from pipeline.parses import ParseStore
    from pipeline.rows import build_rows

    store = ParseStore(task.out / PARSES)
    kept = store.load(task.shard, annotator.nlp.vocab)
    parsed = list(annotator.parse(task.shard.items, kept))
    if any(key not in kept for key, _ in parsed) or len(kept) > len(parsed):
        store.save(task.shard, parsed)
    for (document, unmasked), (_, doc) in zip(task.shard.items, parsed, strict=True):
        yield Result(build_rows(document, unmasked, annotator.apply_rules(doc)))


def _single(annotator: Annotator, item: Item) -> Result:
    try:
        return Result(next(iter(annotator.annotate([item]))))
    except Exception as error:
        return Result(None, _failure(item[0], type(error).__name__, str(error) or "no message"))


def _failure(document: Document, error: str, message: str) -> FailureRow:
    path = f"{document.path}:{document.doc_id}" if document.format == "jsonl" else document.path
    return FailureRow(path, "annotate", error, message, REPORT)


def _finish(out: Path, shards: Sequence[Shard]) -> None:
    """Write the list of the run's shards and remove the files of others."""
    from pipeline.parses import ParseStore

    keys = sorted(shard.key for shard in shards)
    try:
        (out / SHARDS).mkdir(exist_ok=True, parents=True)
        (out / ANNOTATED).write_text(json.dumps(keys), encoding="utf-8")
    except OSError as error:
        raise StageError(f"{out / ANNOTATED}: cannot be written: {error.strerror}", "Check permissions and free space.") from error
    for path in (out / SHARDS).iterdir():
        if path.stem not in keys:
            path.unlink(missing_ok=True)
    ParseStore(out / PARSES).keep_only(shard.name for shard in shards)
