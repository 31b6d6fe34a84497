"""Articles change while they are read, and the clock jumps: the tables are sound, and the next run gives those of a fresh one."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from policy_news.core.errors import PipelineError
from tests.support.standing.promises import broken_promises
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, running, table_sums

FILES = 6
YEARS = 365 * 86_400
TEXT = (
    "Cameras\n\nPublished March {day}, 2022\n\nCarl Lowe said that Ofcom would buy {number} cameras.{more}\n"
)


def check_changing(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Rewrite files during a run; then run again over what is there, and compare with a run into a new folder."""
    rng, raw, out = random.Random(seed), folder / "raw", folder / "out"
    raw.mkdir(parents=True)
    for number in range(FILES):
        _rewrite(rng, raw / f"{number}.txt")
    for number in range(tries):
        settings = make_settings(**({"tables": IN_PARTS} if number % 2 else {}))
        place = f"try {number} of seed {seed}"
        try:
            with changing_files(random.Random(rng.random()), raw), jumping_clock(rng):
                run_local(raw, out, settings)
        except PipelineError as error:
            yield f"{place}: {error}"
            continue
        yield from (f"{place}: {fault}" for fault in broken_promises(out))
        with jumping_clock(rng):
            run_local(raw, out, settings)
        fresh = folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        run_local(raw, fresh, settings)
        wanted = table_sums(fresh)
        differing = [table for table, own in table_sums(out).items() if own != wanted[table]]
        if differing:
            yield f"{place}: {', '.join(differing)} differ from those of a fresh run"


@contextmanager
def changing_files(rng: random.Random, raw: Path) -> Iterator[None]:
    """Rewrite, lengthen, replace and remove files of a folder meanwhile."""
    end = threading.Event()

    def change() -> None:
        while not end.wait(rng.random() * 0.02):
            path = raw / f"{rng.randrange(FILES)}.txt"
            if rng.random() < 0.1:
                path.unlink(missing_ok=True)
            else:
                _rewrite(rng, path)

    with running(change, end):
        yield


def _rewrite(rng: random.Random, path: Path) -> None:
    """Write another text, at once or in place; now and then with a time of another century."""
    number = rng.randrange(10 ** rng.randint(1, 9))
    text = TEXT.format(day=rng.randint(1, 28), number=number, more=" Ofcom denied it." * rng.randrange(30))
    if rng.random() < 0.5:
        beside = path.with_suffix(".writing")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    else:
        path.write_text(text, encoding="utf-8")
    if rng.random() < 0.3:
        when = rng.randrange(100 * YEARS)
        os.utime(path, (when, when))


@contextmanager
def jumping_clock(rng: random.Random) -> Iterator[None]:
    """Let the clock be wrong by years, before and behind."""
    real, off = time.time, rng.choice((0, -30, 30)) * YEARS
    with patch("time.time", lambda: real() + off):
        yield
