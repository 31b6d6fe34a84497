"""Finds the comments below an article: their header, authors, dates and paragraphs.

An author line is followed by a date line, has a date itself, or is a numbered pseudonym. Anything else is a paragraph of the
comment before it, or of a comment without an author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_news.text.document import SectionKind
from policy_news.text.layout.bylines import PeopleReader
from policy_news.text.layout.lines import Line, ends_sentence
from policy_news.text.layout.pieces import Piece, PieceFinder
from policy_news.text.layout.stamps import Stamp, StampReader

_LONG = 80
_ARTICLE = 3
"""Lines of text before a header that make up an article."""


@dataclass(frozen=True, slots=True)
class CommentOpening:
    """The lines that open a comment.

    Attributes:
        last: Index of its last line.
        pieces: The author, badge and date as pieces.
    """

    last: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class CommentReader:
    """Finds comments.

    Attributes:
        finder: Finds the pieces of the text of comments.
    """

    people: PeopleReader
    stamps: StampReader
    finder: PieceFinder

    def find_header(self, lines: Sequence[Line]) -> int | None:
        """Find the line that opens the comments.

        A count of comments above the article (`12 comments` beside the byline) is not a header. Before a header stands an
        article; in a short text, some text before it or a comment directly after it is enough, if no byline follows.

        Returns:
            Index of the line, or None.
        """
        texts = 0
        short: int | None = None
        for index, line in enumerate(lines):
            if self._is_header(line):
                if texts >= _ARTICLE:
                    return index
                has_context = texts or self._entry(lines, index + 1)
                if short is None and has_context and not self._is_above_article(lines, index):
                    short = index
            texts += texts < _ARTICLE and (len(line.text) > _LONG or ends_sentence(line.text))
        return short

    def find_pieces(self, lines: Sequence[Line]) -> list[Piece]:
        """Find the pieces of the comments, including the header, each with the author and date of its comment."""
        pieces: list[Piece] = []
        body: list[Line] = []
        opened: Piece | None = None
        at = 0
        while at < len(lines):
            entry = self._entry(lines, at)
            if entry is None and not self._is_header(lines[at]):
                body.append(lines[at])
                at += 1
                continue
            pieces += self._body(body, opened)
            body = []
            if entry:
                pieces += entry.pieces
                opened, at = entry.pieces[0], entry.last + 1
            else:
                pieces.append(Piece(lines[at].start, lines[at].end, lines[at].text, "comment_header"))
                opened, at = None, at + 1
        return pieces + list(self._body(body, opened))

    def _is_above_article(self, lines: Sequence[Line], index: int) -> bool:
        """Return whether the lines after a header are the head of an article."""
        for line in lines[index + 1 : index + 4]:
            stamp, split = self.stamps.parse(line.text), self.stamps.split(line.text)
            if stamp and stamp.label:
                return True
            before_date = line.text[: split[0]] if split else line.text
            if self.people.has_intro(before_date):
                return True
        return False

    def _is_header(self, line: Line) -> bool:
        return self.finder.vocabulary.is_header(line.text)

    def _body(self, lines: Sequence[Line], opened: Piece | None) -> Iterator[Piece]:
        author: str | None = None
        date: str | None = None
        if opened:
            author, date = opened.author, opened.date
        for piece in self.finder.find_pieces(lines):
            kind: SectionKind = "comment"
            if piece.kind in ("boilerplate", "caption", "credit", "furniture"):
                kind = piece.kind
            yield replace(piece, kind=kind, author=author, date=date)

    def _entry(self, lines: Sequence[Line], index: int) -> CommentOpening | None:
        """Read the lines from `index` on that open a comment; None if they do not."""
        if index >= len(lines) or self._is_noise(lines[index]):
            return None
        # From most to least certain: a date alone opens a comment only if it does not belong to an author above it.
        return (
            self._one_line(lines, index)
            or self._two_lines(lines, index)
            or self._with_badge(lines, index)
            or self._alone(lines, index)
        )

    def _is_noise(self, line: Line) -> bool:
        return self.finder.vocabulary.find_label(line.text) is not None

    def _one_line(self, lines: Sequence[Line], index: int) -> CommentOpening | None:
        """Read `Jane Roe, Sep 07, 2022`."""
        line = lines[index]
        split = self.stamps.split(line.text)
        if split is None or not self.people.is_author_part(line.text[: split[0]]):
            return None
        cut, stamp = split
        head, tail = line.text[:cut].rstrip(), line.text[cut:]
        author = self.people.author(head)
        pieces = (
            Piece(line.start, line.start + len(head), head, "comment_author", author=author, date=stamp.iso),
            Piece(
                line.start + cut, line.end, tail, "comment_date", stamp=stamp, author=author, date=stamp.iso
            ),
        )
        return CommentOpening(index, pieces)

    def _two_lines(self, lines: Sequence[Line], index: int) -> CommentOpening | None:
        """Read an author line and a date line directly below it, or after a blank line if the author is a name."""
        stamp = self._stamp(lines, index + 1)
        author = lines[index]
        if stamp is None or self._stamp(lines, index) or not self.people.is_author(author.text.rstrip(":")):
            return None
        together = author.block == lines[index + 1].block
        if not together and not self.people.is_author_part(author.text):
            return None
        return self._opened(lines, index, index + 1, stamp)

    def _with_badge(self, lines: Sequence[Line], index: int) -> CommentOpening | None:
        """Read an author, a line about the author, and a date, one below the other."""
        stamp = self._stamp(lines, index + 2)
        if stamp is None or len({line.block for line in lines[index : index + 3]}) > 1:
            return None
        # Three lines are a weak sign, so they must stand at the start of a block.
        opens = (
            index == 0 or lines[index - 1].block != lines[index].block or self._is_header(lines[index - 1])
        )
        fits = self.people.is_author_part(lines[index].text) and self.people.is_badge(lines[index + 1].text)
        if opens and fits:
            return self._opened(lines, index, index + 2, stamp)
        return None

    def _alone(self, lines: Sequence[Line], index: int) -> CommentOpening | None:
        """Read a date without an author, or a numbered pseudonym without a date."""
        line = lines[index]
        stamp = self._stamp(lines, index)
        if stamp:
            return CommentOpening(index, (_dated(line, stamp, None),))
        if self.people.is_pseudonym(line.text):
            named = Piece(line.start, line.end, line.text, "comment_author", author=line.text)
            return CommentOpening(index, (named,))
        return None

    def _opened(self, lines: Sequence[Line], first: int, last: int, stamp: Stamp) -> CommentOpening:
        name = self.people.author(lines[first].text)
        pieces = [
            Piece(line.start, line.end, line.text, "comment_author", author=name, date=stamp.iso)
            for line in lines[first:last]
        ]
        return CommentOpening(last, (*pieces, _dated(lines[last], stamp, name)))

    def _stamp(self, lines: Sequence[Line], index: int) -> Stamp | None:
        """Return the date line at an index, if there is one."""
        if index >= len(lines):
            return None
        stamp = self.stamps.parse(lines[index].text)
        if stamp and stamp.dated:
            return stamp
        return None


def _dated(line: Line, stamp: Stamp, author: str | None) -> Piece:
    return Piece(line.start, line.end, line.text, "comment_date", stamp=stamp, author=author, date=stamp.iso)
