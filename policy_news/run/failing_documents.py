"""Takes a document over which a stage of the corpus fails out of its shard, with a row in `failures`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from policy_news.core.errors import PipelineError
from policy_news.core.faults import SERIOUS, find_spoilt
from policy_news.core.messages import counted
from policy_news.run.failures import unexpected
from policy_news.run.shard_results import read_chunk, take_out
from policy_news.run.shards import Done
from policy_news.tables.chunks import Chunk, join_chunks, split_documents
from policy_news.tables.schema import FailureRow

T = TypeVar("T")
Among = Collection[str] | None
"""Ids of the documents to work on; None for all."""


class SpoiltError(PipelineError):
    """Documents over which a stage fails.

    Args:
        hint: What the user can do about it.
        failed: For each a row of `failures`, with the id of the document for its path.
    """

    def __init__(self, message: str, hint: str = "", failed: Sequence[FailureRow] = ()) -> None:
        super().__init__(message, hint)
        self.failed = failed


def spare(stage: str, out: Path, shards: Sequence[Done], work: Callable[[Among], T]) -> T:
    """Return what work over the documents of some shards gives.

    Args:
        work: Works on all documents or on some; it may be done several times.

    Raises:
        SpoiltError: It fails over some documents.
    """
    try:
        return work(None)
    except SERIOUS:
        raise
    except Exception as error:
        ids = [doc_id for shard in shards for doc_id in _ids(read_chunk(out, shard.key, _IDS))]
        spoilt = find_spoilt(ids, lambda some: work(frozenset(some)))
        failed = [unexpected(doc_id, stage, fault) for doc_id, fault in spoilt]
        if not failed:
            raise
        message = f"{stage}: fails over {counted(len(failed), 'document')}: {failed[0].path}"
        raise SpoiltError(message, "`pipeline run` goes on without.", failed) from error


_IDS = {"documents": ("doc_id",)}


def _ids(chunk: Chunk) -> list[str]:
    return [str(doc_id) for doc_id in chunk["documents"]["doc_id"].to_pylist()]


def only(chunk: Chunk, among: Among) -> Chunk:
    """Return the rows of some documents of a chunk."""
    if among is None:
        return chunk
    kept = [piece for doc_id, piece in split_documents(chunk).items() if doc_id in among]
    return join_chunks(kept) if kept else {name: table.slice(0, 0) for name, table in chunk.items()}


def go_on(out: Path, work: Callable[[], T]) -> T:
    """Do work; without the documents over which it fails, if there are any."""
    while True:
        try:
            return work()
        except SpoiltError as spoilt:
            take_out(out, spoilt.failed)
