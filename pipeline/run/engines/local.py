"""Runs shards in processes of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.core.atomic_files import new_state_file
from pipeline.core.settings import Settings
from pipeline.run.engines.process_pool import run_here, run_tasks
from pipeline.run.paths import BEGUN
from pipeline.run.program import Program
from pipeline.run.shard_results import Done
from pipeline.run.shards import Shard


@dataclass(frozen=True, slots=True)
class Task:
    """A shard to annotate.

    Attributes:
        shard: The documents.
        out: Where its result goes.
        settings: Those of the run.
        program: What is to make the rows, the same wherever the task is done.
        earlier: The shards of the last run that held some of its documents.
    """

    shard: Shard
    out: Path
    settings: Settings
    program: Program
    earlier: tuple[Done, ...] = ()


Engine = Callable[[Callable[[Task], None], Sequence[Task]], Iterator[tuple[Task, bool]]]
"""Runs a function on tasks; yields each with whether it was done (`pipeline.run.engines.process_pool.run_tasks`)."""


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Processes of this machine; one worker is this process, but for a shard in which an earlier run was killed."""

    workers: int = 1

    def __call__(self, work: Callable[[Task], None], tasks: Sequence[Task]) -> Iterator[tuple[Task, bool]]:
        """Run `work` on all tasks."""
        if self.workers > 1 and len(tasks) > 1:
            yield from run_tasks(work, tasks, self.workers)
            return
        if not tasks:
            return
        # The shard in which an earlier run was killed gets a process of its own, which it may kill again.
        suspect = _last_begun(tasks[0].out)
        suspects = [task for task in tasks if task.shard.key == suspect]
        others = [task for task in tasks if task.shard.key != suspect]
        yield from run_tasks(work, suspects, 1)
        yield from run_here(partial(_watched, work), others)


def _watched(work: Callable[[Task], None], task: Task) -> None:
    """Do a task, and keep its name on the disk meanwhile: who kills this process is known to the next run."""
    begun = task.out / BEGUN
    with new_state_file(begun) as written:
        written.write_text(task.shard.key, encoding="ascii")
    try:
        work(task)
    finally:
        begun.unlink(missing_ok=True)


def _last_begun(out: Path) -> str | None:
    """The shard in which this process was killed in an earlier run."""
    begun = out / BEGUN
    if not begun.is_file():
        return None
    return begun.read_text(encoding="ascii", errors="replace")
