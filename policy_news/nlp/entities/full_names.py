"""Full names of persons of which the model sees a part or nothing: `Welshman Jamie Donaldson`, `Sailor Kristian Saucier`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain, takewhile

from policy_news.nlp.entities.mentions import (
    LEADING_TO_DAYS,
    PARTISAN,
    Mention,
    is_handle,
    is_people,
    tokens_of,
)
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.words import first_name_gender, longest_title, stands_first, usual_title
from policy_news.rules.name_forms import honorifics, name_words
from policy_news.rules.word_lists import (
    first_name_rank,
    is_common_surname,
    is_given_somewhere,
    is_ordinary,
    is_spelled_lower,
    is_usual,
)

MAX_WORDS = 3
_MARKS = frozenset({'"', "'", "“", "”", "„", "‘", "’", "«", "»"})
"""What may stand around a nickname."""
RULE = "model.PERSON"
HOLDER = "document.holder"
"""Rule id of a name after the title of an office."""


def with_full_names(tokens: Tokens, model: list[Mention], candidates: Iterable[Mention]) -> list[Mention]:
    """Return the model's entities with full names in place of their parts.

    A full name is a first name with one or two words after it that are no ordinary ones. Where a list or a firm rule knows one of
    them, or the model sees one name over both, it stays as it is.
    """
    known = tokens_of(m for m in candidates if m.method in ("gazetteer", "rule"))
    seen = {i: m for m in model for i in range(m.start, m.end)}
    found = [
        name
        for name in chain(_find_nicknamed(tokens, known), _find(tokens, known))
        # An entity of the model may be the name itself, hold it, or go on beside it.
        if not any(
            seen[i].covers(name) or not name.covers(seen[i]) for i in range(name.start, name.end) if i in seen
        )
    ]
    found += _find_turns(tokens, known)  # the model takes capitals for bodies
    places = tokens_of(found)
    kept = [m for m in model if places.isdisjoint(range(m.start, m.end))]
    taken = known | places | tokens_of(kept)
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
    is_word = tokens.tags[i] in ("NNP", "PRP") and word.istitle() and word.isalpha()
    named = tokens.deps[i] == "compound" and is_word
    leads = named and (i == 0 or tokens.sentence_starts[i] or not before[:1].isupper())
    is_name = word == "He" or (_is_surname(word) and not is_spelled_lower(word))
    if not leads or not (is_name or (i in tokens.openings and is_usual(first_name_rank(word)))):
        return mention
    if i in tokens.headlines or tokens.lower[i] in honorifics().single | name_words().never_names:
        return mention
    return replace(mention, start=i)


def find_holders(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the names right after the titles of offices: `Minister for Ports | Dr Hale`; a bare title (`Premier`) leads to other names too."""
    known = tokens_of(candidates)
    found = []
    for title in candidates:
        if title.label != "OFFICE" or tokens.text(title.start, title.end).lower() in pair_words().bare_titles:
            continue
        start = end = title.end
        while (
            end < len(tokens) and end not in known and (length := honorifics().length_at(tokens.lower, end))
        ):
            start = end = end + length
        while end < min(start + MAX_WORDS, len(tokens)) and _goes_on(tokens, end, known):
            end += 1
        if start < end and tokens.are_together(title.start, end) and not _is_part(tokens, end, known):
            found.append(Mention(start, end, "PERSON", "rule", HOLDER))
    return found


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


def _find_turns(tokens: Tokens, known: Container[int]) -> list[Mention]:
    """Return the names in capitals before the turns of a transcript, without titles: `ANA MOLL:`, `GOV. MOLL:`, `MOLL:`."""
    found, alone, again = [], [], Counter[str]()
    for i in sorted(tokens.openings):
        start = _end_of_title(tokens, i)
        end = start + len([*takewhile(str.isupper, tokens.texts[start : start + MAX_WORDS])])
        if start == end or start in known or "".join(tokens.texts[end : end + 1]) not in (":", ","):
            continue
        name = Mention(start, end, "PERSON", "model", RULE)
        closes = _is_surname(tokens.texts[end - 1].title())
        if closes and (i < start or (end > i + 1 and is_given(tokens.texts[i].title()))):
            found.append(name)
        elif tokens.texts[end] == ":":
            alone.append(name)
            again[tokens.texts[end - 1]] += closes
    # One of no list speaks twice: `TOBI QUILLFEATHER:`, then `QUILLFEATHER:`.
    found += [name for name in alone if name.end - name.start > 1 < again[tokens.texts[name.end - 1]]]
    surnames = {tokens.texts[name.end - 1] for name in found}
    return [*dict.fromkeys(found + [name for name in alone if tokens.texts[name.end - 1] in surnames])]


def _end_of_title(tokens: Tokens, i: int) -> int:
    ends = range(min(i + longest_title(), len(tokens)), i, -1)
    titled = next((end for end in ends if usual_title(tokens.text(i, end))), i)
    end = max(titled, i + honorifics().length_at(tokens.lower, i))
    return end + (i < end < len(tokens) and tokens.texts[end] == ".")


def _find_nicknamed(tokens: Tokens, known: Container[int]) -> Iterator[Mention]:
    """Yield first names with a nickname and a surname: `Ed “Coach” Hale`."""
    for i, mark in enumerate(tokens.texts[:-3]):
        if (
            not i
            or mark not in _MARKS
            or tokens.texts[i + 2] not in _MARKS
            or tokens.spaces[i]
            or i + 3 in known
        ):
            continue
        names = tokens.texts[i - 1], tokens.texts[i + 1], tokens.texts[i + 3]
        is_name = is_given(names[0]) and names[1].istitle() and _is_surname(names[2])
        if is_name and tokens.are_together(i - 1, i + 4):
            yield Mention(i - 1, i + 4, "PERSON", "model", RULE)


def _opens(tokens: Tokens, i: int, known: set[int]) -> bool:
    """Return whether a first name stands here that no other name leads to."""
    if not is_given(tokens.texts[i]) or i in known or i in tokens.gaps or is_handle(tokens, i):
        return False
    if i == 0 or tokens.spaces[i - 1] or tokens.sentence_starts[i]:
        return True
    if tokens.lower[i] in name_words().calendar and tokens.lower[i - 1] in LEADING_TO_DAYS:
        return False  # `On Friday Oyelaran left`: a given name elsewhere
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
@cache
def _no_given_names() -> frozenset[str]:
    return name_words().particles | name_words().place_openings


def is_given(text: str) -> bool:
    """Return whether a word with a capital is a given name of some country, and no ordinary word."""
    if not text.istitle() or is_ordinary(text) or text.lower() in _no_given_names():
        return False
    return is_given_somewhere(text) or first_name_gender(text) is not None


def is_built_as_person(words: Sequence[str], persons: Container[str] = ()) -> bool:
    """Return whether a name is a given name and one or two words that may be of a surname: `Ana Moll`, not `Ana Foods`.

    Args:
        persons: Surnames of persons: what may be a name before one of them is a given name.
    """
    if not 1 < len(words) <= MAX_WORDS:
        return False
    if stands_first(words) and (
        "-" in words[-1] or (len(words) == MAX_WORDS and not any(map(_is_of_body, words)))
    ):
        return True  # `Baek Joon-ho`, `Tan Mei Hua`
    is_first = is_given(words[0]) or (
        words[-1] in persons and _is_surname(words[0]) and not is_ordinary(words[0])
    )
    return is_first and all(map(_is_surname, words[1:]))


def _is_of_body(text: str) -> bool:
    """Return whether a word is one of firms, bodies, places, laws or days."""
    lower, words = text.lower(), name_words()
    others = words.company_words, words.organisation_words, words.place_words, words.law_words, words.calendar
    return any(lower in known for known in others)


@lru_cache(maxsize=50_000)
def _is_surname(text: str) -> bool:
    if (
        len(text) < 3
        or not text[:1].isupper()
        or text.isupper()
        or not text.replace("-", "").replace("’", "").isalpha()
    ):
        return False
    if _is_of_body(text) or is_people(text.lower()):
        return False
    return not is_ordinary(text) or is_common_surname(text)
