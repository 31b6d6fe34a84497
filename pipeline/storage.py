"""Files between the stages: JSON lines of one frozen type, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import StageError

T = TypeVar("T")


def write_records(path: Path, kind: type[T], records: Iterable[T]) -> None:
    """Write one record a line; the file appears complete or stays as it was.

    Raises:
        StageError: The folder cannot be written, or the disk is full.
    """
    adapter = TypeAdapter(kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with partial.open("wb") as file:
            for record in records:
                file.write(adapter.dump_json(record) + b"\n")
        partial.replace(path)
    except OSError as error:
        raise StageError(f"{path}: cannot be written: {error.strerror}", "Check permissions and free space.") from error


def read_records(path: Path, kind: type[T], made_by: str) -> Iterator[T]:
    """Read the records of a file.

    Raises:
        StageError: The file is missing or broken; names the stage that makes it.
    """
    adapter = TypeAdapter(kind)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield adapter.validate_json(line)
                except ValidationError as error:
                    hint = f"Remove it and run `pipeline {made_by}` again."
                    raise StageError(f"{path}:{number}: no record of this version of the program", hint) from error
    except FileNotFoundError as error:
        raise StageError(f"{path} is missing", f"Run `pipeline {made_by}` first.") from error
