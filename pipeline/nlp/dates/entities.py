"""The model's DATE and TIME entities that the rules did not read; they stay with an unresolved value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span

from pipeline.nlp.dates.doubts import DATE_LABELS
from pipeline.nlp.dates.lexer import Lexicon
from pipeline.nlp.dates.timex import Timex, unresolved
from pipeline.nlp.tokens import Tokens

_UNIT = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A normalised expression at its place in the doc's text."""

    start: int
    end: int
    timex: Timex


def find_unread(tokens: Tokens, found: Sequence[tuple[int, int]], lexicon: Lexicon) -> Iterator[Found]:
    """Find the date entities of the model that the rules left unread.

    Args:
        tokens: The doc.
        found: Character ranges that the rules have read.
        lexicon: Word classes of the rules.

    Yields:
        Entities that do not overlap `found`, without prepositions at their start, in order of the text.
    """
    taken = sorted(found)
    ends = [end for _, end in taken]
    for entity in tokens.ents:
        if entity.label_ not in DATE_LABELS or not tokens.gaps.isdisjoint(range(entity.start, entity.end)):
            continue
        span = _trimmed(entity, lexicon)
        # The entity is trimmed first: the model often takes `on` or `since` in, and these may lie beside what
        # was read.
        if span is None or _overlaps(span, taken, ends) or not _is_date(span, lexicon):
            continue
        yield Found(span.start_char, span.end_char, _unread_timex(span, lexicon))


def _trimmed(entity: Span, lexicon: Lexicon) -> Span | None:
    start, end = entity.start, entity.end
    while start < end and (
        lexicon.has("leading", entity.doc[start].lower_) or not _UNIT.search(entity.doc[start].text)
    ):
        start += 1
    while start < end and not _UNIT.search(entity.doc[end - 1].text):
        end -= 1
    if start < end:
        return entity.doc[start:end]
    return None


def _overlaps(span: Span, taken: Sequence[tuple[int, int]], ends: Sequence[int]) -> bool:
    """Return whether a range of `taken` overlaps the span: the first that ends after its start must begin before its end."""
    at = bisect_right(ends, span.start_char)
    return at < len(taken) and taken[at][0] < span.end_char


def _is_date(span: Span, lexicon: Lexicon) -> bool:
    """Return whether an entity that no rule reads can be a date: it has a word of time and is not an age or a name."""
    words = [token.lower_ for token in span]
    if any(lexicon.has(name, word) for word in words for name in ("old", "age", "counted")):
        return False
    if words[-1] in ("quarter", "quarters"):
        return False  # the rules have read those that are dates; the rest are fractions and districts
    if words[-1] == "day" and len(words) > 3 and lexicon.has("edge_noun", words[-4]):
        return False  # the idiom `at the end of the day`
    if all(_is_bare(word, lexicon) for word in words):
        return False
    return any(
        lexicon.has(name, word)
        for word in words
        for name in ("unit", "units", "part", "parts", "season", "vague_time")
    )


def _is_bare(word: str, lexicon: Lexicon) -> bool:
    """Return whether a word alone does not name a time: `the day`, `year`."""
    return any(lexicon.has(name, word) for name in ("unit", "units", "season_doubtful", "determiner"))


def _unread_timex(span: Span, lexicon: Lexicon) -> Timex:
    words = [token.lower_ for token in span]
    has_part = any(lexicon.has("part", word) or lexicon.has("parts", word) for word in words)
    if has_part or span.label_ == "TIME":
        return unresolved("XXXX-XX-XXTXX", "part_of_day", "TIME")
    return unresolved("XXXX-XX-XX")
