"""Runs tasks in processes of this machine: shards, and what is to be done for each part of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.run.engines.process_pool import ProcessPool, run_here, run_tasks
from policy_news.run.paths import BEGUN, SHARDS
from policy_news.run.program import Program
from policy_news.run.shards import Done, Shard

T = TypeVar("T")
DIED = "ProcessDied"
"""Kind of failure of a document that killed its process."""


@dataclass(frozen=True, slots=True)
class Task:
    """A shard to annotate.

    Attributes:
        program: What is to make the rows, the same wherever the task is done.
        earlier: The shards of the last run that held some of its documents.
    """

    shard: Shard
    out: Path
    settings: Settings
    program: Program
    earlier: tuple[Done, ...] = ()

    @property
    def is_suspect(self) -> bool:
        """Whether an earlier run died over it, or a process of one did over one of its documents."""
        died = any(row.error == DIED for done in self.earlier for row in done.failures)
        return died or _begun(self).is_file()


class Engine(Protocol):
    """Runs a function on tasks."""

    @property
    def is_apart(self) -> bool:
        """Whether other processes do the work."""
        ...

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Yield each task when it is done, with whether it was done (`policy_news.run.engines.process_pool.ProcessPool.run`)."""
        ...

    def session(self) -> AbstractContextManager[Engine]:
        """Return the same engine, whose processes stay from one call to the next."""
        ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Processes of this machine; one worker is this process, but for a shard in which an earlier run was killed.

    Attributes:
        pool: Those that are there; None for new ones at each call.
    """

    workers: int = 1
    pool: ProcessPool | None = None

    @property
    def is_apart(self) -> bool:
        """Whether other processes do the work."""
        return self.workers > 1

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run `work` on all tasks."""
        if self.workers > 1 and len(tasks) > 1:
            if self.pool is None:
                yield from run_tasks(work, tasks, min(self.workers, len(tasks)))
            else:
                yield from self.pool.run(work, tasks)
            return
        if tasks and isinstance(tasks[0], Task):  # all tasks of a call are of one kind
            yield from _shards_here(work, tasks)
        else:
            yield from run_here(work, tasks)

    @contextmanager
    def session(self) -> Iterator[LocalEngine]:
        """Yield the same, whose processes stay from one call to the next."""
        with ProcessPool(self.workers) as pool:
            yield replace(self, pool=pool)


def do_all(engine: Engine, work: Callable[[T], None], tasks: Sequence[T]) -> None:
    """Run a function on tasks none of which may be left out."""
    for _, well in engine(work, tasks):
        if not well:
            raise StageError(
                f"{work.__name__}: its process died twice",
                "It may need more memory than there is: run with fewer --workers. What is done is kept.",
            )


def _shards_here(work: Callable[[Any], None], tasks: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """Annotate shards in this process; those that may kill it get a process of their own."""
    suspects = [task for task in tasks if task.is_suspect]
    others = [task for task in tasks if task not in suspects]
    yield from run_tasks(work, suspects, 1)
    yield from run_here(partial(_watched, work), others)


def _watched(work: Callable[[Task], None], task: Task) -> None:
    """Do a task, and keep its name on the disk meanwhile: who kills this process is known to the next run."""
    begun = _begun(task)
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    try:
        work(task)
    finally:
        begun.unlink(missing_ok=True)


def _begun(task: Task) -> Path:
    """Return the file that is there while a task is done in this process: if it stays, that killed the process."""
    return task.out / SHARDS / f"{task.shard.key}{BEGUN}"
