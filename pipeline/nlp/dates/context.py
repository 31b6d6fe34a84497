"""What the readers of a section know beside the words: anchor, tense, what was mentioned before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from dateutil.relativedelta import relativedelta

from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.lexer import Lexicon
from pipeline.nlp.dates.rules import Holiday
from pipeline.nlp.dates.timex import (
    Timex,
    at_century,
    at_day,
    at_decade,
    at_month,
    at_quarter,
    at_week,
    at_weekend,
    at_year,
)

Tense = Literal["past", "present", "future", "unclear"]
"""`unclear`: a past clause in which the expression belongs to a noun, so that it may lie ahead all the same."""

UNIT_CODE = {
    "second": ("PT", "S", 1),
    "minute": ("PT", "M", 1),
    "hour": ("PT", "H", 1),
    "day": ("P", "D", 1),
    "night": ("P", "D", 1),
    "week": ("P", "W", 1),
    "weekend": ("P", "WE", 1),
    "fortnight": ("P", "W", 2),
    "month": ("P", "M", 1),
    "quarter": ("P", "Q", 1),
    "year": ("P", "Y", 1),
    "decade": ("P", "Y", 10),
    "century": ("P", "Y", 100),
    "millennium": ("P", "Y", 1000),
}
"""Prefix and letter of a TIMEX3 duration, and how many of that letter a unit is."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
_DAYS = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}
_UNKNOWN = {
    "week": "XXXX-WXX",
    "weekend": "XXXX-WXX-WE",
    "fortnight": "XXXX-WXX",
    "month": "XXXX-XX",
    "quarter": "XXXX-QX",
    "year": "XXXX",
}
SIZE = {
    "time": 0,
    "part_of_day": 0,
    "day": 1,
    "weekend": 2,
    "week": 3,
    "month": 4,
    "quarter": 5,
    "season": 5,
    "half": 6,
    "year": 7,
    "decade": 8,
}
"""Granularities by size."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a match means, and the pieces it covers: a reader may leave some out at either end."""

    timex: Timex
    first: int
    last: int


@dataclass(slots=True)
class Context:
    """The state of one section while it is read from left to right.

    Attributes:
        anchor: Day that relative expressions are resolved against.
        clock: Time of day of the anchor, where it is known.
        tense: Tense of the clause that a match stands in.
        label: Label of the entity that covers a match's first piece, or an empty string.
        tag: Part-of-speech tag of the token at a character offset, or an empty string.
        history: What was read before in the document, newest last; only what has an interval.
        heading: The section is a title, in which words may have capitals.
        surnames: Names of months that the text uses as a name (`Mrs May`).
        recent: What was read last in this section, and the character where it ends.
        narrative: The text tells of a past time: its dates refer to each other, not to the anchor.
    """

    lexicon: Lexicon
    holidays: dict[str, Holiday]
    anchor: dt.date | None
    clock: dt.time | None
    tense: Callable[[Hit], Tense]
    label: Callable[[Hit], str]
    tag: Callable[[int], str]
    day_first: bool = True
    fiscal_start: int = 1
    narrative: bool = False
    heading: bool = False
    surnames: frozenset[str] = frozenset()
    recent: tuple[Timex, int] | None = None
    history: list[Timex] = field(default_factory=list)

    def is_a(self, word: str, *classes: str) -> bool:
        """Whether a word belongs to one of the classes."""
        return any(self.lexicon.has(name, word) for name in classes)

    def last(self) -> Timex | None:
        """What was mentioned last, else the anchor as a day."""
        if self.history:
            return self.history[-1]
        if self.anchor:
            return at_day(self.anchor)
        return None

    def base(self) -> dt.date | None:
        """The day that incomplete dates are near to: the anchor, in a narrative the date mentioned last."""
        if self.narrative and self.history:
            return self.history[-1].earliest
        return self.anchor


def moved(day: dt.date, unit: str, count: float) -> dt.date:
    """`day` moved by `count` units, whole months or days.

    Raises:
        OverflowError: The result is outside the calendar.
    """
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        if abs(months) > 120_000:
            raise OverflowError("too far away")
        return day + relativedelta(months=round(months))
    return day + dt.timedelta(days=round(count * _DAYS[unit]))


def at_unit(day: dt.date, unit: str) -> Timex:
    """The week, month, year ... that a day lies in."""
    if unit in ("day", "night"):
        return at_day(day)
    if unit in ("week", "fortnight"):
        return at_week(day)
    if unit == "weekend":
        return at_weekend(day)
    if unit == "month":
        return at_month(day.year, day.month)
    if unit == "quarter":
        return at_quarter(day.year, (day.month + 2) // 3)
    if unit == "year":
        return at_year(day.year)
    if unit == "decade":
        return at_decade(day.year // 10 * 10)
    return at_century(day.year // 100 + 1)


def unit_from(base: dt.date | None, unit: str, count: float) -> Timex:
    """The unit that lies `count` units from the one `base` is in; without a base an unresolved one."""
    if base is None:
        return Timex("DATE", _UNKNOWN.get(unit, "XXXX-XX-XX"), unit)
    if unit in _MONTHS:
        start = base.replace(day=1)
    else:
        start = base
    return at_unit(moved(start, unit, count), unit).against(base)


def unit_from_mention(mention: Timex | None, unit: str, count: float) -> Timex:
    """The same against a mention, which keeps its own granularity where that is finer than a unit of months or years.

    `the third quarter ... a year earlier` is a quarter; `in 2015 ... two weeks later` cannot be resolved.
    """
    if mention is None or mention.earliest is None:
        return unit_from(None, unit, count)
    own = mention.granularity or "day"
    if SIZE.get(own, 9) > SIZE.get(unit, 9):
        return unit_from(None, unit, count)
    if unit in _MONTHS and own in ("month", "quarter", "season", "half"):
        return moved_timex(mention, round(count * _MONTHS[unit])).against(mention.earliest)
    return unit_from(mention.earliest, unit, count)


def moved_timex(timex: Timex, months: int) -> Timex:
    """A month, quarter, season or half moved by months (by years, for the last two)."""
    assert timex.earliest is not None
    assert timex.latest is not None
    start = timex.earliest + relativedelta(months=months)
    if timex.granularity == "month":
        return at_month(start.year, start.month)
    if timex.granularity == "quarter" and months % 3 == 0:
        return at_quarter(start.year, (start.month + 2) // 3)
    if months % 12:
        return at_month(start.year, start.month)
    value = f"{start.year:04d}{timex.value[4:]}"
    end = (timex.latest + dt.timedelta(1)) + relativedelta(months=months, days=-1)
    return replace(timex, value=value, earliest=start, latest=end)


def nearest(options: list[dt.date], base: dt.date, tense: Tense, penalty: int) -> dt.date:
    """The option nearest to `base` that fits the tense; where that is unclear, one ahead counts as `penalty` days further."""

    def distance(option: dt.date) -> int:
        days = (option - base).days
        if (tense == "past" and days > 0) or (tense == "future" and days < 0):
            return abs(days) + 10_000
        return abs(days) + (penalty if tense == "unclear" and days > 0 else 0)

    return min(options, key=distance)
