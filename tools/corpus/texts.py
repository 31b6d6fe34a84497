"""Find the texts of the corpus: in folders that have them, or where they are published.

A page has more than the text, and a text may be one of thousands in a file. So the repository has a fingerprint of each line of a text: the
lines of whatever an address returns are looked up by fingerprint and joined again. The SHA-256 of the whole decides.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tools.corpus.marks import Article, sha256_of

DIGITS = 16
"""Hexadecimal digits of a fingerprint: 64 bits, so two of some ten million lines hardly ever share one."""
MOST_BYTES = 64 << 20
"""A larger answer of a server is not read."""
SECONDS = 60
"""Limit of a request."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_SENTENCE = re.compile(r"""(?<=[.!?]) +|(?<=[.!?]["”']) +""")
INLINE = frozenset(["a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"])
_SPACE = re.compile(r"[ \t\r\n]+")
"""Other kinds of space are part of a text."""
Fetch = Callable[[str], bytes]


def normalise(line: str) -> str:
    """Return a line with single spaces, as it is compared."""
    return _SPACE.sub(" ", line).strip(" ")


def fingerprint(line: str) -> str:
    """Return the fingerprint of a line: the beginning of its SHA-256."""
    return hashlib.sha256(line.encode()).hexdigest()[:DIGITS]


def take_apart(text: str) -> tuple[list[str], list[int]]:
    """Return the fingerprints of the lines of a text that are not empty, and the number of line breaks before each and at the end."""
    lines = [line for line in text.split("\n") if line]
    breaks = [len(piece) for piece in re.split(r"[^\n]+", text)]
    return [fingerprint(line) for line in lines], breaks


def _join(lines: list[str], breaks: list[int]) -> str:
    pieces = ["\n" * count + line for line, count in zip([*lines, ""], breaks, strict=True)]
    return "".join(pieces)


def put_together(article: Article, lines: Mapping[str, str]) -> str | None:
    """Return the text of an article from lines by fingerprint; None if one is missing or the whole differs."""
    found = [lines.get(mark) for mark in article.lines]
    whole = [line for line in found if line is not None]
    if len(whole) < len(found):
        return None
    text = _join(whole, article.breaks)
    if sha256_of(text) != article.sha256:
        return None
    return text


def lines_of(data: bytes) -> Iterator[str]:
    """Yield the lines of all texts in a file: JSON, JSON lines, CSV, XML, HTML or plain text."""
    decoded = data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    for text in _strings(decoded):
        for kept in (text, strip_tags(text)):
            for line in kept.split("\n"):
                yield line
                yield from _SENTENCE.split(line)  # some texts have a sentence per line


def _strings(text: str) -> Iterator[str]:
    """Yield the strings of a file in JSON, JSON lines or CSV; the whole text of others."""
    rows = text.split("\n")
    try:
        yield from _inside(json.loads(text))
        return
    except ValueError:
        pass
    if rows[0].startswith("{"):
        for row in rows:
            try:
                yield from _inside(json.loads(row))
            except ValueError:
                continue
        return
    if "," in rows[0] and "<" not in rows[0]:
        csv.field_size_limit(sys.maxsize)
        for record in csv.reader(io.StringIO(text, newline="")):
            yield from record
    yield text


def _inside(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _inside(item)
    elif isinstance(value, list):
        for item in value:
            yield from _inside(item)


def strip_tags(text: str) -> str:
    """Return the text of markup: inline tags vanish, others end a line, character references are resolved."""
    without = text.replace("<![CDATA[", "").replace("]]>", "")
    return html.unescape(_TAG.sub(_line_end, without))


def _line_end(tag: re.Match[str]) -> str:
    if tag[2].lower() in INLINE:
        return ""
    return "\n"


def index_of(lines: Iterable[str], wanted: frozenset[str]) -> dict[str, str]:
    """Return the wanted lines by fingerprint."""
    found: dict[str, str] = {}
    for line in lines:
        for kept in (line, normalise(line)):
            mark = fingerprint(kept)
            if mark in wanted:
                found.setdefault(mark, kept)
    return found


def read_folder(folder: Path, wanted: frozenset[str]) -> dict[str, str]:
    """Find texts in the files of a folder: `.txt` files, and the strings of `.jsonl` and `.jsonl.gz` files.

    Args:
        folder: Folder to search, with all folders below it.
        wanted: SHA-256 of each text.

    Returns:
        The texts by SHA-256.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            texts: Iterable[str] = [path.read_bytes().decode("utf-8", errors="replace")]
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            data = path.read_bytes()
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            texts = [text for row in data.splitlines() for text in _inside(json.loads(row))]
        else:
            continue
        for text in texts:
            digest = sha256_of(text)
            if digest in wanted:
                found[digest] = text
    return found


def download(address: str) -> bytes:
    """Return what an address returns.

    Raises:
        OSError: It cannot be reached, or returns too much.
    """
    if not address.startswith(("http://", "https://")):
        raise OSError(f"{address}: is not a web address")
    request = urllib.request.Request(address, headers={"User-Agent": "policy-news-pipeline corpus"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        data: bytes = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(f"{address}: returns more than {MOST_BYTES >> 20} MB")
    return data


class Fetcher:
    """Fetches texts from their addresses; a file with many texts is read once.

    Args:
        articles: All articles that are wanted.
        get: Returns the bytes at an address.
    """

    def __init__(self, articles: Iterable[Article], get: Fetch = download) -> None:
        self._wanted = frozenset(mark for article in articles for mark in article.lines)
        self._get = get
        self._known: dict[str, dict[str, str]] = {}

    def text(self, article: Article) -> tuple[str | None, str]:
        """Return the text of an article, or None and why there is none."""
        reasons = []
        for address in (*article.mirrors, *([article.url] if article.url else [])):
            try:
                lines = self._lines(address)
            except (OSError, urllib.error.URLError) as error:
                reasons.append(f"{address}: {error}")
                continue
            text = put_together(article, lines)
            if text is not None:
                return text, ""
            missing = sum(mark not in lines for mark in article.lines)
            reasons.append(
                f"{address}: {missing} of {len(article.lines)} lines are not there as they were marked"
            )
        return None, "; ".join(reasons) or "no address"

    def _lines(self, address: str) -> dict[str, str]:
        if address not in self._known:
            self._known[address] = index_of(lines_of(self._get(address)), self._wanted)
        return self._known[address]
