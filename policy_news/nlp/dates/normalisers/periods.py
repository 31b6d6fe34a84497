"""Readers of decades, centuries, seasons, quarters, financial years and holidays."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta, weekday

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import AHEAD, Context, Reading, Tense, nearest
from policy_news.nlp.dates.date_rules import Holiday
from policy_news.nlp.dates.doubts import starts_name
from policy_news.nlp.dates.normalisers.calendar import (
    financial_start,
    full_year,
    given_year,
    has_odd_year,
    is_financial,
    relative_year,
    step_of,
    whole,
    year_of_kind,
)
from policy_news.nlp.dates.period_edges import with_edge
from policy_news.nlp.dates.quantities import parse_ordinal
from policy_news.nlp.dates.timex import (
    SEASONS,
    Timex,
    at_century,
    at_day,
    at_decade,
    at_financial,
    at_season,
    at_share,
    unresolved,
)


def read_decade(hit: Hit, context: Context) -> Reading | None:
    """Read `the 1990s`, `the early '90s`, `the eighties`."""
    word = hit.word("decade")
    digits = re.sub(r"\D", "", word)
    # Without an article `90s` are seconds or degrees, and `the eighties` may be a temperature.
    article = "the" in (hit.all_words()[0], hit.before()) or hit.has("edge")
    if len(digits) == 4:
        first = int(digits)
    elif digits and (article or word.startswith("'")):
        century = 2000
        if int(digits) >= 20:
            century = 1900
        first = century + int(digits)
    elif not digits and article and context.is_a(word, "decade_word"):
        first = 1900 + int(context.lexicon.value("decade_word", word))
    else:
        return None
    return whole(hit, with_edge(replace(at_decade(first), dated=True), hit, context))


def read_century(hit: Hit, context: Context) -> Reading | None:
    """Read `the 19th century`, `the late twentieth century`."""
    number = parse_ordinal(hit.words("number"), context.lexicon)
    if number is None or not 1 <= number <= 30:
        return None
    # `the 19th-century house`: the article belongs to the house.
    if "-" in hit.all_words() and hit.all_words()[0] == "the":
        return Reading(replace(at_century(number), dated=True), hit.first + 1, hit.last)
    if hit.has("era"):
        return whole(hit, Timex("DATE", f"BC{number - 1:02d}", "century", dated=True))
    return whole(hit, with_edge(replace(at_century(number), dated=True), hit, context))


def read_season(hit: Hit, context: Context) -> Reading | None:
    """Read `spring 2021`, `last summer`, `the autumn`."""
    word, relative = hit.word("season"), hit.word("rel")
    code = str(context.lexicon.value("season", word))
    if context.tag(hit.pieces.starts[hit.groups["season"][0]]).startswith("VB"):  # `firms that fall under it`
        return None
    if relative in ("each", "every"):
        return whole(hit, unresolved(f"XXXX-{code}", "season", "SET"))
    year = given_year(hit, context, "rel2")
    if year is not None:
        timex = replace(at_season(year, code), dated=not hit.has("rel2"))
        if hit.has("rel2"):
            timex = timex.against(context.anchor)
        return whole(hit, with_edge(timex, hit, context))
    if not _is_season(hit, context, word, relative):
        return None
    # `last summer` counts from the day of writing even in a narrative.
    if hit.words("rel")[-1:] in (["last"], ["next"], ["this"]):
        base = context.anchor
    else:
        base = context.base()
    if base is None:
        return whole(hit, at_season(None, code))
    timex = _season_near(hit, context, base, code, relative)
    return whole(hit, with_edge(timex.against(base), hit, context))


def _is_season(hit: Hit, context: Context, word: str, relative: str) -> bool:
    """Return whether a season without a year is one: not a name (`Spring Budget`), nor a verb (`fall`)."""
    leads = context.is_a(hit.before(), "sure_preposition") or hit.before() == "by"
    if not (relative or hit.has("edge") or leads):
        return False
    # Headlines write every word with a capital, so that a second one does not make a name there.
    if starts_name(hit) and not context.heading:
        return False
    doubtful = relative in ("the", "") and context.is_a(word, "season_doubtful")
    # `spring` and `fall` are seasons after a preposition, and not before `in` or `of`.
    is_led = context.is_a(hit.before(), "time_preposition") and hit.after() not in ("in", "of", "from", "to")
    return not doubtful or is_led


def _season_near(hit: Hit, context: Context, base: dt.date, code: str, relative: str) -> Timex:
    """Return the season that the words name, counted from `base`."""
    # Winter runs into the next year, so the one that contains a January began two calendar years before the next.
    years = [base.year + step for step in (-2, -1, 0, 1) if 0 < base.year + step < 9999]
    starts = [dt.date(year, SEASONS[code], 1) for year in years]
    ends = {start: start + relativedelta(months=3, days=-1) for start in starts}
    last = relative.split(" ")[-1]
    if last in ("last", "previous"):
        return at_season(max(start for start in starts if ends[start] < base).year, code)
    if last in ("next", "coming", "following"):
        return at_season(min((start for start in starts if start > base), default=starts[-1]).year, code)
    if last == "past":
        return at_season(max(start for start in starts if start <= base).year, code)
    if last == "this":
        for start in starts:
            if start <= base <= ends[start]:
                return at_season(start.year, code)
        return at_season(base.year, code)
    return at_season(nearest(starts, base, context.tense(hit), 150).year, code)


def read_quarter(hit: Hit, context: Context) -> Reading | None:
    """Read `the third quarter of fiscal 2022`, `the first half of last year`."""
    months = 3
    if hit.word("share") == "half":
        months = 6
    number = _share_number(hit, context, 12 // months)
    if number is None:
        return None
    year = _share_year(hit, context)
    if year is None:
        if not _is_share_of_year(hit, context, half=months == 6):
            return None
        year = _share_year_near(hit, context, number, months)
    financial = "fy" in hit.word("year") or any(
        is_financial(hit.word(group), context) for group in ("kind", "kind2", "kind3", "kind4", "kind0")
    )
    timex = _at_share(year, number, months, hit, context, financial=financial)
    if hit.has("year") or hit.word("y0").isdigit():
        timex = replace(timex, dated=True)
    elif year:
        timex = timex.against(context.base())
    return _without_article(hit, timex)


def _at_share(
    year: int | None, number: int, months: int, hit: Hit, context: Context, *, financial: bool
) -> Timex:
    """Return a quarter or half of a calendar or financial year."""
    if financial and year is not None:
        return at_financial(year, financial_start(hit, context), number, months)
    return at_share(year, number, months)


def _without_article(hit: Hit, timex: Timex) -> Reading:
    """Leave out the article of `the third-quarter result`, where the period modifies a noun that the article belongs to."""
    first = hit.first
    if "-" in hit.all_words() and hit.all_words()[0] in ("the", "its", "their"):
        first += 1
    return Reading(timex, first, hit.last)


def _share_number(hit: Hit, context: Context, shares: int) -> int | None:
    """Return the number of a quarter or half, None if a year has less of them; `last` needs a year beside it."""
    word = hit.words("number")[0]
    number: int | None
    if context.lexicon.has("nth", word):
        number = int(context.lexicon.value("nth", word))
    else:
        number = parse_ordinal([word], context.lexicon)
    if number == -1:
        number = shares
    if word == "last" and not (hit.has("year") or hit.has("rel")):
        return None
    if number and 1 <= number <= shares:
        return number
    return None


def _share_year(hit: Hit, context: Context) -> int | None:
    if hit.has("year"):
        return full_year(hit.word("year").removeprefix("fy"))
    if hit.word("y0").isdigit():
        return int(hit.word("y0"))
    words = hit.words("rel") or hit.words("y0")
    if words:
        return relative_year(words, context)
    return None


def _is_share_of_year(hit: Hit, context: Context, *, half: bool) -> bool:
    """Return whether a quarter or half without a year is part of a year, not of a sports match."""
    nearby = {hit.pieces.word(at) for at in range(hit.first - 12, hit.last + 12)}
    if any(context.is_a(word, "sport") for word in nearby):
        return False
    return not half or hit.has("rel") or any(hit.has(group) for group in ("kind", "kind0"))


def _share_year_near(hit: Hit, context: Context, number: int, months: int) -> int | None:
    """Return this year if the quarter or half has begun or is to come by the tense; else last year or next year."""
    base = context.base()
    if base is None:
        return None
    first = (number - 1) * months + 1
    tense = context.tense(hit)
    if tense == "future" and first + months <= base.month:
        return base.year + 1
    if first <= base.month or tense in AHEAD:
        return base.year
    return base.year - 1


def read_quarter_code(hit: Hit, context: Context) -> Reading | None:
    """Read `Q3 2021`, `2021 Q3`, `H1`, `Q2FY25`."""
    code, _, joined = hit.word("code").partition("fy")
    number = int(code.strip("qh"))
    months = 3
    if "h" in code:
        months = 6
    written = (joined and f"fy{joined}") or hit.word("year") or hit.word("y0")
    year: int | None = None
    if written:
        year = full_year(written.removeprefix("fy"))
    elif hit.has("rel"):
        year = relative_year(hit.words("rel"), context)
    if year is None:
        # `H1` is also a visa or a level of headings; `Q3` is hardly anything else.
        if months == 6 and not context.is_a(hit.before(), "time_preposition"):
            return None
        year = _share_year_near(hit, context, number, months)
    financial = written.startswith("fy") or is_financial(hit.word("kind"), context)
    timex = _at_share(year, number, months, hit, context, financial=financial)
    if written:
        timex = replace(timex, dated=True)
    elif year:
        timex = timex.against(context.base())
    return whole(hit, timex)


def read_fiscal_code(hit: Hit, context: Context) -> Reading | None:
    """Read `FY22`, `FY2022`, `FY2021-22`."""
    year = full_year(hit.word("last") or hit.word("code").removeprefix("fy"))
    return whole(hit, replace(at_financial(year, financial_start(hit, context)), dated=True))


def read_fiscal_year(hit: Hit, context: Context) -> Reading | None:
    """Read `the last financial year`, `the next tax year`."""
    if not (hit.has("rel") or hit.has("edge")):
        return None
    if context.anchor is None:
        return whole(hit, unresolved("XXXX", "year"))
    step = 1 if hit.word("rel") == "new" else step_of(hit.words("rel"), context)
    timex = year_of_kind(context.anchor.year + step, hit.word("kind"), hit, context)
    return whole(hit, with_edge(timex.against(context.anchor), hit, context))


def read_holiday(hit: Hit, context: Context) -> Reading | None:
    """Read `Christmas`, `Boxing Day 2021`, `last Easter`."""
    first = hit.pieces.text[hit.pieces.starts[hit.groups["name"][0]]]
    if not first.isupper() or context.is_a(hit.after(), "holiday_name"):
        return None
    if not hit.has("year") and has_odd_year(hit):
        raise ValueError("no such year")
    holiday = context.holidays["".join(hit.words("name"))]
    if hit.word("rel") in ("each", "every"):
        return whole(hit, unresolved(_yearly(holiday), "day", "SET"))
    year: int | None = None
    if hit.has("year"):
        year = int(hit.word("year"))
    elif hit.has("rel2"):
        year = relative_year(hit.words("rel2"), context)
    if year is not None:
        return whole(hit, replace(at_day(day_of(holiday, year)), dated=True))
    base = context.base()
    if base is None:
        return whole(hit, unresolved(_yearly(holiday), "day"))
    # The Gregorian Easter of dateutil exists for these years only.
    options = [day_of(holiday, base.year + step) for step in (-1, 0, 1) if 1583 <= base.year + step <= 4099]
    return whole(hit, at_day(_pick(options, base, hit.word("rel"), context.tense(hit))).against(base))


def _pick(options: list[dt.date], base: dt.date, relative: str, tense: Tense) -> dt.date:
    if relative == "last":
        return max(option for option in options if option < base)
    if relative == "next":
        return min(option for option in options if option > base)
    return nearest(options, base, tense, 120)


def _yearly(holiday: Holiday) -> str:
    if holiday.month and holiday.day:
        return f"XXXX-{holiday.month:02d}-{holiday.day:02d}"
    return "XXXX-XX-XX"


def day_of(holiday: Holiday, year: int) -> dt.date:
    """Return the day of a holiday in a year.

    Raises:
        ValueError: The year is outside the calendar, or the holiday does not exist in it.
    """
    if holiday.easter is not None:
        return easter(year) + dt.timedelta(holiday.easter)
    assert holiday.month is not None
    if holiday.day is not None:
        return dt.date(year, holiday.month, holiday.day)
    assert holiday.weekday is not None
    assert holiday.nth is not None
    edge = dt.date(year, holiday.month, 1)
    # The last Monday is counted back from the end of the month; day 31 becomes the last day of a shorter one.
    if holiday.nth < 0:
        edge += relativedelta(day=31)
    named = relativedelta(weekday=weekday(holiday.weekday - 1)(holiday.nth))
    return edge + named + dt.timedelta(holiday.shift)
