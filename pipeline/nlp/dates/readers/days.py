"""Readers of week days, parts of the day and clock times, counted from the anchor or the date mentioned last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.nlp.dates.context import Context, Reading, unit_from, unit_from_mention
from pipeline.nlp.dates.doubts import DATE_LABELS, is_title_word, starts_name
from pipeline.nlp.dates.edges import with_edge
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.quantities import parse_clock
from pipeline.nlp.dates.readers.calendar import whole, with_clock
from pipeline.nlp.dates.timex import Timex, at_day, at_time, unresolved

_NEAR = 150
"""Characters within which a clock time refers to a day that was mentioned."""


def day_from(context: Context, days: int) -> Timex:
    """A day counted from the anchor."""
    return unit_from(context.anchor, "day", days)


def read_weekday(hit: Hit, context: Context) -> Reading | None:
    """`Monday`, `next Friday`, `9.30pm on Wednesday`, `Friday morning`, `each Monday`."""
    number, relative = weekday_number(hit, context), hit.word("rel")
    if _names_something(hit, context):
        return None
    short = context.is_a(hit.words("weekday")[0], "weekday_short")
    if short and not (hit.has("clock2") or relative or context.label(hit) in DATE_LABELS):
        return None
    if relative in ("each", "every"):
        if hit.has("part"):
            part = f"T{context.lexicon.value('part', hit.word('part'))}"
        else:
            part = ""
        return whole(hit, unresolved(f"XXXX-WXX-{number}{part}", "day", "SET"))
    base = context.base()
    if base is None:
        timex: Timex | None = unresolved(f"XXXX-WXX-{number}", "day")
    else:
        timex = at_day(_weekday_near(hit, context, base, number)).against(base)
    if timex:
        timed = with_clock(with_edge(timex, hit, context), hit, context)
    else:
        timed = None
    if timed:
        return whole(hit, timed)
    return None


def _names_something(hit: Hit, context: Context) -> bool:
    """Whether the weekday is part of a name: `Super Tuesday`, `the Sunday Times`, `The Mail on Sunday`."""
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
    """1 for Monday to 7 for Sunday."""
    word = hit.words(group)[0]
    name = next(name for name in ("weekday", "weekday_short", "weekdays") if context.lexicon.has(name, word))
    return int(context.lexicon.value(name, word))


def _weekday_near(hit: Hit, context: Context, base: dt.date, number: int) -> dt.date:
    """The day that a weekday names: by its words, else the last one or, in a future clause, the coming one."""
    monday = base - dt.timedelta(base.weekday())
    if hit.has("rel2"):
        step = {"last": -7, "this": 0, "next": 7}[hit.words("rel2")[0]]
        return monday + dt.timedelta(step + number - 1)
    back = (base.isoweekday() - number) % 7
    word = (hit.words("rel") or [""])[-1]
    if word in ("same", "that"):
        mention = context.last()
        if mention and mention.latest:
            base = mention.latest
        return base - dt.timedelta((base.isoweekday() - number) % 7)
    if word == "following" or (word == "next" and hit.words("rel")[0] == "the") or word == "previous":
        mention = context.last()
        if mention and mention.earliest:
            base = mention.earliest
        ahead = (number - base.isoweekday()) % 7 or 7
        return base + dt.timedelta(ahead - (7 if ahead == 7 else 0) - 7 if word == "previous" else ahead)
    if word in ("last", "past"):
        return base - dt.timedelta(back or 7)
    if word in ("next", "coming"):
        return base + dt.timedelta((7 - back) or 7)
    if word == "this":
        return monday + dt.timedelta(number - 1)
    future = context.tense(hit) == "future" or (context.narrative and context.history)
    if future:
        return base + dt.timedelta((7 - back) % 7)
    return base - dt.timedelta(back)


def read_weekdays(hit: Hit, context: Context) -> Reading | None:
    """`Sundays`, `Friday nights`."""
    if hit.has("weekday"):
        group = "weekday"
    else:
        group = "weekday1"
    number = weekday_number(hit, context, group)
    word = hit.word("part") or hit.word("part1")
    if word:
        part = f"T{context.lexicon.value('parts', word)}"
    else:
        part = ""
    return whole(hit, unresolved(f"XXXX-WXX-{number}{part}", "day", "SET"))


def read_today(hit: Hit, context: Context) -> Reading | None:
    """`today`, `tomorrow morning`, `tonight`, `later today`."""
    word = hit.word("today")
    if is_title_word(hit, context):
        return None
    night = context.is_a(word, "tonight")
    timex = day_from(context, 0 if night else int(context.lexicon.value("today", word)))
    timed = with_clock(timex, hit, context)
    if timed is timex and night:
        timed = at_time(timex, "NI")
    if timed:
        return whole(hit, timed)
    return None


def read_two_days(hit: Hit, context: Context) -> Reading | None:
    """`the day before yesterday`, `the day after tomorrow`."""
    step = int(context.lexicon.value("today", hit.word("today")))
    return whole(hit, day_from(context, step + (1 if hit.word("way") == "after" else -1)))


def read_overnight(hit: Hit, context: Context) -> Reading | None:
    """`overnight`: the night that ended on the anchor, or begins there in a future clause."""
    future = context.tense(hit) == "future"
    night = at_time(day_from(context, 0 if future else -1), "NI")
    return whole(hit, replace(night, latest=night.earliest + dt.timedelta(1)) if night.earliest else night)


def read_part(hit: Hit, context: Context) -> Reading | None:
    """`this morning`, `last night`, `the following evening`."""
    word, part = hit.words("rel")[-1], hit.word("part")
    if (word == "last" and part != "night") or is_title_word(hit, context):
        return None
    if word in ("this", "last"):
        timex = day_from(context, 0 if word == "this" else -1)
    else:
        step = {"that": 0, "same": 0, "previous": -1, "following": 1, "next": 1}[word]
        timex = unit_from_mention(context.last(), "day", step)
    timed = with_clock(timex, hit, context)
    if timed:
        return whole(hit, timed)
    return None


def read_the_part(hit: Hit, context: Context) -> Reading | None:
    """`in the evening`: of the day mentioned just before, else of the anchor."""
    if not (hit.before() in ("in", "during") or hit.has("edge")) or not (
        hit.after() == "" or context.is_a(hit.after(), "clause")
    ):
        return None
    day = _day_just_mentioned(hit, context)
    if day:
        timex = at_day(day).against(day)
    else:
        timex = day_from(context, 0)
    return whole(hit, at_time(timex, str(context.lexicon.value("part", hit.word("part")))))


def read_part_before(hit: Hit, context: Context) -> Reading | None:
    """`the night before`."""
    day = unit_from_mention(context.last(), "day", -1 if hit.word("way") == "before" else 1)
    return whole(hit, at_time(day, str(context.lexicon.value("part", hit.word("part")))))


def read_clock(hit: Hit, context: Context) -> Reading | None:
    """A clock time alone: of the day mentioned just before, else of the anchor."""
    words = hit.words("clock")
    clock = parse_clock(words, context.lexicon)
    if clock is None or not _is_clock(hit, context, words):
        return None
    day = _day_just_mentioned(hit, context)
    if day:
        timex = at_day(day).against(day)
    else:
        timex = day_from(context, 0)
    return whole(hit, at_time(timex, clock))


def _day_just_mentioned(hit: Hit, context: Context) -> dt.date | None:
    """The day that a clock time is on: one mentioned shortly before it in the section."""
    if context.recent is None:
        return None
    mention, end = context.recent
    near = hit.pieces.starts[hit.first] - end <= _NEAR
    if near and mention.granularity in ("day", "time", "part_of_day"):
        return mention.earliest
    return None


def _is_clock(hit: Hit, context: Context, words: list[str]) -> bool:
    """Whether bare digits are a time: `18:00` after `at`, `by` ..., or with a zone, `am` or `o'clock`."""
    first = words[0]
    if len(words) > 1:
        return True
    if context.is_a(first, "noon"):
        return first != "midday" or context.is_a(hit.before(), "clock_preposition")
    if first.endswith(("m", "m.", "h", "hrs")):
        return True
    return context.is_a(hit.before(), "clock_preposition") and (":" in first or hit.before() == "at")
