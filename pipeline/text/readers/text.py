"""Plain text and Markdown: the file as it stands."""

from __future__ import annotations

from pipeline.text.document import Source
from pipeline.text.readers.decoding import decode


def read_text(data: bytes) -> Source:
    """The text of a file, with its line endings and every character as they stand.

    Raises:
        ReadError: It is binary, empty, or in no known encoding.
    """
    decoded = decode(data)
    return Source(decoded.text, encoding=decoded.encoding, notes=decoded.notes)
