"""Readers of days, months and years of the calendar, with or without their year.

A reader raises `ValueError` for a date that does not exist; `read_hit` then drops the whole match.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from policy_news.core.single import only
from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import AHEAD, Context, Reading, nearest
from policy_news.nlp.dates.doubts import is_month, is_year
from policy_news.nlp.dates.period_edges import with_edge
from policy_news.nlp.dates.quantities import parse_clock, parse_ordinal
from policy_news.nlp.dates.timex import (
    Timex,
    at_day,
    at_financial,
    at_month,
    at_month_day,
    at_time,
    at_year,
    between,
    unresolved,
)

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d:\d\d)\S*?(z?))?")
_TWO_DIGIT_PIVOT = 50
"""A two-digit year up to this belongs to the 21st century."""


def whole(hit: Hit, timex: Timex | None) -> Reading | None:
    """Return a reading that covers all pieces of the match; None without a date."""
    return None if timex is None else Reading(timex, hit.first, hit.last)


def full_year(digits: str) -> int:
    """Return a year of two or four digits, with or without apostrophe."""
    bare = digits.strip("'s")
    number = int(bare)
    if len(bare) > 2:
        return number
    if number <= _TWO_DIGIT_PIVOT:
        return 2000 + number
    return 1900 + number


def month_number(hit: Hit, context: Context, group: str = "month") -> int:
    """Return the month (1 to 12) that the first word of a group names.

    Args:
        group: A group of the pattern that begins with the name of a month.
    """
    word = hit.words(group)[0]
    if context.lexicon.has("month", word):
        return int(context.lexicon.value("month", word))
    return int(context.lexicon.value("month_short", word))


def relative_year(words: list[str], context: Context) -> int | None:
    """Return the year of `last year`, `that year`, `the same year`; None where there is nothing to count from."""
    # These words count from the story, `last` and `next` from the day of writing.
    if {"that", "same", "following", "previous"} & set(words):
        mention = context.last()
        base = mention and mention.earliest
    else:
        base = context.anchor
    return base.year + step_of(words, context) if base else None


def step_of(words: Sequence[str], context: Context) -> int:
    """Return -1 for `last` and the like, 1 for `next` and the like, 0 for neither."""
    for word in words:
        for name in ("past", "future"):
            if context.lexicon.has(name, word):
                return int(context.lexicon.value(name, word))
    return 0


def given_year(hit: Hit, context: Context, relative: str = "rel") -> int | None:
    """Return the year that the text gives, in digits or relative.

    Args:
        relative: Group of the words of a relative one.
    """
    if hit.has("year"):
        return int(hit.word("year"))
    if hit.has("year2"):
        return full_year(hit.word("year2"))
    if hit.has(relative):
        return relative_year(hit.words(relative), context)
    return None


def with_clock(timex: Timex, hit: Hit, context: Context) -> Timex | None:
    """Add the clock time or part of day of a match, if it has one.

    Returns:
        The date with its time; the timex itself if the match has no time; None if the time does not exist.
    """
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
    """Read `2021-05-03`, `2021-05-03T18:20Z`."""
    match = _ISO.match(hit.word("iso"))
    if match is None:
        return None
    day = replace(at_month_day(int(match[1]), int(match[2]), int(match[3])), dated=True)
    if match[4]:
        return whole(hit, at_time(day, match[4] + match[5].upper()))
    return whole(hit, day)


def read_numeric(hit: Hit, context: Context) -> Reading | None:
    """Read `07/09/2022`: day first or month first by configuration, the other order where only that exists."""
    first, second, year = re.split(r"[/.-]", hit.word("date"))
    # `1.10.22` and `10-12-14` are more often versions and ranges than dates.
    if "/" not in hit.word("date") and len(year) == 2:
        return None
    if context.day_first:
        day, month = (int(first), int(second))
    else:
        day, month = (int(second), int(first))
    if month > 12 >= day:
        day, month = month, day
    timex = with_clock(replace(at_month_day(full_year(year), month, day), dated=True), hit, context)
    return whole(hit, timex)


def read_day(hit: Hit, context: Context) -> Reading | None:
    """Read `3 May 2021`, `Sep 07, 2022 07:11 AM`, `the 3rd of May`, `last March 5`."""
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
    if timed is None:
        return None
    first = hit.first
    # The article belongs to `the third of May`, but not to `the 3 May deadline`.
    if hit.all_words()[0] == "the" and first + 1 == hit.groups["day"][0] and hit.word("day").isdigit():
        first += 1
    return Reading(timed, first, hit.last)


def has_odd_year(hit: Hit) -> bool:
    """Return whether digits follow that cannot be a year (`3 May 0000`)."""
    after = hit.after()
    return after.isdigit() and len(after) >= 4


def has_odd_number(hit: Hit) -> bool:
    """Return whether the number before a month is not a day (`32 May`), or the number after it is not a year."""
    if hit.before() == "of" and hit.before(2)[:1].isdigit() and not hit.before(2).isdigit():
        return True
    before = hit.before().rstrip("stndrh")
    return (before.isdigit() and len(before) <= 2) or (not hit.has("year") and has_odd_year(hit))


def is_day_of_month(hit: Hit, context: Context) -> bool:
    """Return whether `the first may` and the like is a date: a day in words needs `of`, or a month that is not a verb."""
    if hit.words("day")[0][:1].isdigit() or hit.has("year"):
        return True
    at = hit.groups["day"][1]
    return (
        hit.pieces.word(at) == "of"
        or hit.pieces.word(at - 2) in ("may", "march")
        or not context.is_a(hit.word("month"), "month_doubtful")
    )


def day_near(hit: Hit, context: Context, month: int, day: int) -> Timex:
    """Return a day in the year that the text gives, else in the year nearest to the anchor that fits the tense.

    Args:
        month: 1 to 12.
        day: Day of the month, from 1.

    Raises:
        ValueError: The day does not exist.
    """
    year = given_year(hit, context)
    if year is not None:
        timex = replace(at_month_day(year, month, day), dated=True)
        if hit.has("year") or hit.has("year2"):
            return timex
        return timex.against(context.anchor)
    base = context.base()
    if base is None:
        return at_month_day(None, month, day)
    options = _days_in_years(base.year, (-1, 0, 1), month, day)
    # 29 February may be four years away.
    if not options:
        options = _days_in_years(base.year, (-4, -3, -2, 2, 3, 4), month, day)
    # No leap year nearby (around 1900), or a day that never exists: the next line raises for that.
    if not options:
        return at_month_day(None, month, day)
    return at_day(_pick_day(hit, context, options, base)).against(base)


def _pick_day(hit: Hit, context: Context, options: list[dt.date], base: dt.date) -> dt.date:
    relative = hit.word("rel0")
    if relative == "last":
        return max((option for option in options if option < base), default=options[0])
    if relative == "next":
        return min((option for option in options if option > base), default=options[-1])
    # A narrative moves forward, so its next date lies rather after the one mentioned last than before it.
    if context.narrative and context.history:
        return nearest(options, base + dt.timedelta(60), "unclear", 0)
    tense = context.tense(hit)
    named = context.years.get((options[0].month, options[0].day))
    # The text has said before which year it means, unless the day is to come again.
    if named is not None and tense != "future":
        return options[0].replace(year=named)
    return nearest(options, base, tense, 120)


def _days_in_years(year: int, steps: Sequence[int], month: int, day: int) -> list[dt.date]:
    """Return the day in each of the years around a year in which it exists."""
    days: list[dt.date] = []
    for step in steps:
        with suppress(ValueError):
            days.append(dt.date(year + step, month, day))
    return days


def read_day_range(hit: Hit, context: Context) -> Reading | None:
    """Read `3 to 9 June`, `between May 3 and 9` as one period; of the list `3 and 9 June`, read the second day."""
    first, last = (parse_ordinal(hit.words(group), context.lexicon) for group in ("first", "day"))
    if first is None or last is None:
        return None
    listed = hit.word("link") == "and" and hit.word("pre") != "between"
    end = day_near(hit, context, month_number(hit, context), last)
    # In `June 3 and 9` the month stands before both days: the second alone cannot be read as a date of its own.
    if listed or first >= last:
        if hit.groups["month"] > hit.groups["day"]:
            return Reading(end, max(hit.groups["day"][0], 0), hit.last)
        return None
    start = replace(end, value=f"{end.value[:-2]}{first:02d}")
    if end.earliest:
        start = replace(start, earliest=end.earliest.replace(day=first))
    begin = hit.first
    if hit.word("pre") == "from":
        begin = hit.groups["pre"][1]  # `from` stays outside the expression, `between` is part of it
    return Reading(between(start, end), begin, hit.last)


def read_month(hit: Hit, context: Context) -> Reading | None:
    """Read `July 2022`, `late May`, `last March`, `each June`."""
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
    """Return the year of a month without one.

    Args:
        month: 1 to 12.

    Returns:
        The year by `last`, `next` and the like, else the one nearest to the anchor that fits the tense; None without an
        anchor.
    """
    word = (hit.words("rel0") or [""])[-1]
    base = context.base()
    # These words count from the day of writing even in a narrative.
    if word in ("last", "next", "this"):
        base = context.anchor
    if base is None:
        return None
    if word:
        step = _month_step(word, month - base.month, hit, context)
        if step is not None:
            return base.year + step
    options = [dt.date(base.year + step, month, 15) for step in (-1, 0, 1) if 0 < base.year + step < 10_000]
    if context.narrative and context.history:
        return nearest(options, base + dt.timedelta(90), "unclear", 0).year
    return nearest(options, base.replace(day=15), context.tense(hit), 180).year


def _month_step(word: str, distance: int, hit: Hit, context: Context) -> int | None:
    """Return the years from the base to the month that a word names.

    Args:
        word: `last`, `next` and the like.
        distance: Months from the base's month to the named one within a year, -11 to 11.

    Returns:
        -1, 0 or 1; None where the word does not decide.
    """
    if word == "last" and distance >= 0:
        return -1
    if word == "past" and distance > 0:
        return -1
    if word in ("next", "following") and distance <= 0:
        return 1
    if word in ("this", "coming") and distance < 0 and context.tense(hit) in AHEAD:
        return 1
    if word in ("last", "past", "next", "following", "this", "coming"):
        return 0
    return None


def read_year(hit: Hit, context: Context) -> Reading | None:
    """Read `2014`, `early 2014`, `fiscal 2022`, `the year 2014`."""
    # Only four digits alone are doubtful; any other word of the match makes them a year.
    alone = hit.words("year") == hit.all_words()
    if alone and not is_year(hit, context):
        return None
    if is_event(hit, context):
        return None
    kind = hit.word("kind") or hit.word("kind2")
    year = year_of_kind(int(hit.word("year")), kind, hit, context)
    return whole(hit, with_edge(replace(year, dated=True), hit, context))


def is_event(hit: Hit, context: Context) -> bool:
    """Return whether the year only names an election or a law (`the 2019 general election`, `Companies Act 2006`)."""
    if context.is_a(hit.before(), "law"):
        return True
    if not context.is_a(hit.after(), "event_kind"):
        return False
    # Up to three more words may stand between: `the 2019 European parliamentary elections`.
    for distance in (2, 3, 4):
        word = hit.after(distance)
        if not context.is_a(word, "event_kind"):
            return context.is_a(word, "event")
    return False


def year_of_kind(year: int, kind: str, hit: Hit, context: Context) -> Timex:
    """Return a calendar or financial year.

    Args:
        kind: The word for the kind of year (`fiscal`, `tax`, `calendar`); empty if there is none.
    """
    if is_financial(kind, context):
        return at_financial(year, financial_start(hit, context))
    return at_year(year)


def is_financial(kind: str, context: Context) -> bool:
    """Return whether a word names a kind of year that does not begin in January everywhere."""
    return bool(kind and context.lexicon.value("year_kind", kind))


def financial_start(hit: Hit, context: Context) -> int | None:
    """Return the month (1 to 12) that financial years begin with in the country that the section names; None if that is not known."""
    named = set(context.lexicon.letters("financial_home"))
    at = [index for index, letter in enumerate(hit.pieces.letters) if letter in named]
    return only({int(context.lexicon.value("financial_home", hit.pieces.word(index))) for index in at})


def read_short_year(hit: Hit, context: Context) -> Reading | None:
    """Read `’98`, after a preposition or `summer of`."""
    if not context.is_a(hit.before(), "time_preposition"):
        return None
    return whole(hit, replace(at_year(full_year(hit.word("year"))), dated=True))


def read_year_range(hit: Hit, context: Context) -> Reading | None:
    """Read `2014-16`, `2021/22` as one period."""
    first, tail = hit.word("first"), hit.word("last")
    last = first[: 4 - len(tail)] + tail
    if not int(first) < int(last) <= int(first) + 100:
        return None
    if hit.words("first") == hit.all_words()[:1] and context.is_a(hit.before(), "counting", "dollar"):
        return None
    if int(last) == int(first) + 1 and any(
        is_financial(hit.word(name), context) for name in ("kind", "kind2")
    ):
        return whole(hit, replace(at_financial(int(last), financial_start(hit, context)), dated=True))
    start, end = replace(at_year(int(first)), dated=True), replace(at_year(int(last)), dated=True)
    return whole(hit, between(start, end))


def read_before_christ(hit: Hit, context: Context) -> Reading | None:
    """Read `264 BC`: outside the calendar, so without interval."""
    year = int(hit.word("year"))
    if 0 < year < 10_000:
        return whole(hit, Timex("DATE", f"BC{year:04d}", "year", dated=True))
    return None
