"""Adjectives of nationality: `French`, `South Korean`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict

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
