"""The quotation index: the codes of the words of all passages, a file for each file of the table `documents`.

A file is named by the hash of what it is made from and has a checksum, so it is never wrong, only missing: no commit has to know it. What is
missing is made from the table; documents that another file already has are taken from there.
"""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import sub
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_news.core.checksums import strip_checksum, write_checked
from policy_news.core.errors import StageError
from policy_news.core.lazy_imports import import_arrow
from policy_news.nlp.passages import Coder, cut_passages, hide
from policy_news.run.paths import QUOTATIONS
from policy_news.tables.parquet import read_files, read_run
from policy_news.text.masking import MaskPatterns, find_gaps, patterns_of_run

if TYPE_CHECKING:
    import pyarrow as pa

FORM = 4
"""Version of the files: another one is made again."""
LISTS = ("sizes", "low", "high")
"""Columns with the codes."""


def update_index(out: Path) -> int:
    """Bring the index to the tables of a finished run, and remove what is of no use any more.

    The process must hold the folder.

    Returns:
        Number of documents that no file had.

    Raises:
        StageError: There is no finished run, or the folder cannot be written.
    """
    run, made = read_run(out), 0
    folder, names = out / QUOTATIONS, _names(run)
    missing = [digest for digest, name in names.items() if not (folder / name).is_file()]
    for digest, table, new in _make(out, run, missing):
        _write(folder / names[digest], table)
        made += new
    for path in folder.glob("*.arrow"):
        if path.name not in names.values():
            path.unlink(missing_ok=True)
    return made


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
    for digest, table, _ in _make(out, run, missing):
        tables[digest] = table
        with suppress(StageError):
            _write(folder / names[digest], table)
    return [tables[digest] for digest in names]


def make_index(documents: pa.Table, patterns: MaskPatterns) -> pa.Table:
    """Return the index of some documents that no run has."""
    coder, texts = Coder(), documents["text"].to_pylist()
    numbers = range(len(texts))
    codes = {number: _code(text, patterns, coder) for number, text in enumerate(texts)}
    return _table(documents["doc_id"], numbers, codes)


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


def _make(out: Path, run: Mapping[str, Any], missing: Collection[str]) -> Iterator[tuple[str, pa.Table, int]]:
    """Yield the index of each file of `documents` without one: its hash, the index, the number of new documents."""
    if not missing:
        return
    patterns, masks, coder = patterns_of_run(run), _masks(run), Coder()
    known = _read_known(sorted((out / QUOTATIONS).glob("*.arrow")))
    ready = _names(run).keys() - set(missing)
    for digest, rows in read_files(out, run, "documents", ("doc_id", "text"), ready):
        if rows is not None:
            texts = rows["text"].to_pylist()
            seals = [_seal(text, masks) for text in texts]
            pairs = zip(seals, texts, strict=True)
            new = {seal: _code(text, patterns, coder) for seal, text in pairs if seal not in known}
            yield digest, _table(rows["doc_id"], seals, ChainMap(new, known)), len(new)


def _table(ids: pa.ChunkedArray, seals: Sequence[int], codes: Mapping[int, tuple[bytes, ...]]) -> pa.Table:
    pa = import_arrow()
    found = [codes[seal] for seal in seals]
    lists = [pa.array([own[i] for own in found], pa.binary()) for i in range(len(LISTS))]
    columns = [ids.combine_chunks(), pa.array(seals, pa.uint64()), *lists]
    return pa.table(columns, names=["doc_id", "seal", *LISTS])


def _code(text: str, patterns: MaskPatterns, coder: Coder) -> tuple[bytes, ...]:
    """Return the values of `LISTS` for a text."""
    shown = hide(text, find_gaps(text, patterns))
    passages = [coder.read(shown[start:end]) for start, end in cut_passages(shown)]
    steps = [step for codes in passages for step in map(sub, codes, (0, *codes))]
    return (
        bytes(map(len, passages)),
        bytes(step & 255 for step in steps),
        bytes(step >> 8 for step in steps),
    )


def _seal(text: str, masks: str) -> int:
    data = f"{FORM} {masks} {text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _read_known(paths: Iterable[Path]) -> dict[int, tuple[bytes, ...]]:
    """Return the values of `LISTS` of all documents of some files, by seal."""
    known: dict[int, tuple[bytes, ...]] = {}
    for table in (table for table in map(_read, paths) if table is not None):
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
    write_checked(path, memoryview(sink.getvalue()), path.name)
