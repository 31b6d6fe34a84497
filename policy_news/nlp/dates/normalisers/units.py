"""Readers of weeks, months and years counted from the anchor or from the date mentioned last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import AHEAD, Context, Reading, moved, unit_from, unit_from_mention
from policy_news.nlp.dates.doubts import is_age, is_title_word, start_after
from policy_news.nlp.dates.normalisers.calendar import whole
from policy_news.nlp.dates.period_edges import edge_part, with_edge
from policy_news.nlp.dates.quantities import duration_value, parse_number, parse_quantity
from policy_news.nlp.dates.timex import Timex, at_day, at_time, reference, unresolved

_WHOLE_UNITS = frozenset({"second", "minute", "hour"})
_SPANS_WITH_LAST = frozenset({"day", "month", "year", "decade", "century"})
_SPANS_WITH_NEXT = frozenset({"month", "year", "decade", "century"})


def read_near_unit(hit: Hit, context: Context) -> Reading | None:
    """Read `last month`, `earlier this year`, `the past decade`, `this weekend`."""
    unit = unit_of(hit, context)
    words = hit.all_words()
    relative = (
        "this past"
        if "past" in words and "this" in words
        else next(w for w in words if context.lexicon.has("rel", w))
    )
    article = words[0] == "the" and not hit.has("edge")
    if unit in _WHOLE_UNITS:
        return _small_span(hit, context, relative, unit)
    # `the next day` follows what was just told; another pattern counts it from the mention.
    if relative == "next" and article and (unit in ("day", "night") or context.narrative):
        return None
    if (
        (relative == "last" and unit == "day")
        or is_title_word(hit, context)
        or context.is_a(hit.after(), "age")
    ):
        return None
    step = -1 if relative == "this past" else int(context.lexicon.value("rel", relative))
    if not hit.has("edge") and _is_span(relative, unit, article=article):
        return whole(hit, span_timex(context, 1, unit, step))
    return whole(hit, with_edge(unit_from(context.anchor, unit, step), hit, context))


def _is_span(relative: str, unit: str, *, article: bool) -> bool:
    """Return whether the unit is a length of time that touches the anchor (`the past year`), not a calendar unit (`last year`)."""
    if relative == "past":
        return unit != "weekend"
    if not article:
        return False
    return (
        (relative == "last" and unit in _SPANS_WITH_LAST)
        or (relative == "next" and unit in _SPANS_WITH_NEXT)
        or relative == "coming"
    )


def _small_span(hit: Hit, context: Context, relative: str, unit: str) -> Reading | None:
    """Read `the last hour`; minutes and seconds are mostly idioms (`the last minute`)."""
    if unit != "hour" or relative not in ("last", "past", "next", "coming"):
        return None
    return whole(hit, span_timex(context, 1, unit, int(context.lexicon.value("rel", relative))))


def span_timex(context: Context, count: float | None, unit: str, step: int) -> Timex:
    """Return a duration, with its interval where it touches the anchor.

    Args:
        count: Number of units; None if the text is vague.
        unit: A key of `UNIT_CODE`.
        step: -1 if the duration ends at the anchor, 1 if it begins there, 0 if the text does not say.

    Raises:
        OverflowError: The other end is outside the calendar.
    """
    timex = Timex("DURATION", duration_value(count, unit), unit)
    anchor = context.anchor
    if anchor is None or step == 0:
        return timex
    far = None
    if count is not None and unit in _WHOLE_UNITS:
        # Intervals are of days, so some hours reach the day before or after.
        far = anchor + dt.timedelta(days=step)
    elif count is not None:
        far = moved(anchor, unit, step * count)
    if step < 0:
        return replace(timex, anchor=anchor, earliest=far, latest=anchor)
    return replace(timex, anchor=anchor, earliest=anchor, latest=far)


def read_back_unit(hit: Hit, context: Context) -> Reading | None:
    """Read `the following day`, `the previous month`, `that year`."""
    unit = unit_of(hit, context)
    words = hit.all_words()
    if unit in _WHOLE_UNITS or (unit in ("decade", "century") and "that" not in words):
        return None
    if (
        "the" in words
        and "next" in words
        and unit in _SPANS_WITH_NEXT | {"week", "quarter", "weekend"}
        and not context.narrative
    ):
        return None
    # `that day` without a mention before it points at the wording, not at the day of writing.
    if not context.history and context.anchor and "that" in words and unit == "day":
        return None
    if {"previous", "prior", "preceding"} & set(words):
        step = -1
    elif {"following", "next"} & set(words):
        step = 1
    else:
        step = 0
    mention = context.last()
    if hit.has("year"):
        return _same_unit_before(hit, context, unit)
    if step == 0:
        timex = _same_unit(mention, unit)
    else:
        timex = unit_from_mention(mention, unit, step)
    return whole(hit, with_edge(timex, hit, context))


def _same_unit(mention: Timex | None, unit: str) -> Timex:
    """Return the unit that contains a mention: `that year` after `3 May 2015` is 2015."""
    # As a day it is finer than every unit, so `that month` after `2015` becomes its first month.
    if mention is not None:
        mention = replace(mention, granularity="day")
    return unit_from_mention(mention, unit, 0)


def _same_unit_before(hit: Hit, context: Context, unit: str) -> Reading | None:
    """Read `the same quarter last year`: a year before the one that was mentioned."""
    if "same" not in hit.all_words() or unit not in ("month", "quarter"):
        return None
    mention = _last_of(context, unit)
    if mention:
        return whole(hit, unit_from_mention(mention, "year", -1))
    return None


def _last_of(context: Context, granularity: str) -> Timex | None:
    """Return the last mention of a granularity."""
    return next((timex for timex in reversed(context.history) if timex.granularity == granularity), None)


def read_the_unit(hit: Hit, context: Context) -> Reading | None:
    """Read `the end of the year`, `the weekend`, `so far in the year`."""
    unit = unit_of(hit, context)
    if unit == "day":
        return _later_in_the_day(hit, context)
    if unit in _WHOLE_UNITS or unit in ("night", "fortnight") or hit.has("full"):
        return None
    if unit == "weekend":
        step = -1
        is_now = context.anchor is not None and context.anchor.weekday() >= 5
        if is_now or context.tense(hit) in AHEAD:
            step = 0
        return whole(hit, unit_from(context.anchor, unit, step))
    if not hit.has("edge"):
        return _bare_unit(hit, context, unit)
    step = 0
    part = edge_part(hit, context)
    # In spring, a past clause with `the end of the year` can only mean the year before.
    if unit == "year" and part == "late" and _is_past_spring(hit, context):
        step = -1
    return whole(hit, with_edge(unit_from(context.base(), unit, step), hit, context))


def _is_past_spring(hit: Hit, context: Context) -> bool:
    """Return whether the text is from the first half of a year and the clause is in the past."""
    return context.anchor is not None and context.anchor.month <= 6 and context.tense(hit) == "past"


def _later_in_the_day(hit: Hit, context: Context) -> Reading | None:
    """Read `later in the day`: the day mentioned just before, else the anchor; `the end of the day` is an idiom."""
    if not {"later", "earlier", "rest", "remainder"} & set(hit.words("edge")):
        return None
    if context.recent and context.recent[0].granularity == "day":
        return whole(hit, context.recent[0])
    return whole(hit, unit_from(context.anchor, "day", 0))


def _bare_unit(hit: Hit, context: Context, unit: str) -> Reading | None:
    """Read `for the year`, `in the quarter`: the one that was mentioned, else the anchor's."""
    # `the year to March` has its end in what follows, so only its length is known here.
    if hit.after() in ("to", "ended", "ending", "through") and unit in ("year", "quarter", "month"):
        return whole(hit, Timex("DURATION", duration_value(1, unit), unit))
    if (
        unit not in ("year", "quarter")
        or hit.before() not in ("for", "during", "in", "over")
        or hit.after() not in (".", ",", "and", "")
    ):
        return None
    mention = _last_of(context, unit)
    if mention is not None:
        return whole(hit, mention)
    if unit == "year":
        return whole(hit, unit_from(context.anchor, "year", 0))
    return None


def read_year_end(hit: Hit, context: Context) -> Reading | None:
    """Read `year-end`, `the year's end`: the last day of the year."""
    if context.anchor is None:
        return whole(hit, unresolved("XXXX-12-31", "day"))
    if hit.has("unit0"):
        year = unit_from(context.anchor, "year", 0)
        return whole(hit, with_edge(year, hit, context, "unit0"))
    year_number = context.anchor.year
    if _is_past_spring(hit, context):
        year_number -= 1
    return whole(hit, at_day(dt.date(year_number, 12, 31)).against(context.anchor))


def read_unit_before(hit: Hit, context: Context) -> Reading | None:
    """Read `the week before`, `the year after next`."""
    unit = unit_of(hit, context)
    if unit in _WHOLE_UNITS:
        return None
    ahead = hit.word("way") in ("after", "later")
    step = -1
    if ahead:
        step = 1
    # `the week before the vote`: the time depends on an event, and only `the week` is an expression.
    if not (hit.has("turn") or hit.after() == "" or context.is_a(hit.after(), "clause", "goes_on")):
        return Reading(unresolved("XXXX-XX-XX", unit), hit.first, hit.groups["way"][0])
    if hit.has("turn"):
        # Only `after next` and `before last` exist.
        if (hit.word("turn") == "next") != ahead:
            return None
        return whole(hit, unit_from(context.anchor, unit, 2 * step))
    return whole(hit, unit_from_mention(context.last(), unit, step))


def read_units_ago(hit: Hit, context: Context) -> Reading | None:
    """Read `two years ago`, `a year earlier`, `three days later`, `six months from now`."""
    count, unit = quantity_and_unit(hit, context)
    way = hit.word("way")
    # `year-on-year`
    is_tied = way not in ("ago", "earlier", "later") and hit.pieces.word(hit.groups["way"][0] - 1) == "-"
    if is_age(hit, context) or not is_plausible(hit, context, count, unit) or is_tied:
        return None
    if _needs_clause(hit, context, way):
        if way in ("on", "prior"):
            return None
        return _only_length(hit, count, unit)
    timex = _counted(hit, context, count, unit)
    is_counted = count is not None and unit not in _WHOLE_UNITS and not hit.has("day")
    if way == "on" and is_counted and not _has_passed(timex, context):
        return _only_length(hit, count, unit)
    return whole(hit, timex)


def _only_length(hit: Hit, count: float | None, unit: str) -> Reading:
    """Read only the length of time, without the word that says where to count from."""
    return Reading(Timex("DURATION", duration_value(count, unit), unit), hit.first, hit.groups["way"][0])


def _counted(hit: Hit, context: Context, count: float | None, unit: str) -> Timex:
    """Count units back or ahead, from the anchor (`ago`) or from the date mentioned last (`earlier`)."""
    way = hit.word("way")
    direction = 1
    if way in ("ago", "earlier", "before", "previously", "prior"):
        direction = -1
    absolute = way in ("ago", "from now", "hence")
    if count is None:
        return _vague(back=direction < 0, absolute=absolute)
    if unit in _WHOLE_UNITS:
        return _hours_away(context, count, unit, direction, absolute=absolute)
    # `two years ago today` names a day, whatever the unit.
    if hit.has("day"):
        if context.anchor is None:
            return unit_from(None, "day", 0)
        return unit_from(moved(context.anchor, unit, direction * count), "day", 0)
    # `a year and a half ago` is a month: a half year would be lost in whole years.
    if not float(count).is_integer() and unit == "year":
        count, unit = count * 12, "month"
    if absolute:
        return unit_from(context.anchor, unit, direction * count)
    return unit_from_mention(context.last(), unit, direction * count)


def _has_passed(timex: Timex, context: Context) -> bool:
    """Return whether `ten years on` can be a date of the story: counted from a mention, and not ahead of the anchor."""
    if not context.history or timex.earliest is None:
        return False
    return context.anchor is None or timex.earliest <= context.anchor


def _needs_clause(hit: Hit, context: Context, way: str) -> bool:
    """Return whether `before` and the like belong to what follows (`two days before the launch`), so only a duration is left."""
    if way in ("ago", "from now", "hence", "previously"):
        return False
    if way in ("earlier", "later"):
        return hit.after() == "than"
    return not (hit.after() == "" or context.is_a(hit.after(), "clause"))


def _vague(*, back: bool, absolute: bool) -> Timex:
    if not absolute:
        return unresolved("XXXX-XX-XX")
    if back:
        return reference("PAST_REF")
    return reference("FUTURE_REF")


def _hours_away(context: Context, count: float, unit: str, step: int, *, absolute: bool) -> Timex:
    """Return a time some hours or minutes away; exact where the anchor has a time of day."""
    if absolute:
        anchor = context.anchor
    else:
        anchor = (context.last() or at_day(dt.date.min)).earliest
    # `dt.date.min` stands for a missing mention, so that one line serves both cases.
    if anchor is None or anchor == dt.date.min:
        return unresolved("XXXX-XX-XXTXX:XX", "time", "TIME")
    seconds = step * count * {"hour": 3600, "minute": 60, "second": 1}[unit]
    if absolute and context.clock:
        moment = dt.datetime.combine(anchor, context.clock) + dt.timedelta(seconds=seconds)
        return at_time(at_day(moment.date()), moment.strftime("%H:%M")).against(anchor)
    # Without a time of day, some hours may cross midnight: the interval takes the next day in that direction too.
    other = anchor + dt.timedelta(days=step * (1 + int(abs(seconds) // 86_400)))
    first, last = min(anchor, other), max(anchor, other)
    if abs(seconds) >= 86_400:
        return at_day(anchor + dt.timedelta(seconds=seconds)).against(anchor)
    return replace(at_time(at_day(anchor), "XX:XX"), earliest=first, latest=last, anchor=anchor)


def quantity_and_unit(hit: Hit, context: Context) -> tuple[float | None, str]:
    """Return how many of which unit; for `two to three years` the first number, for a vague number None."""
    count = parse_quantity(hit.words("n"), context.lexicon)
    if count is None and hit.has("n2"):
        count = parse_number(hit.words("n2"), context.lexicon)
    if count is not None and hit.has("half"):
        count += 0.5
    return count, unit_of(hit, context)


def unit_of(hit: Hit, context: Context) -> str:
    """Return the unit that the match names."""
    word = hit.word("unit")
    name = "units" if context.lexicon.has("units", word) else "unit"
    return str(context.lexicon.value(name, word))


def is_modifier(hit: Hit, context: Context, unit: str) -> bool:
    """Return whether `a night`, `a weekend` or `-an-hour` only modifies a noun (`a night curfew`, `a $15-an-hour wage`).

    Args:
        unit: A key of `UNIT_CODE`.
    """
    if hit.words("n")[-1] not in ("a", "an"):
        return False
    if hit.hyphen_before("n"):
        return True
    if unit not in ("night", "weekend"):
        return False
    tag = context.tag(start_after(hit))
    return tag.startswith(("NN", "JJ")) or (
        not tag and hit.after().isalpha() and not context.is_a(hit.after(), "clause", "preposition")
    )


def is_plausible(hit: Hit, context: Context, count: float | None, unit: str) -> bool:
    """Return whether number and form of the unit agree (`three years`, `a year`, `three-year`) and the match is not an idiom.

    Args:
        count: Number of units; None if vague.
        unit: A key of `UNIT_CODE`.
    """
    # `2014 to 3 years`: the first number is a year and begins something else.
    if hit.has("n2") and hit.word("n").isdigit() and 1500 <= int(hit.word("n")) <= 2100:
        return False
    singular = context.lexicon.has("unit", hit.word("unit"))
    hyphen = hit.pieces.word(hit.groups["unit"][0] - 1) == "-"
    if (unit == "quarter" and hyphen and not singular) or is_modifier(hit, context, unit):
        return False
    # `three year` without hyphen is a slip.
    if singular and not hyphen and count not in (1, 0.5) and not hit.has("half"):
        return False
    # `a second`, `a quarter` and `an minute` are ordinals, fractions and slips.
    if singular and unit in ("second", "quarter", "minute") and hit.words("n")[-1] in ("a", "an", "one"):
        return unit == "minute" and hit.words("n")[-1] != "an"
    return singular or count != 1 or hit.words("n")[-1] not in ("a", "an")
