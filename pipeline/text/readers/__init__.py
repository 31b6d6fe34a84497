"""One file a format: bytes of an input file to `Source` records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pipeline.core.errors import ReadError
from pipeline.core.settings import IngestSettings
from pipeline.text.document import Source
from pipeline.text.readers.jsonl import read_jsonl
from pipeline.text.readers.text import read_text

__all__ = ["READERS", "Reader", "read_file"]

Format = Literal["txt", "md", "html", "pdf", "docx", "jsonl"]


@dataclass(frozen=True, slots=True)
class Reader:
    """How the files of an ending are read.

    Attributes:
        format: Name of the format.
        read: Reads the bytes of a file under the limits of the settings.
    """

    format: Format
    read: Callable[[bytes, IngestSettings], Iterator[Source | ReadError]]


def read_file(path: Path, data: bytes, limits: IngestSettings | None = None) -> Iterator[Source | ReadError]:
    """The records of a file: one of all formats but JSONL.

    A `ReadError` among them is a record that is broken; those after it are still read.

    Args:
        path: Path of the file; only its ending matters.
        data: Its bytes.
        limits: Limits of time and memory, or the usual ones.

    Raises:
        ReadError: The file as a whole cannot be read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ReadError(f"unknown ending '{path.suffix}'", f"These are read: {', '.join(READERS)}.")
    yield from reader.read(data, limits or IngestSettings())


def _read_text(data: bytes, limits: IngestSettings) -> Iterator[Source | ReadError]:
    yield read_text(data)


def _read_jsonl(data: bytes, limits: IngestSettings) -> Iterator[Source | ReadError]:
    yield from read_jsonl(data)


def _apart(kind: Format) -> Callable[[bytes, IngestSettings], Iterator[Source | ReadError]]:
    """A reader that parses in the child process."""

    def read(data: bytes, limits: IngestSettings) -> Iterator[Source | ReadError]:
        from pipeline.text.readers.isolation import shared_parser

        yield shared_parser(limits.reader_seconds, limits.reader_megabytes, limits.max_bytes).parse(
            kind, data
        )

    return read


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".docx": Reader("docx", _apart("docx")),
        ".htm": Reader("html", _apart("html")),
        ".html": Reader("html", _apart("html")),
        ".jsonl": Reader("jsonl", _read_jsonl),
        ".md": Reader("md", _read_text),
        ".pdf": Reader("pdf", _apart("pdf")),
        ".txt": Reader("txt", _read_text),
    }
)
"""The readers by lower-case ending."""
