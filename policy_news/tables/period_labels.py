"""The period that a date expression names, in words and as ISO 8601: a week is not its Monday."""

from __future__ import annotations

import calendar
import re

from policy_news.tables.schema import DateRow

_ORDINALS = ("first", "second", "third", "fourth")
_SEASONS = {"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}
_SHARE = re.compile(r"(?:FY)?\d{4}-(?P<kind>[QH])(?P<number>\d)")


def is_period(date: DateRow | None) -> bool:
    """Return whether an expression names more than one day."""
    return date is not None and date.earliest is not None and date.earliest != date.latest


def show_period(date: DateRow) -> str | None:
    """Return what an expression names in plain words: `week of 29 July 2024`, `September 2024`, `2023`; None without a first day."""
    first, last, value = date.earliest, date.latest, date.value or ""
    if first is None or last is None or first == last:
        return first.isoformat() if first else None
    named = _named(date, value) if date.timex_type == "DATE" else None
    return named or f"{first.isoformat()} to {last.isoformat()}"


def _named(date: DateRow, value: str) -> str | None:
    """Return the name of a calendar unit, or None for what has none."""
    first = date.earliest
    assert first is not None
    year = value[2:6] if value.startswith("FY") else value[:4]
    month, share = calendar.month_name[first.month], _SHARE.fullmatch(value)
    if share:
        unit = "quarter" if share["kind"] == "Q" else "half"
        return f"{_ORDINALS[int(share['number']) - 1]} {unit} of {year}"
    names = {
        "week": f"week of {first.day} {month} {first.year}",
        "weekend": f"weekend of {first.day} {month} {first.year}",
        "month": f"{month} {first.year}",
        "season": f"{_SEASONS.get(value[5:], 'season')} {year}",
        "year": f"financial year {year}" if value.startswith("FY") else year,
        "decade": f"{first.year}s",
    }
    return names.get(date.granularity or "")


def say_value(date: DateRow) -> str:
    """Return the value of an expression in plain words: `week of 29 July 2024`, `6 months`, `every week`, `now`."""
    value = date.value or ""
    if not value:
        return "no value"
    if date.timex_type == "DATE" and date.earliest is not None:
        return show_period(date) or value
    repeated = date.timex_type == "SET"
    return (
        _REFERENCES.get(value) or _say_span(value, repeated=repeated) or _say_time(value, repeated=repeated)
    )


def _say_span(value: str, *, repeated: bool) -> str | None:
    """Say `P6M` as `6 months`, and as `every 6 months` in a set; None for what is no duration."""
    found = _SPAN.fullmatch(value)
    unit = found and _UNITS.get(found["time"] + found["unit"])
    if not found or not unit:
        return None
    number = found["number"]
    if repeated:
        return f"every {unit}" if number == "1" else f"every {number} {unit}s"
    return f"some {unit}s" if number.startswith("X") else f"{number} {unit}{'' if number == '1' else 's'}"


def _say_time(value: str, *, repeated: bool) -> str:
    """Say `2024-08-05T10:30` as `2024-08-05 10:30`, and the set `XXXX-WXX-1` as `every Monday`."""
    if repeated:
        weekday = _WEEKDAY.fullmatch(value)
        return f"every {calendar.day_name[int(weekday[1]) - 1]}" if weekday else "repeatedly"
    if value.startswith("P"):
        return "some time" if "X" in value else value
    day, _, time = value.partition("T")
    if "X" in day:
        return "date not known"
    return f"{day} {_PARTS.get(time, time)}".strip()


_REFERENCES = {"PRESENT_REF": "now", "PAST_REF": "in the past", "FUTURE_REF": "in the future"}
_SPAN = re.compile(r"P(?P<time>T?)(?P<number>\d+(?:\.\d+)?|X+)(?P<unit>DE|CE|WE|[DWMYQHS])")
_UNITS = {
    **{"D": "day", "W": "week", "M": "month", "Y": "year", "Q": "quarter", "DE": "decade", "CE": "century"},
    **{"WE": "weekend", "TH": "hour", "TM": "minute", "TS": "second"},
}
_WEEKDAY = re.compile(r"XXXX-WXX-([1-7])")
_PARTS = {"MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night", "DT": "daytime"}
