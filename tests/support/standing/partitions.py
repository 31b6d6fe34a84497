"""Array jobs over a folder that changes between them, and folders that are not theirs: `merge` gives what one run gives, or refuses."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.core.errors import StageError
from pipeline.run.array_merge import merge
from pipeline.run.array_parts import Partition
from pipeline.run.runner import run_all
from tests.support.standing.runs import make_settings, run_local, table_sums

FILES = 6
Way = Callable[[random.Random, Path, Path, int], None]
"""What goes wrong, given the raw folder, the output folder and the number of partitions, all of which have run."""


def check_partitions(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Do something wrong with an array job; then merge."""
    rng = random.Random(seed)
    for number in range(tries):
        work, way = folder / str(number), WAYS[number % len(WAYS)]
        raw, out, count = work / "raw", work / "out", rng.choice([2, 3])
        raw.mkdir(parents=True)
        for _ in range(FILES):
            _add(rng, raw)
        for part in range(1, count + 1):
            _run(raw, out, part, count)
        way(rng, raw, out, count)
        try:
            merge(out, make_settings())
        except StageError as error:
            if not error.hint:
                yield f"try {number} of seed {seed}, {way.__name__}: no hint: {error.message}"
            continue
        run_local(raw, work / "whole")
        wanted, found = table_sums(work / "whole"), table_sums(out)
        differing = [name for name in wanted if wanted[name] != found[name]]
        if differing:
            yield f"try {number} of seed {seed}, {way.__name__}: {', '.join(differing)} differ"
        shutil.rmtree(work)


def change_between(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """Files come, go and grow before the later partitions run."""
    first = rng.randrange(2, count + 1)
    for _ in range(rng.choice([1, 3])):
        rng.choice((_add, _remove, _grow))(rng, raw)
    for part in range(first, count + 1):
        _run(raw, out, part, count)


def copy_partition(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """A partition under the name of another."""
    one, other = rng.sample(range(1, count + 1), 2)
    place = Partition(other, count).folder(out)
    shutil.rmtree(place)
    shutil.copytree(Partition(one, count).folder(out), place)


def take_of_another_folder(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """A partition of another raw folder with as many files of the same names and sizes."""
    other = raw.with_name("other")
    shutil.copytree(raw, other)
    path = rng.choice(sorted(other.iterdir()))
    path.write_bytes(path.read_bytes().replace(b"said", b"told"))
    _run(other, out, rng.randrange(1, count + 1), count)


def lose_partition(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """A partition is not there, or not finished."""
    place = Partition(rng.randrange(1, count + 1), count).folder(out)
    if rng.random() < 0.5:
        shutil.rmtree(place)
    else:
        (place / "run.json").unlink()


def damage_table(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """A bit of a table of a partition turns."""
    place = Partition(rng.randrange(1, count + 1), count).folder(out)
    path = rng.choice(sorted(place.glob("*.parquet")))
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))


def edit_run(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """Somebody edits the `run.json` of a partition."""
    path = Partition(rng.randrange(1, count + 1), count).folder(out) / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run[rng.choice(sorted(run))] = rng.choice([1, None, "x", {}])
    path.write_text(json.dumps(run), encoding="utf-8")


def divide_anew(rng: random.Random, raw: Path, out: Path, count: int) -> None:
    """A partition of another division stands beside them."""
    _run(raw, out, 1, count + 1)


WAYS: tuple[Way, ...] = (
    change_between,
    copy_partition,
    take_of_another_folder,
    lose_partition,
    damage_table,
    edit_run,
    divide_anew,
)


def _run(raw: Path, out: Path, number: int, count: int) -> None:
    partition = Partition(number, count)
    run_all(raw, partition.folder(out), make_settings(), partition=partition)


def _add(rng: random.Random, raw: Path) -> None:
    text = f"Apple said on Monday that it would cut {rng.randrange(10**6)} jobs.\n"
    (raw / f"{rng.choice('abcdefgh')}{rng.randrange(1_000)}.txt").write_text(text, encoding="utf-8")


def _remove(rng: random.Random, raw: Path) -> None:
    rng.choice(sorted(raw.iterdir())).unlink()


def _grow(rng: random.Random, raw: Path) -> None:
    path = rng.choice(sorted(raw.iterdir()))
    path.write_text(path.read_text(encoding="utf-8") + "Dahua denied it.\n", encoding="utf-8")
