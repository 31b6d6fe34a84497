"""The period that a date expression names, in words and as ISO 8601: a week is not its Monday."""

from __future__ import annotations

import calendar
import re

from pipeline.tables.schema import DateRow

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
    """The name of a calendar unit, or None for what has none."""
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


def iso_period(date: DateRow) -> str | None:
    """Return what an expression names as ISO 8601: a day, month, week or year, else both ends: `2024-06-01/2024-08-31`."""
    first, last = date.earliest, date.latest
    if first is None or last is None:
        return first.isoformat() if first else None
    if date.timex_type == "DATE" and re.fullmatch(r"\d{4}(-\d\d|-W\d\d)?", date.value or ""):
        return date.value
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
