"""Drafts as people have them: text of standard input, JSON and JSON lines, answers with citations and marks such as `[1]`."""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_news.core.errors import ReadError
from policy_news.drafts.sources import SourceText

STDIN = "-"
MOST_BYTES = 8_000_000
"""Bytes of JSON or standard input."""
_TEXTS = ("answer", "text", "draft", "content")
"""Keys of the draft in a JSON object, the first that is there."""
_MARK = re.compile(r"\[\^?([\w.-]{1,40}(?:,\s?[\w.-]{1,40})*)\]")
_DEFINITION = re.compile(r"^\[\^?[\w.-]{1,40}\]:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as text.

    Attributes:
        file: Its name.
        text: With its marks of citations.
        citations: The sources that it names.
    """

    file: str
    text: str
    citations: tuple[SourceText, ...] = ()

    @property
    def shown(self) -> str:
        """The text with blanks for marks and their definitions, so that offsets stay."""
        plain = _DEFINITION.sub(lambda match: " " * len(match[0]), self.text)
        return _MARK.sub(lambda match: " " * len(match[0]), plain) if self.citations else plain


def is_text(path: Path) -> bool:
    """Return whether a draft is read here, not as articles are."""
    return str(path) == STDIN or path.suffix.lower() in {".json", ".jsonl"}


def read_texts(path: Path) -> Iterator[DraftText]:
    """Yield the drafts of standard input, of a JSON file, or of each line of JSON lines.

    Raises:
        ReadError: It cannot be read, or is not such JSON.
    """
    name = "stdin" if str(path) == STDIN else str(path)
    text = _read(path, name)
    if path.suffix.lower() == ".jsonl":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _from_json(line, f"{name}:{number}", path.parent)
    elif path.suffix.lower() == ".json":
        yield _from_json(text, name, path.parent)
    else:
        yield read_answer(text, name, Path()) or DraftText(name, text)


def _read(path: Path, name: str) -> str:
    try:
        if str(path) == STDIN:
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReadError(f"{name}: cannot be read: {error.strerror}", "See whether it is there.") from error
    if len(data) > MOST_BYTES:
        raise ReadError(f"{name}: more than {MOST_BYTES:,} bytes", "Cut it into several drafts.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{name}: not UTF-8", "Save it as UTF-8.") from error


def read_answer(text: str, name: str, folder: Path | None = None) -> DraftText | None:
    """Return the draft of a text that is a JSON object with an answer; None if it is not.

    Raises:
        ReadError: A citation has no text.
    """
    with suppress(ValueError, RecursionError):
        row = json.loads(text) if text.lstrip().startswith("{") else {}
        return _from_row(row, name, folder) if row.keys() & {*_TEXTS} else None
    return None


def _from_json(text: str, name: str, folder: Path) -> DraftText:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{name}: not JSON: {error}", "See docs/verify.md for the form.") from error
    return _from_row(row, name, folder)


def _from_row(row: Any, name: str, folder: Path | None) -> DraftText:
    """Read a draft of JSON. Citations are read from files only if the draft is not from elsewhere."""
    told = [row[key] for key in _TEXTS if isinstance(row, dict) and isinstance(row.get(key), str)]
    if not told:
        raise ReadError(f"{name}: has no text under {', '.join(_TEXTS)}", "See docs/verify.md for the form.")
    cited = row.get("citations") or []
    if not isinstance(cited, list):
        raise ReadError(f"{name}: citations are not a list", "See docs/verify.md for the form.")
    return DraftText(
        name, told[0], tuple(_citation(one, name, number, folder) for number, one in enumerate(cited, 1))
    )


def _citation(row: Any, name: str, number: int, folder: Path | None) -> SourceText:
    if isinstance(row, dict):
        key = str(row.get("id") or number)
        if isinstance(row.get("text"), str):
            return SourceText(key, row["text"])
        if folder is not None and isinstance(row.get("path"), str):
            return SourceText(key, _read_source(folder / row["path"]))
    raise ReadError(f"{name}: citation {number} has no text", "Give each citation an `id`, and a `text` or the `path` of a file.")  # fmt: skip


def _read_source(path: Path) -> str:
    """Return the text of a cited file, in whatever format."""
    from policy_news.core.settings import Settings
    from policy_news.run.raw_files import RawFile
    from policy_news.run.stages.ingest import read_documents
    from policy_news.tables.schema import FailureRow

    found = list(read_documents(RawFile(path, path.name), Settings()))
    if len(found) != 1 or isinstance(found[0], FailureRow):
        raise ReadError(f"{path}: cannot be read as one text", "Name a file with one text.")
    return found[0].text


def citations_at(
    text: str, span: tuple[int, int], spans: Sequence[tuple[int, int]], known: Collection[str]
) -> tuple[str, ...]:
    """Return the ids that a sentence cites, in it or right after its stop.

    Args:
        text: The draft with its marks.
        known: The ids that there are.
    """
    if not known:
        return ()
    place = bisect_left(spans, (span[1],))
    after = spans[place][0] if place < len(spans) else len(text)
    found = [one.strip() for match in _MARK.finditer(text, span[0], after) for one in match[1].split(",")]
    return tuple(dict.fromkeys(one for one in found if one in known))
