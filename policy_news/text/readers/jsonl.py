"""JSON lines: one record per line, `{"id", "text", "title"?, "published"?, "url"?, "author"?}`."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from policy_news.core.errors import ReadError
from policy_news.text.document import Source
from policy_news.text.document_ids import UNSAFE
from policy_news.text.readers.decoding import check_text, decode, valid_text

_OPTIONAL = ("title", "published", "url", "author")
_HINT = 'A record is one line: {"id": "a1", "text": "..."}, with title, published, url and author if known.'
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_ID = 500
_MAX_BROKEN = 100
"""Broken lines of a file that are reported. With more of them and no record at all, the whole file fails."""
_UNSAFE = re.compile(f"[{UNSAFE}]")


def read_jsonl(data: bytes) -> Iterator[Source | ReadError]:
    """Read the records of a file; other keys are ignored.

    Yields:
        The records. A `ReadError` names a line that is not a record.

    Raises:
        ReadError: The file does not contain any record.
    """
    encoding = "utf-8"
    if data.startswith(_MARKS) or b"\0" in data:
        decoded = decode(data)
        data, encoding = decoded.text.encode(), decoded.encoding
    if data.lstrip()[:1] == b"[" and data.rstrip()[-1:] == b"]":
        raise ReadError(
            "a JSON array, not JSON lines",
            "Write one record per line: `jq -c '.[]' articles.json > articles.jsonl`.",
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
    """Pass records on and limit the broken lines: nobody reads a failure for each line of a file that is something else.

    Broken lines at the start wait until the first record shows that the file is of this format.
    """
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
        yield ReadError(f"{more} more lines are not records, besides the {len(broken)} listed", _HINT)


def _lines(data: bytes) -> Iterator[bytes]:
    """Yield the lines of a file one by one, without a second copy of all of them."""
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
    notes: str | None = "lone surrogates replaced" if not whole.endswith(text) else None
    return Source(whole, title, published, author, url, doc_id, encoding, notes, number)


def _with_title(text: str, title: str | None) -> str:
    """Put the title above the text, unless the text begins with it, because titles are annotated like everything else."""
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
        raise ReadError(f"is not JSON: {reason}", _HINT) from error
    if not isinstance(record, dict):
        raise ReadError("is not a JSON object", _HINT)
    return record


def _required(record: dict[str, object], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        if key not in record:
            state = "is missing"
        elif isinstance(value, str):
            state = "is empty"
        else:
            state = "is not a string"
        raise ReadError(f"'{key}' {state}", _HINT)
    return value


def _optional(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise ReadError(f"'{key}' is not a string", _HINT)
    text = valid_text(value or "").replace("\0", "\ufffd")
    if text.strip("\ufffd \t\n"):
        return text
    return None
