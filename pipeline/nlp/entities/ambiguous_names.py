"""Names that are also ordinary words or other names (`Next`, `Apple`, `Victoria`): which of them are meant as names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.nlp.entities.mentions import NAMED, Mention
from pipeline.nlp.tokens import Tokens
from pipeline.rules.names import name_words
from pipeline.rules.word_lists import is_first_name, is_name_of_person
from pipeline.tables.labels import PLACES

MIN_NEIGHBOURS = 2
"""So many other places of its country make a place of a word that is also a first name."""


def confirm_common(tokens: Tokens, candidates: list[Mention], model: list[Mention]) -> list[Mention]:
    """The candidates with those of common names that the text confirms, as mentions of the gazetteer.

    What confirms one: it speaks; the model or a grammar rule sees an organisation there; the full name stands elsewhere; the model sees
    any name inside a sentence in a word that nobody bears; a first name stands among places of the country that has it as a place.
    """
    firm = [m for m in candidates if m.method == "gazetteer"]
    entries = {m.entry for m in firm}
    seen = {(m.start, m.end): m.label for m in model} | {(i, i + 1): "ORG" for i in _joined(tokens, model)}
    ruled = {(m.start, m.end) for m in candidates if m.method in ("rule", "weak") and m.label == "COMPANY"}
    confirmed = []
    for mention in candidates:
        if mention.method == "common":
            label = seen.get((mention.start, mention.end), "")
            span = (mention.start, mention.end)
            known = (
                mention.entry in entries
                or span in ruled
                or label in ("ORG", "PRODUCT")
                or _speaks(tokens, mention)
            )
            other = _is_name(tokens, mention, label) or _is_place(tokens, mention, label, firm)
            if not tokens.texts[mention.start][:1].isupper() or not (known or other):
                continue
            mention = replace(mention, method="gazetteer")
        confirmed.append(mention)
    return confirmed


def _speaks(tokens: Tokens, mention: Mention) -> bool:
    return (
        mention.label == "COMPANY"
        and mention.end < len(tokens)
        and tokens.lower[mention.end] in name_words().speaking
    )


def _joined(tokens: Tokens, model: Iterable[Mention]) -> Iterator[int]:
    """The words of what the model takes for one organisation (`Gap and Target`)."""
    for m in model:
        if m.label == "ORG" and m.end - m.start == 3 and tokens.lower[m.start + 1] in ("and", ","):
            yield from (m.start, m.end - 1)


def _is_name(tokens: Tokens, mention: Mention, seen: str) -> bool:
    """Whether the model sees a name, if a wrong one, in what bears no other, where a capital says something."""
    return (
        seen in NAMED
        and mention.label not in PLACES
        and not is_name_of_person(tokens.texts[mention.start])
        and mention.start not in tokens.headlines
        and not tokens.sentence_starts[mention.start]
    )


def _is_place(tokens: Tokens, mention: Mention, seen: str, firm: Iterable[Mention]) -> bool:
    if mention.label != "GPE" or seen != "PERSON" or not is_first_name(tokens.texts[mention.start]):
        return False
    country = tokens.term_countries.get(mention.entry)
    near = {m.entry for m in firm if m.label in PLACES}
    return (
        country is not None
        and sum(tokens.term_countries.get(entry) == country for entry in near) >= MIN_NEIGHBOURS
    )
