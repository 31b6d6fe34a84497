"""From raw text to sections: the one entry to the layout."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.settings import MaskSettings
from pipeline.text.document import Section, Source
from pipeline.text.layout.comments import CommentReader
from pipeline.text.layout.datelines import DatelineReader
from pipeline.text.layout.front import find_front
from pipeline.text.layout.head import HeadReader
from pipeline.text.layout.lines import split_lines
from pipeline.text.layout.meta import MetaReader
from pipeline.text.layout.people import PeopleReader
from pipeline.text.layout.pieces import Piece, PieceFinder, count_lines
from pipeline.text.layout.shape import ShapeReader
from pipeline.text.layout.stamps import Moment, StampReader
from pipeline.text.layout.vocabulary import Vocabulary, default_vocabulary
from pipeline.text.masking import find_active

_YEARS = range(1500, 2200)
_FARTHEST_ZONE = dt.timedelta(hours=15)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """The sections of a text and what its head says.

    Attributes:
        sections: In reading order, without overlap; every character that is no white space lies in one.
        published: As written; aware where a zone is given, at midnight where no time is.
        notes: What of the record was passed over, or None.
    """

    sections: tuple[Section, ...]
    title: str | None = None
    published: dt.datetime | None = None
    author: str | None = None
    notes: str | None = None


def find_layout(
    source: Source,
    *,
    vocabulary: Vocabulary | None = None,
    day_first: bool = True,
    mask_characters: str = MaskSettings().characters,
) -> Layout:
    """The sections of a raw text.

    Title, date and author of the record win over those in the text.

    Args:
        source: The text and what its record says.
        vocabulary: The rule data, or those of this repository.
        day_first: `07/09/2022` is 7 September.
        mask_characters: What prints a masked word.
    """
    with _collection_paused():
        return _find_layout(
            source,
            _readers(vocabulary or default_vocabulary(), day_first),
            find_active(source.text, mask_characters),
        )


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Without the garbage collector, which takes half of the time where lines are many: none of what is made is in a cycle."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _find_layout(source: Source, readers: _Readers, masks: str) -> Layout:
    stamps = readers.stamps
    lines = split_lines(_starred(source.text, masks))
    finder = PieceFinder(readers.words, stamps, count_lines(lines), bool(masks))
    comments = CommentReader(readers.people, stamps, finder)
    front, lines = find_front(lines)
    header = comments.find_header(lines)
    title, author = source.title or front.title, source.author or front.author
    article = finder.find_pieces(lines[:header])
    pieces = [*front.pieces, *readers.head.name_pieces(article, title, author)]
    if header is not None:
        pieces += comments.find_pieces(lines[header:])
    given = source.published or front.published
    moment = _record_moment(given, stamps)
    return Layout(
        sections=tuple(_section(piece) for piece in pieces),
        title=title or _title(source.text, pieces),
        published=moment or _published(pieces),
        author=author
        or next((piece.author for piece in pieces if piece.kind == "byline" and piece.author), None),
        notes=_notes(source.text, given if moment is None else None, [] if moment else pieces),
    )


def _notes(text: str, unread: str | None, pieces: Sequence[Piece]) -> str | None:
    """What is to be said of the date: that of the record was not understood, or the one in the text names no year."""
    if unread:
        return f"publication date not understood: {unread[:_SHOWN]}"
    lines = [piece for piece in pieces if piece.kind == "published"]
    if any(piece.stamp and piece.stamp.when for piece in lines):
        return None
    undated = next(
        (line for piece in lines if any(map(str.isdigit, line := text[piece.start : piece.end]))), None
    )
    return f"no year in the date of publication: {' '.join(undated.split())[:_SHOWN]}" if undated else None


def _starred(text: str, masks: str) -> str:
    """The text with asterisks for all that masks words, the one sign that the readers know. All offsets stay."""
    for character in masks:
        text = text.replace(character, "*")
    return text


def _section(piece: Piece) -> Section:
    return Section(piece.kind or "paragraph", piece.start, piece.end, piece.author, piece.date)


def _title(text: str, pieces: Sequence[Piece]) -> str | None:
    title = next((text[piece.start : piece.end] for piece in pieces if piece.kind == "title"), None)
    return " ".join(title.lstrip("#").split()) if title else None


def _published(pieces: Sequence[Piece]) -> dt.datetime | None:
    """The date of the first date line that is not about a later change, else of the first one."""
    stamps = [
        piece.stamp for piece in pieces if piece.kind == "published" and piece.stamp and piece.stamp.when
    ]
    first = next((stamp for stamp in stamps if stamp.label != "updated"), None) or next(iter(stamps), None)
    return _plausible(_datetime(first.when)) if first and first.when else None


def _record_moment(text: str | None, stamps: StampReader) -> dt.datetime | None:
    """The date of a record: ISO text or any form of a date line."""
    if not text:
        return None
    try:
        return _plausible(dt.datetime.fromisoformat(text.strip()))
    except ValueError:
        stamp = stamps.parse(text.strip())
    return _plausible(_datetime(stamp.when)) if stamp and stamp.when else None


def _plausible(moment: dt.datetime) -> dt.datetime | None:
    """The date, unless no article can be of it: some programs write the year 1 or 9999 for an unknown one.

    Nor is any place a day ahead, or some seconds: such an offset is broken, and ISO text cannot hold it.
    """
    offset = moment.utcoffset() or dt.timedelta()
    is_possible = abs(offset) < _FARTHEST_ZONE and not offset % dt.timedelta(minutes=1)
    return moment if moment.year in _YEARS and is_possible else None


def _datetime(moment: Moment) -> dt.datetime:
    return moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())


@dataclass(frozen=True, slots=True)
class _Readers:
    """What is compiled from the rule data."""

    words: Vocabulary
    people: PeopleReader
    stamps: StampReader
    head: HeadReader


@lru_cache(maxsize=4)
def _readers(words: Vocabulary, day_first: bool) -> _Readers:
    people, stamps = PeopleReader(words.people), StampReader(words.stamps, day_first=day_first)
    datelines = DatelineReader(words.datelines, words.stamps, words.people.places, stamps)
    head = HeadReader(people, MetaReader(people, stamps), datelines, ShapeReader(words.people, datelines))
    return _Readers(words, people, stamps, head)
