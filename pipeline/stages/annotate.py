"""Stage `annotate`: what the model sees -> mentions, dates and claims, shard by shard."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.document import Document, Unmasked
from pipeline.errors import StageError
from pipeline.rows import Annotated
from pipeline.schema import FailureRow
from pipeline.settings import Settings
from pipeline.stages import ANNOTATED, DOCUMENTS, SHARDS, UNMASKED
from pipeline.storage import read_records, write_records

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What annotating a document gave: rows, or why there are none."""

    annotated: Annotated | None
    failure: FailureRow | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """The unit of work: some documents, and the key of all that its result depends on."""

    key: str
    items: tuple[tuple[Document, Unmasked], ...]


def run(out: Path, settings: Settings, workers: int = 1, progress: Progress = lambda done, total: None) -> tuple[int, int]:
    """Annotate what is not annotated yet.

    Returns:
        Numbers of documents annotated now, and of documents whose earlier result still stands.
    """
    items = list(
        zip(
            read_records(out / DOCUMENTS, Document, "ingest"),
            read_records(out / UNMASKED, Unmasked, "unmask"),
            strict=True,
        )
    )
    shards = make_shards(items, settings, model_fingerprint(Path(settings.annotate.model)))
    folder = out / SHARDS
    todo = [shard for shard in shards if not (folder / f"{shard.key}.jsonl").exists()]
    todo.sort(key=lambda shard: -sum(unmasked.words for _, unmasked in shard.items))
    total = sum(len(shard.items) for shard in todo)
    done = 0
    for shard in _work(todo, folder, settings, workers):
        done += len(shard.items)
        progress(done, total)
    _finish(out, shards)
    return total, len(items) - total


def make_shards(items: Sequence[tuple[Document, Unmasked]], settings: Settings, fingerprint: str) -> list[Shard]:
    """Documents in shards that stay as they are when other documents come or go.

    A document's shard is chosen by the hash of its id, so that a change touches one shard only.
    """
    count = 1
    while count * settings.annotate.shard_documents < len(items):
        count *= 2
    buckets: dict[int, list[tuple[Document, Unmasked]]] = {}
    for item in items:
        digest = hashlib.sha256(item[0].doc_id.encode("utf-8", "surrogatepass")).digest()
        buckets.setdefault(int.from_bytes(digest[:8]) % count, []).append(item)
    return [Shard(_key(buckets[i], fingerprint), tuple(buckets[i])) for i in sorted(buckets)]


def _key(items: Sequence[tuple[Document, Unmasked]], fingerprint: str) -> str:
    """Hash of the documents as they are and of the model with its rules."""
    digest = hashlib.sha256(fingerprint.encode())
    adapter = TypeAdapter(tuple[Document, Unmasked])
    for item in items:
        digest.update(adapter.dump_json(item))
    return digest.hexdigest()[:32]


def model_fingerprint(model: Path) -> str:
    """Hash of the built pipeline's files, or of the name of an installed one."""
    digest = hashlib.sha256(str(model).encode() if not model.is_dir() else b"")
    for path in sorted(model.rglob("*")) if model.is_dir() else ():
        if path.is_file():
            digest.update(path.relative_to(model).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _work(todo: Sequence[Shard], folder: Path, settings: Settings, workers: int) -> Iterator[Shard]:
    if workers == 1 or len(todo) < 2:
        for shard in todo:
            run_shard(shard, folder, settings)
            yield shard
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=context) as pool:
        futures = [(pool.submit(run_shard, shard, folder, settings), shard) for shard in todo]
        for future, shard in futures:
            future.result()
            yield shard


def run_shard(shard: Shard, folder: Path, settings: Settings) -> None:
    """Annotate one shard and write its file. Idempotent; a document that fails becomes a failure of its own."""
    from pipeline.annotator import Annotator

    annotator = Annotator(_load(settings.annotate.model), settings.annotate)
    write_records(folder / f"{shard.key}.jsonl", Result, _results(annotator, shard))


_LOADED: dict[str, object] = {}


def _load(model: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a spaCy Language, which is imported late
    from pipeline.annotator import load_pipeline

    if model not in _LOADED:
        _LOADED[model] = load_pipeline(model)
    return _LOADED[model]


def _results(annotator, shard: Shard) -> list[Result]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        return [Result(annotated) for annotated in annotator.annotate(shard.items)]
    except Exception:  # one bad document must not cost the shard: each is tried by itself
        return [_single(annotator, item) for item in shard.items]


def _single(annotator, item: tuple[Document, Unmasked]) -> Result:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        return Result(next(iter(annotator.annotate([item]))))
    except Exception as error:
        hint = "Please report it with the text; run with --debug for the traceback."
        return Result(None, FailureRow(item[0].path, "annotate", type(error).__name__, str(error) or "no message", hint))


def _finish(out: Path, shards: Sequence[Shard]) -> None:
    """Write the list of the run's shards and remove the files of others."""
    keys = sorted(shard.key for shard in shards)
    try:
        (out / ANNOTATED).write_text(json.dumps(keys), encoding="utf-8")
        (out / SHARDS).mkdir(exist_ok=True, parents=True)
    except OSError as error:
        raise StageError(f"{out / ANNOTATED}: cannot be written: {error.strerror}", "Check permissions and free space.") from error
    for path in (out / SHARDS).iterdir():
        if path.stem not in keys:
            path.unlink(missing_ok=True)
