"""Readers in loops while runs come and are killed: `python -m benchmarks.readers [ROUNDS] [SEED]`.

Each round changes all articles to its own number and starts a run, which half of the time is killed at a random moment. Meanwhile pandas, DuckDB,
polars and `load_tables` read the tables in parts as fast as they can. Whoever sees two numbers in one reading has a mixed view. A part that is gone between the listing
and the opening is counted as an error to repeat.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from benchmarks.common.processes import ROOT, pipeline
from policy_news.tables.parquet import load_tables

ARTICLES = 12
ENV = {
    **os.environ,
    "POLICY_NEWS__TABLES__SINGLE_FILE_DOCUMENTS": "1",
    "POLICY_NEWS__TABLES__PART_DOCUMENTS": "3",
}


def write(raw: Path, number: int) -> None:
    """All articles with the number of a round."""
    raw.mkdir(exist_ok=True)
    for article in range(ARTICLES):
        text = f"A Report\n\nDahua said on Monday that round{number} had begun.\n"
        (raw / f"a{article:02d}.txt").write_text(text, encoding="utf-8")


def start(raw: Path, out: Path) -> subprocess.Popen[bytes]:
    """Begin a run."""
    command = pipeline("run", "--raw", raw, "--out", out, "--workers", "1", "--quiet")
    return subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _duckdb(out: Path) -> Iterable[str]:
    rows = duckdb.connect().execute(f"select text from '{out}/documents.parquet/*.parquet'").fetchall()
    return [str(row[0]) for row in rows]


def _all_tables(out: Path) -> Iterable[str]:
    tables = load_tables(out)
    return [*tables["documents"]["text"], *tables["claims"]["content_text"].dropna()]


READERS: dict[str, Callable[[Path], Iterable[str]]] = {
    "pandas": lambda out: pd.read_parquet(out / "documents.parquet")["text"],
    "polars": lambda out: pl.read_parquet(out / "documents.parquet")["text"].to_list(),
    "duckdb": _duckdb,
    "load_tables": _all_tables,
}


def watch(name: str, out: Path, ended: threading.Event, seen: Counter[str]) -> None:
    """Read again and again."""
    while not ended.is_set():
        try:
            numbers = {text.split("round")[1].split()[0] for text in READERS[name](out) if "round" in text}
        except Exception:
            seen[f"{name} errors"] += 1
            continue
        seen[f"{name} readings"] += 1
        seen["mixed views"] += len(numbers) != 1


def main() -> None:
    """Print what was seen."""
    rounds, seed = (int(argument) for argument in [*sys.argv[1:], "50", "1"][:2])
    rng, seen, ended = random.Random(seed), Counter[str](), threading.Event()
    with tempfile.TemporaryDirectory() as name:
        raw, out = Path(name) / "raw", Path(name) / "out"
        write(raw, 0)
        begun = time.monotonic()
        start(raw, out).wait()
        seconds = time.monotonic() - begun
        threads = [threading.Thread(target=watch, args=(one, out, ended, seen)) for one in READERS]
        for thread in threads:
            thread.start()
        for number in range(1, rounds + 1):
            write(raw, number)
            child = start(raw, out)
            if rng.random() < 0.5:
                time.sleep(rng.uniform(0, seconds))
                child.kill()
                seen["killed"] += 1
            child.wait()
        ended.set()
        for thread in threads:
            thread.join()
    print(f"{rounds} rounds, seed {seed}: {dict(sorted(seen.items()))}")
    raise SystemExit(bool(seen["mixed views"]))


if __name__ == "__main__":
    main()
