"""JSON lines: one record a line, `{"id", "text", "title"?, "published"?, "url"?, "author"?}`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.document import Source
from pipeline.errors import ReadError
from pipeline.readers.decoding import check_text, decode, valid_text

_OPTIONAL = ("title", "published", "url", "author")
_HINT = 'A record is one line: {"id": "a1", "text": "..."}, with title, published, url and author if known.'


def read_jsonl(data: bytes) -> Iterator[Source | ReadError]:
    """The records of a file; a line that is none gives an error that names it. Other keys are passed over.

    Raises:
        ReadError: There is no record at all.
    """
    encoding = "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        text, encoding = decode(data)
        data = text.encode()
    empty = True
    for number, line in enumerate(_lines(data), 1):
        if line.strip():
            empty = False
            try:
                yield _record(line, encoding)
            except ReadError as error:
                yield ReadError(f"line {number}: {error.message}", error.hint, line=number)
    if empty:
        raise ReadError("empty: no record", _HINT)


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines of a file one by one, without a second copy of all of them."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end + 1


def _record(line: bytes, encoding: str) -> Source:
    record = _parse(line)
    doc_id, text = (_required(record, key) for key in ("id", "text"))
    check_text(text)
    title, published, url, author = (_optional(record, key) for key in _OPTIONAL)
    return Source(text, title=title, published=published, author=author, url=url, doc_id=doc_id, encoding=encoding)


def _parse(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise ReadError("is not UTF-8", "Save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "too deep or too large a value"
        raise ReadError(f"is no JSON: {reason}", _HINT) from error
    if not isinstance(record, dict):
        raise ReadError("is no JSON object", _HINT)
    return record


def _required(record: dict[str, object], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        state = "is missing" if key not in record else "is empty" if isinstance(value, str) else "is no string"
        raise ReadError(f"'{key}' {state}", _HINT)
    return valid_text(value)


def _optional(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise ReadError(f"'{key}' is no string", _HINT)
    return valid_text(value) if value and value.strip() else None
