"""Cuts a text into lines and joins the lines of one paragraph.

A text may have blank lines between its paragraphs or not, and its lines may be paragraphs (wire copy) or be wrapped
at a width (e-mail, plain-text archives). A line is wrapped if the first word of the next one did not fit in any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_WIDTHS = range(30, 121)
_SLACK = 12
_SHORT = 0.6
_OUTGROWN = 0.2
_QUOTES = r"[\"'“”‘’»)\] ]{0,4}"
_ENDS_SENTENCE = re.compile(rf"[.!?…]{_QUOTES}$")
_ENDS_PART = re.compile(rf"[.!?…:;]{_QUOTES}$|[\"”»)\]]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without surrounding white space.

    Attributes:
        start: Offset of its first character in the raw text.
        block: Number of its block; blank lines separate blocks.
    """

    start: int
    text: str
    block: int

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)


def split_lines(text: str) -> list[Line]:
    """Split a text into its lines that are not blank."""
    lines: list[Line] = []
    at, block, blank = 0, -1, True
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            block += blank
            lines.append(Line(at + len(raw) - len(raw.lstrip()), stripped, block))
        blank = not stripped
        at += len(raw)
    return lines


def find_width(runs: Sequence[Sequence[Line]]) -> int | None:
    """Return the width at which a text is wrapped, from runs of lines without a blank line between them; None if it is not."""
    lengths = sorted(len(line.text) for run in runs for line in run[:-1])
    if len(lengths) < 2:
        return None
    # Not the longest line: a long address may stick out. The last line of a paragraph is short and left out above.
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if width not in _WIDTHS or _outgrow(runs, width):
        return None
    pairs = [pair for run in runs for pair in pairwise(run)]
    full = sum(_is_full(left, right, width) for left, right in pairs)
    final = sum(ends_sentence(left.text) for left, _ in pairs)
    return width if full >= 0.7 * len(pairs) and final <= 0.5 * len(pairs) else None


def _outgrow(runs: Sequence[Sequence[Line]], width: int) -> bool:
    """Return whether last lines are longer than the width: short lines above long paragraphs are headings."""
    last = [len(run[-1].text) for run in runs if len(run) > 1]
    return sum(length > width + _SLACK for length in last) > _OUTGROWN * len(last)


def join_lines(run: Sequence[Line], width: int | None) -> Iterator[Sequence[Line]]:
    """Join the lines of a run to paragraphs, in a text that is wrapped at a width or not."""
    # A text may be wrapped in one part only, e.g. a mail that it quotes.
    width = width or find_width([run])
    first = 0
    for index in range(1, len(run)):
        if not _continues(run[index - 1], run[index], width):
            yield run[first:index]
            first = index
    if run:
        yield run[first:]


def ends_sentence(text: str) -> bool:
    """Return whether a text ends like a sentence."""
    return bool(_ENDS_SENTENCE.search(text, max(0, len(text) - 5)))


def _is_full(left: Line, right: Line, width: int) -> bool:
    """Return whether the first word of `right` did not fit into `left`."""
    # Splitting a very long line for its first word would copy it each time.
    word = right.text.split(None, 1)[0] if len(right.text) <= 2 * max(_WIDTHS) else right.text[:20]
    return len(left.text) + 1 + len(word) > width - _SLACK


def _continues(left: Line, right: Line, width: int | None) -> bool:
    """Return whether `right` continues the paragraph of `left`."""
    if right.text[0].islower() and not _ENDS_PART.search(left.text, max(0, len(left.text) - 5)):
        return True
    if width is None:
        return False
    if _is_full(left, right, width):
        return True
    return not ends_sentence(left.text) and len(left.text) >= _SHORT * width
