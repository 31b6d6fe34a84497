"""Blanks the marks of emphasis and links in a line, so that what they surround is read as if they were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = "*_["
_MARK = re.compile(r"[*_\[]")
_EMPHASIS = re.compile(
    r"(?<![\w*_])(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])(?=[^*_]*[^\W\d_]{3})(?P<inner>[^*_]*[^\s*_])(?P=mark)(?![\w*_])"
)
MAX_MARKED = 4000
"""Longest line that is read without its marks."""
_QUOTED = re.compile(r">[> \t]{0,20}")
_LINK = re.compile(r"\[(?P<inner>[^\[\]\n]{1,80})\]\([^()\s]{1,300}\)")


def blank_marks(text: str) -> str:
    """A text of the same length with spaces for marks: `*By Jane Roe*` gives ` By Jane Roe `.

    Asterisks that stand for masked words stay: a mark is a pair around at least three letters in a row.
    """
    if not _MARK.search(text):
        return text
    return _EMPHASIS.sub(_blank, _LINK.sub(_blank, text))


def mark_spans(text: str, *, masked: bool) -> Iterator[tuple[int, int]]:
    """The marks of emphasis, links and block quotes of a text, line by line, for it to be read without them.

    Args:
        text: The text.
        masked: Asterisks stand for masked words: only block quotes are marked for certain.
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
    for pattern in () if masked else (_EMPHASIS, _LINK):
        for match in pattern.finditer(line):
            yield start + match.start(), start + match.start("inner")
            yield start + match.end("inner"), start + match.end()


def find_content(text: str, plain: str, at: int) -> int:
    """The offset of the blanked marks that stand right before `at`, or `at`: they belong to what they open."""
    while at > 0 and plain[at - 1] == " " and text[at - 1] in _MARKS:
        at -= 1
    return at


def _blank(match: re.Match[str]) -> str:
    inner = match["inner"]
    before = match.start("inner") - match.start()
    return " " * before + inner + " " * (len(match.group()) - before - len(inner))
