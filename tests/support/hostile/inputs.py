"""Hostile files: names, links, things that are no files, and pages, PDF and Word files that are broken or set traps."""

from __future__ import annotations

import gzip

from tests.support.hostile.bombs import LAST
from tests.support.hostile.cases import Case, Failed, File, Kept, Special, text_case
from tests.support.hostile.files import (
    docx_parts,
    make_docx,
    make_pdf,
    make_zip,
    pdf_stream,
    pdf_text,
    word_paragraph,
)

TEXT = b"The minister said that it was over."
PAGE = f"<html><body><h1>A title</h1><p>{LAST}</p></body></html>".encode()
PRINTED = make_pdf(pdf_stream(pdf_text(LAST)))
WRITTEN = make_docx(word_paragraph(LAST))


def _named(name: str, *files: str | bytes, ids: tuple[str, ...]) -> Case:
    kept = tuple(Kept(f"{{}}/{doc_id}", TEXT.decode()) for doc_id in ids)
    return Case(name, tuple(File(file, TEXT) for file in files), kept)


def _special(name: str, special: Special, message: str, *gives: Kept | Failed) -> Case:
    return Case(name, (special,), (Failed(message, "Remove|Copy", special.name), *gives))


NAMES: tuple[Case, ...] = (
    _named("markup of a terminal in a name", "[/b].txt", "[red]x.txt", ids=("[/b]", "[red]x")),
    _named("line break in a name", "a\nb.txt", "c\td.txt", ids=("a\ufffd0ab", "c\ufffd09d")),
    _named("turned around in a name", "a\u202etxt.exe.txt", ids=("a\ufffde2\ufffd80\ufffdaetxt.exe",)),
    _named(
        "two names that are no UTF-8",
        b"\xff.txt",
        b"\xfe.txt",
        b"\xff\xfe.txt",
        ids=("\ufffdff", "\ufffdfe", "\ufffdff\ufffdfe"),
    ),
    _named(
        "name that looks like an escaped one",
        b"\xff.txt",
        "\ufffdff.txt",
        ids=("\ufffdff", "\ufffdef\ufffdbf\ufffdbdff"),
    ),
    _named(
        "option, quotation marks, command",
        "-rf.txt",
        "'\"$(id)`.txt",
        "a;b|c&.txt",
        ids=("-rf", "'\"$(id)`", "a;b|c&"),
    ),
    _named("long name", "x" * 240 + ".txt", ids=("x" * 240,)),
    _named("one letter in two forms", "\u00e9.txt", "e\u0301.txt", ids=("\u00e9", "e\u0301")),
    _named("names that differ in their ending", "a.txt", "a.md", "a.TXT", ids=("a", "a.md", "a.TXT")),
    _named(
        "names that end as others",
        "b.txt",
        "b.md",
        "b.md.txt",
        "b.md.TXT",
        ids=("b", "b.md", "b.md.txt", "b.md.TXT"),
    ),
    Case(
        "files beside an article that are none",
        (File("a.md", TEXT), File("a.jpg", b"x"), File("a.jsonl", b'{"id": "{name}", "text": "x"}')),
        (Kept("{}/a", TEXT.decode()), Kept("{name}", "x"), Failed("unknown extension", path="a.jpg")),
    ),
    _named("hidden files are no input", "a.txt", ".a.txt", "._a.txt", ids=("a",)),
    text_case("unknown ending", TEXT, Failed("unknown extension '.exe'", ".docx", "a.exe"), file="a.exe"),
    text_case("no ending", TEXT, Failed("unknown extension", ".txt", "README"), file="README"),
    text_case(
        "table as input",
        b"id,text\n1,x\n",
        Failed("unknown extension '.csv'", ".jsonl", "a.csv"),
        file="a.csv",
    ),
    text_case(
        "Parquet as input",
        b"PAR1" + bytes(20),
        Failed("unknown extension", ".jsonl", "a.parquet"),
        file="a.parquet",
    ),
    Case(
        "name like that of a record",
        (File("a.jsonl", b'{"id": "{name}", "text": "x"}\nno record'), File("a.jsonl:2", TEXT)),
        (
            Kept("{name}", "x"),
            Failed("not JSON", path="a.jsonl:2"),
            Failed("unknown extension", path="a.jsonl\ufffd3a2"),
        ),
    ),
)

LINKS: tuple[Case, ...] = (
    _special(
        "link out of the folder", Special("link", "a.txt", "{outside}/secret.txt"), "leaves the raw folder"
    ),
    _special(
        "link out of the folder by dots",
        Special("link", "a.txt", "../../outside/secret.txt"),
        "leaves the raw folder",
    ),
    _special("link to a folder outside", Special("link", "b", "{outside}"), "leaves the raw folder"),
    _special("link to the system", Special("link", "a.txt", "/etc/passwd"), "leaves the raw folder"),
    _special("link to a device", Special("link", "a.txt", "/dev/zero"), "leaves the raw folder"),
    _special("link to nothing", Special("link", "a.txt", "nothing.txt"), "link to nothing"),
    _special("link to itself", Special("link", "a.txt", "a.txt"), "link to nothing or to itself"),
    _special("link to the folder above", Special("link", "up", ".."), "not a regular file|leaves"),
    _special("pipe", Special("pipe", "a.txt"), "not a regular file"),
    _special("socket", Special("socket", "a.txt"), "not a regular file"),
    _special(
        "folder named as a file",
        Special("link", "b.txt", "{raw}"),
        "leaves the raw folder|not a regular file",
    ),
    Case(
        "link inside the folder",
        (File("a.txt", TEXT), Special("link", "b.txt", "a.txt")),
        (Kept("{}/a", TEXT.decode()), Kept("{}/b", TEXT.decode())),
    ),
    Case(
        "folder named as a text",
        (Special("folder", "a.txt"), File("a.txt/b.txt", TEXT)),
        (Kept("{}/a.txt/b", TEXT.decode()),),
    ),
)

PAGES: tuple[Case, ...] = (
    text_case("empty page", b"", Failed("empty|no text", path="a.html"), file="a.html"),
    text_case(
        "page of a script",
        b"<title>T</title><script>x</script>",
        Failed("no text", path="a.html"),
        file="a.html",
    ),
    text_case(
        "NUL in a page",
        PAGE.replace(b"minister", b"min\0ister"),
        Failed("binary", path="a.html"),
        file="a.html",
    ),
    text_case("gzip named page", gzip.compress(PAGE), Failed("binary", path="a.html"), file="a.html"),
    text_case("PDF named page", PRINTED, Failed("binary", path="a.html"), file="a.html"),
    text_case(
        "script in a page",
        PAGE.replace(
            b"</p>",
            b"</p><script>alert(1)</script><style>p{}</style><p onclick=x>&lt;b&gt; too, he said at the end of it.</p>",
        ),
        Kept("{}/a", f"A title\n\n{LAST}\n\n<b> too, he said at the end of it."),
        file="a.html",
    ),
    text_case(
        "entity of a file in a page",
        b"<!DOCTYPE html [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + PAGE.replace(b"</p>", b" &e;</p>"),
        Kept("{}/a", f"A title\n\n{LAST} &e;"),
        file="a.html",
    ),
    text_case(
        "page cut in its encoding",
        "<p>He said “no” to the members of the committee, and “yes".encode()[:-3] + b"\xe2\x80",
        Kept("{}/a", "He said “no” to the members of the committee, and “\ufffd", notes="cut off"),
        file="a.html",
    ),
    text_case(
        "numbers of no character",
        b"<p>One &#xD800; &#0; &#x110000; two.</p>",
        Kept("{}/a", "One \ufffd \ufffd \ufffd two."),
        file="a.html",
    ),
    text_case("page as PDF", PAGE, Failed("broken PDF", "Print", "a.pdf"), file="a.pdf"),
    text_case("empty PDF", b"", Failed("broken PDF", "Print", "a.pdf"), file="a.pdf"),
    text_case(
        "PDF cut in half",
        PRINTED[: len(PRINTED) // 2],
        Failed("broken PDF|no text", path="a.pdf"),
        file="a.pdf",
    ),
    text_case(
        "PDF without text",
        make_pdf(pdf_stream(b"0 0 9 9 re f")),
        Failed("pictures", "OCR", "a.pdf"),
        file="a.pdf",
    ),
    text_case(
        "PDF without its table",
        PRINTED[: PRINTED.index(b"xref")],
        Failed("broken PDF", "Print", "a.pdf"),
        file="a.pdf",
    ),
    text_case(
        "PDF with its table elsewhere",
        PRINTED.replace(b"startxref\n", b"startxref\n1"),
        Kept("{}/a", LAST, None, notes="faults in the PDF"),
        file="a.pdf",
    ),
    text_case(
        "encrypted PDF",
        make_pdf(
            pdf_stream(pdf_text(LAST)),
            more=(b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",),
            trailer="/Encrypt 6 0 R/ID[<41><41>]",
        ),
        Failed("encrypted|broken", path="a.pdf"),
        file="a.pdf",
    ),
    text_case("empty Word file", b"", Failed("not a Word file", "save it again", "a.docx"), file="a.docx"),
    text_case(
        "old Word file",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
        Failed("not a Word file", path="a.docx"),
        file="a.docx",
    ),
    text_case(
        "Word file cut in half",
        WRITTEN[: len(WRITTEN) // 2],
        Failed("not a Word file", path="a.docx"),
        file="a.docx",
    ),
    text_case(
        "zip that is not a Word file",
        make_zip({"a.txt": TEXT}),
        Failed("not a Word file", path="a.docx"),
        file="a.docx",
    ),
    text_case(
        "Word file of white space",
        make_docx(word_paragraph(" ")),
        Failed("no text", path="a.docx"),
        file="a.docx",
    ),
    text_case(
        "Word file that names parts outside",
        make_zip({**docx_parts(b""), "word/document.xml": make_docx("")[:0], "../../evil.txt": b"x"}),
        Failed("docx", path="a.docx"),
        file="a.docx",
    ),
    text_case(
        "entity of a file in a Word file",
        make_docx(word_paragraph(f"{LAST} &e;"), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        Kept("{}/a", LAST, None),
        file="a.docx",
    ),
)

FILES: tuple[Case, ...] = (*NAMES, *LINKS, *PAGES)
