"""The quotation index: the codes of the words of all passages, a file for each file of the table `documents`.

A file is named by the hash of what it is made from and has a checksum, so it is never wrong, only missing: no commit has to know it. What is
missing is made from the table; documents that another file already has are taken from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import sub
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.atomic_files import new_state_file
from pipeline.core.checksums import strip_checksum, write_checked
from pipeline.core.errors import StageError
from pipeline.core.lazy_imports import import_arrow
from pipeline.nlp.passages import Coder, cut_passages, hide
from pipeline.run.paths import QUOTATIONS
from pipeline.tables.parquet import read_files, read_run
from pipeline.text.masking import MaskPatterns, find_gaps, patterns_of_run

if TYPE_CHECKING:
    import pyarrow as pa

FORM = 3
"""Version of the files: another one is made again."""
LISTS = ("sizes", "low", "high")
"""Columns with the codes."""


@dataclass
class IndexWork:
    """What making the index took.

    Attributes:
        made: Documents that were cut and coded.
        taken: Documents whose codes another file had.
    """

    made: int = 0
    taken: int = 0


def update_index(out: Path) -> IndexWork:
    """Bring the index to the tables of a finished run, and remove what is of no use any more. The process must hold the folder.

    Raises:
        StageError: There is no finished run, or the folder cannot be written.
    """
    run, work = read_run(out), IndexWork()
    folder, names = out / QUOTATIONS, _names(run)
    missing = [digest for digest, name in names.items() if not (folder / name).is_file()]
    for digest, table in _make(out, run, missing, work):
        _write(folder / names[digest], table)
    for path in folder.glob("*.arrow"):
        if path.name not in names.values():
            path.unlink(missing_ok=True)
    return work


def read_index(out: Path, run: Mapping[str, Any]) -> list[pa.Table]:
    """Return the index of a finished run, a table for each file of `documents`, in order.

    A row has the `doc_id`, the `seal` of the text, the number of codes of each passage (`sizes`), and how much greater each code is than the
    one before it in its passage, cut into `low` and `high` bytes, which compress better.

    What is missing is made, and kept where the folder can be written.

    Raises:
        StageError: A table is missing.
    """
    folder, names = out / QUOTATIONS, _names(run)
    tables = {digest: _read(folder / name) for digest, name in names.items()}
    missing = [digest for digest, table in tables.items() if table is None]
    for digest, table in _make(out, run, missing, IndexWork()):
        tables[digest] = table
        with suppress(StageError):
            _write(folder / names[digest], table)
    return [tables[digest] for digest in names]


def _names(run: Mapping[str, Any]) -> dict[str, str]:
    """Return the hash of each file of `documents`, and the name of its index."""
    told = run.get("files", {}).get("documents")
    digests = [row[0] for row in told] if told is not None else [run["tables"]["documents"]]
    return {
        digest: f"{hashlib.sha256(f'{FORM} {_masks(run)} {digest}'.encode()).hexdigest()[:24]}.arrow"
        for digest in digests
    }


def _masks(run: Mapping[str, Any]) -> str:
    return json.dumps(run.get("settings", {}).get("mask"), sort_keys=True)


def _make(
    out: Path, run: Mapping[str, Any], missing: Collection[str], work: IndexWork
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the index of each file of `documents` that has none, with the hash of the file."""
    if not missing:
        return
    making = _Making(patterns_of_run(run), _masks(run), sorted((out / QUOTATIONS).glob("*.arrow")), work)
    ready = _names(run).keys() - set(missing)
    for digest, rows in read_files(out, run, "documents", ("doc_id", "text"), ready):
        if rows is not None:
            yield digest, making.make(rows)


class _Making:
    """Makes the files that are missing."""

    def __init__(self, patterns: MaskPatterns, masks: str, standing: Sequence[Path], work: IndexWork) -> None:
        self._patterns, self._masks, self._standing, self._work = patterns, masks, standing, work
        self._coder = Coder()
        self._known: dict[int, tuple[Any, ...]] | None = None

    def make(self, rows: pa.Table) -> pa.Table:
        """Return the index of some documents."""
        pa = import_arrow()
        if self._known is None:
            self._known = self._read_known()
        found = [self._look_up(text) for text in rows["text"].to_pylist()]
        seals = pa.array([seal for seal, *_ in found], pa.uint64())
        lists = [pa.array([own[i] for _, *own in found], pa.binary()) for i in range(len(LISTS))]
        return pa.table([rows["doc_id"].combine_chunks(), seals, *lists], names=["doc_id", "seal", *LISTS])

    def _look_up(self, text: str) -> tuple[Any, ...]:
        assert self._known is not None
        seal = self._seal(text)
        if seal in self._known:
            self._work.taken += 1
            return seal, *self._known[seal]
        self._work.made += 1
        shown = hide(text, find_gaps(text, self._patterns))
        passages = [self._coder.read(shown[start:end]) for start, end in cut_passages(shown)]
        steps = [step for codes in passages for step in map(sub, codes, (0, *codes))]
        return (
            seal,
            bytes(map(len, passages)),
            bytes(step & 255 for step in steps),
            bytes(step >> 8 for step in steps),
        )

    def _seal(self, text: str) -> int:
        data = f"{FORM} {self._masks} {text}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")

    def _read_known(self) -> dict[int, tuple[Any, ...]]:
        known: dict[int, tuple[Any, ...]] = {}
        for path in self._standing:
            table = _read(path)
            if table is not None:
                own = zip(*(table[name].to_pylist() for name in LISTS), strict=True)
                known.update(zip(table["seal"].to_pylist(), own, strict=True))
        return known


def _read(path: Path) -> pa.Table | None:
    """Return a file of the index; None if it is missing or damaged."""
    pa = import_arrow()
    try:
        data = strip_checksum(path.read_bytes(), path.name)
    except (OSError, ValueError):
        return None
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def _write(path: Path, table: pa.Table) -> None:
    pa = import_arrow()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks())
    with new_state_file(path) as partial:
        write_checked(partial, memoryview(sink.getvalue()), path.name)
