"""Reads datelines, the place and date at the head of a report: `BRUSSELS, May 11, 2023 (Agency) - The ministers ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_news.text.layout.stamps import Stamp, StampReader
from policy_news.text.layout.vocabulary import Datelines, Stamps, alternation

_MAX_DATELINE = 160
_SIGNS = re.compile(r"[-–—―_(/:]|\d{4}\s?[.|\]]")
_UPPER = r"[^\W\d_a-zà-öø-ÿ]"
_QUOTES = "\"'“‘«(["
_MIN_LETTERS = 3
_MIN_LETTERS_BEFORE_HYPHEN = 4
_MAX_WORDS = 4
_MAX_CODE = 6
"""Characters of the longest region in capitals, with its comma and space; a longer one is part of a title."""

_MAX_NAMES = 8
"""Words before the full date of a dateline: places, a region, a country."""
_BETWEEN = re.compile(r"[\s,;|/–—―()\[\]:]+|\.(?=\s)|(?<!\w)-+|-+(?!\w)")
_NAME = re.compile(rf"{_UPPER}[\w.'’-]*|\*{{3,}}|[Tt]he|and|of|on|upon|de|del|da|do|la|le|du|sur|am|es|al|el")
_TIME = r"(?:\s?,?\s?(?:at\s)?\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?)?"
_END = re.compile(rf"{_TIME}\s{{0,3}}(?:\([^()\n]{{1,40}}\)\s?)?(?:[–—―|:\])]|-{{1,2}}|\.(?=\s))\s*(?=\S)")
_PLACED_END = re.compile(
    r"\s?[,|–—―(-]{1,2}\s?(?P<place>[^\W\d_][\w ,.'’-]{2,40}?)\s?(?:\)\s?)?(?:[–—―|:]|\s-{1,2})\s*(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline at the head of a paragraph.

    Attributes:
        end: Offset after its dash.
        stamp: Its date, without `when` if the year is missing or a part is masked; None if it does not have a date.
        weak: Whether it is only a word in capitals and a hyphen, as in some titles.
    """

    end: int
    stamp: Stamp | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    """The text before and after the dash.

    Attributes:
        known: Whether the desk begins with an agency.
        spaced: Whether there is white space on both sides of the dash.
        final: Whether nothing follows.
        goes_on: Whether a word in lower case follows.
    """

    place: str
    region: str
    date: str
    desk: str
    known: bool
    dash: str
    spaced: bool
    final: bool
    goes_on: bool

    @property
    def letters(self) -> int:
        return sum(character.isalpha() for character in self.place)

    @property
    def capitals(self) -> bool:
        """Whether the place is in capitals or masked."""
        place = self.place.replace(" and ", " ")
        return bool(place) and place == place.upper()


class DatelineReader:
    """Reads datelines.

    Args:
        words: Names of agencies, and words that are not places.
        places: Names of places whose first word is not a place (`The Hague`).
    """

    def __init__(self, words: Datelines, dates: Stamps, places: tuple[str, ...], stamps: StampReader) -> None:
        self._stamps = stamps
        self._places = frozenset(place.upper() for place in places)
        self._not_places = frozenset((*words.not_places, *_first_words(dates)))
        self._calendar = frozenset(name.upper() for name in (*dates.months, *dates.weekdays))
        self._agency = re.compile(rf"\W*(?:{alternation(words.agencies)})(?!\w)", re.IGNORECASE)
        self._head = re.compile(_pattern(dates))
        self._date = re.compile(_date_pattern(dates))
        self._dates = re.compile(rf"(?<!\w)(?:{_date_pattern(dates)})(?!\w)")

    def parse(self, text: str) -> Dateline | None:
        """Read the dateline at the head of a text; None if there is none."""
        text = text[:_MAX_DATELINE]
        if not _SIGNS.search(text):
            return None
        match = self._head.match(text)
        if match is None or not self._is_place(match["place"] or ""):
            return self._parse_full(text)
        head = self._read(match, text)
        date = head.date and (self._stamps.parse(head.date) or Stamp(None, None))
        weak = not head.date and not head.desk and "-" in head.dash
        if _fits(head, full=bool(date and date.when)):
            return Dateline(match.end("dash"), date or None, weak)
        return self._parse_full(text)

    def _parse_full(self, text: str) -> Dateline | None:
        """Read a dateline by its full date: before it or after it stand only names, then a dash, colon or bracket ends it."""
        date = self._dates.search(text)
        stamp = date and self._stamps.parse(date.group())
        if date is None or not stamp or stamp.when is None:
            return None
        end = _END.match(text, date.end())
        names = text[: date.start()]
        if not names.strip("[("):  # `4 June 2024 – Oslo –`
            end = _PLACED_END.match(text, date.end())
            names = end["place"] if end else ""
        words = [word for word in _BETWEEN.split(names) if word]
        if end is None or not words or not self._is_place(" ".join(words)):
            return None
        if len(words) > _MAX_NAMES or not all(_NAME.fullmatch(word) for word in words):
            return None
        following = text[end.end() :].lstrip(_QUOTES)[:1]
        if not following or following.islower():
            return None
        return Dateline(len(text[: end.end()].rstrip()), stamp)

    def _read(self, match: re.Match[str], text: str) -> _Head:
        before = text[match.start("dash") - 1 : match.start("dash")]
        after = text[match.end("dash") :][:1]
        following = text[match.end() :].lstrip(_QUOTES)[:1]
        desk, date = match["desk"] or "", match["before"] or match["after"] or ""
        if not date and self._date.fullmatch(desk[1:-1]):  # `HELENA, Mont. (June 6, 2018) -`
            desk, date = "", desk[1:-1]
        return _Head(
            place=match["place"] or "",
            region=match["region"] or "",
            date=date,
            desk=desk,
            known=bool(desk and self._agency.match(desk)),
            dash=match["dash"],
            spaced=before.isspace() and after.isspace(),
            final=match.end() == len(text),
            goes_on=following.islower(),
        )

    def _is_place(self, place: str) -> bool:
        upper = place.upper()
        if upper in self._places or upper in self._calendar:
            return upper in self._places
        return re.split(r"[\s'’:]", upper, maxsplit=1)[0] not in self._not_places


def _fits(head: _Head, *, full: bool) -> bool:
    """Return whether the text before the dash is a dateline."""
    if head.desk:
        return _fits_desk(head)
    if not head.dash or head.goes_on or head.final or head.letters < _MIN_LETTERS:
        return False
    if head.date:
        return head.dash != "_" and (head.capitals or (full and head.dash != ":"))
    return head.capitals and "*" not in head.place and head.dash not in "_:" and _fits_bare(head)


def _fits_bare(head: _Head) -> bool:
    """Return whether a place alone is a dateline, and not the head of a title in capitals."""
    if len(head.place.split()) > _MAX_WORDS:
        return False
    if len(head.region) > _MAX_CODE and head.region.isupper() and "." not in head.region:
        return False
    # A hyphen is the weakest sign: it also joins words and follows abbreviations.
    if head.dash == "-":
        is_long = bool(head.region or head.letters >= _MIN_LETTERS_BEFORE_HYPHEN)
        return head.spaced and "." not in head.place and is_long
    return head.spaced or head.dash in "—―" or head.dash == "--"


def _fits_desk(head: _Head) -> bool:
    """Return whether a place with a desk in brackets is a dateline: `LEEDS (Desk) -`, `Leeds (AFP) -`, `New Delhi, May 3 (PTI)`."""
    if head.known:
        return bool(head.dash or ((head.place or head.date) and not head.goes_on))
    if not head.dash or head.goes_on or not head.desk[1].isupper():
        return False
    return not head.place or (head.capitals and head.letters > 1) or bool(head.date)


def _first_words(dates: Stamps) -> set[str]:
    """Return the first words of the labels of date lines, which are not places."""
    listed = (*dates.published, *dates.updated, *dates.recent)
    return {name.split()[0].upper() for name in listed}


def _pattern(dates: Stamps) -> str:
    """Return a pattern of place, date, desk and dash. All but one may be missing; `_fits` decides which combinations count."""
    sign = r"(?:\s?[,;]|\s?[-–—]{1,2})?\s{0,3}"
    date = _date_pattern(dates)
    desk = rf"\([^\W\d_][^()\n:]{{1,40}}\)|/{_UPPER}[\w ]{{2,25}}/"
    day = rf"(?i:{alternation(dates.months)})\b\.?\s\d"
    return (
        rf"(?:(?!{day})(?P<place>{_place_pattern()})(?P<region>{_region_pattern(dates)})?)?"
        rf"(?:{sign}(?P<before>{date}))?(?:{sign}(?P<desk>{desk}))?(?:{sign}(?P<after>{date}))?"
        r"\s{0,2}(?P<dash>[–—―_:]|-{1,2}|(?=\s|$))(?:\s{0,3}(?=\S)|$)"
    )


def _place_pattern() -> str:
    """Return a pattern of one to five words with a capital or a mask, joined like the names of places."""
    word = rf"(?:{_UPPER}[\w.'’]*|\*{{3,}})"
    return rf"(?:{word})(?:(?:[ /-]|\sand\s|\s(?:de|la|am|of|on|upon)\s){word}){{0,4}}(?!\w)"


def _region_pattern(dates: Stamps) -> str:
    """Return a pattern of a state or country after a place: `, N.Y.`, `, South Africa`, ` [India]`."""
    word = rf"{_UPPER}[\w.]{{1,15}}"
    calendar = alternation((*dates.months, *dates.weekdays))
    return rf",\s(?!(?:{calendar})\b){word}(?:\s{word}){{0,2}}|\s\[\w[\w ]{{1,20}}\]"


def _date_pattern(dates: Stamps) -> str:
    """Return a pattern of a date, with or without its year; parts may be masked."""
    month = rf"(?:(?i:{alternation(dates.months)})\b\.?|\*{{3,9}})"
    day = r"(?:\d{1,2}(?:st|nd|rd|th)?|\*{1,2})(?![\w*])"
    year = r"(?:,?\s(?:\d{4}|\*{4})(?![\w*]))?"
    weekday = rf"(?i:{alternation(dates.weekdays)})\b\.?"
    words = rf"(?:{day}\s(?:of\s)?{month}{year}|{month}\s{day}{year})"
    return rf"(?:(?:{weekday},?\s)?(?:{words}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})|{weekday})"
