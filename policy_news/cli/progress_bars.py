"""Progress of a run: bars, plain lines or JSON lines."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from policy_news.run.job import Progress, silent

QUICK_SECONDS = 2.0
"""A stage that takes less time gets no line."""
MINUTES = 90
"""Seconds from which a time that is left is shown in minutes."""
STEP = 10
"""Percent between two lines without a terminal."""
PATIENCE = 15.0
"""Seconds after which there is a line in any case: a long run must look alive."""


class _Pace:
    """Start time of each stage."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}

    def seconds(self, stage: str) -> float:
        """Seconds since the first report of the stage."""
        now = time.monotonic()
        return now - self._begun.setdefault(stage, now)


class Lines:
    """Progress without a terminal: a line every ten percent of a slow stage, and every 15 seconds.

    Args:
        write: Called with stage, done, total, and documents per second (0 if not known yet).
    """

    def __init__(self, write: Callable[[str, int, int, float], None]) -> None:
        self._write = write
        self._pace = _Pace()
        self._shown: dict[str, tuple[int, float]] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write a line if another tenth is done, or if the last line is long ago."""
        seconds, tenths = self._pace.seconds(stage), done * 100 // max(total, 1) // STEP
        shown, when = self._shown.get(stage, (0, 0.0))
        if (tenths > shown or (done and seconds - when > PATIENCE)) and seconds > QUICK_SECONDS:
            self._shown[stage] = (tenths, seconds)
            self._write(stage, done, total, done / seconds)


def write_text(stage: str, done: int, total: int, rate: float) -> None:
    """Print a line for people.

    Args:
        rate: Documents per second.
    """
    typer.echo(f"{stage}: {done}/{total}, {rate:.1f}/s, {show_left((total - done) / rate)} left", err=True)


def show_left(seconds: float) -> str:
    """Return a time that is left, with the time of day at which it ends if that is minutes away."""
    if seconds < MINUTES:
        return f"{seconds:.0f} s"
    end = dt.datetime.now().astimezone() + dt.timedelta(seconds=seconds)
    return f"{seconds / 60:.0f} min (until {end:%H:%M})"


def write_json(stage: str, done: int, total: int, rate: float) -> None:
    """Print a line for programs.

    Args:
        rate: Documents per second.
    """
    say_json(
        "progress",
        stage=stage,
        done=done,
        total=total,
        per_second=round(rate, 2),
        seconds_left=round((total - done) / rate, 1),
    )


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

    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    tasks: dict[str, Any] = {}
    pace = _Pace()
    console = Console(stderr=True, markup=False)
    # Lines of a run appear above the bars. If standard output is not the terminal, rich must not redirect it.
    with Bars(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bars:

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            seconds, rate = pace.seconds(stage), ""
            if seconds > 1:  # before that the rate jumps
                rate = f"{done / seconds:.1f}/s"
            bars.update(tasks[stage], completed=done, total=total, rate=rate)

        yield progress
