"""Bytes to text: byte order mark, declared encoding, UTF-8, cp1252, guess, in this order."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import ReadError

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
_TEXT_CODEC = re.compile(
    r"utf-?8|windows-?\d+|cp\d+|iso-?8859-?\d+|koi8-?[rut]|gb\w+|big5\w*|euc-?\w+|shift-?jis\w*|mac-?\w+|tis-620|latin-?\d+"
)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of bytes and the encoding it was decoded from.

    A byte order mark is left out; every other character stays as it stands.

    Args:
        data: The bytes of a file.
        declared: The encoding that the file names.

    Raises:
        ReadError: The bytes are no text, are empty or white space, or fit no encoding.
    """
    mark = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if mark is None:
        _check_bytes(data)
        text, encoding = _decode_first(data, declared)
    else:
        text, encoding = _decode_marked(data, mark), mark
    check_text(text)
    return text, encoding


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
    name = (match[1] or match[2]).decode("ascii").lower() if match else ""
    return name if _TEXT_CODEC.fullmatch(name) else None


def _check_bytes(data: bytes) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\0" in data or data.startswith(_MAGIC) or controls > max(3, _MAX_CONTROLS * len(data)):
        raise ReadError("binary content, not text", "Give the file the ending of its format, or save it as UTF-8 text.")


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"broken text: the byte order mark says {encoding}, but {error.reason}", "Save it as UTF-8 text.") from error


def _decode_first(data: bytes, declared: str | None) -> tuple[str, str]:
    """The text by the first encoding that fits all of it."""
    for name in (declared, "utf-8", "cp1252"):
        decoded = _try(data, name) if name else None
        if decoded:
            return decoded
    guess = _guess(data)
    decoded = _try(data, guess) if guess else None
    if decoded is None:
        raise ReadError("unknown encoding", "Save the file as UTF-8 text.")
    return decoded


def _try(data: bytes, encoding: str) -> tuple[str, str] | None:
    """The text and the name of the codec, or None if it does not fit."""
    # Browsers read what says Latin-1 as cp1252, its superset in print.
    name = "cp1252" if re.fullmatch(r"iso-?8859-?1|latin-?1|windows-?1252", encoding) else encoding
    try:
        return data.decode(name), codecs.lookup(name).name
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes) -> str | None:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else None
