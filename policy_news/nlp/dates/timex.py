"""TIMEX3 values with their closed intervals: frozen, and built only by the functions here.

Every builder takes calendar parts and returns a `Timex`; a part that is None is unknown, written as `X` in the
value (`XXXX-05-03`), and then there is no interval. A date that does not exist raises `ValueError`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from dateutil.relativedelta import relativedelta

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
Part = Literal["early", "mid", "late"]
Interval = tuple[dt.date, dt.date]

SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""First month of the seasons of the northern hemisphere; each has three months, winter runs into the next year."""


@dataclass(frozen=True, slots=True)
class Timex:
    """One normalised expression.

    Attributes:
        granularity: `day`, `week`, `month`, `year` ...; of a duration, its unit.
        earliest: First day that the expression may name, None where it is open or unknown.
        latest: Last day, inclusive.
        anchor: The date it was resolved against, None for an explicit one.
        dated: Whether the text itself gives the year.
    """

    type: TimexType
    value: str
    granularity: str | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    anchor: dt.date | None = None
    dated: bool = False

    def known(self) -> Interval | None:
        """Return the interval if both ends are known."""
        if self.earliest and self.latest:
            return (self.earliest, self.latest)
        return None

    def against(self, anchor: dt.date | None) -> Timex:
        """Return the same, marked as resolved against `anchor`."""
        return replace(self, anchor=anchor)


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def at_day(day: dt.date, *, dated: bool = False) -> Timex:
    """Return one day."""
    return Timex("DATE", day.isoformat(), "day", day, day, dated=dated)


def at_month_day(year: int | None, month: int, day: int) -> Timex:
    """Return a day of a month.

    Args:
        year: The year; None if unknown.
        month: 1 to 12.
        day: Day of the month, from 1.

    Returns:
        The day; `XXXX-05-03` without interval if the year is unknown.

    Raises:
        ValueError: There is no such day; without a year, in a leap year.
    """
    if year is None:
        # 2000 is a leap year: 29 February passes, 30 February raises.
        dt.date(2000, month, day)
        return Timex("DATE", f"XXXX-{month:02d}-{day:02d}", "day")
    return at_day(dt.date(year, month, day))


def at_month(year: int | None, month: int) -> Timex:
    """Return a calendar month."""
    if year is None:
        return Timex("DATE", f"XXXX-{month:02d}", "month")
    return Timex("DATE", f"{year:04d}-{month:02d}", "month", dt.date(year, month, 1), month_end(year, month))


def at_year(year: int) -> Timex:
    """Return a calendar year.

    Raises:
        ValueError: The year is outside the calendar (1 to 9999).
    """
    return _months(f"{year:04d}", "year", year, 1, 12)


def at_share(year: int | None, number: int, months: int) -> Timex:
    """Return a quarter or half of a calendar year.

    Args:
        year: The year; None if unknown.
        number: 1 to 4, or 1 to 2.
        months: 3 for a quarter, 6 for a half.
    """
    granularity, code = _share(number, months)
    if year is None:
        return Timex("DATE", f"XXXX-{code}", granularity)
    return _months(f"{year:04d}-{code}", granularity, year, months * (number - 1) + 1, months)


def at_financial(year: int, first: int | None, number: int = 1, months: int = 12) -> Timex:
    """Return a financial year, or a quarter or half of one.

    Args:
        first: Month that it begins with; None if unknown, then it has no interval.
        number: 1 to 4, or 1 to 2; 1 for the whole year.
        months: 3 for a quarter, 6 for a half, 12 for the whole year.

    Raises:
        ValueError: The year is outside the calendar.
    """
    granularity, code = ("year", "") if months == 12 else _share(number, months)
    value = f"FY{year:04d}-{code}".rstrip("-")
    if first is None:
        return Timex("DATE", value, granularity)
    start = dt.date(year - (first > 1), first, 1) + relativedelta(months=months * (number - 1))
    return _months(value, granularity, start.year, start.month, months)


def _share(number: int, months: int) -> tuple[str, str]:
    """Return granularity and code of a quarter or half: `quarter`, `Q3`."""
    granularity = {3: "quarter", 6: "half"}[months]
    return granularity, f"{granularity[0].upper()}{number}"


def _months(value: str, granularity: str, year: int, month: int, count: int) -> Timex:
    """Return some months from the first day of a month on."""
    start = dt.date(year, month, 1)
    return Timex("DATE", value, granularity, start, start + relativedelta(months=count, days=-1))


def at_season(year: int | None, code: str) -> Timex:
    """Return a season; winter belongs to the year it begins in."""
    if year is None:
        return Timex("DATE", f"XXXX-{code}", "season")
    return _months(f"{year:04d}-{code}", "season", year, SEASONS[code], 3)


def at_week(day: dt.date) -> Timex:
    """Return the ISO week of a day."""
    year, week, _ = day.isocalendar()
    start = day - dt.timedelta(day.weekday())
    return Timex("DATE", f"{year:04d}-W{week:02d}", "week", start, start + dt.timedelta(6))


def at_weekend(day: dt.date) -> Timex:
    """Return Saturday and Sunday of the ISO week of a day."""
    week = at_week(day)
    assert week.earliest is not None
    return Timex("DATE", f"{week.value}-WE", "weekend", week.earliest + dt.timedelta(5), week.latest)


def at_decade(first_year: int) -> Timex:
    """Return ten years from a year that ends in 0; the value is its first three digits, as in TIMEX3."""
    return Timex(
        "DATE",
        f"{first_year // 10:03d}",
        "decade",
        dt.date(first_year, 1, 1),
        dt.date(first_year + 9, 12, 31),
    )


def at_century(number: int) -> Timex:
    """Return a century: the 20th is the years 1900 to 1999, as in TIMEX3; the value is their first two digits."""
    first = max(1, (number - 1) * 100)
    return Timex(
        "DATE", f"{number - 1:02d}", "century", dt.date(first, 1, 1), dt.date((number - 1) * 100 + 99, 12, 31)
    )


def at_time(date: Timex, clock: str) -> Timex:
    """Return a clock time (`07:11`, `18:00Z`) or part of a day (`MO`, `NI`) on a date of any granularity up to the week."""
    if clock[:2].isalpha():
        granularity = "part_of_day"
    else:
        granularity = "time"
    return replace(date, type="TIME", value=f"{date.value}T{clock}", granularity=granularity)


def reference(value: str) -> Timex:
    """Return `PAST_REF`, `PRESENT_REF` or `FUTURE_REF`."""
    return Timex("DATE", value)


def unresolved(value: str, granularity: str | None = None, kind: TimexType = "DATE") -> Timex:
    """Return an expression without interval.

    Args:
        value: A TIMEX3 value in which `X` stands for what is unknown (`XXXX-XX`).
        granularity: Its unit, if known.
    """
    return Timex(kind, value, granularity)


def narrowed(timex: Timex, part: Part) -> Timex:
    """Narrow an interval to its first, middle or last third (`early 2020`).

    The value stays: TIMEX3 marks such a part by the attribute `mod`, not by the value.
    """
    known = timex.known()
    if not known:
        return timex
    first, last = known
    # Decades and centuries are cut at whole years, years at whole months, months at whole tens of days:
    # thirds to the day would look exact where the words are not.
    third = ((last - first).days + 1) // 3
    unit, cuts = {
        "century": (relativedelta(years=10), (0, 4, 7)),
        "decade": (relativedelta(years=1), (0, 4, 7)),
        "year": (relativedelta(months=1), (0, 4, 8)),
        "month": (relativedelta(days=1), (0, 10, 20)),
    }.get(timex.granularity or "", (relativedelta(days=1), (0, third, 2 * third)))
    starts = [first + unit * cut for cut in cuts]
    ends = [*(start - dt.timedelta(1) for start in starts[1:]), last]
    index = ("early", "mid", "late").index(part)
    return replace(timex, earliest=starts[index], latest=max(starts[index], ends[index]))


def between(first: Timex, last: Timex) -> Timex:
    """Join two dates to one period from the start of `first` to the end of `last`.

    From day to day it is a DATE with both days as value (`2024-08-28/2024-08-30`), else a TIMEX3 DURATION; its length is the difference
    of the two in the finer of their units: `from 2009 to 2011` is `P2Y`.
    """
    start, end = first.earliest, last.latest
    if first.granularity == last.granularity == "day":
        return replace(
            last, value=f"{first.value}/{last.value}", earliest=start, anchor=first.anchor or last.anchor
        )
    length = "PXX"
    if first.earliest and last.earliest:
        unit = first.granularity
        if last.granularity == "day":
            unit = "day"
        length = _length(first.earliest, last.earliest, unit)
    return Timex(
        "DURATION", length, last.granularity, start, end, first.anchor or last.anchor, dated=last.dated
    )


def _length(start: dt.date, end: dt.date, granularity: str | None) -> str:
    months = (end.year - start.year) * 12 + end.month - start.month
    if granularity in ("year", "decade", "century"):
        return f"P{end.year - start.year}Y"
    if granularity in ("month", "quarter", "half", "season"):
        return f"P{months}M"
    return f"P{(end - start).days}D"
