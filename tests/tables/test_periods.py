"""What a date expression is called, in words and as ISO 8601."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from policy_news.tables.corpus import find_date
from policy_news.tables.period_labels import is_period, say_value, show_period
from policy_news.tables.schema import DateRow


def row(value: str, granularity: str, first: str, last: str, kind: str = "DATE", start: int = 0) -> DateRow:
    return DateRow(
        f"d#d{start}",
        "d",
        "d#s0",
        start,
        start + 5,
        "then",
        kind,
        value,
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last),
        granularity,
        "mentioned",
        None,
    )


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (row("2024-07-29", "day", "2024-07-29", "2024-07-29"), "2024-07-29"),
        (row("2024-W31", "week", "2024-07-29", "2024-08-04"), "week of 29 July 2024"),
        (row("2024-W31-WE", "weekend", "2024-08-03", "2024-08-04"), "weekend of 3 August 2024"),
        (row("2024-09", "month", "2024-09-01", "2024-09-30"), "September 2024"),
        (row("2023", "year", "2023-01-01", "2023-12-31"), "2023"),
        (row("FY2023", "year", "2022-04-01", "2023-03-31"), "financial year 2023"),
        (row("2024-Q3", "quarter", "2024-07-01", "2024-09-30"), "third quarter of 2024"),
        (row("2024-SU", "season", "2024-06-01", "2024-08-31"), "summer 2024"),
        (row("199", "decade", "1990-01-01", "1999-12-31"), "1990s"),
        (row("2024-08-28/2024-08-30", "day", "2024-08-28", "2024-08-30"), "2024-08-28 to 2024-08-30"),
        (row("P10Y", "decade", "2014-08-07", "2024-08-07", "DURATION"), "2014-08-07 to 2024-08-07"),
    ],
)  # fmt: skip
def test_a_period_is_not_its_first_day(date: DateRow, words: str) -> None:
    assert show_period(date) == words
    assert is_period(date) == (date.earliest != date.latest)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("DATE", "PRESENT_REF", "now"),
        ("DATE", "XXXX-05-03", "date not known"),
        ("DURATION", "P1D", "1 day"),
        ("DURATION", "P2.5Y", "2.5 years"),
        ("DURATION", "PXW", "some weeks"),
        ("DURATION", "PXX", "some time"),
        ("DURATION", "P2DE", "2 decades"),
        ("SET", "P1Y", "every year"),
        ("SET", "P3M", "every 3 months"),
        ("SET", "XXXX-WXX-1", "every Monday"),
        ("SET", "XXXX-WXX-5TNI", "repeatedly"),
        ("TIME", "2022-09-06TNI", "2022-09-06 night"),
        ("TIME", "2022-11-25T09:10", "2022-11-25 09:10"),
        ("TIME", "XXXX-XX-XXT21:30", "date not known"),
        ("DATE", "PTZZ</b>", "PTZZ</b>"),
        ("DATE", None, "no value"),
    ],
)
def test_values_are_said_in_plain_words(kind: str, value: str | None, words: str) -> None:
    date = replace(row(value or "", "day", "2024-01-01", "2024-01-01", kind), earliest=None, value=value)
    assert say_value(date) == words


def test_a_date_is_found_by_its_id() -> None:
    dates = [row("2024", "year", "2024-01-01", "2024-12-31", start=at) for at in (3, 40, 700)]
    assert find_date(dates, "d#d40") is dates[1]
    assert find_date(dates, "d#d41") is None
    assert find_date(dates, None) is None
