"""Finds the title, bylines and date lines above an article, and the headings between its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from policy_news.rules.word_lists import is_given_somewhere, is_ordinary
from policy_news.text.document import SectionKind
from policy_news.text.emphasis import blank_marks
from policy_news.text.layout.bylines import PeopleReader, strip_separators
from policy_news.text.layout.datelines import Dateline, DatelineReader
from policy_news.text.layout.lines import ends_sentence
from policy_news.text.layout.meta import LinePart, MetaReader
from policy_news.text.layout.pieces import Piece
from policy_news.text.layout.shape import ShapeReader, has_same_words
from policy_news.text.layout.vocabulary import LineLabel

_HEAD_PARAGRAPHS = 3
_HEAD_PIECES = 40
_MAX_NAMED = 160
"""Characters of the longest line that may be a name or a job."""
_MAX_PLACED = 80
"""Characters of what follows a name with a place from which on it is text."""
_META = frozenset({"boilerplate", "byline", "caption", "credit", "dateline", "furniture", "published"})
_ABOVE = _META | {"title"}


@dataclass(frozen=True)
class HeadReader:
    """Classifies the pieces whose kind depends on their place."""

    people: PeopleReader
    meta: MetaReader
    datelines: DatelineReader
    shape: ShapeReader

    def name_pieces(self, pieces: Sequence[Piece], title: str | None, author: str | None) -> list[Piece]:
        """Give every piece its kind.

        Args:
            title: Title that the record gives, if any.
            author: Author that the record gives, if any.

        Returns:
            Pieces that cover the same text; a line may have become several pieces.
        """
        # Each step sees what the ones before it have taken: a caption must not become the title, bylines are
        # looked for
        # around the title, a dateline opens the first paragraph after them, and headings are what is left.
        named = _open_captions(pieces)
        named = self._name_title(named, title)
        named = self._name_meta(named, author)
        named = self._name_dateline(named)
        return self._name_rest(named)

    def _name_title(self, pieces: list[Piece], title: str | None) -> list[Piece]:
        index = self._find_given(pieces, title) if title else self._find_first(pieces)
        if index is not None:
            pieces[index] = replace(pieces[index], kind="title")
        return pieces

    def _find_given(self, pieces: Sequence[Piece], title: str) -> int | None:
        """Find the piece that repeats the title of the record."""
        for index, piece in enumerate(pieces[:_HEAD_PIECES]):
            is_short = len(piece.text) <= len(title) + 200  # a long paragraph cannot be the title
            if piece.kind in (None, "heading") and is_short and has_same_words(piece.text, title):
                return index
        return None

    def _find_first(self, pieces: Sequence[Piece]) -> int | None:
        """Find the first piece that is not a label, if it has the shape of a title."""
        for index, piece in enumerate(pieces[:_HEAD_PIECES]):
            if piece.kind == "heading":
                return index
            if piece.kind in _META or piece.stamp or self._is_meta(pieces, index):
                continue
            # Only the first one: a line further down that looks like a title is a heading.
            headed = self._is_headed(pieces, index)
            if piece.kind is None and self.shape.is_title(piece.text, headed=headed):
                return index
            return None
        return None

    def _is_headed(self, pieces: Sequence[Piece], index: int) -> bool:
        """Return whether a byline, a date line or a paragraph with a dateline follows."""
        if index + 1 >= len(pieces):
            return False
        after = pieces[index + 1]
        return (
            after.kind == "published"
            or self._is_meta(pieces, index + 1)
            or self.datelines.parse(after.text) is not None
        )

    def _is_meta(self, pieces: Sequence[Piece], index: int) -> bool:
        return pieces[index].kind is None and self._meta(pieces, index, None)[0].kind is not None

    def _name_meta(self, pieces: list[Piece], author: str | None) -> list[Piece]:
        """Name bylines and date lines at the head, and split those that share a line."""
        named: list[Piece] = []
        paragraphs = 0
        for index, piece in enumerate(pieces):
            if index >= _HEAD_PIECES or paragraphs > _HEAD_PARAGRAPHS:
                return named + pieces[index:]
            found = self._meta(pieces, index, author) if piece.kind is None else [piece]
            named += found
            # Bylines are above the text: after some paragraphs, a name alone is not one.
            paragraphs += found[0].kind is None and not self.shape.is_heading(piece.text)
        return named

    def _meta(self, pieces: Sequence[Piece], index: int, author: str | None) -> list[Piece]:
        """Return a piece of unknown kind as byline, date line or both; the piece itself if it is neither."""
        piece = pieces[index]
        if piece.stamp:
            return [replace(piece, kind="published")]
        parts = self.meta.read(piece.text, opening=index == 0)
        if parts:
            return _cut(piece, parts)
        if len(piece.text) > _MAX_NAMED or "\n" in piece.text:
            return [piece]
        name = _plain(piece)
        if self._is_bare_name(pieces, index) or (author and strip_separators(name) == author):
            return [replace(piece, kind="byline", author=name)]
        if self._is_job_line(pieces, index):
            return [replace(piece, kind="byline")]
        if self._is_above_text(pieces, index) and (author := self.people.find_placed(name)):
            return [replace(piece, kind="byline", author=author)]
        return [piece]

    def _is_above_text(self, pieces: Sequence[Piece], index: int) -> bool:
        """Return whether a piece stands between the title and the text."""
        if not 0 < index < len(pieces) - 1 or any(
            p.kind not in _ABOVE and not p.stamp for p in pieces[:index]
        ):
            return False
        after = pieces[index + 1]
        return after.stamp is not None or len(after.text) > _MAX_PLACED

    def _is_bare_name(self, pieces: Sequence[Piece], index: int) -> bool:
        """Return whether a name stands directly above a date line or a line with the author's job, or below a date."""
        if index == 0 or not self.people.is_person(_plain(pieces[index])) or index + 1 >= len(pieces):
            return False
        after = pieces[index + 1]
        is_dated = after.stamp is not None or any(part.stamp for part in self.meta.read(after.text))
        if is_dated or (after.kind is None and self._is_job(_plain(after))):
            return True
        given = _plain(pieces[index]).split()[0]
        is_below = pieces[index - 1].stamp is not None and self._is_above_text(pieces, index)
        return is_below and is_given_somewhere(given) and not is_ordinary(given)

    def _is_job_line(self, pieces: Sequence[Piece], index: int) -> bool:
        if index == 0 or not self._is_job(_plain(pieces[index])):
            return False
        before = _plain(pieces[index - 1])
        return self.people.is_name(before) or self.people.parse_byline(before) is not None

    def _is_job(self, text: str) -> bool:
        return len(text) <= 80 and self.people.is_job(text)

    def _name_dateline(self, pieces: list[Piece]) -> list[Piece]:
        """Cut the dateline off the paragraph that it opens, one of the first."""
        paragraphs = 0
        for index, piece in enumerate(pieces[:_HEAD_PIECES]):
            if piece.kind is not None or paragraphs == _HEAD_PARAGRAPHS:
                continue
            heading = self.shape.is_heading(piece.text)
            dateline = self.datelines.parse(blank_marks(piece.text.partition("\n")[0]))
            if dateline and not (dateline.weak and heading):
                return [*pieces[:index], *_cut_dateline(piece, dateline), *pieces[index + 1 :]]
            paragraphs += not heading
        return pieces

    def _name_rest(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Distinguish headings from paragraphs: a heading is short, and text follows it."""
        shaped = [piece.kind is None and self.shape.is_heading(piece.text) for piece in pieces]
        named: list[Piece] = []
        for index, piece in enumerate(pieces):
            if piece.kind is None:
                kind: SectionKind = "paragraph"
                if shaped[index] and _heads_text(pieces, shaped, index):
                    kind = "heading"
                piece = piece.named(kind)
            named.append(piece)
        return named


def _plain(piece: Piece) -> str:
    """Return the text of a piece without the marks of emphasis around it."""
    if len(piece.text) <= _MAX_NAMED:
        return blank_marks(piece.text).strip()
    return piece.text


def _cut(piece: Piece, parts: Sequence[LinePart]) -> list[Piece]:
    """Split a piece of one line into its parts."""
    ends = [*(part.start for part in parts[1:]), len(piece.text)]
    cut = []
    for part, end in zip(parts, ends, strict=True):
        text = piece.text[part.start : end].rstrip()
        start = piece.start + part.start
        cut.append(
            replace(
                piece,
                start=start,
                end=start + len(text),
                text=text,
                kind=part.kind,
                author=part.author,
                stamp=part.stamp,
            )
        )
    return cut


def _cut_dateline(piece: Piece, dateline: Dateline) -> list[Piece]:
    """Split a paragraph into its dateline and the rest; leave it as it is if the dateline takes its whole first line."""
    if dateline.stamp:
        kind: SectionKind = "published"
    else:
        kind = "dateline"
    head = replace(
        piece,
        end=piece.start + dateline.end,
        text=piece.text[: dateline.end],
        kind=kind,
        stamp=dateline.stamp,
    )
    text = piece.text[dateline.end :].lstrip()
    if not text:
        return [head]
    if "\n" in piece.text[: len(piece.text) - len(text)]:
        return [piece]
    return [
        head,
        replace(piece, start=piece.start + len(piece.text) - len(text), text=text, kind="paragraph"),
    ]


def _open_captions(pieces: Sequence[Piece]) -> list[Piece]:
    """Make the piece after a lone `Image caption` a caption, and a headline after a lone `Read next` furniture."""
    opened: list[Piece] = []
    for piece in pieces:
        before: LineLabel | None = opened[-1].label if opened else None
        short = piece.kind is None and not piece.stamp and len(piece.text) <= 400
        if (
            before
            and short
            and (before.opens == "caption" or (before.opens and not _is_sentence(piece.text)))
        ):
            piece = replace(piece, kind=before.opens)
        opened.append(piece)
    return opened


def _is_sentence(text: str) -> bool:
    """Return whether a text ends as sentences do that are no headlines."""
    return text[-1:] != "?" and ends_sentence(text)


def _heads_text(pieces: Sequence[Piece], shaped: Sequence[bool], index: int) -> bool:
    """Return whether text follows a short piece, with at most one other short piece before or between them.

    Three short pieces in a row are a list of links, not headings.
    """
    short_before = 0
    while short_before < 2 and index > short_before and shaped[index - short_before - 1]:
        short_before += 1
    short_after = 0
    at = index + 1
    while at < len(pieces) and (pieces[at].kind in _META or (short_after < 2 and shaped[at])):
        short_after += shaped[at]
        at += 1
    if at >= len(pieces) or shaped[at]:
        return False
    return short_after == 0 or short_before + short_after < 2
