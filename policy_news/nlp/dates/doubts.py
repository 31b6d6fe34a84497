"""Doubtful words that are not always a date: `May` the minister, `march` the verb, `2014 people`."""

from __future__ import annotations

from policy_news.nlp.dates.class_patterns import Hit
from policy_news.nlp.dates.context import Context
from policy_news.nlp.dates.lexer import BARRIER
from policy_news.tables.labels import ORGANISED, PEOPLE, PLACES

NAME_LABELS = PEOPLE | ORGANISED | PLACES | {"NORP"}
"""Labels of entities that are names: a month inside a name is not a date."""
WORK_LABELS = frozenset({"WORK_OF_ART", "LAW", "PRODUCT"})


def is_month(hit: Hit, context: Context) -> bool:
    """Return whether a month without a day is meant as a month."""
    # After a mask even a plain month may be the rest of a name (`May *****`).
    if is_beside_mask(hit):
        return False
    if hit.has("year") or hit.has("year2"):
        return True
    word = hit.words("month")[0]
    start = hit.pieces.starts[hit.groups["month"][0]]
    written = hit.pieces.text[start : start + len(word) + 1]
    if context.lexicon.has("month_short", word):
        return context.is_a(hit.before(), "sure_preposition") or (
            written.endswith(".") and context.is_a(hit.before(), "time_preposition")
        )
    # `early May` and `last May` are dates whatever the model says; `May last year` and a sure month only outside names.
    if hit.has("edge") or hit.has("rel0"):
        return True
    if hit.has("rel") or not context.lexicon.has("month_doubtful", word):
        return context.label(hit) not in NAME_LABELS
    return _is_doubtful_month(hit, context)


def _is_doubtful_month(hit: Hit, context: Context) -> bool:
    """Return whether a bare `May` or `March` is a date: after a preposition of time."""
    label, before = context.label(hit), hit.before()
    # A text that speaks of Mrs May means her in `May said` too.
    sure = context.is_a(before, "sure_preposition")
    if hit.word("month") in context.surnames and not sure:
        return False
    if label in NAME_LABELS or hit.after() == "'s":
        return False
    return sure or (
        context.is_a(before, "time_preposition") and not context.is_a(hit.after(), "said_like", "modal")
    )


def start_after(hit: Hit) -> int:
    """Return the offset of the piece after the match, -1 at the end of the section."""
    starts = hit.pieces.starts
    if hit.last < len(starts):
        return starts[hit.last]
    return -1


def is_beside_mask(hit: Hit) -> bool:
    """Return whether masked text follows the match, which may then be a fragment."""
    letters = hit.pieces.letters
    return letters[hit.last : hit.last + 1] == BARRIER


def is_year(hit: Hit, context: Context) -> bool:
    """Return whether four digits alone are a year."""
    before, after = hit.before(), hit.after()
    year = int(hit.word("year"))
    if context.is_a(after, "counted") or context.is_a(before, "counting", "dollar"):
        return False
    if _is_joined(hit) or context.label(hit) in WORK_LABELS or before.isdigit() or after.isdigit():
        return False
    # Outside these years, numbers of four digits in news are mostly amounts.
    if not 1500 <= year <= 2100:
        return context.is_a(before, "sure_preposition")
    if context.is_a(before, "sure_preposition"):
        return True
    return not _counts_plural(hit, context)


def _is_joined(hit: Hit) -> bool:
    """Return whether a hyphen or slash ties the number to something else (`F-2000`, `1999-x`)."""
    pieces = hit.pieces
    if hit.hyphen_follows() and len(hit.after(2)) == 1 and not hit.after(2).isdigit():
        return True
    left = pieces.word(hit.first - 1) in ("-", "/") and pieces.starts[hit.first] == pieces.ends[hit.first - 1]
    return left and not pieces.word(hit.first - 2).isalpha()


def _counts_plural(hit: Hit, context: Context) -> bool:
    """Return whether the number counts a plural noun in lower case that follows (`2014 homes`)."""
    at = hit.last
    if at >= len(hit.pieces.starts) or context.is_a(hit.before(), "preposition"):
        return False
    start = hit.pieces.starts[at]
    return context.tag(start) == "NNS" and hit.pieces.text[start].islower()


def is_title_word(hit: Hit, context: Context) -> bool:
    """Return whether a capital in the middle of a sentence makes the word part of a name (`USA Today`)."""
    text, starts = hit.pieces.text, hit.pieces.starts
    # Headlines write every word with a capital: there it tells nothing.
    if context.heading:
        return False
    if any(text[starts[at]].isupper() for at in range(hit.first + 1, hit.last)) and not hit.has("today"):
        return True
    if not text[starts[hit.first]].isupper():
        return False
    return hit.before().isalnum() or hit.before() == "'s"


def starts_name(hit: Hit) -> bool:
    """Return whether a word with a capital is followed by another one (`Autumn Statement`)."""
    text, starts = hit.pieces.text, hit.pieces.starts
    return (
        text[starts[hit.last - 1]].isupper() and hit.last < len(starts) and text[starts[hit.last]].isupper()
    )


def is_age(hit: Hit, context: Context) -> bool:
    """Return whether a length of time is an age (`42 years old`, `a 42-year-old`, `aged 18 months`)."""
    after = [hit.after(1), hit.after(2)]
    if context.is_a(after[0], "old") or (after[0] in ("-", "of") and context.is_a(after[1], "old", "age")):
        return True
    return context.is_a(hit.before(), "age") or (hit.before() == "of" and context.is_a(hit.before(2), "age"))
