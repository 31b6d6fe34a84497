"""Plain text and Markdown: the file as it is."""

from __future__ import annotations

from pipeline.text.document import Source
from pipeline.text.readers.decoding import decode


def read_text(data: bytes) -> Source:
    """Read the text of a file, with its line endings and all characters unchanged.

    Raises:
        ReadError: It is binary, empty, or in an unknown encoding.
    """
    decoded = decode(data)
    return Source(decoded.text, encoding=decoded.encoding, notes=decoded.notes)
