"""Small PDF, Word and zip files, made by hand so that they can be made wrong."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

DOCX_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make_zip(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def make_docx(body: str, doctype: str = "") -> bytes:
    """A Word file with this XML as its body."""
    return make_zip(docx_parts(f'{doctype}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'))


def docx_parts(document: bytes | str) -> dict[str, bytes | str]:
    """The parts of a Word file with this XML as its main part."""
    return {"[Content_Types].xml": DOCX_TYPES, "_rels/.rels": DOCX_RELATIONS, "word/document.xml": document}


def word_paragraph(text: str) -> str:
    """The XML of a paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf_stream(data: bytes, entries: str = "", packings: int = 0) -> bytes:
    """A stream object, deflated so many times."""
    for _ in range(packings):
        data = zlib.compress(data, 9)
    filters = f"/Filter[{'/FlateDecode ' * packings}]" if packings else ""
    return f"<<{entries}/Length {len(data)}{filters}>>stream\n".encode() + data + b"\nendstream"


def make_pdf(
    content: bytes,
    *,
    resources: str = "",
    kids: str = "3 0 R",
    count: int = 1,
    more: tuple[bytes, ...] = (),
    trailer: str = "",
) -> bytes:
    """A PDF file of one page.

    Args:
        content: The stream object of the page.
        resources: More entries of its resources; they may name the objects in `more`, which are numbered from 6.
        kids: The pages of the page tree.
        count: Number of pages that the page tree claims to have.
        more: Further objects.
        trailer: Further entries of the trailer.
    """
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>{resources}>>>>".encode(),
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *more,
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj".encode() + part + b"endobj\n")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = out.tell()
    out.write(
        f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(parts) + 1}/Root 1 0 R".encode()
    )
    out.write(f"{trailer.replace('START', str(start))}>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def pdf_text(*lines: str) -> bytes:
    """A content stream that prints lines."""
    shown = " ".join(f"0 -14 Td ({line}) Tj" for line in lines)
    return f"BT /F1 12 Tf 72 720 Td {shown} ET".encode("cp1252")
