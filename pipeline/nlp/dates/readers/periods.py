"""Readers of decades, centuries, seasons, quarters, financial years and holidays."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta, weekday

from pipeline.nlp.dates.context import Context, Reading, Tense, nearest
from pipeline.nlp.dates.doubts import starts_name
from pipeline.nlp.dates.edges import with_edge
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.quantities import parse_ordinal
from pipeline.nlp.dates.readers.calendar import full_year, has_odd_year, relative_year, whole, year_of_kind
from pipeline.nlp.dates.rules import Holiday
from pipeline.nlp.dates.timex import (
    SEASONS,
    Timex,
    at_century,
    at_day,
    at_decade,
    at_half,
    at_quarter,
    at_season,
    unresolved,
)


def read_decade(hit: Hit, context: Context) -> Reading | None:
    """`the 1990s`, `the early '90s`, `the eighties`."""
    word = hit.word("decade")
    digits = re.sub(r"\D", "", word)
    article = "the" in (hit.all_words()[0], hit.before()) or hit.has("edge")
    if len(digits) == 4:
        first = int(digits)
    elif digits and (article or word.startswith("'")):
        first = int(digits) + (1900 if int(digits) >= 20 else 2000)
    elif not digits and article and context.is_a(word, "decade_word"):
        first = 1900 + int(context.lexicon.value("decade_word", word))
    else:
        return None
    return whole(hit, with_edge(replace(at_decade(first), dated=True), hit, context))


def read_century(hit: Hit, context: Context) -> Reading | None:
    """`the 19th century`, `the late twentieth century`."""
    number = parse_ordinal(hit.words("number"), context.lexicon)
    if number is None or not 1 <= number <= 30:
        return None
    if "-" in hit.all_words() and hit.all_words()[0] == "the":
        return Reading(replace(at_century(number), dated=True), hit.first + 1, hit.last)
    if hit.has("era"):
        return whole(hit, Timex("DATE", f"BC{number - 1:02d}", "century", dated=True))
    return whole(hit, with_edge(replace(at_century(number), dated=True), hit, context))


def read_season(hit: Hit, context: Context) -> Reading | None:
    """`spring 2021`, `last summer`, `the autumn`."""
    word, relative = hit.word("season"), hit.word("rel")
    code = str(context.lexicon.value("season", word))
    if context.tag(hit.pieces.starts[hit.groups["season"][0]]).startswith("VB"):  # `firms that fall under it`
        return None
    if relative in ("each", "every"):
        return whole(hit, unresolved(f"XXXX-{code}", "season", "SET"))
    year = _season_given_year(hit, context)
    if year is not None:
        timex = replace(at_season(year, code), dated=not hit.has("rel2"))
        return whole(hit, with_edge(timex.against(context.anchor if hit.has("rel2") else None), hit, context))
    if not (relative or hit.has("edge") or _bare_season(hit, context)) or (
        starts_name(hit) and not context.heading
    ):
        return None
    if (
        relative in ("the", "")
        and context.is_a(word, "season_doubtful")
        and not _is_noun_season(hit, context)
    ):
        return None
    if hit.words("rel")[-1:] in (["last"], ["next"], ["this"]):
        base = context.anchor
    else:
        base = context.base()
    if base is None:
        return whole(hit, at_season(None, code))
    return whole(hit, with_edge(_season_near(hit, context, base, code, relative).against(base), hit, context))


def _season_given_year(hit: Hit, context: Context) -> int | None:
    if hit.has("year"):
        return int(hit.word("year"))
    if hit.has("year2"):
        return full_year(hit.word("year2"))
    if hit.has("rel2"):
        return relative_year(hit.words("rel2"), context)
    return None


def _bare_season(hit: Hit, context: Context) -> bool:
    return context.is_a(hit.before(), "sure_preposition") or hit.before() == "by"


def _is_noun_season(hit: Hit, context: Context) -> bool:
    """Whether `spring` and `fall` stand where a season can: after a preposition, and not before `in` or `of`."""
    return context.is_a(hit.before(), "time_preposition") and hit.after() not in ("in", "of", "from", "to")


def _season_near(hit: Hit, context: Context, base: dt.date, code: str, relative: str) -> Timex:
    """The season that the words name, counted from `base`."""
    starts = [
        dt.date(base.year + step, SEASONS[code], 1) for step in (-2, -1, 0, 1) if 0 < base.year + step < 9999
    ]
    ends = {start: start + relativedelta(months=3, days=-1) for start in starts}
    if relative:
        last = relative.split(" ")[-1]
    else:
        last = ""
    if last in ("last", "previous"):
        return at_season(max(start for start in starts if ends[start] < base).year, code)
    if last in ("next", "coming", "following"):
        return at_season(min((start for start in starts if start > base), default=starts[-1]).year, code)
    if last == "past":
        return at_season(max(start for start in starts if start <= base).year, code)
    if last == "this":
        same = [start for start in starts if start <= base <= ends[start]]
        return at_season(same[0].year if same else base.year, code)
    return at_season(nearest(starts, base, context.tense(hit), 150).year, code)


def read_quarter(hit: Hit, context: Context) -> Reading | None:
    """`the third quarter of fiscal 2022`, `the first half of last year`."""
    half = hit.word("share") == "half"
    number = _share_number(hit, context, 2 if half else 4)
    if number is None:
        return None
    kind = next((hit.word(group) for group in ("kind", "kind2", "kind3", "kind0") if hit.has(group)), "")
    year = _share_year(hit, context)
    if year is None and not _bare_share(hit, context, half=half):
        return None
    if year is None:
        year = _share_year_near(hit, context, number, 6 if half else 3)
    prefix = str(context.lexicon.value("year_kind", kind)) if kind else ""
    build = at_half if half else at_quarter
    timex = build(year, number, prefix=prefix, first_month=context.fiscal_start if prefix else 1)
    dated = hit.has("year") or hit.word("y0").isdigit()
    return _without_article(
        hit, replace(timex, dated=True) if dated else timex.against(context.base() if year else None)
    )


def _without_article(hit: Hit, timex: Timex) -> Reading:
    """`the third-quarter result`: where the period modifies a noun, the article belongs to that."""
    hyphen = "-" in hit.all_words() and hit.all_words()[0] in ("the", "its", "their")
    return Reading(timex, hit.first + 1 if hyphen else hit.first, hit.last)


def _share_number(hit: Hit, context: Context, shares: int) -> int | None:
    word = hit.words("number")[0]
    number = (
        int(context.lexicon.value("nth", word))
        if context.lexicon.has("nth", word)
        else parse_ordinal([word], context.lexicon)
    )
    if number == -1:
        number = shares
    if word == "last" and not (hit.has("year") or hit.has("rel")):
        return None
    return number if number and 1 <= number <= shares else None


def _share_year(hit: Hit, context: Context) -> int | None:
    if hit.has("year"):
        return int(hit.word("year"))
    if hit.word("y0").isdigit():
        return int(hit.word("y0"))
    words = hit.words("rel") or hit.words("y0")
    if words:
        return relative_year(words, context)
    return None


def _bare_share(hit: Hit, context: Context, *, half: bool) -> bool:
    """Whether a quarter or half without a year is one of a year, not of a match."""
    nearby = {hit.pieces.word(at) for at in range(hit.first - 12, hit.last + 12)}
    if any(context.is_a(word, "sport") for word in nearby):
        return False
    return not half or hit.has("rel") or any(hit.has(group) for group in ("kind", "kind0"))


def _share_year_near(hit: Hit, context: Context, number: int, months: int) -> int | None:
    """This year's if it has begun, or is to come by the tense, else last year's."""
    base = context.base()
    if base is None:
        return None
    begun = (number - 1) * months + 1 <= base.month
    if begun or context.tense(hit) == "future":
        return base.year
    return base.year - 1


def read_quarter_code(hit: Hit, context: Context) -> Reading | None:
    """`Q3 2021`, `2021 Q3`, `H1`."""
    code = hit.word("code").strip("qh")
    half = "h" in hit.word("code")
    written = hit.word("year") or hit.word("y0")
    year = full_year(written.removeprefix("fy")) if written else None
    if year is None and hit.has("rel"):
        year = relative_year(hit.words("rel"), context)
    if half and year is None and not context.is_a(hit.before(), "time_preposition"):
        return None
    near = year if year is not None else _share_year_near(hit, context, int(code), 6 if half else 3)
    fiscal = hit.word("kind") or written.startswith("fy")
    build = at_half if half else at_quarter
    timex = build(
        near, int(code), prefix="FY" if fiscal else "", first_month=context.fiscal_start if fiscal else 1
    )
    return whole(
        hit, replace(timex, dated=True) if written else timex.against(context.base() if near else None)
    )


def read_fiscal_code(hit: Hit, context: Context) -> Reading | None:
    """`FY22`, `FY2022`."""
    year = full_year(hit.word("code").removeprefix("fy"))
    return whole(hit, replace(year_of_kind(year, "fiscal", context), dated=True))


def read_fiscal_year(hit: Hit, context: Context) -> Reading | None:
    """`the last financial year`, `the next tax year`."""
    if not (hit.has("rel") or hit.has("edge")):
        return None
    word = hit.word("rel")
    if word in ("last", "previous", "past"):
        step = -1
    elif word in ("next", "coming", "new"):
        step = 1
    else:
        step = 0
    if context.anchor is None:
        return whole(hit, unresolved("XXXX", "year"))
    if context.fiscal_start > 1 and context.anchor.month >= context.fiscal_start:
        ahead = 1
    else:
        ahead = 0
    timex = year_of_kind(context.anchor.year + ahead + step, hit.word("kind"), context)
    return whole(hit, with_edge(timex.against(context.anchor), hit, context))


def read_holiday(hit: Hit, context: Context) -> Reading | None:
    """`Christmas`, `Boxing Day 2021`, `last Easter`."""
    first = hit.pieces.text[hit.pieces.starts[hit.groups["name"][0]]]
    if not first.isupper() or context.is_a(hit.after(), "holiday_name"):
        return None
    if not hit.has("year") and has_odd_year(hit):
        raise ValueError("no such year")
    holiday = context.holidays["".join(hit.words("name"))]
    if hit.word("rel") in ("each", "every"):
        return whole(hit, unresolved(_yearly(holiday), "day", "SET"))
    year = (
        int(hit.word("year"))
        if hit.has("year")
        else relative_year(hit.words("rel2"), context)
        if hit.has("rel2")
        else None
    )
    if year is not None:
        return whole(hit, replace(at_day(day_of(holiday, year)), dated=True))
    base = context.base()
    if base is None:
        return whole(hit, unresolved(_yearly(holiday), "day"))
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
    """The day of a holiday in a year."""
    if holiday.easter is not None:
        return easter(year) + dt.timedelta(holiday.easter)
    assert holiday.month is not None
    if holiday.day is not None:
        return dt.date(year, holiday.month, holiday.day)
    assert holiday.weekday is not None
    assert holiday.nth is not None
    start = dt.date(year, holiday.month, 1 if holiday.nth > 0 else 28)
    if holiday.nth > 0:
        end = start
    else:
        end = start + relativedelta(day=31)
    return (
        end + relativedelta(weekday=weekday(holiday.weekday - 1)(holiday.nth)) + dt.timedelta(holiday.shift)
    )
