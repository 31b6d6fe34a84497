"""Countries that a text names beside a title: `France`, `French`, `South Korean`, `Russia's`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policy_news.rules.demonyms import MAX_COUNTRY_WORDS, country_by_demonym
from policy_news.rules.lexicon import NameLexicon

if TYPE_CHECKING:  # it imports spaCy, which reading articles does without
    from policy_news.nlp.entities.mentions import Mention
    from policy_news.nlp.tokens import Tokens


def without_nationality(tokens: Tokens, mention: Mention) -> Mention:
    """Return the mention of a department without the adjective of nationality that opens it: the ministry in `Chinese Ministry of Commerce`."""
    if mention.label != "DEPARTMENT":
        return mention
    for start in range(min(mention.start + MAX_COUNTRY_WORDS, mention.end - 2), mention.start, -1):
        if tokens.text(mention.start, start).lower() in country_by_demonym():
            return replace(mention, start=start)
    return mention


def country_before(tokens: Tokens, end: int, lexicon: NameLexicon) -> str | None:
    """Return the country that the words right before a token name, as a name or as an adjective; the longest form counts."""
    for start in range(max(end - MAX_COUNTRY_WORDS, 0), end):
        text = tokens.text(start, end)
        country = lexicon.countries.get(text) or country_by_demonym().get(text.lower())
        if country and text[:1].isupper():
            return country
    return None


def country_behind(tokens: Tokens, start: int, lexicon: NameLexicon) -> str | None:
    """Return the country whose name begins at a token.

    Returns:
        Code of the country with the longest name there; None if there is none.
    """
    for end in range(min(start + MAX_COUNTRY_WORDS, len(tokens)), start, -1):
        country = lexicon.countries.get(tokens.text(start, end))
        if country:
            return country
    return None
