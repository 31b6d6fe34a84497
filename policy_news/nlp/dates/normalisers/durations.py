"""Readers of durations, repeated times and vague references."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import Context, Reading
from policy_news.nlp.dates.doubts import is_age, is_title_word, start_after
from policy_news.nlp.dates.lexer import BARRIER
from policy_news.nlp.dates.normalisers.calendar import month_number, relative_year, step_of, whole
from policy_news.nlp.dates.normalisers.units import is_plausible, quantity_and_unit, span_timex, unit_of
from policy_news.nlp.dates.quantities import duration_value, parse_number, parse_quantity
from policy_news.nlp.dates.timex import Timex, at_year, reference, unresolved

_SMALL = frozenset({"second", "minute", "hour"})


def read_duration(hit: Hit, context: Context) -> Reading | None:
    """Read `three months`, `the next four years`, `27-year`, `two and a half years`."""
    count, unit = quantity_and_unit(hit, context)
    if (
        hit.after() == "ago"
        or (hit.hyphen_follows() and (count == 1 or hit.after(2) == "long"))
        or is_age(hit, context)
        or not is_plausible(hit, context, count, unit)
        # a speed or a price: `60 miles an hour`
        or (count == 1 and unit == "hour" and hit.words("n") == ["an"] and is_rate(hit, context))
    ):
        return None

    article = hit.words("n")[0] in ("a", "an") and hit.first < hit.groups["n"][0] and not hit.has("approx")
    if article and not hit.has("pos"):
        return None
    if _lasts(hit, context):
        return Reading(span_timex(context, count, unit, 0), hit.groups["pos"][1], hit.last)
    if hit.words("pos") == ["following"] and hit.words("n")[-1] in ("a", "an"):
        return Reading(span_timex(context, count, unit, 0), hit.groups["n"][0], hit.last)
    step = step_of(hit.words("pos"), context)
    timex = span_timex(context, count, unit, step)
    return Reading(timex, _first_piece(hit, context), hit.last)


def _lasts(hit: Hit, context: Context) -> bool:
    """Return whether `last` before the number is the verb (`it will last three weeks`)."""
    if hit.words("pos") != ["last"] or hit.groups["pos"][0] != hit.first:
        return False
    verb = context.tag(hit.pieces.starts[hit.first]).startswith("VB")
    return verb or hit.has("approx2") or hit.before() == "to" or context.is_a(hit.before(), "modal")


def _first_piece(hit: Hit, context: Context) -> int:
    """Return the piece that the span begins with.

    `over` as a preposition and the determiner of `its 27-year history` stay outside.
    """
    words = hit.all_words()
    # `over three years` is a preposition, `for over three years` a number.
    if words[0] in ("over", "under") and not (
        context.is_a(hit.before(), "span_preposition") or words[1] in ("a", "an")
    ):
        return hit.first + 1
    hyphen = hit.pieces.word(hit.groups["unit"][0] - 1) == "-"
    if hit.has("approx") or hit.has("approx2"):
        return hit.first
    if hit.has("pos"):
        if hyphen and not step_of(hit.words("pos"), context):
            return hit.groups["n"][0]
        return hit.first
    if hyphen or context.is_a(words[0], "owner"):
        return hit.groups["n"][0]
    return hit.first


def read_units(hit: Hit, context: Context) -> Reading | None:
    """Read `months`, `recent years`, `the coming weeks`, `years ago`."""
    unit, way = unit_of(hit, context), hit.word("way")
    if way and hit.before()[:1].isdigit():
        return None
    if way in ("ago", "earlier"):
        if unit != "second":
            return whole(hit, reference("PAST_REF"))
        return None
    if way == "from now" or "future" in hit.words("pos"):
        return whole(hit, reference("FUTURE_REF"))
    if way in ("ahead", "to come"):
        return whole(hit, span_timex(context, None, unit, 1))
    if way in ("later", "before", "after"):
        return _units_off(hit, unit, way)
    if (unit == "quarter" and not hit.has("pos")) or hit.hyphen_follows():
        return None
    if is_age(hit, context) or not (hit.has("pos") or _spans_time(hit, context)):
        return None
    return whole(hit, span_timex(context, None, unit, step_of(hit.words("pos"), context)))


def _units_off(hit: Hit, unit: str, way: str) -> Reading | None:
    """Read `years later`; of `years before the vote`, only the length."""
    if way == "later":
        return whole(hit, unresolved("XXXX-XX-XX"))
    if not _is_plain(hit):
        return None
    return Reading(Timex("DURATION", duration_value(None, unit), unit), hit.first, hit.groups["way"][0])


def _is_plain(hit: Hit) -> bool:
    """Return whether the unit stands without a number, also without one that is masked."""
    return (
        len(hit.words("unit")) == 1
        and not hit.before()[:1].isdigit()
        and hit.pieces.letters[hit.first - 1 : hit.first] != BARRIER
    )


def _spans_time(hit: Hit, context: Context) -> bool:
    """Return whether bare `months` is a duration: after `for`, `took` ..., and not the rest of `* months` or `working hours`."""
    words = hit.all_words()
    if len(words) > 1 and words[0] != "the":
        return False
    if unit_of(hit, context) in _SMALL and words[0] == "the":
        return False
    return _is_plain(hit) and context.is_a(hit.before(), "span_preposition")


def read_long_duration(hit: Hit, context: Context) -> Reading | None:
    """Read `months-long`, `three-year-long`."""
    unit = unit_of(hit, context)
    plural = context.lexicon.has("units", hit.word("unit"))
    numbered = hit.has("n") and hit.words("n") not in (["a"], ["an"])
    if numbered:
        count = parse_quantity(hit.words("n"), context.lexicon)
    elif plural:
        count = None
    else:
        count = 1.0
    first = hit.groups["unit"][0]
    if numbered:
        first = hit.first
    return Reading(Timex("DURATION", duration_value(count, unit), unit), first, hit.last)


def read_share_of(hit: Hit, context: Context) -> Reading | None:
    """Read `the first two months of 2022`: a duration with both its ends."""
    unit, words = unit_of(hit, context), hit.words("year")
    count = None
    if hit.has("n"):
        count = parse_number(hit.words("n"), context.lexicon)
    dated = words[0].isdigit()
    year: int | None
    if dated:
        year = int(words[0])
    else:
        year = relative_year(words, context)
    timex = Timex("DURATION", duration_value(count, unit), unit, dated=dated)
    if year is None or unit not in ("day", "week", "month") or count is None:
        return whole(hit, timex)
    start, end = at_year(year).known() or (dt.date.min, dt.date.max)
    length = _calendar_length(int(count), unit)
    if hit.word("which") in ("first", "opening"):
        end = start + length - dt.timedelta(1)
    else:
        start = end + dt.timedelta(1) - length
    if not dated:
        timex = timex.against(context.anchor)
    return whole(hit, replace(timex, earliest=start, latest=end))


def _calendar_length(count: int, unit: str) -> relativedelta:
    if unit == "month":
        return relativedelta(months=count)
    if unit == "week":
        return relativedelta(weeks=count)
    return relativedelta(days=count)


def read_every(hit: Hit, context: Context) -> Reading | None:
    """Read `every year`, `each Monday`, `every two weeks`, `every other day`."""
    word = hit.words("unit")[0]
    lexicon = context.lexicon
    if lexicon.has("month", word) or lexicon.has("month_short", word):
        value = f"XXXX-{month_number(hit, context, 'unit'):02d}"
    elif name := next((name for name in ("weekday", "weekday_short") if lexicon.has(name, word)), None):
        value = f"XXXX-WXX-{lexicon.value(name, word)}"
    elif lexicon.has("season", word):
        value = f"XXXX-{lexicon.value('season', word)}"
    elif lexicon.has("part", word) and word != "night":
        value = f"XXXX-XX-XXT{lexicon.value('part', word)}"
    elif not (lexicon.has("units", word) or lexicon.has("unit", word)):
        return None
    else:
        value = duration_value(_step(hit, context), unit_of(hit, context))
    return whole(hit, Timex("SET", value))


def _step(hit: Hit, context: Context) -> float | None:
    """Return every how many units: 2 for `every other day`, 1 for `every day`."""
    words = hit.words("step")
    if not words or words == ["single"]:
        return 1.0
    if words[0] in ("other", "second"):
        return 2.0
    if words[0] == "third":
        return 3.0
    return parse_quantity(words, context.lexicon)


def read_rate(hit: Hit, context: Context) -> Reading | None:
    """Read `twice a week`, and `a year` after an amount (`£30 million a year`)."""
    unit = unit_of(hit, context)
    if unit in ("weekend", "century", "millennium") or hit.hyphen_follows():
        return None
    if hit.pattern.options.get("bare") and (unit in _SMALL or not is_rate(hit, context)):
        return None
    return whole(hit, Timex("SET", duration_value(1, unit)))


def is_rate(hit: Hit, context: Context) -> bool:
    """Return whether an amount, or a number with a noun, stands directly before (`£5`, `60 miles`)."""
    last, second, third = (hit.before(distance) for distance in (1, 2, 3))
    if context.is_a(last, "rate") or _is_number(last, context):
        return last not in ("hundred", "thousand")
    if context.is_a(last, "span_preposition", "approx", "preposition") or not last.isalpha():
        return False
    if context.lexicon.has("units", last):
        return True
    if hit.first and context.tag(hit.pieces.starts[hit.first - 1]).startswith("NN"):
        return True
    # One adjective may stand between number and noun: `60 nautical miles an hour`.
    if _is_number(second, context) or context.is_a(second, "rate"):
        return True
    return _is_number(third, context) and second.isalpha()


def _is_number(word: str, context: Context) -> bool:
    """Return whether a word is a number, in digits or words."""
    return any(c.isdigit() for c in word) or context.is_a(word, "digit", "teen", "tens")


def read_frequency(hit: Hit, context: Context) -> Reading | None:
    """Read `annual`, `monthly`: in lower case, or with a capital at the beginning of a sentence."""
    text, starts = hit.pieces.text, hit.pieces.starts
    if text[starts[hit.first]].isupper():
        following = starts[min(hit.last, len(starts) - 1)]
        # A second capital makes it a name: `Monthly Review`.
        if hit.before() not in ("", ".", '"', "“") or text[following].isupper():
            return None
    return whole(hit, Timex("SET", str(context.lexicon.value("frequency", hit.word("word")))))


def read_reference(hit: Hit, context: Context) -> Reading | None:
    """Read `now`, `recently`, `the near future`."""
    value, words = str(hit.pattern.options["value"]), hit.all_words()
    if words[-1] in ("past", "future") and hit.after() == "of":
        return None
    if words[-1] in ("past", "future") and context.tag(start_after(hit)).startswith(("NN", "JJ", "VBG")):
        return None
    if words[-1] in ("moment", "point", "time", "stage") and hit.after() in ("of", "that", "when"):
        return None
    if is_title_word(hit, context) or _counts_on(hit, context):
        return None
    first = hit.first
    if words[0] in ("at", "for"):
        first += 1
    return Reading(reference(value), first, hit.last)


def _counts_on(hit: Hit, context: Context) -> bool:
    """Return whether something counted begins here (`the past 12 ...`, `the past two ...`), which is not a reference."""
    return hit.all_words()[-1] in ("past", "future") and (
        _is_number(hit.after(), context) or context.is_a(hit.after(), "several")
    )
