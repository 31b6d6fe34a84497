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

Damage = Callable[[random.Random, Path, bytes], bytes]
"""Takes the path of a file and what is in it; returns what is there afterwards."""


def flip(rng: random.Random, path: Path, data: bytes) -> bytes:
    """One bit turned."""
    changed = bytearray(data)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def zero(rng: random.Random, path: Path, data: bytes) -> bytes:
    """A block of zeros, as a bad sector gives."""
    at = rng.randrange(len(data))
    return data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :]


def cut(rng: random.Random, path: Path, data: bytes) -> bytes:
    """The end missing, as a power failure leaves it."""
    return data[: rng.randrange(len(data))]


def append(rng: random.Random, path: Path, data: bytes) -> bytes:
    """The start once more behind the end."""
    return data + data[:50]


def swap(rng: random.Random, path: Path, data: bytes) -> bytes:
    """What is in a file beside it."""
    alike = [one for one in path.parent.iterdir() if one.is_file() and one.suffix == path.suffix]
    return rng.choice(sorted(alike)).read_bytes()


DAMAGES: tuple[Damage, ...] = (flip, flip, flip, zero, cut, append, swap)


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
        name = names[rng.randrange(len(names))]
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(before, out, symlinks=True)
        done = _damage(out / name, rng)
        place = f"try {number} of seed {seed}: {done} {name}"
        try:
            run_local(raw, out, layouts[layout])
        except PipelineError as error:
            if not error.hint:
                yield f"{place}: {error} does not say what to do"
            continue
        except Exception as error:
            yield f"{place}: {type(error).__name__}: {str(error)[:200]}"
            continue
        wanted = table_sums(folder / f"wanted{layout}")
        differing = [table for table, own in table_sums(out).items() if own != wanted[table]]
        if differing:
            yield f"{place}: {', '.join(differing)} differ"


def _files(folder: Path) -> list[Path]:
    """The files of a run that hold something, each once: tables in parts are links."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in sorted(names)):
            if path.is_file() and not path.is_symlink() and path.stat().st_size and path.name != LOCK:
                found.append(path.relative_to(folder))
    return sorted(found)


def _damage(path: Path, rng: random.Random) -> str:
    """Damage or remove a file; what is damaged keeps its time, as on a bad disk. Returns what was done."""
    if rng.random() < 0.1:
        path.unlink()
        return "remove"
    about, damage = path.stat(), rng.choice(DAMAGES)
    path.chmod(0o644)
    data = damage(rng, path, path.read_bytes())
    if rng.random() < 0.5:
        path.unlink()  # else hard links share it
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    return damage.__name__
