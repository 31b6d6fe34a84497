"""JSON lines: one record a line, `{"id", "text", "title"?, "published"?, "url"?, "author"?}`."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from pipeline.core.errors import ReadError
from pipeline.text.document import Source
from pipeline.text.readers.decoding import UNSAFE, check_text, decode, valid_text

_OPTIONAL = ("title", "published", "url", "author")
_HINT = 'A record is one line: {"id": "a1", "text": "..."}, with title, published, url and author if known.'
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_ID = 500
_MAX_BROKEN = 100
"""So many broken lines of a file are named; with more and not one record the whole file fails."""
_UNSAFE = re.compile(f"[{UNSAFE}]")


def read_jsonl(data: bytes) -> Iterator[Source | ReadError]:
    """The records of a file; a line that is none gives an error that names it. Other keys are passed over.

    Raises:
        ReadError: There is no record at all.
    """
    encoding = "utf-8"
    if data.startswith(_MARKS) or b"\0" in data:
        decoded = decode(data)
        data, encoding = decoded.text.encode(), decoded.encoding
    if data.lstrip()[:1] == b"[" and data.rstrip()[-1:] == b"]":
        raise ReadError(
            "a JSON array, not JSON lines",
            "Write one record a line: `jq -c '.[]' articles.json > articles.jsonl`.",
        )
    yield from _with_some(_records(data, encoding))


def _records(data: bytes, encoding: str) -> Iterator[Source | ReadError]:
    for number, line in enumerate(_lines(data), 1):
        if line.strip():
            try:
                yield _record(line, encoding, number)
            except ReadError as error:
                yield ReadError(f"line {number}: {error.message}", error.hint, line=number)


def _with_some(records: Iterator[Source | ReadError]) -> Iterator[Source | ReadError]:
    """The same records, with no more than some broken lines: nobody reads a failure for each line of what is something else."""
    broken: list[ReadError] = []
    found, more = False, 0
    for record in records:
        if isinstance(record, Source):
            if not found:
                yield from broken
            found = True
            yield record
        elif len(broken) < _MAX_BROKEN:
            broken.append(record)
            if found:
                yield record
        else:
            more += 1
    if not (found or broken):
        raise ReadError("empty: no record", _HINT)
    if not found and more:
        raise ReadError(f"no record in {len(broken) + more} lines; {broken[0].message}", _HINT)
    if not found:
        yield from broken
    if more:
        yield ReadError(f"{more} more lines are no records, beside {len(broken)} that are named", _HINT)


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines of a file one by one, without a second copy of all of them."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        if end < 0:
            end = len(data)
        yield data[start:end]
        start = end + 1


def _record(line: bytes, encoding: str, number: int) -> Source:
    record = _parse(line)
    doc_id, text = (_required(record, key) for key in ("id", "text"))
    if len(doc_id) > _MAX_ID or _UNSAFE.search(doc_id):
        raise ReadError(
            f"'id' has more than {_MAX_ID} characters or one that cannot be printed",
            "Give the record a short, plain id.",
        )
    check_text(text)
    title, published, url, author = (_optional(record, key) for key in _OPTIONAL)
    whole = _with_title(valid_text(text), title)
    if not whole.endswith(text):
        notes = "lone surrogates replaced"
    else:
        notes = None
    return Source(whole, title, published, author, url, doc_id, encoding, notes, number)


def _with_title(text: str, title: str | None) -> str:
    """The text with its title on top, unless it begins with it: what a title says is annotated like all else."""
    if title is None or text.lstrip().startswith(title.strip()):
        return text
    return f"{title.strip()}\n\n{text}"


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
        if key not in record:
            state = "is missing"
        elif isinstance(value, str):
            state = "is empty"
        else:
            state = "is no string"
        raise ReadError(f"'{key}' {state}", _HINT)
    return value


def _optional(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise ReadError(f"'{key}' is no string", _HINT)
    text = valid_text(value or "").replace("\0", "\ufffd")
    if text.strip("\ufffd \t\n"):
        return text
    return None
