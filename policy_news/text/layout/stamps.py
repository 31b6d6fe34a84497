"""Reads date lines: `Published Sep 07, 2022 07:11 AM`, `Updated: 12:01 BST, 3 May 2019`, `2022-09-07`, `3 days ago`.

A line counts only if it consists of a label, dates, times and what joins them, and of nothing else. Missing parts are not
guessed: a line with a masked part (`Sep **, 2022`) is a date line without a date.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from policy_news.text.layout.vocabulary import Stamps, alternation

MAX_STAMP = 160
Moment = dt.datetime | dt.date
StampLabel = Literal["published", "updated"]

_FIGURE = re.compile(r"[\d*]")
_MAX_WORDS = 30
"""Characters from which on a date line must contain a digit or a mask: a cheap test that skips most lines."""
_MAX_TOKENS = 60
_LAST_CENTURY = "70"
"""A year of two digits from here on belongs to the last century; it counts only beside a label."""
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_SPACE = r"\s{1,3}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date line.

    Attributes:
        label: Whether the line says that it is the date of publication or of an update.
        when: A date, or a datetime if the time is given (aware if the zone is); None if it is masked, relative (`3 days
            ago`) or missing.
        dated: False if the line is only a label (`Published`).
    """

    label: StampLabel | None
    when: Moment | None
    dated: bool = True

    @property
    def iso(self) -> str | None:
        """The date or datetime as ISO text."""
        if isinstance(self.when, dt.datetime):
            return self.when.isoformat(timespec="seconds" if self.when.second else "minutes")
        if self.when:
            return self.when.isoformat()
        return None


class _ImpossibleZoneError(ValueError):
    """A time zone that does not exist. Reading the time without it would give another time."""


class StampReader:
    """Reads date lines.

    Args:
        words: The words that may stand in them.
        day_first: Whether `07/09/2022` is 7 September.
    """

    def __init__(self, words: Stamps, *, day_first: bool = True) -> None:
        self._words = words
        self._day_first = day_first
        self._months = {name.lower(): number for name, number in words.months.items()}
        self._token = re.compile(_token_pattern(words), re.IGNORECASE)
        self._day_anywhere = re.compile(rf"(?<!\w){_day_pattern(words)}", re.IGNORECASE)
        opener = rf"(?:\d|\*|(?:{_openers(words)})\b)"
        self._cut = re.compile(rf"(?<=[\s,|·•(–—-])(?={opener})", re.IGNORECASE)

    def parse(self, line: str) -> Stamp | None:
        """Read a date line; None if the line is something else."""
        if len(line) > MAX_STAMP or not (len(line) <= _MAX_WORDS or _FIGURE.search(line)):
            return None
        tokens: list[re.Match[str]] = []
        at = 0
        while at < len(line):
            token = self._token.match(line, at)
            if token is None or len(tokens) == _MAX_TOKENS:
                # A full stop may end a date line with a label; without one, it ends a sentence.
                if line[at:] == ".":
                    return self._labelled(tokens)
                return None
            tokens.append(token)
            at = token.end()
        return self._stamp(tokens)

    def find_days(self, text: str) -> list[tuple[int, dt.date]]:
        """Find the full dates in a text, each with its offset."""
        found = [(match.start(), self._day(match)) for match in self._day_anywhere.finditer(text)]
        return [(at, day) for at, day in found if day]

    def split(self, line: str) -> tuple[int, Stamp] | None:
        """Find a date line at the end of a line, as in `Jane Roe, Sep 07, 2022`.

        Returns:
            Offset of its first character and the date line, or None.
        """
        if len(line) > MAX_STAMP:
            return None
        for match in self._cut.finditer(line):
            stamp = self.parse(line[match.start() :])
            if stamp and stamp.dated:
                return match.start(), stamp
        return None

    def _labelled(self, tokens: list[re.Match[str]]) -> Stamp | None:
        """Read a date line that ends in a full stop: it needs a label and a date (`Published 3 May 2019.`)."""
        stamp = self._stamp(tokens)
        if stamp and stamp.label and stamp.dated:
            return stamp
        return None

    def _stamp(self, tokens: list[re.Match[str]]) -> Stamp | None:
        label = _find_label(tokens)
        if not label and _needs_label(tokens):
            return None
        kinds = {token.lastgroup for token in tokens}
        if "day" in kinds:
            return self._dated(tokens, label)
        return _without_day(kinds, label)

    def _dated(self, tokens: list[re.Match[str]], label: StampLabel | None) -> Stamp | None:
        """Read a date line that has a full date; None if there is no such date."""
        try:
            when = self._first_moment(tokens)
        except _ImpossibleZoneError:
            return Stamp(label, None)
        return None if when is None else Stamp(label, when)

    def _first_moment(self, tokens: list[re.Match[str]]) -> Moment | None:
        """Return the first date with the time next to it; a second date, a label or a mask ends the search."""
        day: dt.date | None = None
        time: dt.time | None = None
        for token in tokens:
            if token.lastgroup == "day" and day is None:
                day = self._day(token)
                time = time or self._time(token)
                if day is None:
                    return None
            elif token.lastgroup == "time" and time is None:
                time = self._time(token)
            elif day and token.lastgroup in ("day", "published", "updated", "mask"):
                break
        if day and time:
            return dt.datetime.combine(day, time)
        return day

    def _day(self, token: re.Match[str]) -> dt.date | None:
        if token["y1"]:
            return _date(token["y1"], int(token["m1"]), token["d1"])
        if token["y4"]:
            first, second = int(token["n1"]), int(token["n2"])
            year = token["y4"]
            if len(year) == 2 and year < _LAST_CENTURY:
                year = f"20{year}"
            elif len(year) == 2:
                year = f"19{year}"
            # `05/25/2022` can only have the month first, whatever the setting.
            if second > 12 or (not self._day_first and first <= 12):
                return _date(year, first, str(second))
            return _date(year, second, str(first))
        month = self._months[(token["mo2"] or token["mo3"]).lower()]
        return _date(token["y2"] or token["y3"], month, token["d2"] or token["d3"])

    def _time(self, token: re.Match[str]) -> dt.time | None:
        """Read the time of a token; None if it does not have one, or an impossible one."""
        hour = token["h1"] or token["h2"] or token["h3"]
        half = (token["ap2"] or token["ap3"] or "")[:1].lower()
        if hour is None or (half and not 1 <= int(hour) <= 12):
            return None
        number = int(hour)
        if half == "a":
            number %= 12  # 12am is midnight
        elif half == "p":
            number = number % 12 + 12  # 12pm is noon
        minute, second = int(token["mi1"] or token["mi2"] or 0), int(token["s1"] or token["s2"] or 0)
        if number > 23 or minute > 59 or second > 59:
            return None
        return dt.time(number, minute, second, tzinfo=self._zone(token["z1"] or token["z2"]))

    def _zone(self, text: str | None) -> dt.timezone | None:
        offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", (text or "").upper())
        if offset is None:
            minutes = self._words.zones.get((text or "").upper())
            if minutes is None:
                return None
            return dt.timezone(dt.timedelta(minutes=minutes))
        hours, rest = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or rest > 59:
            raise _ImpossibleZoneError
        east = dt.timedelta(hours=hours, minutes=rest)
        if offset[1] == "-":
            return dt.timezone(-east)
        return dt.timezone(east)


def _needs_label(tokens: list[re.Match[str]]) -> bool:
    """Tell whether parts of a line may be anything without a label: a mask, or a year of two digits (`1/2/19`)."""
    return any(token.lastgroup == "mask" or len(token["y4"] or "year") == 2 for token in tokens)


def _without_day(kinds: set[str | None], label: StampLabel | None) -> Stamp | None:
    """Read a line without a full date, by the kinds of its parts."""
    if not kinds.isdisjoint(("hidden", "relative", "mask")):
        return Stamp(label, None)
    # Beside a label or a time it is a date line; alone it may be anything, e.g. the answer to a question.
    if "yearless" in kinds and (label or "time" in kinds):
        return Stamp(label, None)
    if label and "time" not in kinds:
        return Stamp(label, None, dated=False)
    return None


def _find_label(tokens: list[re.Match[str]]) -> StampLabel | None:
    """Return the label before the first date: one after it belongs to a second date."""
    for token in tokens:
        if token.lastgroup == "published":
            return "published"
        if token.lastgroup == "updated":
            return "updated"
        if token.lastgroup == "day":
            return None
    return None


def _date(year: str, month: int, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), month, int(day))
    except ValueError:
        return None


def _openers(words: Stamps) -> str:
    """Return a pattern of the words that a date line may begin with."""
    listed = (
        *words.months,
        *words.weekdays,
        *words.published,
        *words.updated,
        *words.recent,
        *words.connectors,
        "a",
        "an",
        "one",
    )
    return alternation(listed)


def _token_pattern(words: Stamps) -> str:
    """Return a pattern of the parts of a date line; the outer named group is the name of the part.

    The order matters: a date must be tried before a time (`3.05` in `3.05.2019` looks like one), and a mask last.
    """
    labels = (
        rf"(?P<{name}>(?:{alternation(listed)})\b(?:\s+(?:on|at)\b)?\s*:?)"
        for name, listed in (("published", words.published), ("updated", words.updated))
    )
    return "|".join(
        (
            *labels,
            _day_pattern(words),
            _hidden_pattern(words),
            _yearless_pattern(words),
            _time_pattern(words),
            rf"(?P<relative>(?:(?:\d{{1,3}}|an?|one)\s?(?:{alternation(words.units)})s?\s+ago|\d{{1,3}}[smhdwy]|{alternation(words.recent)})(?!\w))",
            rf"(?P<tail>\(?(?:\d{{1,3}}\s?)?(?:{alternation(words.tails)})\b\)?)",
            rf"(?P<weekday>(?:{alternation(words.weekdays)})\b\.?)",
            rf"(?P<between>[\s,|·•()\[\]/–—:@-]+|(?:{alternation(words.connectors)})\b)",
            r"(?P<mask>(?:\d{1,2}:)?\*[*\d.,:/-]*(?:\s?[ap]\.?m\b\.?)?)",
        )
    )


def _day_pattern(words: Stamps) -> str:
    months, zone = alternation(words.months), _zone_pattern(words)
    iso = (
        r"(?P<y1>\d{4})(?P<sep1>[/.-])(?P<m1>\d\d)(?P=sep1)(?P<d1>\d\d)"
        rf"(?:[T\s](?P<h1>\d\d):(?P<mi1>\d\d)(?::(?P<s1>\d\d)(?:\.\d{{1,9}})?)?\s?(?P<z1>{zone})?)?"
    )
    day_month = (
        rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?[\s-](?P<mo2>{months})\.?(?:[\s-]|,\s?)(?P<y2>\d{{4}})"
    )
    month_day = rf"(?P<mo3>{months})\.?{_SPACE}(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s{{0,3}}|{_SPACE})(?P<y3>\d{{4}})"
    numeric = r"(?P<n1>\d{1,2})(?P<sep>[/.-])(?P<n2>\d{1,2})(?P=sep)(?P<y4>\d{4}|\d\d)"
    return rf"(?P<day>(?:{iso}|{day_month}|{month_day}|{numeric})(?![\w*]))"


def _hidden_pattern(words: Stamps) -> str:
    """Return a pattern of dates of which some part is masked and some is not."""
    months = alternation(words.months)
    month_day = rf"(?:{months})\.?{_SPACE}(?:{_DAY}|\*{{1,2}}),?{_SPACE}(?:\d{{4}}|\*{{4}})|\*{{3,9}}\.?{_SPACE}{_DAY},?{_SPACE}\d{{4}}"
    day_month = rf"(?:{_DAY}|\*{{1,2}}){_SPACE}(?:{months})\.?,?{_SPACE}(?:\d{{4}}|\*{{4}})|{_DAY}{_SPACE}\*{{3,9}}{_SPACE}\d{{4}}"
    return rf"(?P<hidden>(?=[^*]{{0,20}}\*)(?:{month_day}|{day_month})(?![\w*]))"


def _yearless_pattern(words: Stamps) -> str:
    """Return a pattern of a day and a month without a year."""
    months = alternation(words.months)
    return rf"(?P<yearless>(?:{_DAY}{_SPACE}(?:{months})|(?:{months})\.?{_SPACE}{_DAY})(?![\w*]))"


def _time_pattern(words: Stamps) -> str:
    half, zone = r"[ap]\.?m\b\.?", _zone_pattern(words)
    clock = rf"(?P<h2>\d{{1,2}})[:.](?P<mi2>\d\d)(?:[:.](?P<s2>\d\d))?(?:\s?(?P<ap2>{half}))?|(?P<h3>\d{{1,2}})\s?(?P<ap3>{half})"
    return rf"(?P<time>(?:{clock})(?:\s?\(?(?P<z2>{zone})\)?)?(?!\w))"


def _zone_pattern(words: Stamps) -> str:
    return (
        rf"(?:(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d\d)?|(?:{alternation((*words.zones, *words.vague_zones))})\b)"
    )
