"""Readers of week days, parts of the day and clock times, counted from the anchor or the date mentioned last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import AHEAD, Context, Reading, unit_from, unit_from_mention
from policy_news.nlp.dates.doubts import is_title_word, starts_name
from policy_news.nlp.dates.normalisers.calendar import whole, with_clock
from policy_news.nlp.dates.period_edges import with_edge
from policy_news.nlp.dates.quantities import parse_clock
from policy_news.nlp.dates.timex import Timex, at_day, at_time, unresolved

_NEAR = 150
"""Characters within which a clock time refers to a day that was mentioned."""


def day_from(context: Context, days: int) -> Timex:
    """Return a day counted from the anchor."""
    return unit_from(context.anchor, "day", days)


def read_weekday(hit: Hit, context: Context) -> Reading | None:
    """Read `Monday`, `next Friday`, `9.30pm on Wednesday`, `Friday morning`, `each Monday`."""
    number, relative = weekday_number(hit, context), hit.word("rel")
    if _names_something(hit, context):
        return None
    # `Sun`, `Sat`, `Wed` are words of their own.
    short = context.is_a(hit.words("weekday")[0], "weekday_short")
    if short and not (hit.has("clock2") or relative):
        return None
    if relative in ("each", "every"):
        part = ""
        if hit.has("part"):
            part = f"T{context.lexicon.value('part', hit.word('part'))}"
        return whole(hit, unresolved(f"XXXX-WXX-{number}{part}", "day", "SET"))
    base = context.base()
    if base is None:
        timex = unresolved(f"XXXX-WXX-{number}", "day")
    else:
        timex = at_day(_weekday_near(hit, context, base, number)).against(base)
    return _with_edge_and_clock(timex, hit, context)


def _with_edge_and_clock(timex: Timex, hit: Hit, context: Context) -> Reading | None:
    """Add edge and time of day of the match; None if the time does not exist."""
    timed = with_clock(with_edge(timex, hit, context), hit, context)
    return whole(hit, timed)


def _names_something(hit: Hit, context: Context) -> bool:
    """Return whether the weekday is part of a name: `Super Tuesday`, `the Sunday Times`, `The Mail on Sunday`."""
    if (
        context.is_a(hit.before(), "named_day")
        or context.is_a(hit.after(), "holiday_name")
        or (hit.after() == "live" and hit.has("part"))
    ):
        return True
    if context.is_a(hit.after(), "press") and starts_name(hit):
        return True
    return hit.before() == "on" and context.is_a(hit.before(2), "press_on")


def weekday_number(hit: Hit, context: Context, group: str = "weekday") -> int:
    """Return the number of a weekday: 1 for Monday to 7 for Sunday, as in ISO 8601.

    Args:
        group: A group of the pattern that begins with a weekday.

    Raises:
        ValueError: The group does not begin with a weekday.
    """
    word = hit.words(group)[0]
    for name in ("weekday", "weekday_short", "weekdays"):
        if context.lexicon.has(name, word):
            return int(context.lexicon.value(name, word))
    raise ValueError(f"'{word}' is not a weekday")


def _weekday_near(hit: Hit, context: Context, base: dt.date, number: int) -> dt.date:
    """Return the day that a weekday names.

    Words around it decide first (`last`, `next`), then the tense: the coming one in a future clause, else the last one.

    Args:
        base: Day to count from.
        number: 1 for Monday to 7 for Sunday.
    """
    monday = base - dt.timedelta(base.weekday())
    if hit.has("rel2"):
        step = {"last": -7, "this": 0, "next": 7}[hit.words("rel2")[0]]
        return monday + dt.timedelta(step + number - 1)
    back = (base.isoweekday() - number) % 7
    word = (hit.words("rel") or [""])[-1]
    if word in ("same", "that", "following", "previous") or (word == "next" and hit.words("rel")[0] == "the"):
        return _weekday_from_mention(word, context, base, number)
    if word in ("last", "past"):
        return base - dt.timedelta(back or 7)
    if word in ("next", "coming"):
        return base + dt.timedelta((7 - back) or 7)
    if word == "this":
        return monday + dt.timedelta(number - 1)
    if context.tense(hit) in AHEAD or (context.narrative and context.history):
        return base + dt.timedelta((7 - back) % 7)
    return base - dt.timedelta(back)


def _weekday_from_mention(word: str, context: Context, base: dt.date, number: int) -> dt.date:
    """Return `that Monday`, `the following Monday`, `the previous Monday`, counted from the date mentioned last."""
    mention = context.last()
    if word in ("same", "that"):
        if mention and mention.latest:
            base = mention.latest
        return base - dt.timedelta((base.isoweekday() - number) % 7)
    if mention and mention.earliest:
        base = mention.earliest
    # A day cannot follow or precede itself: on a Monday both mean a week away.
    ahead = (number - base.isoweekday()) % 7 or 7
    if word != "previous":
        return base + dt.timedelta(ahead)
    if ahead == 7:
        return base - dt.timedelta(7)
    return base + dt.timedelta(ahead - 7)


def read_weekdays(hit: Hit, context: Context) -> Reading | None:
    """Read `Sundays`, `Friday nights`."""
    group = "weekday1"
    if hit.has("weekday"):
        group = "weekday"
    number = weekday_number(hit, context, group)
    word = hit.word("part") or hit.word("part1")
    part = ""
    if word:
        part = f"T{context.lexicon.value('parts', word)}"
    return whole(hit, unresolved(f"XXXX-WXX-{number}{part}", "day", "SET"))


def read_today(hit: Hit, context: Context) -> Reading | None:
    """Read `today`, `tomorrow morning`, `tonight`, `later today`."""
    word = hit.word("today")
    if is_title_word(hit, context):
        return None
    night = context.is_a(word, "tonight")
    days = 0
    if not night:
        days = int(context.lexicon.value("today", word))
    timex = day_from(context, days)
    timed = with_clock(timex, hit, context)
    # A clock time is more exact than `night`: `at 9pm tonight` keeps the time.
    if timed is timex and night:
        timed = at_time(timex, "NI")
    return whole(hit, timed)


def read_two_days(hit: Hit, context: Context) -> Reading | None:
    """Read `the day before yesterday`, `the day after tomorrow`."""
    days = int(context.lexicon.value("today", hit.word("today")))
    if hit.word("way") == "after":
        return whole(hit, day_from(context, days + 1))
    return whole(hit, day_from(context, days - 1))


def read_overnight(hit: Hit, context: Context) -> Reading | None:
    """Read `overnight`: the night that ended on the anchor, or begins there in a future clause."""
    days = -1
    if context.tense(hit) in AHEAD:
        days = 0
    night = at_time(day_from(context, days), "NI")
    # A night crosses midnight, so it takes two days.
    if night.earliest:
        night = replace(night, latest=night.earliest + dt.timedelta(1))
    return whole(hit, night)


def read_part(hit: Hit, context: Context) -> Reading | None:
    """Read `this morning`, `last night`, `the following evening`."""
    word, part = hit.words("rel")[-1], hit.word("part")
    if (word == "last" and part != "night") or is_title_word(hit, context):
        return None
    if word == "this":
        timex = day_from(context, 0)
    elif word == "last":
        timex = day_from(context, -1)
    else:
        step = {"that": 0, "same": 0, "previous": -1, "following": 1, "next": 1}[word]
        timex = unit_from_mention(context.last(), "day", step)
    timed = with_clock(timex, hit, context)
    return whole(hit, timed)


def read_the_part(hit: Hit, context: Context) -> Reading | None:
    """Read `in the evening`: of the day mentioned just before, else of the anchor."""
    if not (hit.before() in ("in", "during") or hit.has("edge")) or not (
        hit.after() == "" or context.is_a(hit.after(), "clause")
    ):
        return None
    timex = _day_in_question(hit, context)
    return whole(hit, at_time(timex, str(context.lexicon.value("part", hit.word("part")))))


def read_part_before(hit: Hit, context: Context) -> Reading | None:
    """Read `the night before`."""
    step = 1
    if hit.word("way") == "before":
        step = -1
    day = unit_from_mention(context.last(), "day", step)
    return whole(hit, at_time(day, str(context.lexicon.value("part", hit.word("part")))))


def read_clock(hit: Hit, context: Context) -> Reading | None:
    """Read a clock time alone: of the day mentioned just before, else of the anchor."""
    words = hit.words("clock")
    clock = parse_clock(words, context.lexicon)
    if clock is None or not _is_clock(hit, context, words):
        return None
    return whole(hit, at_time(_day_in_question(hit, context), clock))


def _day_in_question(hit: Hit, context: Context) -> Timex:
    """Return the day that a time of day without a date is on."""
    day = _day_just_mentioned(hit, context)
    if day:
        return at_day(day).against(day)
    return day_from(context, 0)


def _day_just_mentioned(hit: Hit, context: Context) -> dt.date | None:
    """Return the day mentioned shortly before a time of day in the same section."""
    if context.recent is None:
        return None
    mention, end = context.recent
    near = hit.pieces.starts[hit.first] - end <= _NEAR
    if near and mention.granularity in ("day", "time", "part_of_day"):
        return mention.earliest
    return None


def _is_clock(hit: Hit, context: Context, words: list[str]) -> bool:
    """Return whether bare digits are a time: `18:00` after `at`, `by` ..., or with a zone, `am` or `o'clock`."""
    first = words[0]
    if len(words) > 1:
        return True
    if context.is_a(first, "noon"):
        return first != "midday" or context.is_a(hit.before(), "clock_preposition")
    if first.endswith(("m", "m.", "h", "hrs")):
        return True
    return context.is_a(hit.before(), "clock_preposition") and (":" in first or hit.before() == "at")
