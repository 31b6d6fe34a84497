"""Titles of officers of the states of the United States, who share them with the federal ones: `Kansas Secretary of State X`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy_news.nlp.entities.countries import country_before
from policy_news.nlp.entities.mentions import POSSESSIVES, Mention
from policy_news.nlp.entities.office_pairs import may_be_person, pair_offices
from policy_news.nlp.entities.pair_words import pair_words
from policy_news.nlp.tokens import Tokens
from policy_news.rules.lexicon import NameLexicon


def settle_state_titles(
    tokens: Tokens, mentions: Sequence[Mention], lexicon: NameLexicon, by: dt.date | None
) -> list[Mention]:
    """Return the mentions without titles of officers of a state.

    A title before a name follows the one of a state before it in its sentence (`Florida's treasurer, A, and Attorney General B`). Where the
    document names no federal holder, a title is of a state throughout. In a document that names a state, a secretary of state or attorney general
    whom no list has is one of a state.

    Args:
        by: The day by which the document was written.
    """
    shared = pair_words().state_titles
    titles = [m for m in mentions if m.label == "OFFICE" and _title(tokens, m).endswith(shared)]
    if not titles:
        return list(mentions)
    held = _Held(tokens, mentions, lexicon, by)
    beside = dict(pair_offices(tokens, mentions))
    titles = [
        m
        for m in titles
        if country_before(tokens, m.start, lexicon) is None
        and not held.bears(beside.get(m), _title(tokens, m))
    ]
    dropped = _of_states(tokens, titles, beside, held)
    return [m for m in mentions if m.start not in dropped]


def _of_states(
    tokens: Tokens, titles: Sequence[Mention], beside: Mapping[Mention, Mention], held: _Held
) -> set[int]:
    """Return the first tokens of those of some titles that are of a state."""
    mentions = held.mentions
    found = _find_state_titles(tokens, titles, {m.start for m in mentions if may_be_person(m)})
    if any(_is_state(tokens, m.start, m.end) for m in mentions if m.label == "GPE"):
        found += [m for m in titles if _is_of_unknown(tokens, m, beside.get(m))]
    local = {title for title in (_title(tokens, m) for m in found) if not held.has_holder(title)}
    return {m.start for m in (*found, *(m for m in titles if _title(tokens, m) in local))}


def _is_of_unknown(tokens: Tokens, title: Mention, person: Mention | None) -> bool:
    """Return whether somebody whom no list has bears a title right before the name whose federal holders are all listed."""
    named = person is not None and not person.entry and person.start == title.end
    return named and _title(tokens, title) in LISTED


def _title(tokens: Tokens, mention: Mention) -> str:
    return tokens.text(mention.start, mention.end).lower()


LISTED = frozenset({"secretary of state", "attorney general"})
"""Titles of the United States all of whose holders the rule data have."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the rule data know of the holders whom a document names."""

    tokens: Tokens
    mentions: Sequence[Mention]
    lexicon: NameLexicon
    by: dt.date | None

    def bears(self, person: Mention | None, title: str) -> bool:
        """Return whether a person has held an office of a title by the day."""
        return person is not None and any(
            title in (office.title.lower(), *map(str.lower, office.aliases), *office.any_case)
            for office, holder in self.lexicon.terms_of_office.get(person.entry, ())
            if self.by is None or holder.start <= self.by
        )

    def has_holder(self, title: str) -> bool:
        """Return whether the document names a holder of a title."""
        return any(self.bears(m, title) for m in self.mentions)


def _find_state_titles(tokens: Tokens, titles: Iterable[Mention], persons: set[int]) -> list[Mention]:
    """Return the titles that a state stands beside, and those before a name that follow one of them."""
    found = []
    sentence: tuple[int, int] | None = None
    for mention in titles:
        own = tokens.sentence_of(mention.start)
        if _is_of_state(tokens, mention) or (own == sentence and mention.end in persons):
            sentence = own
            found.append(mention)
    return found


def _is_of_state(tokens: Tokens, mention: Mention) -> bool:
    """Return whether a state, or the word for one, stands beside a title: `the state attorney general`, `secretary of state of Kansas`."""
    if tokens.lower[mention.start] == "state" and mention.end - mention.start > 2:
        return True
    i = mention.start - 1
    while i > 0 and (tokens.lower[i].strip(".") in pair_words().of_time or tokens.texts[i] in POSSESSIVES):
        i -= 1
    if i >= 0 and (
        tokens.lower[i] == "state" or any(_is_state(tokens, start, i + 1) for start in (i - 1, i))
    ):
        return True
    i = mention.end
    if i + 1 >= len(tokens) or tokens.lower[i] not in ("of", "for"):
        return False
    return any(_is_state(tokens, i + 1, end) for end in (i + 2, i + 3))


def _is_state(tokens: Tokens, start: int, end: int) -> bool:
    return (
        start >= 0
        and end <= len(tokens)
        and tokens.are_together(start, end)
        and tokens.text(start, end).lower() in pair_words().us_states
    )
