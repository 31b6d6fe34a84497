"""Readers of days, months and years of the calendar, with or without their year."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from pipeline.nlp.dates.context import Context, Reading, nearest
from pipeline.nlp.dates.doubts import is_month, is_year
from pipeline.nlp.dates.edges import with_edge
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.quantities import parse_clock, parse_ordinal
from pipeline.nlp.dates.timex import (
    Timex,
    at_day,
    at_month,
    at_month_day,
    at_time,
    at_year,
    between,
    unresolved,
)

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d:\d\d)\S*?(z?))?")
_TWO_DIGIT_PIVOT = 50
"""A two-digit year up to this is of the 21st century."""


def whole(hit: Hit, timex: Timex) -> Reading:
    """A reading of all pieces of the match."""
    return Reading(timex, hit.first, hit.last)


def full_year(digits: str) -> int:
    """A year of two or four digits, with or without apostrophe."""
    number = int(digits.strip("'s"))
    if len(digits.strip("'s")) > 2:
        return number
    return number + (2000 if number <= _TWO_DIGIT_PIVOT else 1900)


def month_number(hit: Hit, context: Context, group: str = "month") -> int:
    """The month that the first word of a group names."""
    word = hit.words(group)[0]
    if context.lexicon.has("month", word):
        name = "month"
    else:
        name = "month_short"
    return int(context.lexicon.value(name, word))


def relative_year(words: list[str], context: Context) -> int | None:
    """The year of `last year`, `that year`, `the same year`."""
    if {"that", "same", "following", "previous"} & set(words):
        mention = context.last()
        if "following" in words:
            step = 1
        elif "previous" in words:
            step = -1
        else:
            step = 0
        if mention and mention.earliest:
            return mention.earliest.year + step
        return None
    if context.anchor is None:
        return None
    if "last" in words:
        step = -1
    elif "next" in words:
        step = 1
    else:
        step = 0
    return context.anchor.year + step


def given_year(hit: Hit, context: Context) -> int | None:
    """The year that the text gives, in digits or relative."""
    if hit.has("year"):
        return int(hit.word("year"))
    if hit.has("year2"):
        return full_year(hit.word("year2"))
    if hit.has("rel"):
        return relative_year(hit.words("rel"), context)
    return None


def with_clock(timex: Timex, hit: Hit, context: Context) -> Timex | None:
    """Add the clock time or part of day of the match, if it has one; None if the time does not exist."""
    for group in ("clock", "clock2"):
        if hit.has(group):
            clock = parse_clock(hit.words(group), context.lexicon)
            if clock:
                return at_time(timex, clock)
            return None
    for group in ("part", "part0", "part2"):
        if hit.has(group):
            part = next(word for word in hit.words(group) if context.lexicon.has("part", word))
            return at_time(timex, str(context.lexicon.value("part", part)))
    return timex


def read_iso(hit: Hit, context: Context) -> Reading | None:
    """`2021-05-03`, `2021-05-03T18:20Z`."""
    match = _ISO.match(hit.word("iso"))
    if match is None:
        return None
    day = replace(at_month_day(int(match[1]), int(match[2]), int(match[3])), dated=True)
    return whole(hit, at_time(day, match[4] + match[5].upper()) if match[4] else day)


def read_numeric(hit: Hit, context: Context) -> Reading | None:
    """`07/09/2022`: day first or month first by configuration; the other order where only that exists."""
    first, second, year = re.split(r"[/.-]", hit.word("date"))
    if "/" not in hit.word("date") and len(year) == 2:
        return None
    if context.day_first:
        day, month = (int(first), int(second))
    else:
        day, month = (int(second), int(first))
    if month > 12 >= day:
        day, month = month, day
    timex = with_clock(replace(at_month_day(full_year(year), month, day), dated=True), hit, context)
    if timex:
        return whole(hit, timex)
    return None


def read_day(hit: Hit, context: Context) -> Reading | None:
    """`3 May 2021`, `Sep 07, 2022 07:11 AM`, `the 3rd of May`, `last March 5`."""
    day = parse_ordinal(hit.words("day"), context.lexicon)
    if day is None or (context.is_a(hit.after(), "counted") and not hit.has("year")):
        return None
    if not hit.has("year") and has_odd_year(hit):
        raise ValueError("no such year")
    month = month_number(hit, context)
    if not is_day_of_month(hit, context):
        return None
    timex = with_edge(day_near(hit, context, month, day), hit, context)
    timed = with_clock(timex, hit, context)
    article = (
        hit.all_words()[0] == "the" and hit.first + 1 == hit.groups["day"][0] and hit.word("day").isdigit()
    )
    if timed:
        return Reading(timed, hit.first + article, hit.last)
    return None


def read_day_of_month(hit: Hit, context: Context) -> Reading | None:
    """`on the 15th`: of the month mentioned last, else of the anchor's."""
    if not context.is_a(hit.before(), "day_preposition") or not (
        hit.after() == "" or context.is_a(hit.after(), "clause")
    ):
        return None
    mention = context.last()
    day = parse_ordinal(hit.words("day"), context.lexicon) or 0
    if mention is None or mention.earliest is None:
        return whole(hit, unresolved(f"XXXX-XX-{day:02d}", "day"))
    return whole(hit, at_day(mention.earliest.replace(day=day)).against(mention.earliest))


def has_odd_year(hit: Hit) -> bool:
    """Whether digits follow that are no year (`3 May 0000`)."""
    after = hit.after()
    return after.isdigit() and len(after) >= 4


def has_odd_number(hit: Hit) -> bool:
    """Whether a number that is no day stands before a month (`32 May`), or one that is no year after it."""
    if hit.before() == "of" and hit.before(2)[:1].isdigit() and not hit.before(2).isdigit():
        return True
    before = hit.before().rstrip("stndrh")
    return (before.isdigit() and len(before) <= 2) or (not hit.has("year") and has_odd_year(hit))


def is_day_of_month(hit: Hit, context: Context) -> bool:
    """Whether `the first may` and the like is a date: a word for the day needs `of`, or a month that is no verb."""
    if hit.words("day")[0][:1].isdigit() or hit.has("year"):
        return True
    at = hit.groups["day"][1]
    return (
        hit.pieces.word(at) == "of"
        or hit.pieces.word(at - 2) in ("may", "march")
        or not context.is_a(hit.word("month"), "month_doubtful")
    )


def day_near(hit: Hit, context: Context, month: int, day: int) -> Timex:
    """A day of a month in the year that the text gives, or else nearest to the anchor and fitting the tense."""
    year = given_year(hit, context)
    if year is not None:
        timex = replace(at_month_day(year, month, day), dated=True)
        if hit.has("year") or hit.has("year2"):
            return timex
        return timex.against(context.anchor)
    base = context.base()
    if base is None:
        return at_month_day(None, month, day)
    options = [option for step in (-1, 0, 1) if (option := _day_or_none(base.year + step, month, day))]
    if not options:
        options = [
            option for step in (-4, -3, -2, 2, 3, 4) if (option := _day_or_none(base.year + step, month, day))
        ]
    if not options:
        return at_month_day(None, month, day)
    return at_day(_pick_day(hit, context, options, base)).against(base)


def _pick_day(hit: Hit, context: Context, options: list[dt.date], base: dt.date) -> dt.date:
    relative = hit.word("rel0")
    if relative == "last":
        return max((option for option in options if option < base), default=options[0])
    if relative == "next":
        return min((option for option in options if option > base), default=options[-1])
    if context.narrative and context.history:
        return nearest(options, base + dt.timedelta(60), "unclear", 0)
    return nearest(options, base, context.tense(hit), 120)


def _day_or_none(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_day_range(hit: Hit, context: Context) -> Reading | None:
    """`3 to 9 June`, `between May 3 and 9`: one period. `3 and 9 June` is a list, of which the second is read."""
    first, last = (parse_ordinal(hit.words(group), context.lexicon) for group in ("first", "day"))
    if first is None or last is None:
        return None
    listed = hit.word("link") == "and" and hit.word("pre") != "between"
    end = day_near(hit, context, month_number(hit, context), last)
    if listed or first >= last:
        if hit.groups["month"] > hit.groups["day"]:
            return Reading(end, max(hit.groups["day"][0], 0), hit.last)
        return None
    if end.earliest:
        start = replace(end, earliest=end.earliest.replace(day=first))
    else:
        start = end
    if hit.word("pre") == "from":
        begin = hit.groups["pre"][1]
    else:
        begin = hit.first
    return Reading(between(start, end), begin, hit.last)


def read_month(hit: Hit, context: Context) -> Reading | None:
    """`July 2022`, `late May`, `last March`, `each June`."""
    if has_odd_number(hit):
        raise ValueError("no such day or year")
    number = month_number(hit, context)
    if hit.words("rel0")[-1:] in (["each"], ["every"]):
        return whole(hit, unresolved(f"XXXX-{number:02d}", "month", "SET"))
    year = given_year(hit, context)
    if not is_month(hit, context):
        return None
    if year is None and not hit.has("rel"):
        year = month_year(hit, context, number)
    timex = at_month(year, number)
    dated = hit.has("year") or hit.has("year2")
    if dated:
        timex = replace(timex, dated=True)
    else:
        timex = timex.against(context.base() if year else None)
    return whole(hit, with_edge(timex, hit, context))


def month_year(hit: Hit, context: Context, month: int) -> int | None:
    """The year of a bare month: by `last` or `next`, else nearest to the anchor and fitting the tense."""
    base = (
        context.anchor
        if hit.has("rel0") and hit.words("rel0")[-1] in ("last", "next", "this")
        else context.base()
    )
    if base is None:
        return None
    word = (hit.words("rel0") or [""])[-1]
    if word == "last":
        return base.year if month < base.month else base.year - 1
    if word in ("next", "following"):
        return base.year if month > base.month else base.year + 1
    if word == "past":
        return base.year if month <= base.month else base.year - 1
    if word in ("this", "coming"):
        tense = context.tense(hit)
        return base.year + (1 if tense == "future" and month < base.month else 0)
    options = [dt.date(base.year + step, month, 15) for step in (-1, 0, 1) if 0 < base.year + step < 10_000]
    if context.narrative and context.history:
        return nearest(options, base + dt.timedelta(90), "unclear", 0).year
    return nearest(options, base.replace(day=15), context.tense(hit), 180).year


def read_year(hit: Hit, context: Context) -> Reading | None:
    """`2014`, `early 2014`, `fiscal 2022`, `the year 2014`."""
    year = int(hit.word("year"))
    if not (
        hit.has("edge") or hit.has("kind") or hit.words("year") != hit.all_words() or is_year(hit, context)
    ):
        return None
    if is_event(hit, context):
        return None
    return whole(
        hit, with_edge(replace(year_of_kind(year, hit.word("kind"), context), dated=True), hit, context)
    )


def is_event(hit: Hit, context: Context) -> bool:
    """Whether the year only names an election or a law (`the 2019 general election`, `Companies Act 2006`)."""
    if context.is_a(hit.before(), "law"):
        return True
    if not context.is_a(hit.after(), "event_kind"):
        return False
    following = [hit.after(distance) for distance in (2, 3, 4)]
    stop = next((at for at, word in enumerate(following) if not context.is_a(word, "event_kind")), 3)
    return stop < 3 and context.is_a(following[stop], "event")


def year_of_kind(year: int, kind: str, context: Context) -> Timex:
    """A calendar year, or a financial one that begins where the configuration says."""
    if kind:
        prefix = str(context.lexicon.value("year_kind", kind))
    else:
        prefix = ""
    return at_year(year, prefix=prefix, first_month=context.fiscal_start if prefix else 1)


def read_short_year(hit: Hit, context: Context) -> Reading | None:
    """`’98`, after a preposition or `summer of`."""
    if not context.is_a(hit.before(), "time_preposition"):
        return None
    return whole(hit, replace(at_year(full_year(hit.word("year"))), dated=True))


def read_year_range(hit: Hit, context: Context) -> Reading | None:
    """`2014-16`, `2021/22`: one period."""
    first, tail = hit.word("first"), hit.word("last")
    last = first[: 4 - len(tail)] + tail
    if not int(first) < int(last) <= int(first) + 100:
        return None
    if hit.words("first") == hit.all_words()[:1] and context.is_a(hit.before(), "counting", "dollar"):
        return None
    kind = hit.word("kind") or hit.word("kind2")
    if kind and context.fiscal_start > 1 and int(last) == int(first) + 1:
        return whole(hit, replace(year_of_kind(int(last), kind, context), dated=True))
    return whole(
        hit, between(replace(at_year(int(first)), dated=True), replace(at_year(int(last)), dated=True))
    )


def read_before_christ(hit: Hit, context: Context) -> Reading | None:
    """`264 BC`: outside the calendar, so without interval."""
    if 0 < int(hit.word("year")) < 10_000:
        return whole(hit, Timex("DATE", f"BC{int(hit.word('year')):04d}", "year", dated=True))
    return None
