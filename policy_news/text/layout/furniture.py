"""Cuts page furniture, link lines and photo credits out of paragraphs, also where they are glued to a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from policy_news.text.document import SectionKind
from policy_news.text.layout.pieces import Piece
from policy_news.text.layout.vocabulary import FurnitureFile, alternation

_CUT = frozenset({None, "paragraph", "heading", "list_item", "block_quote", "byline", "caption"})
"""Kinds of piece that are searched."""
MAX_CAPTION = 400
"""Characters of the longest caption."""
MIN_LINKED = 4
"""Words of the shortest link line in capitals; two of them have five letters or more, so that it is no row of acronyms."""
MAX_CAPITALS = 0.5
"""Share of capitals from which on the whole text is written so."""
MAX_SHOWN = 20_000
"""Characters of a text that show how it is written."""
_WORD = r"[‘’'“\"]?[A-Z0-9$][A-Z0-9'’.,&:;?!$%”\"-]*"
_CAPITALS = re.compile(rf"{_WORD}(?: {_WORD}){{3,40}}")
_SPACES = "\u00a0\u2007\u2009\u202f"
_CAPITAL, _LETTER = re.compile("[A-Z]"), re.compile("[A-Za-z]")
_ENDS = frozenset('.!?"”’)\n')
_LONG = re.compile(r"[A-Z]{5}")
_SENTENCE = re.compile(r"[a-z0-9)]{2}[.!?][\"”’)]{0,2}\s+(?=[A-Z“\"])")


class FurnitureReader:
    """Cuts page furniture out of paragraphs.

    Args:
        rules: The rows of patterns, the agencies, and the words that report what somebody says.
    """

    def __init__(self, rules: FurnitureFile) -> None:
        self._rules = rules
        self._patterns: dict[tuple[int, ...], re.Pattern[str]] = {}
        self._reporting = re.compile(rf"\b(?:{alternation(rules.reporting)})\b")

    def cut(self, text: str, pieces: Sequence[Piece]) -> list[Piece]:
        """Cut the pieces of a text; the new ones cover the same text."""
        for space in _SPACES:
            text = text.replace(space, " ")  # of the same length, so that offsets stay
        rows = self._rows_for(text, range(len(self._rules.furniture)))
        has_links = bool(_LONG.search(text)) and not _is_shouted(text)
        cut: list[Piece] = []
        for piece in pieces:
            spans: list[tuple[int, int, SectionKind]] = []
            if piece.kind in _CUT:
                own = self._rows_for(piece.text, rows)
                spans += self._find(text, piece, self._pattern(own)) if own else ()
                spans += self._find_links(text, piece) if has_links and _LONG.search(piece.text) else ()
            cut += _parts(text, piece, sorted(spans)) if spans else [piece]
        return cut

    def _rows_for(self, text: str, rows: Iterable[int]) -> tuple[int, ...]:
        """Return the rows that may match in a text."""
        furniture = self._rules.furniture
        return tuple(row for row in rows if any(part in text for part in furniture[row].needs))

    def _pattern(self, rows: tuple[int, ...]) -> re.Pattern[str]:
        """Return one pattern for some of the rows."""
        if rows not in self._patterns:
            found = ((row, self._rules.furniture[row]) for row in rows)
            parts = (f"(?P<{row.kind}{number}>{self._rules.pattern_of(row)})" for number, row in found)
            self._patterns[rows] = re.compile("|".join(parts))
        return self._patterns[rows]

    def _find(
        self, text: str, piece: Piece, pattern: re.Pattern[str]
    ) -> Iterator[tuple[int, int, SectionKind]]:
        """Find what is cut out of a piece: half-open offsets in the text, and the kind of each."""
        taken = piece.start
        for match in pattern.finditer(text, piece.start, piece.end):
            start, end = match.span()
            if (match.lastgroup or "").startswith("furniture"):
                yield start, end, "furniture"
            else:
                yield start, end, "credit"
                caption = self._start_of_caption(text, taken, start, whole=piece.end - end < 2)
                if caption is not None:
                    yield caption, start, "caption"
            taken = end

    def _start_of_caption(self, text: str, first: int, end: int, *, whole: bool) -> int | None:
        """Return where the caption before a photo credit begins; None if it is text that reports what somebody says.

        Args:
            first: Offset that it cannot begin before.
            end: Offset of the credit.
            whole: Whether the credit ends the paragraph; then the paragraph may be the caption.
        """
        start = first
        for match in _SENTENCE.finditer(text, max(first, end - 2 * MAX_CAPTION), max(first, end - 2)):
            start = match.end()
        if whole and end - first <= MAX_CAPTION:
            start = first
        told = text[start:end]
        if not told.strip() or len(told) > MAX_CAPTION or self._reporting.search(told):
            return None
        return start

    def _find_links(self, text: str, piece: Piece) -> Iterator[tuple[int, int, SectionKind]]:
        """Find the link lines in capitals of a piece: between sentences, or glued to one."""
        for match in _CAPITALS.finditer(text, piece.start, piece.end):
            start, end = match.span()
            tail = text[end - 1 : end + 1]
            if len(tail) == 2 and tail[0].isupper() and tail[1].islower():
                end -= 1  # `BRIT HUMEDefense Secretary`, or a sentence that begins after the line
            line = text[start:end].rstrip()
            before, after = text[piece.start : start].rstrip(" "), text[end : piece.end].lstrip()
            is_opening = not before or before[-1] in _ENDS
            is_closing = not after or not after[0].islower()
            if is_opening and is_closing and _is_link(line):
                yield start, start + len(line), "furniture"


def _is_link(line: str) -> bool:
    words = line.split()
    return len(words) >= MIN_LINKED and len(_LONG.findall(line)) >= 2


def _is_shouted(text: str) -> bool:
    """Return whether the whole text is written in capitals, so that they say nothing."""
    shown = text[:MAX_SHOWN]
    return len(_CAPITAL.findall(shown)) > MAX_CAPITALS * len(_LETTER.findall(shown))


def _parts(text: str, piece: Piece, spans: Sequence[tuple[int, int, SectionKind]]) -> Iterator[Piece]:
    """Cut a piece at the borders of spans; of two that overlap the second loses its beginning."""
    at = piece.start
    for start, end, kind in spans:
        start = max(start, at)
        if start >= end:
            continue
        yield from _part(text, piece, at, start, piece.kind)
        yield from _part(text, piece, start, end, kind)
        at = end
    yield from _part(text, piece, at, piece.end, piece.kind)


def _part(text: str, piece: Piece, start: int, end: int, kind: SectionKind | None) -> Iterator[Piece]:
    """Yield a part of a piece without white space around it, if any is left."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    if part:
        if kind in (None, "heading") and (start, start + len(part)) != (piece.start, piece.end):
            kind = "paragraph"
        yield Piece(start, start + len(part), part, kind, None, None, piece.author, piece.date)
