"""Words by which a text puts a person beside an office, and of titles (`names/pairs.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from policy_news.rules.rule_files import RULES_DIR, read_rule_file
from policy_news.rules.rule_models import Strict


class PairWords(Strict):
    """Words of `names/pairs.yml`."""

    copulas: frozenset[str]
    appointing: frozenset[str]
    serving: frozenset[str]
    fillers: frozenset[str]
    not_before: frozenset[str]
    no_portfolio: frozenset[str]
    bare_titles: frozenset[str]
    titles_alone: frozenset[str]
    before_title: frozenset[str]
    posts_in_business: frozenset[str]
    of_time: frozenset[str]
    led: frozenset[str]
    past: frozenset[str]
    of_no_country: frozenset[str]
    us_states: frozenset[str]
    state_titles: tuple[str, ...]
    titles_of_officials: Mapping[str, frozenset[str]]


@cache
def pair_words() -> PairWords:
    """Return the words of the rule data."""
    return read_rule_file(RULES_DIR / "names" / "pairs.yml", PairWords)
