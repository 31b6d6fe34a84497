"""Offsets between a derived text and the raw text it was made from. Pure; every edit is recorded when it is made."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class AlignedSpan:
    """A span of the derived text and the span of raw text that it stands for.

    A `kept` piece is a copy: both sides have the same characters. Any other piece is an edit: a placeholder for
    masked text (`gap`), the same character in another form (`same`), or an insertion or deletion that hides nothing.
    """

    start: int
    raw_start: int
    length: int
    raw_length: int
    kept: bool = False
    gap: bool = False
    same: bool = False

    def begins(self, offset: int) -> bool:
        """Return whether a span may begin here: inside a copy, or at the start of another form."""
        return self.kept or (self.same and offset == self.start)

    def ends(self, offset: int) -> bool:
        """Return whether a span may end here: inside a copy, or at the end of another form."""
        return self.kept or (self.same and offset == self.start + self.length)


@dataclass(frozen=True)
class Alignment:
    """Maps half-open spans of a derived text to spans of the raw text.

    Attributes:
        pieces: In order, covering both texts without holes.
    """

    pieces: tuple[AlignedSpan, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def to_raw(self, start: int, end: int) -> tuple[int, int] | None:
        """Map the derived span `[start, end)` to the raw text.

        Returns:
            The raw offsets, or None if the span is empty, touches a gap, or has an edge inside an edit.
        """
        if not 0 <= start < end:
            return None
        first = self._index(start)
        if first < 0:
            return None
        head = self.pieces[first]
        if head.kept and end <= head.start + head.length:  # most spans lie in one copy
            return head.raw_start + start - head.start, head.raw_start + end - head.start
        # By its last character: the offset after it may belong to the next piece.
        last = self._index(end - 1)
        if last < 0 or any(piece.gap for piece in self.pieces[first : last + 1]):
            return None
        tail = self.pieces[last]
        if not (head.begins(start) and tail.ends(end)):
            return None
        raw_end = tail.raw_start + end - tail.start if tail.kept else tail.raw_start + tail.raw_length
        return head.raw_start + start - head.start, raw_end

    def from_raw(self, offset: int) -> int:
        """Map a raw offset to the derived text; inside an edit, to the end of the edit."""
        index = bisect_right(self.pieces, offset, key=attrgetter("raw_start")) - 1
        if index < 0:
            return 0
        piece = self.pieces[index]
        inside = offset - piece.raw_start
        if piece.kept:
            return piece.start + min(inside, piece.length)
        if inside:
            return piece.start + piece.length
        return piece.start

    def gaps(self) -> list[tuple[int, int]]:
        """Return the derived spans of the placeholders."""
        return [(piece.start, piece.start + piece.length) for piece in self.pieces if piece.gap]

    def raw_gaps(self) -> list[tuple[int, int]]:
        """Return the raw spans that are masked."""
        return [(piece.raw_start, piece.raw_start + piece.raw_length) for piece in self.pieces if piece.gap]

    def _index(self, offset: int) -> int:
        index = bisect_right(self._starts, offset) - 1
        # A zero-length piece (text left out) shares its start with the piece after it, which bisect finds.
        if index < 0 or offset >= self.pieces[index].start + self.pieces[index].length:
            return -1
        return index


class Builder:
    """Collects the pieces of an `Alignment` together with the derived text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[AlignedSpan] = []
        self._at = 0
        self._raw_at = 0

    def keep(self, text: str) -> None:
        """Copy the next raw characters."""
        if text:
            self._add(text, len(text), kept=True)

    def edit(self, raw_length: int, replacement: str, *, gap: bool = False, same: bool = False) -> None:
        """Replace the next raw characters.

        Args:
            raw_length: Number of raw characters; 0 for an insertion.
            replacement: Characters of the derived text; empty for a deletion.
            gap: Whether the replacement stands for masked text.
            same: Whether it is the same character in another form.
        """
        self._add(replacement, raw_length, kept=False, gap=gap, same=same)

    def build(self) -> tuple[str, Alignment]:
        """Return the derived text and its alignment."""
        return "".join(self._parts), Alignment(tuple(self._pieces))

    def _add(self, text: str, raw_length: int, *, kept: bool, gap: bool = False, same: bool = False) -> None:
        self._pieces.append(AlignedSpan(self._at, self._raw_at, len(text), raw_length, kept, gap, same))
        self._parts.append(text)
        self._at += len(text)
        self._raw_at += raw_length
