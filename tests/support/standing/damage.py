"""Bits that turn, zeros and cuts in the files of a run: the next run gives the right tables, or says that it cannot."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.errors import PipelineError
from pipeline.decisions.store import append_decisions
from pipeline.run.locking import LOCK
from tests.support.scripted import script_decisions
from tests.support.standing.mutants import SAMPLES
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, table_sums

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


LAYOUTS: Sequence[Mapping[str, Any]] = ({}, {"tables": IN_PARTS})
"""Settings of runs with each table in one file, and in parts."""


def check_damage(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Damage a file of a finished run, change an article, run again; then compare with a run that met no damage."""
    rng = random.Random(seed)
    raw = folder / "raw"
    shutil.copytree(SAMPLES, raw, ignore=shutil.ignore_patterns("*.pdf", "*.docx"))
    layouts = [make_settings(annotate={"shard_documents": 2}, **changes) for changes in LAYOUTS]
    for number, settings in enumerate(layouts):
        run_local(raw, folder / f"before{number}", settings)
    append_decisions(folder / "decisions.jsonl", script_decisions(folder / "before0", 6))
    for number, settings in enumerate(layouts):
        run_local(raw, folder / f"before{number}", settings)
    article = sorted(raw.rglob("*.txt"))[0]
    article.write_text(
        article.read_text(encoding="utf-8") + "\n\nDahua said it would sue.\n", encoding="utf-8"
    )
    for number, settings in enumerate(layouts):
        run_local(raw, folder / f"wanted{number}", settings)
    for number in range(tries):
        layout = number % len(layouts)
        before, out = folder / f"before{layout}", folder / "out"
        names = _files(before)
        name, damage = names[rng.randrange(len(names))], rng.choice(DAMAGES)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(before, out, symlinks=True)
        _damage(out / name, damage, rng)
        try:
            run_local(raw, out, layouts[layout])
        except PipelineError:
            continue
        wanted = table_sums(folder / f"wanted{layout}")
        differing = [table for table, own in table_sums(out).items() if own != wanted[table]]
        if differing:
            yield f"try {number} of seed {seed}: {damage.__name__} in {name}: {', '.join(differing)} differ"


def _files(folder: Path) -> list[Path]:
    """The files of a run that hold something, each once: tables in parts are links."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in sorted(names)):
            if path.is_file() and not path.is_symlink() and path.stat().st_size and path.name != LOCK:
                found.append(path.relative_to(folder))
    return sorted(found)


def _damage(path: Path, damage: Damage, rng: random.Random) -> None:
    """Damage a file and keep its time, as a bad disk does."""
    about = path.stat()
    path.chmod(0o644)
    path.write_bytes(damage(rng, path.read_bytes()))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
