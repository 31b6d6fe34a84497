"""What the readers of a section know besides the words: anchor, tense, what was mentioned before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from dateutil.relativedelta import relativedelta

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.date_rules import Holiday
from policy_news.nlp.dates.lexer import WordClasses
from policy_news.nlp.dates.timex import (
    Timex,
    at_century,
    at_day,
    at_decade,
    at_month,
    at_share,
    at_week,
    at_weekend,
    at_year,
)

Tense = Literal["past", "future", "likely", "unclear"]
"""`future`: what somebody says, plans or promises is still to come. `likely`: a clause about the future in which the expression may
belong to something else (`will look at the raid of 3 May`, `travelled to meet him in June`). `unclear`: a clause about the past or present in which it may still lie ahead (`announced a vote on
3 May`)."""
AHEAD = frozenset({"future", "likely"})
"""Tenses in which a weekday or a part of the year is the coming one."""

UNIT_CODE = {
    "second": ("PT", "S", 1), "minute": ("PT", "M", 1), "hour": ("PT", "H", 1), "day": ("P", "D", 1),
    "night": ("P", "D", 1), "week": ("P", "W", 1), "weekend": ("P", "WE", 1), "fortnight": ("P", "W", 2),
    "month": ("P", "M", 1), "quarter": ("P", "Q", 1), "year": ("P", "Y", 1), "decade": ("P", "Y", 10),
    "century": ("P", "Y", 100), "millennium": ("P", "Y", 1000),
}  # fmt: skip
"""Prefix and letter of a TIMEX3 duration, and how many of that letter a unit is."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
_DAYS = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}
_UNKNOWN = {
    "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "fortnight": "XXXX-WXX", "month": "XXXX-XX", "quarter": "XXXX-QX", "year": "XXXX",
}  # fmt: skip
SIZE = {
    "time": 0, "part_of_day": 0, "day": 1, "weekend": 2, "week": 3, "month": 4, "quarter": 5, "season": 5, "half": 6, "year": 7, "decade": 8,
}  # fmt: skip
"""Rank of each granularity. An expression cannot be resolved to a unit finer than the mention it counts from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a match means, and the pieces `[first, last)` that it covers.

    A reader may cover less than the match: the article in `the third-quarter result` belongs to the noun.
    """

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
        years: Year of each month and day that the text has named with its year.
        narrative: The text tells of a past time, so its dates refer to each other and not to the anchor.
    """

    lexicon: WordClasses
    holidays: dict[str, Holiday]
    anchor: dt.date | None
    clock: dt.time | None
    tense: Callable[[Hit], Tense]
    label: Callable[[Hit], str]
    tag: Callable[[int], str]
    day_first: bool = True
    narrative: bool = False
    heading: bool = False
    surnames: frozenset[str] = frozenset()
    recent: tuple[Timex, int] | None = None
    history: list[Timex] = field(default_factory=list)
    years: dict[tuple[int, int], int] = field(default_factory=dict)

    def is_a(self, word: str, *classes: str) -> bool:
        """Return whether a word belongs to one of the classes."""
        return any(self.lexicon.has(name, word) for name in classes)

    def last(self) -> Timex | None:
        """Return what was mentioned last, else the anchor as a day."""
        # The history is dropped where the anchor changes, so what it holds belongs to the same story.
        if self.history:
            return self.history[-1]
        if self.anchor:
            return at_day(self.anchor)
        return None

    def base(self) -> dt.date | None:
        """Return the day that incomplete dates are near to: the anchor, in a narrative the date mentioned last."""
        if self.narrative and self.history:
            return self.history[-1].earliest
        return self.anchor


def moved(day: dt.date, unit: str, count: float) -> dt.date:
    """Move a day by a number of units.

    Args:
        unit: A key of `_MONTHS` or `_DAYS`.
        count: Number of units, negative for the past; fractions are rounded to whole months or days.

    Returns:
        The moved day; the 31st becomes the last day of a shorter month.

    Raises:
        OverflowError: The result is outside the calendar.
    """
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        # Callers catch one type of error; relativedelta would raise ValueError here.
        if abs(months) > 120_000:
            raise OverflowError("too far away")
        return day + relativedelta(months=round(months))
    return day + dt.timedelta(days=round(count * _DAYS[unit]))


def at_unit(day: dt.date, unit: str) -> Timex:
    """Return the week, month, year ... that contains a day."""
    if unit in ("day", "night"):
        return at_day(day)
    if unit in ("week", "fortnight"):
        return at_week(day)
    if unit == "weekend":
        return at_weekend(day)
    if unit == "month":
        return at_month(day.year, day.month)
    if unit == "quarter":
        return at_share(day.year, (day.month + 2) // 3, 3)
    if unit == "year":
        return at_year(day.year)
    if unit == "decade":
        return at_decade(day.year // 10 * 10)
    return at_century(day.year // 100 + 1)


def unit_from(base: dt.date | None, unit: str, count: float) -> Timex:
    """Resolve `count` units from the unit that contains a day.

    Args:
        base: Day to count from; None where the document has no date.
        unit: A key of `UNIT_CODE`.
        count: Number of units, negative for the past, 0 for the unit that contains `base`.

    Returns:
        The unit with its interval and `base` as anchor; without a base, a value with `X` for what is unknown.

    Raises:
        OverflowError: The result is outside the calendar.
    """
    if base is None:
        return Timex("DATE", _UNKNOWN.get(unit, "XXXX-XX-XX"), unit)
    # From the 31st, one month on would be the last day of a short month; the first of a month exists in all of them.
    if unit in _MONTHS:
        start = base.replace(day=1)
    else:
        start = base
    return at_unit(moved(start, unit, count), unit).against(base)


def unit_from_mention(mention: Timex | None, unit: str, count: float) -> Timex:
    """Resolve `count` units from an earlier mention.

    Args:
        mention: The expression to count from; None if there is none.
        unit: A key of `UNIT_CODE`.
        count: Number of units, negative for the past.

    Returns:
        The moved expression. It keeps the granularity of the mention where that is finer than the unit: `the third
        quarter ... a year earlier` is a quarter. Unresolved where it is coarser: `in 2015 ... two weeks later`.

    Raises:
        OverflowError: The result is outside the calendar.
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
    """Move a month or quarter by months, a season or half by whole years."""
    assert timex.earliest is not None
    assert timex.latest is not None
    start = timex.earliest + relativedelta(months=months)
    if timex.granularity == "month":
        return at_month(start.year, start.month)
    if timex.granularity == "quarter" and months % 3 == 0:
        return at_share(start.year, (start.month + 2) // 3, 3)
    if months % 12:
        return at_month(start.year, start.month)
    # By whole years the name stays (`2015-H1`, `2015-SU`): only the year in front of it changes.
    value = f"{start.year:04d}{timex.value[4:]}"
    end = (timex.latest + dt.timedelta(1)) + relativedelta(months=months, days=-1)
    return replace(timex, value=value, earliest=start, latest=end)


def nearest(options: list[dt.date], base: dt.date, tense: Tense, penalty: int) -> dt.date:
    """Choose the day that an incomplete date most likely means.

    Args:
        options: Candidate days, at least one.
        base: Day that the expression is near to.
        penalty: Days that a day ahead counts as further away where the tense is unclear: news tells more of the past.

    Returns:
        The nearest option on the side that the tense points to; if all are on the other side, the nearest of those. If the future is
        only likely, the nearest of all.
    """

    def distance(option: dt.date) -> int:
        days = (option - base).days
        # Worse than every option on the right side, but still ordered, so that there is always an answer.
        if (tense == "past" and days > 0) or (tense == "future" and days < 0):
            return abs(days) + 10_000
        if tense == "unclear" and days > 0:
            return days + penalty
        return abs(days)

    return min(options, key=distance)
