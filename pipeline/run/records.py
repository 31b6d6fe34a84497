"""Files between the stages: JSON lines of one frozen type, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.core.atomic_files import new_state_file
from pipeline.core.errors import StageError

T = TypeVar("T")
Place = tuple[int, int]
"""Offset and length of a record in its file."""


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return the reader and writer of a type: dear to make, so kept."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def write_records(path: Path, kind: type[T], records: Iterable[T]) -> None:
    """Write one record a line; the file appears complete or stays as it was.

    Raises:
        StageError: The folder cannot be written, or the disk is full.
    """
    write_lines(path, map(make_dumper(kind), records))


def make_dumper(kind: type[T]) -> Callable[[T], bytes]:
    """Return a function that makes the line of a record, which leaves out what is as the type has it by itself."""
    adapter = _adapter(kind)
    return lambda record: adapter.dump_json(record, exclude_defaults=True) + b"\n"


def make_parser(kind: type[T]) -> Callable[[bytes], T]:
    """Return a function that makes a record of its line, and raises `ValueError` where it is none."""
    return _adapter(kind).validate_json


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write records that are lines already; the file appears complete or stays as it was.

    Raises:
        StageError: The folder cannot be written, or the disk is full.
    """
    with new_state_file(path) as partial, partial.open("wb") as file:
        file.writelines(lines)


def read_records(path: Path, kind: type[T], made_by: str) -> Iterator[T]:
    """Read the records of a file.

    Raises:
        StageError: The file is missing or broken; names the stage that makes it.
    """
    adapter = _adapter(kind)
    for number, (_, line) in enumerate(scan_lines(path, made_by), 1):
        yield _parsed(adapter, line, f"{path}:{number}", made_by)


def scan_lines(path: Path, made_by: str) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each record, not parsed.

    Raises:
        StageError: The file is missing.
    """
    try:
        with path.open("rb") as file:
            offset = 0
            for line in file:
                yield offset, line
                offset += len(line)
    except FileNotFoundError as error:
        raise StageError(f"{path} is missing", f"Run `pipeline {made_by}` first.") from error


def read_head(line: bytes, before: str) -> dict[str, Any]:
    """Return the fields of a record that stand before one of them: the long ones come last, and are not read.

    Raises:
        ValueError: It is not a record with that field.
    """
    # Inside a string the quotation marks would be escaped, so the first place where these bytes are is the field.
    head: dict[str, Any] = json.loads(line[: line.index(f',"{before}":'.encode())] + b"}")
    return head


@contextmanager
def read_lines(path: Path) -> Iterator[Callable[[int, int], bytes]]:
    """Yield a function that gives the bytes at an offset, of a length; a missing file has none."""
    if not path.is_file():
        yield lambda offset, length: b""
        return
    with path.open("rb") as file:

        def line_at(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        yield line_at


def read_place(path: Path, kind: type[T], place: Place, made_by: str) -> T:
    """Return the record at an offset, of a length.

    Raises:
        StageError: The file is missing, or has another record there.
    """
    with read_lines(path) as line_at:
        return _parsed(_adapter(kind), line_at(*place), f"{path} at byte {place[0]}", made_by)


def _parsed(adapter: TypeAdapter[T], line: bytes, place: str, made_by: str) -> T:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        raise StageError(
            f"{place}: written by an incompatible version of the program",
            f"Remove it and run `pipeline {made_by}` again.",
        ) from error
