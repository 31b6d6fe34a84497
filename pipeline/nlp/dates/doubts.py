"""Words that may be no date: `May` the minister, `march` the verb, `2014 people`."""

from __future__ import annotations

from pipeline.nlp.dates.context import Context
from pipeline.nlp.dates.grammar import Hit
from pipeline.nlp.dates.lexer import BARRIER
from pipeline.tables.labels import ORGANISED, PEOPLE, PLACES

NAME_LABELS = PEOPLE | ORGANISED | PLACES | {"NORP"}
"""Labels of entities that are names: a month in one is none."""
WORK_LABELS = frozenset({"WORK_OF_ART", "LAW", "PRODUCT"})
DATE_LABELS = frozenset({"DATE", "TIME"})


def is_month(hit: Hit, context: Context) -> bool:
    """Whether a month without day is meant as one."""
    if beside_mask(hit):
        return False
    if hit.has("year") or hit.has("year2"):
        return True
    word, written = hit.words("month")[0], hit.pieces.text[hit.pieces.starts[hit.groups["month"][0]] :]
    if context.lexicon.has("month_short", word):
        return context.is_a(hit.before(), "sure_preposition") or (
            written[: len(word) + 1].endswith(".") and _dated(hit, context)
        )
    if (
        not context.lexicon.has("month_doubtful", word)
        or hit.has("rel")
        or hit.has("edge")
        or hit.has("rel0")
    ):
        return hit.has("edge") or hit.has("rel0") or context.label(hit) not in NAME_LABELS
    return _doubtful_month(hit, context)


def _doubtful_month(hit: Hit, context: Context) -> bool:
    """A bare `May` or `March` needs a preposition that takes a time, or the model's word that it is a date."""
    label, before = context.label(hit), hit.before()
    if hit.word("month") in context.surnames and not context.is_a(before, "sure_preposition"):
        return False
    if label in DATE_LABELS and not context.is_a(before, "title"):
        return (
            not context.is_a(hit.word("month"), "verb_month")
            or context.is_a(before, "time_preposition", "determiner")
            or context.tag(start_after(hit)).startswith("NN")
        )
    if label in NAME_LABELS or hit.after() == "'s":
        return False
    return context.is_a(before, "time_preposition") and not context.is_a(hit.after(), "said_like", "modal")


def start_after(hit: Hit) -> int:
    """Offset of the piece after the match, -1 at the end of the section."""
    starts = hit.pieces.starts
    return starts[hit.last] if hit.last < len(starts) else -1


def _dated(hit: Hit, context: Context) -> bool:
    return context.label(hit) in DATE_LABELS or context.is_a(hit.before(), "time_preposition")


def beside_mask(hit: Hit) -> bool:
    """Whether masked text touches the match, so that what is seen may be a fragment."""
    letters = hit.pieces.letters
    return letters[hit.last : hit.last + 1] == BARRIER


def is_year(hit: Hit, context: Context) -> bool:
    """Whether four digits that stand alone are a year."""
    before, after = hit.before(), hit.after()
    year = int(hit.word("year"))
    if context.is_a(after, "counted") or context.is_a(before, "counting", "dollar"):
        return False
    if _joined(hit) or context.label(hit) in WORK_LABELS or before.isdigit() or after.isdigit():
        return False
    if not 1500 <= year <= 2100:
        return context.is_a(before, "sure_preposition")
    if context.label(hit) in DATE_LABELS or context.is_a(before, "sure_preposition"):
        return True
    return not _counts_plural(hit, context)


def _joined(hit: Hit) -> bool:
    """Whether a hyphen or slash ties the number to something else (`F-2000`, `1999-x`)."""
    pieces = hit.pieces
    if hit.hyphen_follows() and len(hit.after(2)) == 1 and not hit.after(2).isdigit():
        return True
    left = pieces.word(hit.first - 1) in ("-", "/") and pieces.starts[hit.first] == pieces.ends[hit.first - 1]
    return left and not pieces.word(hit.first - 2).isalpha()


def _counts_plural(hit: Hit, context: Context) -> bool:
    """Whether a plural noun in lower case follows that the number counts (`2014 homes`)."""
    at = hit.last
    if at >= len(hit.pieces.starts) or context.is_a(hit.before(), "preposition"):
        return False
    start = hit.pieces.starts[at]
    return context.tag(start) == "NNS" and hit.pieces.text[start].islower()


def is_title_word(hit: Hit, context: Context) -> bool:
    """Whether a capital in the middle of a sentence tells that the word is part of a name (`USA Today`)."""
    text, starts = hit.pieces.text, hit.pieces.starts
    if context.heading:
        return False
    if any(text[starts[at]].isupper() for at in range(hit.first + 1, hit.last)) and not hit.has("today"):
        return True
    if not text[starts[hit.first]].isupper():
        return False
    return hit.before().isalnum() or hit.before() == "'s"


def starts_name(hit: Hit) -> bool:
    """Whether a capital word goes on in a capital one (`Autumn Statement`)."""
    text, starts = hit.pieces.text, hit.pieces.starts
    return (
        text[starts[hit.last - 1]].isupper() and hit.last < len(starts) and text[starts[hit.last]].isupper()
    )


def is_age(hit: Hit, context: Context) -> bool:
    """Whether a length of time is an age (`42 years old`, `a 42-year-old`, `aged 18 months`)."""
    after = [hit.after(1), hit.after(2)]
    if context.is_a(after[0], "old") or (after[0] in ("-", "of") and context.is_a(after[1], "old", "age")):
        return True
    return context.is_a(hit.before(), "age") or (hit.before() == "of" and context.is_a(hit.before(2), "age"))
