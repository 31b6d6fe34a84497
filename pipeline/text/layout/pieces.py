"""Pieces: the paragraphs of a text and what their wording or markers tell about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.text.document import SectionKind
from pipeline.text.emphasis import blank_marks
from pipeline.text.layout.lines import Line, ends_sentence, find_wrap, join_lines
from pipeline.text.layout.stamps import Stamp, StampReader
from pipeline.text.layout.vocabulary import MAX_LINE, Label, Vocabulary

_HEADING = re.compile(r"#{1,6}\s+\S")
_UNDERLINE = re.compile(r"=+|-{3,}")
_BULLET = re.compile(r"[•◦‣▪●○■·]\s*(?=\S)")
_ITEM = re.compile(r"(?:[-–+*]|\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,5}\))\s+(?=\S)")
_STAR = re.compile(r"\*\s+(?=\S)")
_RULE = re.compile(r"(?:\*\s+){2,}\*")
_CONTENT = re.compile(r"[^\W_]|\*")
_REPEATS = 3
_MAX_REPEATED = 60
_MAX_REPEATED_WORDS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that becomes one section.

    Attributes:
        kind: None while nothing but its surroundings can tell.
        label: The label that it is by its wording.
        stamp: The date line that it is.
    """

    start: int
    end: int
    text: str
    kind: SectionKind | None = None
    label: Label | None = None
    stamp: Stamp | None = None
    author: str | None = None
    date: str | None = None

    def named(self, kind: SectionKind) -> Piece:
        """The piece with another kind; quicker than `replace`, of which a text of short lines needs millions."""
        return Piece(self.start, self.end, self.text, kind, self.label, self.stamp, self.author, self.date)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a line tell, wherever it stands."""

    kind: SectionKind | None = None
    label: Label | None = None
    stamp: Stamp | None = None
    author: str | None = None


_NOTHING = Wording()


def count_lines(lines: Sequence[Line]) -> Counter[str]:
    """How often each short line stands in a text."""
    return Counter(line.text for line in lines if len(line.text) <= _MAX_REPEATED)


@dataclass(frozen=True)
class PieceFinder:
    """Finds the pieces of a stretch of lines.

    Attributes:
        counts: How often each short line stands in the text.
        masked: Whether asterisks stand for masked words in the lines.
    """

    vocabulary: Vocabulary
    stamps: StampReader
    counts: Mapping[str, int]
    masked: bool
    _wordings: dict[str, Wording] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find_pieces(self, lines: Sequence[Line]) -> list[Piece]:
        """The pieces of lines, in order; together they hold every line."""
        marks: list[Piece | None] = []
        in_list = False
        for index, line in enumerate(lines):
            in_list = in_list and line.block == lines[index - 1].block
            marks.append(self._mark(lines, index, in_list=in_list))
            in_list = in_list or (marks[-1] is not None and marks[-1].kind == "list_item")
        groups = list(_group(lines, marks))
        wrap = find_wrap([group for mark, group in groups if mark is None])
        pieces: list[Piece] = []
        for mark, group in groups:
            if mark is None or mark.kind == "list_item":
                joined = join_lines(group, wrap)
                pieces += [_piece(part, mark if number == 0 else None) for number, part in enumerate(joined)]
            else:
                pieces.append(_piece(group, mark))
        return pieces

    def _mark(self, lines: Sequence[Line], index: int, *, in_list: bool) -> Piece | None:
        """What a line is by itself, or None: a piece that lends its kind, label and stamp."""
        line = lines[index]
        if len(line.text) <= MAX_LINE:
            wording = self._wording(line.text)
            stamp = wording.stamp
            if wording.kind:
                return Piece(
                    line.start, line.end, line.text, wording.kind, wording.label, author=wording.author
                )
            if stamp and (stamp.dated or self._beside_stamp(lines, index)):
                return Piece(
                    line.start, line.end, line.text, "published" if stamp.label else None, stamp=stamp
                )
        marker = self._marker(lines, index, in_list=in_list)
        return Piece(line.start, line.end, line.text, marker) if marker else None

    def _wording(self, text: str) -> Wording:
        """What the words of a line tell; kept for a line that stands in the text again."""
        known = self._wordings.get(text)
        if known is None:
            known = self._read(text)
            if self.counts.get(text, 0) > 1:
                self._wordings[text] = known
        return known

    def _read(self, text: str) -> Wording:
        label = self.vocabulary.find_label(text, repeated=self.counts.get(text, 0) > 1)
        if label:
            repeated = label.kind == "caption" and self._is_repeated(text)
            kind = "boilerplate" if label.kind == "comment_header" or repeated else label.kind
            return Wording(kind, label, author=_label_author(label, text))
        if self._is_repeated(text):
            return Wording("boilerplate")
        stamp = self.stamps.parse(blank_marks(text).strip())
        return Wording(stamp=stamp) if stamp else _NOTHING

    def _marker(self, lines: Sequence[Line], index: int, *, in_list: bool) -> SectionKind | None:
        text = lines[index].text
        if not _CONTENT.search(text) or _RULE.fullmatch(text) or (not self.masked and not text.strip("*")):
            return "boilerplate"
        if text[0] == ">":
            return "block_quote"
        if _HEADING.match(text) or _is_underlined(lines, index):
            return "heading"
        return "list_item" if self._is_item(lines, index, in_list=in_list) else None

    def _is_item(self, lines: Sequence[Line], index: int, *, in_list: bool) -> bool:
        text = lines[index].text
        if _BULLET.match(text):
            return True
        if not _ITEM.match(text):
            return False
        before = lines[index - 1] if index else None
        if before and before.block == lines[index].block and not in_list and not _opens_list(before.text):
            return _is_first_of_list(lines, index)
        return not (self.masked and _STAR.match(text)) or _is_starred(lines, index)

    def _is_repeated(self, text: str) -> bool:
        """Whether a line is a label that the page repeats, without a word that says so."""
        if self.counts.get(text, 0) < _REPEATS or "*" in text or len(text.split()) > _MAX_REPEATED_WORDS:
            return False
        return text[-1].isalnum() and not _ITEM.match(text) and text[0] not in ">#"

    def _beside_stamp(self, lines: Sequence[Line], index: int) -> bool:
        """Whether the next line is a date, so that `Published` alone on a line is its label."""
        after = self.stamps.parse(lines[index + 1].text) if index + 1 < len(lines) else None
        return bool(after and after.dated)


def _opens_list(text: str) -> bool:
    """Whether a list may begin below a line of the same block."""
    return ends_sentence(text) or text[-1] in ":;"


def _is_first_of_list(lines: Sequence[Line], index: int) -> bool:
    """Whether the next line goes on with a list that begins right below a line of text."""
    return (
        index + 1 < len(lines)
        and bool(_ITEM.match(lines[index + 1].text))
        and lines[index + 1].text[0] == lines[index].text[0]
    )


def _is_starred(lines: Sequence[Line], index: int) -> bool:
    """Whether `* word` is a list item in a masked text, where it may also be a masked word of one letter.

    A line by itself that goes on in lower case and holds masks begins with a masked `A` (`* spokesperson *** ...`).
    """
    words = lines[index].text.split(None, 2)
    around = [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]
    if any(_STAR.match(line.text) for line in around):
        return True
    return "*" not in words[1] and not (words[1][:1].islower() and "*" in "".join(words[1:]))


def _is_underlined(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a heading by the line of `===` or `---` under it."""
    line, after = lines[index], lines[index + 1 : index + 2]
    first = index == 0 or lines[index - 1].block != line.block
    return bool(
        first
        and after
        and after[0].block == line.block
        and _UNDERLINE.fullmatch(after[0].text)
        and len(line.text) <= 160
    )


def _group(lines: Sequence[Line], marks: Sequence[Piece | None]) -> Iterator[tuple[Piece | None, list[Line]]]:
    """Runs of lines that belong together, with the mark of their first line."""
    group: list[Line] = []
    first: Piece | None = None
    for line, mark in zip(lines, marks, strict=True):
        if group and line.block == group[-1].block and _goes_on(first, mark):
            group.append(line)
            continue
        if group:
            yield first, group
        group, first = [line], mark
    if group:
        yield first, group


def _goes_on(first: Piece | None, mark: Piece | None) -> bool:
    if mark is None:
        return first is None or first.kind == "list_item"
    return mark.kind == "block_quote" and first is not None and first.kind == "block_quote"


def _piece(lines: Sequence[Line], mark: Piece | None) -> Piece:
    if mark is not None and len(lines) == 1:
        return mark
    start, end = lines[0].start, lines[-1].end
    text = lines[0].text if len(lines) == 1 else "\n".join(line.text for line in lines)
    if mark is None:
        return Piece(start, end, text)
    return Piece(start, end, text, mark.kind, mark.label, mark.stamp, mark.author, mark.date)


def _label_author(label: Label, text: str) -> str | None:
    match = label.regex.fullmatch(text)
    return match["author"].strip() if match and "author" in label.regex.groupindex else None
