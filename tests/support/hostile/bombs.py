"""Small files that cost a parser much time or memory, or make it lose text without a word.

Each is made for a size: the benchmark takes the full one, the tests a smaller one under lower limits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.hostile.files import (
    docx_parts,
    make_docx,
    make_pdf,
    make_zip,
    pdf_stream,
    pdf_text,
    word_paragraph,
)

FIRST = "The department said that the contract would not be renewed after an inquiry by members of the committee found faults."
LAST = "The minister will answer questions of the committee about the contract on the last Thursday of the month."


@dataclass(frozen=True, slots=True)
class Bomb:
    """A hostile file.

    Attributes:
        make: Its bytes for a size.
        full: Size for the benchmark.
        small: Size for the tests.
        whole: How often `LAST` stands in its text at size `n`: what a reader must give that does not refuse the file.
    """

    name: str
    suffix: str
    make: Callable[[int], bytes]
    full: int
    small: int
    whole: Callable[[int], int] = lambda size: 1


def _html_paragraphs(size: int) -> bytes:
    return f"<p>{LAST}</p>".encode() * size


def _html_text_node(size: int) -> bytes:
    return f"<p>{'word ' * (size // 5)}{LAST}</p>".encode()


def _html_nesting(size: int) -> bytes:
    return f"<p>{FIRST}</p>{'<div>' * size}<p>{LAST}</p>".encode()


def _html_attributes(size: int) -> bytes:
    return f"<p {' '.join(f'a{i}=1' for i in range(size))}>{LAST}</p>".encode()


def _html_unclosed(size: int) -> bytes:
    return f"<p>{FIRST}</p>{'<a href=x><i>' * size}<p>{LAST}</p>".encode()


def _html_menus(size: int) -> bytes:
    return f"<p>{FIRST}</p>{'<div class=menu><p>x</p>' * size}{'</div>' * size}{'<p>x</p>' * size}<p>{LAST}</p>".encode()


def _html_entities(size: int) -> bytes:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY a0 "ha">{laughs}]><p>&a9;</p><p>{"&#9829;" * size}</p><p>{LAST}</p>'.encode()


def _docx_laughs(size: int) -> bytes:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, size))
    return make_docx(
        word_paragraph(FIRST) + word_paragraph(f"&a{size - 1};") + word_paragraph(LAST),
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>',
    )


def _docx_quadratic(size: int) -> bytes:
    return make_docx(
        word_paragraph(FIRST) + word_paragraph("&a;" * size) + word_paragraph(LAST),
        f'<!DOCTYPE x [<!ENTITY a "{"ha" * size}">]>',
    )


def _docx_tables(size: int) -> bytes:
    return make_docx(
        word_paragraph(FIRST)
        + "<w:tbl><w:tr><w:tc>" * size
        + word_paragraph(LAST)
        + "</w:tc></w:tr></w:tbl>" * size
    )


def _docx_elements(size: int) -> bytes:
    return make_docx(word_paragraph(FIRST) + "<w:p/>" * size + word_paragraph(LAST))


def _zip_spaces(size: int) -> bytes:
    return make_zip(docx_parts(b" " * size))


def _zip_lie(size: int) -> bytes:
    """Its headers say that the large part has 100 bytes."""
    data = make_zip(docx_parts(b"<a>" + b" " * size))
    return data.replace(struct.pack("<L", size + 3), struct.pack("<L", 100))


def _zip_parts(size: int) -> bytes:
    return make_zip({f"part{i}": b"" for i in range(size)})


def _pdf_spaces(size: int) -> bytes:
    return make_pdf(pdf_stream(b" " * size + pdf_text(LAST), packings=2))


def _pdf_operators(size: int) -> bytes:
    return make_pdf(
        pdf_stream(b"BT /F1 12 Tf " + b"(ab) Tj 0 -1 Td " * size + b"ET " + pdf_text(LAST), packings=1)
    )


def _pdf_forms(size: int) -> bytes:
    """Ten times ten times ten forms, one inside the other."""
    forms = [
        pdf_stream(
            b"/X Do " * 10,
            f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {7 + i} 0 R>>>>",
        )
        for i in range(size)
    ]
    leaf = pdf_stream(
        pdf_text("ab"), "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>>>"
    )
    return make_pdf(
        pdf_stream(b"/X Do " + pdf_text(LAST)), resources="/XObject<</X 6 0 R>>", more=(*forms, leaf)
    )


def _pdf_form_loop(size: int) -> bytes:
    form = pdf_stream(
        b"/X Do " * size, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    )
    return make_pdf(pdf_stream(b"/X Do " + pdf_text(LAST)), resources="/XObject<</X 6 0 R>>", more=(form,))


def _pdf_page_loop(size: int) -> bytes:
    return make_pdf(pdf_stream(pdf_text(LAST)), kids="3 0 R 2 0 R", count=size)


def _pdf_pages(size: int) -> bytes:
    return make_pdf(pdf_stream(pdf_text(LAST)), kids="3 0 R " * size, count=size)


def _pdf_table_loop(size: int) -> bytes:
    return make_pdf(pdf_stream(pdf_text(LAST)), trailer="/Prev START")


def _pdf_nesting(size: int) -> bytes:
    return make_pdf(pdf_stream(pdf_text(LAST)), resources=f"/Deep {'[' * size}{']' * size}")


def _pdf_characters(size: int) -> bytes:
    """A font whose table of characters claims to map all of them."""
    table = b"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange "
    table += b"1 beginbfrange <00000000> <%08X> <0041> endbfrange endcmap"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 7 0 R/DescendantFonts[]>>"
    content = pdf_stream(b"BT /F2 12 Tf (ab) Tj ET " + pdf_text(LAST))
    return make_pdf(content, resources="/Font<</F1 5 0 R/F2 6 0 R>>", more=(font, pdf_stream(table % size)))


BOMBS: tuple[Bomb, ...] = (
    Bomb("html: 40,000 paragraphs", ".html", _html_paragraphs, 40_000, 4_500, lambda size: size),
    Bomb("html: text node of 19 MB", ".html", _html_text_node, 19_000_000, 1_000_000),
    Bomb("html: 200,000 elements deep", ".html", _html_nesting, 200_000, 5_000),
    Bomb("html: 1,000 elements deep", ".html", _html_nesting, 1_000, 1_000),
    Bomb("html: 100,000 attributes", ".html", _html_attributes, 100_000, 20_000),
    Bomb("html: 100,000 unclosed links", ".html", _html_unclosed, 100_000, 900),
    Bomb("html: menus in menus", ".html", _html_menus, 1_900, 600),
    Bomb("html: entities in entities", ".html", _html_entities, 1_000_000, 50_000),
    Bomb("docx: entities in entities", ".docx", _docx_laughs, 12, 12),
    Bomb("docx: one long entity, often", ".docx", _docx_quadratic, 50_000, 50_000),
    Bomb("docx: 30,000 tables deep", ".docx", _docx_tables, 30_000, 1_000),
    Bomb("docx: 8 tables deep", ".docx", _docx_tables, 8, 8),
    Bomb("docx: 30 million elements", ".docx", _docx_elements, 30_000_000, 3_000_000),
    Bomb("zip: 1 GB of spaces", ".docx", _zip_spaces, 1_000_000_000, 210_000_000),
    Bomb("zip: size in its header is a lie", ".docx", _zip_lie, 1_000_000_000, 30_000_000),
    Bomb("zip: 60,000 parts", ".docx", _zip_parts, 60_000, 11_000),
    Bomb("pdf: 1 GB of spaces, packed twice", ".pdf", _pdf_spaces, 1_000_000_000, 100_000_000),
    Bomb("pdf: 2 million operators", ".pdf", _pdf_operators, 2_000_000, 200_000),
    Bomb("pdf: forms in forms", ".pdf", _pdf_forms, 8, 8),
    Bomb("pdf: a form in itself", ".pdf", _pdf_form_loop, 10, 10),
    Bomb("pdf: page tree in a loop", ".pdf", _pdf_page_loop, 10**9, 10**9),
    Bomb("pdf: one page 100,000 times", ".pdf", _pdf_pages, 100_000, 5_000, lambda size: size),
    Bomb("pdf: cross-references in a loop", ".pdf", _pdf_table_loop, 1, 1),
    Bomb("pdf: 100,000 arrays deep", ".pdf", _pdf_nesting, 100_000, 5_000),
    Bomb("pdf: a font of 4 billion characters", ".pdf", _pdf_characters, 0xFFFFFFFF, 0xFFFFFFFF),
)
"""The bombs, at least twelve of them."""
