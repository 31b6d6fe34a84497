"""Pieces: the paragraphs of a text and what their wording or markers show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policy_news.text.document import SectionKind
from policy_news.text.emphasis import blank_marks
from policy_news.text.layout.lines import Line, ends_sentence, find_width, join_lines
from policy_news.text.layout.stamps import Stamp, StampReader
from policy_news.text.layout.vocabulary import MAX_LINE, LineLabel, Vocabulary

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
    """A span of the text that becomes one section.

    Attributes:
        kind: None until its surroundings decide.
        label: The label that its wording matches.
        stamp: The date line, if it is one.
    """

    start: int
    end: int
    text: str
    kind: SectionKind | None = None
    label: LineLabel | None = None
    stamp: Stamp | None = None
    author: str | None = None
    date: str | None = None

    def named(self, kind: SectionKind) -> Piece:
        """Return the piece with another kind. Faster than `replace`: a text of short lines needs millions of these."""
        return Piece(self.start, self.end, self.text, kind, self.label, self.stamp, self.author, self.date)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of a line say, independent of its place."""

    kind: SectionKind | None = None
    label: LineLabel | None = None
    stamp: Stamp | None = None
    author: str | None = None


_NOTHING = Wording()


def count_lines(lines: Sequence[Line]) -> Counter[str]:
    """Count how often each short line occurs in a text."""
    return Counter(line.text for line in lines if len(line.text) <= _MAX_REPEATED)


@dataclass(frozen=True)
class PieceFinder:
    """Finds the pieces of consecutive lines.

    Attributes:
        counts: How often each short line occurs in the text.
        masked: Whether asterisks stand for masked words in the lines.
    """

    vocabulary: Vocabulary
    stamps: StampReader
    counts: Mapping[str, int]
    masked: bool
    _wordings: dict[str, Wording] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find_pieces(self, lines: Sequence[Line]) -> list[Piece]:
        """Find the pieces of lines, in order; together they contain every line."""
        groups = list(_group(lines, self._marks(lines)))
        # Only plain text shows how the lines are wrapped: headings and labels are short anyway.
        width = find_width([group for mark, group in groups if mark is None])
        pieces: list[Piece] = []
        for mark, group in groups:
            if mark is not None and mark.kind != "list_item":
                pieces.append(_piece(group, mark))
                continue
            # The mark of a list item is for its first paragraph only; what follows without a marker is text.
            for part in join_lines(group, width):
                pieces.append(_piece(part, mark))
                mark = None
        return pieces

    def _marks(self, lines: Sequence[Line]) -> list[Piece | None]:
        """Return for each line what it is alone, or None; in a list, a weaker marker is enough."""
        marks: list[Piece | None] = []
        in_list = False
        for index, line in enumerate(lines):
            in_list = in_list and line.block == lines[index - 1].block
            mark = self._mark(lines, index, in_list=in_list)
            marks.append(mark)
            in_list = in_list or (mark is not None and mark.kind == "list_item")
        return marks

    def _mark(self, lines: Sequence[Line], index: int, *, in_list: bool) -> Piece | None:
        """Return what a line is alone, or None: a piece with its kind, label and stamp."""
        line = lines[index]
        if len(line.text) <= MAX_LINE:
            wording = self._wording(line.text)
            stamp = wording.stamp
            if wording.kind:
                return Piece(
                    line.start, line.end, line.text, wording.kind, wording.label, author=wording.author
                )
            if stamp and (stamp.dated or self._is_beside_stamp(lines, index)):
                kind: SectionKind | None = None  # a date without a label may also belong to a comment
                if stamp.label:
                    kind = "published"
                return Piece(line.start, line.end, line.text, kind, stamp=stamp)
        marker = self._marker(lines, index, in_list=in_list)
        if marker:
            return Piece(line.start, line.end, line.text, marker)
        return None

    def _wording(self, text: str) -> Wording:
        """Return what the words of a line say; cached for lines that occur again."""
        known = self._wordings.get(text)
        if known is None:
            known = self._read(text)
            if self.counts.get(text, 0) > 1:
                self._wordings[text] = known
        return known

    def _read(self, text: str) -> Wording:
        label = self.vocabulary.find_label(text, repeated=self.counts.get(text, 0) > 1)
        if label:
            kind: SectionKind = label.kind
            # The header of comments opens them only if `CommentReader` finds comments below it.
            if kind == "comment_header" or (kind == "caption" and self._is_repeated(text)):
                kind = "boilerplate"
            return Wording(kind, label, author=_label_author(label, text))
        if self._is_repeated(text):
            return Wording("boilerplate")
        stamp = self.stamps.parse(blank_marks(text).strip())
        if stamp:
            return Wording(stamp=stamp)
        return _NOTHING

    def _marker(self, lines: Sequence[Line], index: int, *, in_list: bool) -> SectionKind | None:
        text = lines[index].text
        if not _CONTENT.search(text) or _RULE.fullmatch(text) or (not self.masked and not text.strip("*")):
            return "boilerplate"
        if text[0] == ">":
            return "block_quote"
        if _HEADING.match(text) or _is_underlined(lines, index):
            return "heading"
        if self._is_item(lines, index, in_list=in_list):
            return "list_item"
        return None

    def _is_item(self, lines: Sequence[Line], index: int, *, in_list: bool) -> bool:
        text = lines[index].text
        if _BULLET.match(text):
            return True
        if not _ITEM.match(text):
            return False
        # `12. ` in the middle of a wrapped paragraph is the end of a sentence, unless another item follows.
        if index and not in_list:
            before = lines[index - 1]
            if before.block == lines[index].block and not _opens_list(before.text):
                return _is_first_of_list(lines, index)
        return not (self.masked and _STAR.match(text)) or _is_starred(lines, index)

    def _is_repeated(self, text: str) -> bool:
        """Return whether a line is a label that the page repeats, although its wording does not show it."""
        if self.counts.get(text, 0) < _REPEATS or "*" in text or len(text.split()) > _MAX_REPEATED_WORDS:
            return False
        return text[-1].isalnum() and not _ITEM.match(text) and text[0] not in ">#"

    def _is_beside_stamp(self, lines: Sequence[Line], index: int) -> bool:
        """Return whether the next line is a date, so that `Published` alone on a line is its label."""
        if index + 1 == len(lines):
            return False
        after = self.stamps.parse(lines[index + 1].text)
        return after is not None and after.dated


def _opens_list(text: str) -> bool:
    """Return whether a list may begin below a line of the same block."""
    return ends_sentence(text) or text[-1] in ":;"


def _is_first_of_list(lines: Sequence[Line], index: int) -> bool:
    """Return whether the next line continues a list that begins directly below a line of text."""
    return (
        index + 1 < len(lines)
        and bool(_ITEM.match(lines[index + 1].text))
        and lines[index + 1].text[0] == lines[index].text[0]
    )


def _is_starred(lines: Sequence[Line], index: int) -> bool:
    """Return whether `* word` is a list item in a masked text, where it may also be a masked word of one letter.

    A single line that continues in lower case and contains masks begins with a masked `A` (`* spokesperson *** ...`).
    """
    words = lines[index].text.split(None, 2)
    around = [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]
    if any(_STAR.match(line.text) for line in around):
        return True
    return "*" not in words[1] and not (words[1][:1].islower() and "*" in "".join(words[1:]))


def _is_underlined(lines: Sequence[Line], index: int) -> bool:
    """Return whether a line of `===` or `---` below a line makes it a heading."""
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
    """Group lines that belong together; yield each group with the mark of its first line."""
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
    """Return whether a line belongs to the group before it: plain lines to text and list items, quoted lines to each other."""
    if mark is None:
        return first is None or first.kind == "list_item"
    return mark.kind == "block_quote" and first is not None and first.kind == "block_quote"


def _piece(lines: Sequence[Line], mark: Piece | None) -> Piece:
    if mark is not None and len(lines) == 1:
        return mark
    start, end = lines[0].start, lines[-1].end
    text = "\n".join(line.text for line in lines)
    if mark is None:
        return Piece(start, end, text)
    return Piece(start, end, text, mark.kind, mark.label, mark.stamp, mark.author, mark.date)


def _label_author(label: LineLabel, text: str) -> str | None:
    match = label.regex.fullmatch(text)
    if match and "author" in label.regex.groupindex:
        return match["author"].strip()
    return None
