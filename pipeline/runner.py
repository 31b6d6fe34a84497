"""All stages in order, with what a person is told about them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.settings import Settings
from pipeline.stages import annotate, ingest, resolve, unmask, write
from pipeline.tables import read_table

Say = Callable[[str], None]


def count_workers(workers: int) -> int:
    """Number of processes: the given one, or one a core that this process may use."""
    return workers or len(os.sched_getaffinity(0))


def run_all(raw: Path, out: Path, settings: Settings, workers: int, say: Say, progress: annotate.Progress) -> str:
    """Run the stages from `ingest` to `write`; returns the summary.

    Raises:
        PipelineError: A stage cannot do its work.
    """
    begun = time.monotonic()
    done, failed = ingest.run(raw, out, settings)
    say(f"ingest: {done} documents, {failed} set aside")
    say(f"unmask: {unmask.run(out, settings)} documents have withheld words")
    changed, kept = annotate.run(out, settings, count_workers(workers), progress)
    say(f"annotate: {changed} documents changed, {kept} unchanged")
    say(f"resolve: {resolve.run(out, settings)} entities")
    seconds = time.monotonic() - begun
    write.run(out, settings, seconds)
    return summarise(out, seconds)


def summarise(out: Path, seconds: float) -> str:
    """What a run gave, in a few lines."""
    documents = read_table(out, "documents")
    words, masked = sum(documents["n_words"].to_pylist()), sum(documents["n_masked_words"].to_pylist())
    lines = [
        "",
        f"documents   {documents.num_rows} done, {read_table(out, 'failures').num_rows} set aside",
        f"words       {words}, {100 * masked / max(words, 1):.1f} % withheld",
        f"mentions    {_counted(out, 'mentions', 'label')}",
        f"claims      {_counted(out, 'claims', 'claim_type')}",
        f"dates       {_counted(out, 'dates', 'timex_type')}",
        f"time        {seconds:.1f} s",
        f"tables      {out}/*.parquet",
    ]
    return "\n".join(lines)


def _counted(out: Path, table: str, column: str) -> str:
    counts = Counter(read_table(out, table)[column].to_pylist())
    named = ", ".join(f"{label} {n}" for label, n in counts.most_common(8))
    return f"{sum(counts.values())}" + (f": {named}" if named else "")
