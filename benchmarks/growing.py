"""What one changed article costs in larger and larger corpora, in work: `python -m benchmarks.growing [SIZE ...] [--kind KIND] [--in FOLDER]`.

The corpora are fabricated (`common/fabricated.py`), of three kinds: all articles different, each with four near copies, one speaker and one day for all.
Work is counted in lines of our code that run, and in bytes read, of all stages and the check: the same on every machine, however busy it is.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common.fabricated import Fabricated, Kind, OfOneSpeaker, fabricate, templates_of
from benchmarks.common.lifelike import Lifelike
from policy_news.checks import checking
from policy_news.core.settings import Settings
from policy_news.run.engines.local import LocalEngine
from policy_news.run.quotation_index import update_index
from policy_news.run.runner import run_all
from policy_news.tables.parquet import part_hashes
from tests.support.steps import count_by_module

KINDS: dict[str, Kind] = {
    "different": Lifelike(),
    "copies": Lifelike(prints=4),
    "one-speaker": OfOneSpeaker(),
}
SIZES = (1_000, 4_000, 16_000, 64_000)


def change_one(
    folder: Path, place: tuple[Path, Path], kind: Kind, settings: Settings
) -> tuple[Counter[str], int]:
    """Return the lines that run after an article in the middle got a sentence more, by module, and the bytes read."""
    raw, out = place
    files = sorted(raw.rglob("*.txt"))
    article = files[len(files) // 2]
    text = article.read_text(encoding="utf-8")
    engine = Fabricated(templates_of(folder, settings, kind), LocalEngine(), kind)

    def work() -> None:
        known = part_hashes(out)
        run_all(raw, out, settings, engine=engine)
        checking.run(out, known=known)
        update_index(out)

    article.write_text(f"{text}\n", encoding="utf-8")
    work()  # what is read or compiled when it is first used
    article.write_text(f"{text}\n\n", encoding="utf-8")
    return measure_work(work)


@contextmanager
def working_in(folder: Path | None) -> Iterator[Path]:
    """A folder that is named, or one that goes again."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def measure_work(work: Callable[[], None]) -> tuple[Counter[str], int]:
    """Return the lines of our code that a call runs, by module, and the bytes that it reads."""
    before = _bytes_read()
    return count_by_module(work), _bytes_read() - before


def _bytes_read() -> int:
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1])
    return 0


def main() -> None:
    """Print the figures as they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--in", dest="folder", type=Path)
    chosen = parser.parse_args()
    with working_in(chosen.folder) as folder:
        for name in chosen.kind or KINDS:
            first: tuple[Counter[str], int] | None = None
            for size in chosen.sizes:
                place = fabricate(folder / name, size, Settings(), kind=KINDS[name])
                lines, read = change_one(folder / name, place, KINDS[name], Settings())
                first = first or (lines, read)
                growth = f"{lines.total() / first[0].total():.2f} and {read / first[1]:.2f} times"
                print(
                    f"{name:<12}{size:>7}: {lines.total():>11,} lines, {read / 1e6:7.1f} MB, {growth}",
                    flush=True,
                )
                for module, count in (lines - first[0]).most_common(4):
                    print(f"{'':<21}+{count:>10,} {module}", flush=True)


if __name__ == "__main__":
    main()
