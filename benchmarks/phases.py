"""What a first run spends where: `python -m benchmarks.phases RAW OUT [WORKERS] [ADDRESS] [--templates FOLDER]`.

For each kind of task CPU seconds of the main process and of the workers, and for what lies between tasks those of the main process; at the end the
largest memory of both. With the address of a Dask scheduler the workers are not seen. With `--templates` articles are those of `common/lifelike.py`,
and their rows come from templates: all but the model is measured.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from benchmarks.common.fabricated import Fabricated, templates_of
from benchmarks.common.lifelike import Lifelike
from benchmarks.common.processes import family
from policy_news.core.settings import Settings
from policy_news.run.engines.local import Engine, LocalEngine
from policy_news.run.runner import run_all

T = TypeVar("T")
_TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Reads the clocks, and files what went by under names."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self.peaks: defaultdict[str, int] = defaultdict(int)
        self.risen: dict[str, int] = {}
        self.workers: dict[int, float] = {}
        self.peak = 0
        self._last = self._read()

    def _read(self) -> tuple[float, float, float]:
        for pid in family(os.getpid()):
            if pid != os.getpid():
                self._look(pid)
        return time.monotonic(), time.process_time(), sum(self.workers.values())

    def _look(self, pid: int) -> None:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            self.workers[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
            self.peak = max(self.peak, peak_memory(pid))
        except (OSError, StopIteration):
            return

    def file(self, name: str) -> None:
        """Add what went by since the last call."""
        now = self._read()
        for place, value in enumerate(now):
            self.spent[name][place] += value - self._last[place]
        self._last = now
        self.peaks[name] = max(self.peaks[name], own_peak())
        self.risen[name] = self.peak


def own_peak() -> int:
    """The largest memory of this process since this was asked for the last time, in MB."""
    found = peak_memory(os.getpid())
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # begins anew
    return found


def peak_memory(pid: int) -> int:
    """The largest memory of a process so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


class Watched:
    """An engine whose tasks are watched."""

    def __init__(self, engine: Engine, watch: Watch) -> None:
        self._engine = engine
        self._watch = watch

    @property
    def is_apart(self) -> bool:
        """That of the engine."""
        return self._engine.is_apart

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Run the tasks."""
        self._watch.file(f"before {work.__name__}")
        for done in self._engine(work, tasks):
            self._watch.file(work.__name__)
            yield done
        self._watch.file(work.__name__)

    @contextmanager
    def session(self) -> Iterator[Watched]:
        """The same, in a session."""
        with self._engine.session() as session:
            yield Watched(session, self._watch)
            self._watch.file("after")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("workers", nargs="?", type=int, default=2)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--templates", type=Path)
    chosen = parser.parse_args()
    raw, out = chosen.raw, chosen.out
    engine: Engine = LocalEngine(chosen.workers)
    if chosen.address:
        from policy_news.run.engines.dask import DaskEngine

        engine = DaskEngine(chosen.address)
    if chosen.templates:
        kind = Lifelike()
        engine = Fabricated(templates_of(chosen.templates, Settings(), kind), engine, kind)
    watch = Watch()
    run_all(raw, out, Settings(), engine=Watched(engine, watch), say=lambda text: print(text, flush=True))
    print(f"{'':32} {'wall':>8} {'main':>8} {'workers':>8} {'MB of main':>12} {'a worker so far':>16}")
    for name, values in watch.spent.items():
        print(
            f"{name:32} "
            + " ".join(f"{value:8.1f}" for value in values)
            + f" {watch.peaks[name]:12} {watch.risen[name]:16}"
        )
    wall, own, others = (sum(values[place] for values in watch.spent.values()) for place in range(3))
    print(
        f"{'all':32} {wall:8.1f} {own:8.1f} {others:8.1f}   main: {100 * own / max(own + others, 0.1):.1f} %"
    )
    print(f"largest memory: main {max(watch.peaks.values())} MB, worker {watch.peak} MB")


if __name__ == "__main__":
    main()
