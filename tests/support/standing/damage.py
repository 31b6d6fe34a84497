"""Damaged, missing and swapped files of a run: readers, `check` and the next run give the right tables, or say what to do."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_news.checks import checking
from policy_news.core.errors import PipelineError
from policy_news.core.settings import Settings
from policy_news.decisions.store import append_decisions
from policy_news.drafts.draft_verifier import verify_draft
from policy_news.drafts.pile import open_pile
from policy_news.run.locking import LOCK
from policy_news.tables.parquet import read_tables
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


@dataclass(frozen=True)
class Layout:
    """A way in which a run leaves its files.

    Attributes:
        name: Of it.
        settings: Of the run.
    """

    name: str
    settings: Mapping[str, Any]


LAYOUTS = (Layout("whole", {}), Layout("parts", {"tables": IN_PARTS}))
QUOTED = 8
"""Words that the draft of a reader quotes from each article."""


class Standing:
    """Finished runs over one raw folder in a layout: before and after an article changed.

    Args:
        folder: Where they are.
        raw: The raw folder.
        layout: The layout.
    """

    def __init__(self, folder: Path, raw: Path, layout: Layout) -> None:
        self.raw, self.layout = raw, layout
        self.before, self.after = folder / f"{layout.name}-before", folder / f"{layout.name}-after"
        self.settings: Settings = make_settings(annotate={"shard_documents": 2}, **layout.settings)


def check_damage(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Damage a file of a finished run; read and check it, run again, and compare with a run that met no damage.

    Every kind of file of every layout has its turn. In every other try an article changed before the next run.
    """
    rng = random.Random(seed)
    old, new = folder / "old", folder / "new"
    shutil.copytree(SAMPLES, old, ignore=shutil.ignore_patterns("*.pdf", "*.docx"))
    raw = Path(shutil.copytree(old, folder / "raw"))
    runs = [Standing(folder, raw, layout) for layout in LAYOUTS]
    for one in runs:
        run_local(raw, one.before, one.settings)
    append_decisions(folder / "decisions.jsonl", script_decisions(runs[0].before, 6))
    for one in runs:
        run_local(raw, one.before, one.settings)
    article = sorted(raw.rglob("*.txt"))[0]
    article.write_text(
        article.read_text(encoding="utf-8") + "\n\nDahua said it would sue.\n", encoding="utf-8"
    )
    shutil.copytree(raw, new)
    for one in runs:
        run_local(raw, one.after, one.settings)
    draft = _draft(runs[0].before)
    verified = {one.layout.name: _verified(one.before, draft) for one in runs}
    cases = _cases(rng, runs)
    for number in range(tries):
        one, name = next(cases)
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(one.before, out, symlinks=True)
        place = f"try {number} of seed {seed}, {one.layout.name}: {_damage(out / name, rng)} {name}"
        is_changed = number % 2 == 1
        shutil.rmtree(raw)
        shutil.copytree(new if is_changed else old, raw)
        yield from (
            f"{place}: {fault}" for fault in _read_faults(out, one.before, draft, verified[one.layout.name])
        )
        yield from (f"{place}: {fault}" for fault in _run_faults(one, out, is_changed))


def _cases(rng: random.Random, runs: Sequence[Standing]) -> Iterator[tuple[Standing, Path]]:
    """Yield files to damage for ever: of each layout a file of each kind, then again."""
    while True:
        turn = []
        for one in runs:
            kinds: dict[str, list[Path]] = {}
            for path in _files(one.before):
                kinds.setdefault(re.sub(r"[0-9a-f]{6,}|[0-9]+", "#", str(path)), []).append(path)
            turn += [(one, rng.choice(paths)) for paths in kinds.values()]
        yield from rng.sample(turn, len(turn))


def _read_faults(out: Path, before: Path, draft: str, verified: object) -> Iterator[str]:
    """Yield what is wrong with what readers and `check` give for a damaged run."""
    wanted = read_tables(before)
    with _told("check") as faults:
        checked = checking.run(out)
        is_passed = not any(one.severity == "error" for one in checked.findings)
        if is_passed and read_tables(out) != wanted:
            faults.append("check passes other tables")
    yield from faults
    with _told("readers") as faults:
        if read_tables(out) != wanted:
            faults.append("readers take other tables")
    yield from faults
    with _told("verify") as faults:
        if _verified(out, draft) != verified:
            faults.append("verify says something else")
    yield from faults


def _run_faults(one: Standing, out: Path, is_changed: bool) -> Iterator[str]:
    with _told("run") as faults:
        run_local(one.raw, out, one.settings)
        wanted = table_sums(one.after if is_changed else one.before)
        differing = [table for table, own in table_sums(out).items() if own != wanted[table]]
        if differing:
            faults.append(f"{', '.join(differing)} differ")
    yield from faults


@contextmanager
def _told(what: str) -> Iterator[list[str]]:
    """Give a list of faults; an error that says what to do is none, any other is."""
    faults: list[str] = []
    try:
        yield faults
    except PipelineError as error:
        if not error.hint:
            faults.append(f"{what}: {error} does not say what to do")
    except Exception as error:
        faults.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")


def _draft(out: Path) -> str:
    """Return a draft that quotes each article."""
    lines = []
    for text in read_tables(out)["documents"]["text"].to_pylist():
        words = text.split()[20 : 20 + QUOTED]
        lines.append(f"Ann Lowe said: “{' '.join(words)}”.")
    return "\n\n".join(lines)


def _verified(out: Path, draft: str) -> list[Any]:
    return [finding.row() for finding in verify_draft(draft, open_pile(out))]


def _files(folder: Path) -> list[Path]:
    """The files of a run that hold something, and its links."""
    found = []
    for place, folders, names in os.walk(folder):
        for path in (Path(place, name) for name in (*folders, *names)):
            is_file = path.is_symlink() or (path.is_file() and path.stat().st_size > 0)
            if is_file and path.name != LOCK:
                found.append(path.relative_to(folder))
    return sorted(found)


def _damage(path: Path, rng: random.Random) -> str:
    """Damage or remove a file; what is damaged keeps its time, as on a bad disk. Returns what was done."""
    if path.is_symlink() or rng.random() < 0.1:
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
