"""What a change costs in a small and in a large corpus: `python -m benchmarks.following [SMALL] [LARGE]`.

The corpora are fabricated (`common/fabricated.py`): all but the model is measured. CPU seconds are of the whole process, one worker.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.common.fabricated import fabricate, make_copies
from benchmarks.common.processes import Cost, measure, pipeline
from pipeline.core.settings import Settings

ADDED, TURNS = 500, 3


def run(raw: Path, out: Path) -> Cost:
    """One run with one worker."""
    return measure(pipeline("run", "--raw", raw, "--out", out, "--quiet", "--workers", "1"))


def change_one(raw: Path, out: Path) -> Cost:
    """A sentence more in an article in the middle."""
    files = sorted(raw.rglob("*.txt"))
    article = files[len(files) // 2]
    article.write_text(f"{article.read_text(encoding='utf-8')}\nDahua denied it.\n", encoding="utf-8")
    return run(raw, out)


def main() -> None:
    """Print the figures as they come."""
    small, large = (int(argument) for argument in [*sys.argv[1:], "1000", "50000"][:2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = [fabricate(folder, count, Settings()) for count in (small, large)]
        for _ in range(TURNS):
            for count, place in zip((small, large), places, strict=True):
                print(f"one of {count} changed: {change_one(*place)}", flush=True)
        first = folder / "first"
        make_copies(first, ADDED)
        print(f"first run of {ADDED}: {run(first, folder / 'first-out')}", flush=True)
        raw, out = places[1]
        make_copies(raw / "zz", ADDED, start=large)
        print(f"{ADDED} added behind the others: {run(raw, out)}", flush=True)


if __name__ == "__main__":
    main()
