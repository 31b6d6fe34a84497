"""Reads the amounts and days of a sentence, however they are written, so that two sentences can be held against each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, pairwise

from policy_news.drafts.lexis import slot_words

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+")
_NUMBER_OR_WORD = re.compile(rf"{_NUMBER.pattern}|[a-z]+")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|March|Mar\.|April|Apr\.?|May|June|July|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![\w-])"
_NUMBERED = r"\d{1,2}(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_YEAR = r"(?:18|19|20)\d\d(?![\w%]|[.,]\d)"
_WEEKDAY = "|".join(day.title() for day in _DAYS)
_DATE = re.compile(
    rf"\b(?:(?P<weekday>{_WEEKDAY}),?\s(?:the\s)?)?"
    rf"(?:(?P<before>{_NUMBERED})\s(?:of\s)?(?P<first>{_MONTH})|(?P<second>{_MONTH})(?:\s(?P<after>{_NUMBERED}))?)"
    rf"(?:,?\s(?P<year>{_YEAR}))?|\b(?P<only>{_WEEKDAY})\b|(?<![\w.,$€£-])(?P<alone>{_YEAR})"
)
_TIMES = frozenset(("in", "on", "by", "of", "since", "until", "till", "last", "next", "early", "late", "mid", "before", "after", "from", "to", "and", "for", "this", "during", "through", "every", "between"))  # fmt: skip
_ALONE = frozenset(("dozen", "decade", "hundred", "thousand", "million"))
_RATIO = re.compile(
    r"\b([a-z]+|\d{1,2}) (?:in|out of) ([a-z]+|\d{1,3})\b(?! (?:day|hour|minute|month|week|year)s?\b)"
)
WHOLE = 100
"""The largest number of which papers say how many it is in."""
RANK = "rank"
"""Unit of an ordinal."""
_ENDS = r"(?=\s?[^\sa-z-]|\s*$|\s(?:in|since|from|to|this|last|over|after|for|when|as|and|or|if|while|because|but|on|during)\b)"
"""What follows a fraction that stands alone: `by a third`, but not `by a third person`."""
_ARTICLE = re.compile(r"\san?$")
_MINUS = re.compile(r"(?:(?<![\w)])[-−–]|\bminus\s)$")
"""What makes a number one below zero; a long dash makes an aside."""
_NOUN = re.compile(r"\s([a-z]+s)\b")
_EACH = re.compile(
    r"(?:\s(?P<counted>[a-z-]+))?\s(?:(?:an?|per|each|every)\s(?P<unit>[a-z]+)|(?P<rate>[a-z]+ly))\b"
)
_WORDS_BETWEEN = re.compile(r"[\s-]+|\s?and\s")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it counts.

    Attributes:
        unit: `percent`, the code of a currency, a measure, `rank` of an ordinal, or empty.
        bound: `more`, `less`, `about` or empty.
        per: The unit for each of which it counts (`2 euros a day`), or empty.
        noun: What stands right behind it if it has no unit (`three seasons`), or empty.
    """

    value: float
    unit: str
    bound: str
    start: int
    end: int
    per: str = ""
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year as far as a sentence tells it: weekday 0 to 6, None for what it does not tell."""

    weekday: int | None
    day: int | None
    month: int | None
    year: int | None
    start: int
    end: int

    def told(self) -> dict[str, int]:
        """Return what is told."""
        names = ("weekday", "day", "month", "year")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def read_days(text: str) -> list[Day]:
    """Return the days, months and years of a text."""
    found = []
    for match in _DATE.finditer(text):
        name, day = match["first"] or match["second"], match["before"] or match["after"]
        year, weekday = match["year"] or match["alone"], match["weekday"] or match["only"]
        is_bare = match[0] in {"May", "March"} or match["alone"]
        if is_bare and text[: match.start()].rstrip("( ").split(" ")[-1].lower() not in _TIMES:
            continue
        month = next(
            (i for i, one in enumerate(_MONTHS, 1) if name and one.startswith(name[:3].lower())), None
        )
        found.append(
            Day(
                _DAYS.index(weekday.lower()) if weekday else None,
                int(re.sub(r"\D", "", day)) if day else None,
                month,
                int(year) if year else None,
                *match.span(),
            )
        )
    return found


def day_of(day: dt.date) -> Day:
    """Return a day of the calendar as a sentence would tell all of it."""
    return Day(day.weekday(), day.day, day.month, day.year, 0, 0)


def read_amounts(text: str, days: list[Day]) -> list[Amount]:
    """Return the amounts of a text, without the numbers of its days."""
    lower = text.lower()
    dated = [(one.start, one.end) for one in days]
    ranks = [*_ranks_and_fractions(lower), *_ratios(lower)]
    taken = [*dated, *((one.start, one.end) for one in ranks)]
    values = [_amount(lower, *one) for one in _values(lower) if not _overlaps(one[1:], taken)]
    # Once more, as a unit or sign may reach into a day.
    undated = (one for one in (*ranks, *values) if not _overlaps((one.start, one.end), dated))
    return sorted(undated, key=lambda one: one.start)


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(first < span[1] and span[0] < last for first, last in others)


@cache
def _ranks() -> re.Pattern[str]:
    words = slot_words()
    parts = "|".join(one.replace(" ", r"[\s-]") for one in words.fractions)
    bounds = "|".join(chain.from_iterable(words.bounds.values()))
    return re.compile(
        rf"\b(?:(?P<part>{parts})\sof|(?:by|from|to|{bounds})\s(?P<alone>{parts}){_ENDS}|(?<!-)(?P<rank>{'|'.join((*words.ordinals, *words.multiples))}|(?P<figure>\d+)(?:st|nd|rd|th)))\b(?!\sof)"
    )


def _ratios(lower: str) -> Iterator[Amount]:
    """Yield `nine in ten`, `one out of four` as per cent."""
    numerals = slot_words().numerals
    for match in _RATIO.finditer(lower):
        part, whole = (float(numerals.get(word) or (word.isdigit() and word) or 0) for word in match.groups())
        if 0 < part < whole <= WHOLE:
            yield replace(_amount(lower, 100 * part / whole, *match.span()), unit="percent", noun="")


def _ranks_and_fractions(lower: str) -> Iterator[Amount]:
    """Yield ordinals (`the third round`), and fractions of a whole as per cent."""
    for match in _ranks().finditer(lower):
        words = slot_words()
        if part := match["part"] or match["alone"]:
            start = match.start("part" if match["part"] else "alone")
            value = words.fractions[part.replace("-", " ")]
            yield Amount(value, "percent", _bound(lower[:start]) or "about", start, match.end())
        else:
            unit = "times" if match["rank"] in words.multiples else RANK
            value = float(match["figure"] or {**words.ordinals, **words.multiples}[match["rank"]])
            yield Amount(value, unit, "", *match.span())


def _values(lower: str) -> Iterator[tuple[float, int, int]]:
    """Yield each number, in figures or words, with its scale."""
    numerals, scales = slot_words().numerals, slot_words().scales
    words = [(m[0], *m.span()) for m in _NUMBER_OR_WORD.finditer(lower)]
    run: list[tuple[str, int, int]] = []
    for word in words:
        between = lower[run[-1][2] : word[1]] if run else ""
        is_apart = "and" in between and run[-1][0] not in {"hundred", "thousand"}
        if run and (is_apart or not _WORDS_BETWEEN.fullmatch(between or " ")):
            yield from _value(run)
            run = []
        if word[0] in numerals or word[0][0] in "0123456789." or word[0] in scales:
            run.append(word)
        elif word[0] != "and" or not run:
            yield from _value(run)
            run = []
    yield from _value(run)


def _value(run: list[tuple[str, int, int]]) -> Iterator[tuple[float, int, int]]:
    """Yield the numbers that words in a row spell: two where a new one begins."""
    numerals, scales = slot_words().numerals, slot_words().scales
    cuts = [0]
    for number, (one, other) in enumerate(pairwise(run), 1):
        if other[0][0].isdigit() or (
            other[0] in numerals and numerals[other[0]] >= 10 and one[0] in numerals
        ):
            cuts.append(number)
    for start, end in pairwise([*cuts, len(run)]):
        own = run[start:end]
        if (
            not own
            or (own[0][0] in scales and len(own) == 1 and own[0][0] not in _ALONE)
            or [word for word, _, _ in own] == ["one"]
        ):
            continue
        total = part = 0.0
        for word, _, _ in own:
            if word in scales:
                part = max(part, 1) * scales[word]
                if scales[word] > 100:
                    total, part = total + part, 0.0
            else:
                part += numerals[word] if word in numerals else float(word.replace(",", ""))
        yield total + part, own[0][1], own[-1][2]


@cache
def _signs() -> Mapping[str, str]:
    codes = {unit.lower(): unit for unit in slot_words().units if unit.isupper()}
    return codes | {word: unit for unit, words in slot_words().units.items() for word in words}


@cache
def _before() -> re.Pattern[str]:
    """What may stand right before a number: a sign, the code of a currency, or letters that stand for one (`N51bn`)."""
    codes = "|".join(("rs", "rmb", *(unit.lower() for unit in slot_words().units if unit.isupper())))
    letters = "|".join(slot_words().letters)
    return re.compile(rf"(?:[a-z]{{0,2}}[^\w\s,.;:()'\"“”‘’\-–—%]|\b(?:{codes})\.?)\s?$|\b(?:{letters})$")


def _amount(lower: str, value: float, start: int, end: int) -> Amount:
    unit = ""
    before = _before().search(lower[:start])
    if before:
        sign = before[0].strip().rstrip(".")
        unit = _signs().get(sign) or slot_words().letters.get(sign) or _signs().get(sign[-1:], "")
        start = before.start()
    if minus := _MINUS.search(lower[:start]):
        value, start = -value, minus.start()
    after = re.match(r"\s?(?:%|per cent\b)|[\s-](?:[a-z]+\s)?[a-z]+\b|\s?[^\w\s]", lower[end:])
    if not unit and after:
        said = after[0].strip(" -")
        for words in (said, said.split(" ")[0]):
            if words in _signs():
                unit, end = _signs()[words], end + lower[end:].index(words) + len(words)
                break
    unit = unit or _signs().get(lower[start:end].split(" ")[-1], "")
    noun = _NOUN.match(lower, end) if not unit else None
    said = noun[1] if noun and noun[1] not in slot_words().empty else ""
    return Amount(value, unit, _bound(lower[:start]), start, end, _per(lower, end), said)


def _bound(before: str) -> str:
    """Return the bound right before a number, with or without an article (`at least a decade`)."""
    head = _ARTICLE.sub("", before.rstrip())
    bounds = [(len(word), name) for name, words in slot_words().bounds.items() for word in words if head.endswith(word) and not head[: -len(word)][-1:].isalpha()]  # fmt: skip
    return max(bounds, default=(0, ""))[1]


def _per(lower: str, end: int) -> str:
    """Return of which unit each one has a number, with a word between (`90 flights a week`)."""
    match = _EACH.match(lower, end)
    if match is None or match["counted"] in slot_words().empty:
        return ""
    return slot_words().rates.get(match["rate"] or "", "") or _signs().get(match["unit"] or "", "")
