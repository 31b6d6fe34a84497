"""An interrupt, a kill and an I/O error at each operation on the output folder of a run."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.tables.parquet import is_whole, read_run, read_tables
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, table_sums

OPERATIONS: tuple[tuple[Any, str], ...] = (
    (Path, "replace"),
    (Path, "rename"),
    (Path, "unlink"),
    (Path, "write_text"),
    (Path, "write_bytes"),
    (Path, "touch"),
    (Path, "mkdir"),
    (Path, "symlink_to"),
    (os, "link"),
    (os, "fsync"),
)
"""All by which a run changes its folder; pyarrow alone writes tables by itself, under names that do not count yet."""


class Killed(BaseException):
    """Stands for a kill: nobody catches it, and nothing is cleaned up."""


def io_error() -> OSError:
    """What a failing disk gives."""
    return OSError(5, "Input/output error")


FAULTS: tuple[Callable[[], BaseException], ...] = (Killed, KeyboardInterrupt, io_error)


@contextmanager
def stopped_at(step: int, fault: Callable[[], BaseException], *, done: bool) -> Iterator[Callable[[], int]]:
    """Raise at the `step`th operation; gives a function that tells how many there were.

    Args:
        step: Number of the operation, from 1; 0 for none.
        fault: What is raised. After `Killed` nothing changes any more.
        done: Raise behind the operation, not before it.
    """
    count, dead = 0, False

    def stopping(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count, dead
            if dead:
                return None
            count += 1
            result = original(*args, **kwargs) if done or count != step else None
            if count == step:
                dead = fault is Killed
                raise fault()
            return result

        return call

    originals = [(owner, name, getattr(owner, name)) for owner, name in OPERATIONS]
    for owner, name, original in originals:
        setattr(owner, name, stopping(original))
    try:
        yield lambda: count
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def check_interrupts(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Stop a run at some operation: the tables are the old ones or the new ones, and the next run gives the new ones."""
    rng = random.Random(seed)
    for name, settings in (("files", make_settings()), ("parts", make_settings(tables=IN_PARTS))):
        yield from _check_layout(folder / name, tries // 2, rng, settings)


def _check_layout(folder: Path, tries: int, rng: random.Random, settings: Settings) -> Iterator[str]:
    raw = folder / "raw"
    raw.mkdir(parents=True)
    _write(raw, 11)
    run_local(raw, folder / "before", settings)
    _write(raw, 22)  # as long as before, so that no size tells of it
    shutil.copytree(folder / "before", folder / "wanted", symlinks=True)
    with stopped_at(0, Killed, done=False) as count:
        run_local(raw, folder / "wanted", settings)
    old, new = table_sums(folder / "before"), table_sums(folder / "wanted")
    cases = [
        (step, fault, done) for step in range(1, count() + 1) for fault in FAULTS for done in (False, True)
    ]
    rng.shuffle(cases)
    for step, fault, done in cases[:tries]:
        place = f"{fault.__name__} {'behind' if done else 'before'} operation {step} of {count()}"
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(folder / "before", out, symlinks=True)
        with suppress(Killed, KeyboardInterrupt, StageError), stopped_at(step, fault, done=done):
            run_local(raw, out, settings)
        yield from (f"{folder.name}: {place}: {wrong}" for wrong in _faults(raw, out, (old, new), settings))


def _faults(raw: Path, out: Path, wanted: Sequence[dict[str, str]], settings: Settings) -> Iterator[str]:
    run = read_run(out)
    if not is_whole(out, run) or run["tables"] not in [dict(sums) for sums in wanted]:
        yield "the tables are of no run, or of two"
    run_local(raw, out, settings)
    if table_sums(out) != wanted[1]:
        yield "the next run does not mend it"
    read_tables(out)
    left = [
        path.name
        for path in out.rglob("*")
        if path.name.endswith((".tmp", ".new", ".link")) or path.name == ".commit.json"
    ]
    if left:
        yield f"left over: {', '.join(left)}"


def _write(raw: Path, number: int) -> None:
    text = f"Apple Rises\n\nApple said on Monday that it would cut {number} jobs. The Home Office declined to comment.\n"
    (raw / "a.txt").write_text(text, encoding="utf-8")
    for name in "bcd":
        (raw / f"{name}.txt").write_text("Tea\n\nMs Ann Lowe of Ofcom agreed on Friday.\n", encoding="utf-8")
