"""Kills the program at random moments and looks what is left: `python -m benchmarks.kills [ROUNDS] [SEED] [parts]`.

A round starts from nothing or from the tables of an earlier run, kills the main process or a worker, looks at the tables, and
lets a new run finish. Its tables must be, to the byte, those of a run that nobody disturbed. With `parts` tables are in parts, and what is done for
each part is done by the workers.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.common.inputs import make_articles
from benchmarks.common.processes import ROOT, family, pipeline
from policy_news.core.errors import StageError
from policy_news.tables.parquet import load_tables

ENV = {**os.environ, "POLICY_NEWS__ANNOTATE__SHARD_DOCUMENTS": "2"}
IN_PARTS = {"POLICY_NEWS__TABLES__SINGLE_FILE_DOCUMENTS": "1", "POLICY_NEWS__TABLES__PART_DOCUMENTS": "3"}


def hashes(out: Path) -> list[str]:
    """Sums of the tables, through the loader, which knows of commits that were cut short."""
    load_tables(out, verify=True)
    from policy_news.tables.commit import hash_file, locate
    from policy_news.tables.schema import TABLES

    places = [locate(out, f"{name}.parquet") for name in TABLES]
    files = [path for place in places for path in (sorted(place.iterdir()) if place.is_dir() else [place])]
    return [hash_file(path) for path in files]


def is_clean(out: Path) -> bool:
    """Whether nothing is left of runs that were killed: of runs in parts the last two stay, without what only they needed."""
    folders = list(out.glob(".run-*"))
    return len(folders) <= 2 and not any((folder / ".work").exists() for folder in folders)


def start(raw: Path, out: Path) -> subprocess.Popen[bytes]:
    """Begin a run with two workers."""
    command = pipeline("run", "--raw", raw, "--out", out, "--workers", "2", "--quiet")
    return subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finish(raw: Path, out: Path) -> float:
    """Run to the end; gives the seconds."""
    begun = time.monotonic()
    if start(raw, out).wait():
        raise SystemExit(f"a run without a kill failed: {out}")
    return time.monotonic() - begun


def disturb(raw: Path, out: Path, rng: random.Random, seconds: float) -> str:
    """Begin a run and kill one of its processes; tells which."""
    child = start(raw, out)
    time.sleep(rng.uniform(0, seconds))
    pids = family(child.pid)
    victim = rng.choice(pids) if rng.random() < 0.5 else child.pid
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        victim = 0
    others = [pid for pid in pids if pid != child.pid]
    code = child.wait()
    if victim == child.pid:
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() and "Z" not in _state(pid) for pid in others):
            if time.monotonic() > deadline:
                return "left orphans"
            time.sleep(0.1)
    return "too late" if not victim else "main" if victim == child.pid else f"worker, exit {code}"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2][:3]
    except OSError:
        return "Z"


def main() -> None:
    """Print what was killed, and every fault."""
    if "parts" in sys.argv:
        ENV.update(IN_PARTS)
    given = [int(argument) for argument in sys.argv[1:] if argument != "parts"]
    rounds, seed = (*given, *(50, 1)[len(given) :])
    rng, killed, faults = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = make_articles(folder / "raw", 16, paragraphs=2)
        finish(raw, folder / "old")
        (raw / "article-000003.txt").write_text(
            "Harbour plan\n\nMinisters said that Hikvision had been told.\n", encoding="utf-8"
        )
        seconds = finish(raw, folder / "new")
        old, new = hashes(folder / "old"), hashes(folder / "new")
        for number in range(rounds):
            out, fresh = folder / f"round-{number}", rng.random() < 0.5
            if not fresh:
                shutil.copytree(folder / "old", out, symlinks=True)
            what = disturb(raw, out, rng, seconds)
            killed[what] += 1
            try:
                left = hashes(out)
                sound = left == new or (left == old and not fresh)
            except StageError as error:
                sound = fresh and "no finished run" in str(error)
            finish(raw, out)
            if not sound or hashes(out) != new or what == "left orphans" or not is_clean(out):
                faults += 1
                print(
                    f"round {number}: {what}: {'tables of two runs' if not sound else 'not the tables of an undisturbed run'}"
                )
            shutil.rmtree(out)
    print(f"{rounds} rounds, seed {seed}: {dict(sorted(killed.items()))}; {faults} with a fault")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
