"""What need not be annotated again: shards with a result, and documents of the others whose rows or parse still stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.core.errors import StageError
from policy_news.nlp.component_cache import Memo
from policy_news.run.engines.local import Task
from policy_news.run.shard_results import is_sound, read_manifest, read_result, result_path
from policy_news.run.shards import Done, Shard
from policy_news.tables.chunks import Chunk, split_documents


def find_todo(out: Path, shards: Sequence[Shard]) -> list[tuple[Shard, tuple[Done, ...]]]:
    """Return the shards without a result or with failures, largest first, with the earlier ones of their documents."""
    try:
        earlier = read_manifest(out)
    except StageError:
        earlier = []
    # Results of the last run are checked where they are read; others may be left of a run that was killed.
    there = {done.key for done in earlier if result_path(out, done.key).is_file()}
    failed = {done.key for done in earlier if done.failures}  # the cause may be gone
    todo = [
        shard
        for shard in shards
        if shard.key in failed or (shard.key not in there and not is_sound(out, shard.key))
    ]
    # The largest first: a large one that begins last would keep one process busy while the others wait.
    todo.sort(key=lambda shard: -shard.size)
    firsts, lasts = ([getattr(done, name) for done in earlier] for name in ("first", "last"))
    # Rows and parses of the earlier shards may still stand.
    return [
        (shard, tuple(earlier[bisect_left(lasts, own[0].doc_id) : bisect_right(firsts, own[-1].doc_id)]))
        for shard, own in ((shard, shard.entries) for shard in todo)
    ]


@dataclass(frozen=True, slots=True)
class KeptResults:
    """What the last run knew of the documents of a shard: rows that still stand, and memos."""

    chunks: Mapping[str, Chunk]
    memos: Mapping[str, Memo]

    @classmethod
    def read(cls, task: Task, fingerprint: str) -> KeptResults:
        """Return what still stands of a task's documents, with the pipeline of that fingerprint."""
        chunks: dict[str, Chunk] = {}
        memos: dict[str, Memo] = {}
        keys = {entry.doc_id: entry.key for entry in task.shard.entries}
        for done in task.earlier:
            try:
                result = read_result(task.out, done.key)
            except StageError:  # torn, or of another version: its documents are annotated again
                continue
            # Memos say themselves what they were made with, so they are taken also where the rules changed.
            memos.update(result.memos)
            if result.fingerprint != fingerprint:
                continue
            for doc_id, chunk in split_documents(result.chunk).items():
                if doc_id in keys and result.memos[doc_id].key == keys[doc_id]:
                    chunks[doc_id] = chunk
        return cls(chunks, memos)
