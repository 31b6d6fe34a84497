"""Progress of a run: bars, plain lines or JSON lines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from policy_news.run.job import Progress, silent

PATIENCE = 15.0
"""Seconds between two lines without a terminal: a long run must look alive."""


class Lines:
    """Progress without a terminal: a line every 15 seconds.

    Args:
        write: Called with stage, done, total, and documents per second.
    """

    def __init__(self, write: Callable[[str, int, int, float], None]) -> None:
        self._write = write
        self._begun: dict[str, float] = {}
        self._shown: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write a line if the last one is long ago."""
        now = time.monotonic()
        begun = self._begun.setdefault(stage, now)
        if done and now - self._shown.setdefault(stage, now) >= PATIENCE:
            self._shown[stage] = now
            self._write(stage, done, total, done / (now - begun))


def write_text(stage: str, done: int, total: int, rate: float) -> None:
    """Print a line for people."""
    left = (total - done) / rate
    shown = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
    typer.echo(f"{stage}: {done}/{total}, {rate:.1f}/s, {shown} left", err=True)


def write_json(stage: str, done: int, total: int, rate: float) -> None:
    """Print a line for programs."""
    left = round((total - done) / rate, 1)
    say_json("progress", stage=stage, done=done, total=total, per_second=round(rate, 2), seconds_left=left)


def say_json(event: str, **about: Any) -> None:
    """Print one JSON object per line on standard output, with the kind of event."""
    typer.echo(json.dumps({"event": event, **about}, ensure_ascii=True, sort_keys=True))


@contextmanager
def show_progress(*, quiet: bool = False, as_json: bool = False) -> Iterator[Progress]:
    """Show bars on a terminal, one per stage, and plain lines elsewhere; JSON lines or nothing on request."""
    if quiet:
        yield silent
    elif as_json:
        yield Lines(write_json)
    elif not sys.stderr.isatty():
        yield Lines(write_text)
    else:
        with _bars() as progress:
            yield progress


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    text = TextColumn("{task.description:>9}")
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    tasks: dict[str, Any] = {}
    console = Console(stderr=True, markup=False)
    # Lines of a run appear above the bars. If standard output is not the terminal, rich must not redirect it.
    with Bars(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bars:

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress
