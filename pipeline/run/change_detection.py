"""What a run depends on, at the price of a directory listing: is there anything to do at all?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipeline.core.errors import StageError
from pipeline.core.settings import Settings
from pipeline.core.versions import package_version
from pipeline.nlp.fingerprints import pipeline_fingerprint
from pipeline.run.array_parts import Part
from pipeline.run.decisions import decisions_digest
from pipeline.tables.parquet import is_whole, read_run
from pipeline.tables.schema import VERSION


def inputs_digest(raw: Path, out: Path, settings: Settings, part: Part | None = None) -> str:
    """Hash of names, sizes and times of the raw files, of the settings, the model, own lists and the program's version."""
    digest = hashlib.sha256(settings.model_dump_json().encode())
    digest.update(
        f"{VERSION} {package_version('policy-news-pipeline')} {pipeline_fingerprint(settings)} {part or ''}".encode()
    )
    digest.update(os.fsencode(raw_place(raw, out)))
    if part is None:  # decisions are applied where the parts are merged
        digest.update(decisions_digest(raw, settings).encode())
    digest.update(b"".join(_listing(os.fsencode(raw), os.fsencode(out.resolve()))))
    return digest.hexdigest()


def raw_place(raw: Path, out: Path) -> str:
    """Where the raw folder is, seen from the output folder: the same from any working folder, and when both are moved together."""
    return os.path.relpath(raw.resolve(), out.resolve())


def raw_of(out: Path) -> Path | None:
    """The raw folder of the finished run of a folder, if its `run.json` names one.

    Raises:
        StageError: There is no finished run.
    """
    place = read_run(out).get("raw")
    return (out.resolve() / place).resolve() if place else None


def is_unchanged(out: Path, digest: str) -> bool:
    """Whether the finished run of the folder was made from the same, and left it as it is, as far as sizes and `run.json` tell."""
    try:
        run = read_run(out, verify=True)
    except StageError:
        return False
    return run.get("inputs") == digest and is_whole(out, run)


def _listing(folder: bytes, apart: bytes) -> list[bytes]:
    """A line a file, sorted, of the folder and those below it; names are those below it. As bytes, since there may be many."""
    lines, todo, above = [], [folder], len(folder)
    while todo:
        for entry in _entries(todo.pop()):
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(b".") and os.path.realpath(entry.path) != apart:
                    todo.append(entry.path)
                continue
            about = entry.stat(follow_symlinks=False)
            lines.append(b"%b\0%d\0%d\n" % (entry.path[above:], about.st_size, about.st_mtime_ns))
    return sorted(lines)


def _entries(folder: bytes) -> list[os.DirEntry[bytes]]:
    """What a folder holds; nothing if it cannot be read, which `ingest` reports."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
