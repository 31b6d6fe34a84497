"""Bytes to text: byte order mark, declared encoding, UTF-8, cp1252, guess, in this order."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from pipeline.core.errors import ReadError
from pipeline.text.readers.guessing import LATIN, fits_latin, guess_encoding, is_plausible

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"{\\rtf")
_CONTROLS = bytes(number for number in range(32) if number not in b"\t\n\v\f\r")
_MAX_CONTROLS = 0.01
_SAMPLE = 100_000
_VISIBLE = re.compile(r"[^\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*(?:[\"']\s*)?([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})",
    re.IGNORECASE,
)
UNSAFE = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Characters that break a line, turn the order of a line around, or are none: they stand in no path and no id."""
_WIDE: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Encodings by which of four bytes are mostly zero in English text."""
_SHIFT = b"\x1b$"
_ESCAPING = ("iso2022-jp", "iso2022-kr", "iso2022-jp-2")
_MOSTLY = 0.6
_MAX_BROKEN = 0.01
_FOREIGN_BYTE = re.compile("[\udc80-\udcff]")
_TEXT_CODEC = re.compile(
    r"utf-?8|windows-?\d+|cp\d+|iso-?8859-?\d+|koi8-?[rut]|gb\w+|big5\w*|euc-?\w+|shift-?jis\w*|mac-?\w+|tis-620|latin-?\d+"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was decoded from, and what had to be mended, if anything."""

    text: str
    encoding: str
    notes: str | None = None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of bytes.

    A byte order mark is left out; every other character stays as it stands. A last character that is cut off, or single bytes of
    cp1252 in UTF-8, do not cost the text: the notes say so.

    Args:
        data: The bytes of a file.
        declared: The encoding that the file names.

    Raises:
        ReadError: The bytes are no text, are empty or white space, or fit no encoding.
    """
    mark = next((mark for mark in _MARKS if data.startswith(mark[0])), None)
    if mark is None:
        wide = _guess_wide(data) or _escaped(data)
    else:
        wide = None
    if mark is not None:
        decoded = _decode_marked(data, *mark)
    elif wide is not None:
        decoded = wide
    else:
        _check_bytes(data)
        decoded = _decode_first(data, declared)
    check_text(decoded.text)
    return decoded


def check_text(text: str) -> None:
    """Refuse text that is binary or has nothing to see.

    Raises:
        ReadError: It has NUL characters, or nothing but white space.
    """
    if "\0" in text:
        raise ReadError("binary content (NUL characters), not text", "Save it as UTF-8 text.")
    if not _VISIBLE.search(text):
        raise ReadError("empty: no text", "Remove the file, or put text into it.")


def valid_text(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 file can hold, as replacement characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def find_declared(data: bytes) -> str | None:
    """The encoding that an HTML or XML file names in its head."""
    match = _DECLARED.search(data[:4096])
    if match:
        name = (match[1] or match[2]).decode("ascii").lower()
    else:
        name = ""
    if _TEXT_CODEC.fullmatch(name):
        return name
    return None


def _check_bytes(data: bytes) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or data.startswith(_MAGIC) or controls > max(3, _MAX_CONTROLS * len(data)):
        raise ReadError(
            "binary content, not text", "Give the file the ending of its format, or save it as UTF-8 text."
        )


def _guess_wide(data: bytes) -> Decoded | None:
    """Text in UTF-16 or UTF-32 without a byte order mark, told by where its zero bytes stand."""
    if b"\0" not in data[:_SAMPLE]:
        return None
    columns = [data[:_SAMPLE][first::4] for first in range(4)]
    encoding = _WIDE.get(tuple(column.count(0) > _MOSTLY * len(column) for column in columns))
    if encoding:
        decoded = _try(data, encoding)
    else:
        decoded = None
    if decoded and not any(ord(c) < 9 for c in decoded.text[:_SAMPLE]):
        return decoded
    return None


def _escaped(data: bytes) -> Decoded | None:
    """Text of seven bits that changes its alphabet by escape sequences."""
    if _SHIFT in data:
        return next(filter(None, (_try(data, name) for name in _ESCAPING)), None)
    return None


def _decode_marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    """The text behind a byte order mark; broken characters are replaced, as long as they are few."""
    decoded = _try(data, encoding) or (
        _mended(data[len(mark) :], sure=True) if encoding == "utf-8-sig" else None
    )
    if decoded:
        return Decoded(decoded.text, encoding, decoded.notes)
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if not text.strip("\ufffd") or broken > 1 + _MAX_BROKEN * len(text):
        raise ReadError(
            f"broken text: it is not {encoding}, as its byte order mark says", "Save it as UTF-8 text."
        )
    return Decoded(text, encoding, f"broken characters replaced: {broken}")


def _decode_first(data: bytes, declared: str | None) -> Decoded:
    """The text by the first encoding that fits all of it."""
    if declared:
        named = _try(data, declared)
    else:
        named = None
    if named and not _is_disproved(named, data):
        return named
    decoded = (
        _try(data, "utf-8")
        or _paired(data)
        or _mended(data)
        or (None if fits_latin(data) else _mended(data, sure=True))
        or _guessed(data)
    )
    if decoded is None:
        raise ReadError(
            "unknown encoding: no UTF-8, and its letters are not those of cp1252",
            "Save it as UTF-8 text: iconv -f ITS_ENCODING -t UTF-8.",
        )
    if declared and decoded.encoding != LATIN:
        notes = [f"declared {declared}, which it is not"]
    else:
        notes = []
    return replace(decoded, notes="; ".join(filter(None, [*notes, decoded.notes])) or None)


def _paired(data: bytes) -> Decoded | None:
    """UTF-8 in which some program wrote surrogates as characters: pairs are joined, others replaced."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return Decoded(valid_text(text), "utf-8", "surrogates joined or replaced")


def _is_disproved(named: Decoded, data: bytes) -> bool:
    """Whether a text says cp1252, as many programs do of any text, but is UTF-8 or has letters that nobody would write."""
    return (
        named.encoding == LATIN
        and not data.isascii()
        and bool(_try(data, "utf-8") or not is_plausible(named.text))
    )


def _guessed(data: bytes) -> Decoded | None:
    """The text in the encoding that is most likely."""
    guess = guess_encoding(data)
    if guess:
        decoded = _try(data, guess.encoding)
    else:
        decoded = None
    if guess and decoded:
        return replace(decoded, notes=guess.notes)
    return None


def _mended(data: bytes, *, sure: bool = False) -> Decoded | None:
    """UTF-8 whose last character is cut off, or that has single bytes of cp1252 in it; None if it looks like another encoding.

    Args:
        data: The bytes.
        sure: A mark says that it is UTF-8, or it is no cp1252: then few broken bytes are enough.
    """
    text, used = codecs.utf_8_decode(data, "surrogateescape", False)
    foreign = len(text) - len(text.encode("utf-8", "ignore").decode())
    accented = len(text) - foreign - len(text.encode("ascii", "ignore"))
    rest = len(data) - used
    if not sure and (accented < 3 * foreign or not (accented or rest > 1)):
        return None
    if sure and foreign > max(3, _MAX_BROKEN * len(text)):
        return None
    notes = [f"bytes of another encoding read as cp1252: {foreign}"] * bool(foreign) + [
        "last character cut off"
    ] * bool(rest)
    text = _FOREIGN_BYTE.sub(_as_cp1252, text) + "\ufffd" * bool(rest)
    return Decoded(text, "utf-8", "; ".join(notes))


def _as_cp1252(match: re.Match[str]) -> str:
    return match.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _try(data: bytes, encoding: str) -> Decoded | None:
    """The text and the name of the codec, or None if it does not fit."""
    # Browsers read what says Latin-1 as cp1252, its superset in print.
    if re.fullmatch(r"iso-?8859-?1|latin-?1|windows-?1252", encoding):
        name = "cp1252"
    else:
        name = encoding
    try:
        return Decoded(data.decode(name), codecs.lookup(name).name)
    except (UnicodeDecodeError, LookupError):
        return None
