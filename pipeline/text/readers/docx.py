"""Word files: paragraphs, headings, lists, quotations and the cells of tables, in order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.errors import ReadError
from pipeline.text.document import Source
from pipeline.text.readers.naming import real_property

_MAX_UNPACKED = 200_000_000
_MAX_PARTS = 10_000
_MAX_DEPTH = 30
_HINT = "Open it in a word processor and save it again as .docx or .txt."


def parse_docx(data: bytes) -> Source:
    """The text of a Word file, its paragraphs apart by blank lines; list items begin with `- `, quotations with `> `.

    Title and author are those of its properties. Its dates are not used: they tell when the file was made.

    Raises:
        ReadError: It is no Word file, or unpacks to too much.
    """
    _check_size(data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise ReadError(f"no Word file: {error}", _HINT) from error
    # Looked up once: python-docx searches all styles anew for every paragraph.
    styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    text = "".join(_joined(_blocks(document, styles)))
    properties = document.core_properties
    return Source(text, title=real_property(properties.title), author=real_property(properties.author))


def _check_size(data: bytes) -> None:
    """Refuse an archive that unpacks to too much, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ReadError(f"no Word file: {error}", _HINT) from error
    size = sum(part.file_size for part in parts)
    if size > _MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise ReadError(
            f"unpacks to {size} bytes in {len(parts)} parts, more than allowed", "Save its text as .txt."
        )


def _blocks(container: Any, styles: Mapping[str, str], depth: int = 0) -> Iterator[tuple[str, bool]]:
    """The paragraphs of a document or cell as text, each with whether it is a list item."""
    from docx.table import Table

    for item in container.iter_inner_content():
        if isinstance(item, Table):
            if depth == _MAX_DEPTH:
                raise ReadError(f"tables nested more than {_MAX_DEPTH} deep", _HINT)
            yield from _cells(item, styles, depth)
            continue
        text = item.text.strip()
        if text:
            style = styles.get(item._p.style or "", "")
            listed = style.startswith("list") or _is_numbered(item)
            yield ("- " if listed else "> " if "quote" in style else "") + text, listed


def _cells(table: Any, styles: Mapping[str, str], depth: int) -> Iterator[tuple[str, bool]]:
    """The paragraphs of the cells of a table, row by row; a merged cell once."""
    for row in table.rows:
        seen = None
        for cell in row.cells:
            if cell._tc is not seen:
                yield from _blocks(cell, styles, depth + 1)
            seen = cell._tc


def _is_numbered(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _joined(blocks: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """The blocks with a blank line between them, list items without."""
    before: bool | None = None
    for text, listed in blocks:
        if before is not None:
            yield "\n" if listed and before else "\n\n"
        yield text
        before = listed
