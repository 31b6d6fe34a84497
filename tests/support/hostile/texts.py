"""Hostile texts: bytes that are no text, encodings that lie, characters that hide, runs that take forever."""

from __future__ import annotations

import gzip

from tests.support.hostile.cases import Case, Failed, Kept, text_case

NAME = "Tom Tugendhat"
SAID = "Security Minister {} said on Monday that the ban on Hikvision would be widened."
MASKED = "** ****** *** ********* the **** ******, *** ********"
ALL_CHARACTERS = "".join(chr(code) for code in range(32, 0x3000) if not 0x7F <= code < 0xA0)


def said(name: str) -> str:
    """A sentence about a minister whose name is written in this way."""
    return SAID.format(name)


def named(name: str) -> Kept:
    """The minister must be found, and his name is that of the raw text."""
    return Kept(mentions=((name, "MINISTER"), ("Hikvision", "COMPANY")))


def _binary(name: str, data: bytes) -> Case:
    return text_case(name, data, Failed("binary", "ending of its format|UTF-8"))


TEXTS: tuple[Case, ...] = (
    # No text at all.
    text_case("empty file", b"", Failed("empty", "Remove")),
    text_case("white space", b" \r\n\t\xc2\xa0\n", Failed("empty", "Remove")),
    text_case("nothing to see", "\u200b\u2060\ufeff\u00ad\n", Failed("empty")),
    _binary("NUL in text", b"The minister\0 said so."),
    _binary("control characters", bytes(range(1, 32)) * 4),
    _binary("picture named text", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    _binary("PDF named text", b"%PDF-1.7\nThe minister said so."),
    _binary("gzip named text", gzip.compress(b"The minister said so.")),
    _binary("program named text", b"\x7fELF\x02\x01\x01" + bytes(50)),
    _binary("RTF named text", b"{\\rtf1 The minister said so.}"),
    _binary("zeros", bytes(5_000)),
    text_case("too large", b"word " * 500_000, Failed("2500000 bytes, the limit is 2000000", "max_bytes")),
    text_case("too large in one line", b"x" * 2_100_000, Failed("the limit", "Split")),
    # Encodings.
    text_case(
        "UTF-8 with mark", b"\xef\xbb\xbf" + said(NAME).encode(), Kept(text=said(NAME), encoding="utf-8-sig")
    ),
    text_case(
        "UTF-16 with mark", said("“Tom”").encode("utf-16"), Kept(text=said("“Tom”"), encoding="utf-16")
    ),
    text_case(
        "UTF-16, other order",
        b"\xfe\xff" + said(NAME).encode("utf-16-be"),
        Kept(text=said(NAME), encoding="utf-16"),
    ),
    text_case(
        "UTF-16 without mark",
        said("“Tom”").encode("utf-16-le"),
        Kept(text=said("“Tom”"), encoding="utf-16-le"),
    ),
    text_case(
        "UTF-16 without mark, other order",
        said(NAME).encode("utf-16-be"),
        Kept(text=said(NAME), encoding="utf-16-be"),
    ),
    text_case(
        "UTF-32 without mark", said(NAME).encode("utf-32-le"), Kept(text=said(NAME), encoding="utf-32-le")
    ),
    text_case("UTF-32 with mark", said(NAME).encode("utf-32"), Kept(text=said(NAME), encoding="utf-32")),
    text_case(
        "UTF-16 cut in a character",
        said(NAME).encode("utf-16")[:-1],
        Kept(text=said(NAME)[:-1] + "\ufffd", encoding="utf-16", notes="replaced: 1"),
    ),
    text_case(
        "UTF-16 with a lone surrogate",
        "It \ud800 is.".encode("utf-16", "surrogatepass"),
        Kept(text="It \ufffd is.", encoding="utf-16", notes="replaced"),
    ),
    text_case("mark that lies", b"\xff\xfe\xfd\xdc\xfc\xdb" * 20, Failed("broken text", "UTF-8")),
    text_case("cp1252", said("“Zoë”").encode("cp1252"), Kept(text=said("“Zoë”"), encoding="cp1252")),
    text_case(
        "cp1252, last letter accented",
        b"He sat in the caf\xe9",
        Kept(text="He sat in the café", encoding="cp1252"),
    ),
    text_case(
        "UTF-8 cut in a character",
        "He said “no” and “yes”".encode()[:-1],
        Kept(text="He said “no” and “yes\ufffd", notes="cut off"),
    ),
    text_case(
        "UTF-8 cut in its only character",
        "He said it cost 5 €".encode()[:-1],
        Kept(text="He said it cost 5 \ufffd", notes="cut off"),
    ),
    text_case(
        "UTF-8 with mark, cut",
        b"\xef\xbb\xbfA caf\xc3",
        Kept(text="A caf\ufffd", encoding="utf-8-sig", notes="cut off"),
    ),
    text_case(
        "UTF-8 with bytes of cp1252",
        "“One” – “two” – “three”.".encode() + b" A caf\xe9 \x93x.",
        Kept(text="“One” – “two” – “three”. A café “x.", notes="cp1252: 2"),
    ),
    text_case(
        "UTF-8 with surrogates",
        "“One” – “two” ".encode() + b"\xed\xa0\x80.",
        Kept(text="“One” – “two” \ufffd.", notes="surrogates"),
    ),
    text_case(
        "UTF-8, longer than need be",
        "“One” – “two” – ".encode() + b"\xc0\xaf.",
        Kept(text="“One” – “two” – À¯.", notes="cp1252: 2"),
    ),
    text_case(
        "Japanese",
        ("日本語のテキストです。" * 9).encode("shift_jis"),
        Kept(text="日本語のテキストです。" * 9, encoding="cp932", notes="guessed"),
    ),
    text_case(
        "surrogates written as characters",
        "It is \ud83d\ude00 over \ud800.".encode("utf-8", "surrogatepass"),
        Kept(text="It is \U0001f600 over \ufffd.", notes="surrogates"),
    ),
    text_case("UTF-7 is not decoded", "+ADw-script+AD4-alert(1)", Kept()),
    text_case("read wrongly before", "Nestlé wonâ€™t say â€œwhyâ€\u009d, the firm said.", Kept()),
    text_case("the last code point", "It is \U0010ffff over, \ufffe and \uffff too.", Kept()),
    # Characters that hide.
    text_case("zero-width space in a name", said("Tom Tugend\u200bhat"), named("Tom Tugend\u200bhat")),
    text_case("soft hyphen in a name", said("Tom Tugend\u00adhat"), named("Tom Tugend\u00adhat")),
    text_case(
        "word joiners in a name", said("T\u2060om Tu\ufeffgendhat"), named("T\u2060om Tu\ufeffgendhat")
    ),
    text_case("turned around", said("Tom \u202eTugendhat\u202c"), named("Tom \u202eTugendhat")),
    text_case("isolates around a name", said("\u2066Tom Tugendhat\u2069"), named("Tom Tugendhat")),
    text_case(
        "variation selectors in a name",
        said("Tom Tu\ufe0fgen\U000e0100dhat"),
        named("Tom Tu\ufe0fgen\U000e0100dhat"),
    ),
    text_case(
        "tag characters in a name",
        said("Tom Tugen\U000e0041\U000e0042dhat"),
        named("Tom Tugen\U000e0041\U000e0042dhat"),
    ),
    text_case("no-break space in a name", said("Tom\u00a0Tugendhat"), named("Tom\u00a0Tugendhat")),
    text_case("thin spaces in a name", said("Tom\u2009\u200aTugendhat"), Kept()),
    text_case("marks on every letter", "".join(c + "\u0301\u0323" * 20 for c in said(NAME)), Kept()),
    text_case("one letter with 30,000 marks", "a" + "\u0301" * 30_000, Kept()),
    # Line ends and control characters.
    text_case("odd line ends", "A title\x0b\x0cOne\x1cTwo\x85Three\u2028Four\u2029Five\r", Kept()),
    text_case("line ends of old systems", f"A title\r\r{said(NAME)}\r", named(NAME)),
    text_case("terminal sequences", said(NAME) + " \x1b[31mred\x1b[0m" + " and so on" * 40, named(NAME)),
    text_case(
        "all characters",
        "\n".join(ALL_CHARACTERS[i : i + 80] for i in range(0, len(ALL_CHARACTERS), 80)),
        Kept(),
    ),
    # What the text may do elsewhere.
    text_case("formula", '=HYPERLINK("http://a.example","x")\n\n@SUM(1)\n\n' + said(NAME), named(NAME)),
    text_case(
        "script", f"<script>alert(1)</script><img src=x onerror=alert(1)>\n\n{said(NAME)}", named(NAME)
    ),
    text_case("templates", "{{7*7}} ${7*7} %s%n %(x)s {0.__class__} #{1}\n\n" + said(NAME), named(NAME)),
    # Runs.
    text_case("100,000 asterisks", "*" * 100_000, Kept()),
    text_case("asterisks glued to a word", f"{MASKED}\n\nTugendhat{'*' * 100_000}", Kept()),
    text_case("asterisks between words", "** **** " * 12_000, Kept(notes="all words are masked")),
    text_case("50,000 quotation marks", '"' * 50_000, Kept()),
    text_case("50,000 emoji", "\U0001f600" * 50_000, Kept()),
    text_case("5,000 quotation marks apart", '" ' * 5_000, Kept()),
    text_case("one word of 100,000 letters", said(NAME) + "\n\n" + "x" * 100_000, named(NAME)),
    text_case("one line of 40,000 characters", said(NAME) + " " + "No one spoke. " * 3_000, named(NAME)),
    text_case("5,000 digits", f"He paid {'9' * 5_000} pounds.", Kept()),
    text_case("10,000 brackets", "(" * 10_000 + said(NAME) + ")" * 10_000, Kept()),
    text_case("quotations in quotations", "> " * 2_000 + said(NAME), Kept()),
    text_case("20,000 lines", "a\n" * 20_000, Kept(notes="only links")),
    text_case("only masks", f"{MASKED}\n\n{MASKED}", Kept()),
    text_case(
        "one quotation mark too many",
        'Hikvision said: "It is over. The firm denied it.',
        Kept(mentions=(("Hikvision", "COMPANY"),)),
    ),
    # Dates that are none.
    text_case(
        "the year 9999",
        "A title\n\nPublished 31 December 9999\n\nHe said it last year, and on Monday.",
        Kept(),
    ),
    text_case("the year 1", "A title\n\n1 January 0001\n\nHe said it ten years ago.", Kept()),
    text_case(
        "no such day", "A title\n\nPublished 31/02/2022\n\nHe said it on 45 May 20222 and 00/00/0000.", Kept()
    ),
    text_case("far away", "He said it 999999999999 years ago, and will again in 10000000 days.", Kept()),
)
