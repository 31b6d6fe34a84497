"""Long names whose initials are an acronym that the text has: `Harbour and General Workers Union (HGWU)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.laws import is_law
from policy_news.nlp.entities.mentions import LONGEST, Mention, head_of, is_post
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.acronyms import MIXED, find_stated_alias, is_acronym
from policy_news.rules.name_forms import is_legal_form, name_words

SMALL = frozenset({
    "and", "&", "of", "for", "the", "in", "on", "to", "'s", "’s", ",", "-", "da", "das", "de", "degli", "del", "della", "der", "des", "di", "do",
    "dos", "du", "e", "en", "et", "för", "für", "la", "las", "le", "les", "los", "och", "og", "und", "van", "von", "voor", "y",
})  # fmt: skip
"""Words that an acronym leaves out, those of names of other languages among them."""
RULE = "document.defined"


def find_spelled(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Find long names that stand beside their acronym, companies also whose acronym is elsewhere and of no list, and letters of no body."""
    found = [*_find_letters(tokens, candidates), *_beside_brackets(tokens)]
    listed = {m.start for m in candidates if m.method == "gazetteer"}
    acronyms = {tokens.texts[i] for i in tokens.capitals if i not in listed and _is_long(tokens.texts[i])}
    if not acronyms:
        return found
    # What other rules take for a committee or a ministry they know better.
    others = {m.end - 1 for m in candidates if m.label != "COMPANY"}
    closes = name_words().company_words | name_words().legal_forms
    lasts = [i for i in tokens.capitals if tokens.lower[i] in closes and i not in others]
    spelled = [(_longest(tokens, last, acronyms), last + 1) for last in lasts]
    return found + [Mention(a, b, "COMPANY", "rule", RULE) for a, b in spelled if a is not None]


def _beside_brackets(tokens: Tokens) -> list[Mention]:
    return [m for i in _brackets(tokens) for m in _in_brackets(tokens, i) or _before_brackets(tokens, i)]


def _brackets(tokens: Tokens) -> list[int]:
    return [i for i, text in enumerate(tokens.texts[:-2]) if text == "(" and i > 0]


def _find_letters(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Find the letters of an office, and those of a common noun (`voter cards (VCs)`) or a post as no names, wherever they are."""
    ends = grouped((m.end, m) for m in candidates)
    told: dict[str, str] = {}
    found: list[Mention] = []
    for start, opening, form in _long_forms(tokens):
        label = _label_of_letters(tokens, start, opening, ends.get(opening, ()))
        if label:
            told |= dict.fromkeys((form, f"{form}s"), label)
        if label == "NONE":
            found.append(Mention(start, opening, label, "rule", LETTERS))
    lettered = [i for i in tokens.capitals if tokens.texts[i] in told]
    return found + [Mention(i, i + 1, told[tokens.texts[i]], "rule", LETTERS) for i in lettered]


def _long_forms(tokens: Tokens) -> Iterator[tuple[int, int, str]]:
    """Yield the first token of each form of several words, the bracket behind it, and the letters in that."""
    for opening in _brackets(tokens):
        form = tokens.texts[opening + 1].removesuffix("s")
        if is_acronym(form) and tokens.texts[opening + 2] == ")":
            start = _spelled(tokens, opening - 1, form)
            if start is not None and start < opening - 1:
                yield start, opening, form


LETTERS = "document.letters"
"""Rule id of letters that mean no body."""


def _label_of_letters(tokens: Tokens, start: int, end: int, others: Iterable[Mention]) -> str:
    """Return the label of the letters of a long form, `NONE` if it is no name; empty where it may be a body's."""
    known, word = name_words(), tokens.lower[head_of(tokens, start, end)]
    heads = {word, word.removesuffix("s")}
    if any(m.label == "OFFICE" and m.start <= start for m in others):
        return "OFFICE"
    if any(m.method == "gazetteer" and m.start <= start for m in others) or is_law(tokens, start, end):
        return ""
    if not any(word[:1].isupper() for word in tokens.texts[start:end]):
        bodies = known.organisation_words | known.company_words
        return "NONE" if bodies.isdisjoint(heads | {tokens.lower[end - 1]}) else ""
    return "NONE" if is_post(tokens, start, end) or not known.lettered.isdisjoint(heads) else ""


def _longest(tokens: Tokens, last: int, acronyms: Iterable[str]) -> int | None:
    """Return the first token of the longest name that ends at a token and whose initials are one of the acronyms."""
    starts = [_spell_back(tokens, last, form) for form in acronyms if form[-1] == tokens.texts[last][0]]
    return min((start for start in starts if start is not None), default=None)


def _before_brackets(tokens: Tokens, opening: int) -> list[Mention]:
    """Return the name before its acronym, as wide as its letters ask: `Harbour and General Workers Union (HGWU)`."""
    name = tokens.starts[opening - 1]
    told = find_stated_alias(tokens.whole, name, name + len(tokens.texts[opening - 1]))
    if told is None or told.way not in ("brackets", "quoted") or not MIXED.match(told.form):
        return []
    start = _spell_back(tokens, opening - 1, told.form)
    end = opening - (tokens.lower[opening - 1] in ("'s", "’s"))
    if start is None or end - start < 2:
        return []
    return [Mention(start, end, _label(tokens, start, end), "rule", RULE)]


def _in_brackets(tokens: Tokens, opening: int) -> list[Mention]:
    """Return an acronym and the long name that brackets after it give: `WFTB (Welsh Fish and Tackle Board)`."""
    texts, start = tokens.texts, opening + 1
    end = next((i for i in range(start, min(start + LONGEST, len(tokens))) if texts[i] == ")"), start)
    acronym = texts[opening - 1]
    if end - start < 2 or not _is_long(acronym) or _spell_back(tokens, end - 1, acronym) != start:
        return []
    label = _label(tokens, start, end)
    places = ((opening - 1, opening), (start, end))
    return [Mention(a, b, label, "rule", RULE) for a, b in places]


def _label(tokens: Tokens, start: int, end: int) -> str:
    if is_law(tokens, start, end):
        return "LAW"
    return "COMPANY" if is_legal_form(tokens.texts[end - 1]) else "ORG"


def _spell_back(tokens: Tokens, last: int, acronym: str) -> int | None:
    """Return the first token of the words before `last` whose initials spell the acronym, if it has a capital."""
    first = _spelled(tokens, last, acronym)
    return first if first is not None and tokens.texts[first][:1].isupper() else None


def _spelled(tokens: Tokens, last: int, acronym: str) -> int | None:
    """Return the first token of the words before `last` whose initials spell the acronym; small words may be skipped."""
    letters = [c for c in acronym.upper() if c.isalpha()]
    i = last
    while i >= 0 and letters and last - i < LONGEST and i not in tokens.gaps:
        word = tokens.texts[i]
        is_small = word.lower() in SMALL
        if word[:1].upper() == letters[-1] and (word[:1].isupper() or not is_small):
            letters.pop()
        elif not is_small:
            return None
        i -= 1
    return None if letters else i + 1


def _is_long(text: str) -> bool:
    """Return whether an acronym has so many letters that words do not spell it by accident."""
    return len(text) > 2 and is_acronym(text)
