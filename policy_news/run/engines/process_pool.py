"""Runs tasks in spawned processes, and goes on when one of these dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import TracebackType
from typing import TypeVar

from policy_news.core.processes import collect_seldom

T = TypeVar("T")
MAX_BREAKS = 2
"""After so many dead processes the remaining tasks run alone, so that the one that kills is found."""


def run_here(work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
    """Run `work` on every task in this process; yields each task with True."""
    for task in tasks:
        work(task)
        yield task, True


def run_tasks(work: Callable[[T], None], tasks: Sequence[T], workers: int) -> Iterator[tuple[T, bool]]:
    """Run `work` on every task in processes that end with it; see `ProcessPool.run`."""
    with ProcessPool(workers) as pool:
        yield from pool.run(work, tasks)


class ProcessPool:
    """Processes that stay from one call to the next, so that each loads what it needs once.

    Args:
        workers: Number of processes; they are started when there is something to do.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ProcessPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if error is None:
            self._pool.shutdown()
        else:  # nobody waits for what the others still do
            self._stop()

    def run(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run `work` on every task.

        Args:
            work: A function at the top of a module; its effects are files of its own.
            tasks: Arguments, in the order in which they are begun.

        Yields:
            Each task when it is done, with whether it was done: False if it killed its process twice.
        """
        left, breaks = list(tasks), 0
        while left and breaks < MAX_BREAKS:
            done: list[int] = []
            for i in self._run_together(work, left):
                done.append(i)
                yield left[i], True
            breaks += len(done) < len(left)
            left = [task for i, task in enumerate(left) if i not in set(done)]
            # The first may be the one that kills: the others should not wait for it.
            left = [*left[1:], *left[:1]]
        for task in left:
            yield task, self._is_done_alone(work, task) or self._is_done_alone(work, task)

    def _is_done_alone(self, work: Callable[[T], None], task: T) -> bool:
        return any(True for _ in self._run_together(work, [task]))

    def _run_together(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[int]:
        """Yield positions of the tasks in the order in which they are done; ends early when a process dies."""
        pool = self._started()
        try:
            with _deaf_children():
                futures = {pool.submit(work, task): i for i, task in enumerate(tasks)}
            for future in as_completed(futures):
                try:
                    future.result()
                except BrokenProcessPool:
                    self._pool = None
                    continue
                yield futures[future]
        except BrokenProcessPool:  # it died before it was told of all tasks
            self._pool = None
        except BaseException:  # an interrupt, or a fault of all tasks: the others would only repeat it
            self._stop()
            raise
        if self._pool is None:
            pool.shutdown()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        for child in multiprocessing.active_children():
            child.terminate()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Let processes that are started meanwhile not hear Ctrl-C: it is for this process, which ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare a new process."""
    _die_with_parent()
    collect_seldom()


def _die_with_parent() -> None:
    """Leave when the main process is killed, which cannot tell its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_leave, args=(parent.sentinel,), daemon=True).start()


def _wait_and_leave(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
