"""Bits that turn, zeros and cuts in the files of a run: the next run gives the right tables, or says that it cannot."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.core.errors import PipelineError
from pipeline.run.locking import LOCK
from tests.support.standing.mutants import SAMPLES
from tests.support.standing.runs import make_settings, run_local, table_sums

Damage = Callable[[random.Random, bytes], bytes]


def flip(rng: random.Random, data: bytes) -> bytes:
    """One bit turned."""
    changed = bytearray(data)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def zero(rng: random.Random, data: bytes) -> bytes:
    """A block of zeros, as a bad sector gives."""
    at = rng.randrange(len(data))
    return data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :]


def cut(rng: random.Random, data: bytes) -> bytes:
    """The end missing, as a power failure leaves it."""
    return data[: rng.randrange(len(data))]


DAMAGES: tuple[Damage, ...] = (flip, flip, zero, cut)


def check_damage(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Damage a file of a finished run, change an article, run again; then compare with a run that met no damage."""
    rng, settings = random.Random(seed), make_settings(annotate={"shard_documents": 2})
    raw = folder / "raw"
    shutil.copytree(SAMPLES, raw, ignore=shutil.ignore_patterns("*.pdf", "*.docx"))
    run_local(raw, folder / "before", settings)
    article = sorted(raw.rglob("*.txt"))[0]
    article.write_text(
        article.read_text(encoding="utf-8") + "\n\nDahua said it would sue.\n", encoding="utf-8"
    )
    run_local(raw, folder / "wanted", settings)
    wanted = table_sums(folder / "wanted")
    before = folder / "before"
    names = [
        path.relative_to(before)
        for path in sorted(before.rglob("*"))
        if path.is_file() and path.stat().st_size
    ]
    names = [name for name in names if name.name != LOCK]
    for number in range(tries):
        name, damage = names[number % len(names)], rng.choice(DAMAGES)
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(before, out)
        (out / name).write_bytes(damage(rng, (out / name).read_bytes()))
        try:
            run_local(raw, out, settings)
        except PipelineError:
            continue
        differing = [table for table, own in table_sums(out).items() if own != wanted[table]]
        if differing:
            yield f"try {number} of seed {seed}: {damage.__name__} in {name}: {', '.join(differing)} differ"
