"""Towns and listed firms of one name: `Bristol said` beside `Bristol Myers Squibb` is the firm, `Corning, N.Y.` the town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policy_news.core.grouping import grouped
from policy_news.nlp.entities.document_names import TOWN
from policy_news.nlp.entities.mentions import Mention, tokens_of
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.facts import COUNTRY
from policy_news.nlp.who.members import state_called
from policy_news.rules.name_forms import name_words

_WHERE = frozenset({"across", "around", "at", "for", "from", "in", "near", "outside", "to", "through"})
"""Words before a town that no company has, but a few nouns (`shares in`)."""


def with_towns(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the candidates; a listed firm of one word as a town, where the short form of a state follows: `Corning, N.Y.`."""
    states = {
        m.start
        for m in candidates
        if m.label == "GPE" and tokens.texts[m.start].endswith(".") and m.end - m.start == 1
    }
    return [
        replace(m, label="GPE", method="rule", rule=TOWN, entry="")
        if m.end + 1 in states
        and m.label == "COMPANY"
        and m.end - m.start == 1
        and tokens.texts[m.end] == ","
        else m
        for m in candidates
    ]


def without_firm_towns(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the candidates without towns that are the first word of one listed company of the document, where that alone is meant.

    Somewhere the word must do what a company does (`Bristol said`), and nowhere stand where a town does (`in Bristol`).
    """
    firms = _listed_firms(tokens, candidates)
    if not firms:
        return list(candidates)
    inside = tokens_of(m for m in candidates if m.end - m.start > 1)
    places = [i for i in tokens.capitals if tokens.texts[i] in firms and i not in inside]
    alone = grouped((tokens.texts[i], i) for i in places)
    short = {word for word, places in alone.items() if _is_firm(tokens, places, firms[word])}
    return [
        m for m in candidates if m.label != "GPE" or m.end - m.start > 1 or tokens.texts[m.start] not in short
    ]


def _listed_firms(tokens: Tokens, candidates: Sequence[Mention]) -> dict[str, int]:
    """Return where each listed company is first named, by its first word, if no place and no other company has that word."""
    firms: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for m in candidates:
        if m.label == "COMPANY" and m.method == "gazetteer" and m.end - m.start > 1:
            firms.setdefault(tokens.texts[m.start], set()).add(m.entry)
            first.setdefault(tokens.texts[m.start], m.start)
    others = {tokens.texts[m.start] for m in candidates if m.label == "GPE" and not _is_mere_town(tokens, m)}
    return {word: first[word] for word, entries in firms.items() if len(entries) == 1 and word not in others}


def _is_mere_town(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a place is no country, state or seat of a government, which speak as well: `China said` beside `China Mobile`."""
    name = tokens.texts[mention.start]
    return not (COUNTRY.fullmatch(mention.entry) or state_called(name) or name.lower() in name_words().seats)


def _is_firm(tokens: Tokens, places: Sequence[int], first: int) -> bool:
    """Return whether a word acts in one of some places, after the name of the company, and is a town in none."""
    acts = any(
        i > first and tokens.deps[i] == "nsubj" and tokens.tags[i + 1 : i + 2] in (["VBD"], ["VBZ"], ["MD"])
        for i in places
    )
    return acts and not any(_is_town(tokens, i) for i in places)


def _is_town(tokens: Tokens, i: int) -> bool:
    """Return whether a word stands where a town does: `in Bristol`, `Bristol, England`, `the Bristol police`."""
    before = tokens.lower[i - 1] if i else ""
    if before in _WHERE and (i < 2 or tokens.lower[i - 2] not in name_words().stakes):
        return True
    behind = tokens.texts[i + 1 : i + 3]
    is_in_region = len(behind) == 2 and behind[0] == "," and behind[1][:1].isupper()
    return is_in_region or tokens.deps[i] in ("compound", "nmod")
