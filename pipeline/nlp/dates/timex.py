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
    """Last day of a month."""
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


def at_year(year: int, *, prefix: str = "", first_month: int = 1) -> Timex:
    """Return a calendar or financial year.

    Args:
        year: The year; a financial year is named after the year it ends in.
        prefix: `FY` for a financial year, else empty.
        first_month: Month (1 to 12) in which the year begins; any but 1 lies in the year before.

    Raises:
        ValueError: The year is outside the calendar (1 to 9999).
    """
    if first_month == 1:
        start = dt.date(year, 1, 1)
    else:
        start = dt.date(year - 1, first_month, 1)
    return Timex("DATE", f"{prefix}{year:04d}", "year", start, start + relativedelta(years=1, days=-1))


def at_quarter(year: int | None, quarter: int, *, prefix: str = "", first_month: int = 1) -> Timex:
    """Return a quarter of a calendar or financial year.

    Args:
        year: The year; None if unknown.
        quarter: 1 to 4.
        prefix: `FY` for a financial year, else empty.
        first_month: Month (1 to 12) in which the year begins.
    """
    return _at_share(year, quarter, 3, f"Q{quarter}", "quarter", prefix, first_month)


def at_half(year: int | None, half: int, *, prefix: str = "", first_month: int = 1) -> Timex:
    """Return a half of a calendar or financial year.

    Args:
        year: The year; None if unknown.
        half: 1 or 2.
        prefix: `FY` for a financial year, else empty.
        first_month: Month (1 to 12) in which the year begins.
    """
    return _at_share(year, half, 6, f"H{half}", "half", prefix, first_month)


def _at_share(
    year: int | None, number: int, months: int, code: str, granularity: str, prefix: str, first_month: int
) -> Timex:
    if year is None:
        return Timex("DATE", f"XXXX-{code}", granularity)
    first = at_year(year, first_month=first_month).earliest
    assert first is not None
    start = first + relativedelta(months=months * (number - 1))
    return Timex(
        "DATE",
        f"{prefix}{year:04d}-{code}",
        granularity,
        start,
        start + relativedelta(months=months, days=-1),
    )


def at_season(year: int | None, code: str) -> Timex:
    """Return a season; winter belongs to the year it begins in."""
    if year is None:
        return Timex("DATE", f"XXXX-{code}", "season")
    start = dt.date(year, SEASONS[code], 1)
    return Timex("DATE", f"{year:04d}-{code}", "season", start, start + relativedelta(months=3, days=-1))


def at_week(day: dt.date) -> Timex:
    """Return the ISO week of a day."""
    year, week, _ = day.isocalendar()
    start = day - dt.timedelta(day.weekday())
    return Timex("DATE", f"{year:04d}-W{week:02d}", "week", start, start + dt.timedelta(6))


def at_weekend(day: dt.date) -> Timex:
    """Saturday and Sunday of the ISO week of a day."""
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
    """`PAST_REF`, `PRESENT_REF` or `FUTURE_REF`."""
    return Timex("DATE", value)


def unresolved(value: str, granularity: str | None = None, kind: TimexType = "DATE") -> Timex:
    """Return an expression without interval.

    Args:
        value: A TIMEX3 value in which `X` stands for what is unknown (`XXXX-XX`).
        granularity: Its unit, if known.
        kind: TIMEX3 type.
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
    if timex.granularity in ("decade", "century"):
        if timex.granularity == "decade":
            scale = 1
        else:
            scale = 10
        bounds = {
            "early": (0, 4 * scale - 1),
            "mid": (4 * scale, 7 * scale - 1),
            "late": (7 * scale, 10 * scale - 1),
        }[part]
        return replace(
            timex,
            earliest=dt.date(first.year + bounds[0], 1, 1),
            latest=dt.date(first.year + bounds[1], 12, 31),
        )
    if timex.granularity == "year":
        start = first + relativedelta(months={"early": 0, "mid": 4, "late": 8}[part])
        return replace(timex, earliest=start, latest=start + relativedelta(months=4, days=-1))
    if timex.granularity == "month":
        days = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}[part]
        return replace(timex, earliest=first.replace(day=days[0]), latest=first.replace(day=days[1]))
    third = ((last - first).days + 1) // 3
    start = first + dt.timedelta({"early": 0, "mid": third, "late": 2 * third}[part])
    if part == "late":
        end = last  # takes the days that do not divide by three
    else:
        end = start + dt.timedelta(max(third - 1, 0))
    return replace(timex, earliest=start, latest=end)


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
