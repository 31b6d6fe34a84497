"""Countries that a text names beside a title: `France`, `French`, `South Korean`, `Russia's`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict

if TYPE_CHECKING:  # it imports spaCy, which reading articles does without
    from policy_news.nlp.entities.mentions import Mention
    from policy_news.nlp.tokens import Tokens

MAX_COUNTRY_WORDS = 4
ORGAN_WEIGHT = 3
"""What an organ of state, a party or a minister says of the country of a text, against a place."""


class DemonymFile(Strict):
    """Adjectives of nationality by country, in lower case."""

    demonyms: Mapping[str, tuple[str, ...]]


@cache
def country_by_demonym() -> dict[str, str]:
    """Return the code of a country by the adjective of its nationality, in lower case."""
    file = read_rule_file(RULES_DIR / "names" / "demonyms.yml", DemonymFile)
    return {form: country for country, forms in file.demonyms.items() for form in forms}


def without_nationality(tokens: Tokens, mention: Mention) -> Mention:
    """Return the mention of a department without the adjective of nationality that opens it: the ministry in `Chinese Ministry of Commerce`."""
    if mention.label != "DEPARTMENT":
        return mention
    for start in range(min(mention.start + MAX_COUNTRY_WORDS, mention.end - 2), mention.start, -1):
        if tokens.text(mention.start, start).lower() in country_by_demonym():
            return replace(mention, start=start)
    return mention


def country_before(tokens: Tokens, end: int, lexicon: NameLexicon) -> str | None:
    """Return the country that the words right before a token name, as a name or as an adjective; the longest form counts.

    Args:
        tokens: Of the doc.
        end: The token.
        lexicon: Knows the names of countries.
    """
    for start in range(max(end - MAX_COUNTRY_WORDS, 0), end):
        text = tokens.text(start, end)
        country = lexicon.countries.get(text) or country_by_demonym().get(text.lower())
        if country and text[:1].isupper():
            return country
    return None


def country_behind(tokens: Tokens, start: int, lexicon: NameLexicon) -> str | None:
    """Return the country whose name begins at a token.

    Args:
        tokens: The document's words, tags and labels.
        start: First token of the name.
        lexicon: Names of countries.

    Returns:
        Code of the country with the longest name there; None if there is none.
    """
    for end in range(min(start + MAX_COUNTRY_WORDS, len(tokens)), start, -1):
        country = lexicon.countries.get(tokens.text(start, end))
        if country:
            return country
    return None
