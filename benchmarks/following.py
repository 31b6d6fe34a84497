"""What a change costs in a small and in a large corpus: `python -m benchmarks.following [SMALL] [LARGE] [--alike] [--in FOLDER]`.

The corpora are fabricated: all but the model is measured. They are as different as in life (`common/lifelike.py`), with `--alike` copies of the same sentences
(`common/fabricated.py`). CPU seconds are of the whole process, one worker. A folder that is named stays, and what stands in it is used again.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.common.fabricated import Alike, Kind, fabricate
from benchmarks.common.lifelike import Lifelike
from benchmarks.common.processes import Cost, measure, pipeline
from policy_news.core.settings import Settings

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


def add(folder: Path, place: tuple[Path, Path], kind: Kind, count: int) -> tuple[Cost, Cost]:
    """Costs of a run over some articles behind the others, and of a first run over the same ones alone."""
    raw, out = place
    alone = folder / f"alone-{count}"
    kind.write(alone, ADDED, count)
    first = run(alone, folder / f"alone-{count}-out")
    shutil.copytree(alone, raw / "zz")
    later = run(raw, out)
    shutil.rmtree(alone)
    shutil.rmtree(folder / f"alone-{count}-out")
    return later, first


@contextmanager
def working_in(folder: Path | None) -> Iterator[Path]:
    """A folder that is named, or one that goes again."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def main() -> None:
    """Print the figures as they come."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 50_000])
    parser.add_argument("--alike", action="store_true")
    parser.add_argument("--in", dest="folder", type=Path)
    chosen = parser.parse_args()
    kind: Kind = Alike() if chosen.alike else Lifelike()
    with working_in(chosen.folder) as folder:
        places = {count: fabricate(folder, count, Settings(), kind=kind) for count in chosen.sizes}
        taken: dict[int, list[Cost]] = {count: [] for count in places}
        for _ in range(TURNS):
            for count, place in places.items():
                taken[count].append(change_one(*place))
                print(f"one of {count} changed: {taken[count][-1]}", flush=True)
        for count, costs in taken.items():
            print(
                f"median of one of {count}: {median(c.cpu for c in costs):.2f} s, wall {median(c.wall for c in costs):.2f} s"
            )
        for count, place in places.items():
            later, first = add(folder, place, kind, count)
            print(
                f"{ADDED} added to {count}: {later}; first run of these: {first}; {later.cpu / first.cpu:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
