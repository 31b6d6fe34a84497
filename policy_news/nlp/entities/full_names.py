"""Full names of persons of which the model sees a part or nothing: `Welshman Jamie Donaldson`, `Sailor Kristian Saucier`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from policy_news.nlp.entities.mentions import PARTISAN, Mention, is_handle, is_people
from policy_news.nlp.tokens import Tokens
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import (
    first_name_rank,
    is_common_surname,
    is_ordinary,
    is_spelled_lower,
    is_usual,
)

MAX_WORDS = 3
RULE = "model.PERSON"


def with_full_names(tokens: Tokens, model: list[Mention], candidates: Iterable[Mention]) -> list[Mention]:
    """Return the model's entities with full names in place of their parts.

    A full name is a first name with one or two words after it that are no ordinary ones. Where a list or a firm rule knows one of
    them, or the model sees one name over both, it stays as it is.

    Args:
        tokens: Of the doc.
        model: The model's entities.
        candidates: Of gazetteer and grammar.
    """
    known = {i for m in candidates if m.method in ("gazetteer", "rule") for i in range(m.start, m.end)}
    seen = {i: m for m in model for i in range(m.start, m.end)}
    found = [
        name
        for name in _find(tokens, known)
        # An entity of the model may be the name itself, hold it, or go on beside it.
        if not any(
            seen[i].covers(name) or not name.covers(seen[i]) for i in range(name.start, name.end) if i in seen
        )
    ]
    places = {i for name in found for i in range(name.start, name.end)}
    kept = [m for m in model if places.isdisjoint(range(m.start, m.end))]
    taken = known | places | {i for m in kept for i in range(m.start, m.end)}
    kept = [_with_first_name(tokens, m, taken) for m in kept]
    return sorted([*kept, *found], key=lambda m: m.start)


def _with_first_name(tokens: Tokens, mention: Mention, taken: Collection[int]) -> Mention:
    """Return a surname that the model sees, with the first name of no list before it: `Rahul Gandhi`."""
    i = mention.start - 1
    if (
        mention.label != "PERSON"
        or mention.end - mention.start > 1
        or i < 0
        or i in taken
        or i in tokens.gaps
        or mention.start in tokens.openings
    ):
        return mention
    word, before = tokens.texts[i], tokens.texts[i - 1] if i else ""
    named = tokens.tags[i] == "NNP" and tokens.deps[i] == "compound" and word.istitle() and word.isalpha()
    leads = named and (i == 0 or tokens.sentence_starts[i] or not before[:1].isupper())
    if not leads or is_ordinary(word) or is_spelled_lower(word) or not _is_surname(word):
        return mention
    if i in tokens.headlines or tokens.lower[i] in name_words().honorifics | name_words().never_names:
        return mention
    return replace(mention, start=i)


def _find(tokens: Tokens, known: set[int]) -> Iterator[Mention]:
    reached = 0
    for i in tokens.capitals:
        if i < reached or not _opens(tokens, i, known):
            continue
        end = i + 1
        while end < min(i + MAX_WORDS, len(tokens)) and _goes_on(tokens, end, known):
            end += 1
        if end > i + 1 and not _is_part(tokens, end, known):
            reached = end
            yield Mention(i, end, "PERSON", "model", RULE)


def _opens(tokens: Tokens, i: int, known: set[int]) -> bool:
    """Return whether a first name stands here that no other name leads to."""
    if not _is_first_name(tokens.texts[i]) or i in known or i in tokens.gaps or is_handle(tokens, i):
        return False
    if i == 0 or tokens.spaces[i - 1] or tokens.sentence_starts[i]:
        return True
    before = tokens.texts[i - 1]
    return not before[:1].isupper() or i - 1 in known or is_spelled_lower(before) or is_people(before.lower())


def _goes_on(tokens: Tokens, i: int, known: set[int]) -> bool:
    if i in known or i in tokens.gaps or i in tokens.openings or tokens.lower[i] in PARTISAN:
        return False
    return _is_surname(tokens.texts[i])


def _is_part(tokens: Tokens, end: int, known: set[int]) -> bool:
    """Return whether the name goes on as that of a thing: `Henry Dunant Airport`."""
    if end >= len(tokens) or not tokens.texts[end][:1].isupper():
        return end < len(tokens) and tokens.texts[end] in ("&", "-")
    return end in known or tokens.tags[end].startswith("NNP")


@lru_cache(maxsize=50_000)
def _is_first_name(text: str) -> bool:
    rank = first_name_rank(text)
    return is_usual(rank) and text.istitle() and not is_ordinary(text)


@lru_cache(maxsize=50_000)
def _is_surname(text: str) -> bool:
    lower, words = text.lower(), name_words()
    if (
        len(text) < 3
        or not text[:1].isupper()
        or text.isupper()
        or not text.replace("-", "").replace("’", "").isalpha()
    ):
        return False
    others = (
        words.company_words,
        words.organisation_words,
        words.place_words,
        words.law_words,
        words.calendar,
    )
    if any(lower in known for known in others) or is_people(lower):
        return False
    return not is_ordinary(text) or is_common_surname(text)
