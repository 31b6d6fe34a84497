"""Time and memory of the hostile files of `tests/support/hostile/bombs.py` at full size, under the usual limits of the readers."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from policy_news.core.errors import ReadError
from policy_news.core.settings import IngestSettings
from policy_news.text.readers.isolation import Parser
from tests.support.hostile.bombs import BOMBS, LAST, Bomb

MAX_SECONDS, MAX_MEGABYTES = 25.0, 2_000


def measure(bomb: Bomb) -> dict[str, object]:
    """What reading a bomb costs, and what came of it."""
    limits = IngestSettings()
    parser = Parser(limits.reader_seconds, limits.reader_megabytes, 10 * limits.max_bytes)
    # Started before this process grows, which would count as the child's memory, and with a file behind it, as in a run.
    parser.parse("html", b"<p>It is over.</p>")
    data = bomb.make(bomb.full)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    try:
        found = parser.parse(bomb.suffix[1:], data).text.count(LAST)
        outcome = "read whole" if found == bomb.whole(bomb.full) else "LOST TEXT WITHOUT A WORD"
    except ReadError as error:
        outcome = f"failed: {error.message}"
    seconds = time.perf_counter() - begun
    parser.close()
    return {
        "file": f"{len(data):,}",
        "seconds": seconds,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "parent": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        "outcome": outcome,
    }


def main() -> None:
    """Each bomb in a process of its own, so that the memory measured is that of its parser alone."""
    if len(sys.argv) == 2:
        print(json.dumps(measure(next(bomb for bomb in BOMBS if bomb.name == sys.argv[1]))))
        return
    print(
        "| bomb | bytes | s | child MB | parent + MB | what comes of it |\n| --- | ---: | ---: | ---: | ---: | --- |"
    )
    failed = False
    for bomb in BOMBS:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), bomb.name], capture_output=True, text=True, check=True
        )
        row = json.loads(done.stdout)
        failed |= (
            row["seconds"] > MAX_SECONDS or row["child"] > MAX_MEGABYTES or row["outcome"].startswith("LOST")
        )
        print(
            f"| {bomb.name} | {row['file']} | {row['seconds']:.1f} | {row['child']} | {row['parent']} | {row['outcome'][:90]} |",
            flush=True,
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
