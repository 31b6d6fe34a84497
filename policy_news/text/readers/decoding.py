"""Bytes to text: byte order mark, declared encoding, UTF-8, cp1252, guess, in this order. Plain text and Markdown stay as they are."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from policy_news.core.errors import ReadError
from policy_news.text.document import Source
from policy_news.text.readers.guessing import LATIN, fits_latin, guess_encoding, is_plausible

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
    """A text, the encoding it was decoded from, and what had to be repaired, if anything."""

    text: str
    encoding: str
    notes: str | None = None


def read_text(data: bytes) -> Source:
    """Read the text of a file, with its line endings and all characters unchanged.

    Raises:
        ReadError: It is binary, empty, or in an unknown encoding.
    """
    decoded = decode(data)
    return Source(decoded.text, encoding=decoded.encoding, notes=decoded.notes)


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode the text of a file.

    A byte order mark is dropped; all other characters stay. A last character that is cut off, or single bytes of cp1252 in
    UTF-8, do not make the file fail: the notes report them.

    Raises:
        ReadError: The bytes are not text, are empty or white space, or do not fit any encoding.
    """
    decoded = _decode_any(data, declared)
    check_text(decoded.text)
    return decoded


def _decode_any(data: bytes, declared: str | None) -> Decoded:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data, mark, encoding)
    # Before the test for binary data, which UTF-16 with its zero bytes would fail.
    wide = _guess_wide(data) or _escaped(data)
    if wide is not None:
        return wide
    _check_bytes(data)
    return _decode_first(data, declared)


def check_text(text: str) -> None:
    """Refuse text that is binary or has nothing visible.

    Raises:
        ReadError: It has NUL characters, or only white space.
    """
    if "\0" in text:
        raise ReadError("binary content (NUL characters), not text", "Save it as UTF-8 text.")
    if not _VISIBLE.search(text):
        raise ReadError("empty: no text", "Remove the file, or put text into it.")


def valid_text(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode, by replacement characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def find_declared(data: bytes) -> str | None:
    """Return the encoding that an HTML or XML file names in its head."""
    match = _DECLARED.search(data[:4096])
    if match is None:
        return None
    name = (match[1] or match[2]).decode("ascii").lower()
    # Python has codecs that are not encodings (`rot13`, `zip`); a hostile file must not choose one.
    if _TEXT_CODEC.fullmatch(name):
        return name
    return None


def _check_bytes(data: bytes) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or data.startswith(_MAGIC) or controls > max(3, _MAX_CONTROLS * len(data)):
        raise ReadError(
            "binary content, not text", "Give the file the extension of its format, or save it as UTF-8 text."
        )


def _guess_wide(data: bytes) -> Decoded | None:
    """Decode UTF-16 or UTF-32 without a byte order mark, recognised by the places of zero bytes."""
    if b"\0" not in data[:_SAMPLE]:
        return None
    columns = [data[:_SAMPLE][first::4] for first in range(4)]
    encoding = _WIDE.get(tuple(column.count(0) > _MOSTLY * len(column) for column in columns))
    if encoding is None:
        return None
    decoded = _try(data, encoding)
    if decoded and not any(ord(c) < 9 for c in decoded.text[:_SAMPLE]):
        return decoded
    return None


def _escaped(data: bytes) -> Decoded | None:
    """Decode text of seven bits that switches its alphabet by escape sequences."""
    if _SHIFT not in data:
        return None
    for name in _ESCAPING:
        decoded = _try(data, name)
        if decoded:
            return decoded
    return None


def _decode_marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    """Decode the text after a byte order mark; replace broken characters if they are few."""
    decoded = _try(data, encoding)
    if decoded is None and encoding == "utf-8-sig":
        decoded = _repaired(data[len(mark) :], sure=True)
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
    """Decode by the first encoding that fits all of the text."""
    if declared:
        named = _try(data, declared)
        if named and not _is_disproved(named, data):
            return named
    # UTF-8 before the rest: text of another encoding is hardly ever valid UTF-8, but every byte string is
    # valid in some
    # single-byte encoding.
    decoded = _try(data, "utf-8") or _paired(data) or _repaired(data)
    if decoded is None and not fits_latin(data):
        decoded = _repaired(data, sure=True)
    decoded = decoded or _guessed(data)
    if decoded is None:
        raise ReadError(
            "unknown encoding: not UTF-8, and its letters are not those of cp1252",
            "Save it as UTF-8 text: iconv -f ITS_ENCODING -t UTF-8.",
        )
    notes = [decoded.notes]
    if declared and decoded.encoding != LATIN:
        notes.insert(0, f"declared {declared}, which it is not")
    return replace(decoded, notes="; ".join(filter(None, notes)) or None)


def _paired(data: bytes) -> Decoded | None:
    """Decode UTF-8 in which some program wrote surrogates as characters: join pairs, replace others."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return Decoded(valid_text(text), "utf-8", "surrogates joined or replaced")


def _is_disproved(named: Decoded, data: bytes) -> bool:
    """Return whether a declaration of cp1252 is wrong: many programs write it for any text, also for UTF-8."""
    if named.encoding != LATIN or data.isascii():
        return False
    return _try(data, "utf-8") is not None or not is_plausible(named.text)


def _guessed(data: bytes) -> Decoded | None:
    """Decode by the most likely encoding."""
    guess = guess_encoding(data)
    if guess is None:
        return None
    decoded = _try(data, guess.encoding)
    if decoded is None:
        return None
    return replace(decoded, notes=guess.notes)


def _repaired(data: bytes, *, sure: bool = False) -> Decoded | None:
    """Decode UTF-8 whose last character is cut off, or that contains single bytes of cp1252.

    Args:
        sure: Whether a mark says that it is UTF-8, or it cannot be cp1252; then only many broken bytes are against it.

    Returns:
        The text; None if it looks like another encoding.
    """
    text, used = codecs.utf_8_decode(data, "surrogateescape", False)
    foreign = len(text) - len(text.encode("utf-8", "ignore").decode())
    accented = len(text) - foreign - len(text.encode("ascii", "ignore"))
    rest = len(data) - used
    if not sure and (accented < 3 * foreign or not (accented or rest > 1)):
        return None
    if sure and foreign > max(3, _MAX_BROKEN * len(text)):
        return None
    notes: list[str] = []
    text = _FOREIGN_BYTE.sub(_as_cp1252, text)
    if foreign:
        notes.append(f"bytes of another encoding read as cp1252: {foreign}")
    if rest:
        notes.append("last character cut off")
        text += "\ufffd"
    return Decoded(text, "utf-8", "; ".join(notes))


def _as_cp1252(match: re.Match[str]) -> str:
    return match.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _try(data: bytes, encoding: str) -> Decoded | None:
    """Decode by one encoding; None if it does not fit."""
    # Browsers read a declared Latin-1 as cp1252, its printable superset.
    if re.fullmatch(r"iso-?8859-?1|latin-?1|windows-?1252", encoding):
        encoding = "cp1252"
    try:
        return Decoded(data.decode(encoding), codecs.lookup(encoding).name)
    except (UnicodeDecodeError, LookupError):
        return None
