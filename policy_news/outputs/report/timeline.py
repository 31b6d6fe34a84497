"""A drawing of dated claims and mentions in time. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policy_news.outputs.report.views import View
from policy_news.tables.corpus import Article

WIDE, NARROW = 960, 340
PANEL, GAP, LEFT, TOP = 120, 36, 40, 22
MAX_BINS = 48
WEEK = "week of "
TICK = 62
"""Width of a name below the bars, with the space beside it."""
TAIL = 0.02
"""Share of the dates at each end that may be put together, so that one old date does not flatten the rest."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole drawing in its own units, and its numbers as rows `(name, claims, mentions)`."""

    width: int
    height: int
    unit: str
    panels: list[View]
    ticks: list[View]
    rows: tuple[tuple[str, int, int], ...]


Namer = Callable[[dt.date], tuple[int, str]]
"""Gives a day the number of its bin and its name."""


Days = tuple[dt.date, dt.date]
"""First and last day of what dates a claim."""


def claim_days(articles: Iterable[Article]) -> Iterator[Days]:
    """Yield the first and last day of all dated claims."""
    for article in articles:
        for claim in article.claims:
            if claim.claim_date:
                date = article.date_of(claim)
                yield claim.claim_date, (date and date.latest) or claim.claim_date


def mention_days(articles: Iterable[Article]) -> Iterator[dt.date]:
    """Yield the date of the section of each mention, if it has one."""
    for article in articles:
        days = {section.section_id: section.date for section in article.sections}
        yield from (
            day for mention in article.mentions if mention.counted and (day := days.get(mention.section_id))
        )


def draw_timeline(claims: Iterable[Days], mentions: Iterable[dt.date], width: int = WIDE) -> Timeline | None:
    """Return bars of claims above bars of mentions, without claims dated to more than a bar covers, such as a month.

    Args:
        claims: First and last day of what dates each claim.
        width: Width of the drawing, in its own units: one unit is a pixel at normal text size.

    Returns:
        The drawing, or None if nothing is dated.
    """
    periods, named = list(claims), Counter(mentions)
    days = sorted([*(first for first, _ in periods), *named.elements()])
    if not days:
        return None
    first, last = _without_tails(days)
    unit, namer = _choose_unit(first, last)
    low, high = namer(first)[0], namer(last)[0]
    told = Counter(start for start, end in periods if namer(start)[0] == namer(end)[0])
    counts = [_bin(one, namer, low, high) for one in (told, named)]
    names = _names(namer, first, last, early=days[0] < first, late=days[-1] > last)
    panels = [_panel(index, counts[index], names, width) for index in range(2)]
    rows = tuple(
        (name, counts[0][key], counts[1][key])
        for key, name in names.items()
        if counts[0][key] or counts[1][key]
    )
    return Timeline(width, TOP + 2 * PANEL + GAP + 26, unit, panels, list(_ticks(names, width)), rows)


def _without_tails(days: Sequence[dt.date]) -> tuple[dt.date, dt.date]:
    """Return first and last day of the axis; tails are cut only if that makes it much shorter."""
    cut = int(len(days) * TAIL)
    first, last = days[cut], days[len(days) - 1 - cut]
    whole = (days[-1] - days[0]).days
    return (first, last) if (last - first).days * 2 < whole else (days[0], days[-1])


def _choose_unit(first: dt.date, last: dt.date) -> tuple[str, Namer]:
    for unit, namer in UNITS:
        if namer(last)[0] - namer(first)[0] < MAX_BINS:
            return unit, namer
    return UNITS[-1]


def _bin(days: Counter[dt.date], namer: Namer, low: int, high: int) -> Counter[int]:
    """Return numbers by bin; what is before or after the axis goes into the bin at its end."""
    counts: Counter[int] = Counter()
    for day, number in days.items():
        counts[min(max(namer(day)[0], low - 1), high + 1)] += number
    return counts


def _names(namer: Namer, first: dt.date, last: dt.date, *, early: bool, late: bool) -> dict[int, str]:
    """Return bins in order with their names, also those without a date in them."""
    names: dict[int, str] = {namer(first)[0] - 1: "earlier"} if early else {}
    day, step = first, dt.timedelta(days=1 if last - first < dt.timedelta(days=800) else 20)
    while day < last:
        number, name = namer(day)
        names.setdefault(number, name)
        day += min(step, last - day)
    names.setdefault(*namer(last))
    return names | ({namer(last)[0] + 1: "later"} if late else {})


def _panel(index: int, counts: Counter[int], names: dict[int, str], width: int) -> View:
    """Return one row of bars with its name, base line and highest number."""
    base = TOP + PANEL + index * (PANEL + GAP)
    most = max(counts.values(), default=0)
    step = (width - LEFT) / len(names)
    kind = ("claims", "mentions")[index]
    bars = []
    for place, (key, name) in enumerate(names.items()):
        if number := counts[key]:
            height = round(max(2.0, (PANEL - 16) * number / most), 1)
            what = f"{name}: {number:,} {kind if number > 1 else kind[:-1]}"
            x, y = round(LEFT + place * step + step * 0.1, 1), round(base - height, 1)
            bars.append({"x": x, "y": y, "width": round(step * 0.8, 1), "height": height, "title": what})
    top = base - PANEL + 16
    return {"name": kind.capitalize(), "kind": kind, "base": base, "top": top, "most": most, "bars": bars}


def _ticks(names: dict[int, str], width: int) -> Iterator[View]:
    """Yield a name for every so many bins, so that they do not run into each other."""
    step = (width - LEFT) / len(names)
    each = max(1, -(-TICK // max(int(step), 1)))
    for place, name in enumerate(names.values()):
        if place % each == 0:
            x = round(LEFT + (place + 0.5) * step, 1)
            # A name in the middle of a narrow last bar would end beyond the drawing.
            fits = x + TICK / 2 <= width
            at = {"x": x, "anchor": "middle"} if fits else {"x": width, "anchor": "end"}
            yield {**at, "name": name.removeprefix(WEEK)}


def _week(day: dt.date) -> tuple[int, str]:
    monday = day - dt.timedelta(days=day.weekday())
    return (day.toordinal() - 1) // 7, f"{WEEK}{monday}"


def _quarter(day: dt.date) -> tuple[int, str]:
    quarter = (day.month - 1) // 3
    return day.year * 4 + quarter, f"{day.year}-Q{quarter + 1}"


UNITS: tuple[tuple[str, Namer], ...] = (
    ("day", lambda day: (day.toordinal(), day.isoformat())),
    ("week", _week),
    ("month", lambda day: (day.year * 12 + day.month - 1, f"{day:%Y-%m}")),
    ("quarter", _quarter),
    ("year", lambda day: (day.year, str(day.year))),
    ("decade", lambda day: (day.year // 10, f"{day.year // 10}0s")),
    ("century", lambda day: (day.year // 100, f"{day.year // 100}00s")),
)
