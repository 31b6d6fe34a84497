"""A run through a Dask cluster of which processes are killed: `python -m benchmarks.cluster [ARTICLES] [WORKERS] [KILLS] [SCHEDULERS]`.

The articles are copies (`common/fabricated.py`), so all but the model is done by the cluster. Scheduler and workers are processes of their own, started by
the commands of `docs/cluster.md`. Workers are killed at random moments and others take their place; where the scheduler is killed the run ends, and is
started again. When as many were killed as asked for the run is left alone. Its tables must be, to the byte, those of a run by local processes.
"""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.common.fabricated import Fabricated, fabricate, templates_of
from benchmarks.common.processes import ROOT
from policy_news.core.errors import PipelineError
from policy_news.core.settings import Settings
from policy_news.run.engines.dask import DaskEngine
from policy_news.run.runner import run_all
from policy_news.tables.commit import hash_file
from policy_news.tables.schema import TABLES

SECONDS = (2.0, 8.0)
"""Between two kills, at least and at most."""


class Cluster:
    """A scheduler and its workers.

    Args:
        workers: Their number.
        logs: Folder for what they say.
    """

    def __init__(self, workers: int, logs: Path) -> None:
        self._logs = logs
        self.port = _free_port()
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-dashboard")
        self.workers = [self._start_worker() for _ in range(workers)]

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        code = f"from distributed.cli.dask_{kind} import main; main()"
        log = (self._logs / f"{kind}.log").open("ab")
        return subprocess.Popen([sys.executable, "-c", code, *options], cwd=ROOT, stdout=log, stderr=log)

    def _start_worker(self) -> subprocess.Popen[bytes]:
        # No nanny, which would start a killed worker anew without being asked.
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._logs))
        return self._start("worker", f"127.0.0.1:{self.port}", *options)

    def kill_worker(self, number: int) -> None:
        """Kill one, and start another one in its place."""
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._start_worker()

    def kill_scheduler(self) -> None:
        """Kill it, and start another one with the same address; workers that end with it are started again too."""
        self.scheduler.kill()
        self.scheduler.wait()
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-dashboard")
        for number in range(len(self.workers)):
            self.kill_worker(number)

    def stop(self) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*self.workers, self.scheduler):
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def disturb(cluster: Cluster, kills: list[str], ended: threading.Event, done: Counter[str]) -> None:
    """Kill what a list names, one after the other, at random moments."""
    rng = random.Random(5)
    for what in kills:
        if ended.wait(rng.uniform(*SECONDS)):
            return
        if what == "scheduler":
            cluster.kill_scheduler()
        else:
            cluster.kill_worker(rng.randrange(len(cluster.workers)))
        done[what] += 1


def sums(out: Path) -> list[str]:
    """Of all files of all tables."""
    places = [out / f"{name}.parquet" for name in TABLES]
    return [
        hash_file(path)
        for place in places
        for path in (sorted(place.iterdir()) if place.is_dir() else [place])
    ]


def main() -> None:
    """Print what was killed, and whether anything differs."""
    given = [int(argument) for argument in sys.argv[1:]]
    articles, workers, killed, schedulers = (*given, *(2_000, 2, 4, 1)[len(given) :])
    settings = Settings()
    kills = ["worker"] * killed + ["scheduler"] * schedulers
    random.Random(3).shuffle(kills)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, local = fabricate(folder, articles, settings, 2)
        print(f"{articles} articles by local processes: done", flush=True)
        cluster, ended, done = Cluster(workers, folder), threading.Event(), Counter[str]()
        thread = threading.Thread(target=disturb, args=(cluster, kills, ended, done))
        begun, out = time.monotonic(), folder / "by-dask"
        thread.start()
        for turn in range(1, 3 * schedulers + 4):
            engine = Fabricated(
                templates_of(folder, settings), DaskEngine(f"127.0.0.1:{cluster.port}", patience=120)
            )
            try:
                run_all(raw, out, settings, engine=engine)
                break
            except PipelineError as error:
                done["runs that ended early"] += 1
                print(f"turn {turn}: {error}", flush=True)
                time.sleep(3)
        ended.set()
        thread.join()
        cluster.stop()
        same = sums(out) == sums(local)
        print(
            f"{articles} articles, {workers} workers, {time.monotonic() - begun:.0f} s: {dict(done)}; "
            f"{'same bytes' if same else 'OTHER TABLES'}"
        )
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
