"""The file formats that are read: bytes of an input file to `Source` records, one module per format.

To add a format, write its parser and add one line to `FORMATS`. Nothing else lists the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from policy_news.core.errors import ReadError
from policy_news.core.settings import IngestSettings
from policy_news.text.document import Source

__all__ = ["FORMATS", "Reader", "parser_of", "read_file", "readers"]

_HERE = __name__


@dataclass(frozen=True, slots=True)
class Reader:
    """How the files of a format are read.

    Attributes:
        format: Name of the format, as in the column `documents.format`.
        parser: `module:function` from bytes to one `Source`, or to an iterator of `Source` and `ReadError` if the format
            holds many records.
        is_isolated: Whether the parser runs in a child process with limits of time and memory. Needed for parsers that
            a hostile file can make hang or crash.
    """

    format: str
    endings: tuple[str, ...]
    parser: str
    is_isolated: bool = False

    def read(self, data: bytes, limits: IngestSettings) -> Iterator[Source | ReadError]:
        """Read the records of a file under the limits of the settings.

        Raises:
            ReadError: The file as a whole cannot be read.
        """
        if self.is_isolated:
            from policy_news.text.readers.isolation import shared_parser

            parser = shared_parser(limits.reader_seconds, limits.reader_megabytes, limits.max_bytes)
            yield parser.parse(self.format, data)
            return
        parse: Callable[[bytes], Source | Iterator[Source | ReadError]] = resolve_name(self.parser)
        parsed = parse(data)
        if isinstance(parsed, Source):
            yield parsed
        else:
            yield from parsed


FORMATS: dict[str, Reader] = {
    reader.format: reader
    for reader in (
        Reader("docx", (".docx",), f"{_HERE}.docx:parse_docx", is_isolated=True),
        Reader("html", (".htm", ".html"), f"{_HERE}.html:parse_html", is_isolated=True),
        Reader("jsonl", (".jsonl",), f"{_HERE}.jsonl:read_jsonl"),
        Reader("md", (".md",), f"{_HERE}.decoding:read_text"),
        Reader("pdf", (".pdf",), f"{_HERE}.pdf:parse_pdf", is_isolated=True),
        Reader("txt", (".txt",), f"{_HERE}.decoding:read_text"),
    )
}
"""The readers by the name of their format."""


def readers() -> dict[str, Reader]:
    """Return the readers by lower-case extension, in order."""
    return dict(sorted((ending, reader) for reader in FORMATS.values() for ending in reader.endings))


def parser_of(name: str) -> str:
    """`module:function` of the parser of a format."""
    return FORMATS[name].parser


def read_file(path: Path, data: bytes, limits: IngestSettings | None = None) -> Iterator[Source | ReadError]:
    """Read the records of a file; most formats have one.

    Args:
        limits: Limits of time and memory; None means the defaults.

    Yields:
        The records. A `ReadError` stands for a broken record; those after it are still read.

    Raises:
        ReadError: The file as a whole cannot be read.
    """
    known = readers()
    reader = known.get(path.suffix.lower())
    if reader is None:
        raise ReadError(f"unknown extension '{path.suffix}'", f"Supported: {', '.join(known)}.")
    yield from reader.read(data, limits or IngestSettings())
