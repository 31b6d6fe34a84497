"""Places by how they are built or used, which the model takes for persons or bodies: `Norwich South`, `Deir Karim`, `retook Tarn Hill and Umm Dahl`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.nlp.entities.document_names import TOWN
from pipeline.nlp.entities.mentions import Mention
from pipeline.nlp.tokens import Tokens
from pipeline.rules.names import name_words
from pipeline.rules.word_lists import gender_of, is_ordinary

SEAT = "place.seat"
"""Rule id of the part of a town that sends a member to parliament."""
OPENED = "place.opened"
"""Rule id of a name that begins as those of villages do."""
TAKEN = "place.taken"
"""Rule id of what stands after a verb for what troops do to places."""
SEATS_OF = "GB"
"""The country whose seats are called by a town and a point of the compass."""
MAX_WORDS = 3
Span = tuple[int, int]


def find_places(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the places, as candidates of rules, in order of their first tokens.

    Args:
        tokens: Of the doc.
        candidates: Of the gazetteer, towns among them.
    """
    found: dict[Span, str] = {}
    for i in tokens.capitals:
        if tokens.lower[i] in name_words().seat_words:
            found |= dict.fromkeys(_seats(tokens, i, candidates), SEAT)
        elif tokens.lower[i] in name_words().place_openers:
            found |= _if_place(tokens, _opened(tokens, i), OPENED)
        elif i and tokens.lower[i - 1] in name_words().taking:
            found |= _if_place(tokens, _name_from(tokens, i), TAKEN)
    return [Mention(start, end, "GPE", "rule", rule) for (start, end), rule in sorted(found.items())]


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


def _seats(tokens: Tokens, last: int, candidates: Sequence[Mention]) -> Iterator[Span]:
    """Yield the town before a point of the compass, with it."""
    if is_name_word(tokens, last + 1):
        return
    for town in candidates:
        if town.end == last and town.label == "GPE" and tokens.term_countries.get(town.entry) == SEATS_OF:
            yield town.start, last + 1


def _opened(tokens: Tokens, start: int) -> Span | None:
    if not is_name_word(tokens, start + 1) or is_name_word(tokens, start + 2):
        return None
    return (start, start + 2) if not is_name_word(tokens, start - 1) else None


def _if_place(tokens: Tokens, span: Span | None, rule: str) -> dict[Span, str]:
    """Return the name with its rule if it may be a place."""
    return {} if span is None or not _may_be_place(tokens, span) else {span: rule}


def is_name_word(tokens: Tokens, i: int) -> bool:
    """Return whether a token is a word of a name: it has a capital and the tag of one, and is not masked.

    Args:
        tokens: Of the doc.
        i: Number of the token, which need not exist.
    """
    if not 0 <= i < len(tokens) or i in tokens.gaps or tokens.spaces[i]:
        return False
    return tokens.texts[i][:1].isupper() and tokens.tags[i].startswith("NNP")


def _name_from(tokens: Tokens, start: int) -> Span | None:
    """Return the name of two or three words that begins here; none in a headline, where all words have capitals."""
    end = start
    while end <= start + MAX_WORDS and is_name_word(tokens, end):
        end += 1
    return (start, end) if 1 < end - start <= MAX_WORDS and start not in tokens.headlines else None


def _may_be_place(tokens: Tokens, span: Span) -> bool:
    """Return whether no word says that a person or a body is meant: a first name, a title, a word of bodies or firms."""
    known, words = name_words(), tokens.lower[slice(*span)]
    of_bodies = (known.organisation_words, known.company_words, known.law_words)
    return (
        not gender_of(words[0])
        and words[0] not in known.never_names
        and not any(words[-1] in closing for closing in of_bodies)
        and not all(map(is_ordinary, tokens.texts[slice(*span)]))
    )
