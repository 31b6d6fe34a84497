"""Blanks the marks of emphasis and links in a line, so that what they surround is read as if they were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = "*_["
_MARK = re.compile(r"[*_\[]")
_EMPHASIS = re.compile(
    r"(?<![\w*_])(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])(?=[^*_]*[^\W\d_]{3})(?P<inner>[^*_]*[^\s*_])(?P=mark)(?![\w*_])"
)
_MARKED_LINE = re.compile(r"^(?=>|[^\n]{0,2000}[*_\[])[^\n]{1,4000}$", re.MULTILINE)
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_LINK = re.compile(r"\[(?P<inner>[^\[\]\n]{1,80})\]\([^()\s]{1,300}\)")


def blank_marks(text: str) -> str:
    """A text of the same length with spaces for marks: `*By Jane Roe*` gives ` By Jane Roe `.

    Asterisks that stand for withheld words stay: a mark is a pair around at least three letters in a row.
    """
    if not _MARK.search(text):
        return text
    return _EMPHASIS.sub(_blank, _LINK.sub(_blank, text))


def mark_spans(text: str, *, masked: bool) -> Iterator[tuple[int, int]]:
    """The marks of emphasis, links and block quotes of a text, line by line, for it to be read without them.

    Args:
        text: The text.
        masked: Asterisks stand for withheld words: only block quotes are marked for certain.
    """
    for line in _MARKED_LINE.finditer(text):
        quoted = _QUOTED.match(line[0])
        if quoted:
            yield line.start(), line.start() + quoted.end()
        for pattern in () if masked else (_EMPHASIS, _LINK):
            for match in pattern.finditer(line[0]):
                yield line.start() + match.start(), line.start() + match.start("inner")
                yield line.start() + match.end("inner"), line.start() + match.end()


def find_content(text: str, plain: str, at: int) -> int:
    """The offset of the blanked marks that stand right before `at`, or `at`: they belong to what they open."""
    while at > 0 and plain[at - 1] == " " and text[at - 1] in _MARKS:
        at -= 1
    return at


def _blank(match: re.Match[str]) -> str:
    inner = match["inner"]
    before = match.start("inner") - match.start()
    return " " * before + inner + " " * (len(match.group()) - before - len(inner))
