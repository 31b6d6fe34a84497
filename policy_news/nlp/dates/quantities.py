"""Numbers, clock times and lengths of time: words to values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_news.nlp.dates.context import UNIT_CODE
from policy_news.nlp.dates.lexer import WordClasses

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::[0-9]{2})?\s*(?:(a|p)\.?m\.?|hrs|h)?")
_MILITARY = re.compile(r"([0-9]{2})([0-9]{2})(?:hrs|h)?")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def parse_number(words: Sequence[str], lexicon: WordClasses) -> float | None:
    """Return the value of a cardinal (`twenty-five`, `two and a half`, `1,200`), None if the words are not a number."""
    total, known = 0.0, False
    for word in words:
        value = _value(word, lexicon)
        if value is None:
            continue
        # `two hundred` multiplies, `twenty-five` adds; a bare `hundred` is one hundred.
        if lexicon.has("scale", word) and word not in ("a", "an"):
            total = max(total, 1) * value
        else:
            total += value
        known = True
    if known:
        return total
    return None


def _value(word: str, lexicon: WordClasses) -> float | None:
    if word[:1].isnumeric():
        return _digits_value(word)
    if word == "half":
        return 0.5
    for name in ("digit", "teen", "tens", "scale"):
        if lexicon.has(name, word):
            return float(lexicon.value(name, word))
    return None


def _digits_value(word: str) -> float | None:
    """Return the value of `1,200`, `2.5`, `3/4`, `2½`; None if it is not a number."""
    try:
        if word[-1] in _FRACTIONS:
            return float(word[:-1] or 0) + _FRACTIONS[word[-1]]
        over, _, under = word.replace(",", "").partition("/")
        return float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        return None


def parse_quantity(words: Sequence[str], lexicon: WordClasses) -> float | None:
    """Return how many units a `QUANTITY` names; None for a vague one (`a few`, `several`, `dozens of`)."""
    # Vague words come first: `several hundred` holds a number, but does not say how many.
    if any(lexicon.has("several", word) or lexicon.has("scales", word) for word in words):
        return None
    if "couple" in words:
        return 2.0
    if set(words) & {"number", "handful", "matter", "period"}:
        return None
    number = parse_number(words, lexicon)
    if number is None and words and words[-1] in ("a", "an"):
        return 1.0
    return number


def parse_ordinal(words: Sequence[str], lexicon: WordClasses) -> int | None:
    """Return the value of an ordinal in words or digits (`3rd`, `twenty-first`); None if there is none."""
    total = 0
    for word in words:
        if digits := re.match(r"[0-9]{1,4}", word):
            total += int(digits[0])
        elif lexicon.has("ordinal", word):
            total += int(lexicon.value("ordinal", word))
        elif lexicon.has("tens", word):
            total += int(lexicon.value("tens", word))
    return total or None


def parse_clock(words: Sequence[str], lexicon: WordClasses) -> str | None:
    """Return a clock time as `HH:MM`, with `Z` if it is in UTC; None if the time does not exist."""
    zone = next((str(lexicon.value("zone", word)) for word in words if lexicon.has("zone", word)), "")
    noon = next((word for word in words if lexicon.has("noon", word)), None)
    if noon and not any(word[:1].isdigit() for word in words):
        return f"{lexicon.value('noon', noon)}{zone}"
    found = _hour_minute(words, lexicon)
    if found is None:
        return None
    hour, minute, half = found
    # The suffix of the time (`9pm`) counts before words around it (`9 in the evening`).
    half = half or _half_of_day(words, lexicon)
    if half == "p" and hour < 12:
        hour += 12  # 12pm is noon and stays 12
    if half == "a" and hour == 12:
        hour = 0  # 12am is midnight
    if hour <= 24 and minute < 60:
        return f"{hour:02d}:{minute:02d}{zone}"
    return None


def _half_of_day(words: Sequence[str], lexicon: WordClasses) -> str:
    """Return `a` for the hours before noon, `p` for those after it, an empty string if the words do not say."""
    for word in words:
        if lexicon.has("ampm", word):
            return str(lexicon.value("ampm", word))[0]
        if lexicon.has("part", word):
            if lexicon.value("part", word) == "MO":
                return "a"
            return "p"
    return ""


def _hour_minute(words: Sequence[str], lexicon: WordClasses) -> tuple[int, int, str] | None:
    """Return hour, minute and the half of the day that the time itself names (`a`, `p` or empty)."""
    for word in words:
        if match := _MILITARY.fullmatch(word):
            return int(match[1]), int(match[2]), ""
        if match := _CLOCK.fullmatch(word):
            return int(match[1]), int(match[2] or 0), match[3] or ""
    hour = parse_number(words, lexicon)
    if hour is None:
        return None
    return (int(hour), 0, "")


def duration_value(count: float | None, unit: str) -> str:
    """Return a TIMEX3 duration: `P3M`, `PT24H`, `P2.5Y`; `PXY` where the number is vague."""
    prefix, letter, factor = UNIT_CODE[unit]
    if count is None:
        return f"{prefix}X{letter}"
    if count == 0.5 and unit in ("hour", "year"):
        if unit == "hour":
            return "PT30M"
        return "P6M"
    return f"{prefix}{format_number(count * factor)}{letter}"


def format_number(count: float) -> str:
    """Write a number without decimals if it is whole, else with at most two."""
    if float(count).is_integer():
        return str(int(count))
    return f"{count:.2f}".rstrip("0")
