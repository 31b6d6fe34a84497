"""Readers of weeks, months and years counted from the anchor or from the date mentioned last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.nlp.dates.context import Context, Reading, moved, unit_from, unit_from_mention
from pipeline.nlp.dates.doubts import DATE_LABELS, is_age, is_title_word, start_after
from pipeline.nlp.dates.edges import edge_part, with_edge
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.quantities import duration_value, parse_number, parse_quantity
from pipeline.nlp.dates.readers.calendar import whole
from pipeline.nlp.dates.timex import Timex, at_day, at_time, reference, unresolved

_WHOLE_UNITS = frozenset({"second", "minute", "hour"})
_SPANS_WITH_LAST = frozenset({"day", "month", "year", "decade", "century"})
_SPANS_WITH_NEXT = frozenset({"month", "year", "decade", "century"})


def read_near_unit(hit: Hit, context: Context) -> Reading | None:
    """`last month`, `earlier this year`, `the past decade`, `this weekend`."""
    unit = str(context.lexicon.value("unit", hit.word("unit")))
    words = hit.all_words()
    relative = (
        "this past"
        if "past" in words and "this" in words
        else next(w for w in words if context.lexicon.has("rel", w))
    )
    article = words[0] == "the" and not hit.has("edge")
    if unit in _WHOLE_UNITS:
        return _small_span(hit, context, relative, unit)
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
    """Whether the unit is a length of time that ends or begins at the anchor, not the calendar unit before or after."""
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
    if unit != "hour" or relative not in ("last", "past", "next", "coming"):
        return None
    return whole(hit, span_timex(context, 1, unit, int(context.lexicon.value("rel", relative))))


def span_timex(context: Context, count: float | None, unit: str, step: int) -> Timex:
    """A duration that ends (`step` -1) or begins (1) at the anchor."""
    timex = Timex("DURATION", duration_value(count, unit), unit)
    anchor = context.anchor
    if anchor is None or step == 0:
        return timex
    far = None
    if count is not None:
        if unit not in _WHOLE_UNITS:
            far = moved(anchor, unit, step * count)
        else:
            far = anchor + dt.timedelta(hours=step * 24)
    if step < 0:
        near = {"earliest": far, "latest": anchor}
    else:
        near = {"earliest": anchor, "latest": far}
    return replace(timex, anchor=anchor, earliest=near["earliest"], latest=near["latest"])


def read_back_unit(hit: Hit, context: Context) -> Reading | None:
    """`the following day`, `the previous month`, `that year`."""
    unit = str(context.lexicon.value("unit", hit.word("unit")))
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
    """`that year` after `3 May 2015`: 2015."""
    return unit_from_mention(mention if mention is None else replace(mention, granularity="day"), unit, 0)


def _same_unit_before(hit: Hit, context: Context, unit: str) -> Reading | None:
    """`the same quarter last year`: a year before the one that was mentioned."""
    if "same" not in hit.all_words() or unit not in ("month", "quarter"):
        return None
    mention = next((timex for timex in reversed(context.history) if timex.granularity == unit), None)
    if mention:
        return whole(hit, unit_from_mention(mention, "year", -1))
    return None


def read_the_unit(hit: Hit, context: Context) -> Reading | None:
    """`the end of the year`, `the weekend`, `so far in the year`."""
    unit = str(context.lexicon.value("unit", hit.word("unit")))
    if unit == "day":
        return _later_in_the_day(hit, context)
    if unit in _WHOLE_UNITS or unit in ("night", "fortnight") or hit.has("full"):
        return None
    if unit == "weekend":
        ahead = context.tense(hit) == "future"
        if context.anchor:
            weekday = context.anchor.weekday()
        else:
            weekday = 0
        return whole(hit, unit_from(context.anchor, unit, 0 if ahead or weekday >= 5 else -1))
    if not hit.has("edge"):
        return _bare_unit(hit, context, unit)
    step = 0
    part = edge_part(hit, context)
    if (
        unit == "year"
        and part == "late"
        and context.anchor
        and context.anchor.month <= 6
        and context.tense(hit) == "past"
    ):
        step = -1
    return whole(hit, with_edge(unit_from(context.base(), unit, step), hit, context))


def _later_in_the_day(hit: Hit, context: Context) -> Reading | None:
    """`later in the day`: the day mentioned just before, else the anchor; `the end of the day` is an idiom."""
    if not {"later", "earlier", "rest", "remainder"} & set(hit.words("edge")):
        return None
    if context.recent and context.recent[0].granularity == "day":
        return whole(hit, context.recent[0])
    return whole(hit, unit_from(context.anchor, "day", 0))


def _bare_unit(hit: Hit, context: Context, unit: str) -> Reading | None:
    """`for the year`, `in the quarter`: the one that was mentioned, else the anchor's."""
    if hit.after() in ("to", "ended", "ending", "through") and unit in ("year", "quarter", "month"):
        return whole(hit, Timex("DURATION", duration_value(1, unit), unit))
    if (
        unit in ("year", "month", "week")
        and context.label(hit) in DATE_LABELS
        and hit.before() in ("of", "for", "during", "in", "over", "this")
    ):
        return whole(hit, unit_from(context.base(), unit, 0))
    if (
        unit not in ("year", "quarter")
        or hit.before() not in ("for", "during", "in", "over")
        or hit.after() not in (".", ",", "and", "")
    ):
        return None
    mention = next((timex for timex in reversed(context.history) if timex.granularity == unit), None)
    if mention is not None:
        return whole(hit, mention)
    if unit == "year":
        return whole(hit, unit_from(context.anchor, "year", 0))
    return None


def read_year_ago(hit: Hit, context: Context) -> Reading | None:
    """`the year-ago quarter`: a year before the quarter, month or half that was mentioned last."""
    mention = next(
        (
            timex
            for timex in reversed(context.history)
            if timex.granularity in ("quarter", "month", "half", "season")
        ),
        None,
    )
    return whole(
        hit, unit_from_mention(mention, "year", -1) if mention else unit_from(context.anchor, "year", -1)
    )


def read_year_end(hit: Hit, context: Context) -> Reading | None:
    """`year-end`, `the year's end`: the last day of the year."""
    if context.anchor is None:
        return whole(hit, unresolved("XXXX-12-31", "day"))
    if hit.has("unit0"):
        year = unit_from(context.anchor, "year", 0)
        return whole(hit, with_edge(year, hit, context, "unit0"))
    if context.anchor.month <= 6 and context.tense(hit) == "past":
        step = -1
    else:
        step = 0
    return whole(hit, at_day(dt.date(context.anchor.year + step, 12, 31)).against(context.anchor))


def read_unit_before(hit: Hit, context: Context) -> Reading | None:
    """`the week before`, `the year after next`."""
    unit = str(context.lexicon.value("unit", hit.word("unit")))
    if unit in _WHOLE_UNITS:
        return None
    ahead = hit.word("way") in ("after", "later")
    if not (hit.has("turn") or hit.after() == "" or context.is_a(hit.after(), "clause", "goes_on")):
        return Reading(unresolved("XXXX-XX-XX", unit), hit.first, hit.groups["way"][0])
    if hit.has("turn"):
        if (hit.word("turn") == "next") != ahead:
            return None
        return whole(hit, unit_from(context.anchor, unit, 2 if ahead else -2))
    return whole(hit, unit_from_mention(context.last(), unit, 1 if ahead else -1))


def read_units_ago(hit: Hit, context: Context) -> Reading | None:
    """`two years ago`, `a year earlier`, `three days later`, `six months from now`."""
    count, unit = quantity_and_unit(hit, context)
    way = hit.word("way")
    if is_age(hit, context) or not plausible(hit, context, count, unit) or _joins_on(hit, way):
        return None
    if _needs_clause(hit, context, way):
        if way in ("on", "prior"):
            return None
        return Reading(Timex("DURATION", duration_value(count, unit), unit), hit.first, hit.groups["way"][0])
    back = way in ("ago", "earlier", "before", "previously", "prior")
    absolute = way in ("ago", "from now", "hence")
    if count is None:
        return whole(hit, _vague(back=back, absolute=absolute))
    if unit in _WHOLE_UNITS:
        return whole(hit, _hours_away(context, count, unit, -1 if back else 1, absolute=absolute))
    step = -count if back else count
    if hit.has("day"):
        return whole(
            hit, unit_from(None if context.anchor is None else moved(context.anchor, unit, step), "day", 0)
        )
    if not float(count).is_integer() and unit == "year":
        step, unit = step * 12, "month"
    timex = (
        unit_from(context.anchor, unit, step) if absolute else unit_from_mention(context.last(), unit, step)
    )
    if way == "on" and not _has_passed(timex, context):
        return Reading(Timex("DURATION", duration_value(count, unit), unit), hit.first, hit.groups["way"][0])
    return whole(hit, timex)


def _has_passed(timex: Timex, context: Context) -> bool:
    """Whether `ten years on` can be a date of the story: counted from a mention, and not ahead of the anchor."""
    if not context.history or timex.earliest is None:
        return False
    return context.anchor is None or timex.earliest <= context.anchor


def _joins_on(hit: Hit, way: str) -> bool:
    """Whether a hyphen ties `on` and the like to the unit (`year-on-year`)."""
    return way not in ("ago", "earlier", "later") and hit.pieces.word(hit.groups["way"][0] - 1) == "-"


def _needs_clause(hit: Hit, context: Context, way: str) -> bool:
    """Whether `before` and the like begin what follows (`two days before the launch`), so that only a duration is left."""
    if way in ("ago", "from now", "hence", "previously"):
        return False
    if way in ("earlier", "later"):
        return hit.after() == "than"
    return not (hit.after() == "" or context.is_a(hit.after(), "clause"))


def _vague(*, back: bool, absolute: bool) -> Timex:
    if absolute:
        return reference("PAST_REF" if back else "FUTURE_REF")
    return unresolved("XXXX-XX-XX")


def _hours_away(context: Context, count: float, unit: str, step: int, *, absolute: bool) -> Timex:
    """A time some hours or minutes off; exact where the anchor has a clock time."""
    if absolute:
        anchor = context.anchor
    else:
        anchor = (context.last() or at_day(dt.date.min)).earliest
    if anchor is None or anchor == dt.date.min:
        return unresolved("XXXX-XX-XXTXX:XX", "time", "TIME")
    seconds = step * count * {"hour": 3600, "minute": 60, "second": 1}[unit]
    if absolute and context.clock:
        moment = dt.datetime.combine(anchor, context.clock) + dt.timedelta(seconds=seconds)
        return at_time(at_day(moment.date()), moment.strftime("%H:%M")).against(anchor)
    other = anchor + dt.timedelta(days=step * (1 + int(abs(seconds) // 86_400)))
    first, last = min(anchor, other), max(anchor, other)
    if abs(seconds) >= 86_400:
        return at_day(anchor + dt.timedelta(seconds=seconds)).against(anchor)
    return replace(at_time(at_day(anchor), "XX:XX"), earliest=first, latest=last, anchor=anchor)


def quantity_and_unit(hit: Hit, context: Context) -> tuple[float | None, str]:
    """How many of which unit; of `two to three years` the first number."""
    count = parse_quantity(hit.words("n"), context.lexicon)
    if count is None and hit.has("n2"):
        count = parse_number(hit.words("n2"), context.lexicon)
    if count is not None and hit.has("half"):
        count += 0.5
    return count, unit_of(hit, context)


def unit_of(hit: Hit, context: Context) -> str:
    """The unit that the match names."""
    word = hit.word("unit")
    return str(context.lexicon.value("units" if context.lexicon.has("units", word) else "unit", word))


def is_modifier(hit: Hit, context: Context, unit: str) -> bool:
    """Whether `a night`, `a weekend` or `-an-hour` only modifies a noun (`a night curfew`, `a $15-an-hour wage`)."""
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


def plausible(hit: Hit, context: Context, count: float | None, unit: str) -> bool:
    """Whether number and form of the unit agree (`three years`, `a year`, `three-year`), and it is no idiom."""
    if hit.has("n2") and hit.word("n").isdigit() and 1500 <= int(hit.word("n")) <= 2100:
        return False
    singular = context.lexicon.has("unit", hit.word("unit"))
    hyphen = hit.pieces.word(hit.groups["unit"][0] - 1) == "-"
    if (unit == "quarter" and hyphen and not singular) or is_modifier(hit, context, unit):
        return False
    if (
        singular
        and not hyphen
        and count not in (1, 0.5)
        and not hit.has("half")
        and context.label(hit) not in DATE_LABELS
    ):
        return False
    if singular and unit in ("second", "quarter", "minute") and hit.words("n")[-1] in ("a", "an", "one"):
        return unit == "minute" and hit.words("n")[-1] != "an"
    return not (not singular and count == 1 and hit.words("n")[-1] in ("a", "an"))
