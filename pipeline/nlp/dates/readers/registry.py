"""The readers by the `kind` that a pattern names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.nlp.dates.context import Context, Reading
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.readers import calendar
from pipeline.nlp.dates.readers import days as day
from pipeline.nlp.dates.readers import durations as duration
from pipeline.nlp.dates.readers import periods as period
from pipeline.nlp.dates.readers import units as unit


class NoSuchDateError(Exception):
    """A match that is outside the calendar."""


Reader = Callable[[Hit, Context], Reading | None]

READERS: Mapping[str, Reader] = {
    "back_unit": unit.read_back_unit,
    "before_christ": calendar.read_before_christ,
    "century": period.read_century,
    "clock": day.read_clock,
    "day": calendar.read_day,
    "day_of_month": calendar.read_day_of_month,
    "day_range": calendar.read_day_range,
    "decade": period.read_decade,
    "duration": duration.read_duration,
    "every": duration.read_every,
    "fiscal_code": period.read_fiscal_code,
    "fiscal_year": period.read_fiscal_year,
    "frequency": duration.read_frequency,
    "holiday": period.read_holiday,
    "iso": calendar.read_iso,
    "long_duration": duration.read_long_duration,
    "month": calendar.read_month,
    "near_unit": unit.read_near_unit,
    "numeric": calendar.read_numeric,
    "overnight": day.read_overnight,
    "part": day.read_part,
    "part_before": day.read_part_before,
    "quarter": period.read_quarter,
    "quarter_code": period.read_quarter_code,
    "rate": duration.read_rate,
    "reference": duration.read_reference,
    "season": period.read_season,
    "share_of": duration.read_share_of,
    "short_year": calendar.read_short_year,
    "the_part": day.read_the_part,
    "the_unit": unit.read_the_unit,
    "today": day.read_today,
    "two_days": day.read_two_days,
    "unit_before": unit.read_unit_before,
    "units": duration.read_units,
    "units_ago": unit.read_units_ago,
    "weekday": day.read_weekday,
    "weekdays": day.read_weekdays,
    "year": calendar.read_year,
    "year_ago": unit.read_year_ago,
    "year_end": unit.read_year_end,
    "year_range": calendar.read_year_range,
}


def read_hit(hit: Hit, context: Context) -> Reading | None:
    """Return the meaning of a match; None where it is not a date.

    Raises:
        NoSuchDateError: It looks like a date but does not exist (`29 February 2023`), so no part of it may be read.
    """
    try:
        return READERS[hit.pattern.kind](hit, context)
    except (ValueError, OverflowError) as error:
        raise NoSuchDateError from error
