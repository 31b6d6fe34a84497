"""Names that are a firm or a surname: `Trane` of `Bobby Trane`, `Tarrow Koval` beside `Tarrow Breweries plc`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from policy_news.nlp.entities.document_names import SHORT, other_spellings, surface, surname_forms
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.words import identity_words
from policy_news.rules.name_forms import name_words
from policy_news.rules.word_lists import first_name_rank, gender_of, is_ordinary
from policy_news.tables.labels import PEOPLE


def tell_firms_from_persons(tokens: Tokens, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions; what the model takes for a person, though it begins with a company's name and no first name, as a company.

    Left out are one-word names of lists that are the surname of somebody whom the text has named in full before: of companies those that the
    text calls by no other name, and of places only those that stand for no place where they are.
    """
    firsts, forms = _words_of_firms(tokens, mentions)
    mentions = [
        replace(m, label="COMPANY", method="document", rule=SHORT)
        if m.label == "PERSON"
        and m.method == "model"
        and m.end - m.start > 1
        and (tokens.texts[m.start] in firsts or tuple(tokens.texts[m.start : m.end]) in forms)
        else m
        for m in mentions
    ]
    full = {
        form[0]: m.start
        for m in reversed(mentions)
        if m.label in PEOPLE and m.end - m.start > 1 and m.start not in tokens.headlines
        for form, _ in surname_forms(tuple(tokens.texts[m.start : m.end]))
        if len(form) == 1
    }
    if not full:
        return mentions
    called: defaultdict[str, set[str]] = defaultdict(set)
    for m in mentions:
        called[m.entry].add(surface(tokens, m))
    return [m for m in mentions if not _is_bearer(tokens, m, full, called)]


def _words_of_firms(tokens: Tokens, mentions: Sequence[Mention]) -> tuple[set[str], set[tuple[str, ...]]]:
    """Return the words with which companies begin and no person, and the names of companies without their legal form."""
    firsts = {
        tokens.texts[m.start]
        for m in mentions
        if m.label == "COMPANY" and m.end - m.start > 1 and m.method in ("rule", "gazetteer")
    }
    formed = [m for m in mentions if m.rule in tokens.rules_marked["legal-form"]]
    forms = {form for m in formed for form in other_spellings(tuple(tokens.texts[m.start : m.end]))}
    return {
        word
        for word in firsts
        if not (is_ordinary(word) or first_name_rank(word) is not None or gender_of(word))
    }, forms


def _is_bearer(
    tokens: Tokens, mention: Mention, full: Mapping[str, int], called: Mapping[str, Collection[str]]
) -> bool:
    """Return whether a listed name is the surname of somebody: `Bobby Trane ... Trane`, but not `shares in Trane`, `Trane shares`."""
    word = tokens.texts[mention.start]
    is_name = mention.method == "gazetteer" and mention.end - mention.start == 1
    if not is_name or full.get(word, len(tokens)) > mention.start:
        return False
    if mention.label == "GPE":
        return word.lower() in identity_words().family_first and tokens.tags[mention.start - 1] != "IN"
    around = tokens.lower[max(mention.start - 3, 0) : mention.end + 3]
    is_of_firm = any(
        word in name_words().stakes or word.removesuffix("s") in name_words().business_words
        for word in around
    )
    return mention.label == "COMPANY" and len(called[mention.entry]) == 1 and not is_of_firm
