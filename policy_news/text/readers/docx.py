"""Word files: paragraphs, headings, lists, quotations, the cells of tables and text boxes, in order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from policy_news.core.errors import ReadError
from policy_news.text.document import Source
from policy_news.text.readers.naming import real_property

_MAX_UNPACKED = 200_000_000
_MAX_PARTS = 10_000
_MAX_DEPTH = 30
_SILENT = frozenset(
    {
        "",
        *("del", "moveFrom", "delText", "instrText", "delInstrText"),  # deleted text; instructions of fields
        *("pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr"),
        *("smartTagPr", "fldData", "rt"),
    }
)
"""Elements that do not contain text of the document."""
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_TEXT = re.compile(rb"<\w+:t[ >]")
_HINT = "Open it in a word processor and save it again as .docx or .txt."


def parse_docx(data: bytes) -> Source:
    """Read the text of a Word file, with blank lines between paragraphs; list items begin with `- `, quotations with `> `.

    Title and author come from its properties. Its dates are not used: they say when the file was made, not the text.

    Raises:
        ReadError: It is not a Word file, or unpacks to too much.
    """
    _check_size(data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise ReadError(f"not a Word file: {error}", _HINT) from error
    # Looked up once: python-docx searches all styles again for every paragraph.
    styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    reading = _Reading(styles)
    text = "".join(_joined(reading.blocks(document.element.body)))
    unread: list[str] = []
    if reading.has_embedded:
        unread.append("embedded documents")
    if _has_notes(document):
        unread.append("footnotes")
    notes: str | None = f"not read: {', '.join(unread)}" if unread else None
    properties = document.core_properties
    return Source(
        text, title=real_property(properties.title), author=real_property(properties.author), notes=notes
    )


def _check_size(data: bytes) -> None:
    """Refuse an archive that unpacks to too much, before unpacking anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ReadError(f"not a Word file: {error}", _HINT) from error
    size = sum(part.file_size for part in parts)
    if size > _MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise ReadError(
            f"unpacks to {size} bytes in {len(parts)} parts, more than allowed", "Save its text as .txt."
        )


class _Reading:
    """Goes through the elements of a document in order.

    It skips only elements known not to contain text of the document, so that a content control, a tracked insertion, a field
    or anything else around a text does not hide it.

    Args:
        styles: Names of the styles, in lower case, by id.
    """

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles
        self.has_embedded = False

    def blocks(self, container: Any, tables: int = 0) -> Iterator[tuple[str, bool]]:
        """Read the paragraphs of a container.

        Args:
            container: The body, a cell, a text box or anything else that contains paragraphs.
            tables: Number of tables around it.

        Yields:
            Text of each paragraph, and whether it is a list item.

        Raises:
            ReadError: Tables are nested too deeply.
        """
        for element in _children(container):
            name = _name(element)
            if name == "p":
                yield from self._paragraph(element, tables)
                continue
            self.has_embedded |= name == "altChunk"
            inside = tables + (name == "tbl")
            if inside > _MAX_DEPTH:
                raise ReadError(f"tables nested more than {_MAX_DEPTH} deep", _HINT)
            yield from self.blocks(element, inside)

    def _paragraph(self, paragraph: Any, tables: int) -> Iterator[tuple[str, bool]]:
        parts: list[str] = []
        boxes: list[Any] = []
        _collect(paragraph, parts, boxes)
        text = "".join(parts).strip()
        if text:
            style = self._styles.get(paragraph.style or "", "")
            listed = style.startswith("list") or _is_numbered(paragraph)
            if listed:
                text = f"- {text}"
            elif "quote" in style:
                text = f"> {text}"
            yield text, listed
        # After the paragraph that they are anchored in: their place on the page is not known.
        for box in boxes:
            yield from self.blocks(box, tables)


def _collect(element: Any, parts: list[str], boxes: list[Any]) -> None:
    """Add the pieces of text within a paragraph, and the text boxes that are anchored in it."""
    for child in _children(element):
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _SIGNS:
            parts.append(_SIGNS[name])
        elif name == "br":
            if _attribute(child, "type") not in ("page", "column"):
                parts.append("\n")
        elif name == "txbxContent":
            boxes.append(child)
        else:
            _collect(child, parts, boxes)


def _children(element: Any) -> Iterator[Any]:
    """Yield the elements in an element that may contain text; of alternative versions, the first."""
    for child in element:
        name = _name(child)
        if name == "AlternateContent":
            yield from [form for form in child if _name(form)][:1]
        elif name not in _SILENT:
            yield child


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    if isinstance(element.tag, str):
        return element.tag.rpartition("}")[2]
    return ""


def _attribute(element: Any, name: str) -> str | None:
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _is_numbered(paragraph: Any) -> bool:
    properties = paragraph.pPr
    return properties is not None and properties.numPr is not None


def _has_notes(document: Any) -> bool:
    """Return whether there are footnotes or endnotes with text."""
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        # Every file has an empty footnote for the line that separates footnotes from the text.
        if _TEXT.search(relation.target_part.blob):
            return True
    return False


def _joined(blocks: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Join blocks with a blank line, list items with a line break."""
    before: bool | None = None
    for text, listed in blocks:
        if before is not None:
            if listed and before:
                yield "\n"
            else:
                yield "\n\n"
        yield text
        before = listed
