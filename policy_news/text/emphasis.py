"""Blanks the marks of emphasis and links in a line, so that what they surround reads like plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = "*_["
_MARK = re.compile(r"[*_\[]")
_EMPHASIS = re.compile(
    r"(?<![\w*_])(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])(?=[^*_]*[^\W\d_]{3})(?P<inner>[^*_]*[^\s*_])(?P=mark)(?![\w*_])"
)
MAX_MARKED = 4000
"""Characters of the longest line whose marks are blanked."""
_QUOTED = re.compile(r">[> \t]{0,20}")
_LINK = re.compile(r"\[(?P<inner>[^\[\]\n]{1,80})\]\([^()\s]{1,300}\)")


def blank_marks(text: str) -> str:
    """Replace marks by spaces of the same length: `*By Jane Roe*` becomes ` By Jane Roe `.

    Asterisks that stand for masked words stay: a mark is a pair around at least three letters in a row.
    """
    if not _MARK.search(text):
        return text
    # Links first: emphasis may lie around one, but not the other way round.
    return _EMPHASIS.sub(_blank, _LINK.sub(_blank, text))


def mark_spans(text: str, *, masked: bool) -> Iterator[tuple[int, int]]:
    """Find the marks of emphasis, links and block quotes of a text.

    Args:
        masked: Whether asterisks stand for masked words; then only block quotes are certain to be marks.

    Yields:
        Half-open offsets of each mark, line by line.
    """
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= MAX_MARKED and (line[0] == ">" or _MARK.search(line)):
            yield from _marks_of(line, start, masked=masked)
        start += len(line)


def _marks_of(line: str, start: int, *, masked: bool) -> Iterator[tuple[int, int]]:
    quoted = _QUOTED.match(line)
    if quoted:
        yield start, start + quoted.end()
    if masked:
        return
    for pattern in (_EMPHASIS, _LINK):
        for match in pattern.finditer(line):
            yield start + match.start(), start + match.start("inner")
            yield start + match.end("inner"), start + match.end()


def find_content(text: str, plain: str, at: int) -> int:
    """Move an offset to before the blanked marks directly before it, because they belong to what they open.

    Args:
        plain: The same text with spaces for marks.

    Returns:
        Offset of the first of these marks; `at` if there are none.
    """
    while at > 0 and plain[at - 1] == " " and text[at - 1] in _MARKS:
        at -= 1
    return at


def _blank(match: re.Match[str]) -> str:
    inner = match["inner"]
    before = match.start("inner") - match.start()
    return " " * before + inner + " " * (len(match.group()) - before - len(inner))
