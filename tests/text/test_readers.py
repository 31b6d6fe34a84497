"""Readers: what comes out of each format, and that no input takes the program down."""

from __future__ import annotations

import io
import os
import signal
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_news.core.errors import ReadError
from policy_news.core.settings import IngestSettings, Settings
from policy_news.run.raw_files import RawFile
from policy_news.run.stages.ingest import read_documents
from policy_news.tables.schema import FailureRow
from policy_news.text.document import Source
from policy_news.text.layout import find_layout
from policy_news.text.readers import FORMATS, Reader, read_file, readers
from policy_news.text.readers.isolation import Parser
from policy_news.text.readers.naming import real_property
from policy_news.text.readers.pdf import PdfLine, join_paragraphs
from tests.support.hostile import files

FIRST = "The department said that the contract would not be renewed after an inquiry by members of the committee found faults."
SECOND = "A spokesman for the firm said it had not been told of the decision and would look at all its options over the next weeks."
MASKED = '** ****** *** ********* "**** ******" ** the **** ******, *** ******** ***** ******** ** *** enforcement.'


def read(suffix: str, data: bytes | str, **limits: float) -> Source:
    """The one record of a file."""
    (source,) = read_file(
        Path(f"a{suffix}"), data.encode() if isinstance(data, str) else data, IngestSettings(**limits)
    )
    assert isinstance(source, Source)
    source.text.encode()
    return source


def refusal(suffix: str, data: bytes, **limits: float) -> ReadError:
    """Why a file is refused."""
    with pytest.raises(ReadError) as caught:
        read(suffix, data, **limits)
    assert caught.value.hint
    return caught.value


# Text


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"A caf\xc3\xa9 \xe2\x80\x9cso\xe2\x80\x9d.\r\n \n", "A café “so”.\r\n \n", "utf-8"),
        (b"A caf\xe9 \x93so\x94.", "A café “so”.", "cp1252"),
        (b"\xef\xbb\xbfA \xc3\xa9.\r", "A é.\r", "utf-8-sig"),
        ("A é.\r\n".encode("utf-16"), "A é.\r\n", "utf-16"),
        (b"\xfe\xff" + "A é".encode("utf-16-be"), "A é", "utf-16"),
        (b"\xff\xfe\x00\x00" + "A é".encode("utf-32-le"), "A é", "utf-32"),
        ("\u200bA\u00ad \u202eb\ufb01 ﻿".encode(), "\u200bA\u00ad \u202eb\ufb01 ﻿", "utf-8"),
        (f"{MASKED}\n\\*\\*\t**".encode(), f"{MASKED}\n\\*\\*\t**", "utf-8"),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".TXT"])
def test_text_is_kept_as_it_stands(suffix: str, data: bytes, text: str, encoding: str) -> None:
    source = read(suffix, data)
    assert (source.text, source.encoding) == (text, encoding)


def test_guessed_encoding() -> None:
    text = "日本語のテキストです。これは長い文章です。"
    source = read(".txt", (text * 5).encode("shift_jis"))
    assert source.text == text * 5
    assert source.encoding != "cp1252"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\xc2\xa0", "empty"),
        ("\u200b\ufeff\n".encode(), "empty"),
        (b"text\0text", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"%PDF-1.7 text", "binary"),
        (b"ab\x01\x02\x03\x04\x05\x06", "binary"),
        ("a\0b".encode("utf-16"), "binary"),
        (b"\xff\xfea", "broken"),
        (b"\xef\xbb\xbf" + b"caf\xe9 " * 9, "broken"),
    ],
)
def test_text_refused(data: bytes, reason: str) -> None:
    assert reason in refusal(".txt", data).message


@pytest.mark.parametrize("path", ["a.xyz", "a", ".txt", "a.doc"])
def test_unknown_ending(path: str) -> None:
    with pytest.raises(ReadError) as caught:
        list(read_file(Path(path), b"text"))
    assert all(ending in caught.value.hint for ending in readers())


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".jsonl"]))
def test_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    try:
        records = list(read_file(Path(f"a{suffix}"), data))
    except ReadError:
        return
    assert records
    for record in records:
        if isinstance(record, Source):
            assert record.text.encode()
            assert record.text.strip()


# JSON lines


def test_jsonl() -> None:
    lines = [
        '{"id": "a", "text": "One\\r\\n *** two", "title": "T", "published": "2022-09-07", "url": "http://a.example", "author": "Roe"}',
        "",
        '{"id": "b", "text": "Three", "title": null, "other": [1]}\r',
    ]
    first, second = read_file(Path("a.jsonl"), "\n".join(lines).encode())
    assert first == Source(
        "T\n\nOne\r\n *** two", "T", "2022-09-07", "Roe", "http://a.example", "a", "utf-8", line=1
    )
    assert second == Source("Three", doc_id="b", encoding="utf-8", line=3)


def test_a_text_that_begins_with_its_title_stays() -> None:
    line = '{"id": "a", "text": "Ban widened\\n\\nMinisters agreed.", "title": "Ban widened"}'
    (record,) = read_file(Path("a.jsonl"), line.encode())
    assert isinstance(record, Source)
    assert record.text == "Ban widened\n\nMinisters agreed."


def test_jsonl_names_broken_lines_and_goes_on() -> None:
    lines = [
        b'{"id": "a", "text": "One"}', b"", b"no json", b'{"id": 1, "text": "x"}', b'{"id": "b"}', b'{"id": "", "text": "x"}',
        b'{"id": "b", "text": ["x"]}', b'{"id": "b", "text": " "}', b'["a"]', b'{"id": "b", "text": "\xe9"}', b"[" * 100_000,
        b'{"id": "b", "text": "a\\u0000b"}', b'{"id": "b", "text": "x", "title": 3}', b'{"id": "z", "text": "\\ud800 \\ud83d\\ude00"}',
    ]  # fmt: skip
    records = list(read_file(Path("a.jsonl"), b"\n".join(lines)))
    broken = [record for record in records if isinstance(record, ReadError)]
    assert [error.line for error in broken] == list(range(3, 14))
    assert [error.message.split(":")[0] for error in broken] == [f"line {number}" for number in range(3, 14)]
    assert [record.text for record in records if isinstance(record, Source)] == ["One", "\ufffd \U0001f600"]


def test_one_record_does_not_make_a_log_of_all_other_lines() -> None:
    record = b'{"id": "a", "text": "One"}'
    for place in (0, 50, 4000):
        lines = [b"x"] * 5000
        lines[place] = record
        found = list(read_file(Path("a.jsonl"), b"\n".join(lines)))
        errors = [error for error in found if isinstance(error, ReadError)]
        assert len(errors) == 101
        assert (errors[-1].line, errors[-1].message) == (
            None,
            "4899 more lines are not records, besides the 100 listed",
        )
        assert [error.line for error in errors[:2]] == ([2, 3] if place == 0 else [1, 2])
        assert len(found) == 102


def test_failures_name_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(b'\n{"id": "a", "text": "One"}\n\nno json\n{"id": "b", "text": "Two"}\n{"id": "c"}\n')
    found = list(read_documents(RawFile(path, "in/feed.jsonl"), Settings()))
    assert [row.path for row in found if isinstance(row, FailureRow)] == [
        "in/feed.jsonl:4",
        "in/feed.jsonl:6",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_jsonl_with_byte_order_mark(encoding: str) -> None:
    assert read(".jsonl", '{"id": "a", "text": "é"}\n'.encode(encoding)).text == "é"


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_jsonl_without_records(data: bytes) -> None:
    assert "no record" in refusal(".jsonl", data).message


# HTML

PAGE = f"""<html><head><title>Never ******** | Daily Wire</title>
<meta property="article:published_time" content="2022-09-07T07:11:00+01:00"></head>
<body class="comments-open has-sidebar"><nav><a href="/">Home</a></nav><header><div class="menu"><a>News</a></div></header>
<article class="post"><h1>Never ********</h1><div class="meta">By <a rel="author">Jane Roe</a><time>7 September 2022</time></div>
<p>{FIRST}</p><figure><img alt="x"><figcaption>A camera in Leeds</figcaption></figure><h2>Says Roe ****</h2><p>{MASKED}</p><p>*** **
 ****.</p><ul><li>One &amp; two</li><li>* item ** ***</li></ul><blockquote><p>We comply<br>with all laws.</p></blockquote>
<p>{SECOND} It is <a href="x">the</a><i>****</i> **.</p><div class="share social"><a>Tweet</a> this page</div><p>*** ***.</p></article>
<section id="comments"><h3>Comments (1)</h3><div class="comment"><span class="author">Ann Doe</span><span class="date">Sep 08, 2022</span>
<p>I agree.</p></div><form><p>Leave your mail here</p></form></section><aside><p>Another story that is not here.</p></aside>
<footer><p>Imprint of the Daily Wire</p></footer><script>var hidden = 1;</script></body></html>"""

PAGE_TEXT = f"""Never ********

By Jane Roe
7 September 2022

{FIRST}

Caption: A camera in Leeds

Says Roe ****

{MASKED}

*** ** ****.

- One & two
- * item ** ***

> We comply
> with all laws.

{SECOND} It is the**** **.

*** ***.

Comments (1)

Ann Doe
Sep 08, 2022

I agree."""


def test_html() -> None:
    source = read(".html", PAGE)
    assert source.text == PAGE_TEXT
    assert (source.title, source.published) == ("Never ********", "2022-09-07T07:11:00+01:00")


def test_html_layout() -> None:
    layout = find_layout(read(".htm", PAGE))
    assert [section.kind for section in layout.sections] == [
        "title", "byline", "published", "paragraph", "caption", "heading", "paragraph", "paragraph", "list_item", "list_item",
        "block_quote", "paragraph", "paragraph", "comment_header", "comment_author", "comment_date", "comment",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Minister resigns.</p>", "Minister resigns."),
        ("just text", "just text"),
        (f"<h1>Ban</h1>{'<p>*** ****** ** *******.</p>' * 5}", "Ban" + "\n\n*** ****** ** *******." * 5),
        (
            f"<form><table><tr><td>{FIRST}<br><br>{MASKED}</td></tr></table>{'<p>So it is then.</p>' * 20}</form>",
            None,
        ),
        (f"<div hidden>no</div><div style='display: none'>no</div><p>{FIRST}</p>", FIRST),
    ],
)
def test_html_without_an_article(page: str, text: str | None) -> None:
    found = read(".html", page).text
    assert found == text if text else FIRST in found and MASKED in found


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"<meta charset='iso-8859-1'><p>A caf\xe9 \x93so\x94</p>", "cp1252"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15"><p>A caf\xe9 \xa4</p>',
            "iso8859-15",
        ),
        (b"<meta charset='hex'><p>A caf\xc3\xa9</p>", "utf-8"),
        (b"<meta charset='utf-8'><p>A caf\xe9</p>", "cp1252"),
        ("<p>A café".encode("utf-16"), "utf-16"),
    ],
)
def test_html_encodings(data: bytes, encoding: str) -> None:
    source = read(".html", data)
    assert source.text.startswith("A café")
    assert source.encoding == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><head><title>T</title></head><body><script>1</script></body></html>",
        b"<p>a\0b</p>",
        b"<div>" * 200_000,
    ],
)
def test_html_refused(data: bytes) -> None:
    assert refusal(".html", data)


# PDF and Word


def make_pdf(content: str | bytes, info: str = "", *, packed: bool = False) -> bytes:
    """A PDF file of one page with this content stream."""
    stream = content if isinstance(content, bytes) else content.encode("cp1252")
    coding = ""
    if packed:
        stream, coding = zlib.compress(stream), "/Filter/FlateDecode"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}{coding}>>".encode() + b"stream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<<{info}>>".encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj".encode() + part + b"endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode()


def show(*lines: tuple[str, int]) -> str:
    """A content stream with lines, each so many points below the one before."""
    return "BT /F1 12 Tf 72 720 Td " + " ".join(f"0 {-step} Td ({text}) Tj" for text, step in lines) + " ET"


def test_pdf() -> None:
    content = show(
        ("Camera ban", 0), ("Published 7 September 2022", 30), ("The minister said on Monday that the govern-", 30),
        ("ment would end all UK-", 14), ("based work by **** ******", 14), ("of the firm.", 14),
        ("Another one was planned.", 14), ("Never ****", 30), ("It is over.", 20),
    )  # fmt: skip
    source = read(".pdf", make_pdf(content, "/Title(Camera ban)/Author(python-docx)"))
    assert source.text.split("\n\n") == [
        "Camera ban",
        "Published 7 September 2022",
        "The minister said on Monday that the government would end all UK-based work by **** ****** of the firm.",
        "Another one was planned.",
        "Never ****",
        "It is over.",
    ]
    assert (source.title, source.author) == ("Camera ban", None)


def test_pdf_that_a_browser_printed() -> None:
    content = show(
        ("11/29/26, 5:45 AM  page.html", 0), ("Offices flooded", 30), ("Published 5 August 2024", 30), ("The council filed a claim.", 30),
        ("https://news.example.org/offices.html 1/2", 40),
    )  # fmt: skip
    source = read(".pdf", make_pdf(content, "/Title(page.html)"))
    assert source.text.split() == [
        "Offices",
        "flooded",
        "Published",
        "5",
        "August",
        "2024",
        "The",
        "council",
        "filed",
        "a",
        "claim.",
    ]
    assert source.title is None, "the name of a file is no title"


def test_a_headline_of_two_lines_in_a_pdf() -> None:
    lines = [PdfLine("Councils sue over cuts to flood", 760, 22), PdfLine("defences on the coast", 729, 22)]
    lines += [PdfLine("By Ann Poe of the desk for rivers", 690, 11), PdfLine("and ports", 675, 11)]
    lines += [PdfLine("and canals.", 660, 11)]
    assert next(iter(join_paragraphs(lines))) == "Councils sue over cuts to flood defences on the coast"


def test_pdf_pages() -> None:
    lines = [
        PdfLine("The minister said that a well-known firm would", 700, 10, top=True),
        PdfLine("lose its contract with the department and the well-", 688, 10),
        PdfLine("known dealer too, as the committee had", 700, 10, top=True),
        PdfLine("long asked.", 688, 10),
        PdfLine("It is over for now and for all the years that are", 676, 10),
        PdfLine("to come.", 664, 10),
        PdfLine("• Next one", 652, 10),
        PdfLine("Larger", 640, 14),
    ]
    assert list(join_paragraphs(lines)) == [
        "The minister said that a well-known firm would lose its contract with the department and the well-known dealer too, "
        "as the committee had long asked.",
        "It is over for now and for all the years that are to come.",
        "• Next one",
        "Larger",
    ]


def make_docx() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Camera ban"
    document.core_properties.author = "Jane Roe"
    document.add_heading("Camera ban", 0)
    document.add_paragraph(f"{MASKED} ")
    document.add_heading("Says Roe ****", 2)
    for text in ("one", "two"):
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("")
    document.add_paragraph("We comply.", style="Quote")
    table = document.add_table(2, 2)
    for number in range(4):
        table.cell(number // 2, number % 2).text = f"Cell {number}"
    document.add_paragraph("It is over.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx() -> None:
    source = read(".docx", make_docx())
    cells = "\n\n".join(f"Cell {number}" for number in range(4))
    assert (
        source.text
        == f"Camera ban\n\n{MASKED}\n\nSays Roe ****\n\n- one\n- two\n\n> We comply.\n\n{cells}\n\nIt is over."
    )
    assert (source.title, source.author, source.encoding) == ("Camera ban", "Jane Roe", None)


def test_docx_without_properties_of_its_own() -> None:
    document = docx.Document()
    document.add_paragraph("It is over.")
    out = io.BytesIO()
    document.save(out)
    source = read(".docx", out.getvalue())
    assert (source.title, source.author, source.published) == (None, None, None)


MARKUP = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
BOX = f"<w:txbxContent>{files.word_paragraph('Roe objects.')}</w:txbxContent>"
RUN = "<w:r><w:t>Roe objects.</w:t></w:r>"
WRAPPED = {
    "content control": f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{files.word_paragraph('Roe objects.')}</w:sdtContent></w:sdt>",
    "content control in a line": f"<w:p><w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt></w:p>",
    "content control in a cell": f"<w:tbl><w:tr><w:tc><w:sdt><w:sdtContent>{files.word_paragraph('Roe objects.')}</w:sdtContent></w:sdt></w:tc></w:tr></w:tbl>",
    "content control around a cell": f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{files.word_paragraph('Roe objects.')}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>",
    "content control around a row": f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{files.word_paragraph('Roe objects.')}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>",
    "tracked insertion": f"<w:p><w:ins w:id='1'>{RUN}</w:ins><w:del w:id='2'><w:r><w:delText>Poe objects.</w:delText></w:r></w:del></w:p>",
    "tracked move": f"<w:p><w:moveFrom w:id='1'><w:r><w:t>Poe objects.</w:t></w:r></w:moveFrom><w:moveTo w:id='2'>{RUN}</w:moveTo></w:p>",
    "field": f"<w:p><w:fldSimple w:instr='DATE'>{RUN}</w:fldSimple></w:p>",
    "field of parts": f"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>{RUN}</w:p>",
    "link": f"<w:p><w:hyperlink>{RUN}</w:hyperlink></w:p>",
    "smart tag": f"<w:p><w:smartTag w:element='x'>{RUN}</w:smartTag></w:p>",
    "custom XML": f"<w:customXml w:element='x'>{files.word_paragraph('Roe objects.')}</w:customXml>",
    "text box": f"<w:p {MARKUP}><w:r><mc:AlternateContent><!-- --><mc:Choice Requires='wps'><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "old text box": f"<w:p {MARKUP}><w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r></w:p>",
    "unheard of": f"<w:novelty>{files.word_paragraph('Roe objects.')}</w:novelty>",
}


@pytest.mark.parametrize("body", WRAPPED.values(), ids=WRAPPED)
def test_text_of_a_word_file_is_read_whatever_stands_around_it(body: str) -> None:
    source = read(
        ".docx", files.make_docx(files.word_paragraph("It begins.") + body + files.word_paragraph("It ends."))
    )
    assert source.text == "It begins.\n\nRoe objects.\n\nIt ends."
    assert source.notes is None


def test_signs_of_a_word_file() -> None:
    body = "<w:p><w:r><w:t>one</w:t><w:noBreakHyphen/><w:t>two</w:t><w:tab/><w:t>x</w:t><w:br/><w:t>y</w:t><w:br w:type='page'/></w:r></w:p>"
    assert read(".docx", files.make_docx(body)).text == "one-two\tx\ny"


def test_what_is_not_read_of_a_word_file_is_noted() -> None:
    source = read(".docx", files.make_docx(files.word_paragraph("It is over.") + "<w:altChunk/>"))
    assert source.notes == "not read: embedded documents"


def test_footnotes_of_a_word_file_are_noted() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    for text, note in (("", None), ("<w:p><w:r><w:t>See there.</w:t></w:r></w:p>", "not read: footnotes")):
        parts = files.docx_parts(
            f'<w:document xmlns:w="{files.WORD}"><w:body>{files.word_paragraph("It is over.")}</w:body></w:document>'
        )
        override = '<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
        parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("</Types>", override)
        parts["word/_rels/document.xml.rels"] = relations
        parts["word/footnotes.xml"] = (
            f'<w:footnotes xmlns:w="{files.WORD}"><w:footnote>{text}</w:footnote></w:footnotes>'
        )
        assert read(".docx", files.make_zip(parts)).notes == note


# Bombs


def make_zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def make_entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
    xml = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]><w:document xmlns:w="urn:w">&a11;</w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_docx())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, xml if name == "word/document.xml" else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("suffix", "data", "reason"),
    [
        (".pdf", make_pdf(b" " * 100_000_000, packed=True), "imit"),
        (".pdf", make_pdf(""), "no text"),
        (".pdf", b"%PDF-1.4 junk", "broken PDF"),
        (".pdf", b"", "broken PDF"),
        (".docx", make_zip(**{"word/document.xml": b" " * 210_000_000}), "unpacks"),
        (".docx", make_zip(a=b"text"), "not a Word file"),
        (".docx", b"junk", "not a Word file"),
        (".docx", make_entity_bomb(), "docx"),
        (".html", b"<p>" + b"word " * 400_000, "limit"),
    ],
)
def test_bombs_are_refused(suffix: str, data: bytes, reason: str) -> None:
    assert reason in refusal(suffix, data, max_bytes=1_000_000).message


@pytest.fixture
def parser() -> Iterator[Parser]:
    parser = Parser(seconds=60, megabytes=400, max_characters=10**8)
    yield parser
    parser.close()


def test_time_limit(parser: Parser) -> None:
    slow = make_pdf("BT /F1 12 Tf " + "(ab) Tj 0 -1 Td " * 400_000 + "ET")
    quick = Parser(seconds=0.5, megabytes=1_000, max_characters=10**8)
    with pytest.raises(ReadError, match=r"0\.5 seconds"):
        quick.parse("pdf", slow)
    assert parser.parse("html", b"<p>It is over.</p>").text == "It is over."
    quick.close()


def test_memory_limit(parser: Parser) -> None:
    with pytest.raises(ReadError, match="memory"):
        parser.parse("html", b"<p>" + b"word " * 8_000_000)
    assert parser.parse("html", b"<p>It is over.</p>").text == "It is over."


def test_a_killed_child_is_started_anew(parser: Parser) -> None:
    assert parser.parse("html", b"<p>One</p>").text == "One"
    process = parser._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert parser.parse("html", b"<p>Two</p>").text == "Two"


def test_large_pages() -> None:
    assert read(".html", "<p>Some words that are in here.</p>" * 40_000).text.count("Some words") == 40_000
    assert len(read(".html", f"<p>{'word ' * 1_900_000}</p>").text) == 9_499_999


def test_text_files_start_no_child() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from policy_news.text.readers import read_file; list(read_file(Path('a.txt'), b'text'));"
        "heavy = ('lxml', 'trafilatura', 'pypdf', 'docx', 'charset_normalizer', 'policy_news.text.readers.isolation');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_a_word_file_without_properties_has_no_title() -> None:
    """Its reader would give it the title of a template."""
    (source,) = read_file(Path("a.docx"), files.make_docx(files.word_paragraph("It is over.")))
    assert not isinstance(source, ReadError)
    assert (source.title, source.author) == (None, None)


def parse_shouted(data: bytes) -> Source:
    """A format of the tests."""
    return Source(text=data.decode().upper())


@pytest.mark.parametrize("is_isolated", [False, True])
def test_a_format_is_added_in_one_place(is_isolated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    added = Reader("loud", (".loud",), f"{__name__}:parse_shouted", is_isolated)
    monkeypatch.setitem(FORMATS, "loud", added)
    (record,) = read_file(Path("a.loud"), b"Quiet words.")
    assert isinstance(record, Source)
    assert record.text == "QUIET WORDS."


@pytest.mark.parametrize("reader", FORMATS.values(), ids=FORMATS)
def test_every_registered_parser_exists(reader: Reader) -> None:
    assert callable(resolve_name(reader.parser))


@pytest.mark.parametrize(
    "value", ["(anonymous)", "Anonymous", "(unspecified)", "untitled", "[Unknown]", "--", "", None]
)
def test_a_placeholder_of_a_program_is_no_title_or_author(value: str | None) -> None:
    assert real_property(value) is None


@pytest.mark.parametrize("value", ["Anonymous letters", "(Un)known", "Roe (ed.)"])
def test_a_title_that_holds_such_a_word_stays(value: str) -> None:
    assert real_property(value) == value
