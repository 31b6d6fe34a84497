"""Short forms of American states beside a party or a town: `D-Ga.`, `R-TX`, `Macon, Ga.`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from policy_news.nlp.entities.mentions import Mention, tokens_of
from policy_news.nlp.tokens import Tokens
from policy_news.nlp.who.members import congress_words, state_called
from policy_news.rules.name_forms import slug
from policy_news.tables.labels import PLACES

PARTIES = frozenset({"d", "dem", "i", "ind", "r", "rep"})
"""What stands before the hyphen and the state of a member of Congress."""


def with_states(tokens: Tokens, candidates: Sequence[Mention]) -> list[Mention]:
    """Return the candidates with the states that stand beside a party or a town, in place of what else has their short forms.

    Elsewhere `Miss.`, `Wash.` and `OR` are other words.
    """
    found = list(_find(tokens))
    if not found:
        return list(candidates)
    inside = tokens_of(m for m in candidates if m.end - m.start > 1)
    states = [m for m in found if m.start not in inside]  # `Washington, D.C.` is one name
    taken = {m.start for m in states}
    kept = [m for m in candidates if m.start not in taken]
    return sorted([*kept, *states], key=lambda m: (m.start, -m.end))


def _find(tokens: Tokens) -> Iterator[Mention]:
    for i in tokens.capitals:
        if i < 2 or i in tokens.gaps or i - 1 in tokens.gaps:
            continue
        entry = place_of(tokens.texts[i])
        seat = tokens.texts[i - 1] == "-" and tokens.lower[i - 2].rstrip(".") in PARTIES
        if entry and (seat or _is_of_town(tokens, i)):
            yield Mention(i, i + 1, "GPE", "gazetteer", entry, entry)


def _is_of_town(tokens: Tokens, i: int) -> bool:
    """Return whether a short form stands after a town and a comma."""
    short = tokens.texts[i].endswith(".") or tokens.texts[i].isupper()
    return short and tokens.texts[i - 1] == "," and tokens.ent_types[i - 2] in PLACES


@cache
def place_of(text: str) -> str:
    """Return the id of a state by its name, a short form or its postal code; empty for other words."""
    words = congress_words()
    code = state_called(text)
    if code is None or code not in words.states:
        return ""
    return words.places.get(code) or f"place-us-{slug(words.states[code][0])}"


def is_state(entry: str) -> bool:
    """Return whether an id is of a state or territory."""
    return entry in _entries()


@cache
def _entries() -> frozenset[str]:
    return frozenset(place_of(code) for code in congress_words().states)
