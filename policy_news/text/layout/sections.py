"""From raw text to sections: the entry point of the layout."""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from policy_news.core.settings import MaskSettings
from policy_news.text.document import FOREIGN, FURNITURE, INFERRED, LINKS, MASKED, STUB, Section, Source
from policy_news.text.layout.bylines import PeopleReader
from policy_news.text.layout.comments import CommentReader
from policy_news.text.layout.datelines import DatelineReader
from policy_news.text.layout.front import find_front
from policy_news.text.layout.furniture import FurnitureReader
from policy_news.text.layout.head import HeadReader
from policy_news.text.layout.languages import LanguageReader
from policy_news.text.layout.lines import ends_sentence, split_lines
from policy_news.text.layout.meta import MetaReader
from policy_news.text.layout.pieces import Piece, PieceFinder, count_lines
from policy_news.text.layout.shape import ShapeReader
from policy_news.text.layout.stamps import Moment, StampReader
from policy_news.text.layout.vocabulary import Vocabulary, default_vocabulary
from policy_news.text.masking import find_active

_YEARS = range(1500, 2200)
_FARTHEST_ZONE = dt.timedelta(hours=15)
_SHOWN = 60
_HEAD = 120
"""Characters of the first paragraph in which a full date is that of the article: further down it is that of an event or a picture."""
_LEAST = 200
"""Characters of the shortest text in which such a date counts."""
_FOOT = 40
"""Characters of the longest last line that is read as a date."""
_YEAR = re.compile(r"(?<!\w)(?:19|20)\d\d(?!\w)")
_BOUND = re.compile(r"\b(?:since|until|till|before|after|by|from|ended|to)\s$", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:subscri(?:be|bers?|ption)|sign in|log in|register|members? only)\b", re.IGNORECASE)
_STUB = 80
"""Words below which a text beside a line that asks for a subscription is only the beginning of an article."""
_DATED = frozenset({"published", "comment_date"})
_READ = frozenset({"paragraph", "list_item", "block_quote", "comment", "heading"})
_PROSE = frozenset({"paragraph", "list_item", "block_quote", "comment"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The sections of a text and what its head says.

    Attributes:
        sections: In reading order, without overlap; together they contain every character except white space.
        published: As written; aware if a time zone is given, at midnight if a time is not.
        notes: What of the record was ignored, or None.
        language: ISO 639-1 code of the text.
    """

    sections: tuple[Section, ...]
    title: str | None = None
    published: dt.datetime | None = None
    author: str | None = None
    notes: str | None = None
    language: str = "en"


def find_layout(
    source: Source,
    *,
    day_first: bool = True,
    mask_characters: str = MaskSettings().characters,
    language: str | None = None,
) -> Layout:
    """Find the sections of a raw text.

    Title, date and author of the record win over those in the text.

    Args:
        source: The text and what its record says.
        day_first: Whether `07/09/2022` is 7 September.
        mask_characters: Characters that may print a masked word.
        language: ISO 639-1 code of the text, where it is known; None to tell it from the words.
    """
    readers = _readers(default_vocabulary(), day_first)
    with _collection_paused():
        return _find_layout(source, readers, find_active(source.text, mask_characters), language)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Pause the garbage collector: it takes half of the time for texts of many lines, and the objects here form no cycles."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _find_layout(source: Source, readers: _Readers, masks: str, language: str | None) -> Layout:
    stamps = readers.stamps
    lines = split_lines(_starred(source.text, masks))
    finder = PieceFinder(readers.words, stamps, count_lines(lines), bool(masks))
    comments = CommentReader(readers.people, stamps, finder)
    front, lines = find_front(lines)
    header = comments.find_header(lines)
    title, author = source.title or front.title, source.author or front.author
    article = finder.find_pieces(lines[:header])
    # The head is named before comments are added: a comment may look like a title or byline.
    pieces = [*front.pieces, *readers.head.name_pieces(article, title, author)]
    if header is not None:
        pieces += comments.find_pieces(lines[header:])
    pieces = readers.furniture.cut(source.text, pieces)
    given = source.published or front.published
    moment = _record_moment(given, stamps)
    notes = [_note_content(source.text, pieces, masks)]
    published = moment or _published(pieces)
    if moment is None and given:
        notes.append(f"publication date not understood: {given[:_SHOWN]}")
    elif published is None:
        notes.append(_note_undated(source.text, pieces))
        published = _infer_published(source.text, pieces, stamps)
        if published:
            notes.append(f"{INFERRED}: {published.date()}")
    foreign, sections = None, pieces
    if language != "en":
        foreign = language or readers.languages.find_foreign(_prose_of(source.text, pieces))
        sections = [*_without_foreign(source.text, pieces, readers.languages, whole=bool(foreign))]
    notes += [f"{FOREIGN}: {foreign}"] if foreign else []
    return Layout(
        sections=tuple(map(_section, sections)),
        title=title or _title(source.text, pieces),
        published=published,
        author=author or _author(pieces),
        notes="; ".join(filter(None, notes)) or None,
        language=foreign or "en",
    )


def _prose_of(text: str, pieces: Sequence[Piece]) -> str:
    return " ".join(text[piece.start : piece.end] for piece in pieces if piece.kind in _PROSE)


def _without_foreign(
    text: str, pieces: Sequence[Piece], languages: LanguageReader, *, whole: bool
) -> Iterator[Piece]:
    """Yield the pieces; those in another language are not text that the English model can read."""
    for piece in pieces:
        prose = piece.kind in _READ and languages.find_foreign(text[piece.start : piece.end])
        yield piece.named("boilerplate") if prose or (whole and piece.kind not in _DATED) else piece


def _author(pieces: Sequence[Piece]) -> str | None:
    for piece in pieces:
        if piece.kind == "byline" and piece.author:
            return piece.author
    return None


def _note_undated(text: str, pieces: Sequence[Piece]) -> str | None:
    """Report a date line without a year, if no other has one."""
    lines = [piece for piece in pieces if piece.kind == "published"]
    if any(piece.stamp and piece.stamp.when for piece in lines):
        return None
    for piece in lines:
        line = text[piece.start : piece.end]
        if any(map(str.isdigit, line)):
            return f"no year in the date of publication: {' '.join(line.split())[:_SHOWN]}"
    return None


def _note_content(text: str, pieces: Sequence[Piece], masks: str) -> str | None:
    """Report a page without text of its own: all masked, only links, or the beginning of an article."""
    prose = _prose_of(text, pieces)
    words = prose.split()
    if masks and words and not any(map(str.isalpha, prose)):
        return MASKED
    others = [
        text[piece.start : piece.end]
        for piece in pieces
        if piece.kind in FURNITURE or piece.kind == "boilerplate"
    ]
    has_links = any(map(str.isalpha, "".join(others)))  # signs alone are no page of links
    if has_links and not any(ends_sentence(piece.text) for piece in pieces if piece.kind in _PROSE):
        return LINKS
    if len(words) < _STUB and any(map(_ASKS.search, others)):
        return STUB
    return None


def _infer_published(text: str, pieces: Sequence[Piece], stamps: StampReader) -> dt.datetime | None:
    """Return the full date at the head of the first paragraph or in a short last line, if no later one is named."""
    prose = [piece for piece in pieces if piece.kind in _PROSE]
    if sum(piece.end - piece.start for piece in prose) < _LEAST:
        return None
    head, foot = prose[0], pieces[-1]
    days = stamps.find_days(text[head.start : head.start + _HEAD])
    start = head.start
    found = [day for at, day in days if not _BOUND.search(text, max(0, start + at - 10), start + at)]
    if foot.end - foot.start <= _FOOT:
        found += [day for _, day in stamps.find_days(text[foot.start : foot.end])]
    if len(set(found)) != 1 or any(int(year) > found[0].year for year in _YEAR.findall(text)):
        return None
    if any(day > found[0] for _, day in stamps.find_days(text)):
        return None
    return _plausible(_datetime(found[0]))


def _starred(text: str, masks: str) -> str:
    """Write all mask characters as asterisks, the only ones that the readers know. Offsets stay."""
    for character in masks:
        text = text.replace(character, "*")
    return text


def _section(piece: Piece) -> Section:
    return Section(piece.kind or "paragraph", piece.start, piece.end, piece.author, piece.date)


def _title(text: str, pieces: Sequence[Piece]) -> str | None:
    for piece in pieces:
        if piece.kind == "title":
            title = text[piece.start : piece.end]
            return " ".join(title.lstrip("#").split())
    return None


def _published(pieces: Sequence[Piece]) -> dt.datetime | None:
    """Return the date of the first date line that is not labelled as an update, else of the first one."""
    updated: Moment | None = None
    for piece in pieces:
        if piece.kind != "published" or piece.stamp is None or piece.stamp.when is None:
            continue
        if piece.stamp.label != "updated":
            return _plausible(_datetime(piece.stamp.when))
        updated = updated or piece.stamp.when
    if updated is None:
        return None
    return _plausible(_datetime(updated))


def _record_moment(text: str | None, stamps: StampReader) -> dt.datetime | None:
    """Read the date of a record: ISO text, or any form of a date line."""
    if not text:
        return None
    try:
        return _plausible(dt.datetime.fromisoformat(text.strip()))
    except ValueError:
        stamp = stamps.parse(text.strip())
    if stamp and stamp.when:
        return _plausible(_datetime(stamp.when))
    return None


def _plausible(moment: dt.datetime) -> dt.datetime | None:
    """Return the date, or None if an article cannot have it.

    Some programs write the year 1 or 9999 for an unknown date. No place on earth is a day ahead, or off by seconds: such a
    zone is broken, and ISO text cannot hold it.
    """
    offset = moment.utcoffset() or dt.timedelta()
    is_possible = abs(offset) < _FARTHEST_ZONE and not offset % dt.timedelta(minutes=1)
    if moment.year in _YEARS and is_possible:
        return moment
    return None


def _datetime(moment: Moment) -> dt.datetime:
    if isinstance(moment, dt.datetime):
        return moment
    return dt.datetime.combine(moment, dt.time())


@dataclass(frozen=True, slots=True)
class _Readers:
    """What is compiled from the rule data."""

    words: Vocabulary
    people: PeopleReader
    stamps: StampReader
    head: HeadReader
    furniture: FurnitureReader
    languages: LanguageReader


@lru_cache(maxsize=4)
def _readers(words: Vocabulary, day_first: bool) -> _Readers:
    people, stamps = PeopleReader(words.people), StampReader(words.stamps, day_first=day_first)
    datelines = DatelineReader(words.datelines, words.stamps, words.people.places, stamps)
    head = HeadReader(people, MetaReader(people, stamps), datelines, ShapeReader(words.people, datelines))
    return _Readers(
        words, people, stamps, head, FurnitureReader(words.furniture), LanguageReader.of(words.languages)
    )
