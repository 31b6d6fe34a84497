"""How sure a mention is: a logistic regression over where it comes from, calibrated on texts with gold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from policy_news.nlp.entities.linear_model import LinearModel
from policy_news.nlp.entities.mentions import Mention, tokens_of
from policy_news.nlp.tokens import Tokens
from policy_news.rules.word_lists import is_name_of_person, is_ordinary
from policy_news.tables.labels import ORGANISED, PEOPLE, PLACES, POLICY

OFTEN = 3
SCORED = POLICY | PLACES
"""Labels that have features of their own."""
Described = Sequence[tuple[str, ...]]
"""The features of each mention."""
GROUPS: Mapping[str, str] = (
    dict.fromkeys(PEOPLE, "person") | dict.fromkeys(ORGANISED, "organised") | dict.fromkeys(PLACES, "place")
)


def probability(scores: LinearModel, features: Sequence[str]) -> float:
    """Return the probability that a mention is right, span and label."""
    return 1 / (1 + math.exp(-scores.score(features)[0]))


def score_mentions(
    mentions: Sequence[Mention], described: Described, chances: Mapping[int, float], scores: LinearModel
) -> dict[str, float]:
    """Return the score of each mention by its first token (as text).

    Args:
        described: Their features, in the same order.
        chances: Probabilities that are known already, by the end of a mention.

    Returns:
        Probabilities, rounded to four places.
    """
    # Mentions of one document are much alike: each set of features is scored once.
    known = {features: round(probability(scores, features), 4) for features in set(described)}
    return {
        str(mention.start): round(chances[mention.end], 4) if mention.end in chances else known[features]
        for mention, features in zip(mentions, described, strict=True)
    }


def describe_mentions(tokens: Tokens, mentions: Sequence[Mention], seen: Sequence[Mention]) -> Described:
    """Return the features of each mention, given what the statistical model saw."""
    labels = {(m.start, m.end): m.label for m in seen}
    covered = tokens_of(seen)
    forms = [tokens.text(m.start, m.end) for m in mentions]
    counts = Counter(forms)
    return [
        _features(_look_at(tokens, mention, _agreement(mention, labels, covered), counts[form]))
        for mention, form in zip(mentions, forms, strict=True)
    ]


def _agreement(mention: Mention, seen: Mapping[tuple[int, int], str], covered: set[int]) -> str:
    """Return what the statistical model says of the place of a mention."""
    label = seen.get((mention.start, mention.end))
    if label is None:
        inside = any(i in covered for i in range(mention.start, mention.end))
        return "other-span" if inside else "nothing"
    return "same" if GROUPS.get(label) == GROUPS.get(mention.label) else "other-label"


class Look(NamedTuple):
    """All that the features of a mention are made of.

    Attributes:
        label: Its label.
        method: Layer that it comes from.
        source: Rule of the layer; of lists and rules the layer itself.
        agreement: What the statistical model says of the place.
        single: Whether it is one word.
        times: How often the document has its form, `OFTEN` at most.
        headline: Whether it is in a title or heading.
        gap: Whether it touches masked text.
        acronym: Whether it is one word in capitals.
        ordinary: Whether it is one ordinary word.
        surname: Whether a body is called by one word that persons are called by.
        known: Whether it has an id.
    """

    label: str
    method: str
    source: str
    agreement: str
    single: bool
    times: int
    headline: bool
    gap: bool
    acronym: bool
    ordinary: bool
    surname: bool
    known: bool


def _look_at(tokens: Tokens, mention: Mention, agreement: str, times: int) -> Look:
    word = tokens.texts[mention.start]
    single = mention.end - mention.start == 1
    return Look(
        label=mention.label,
        method=mention.method,
        source=mention.method if mention.method in ("gazetteer", "rule") else mention.rule,
        agreement=agreement,
        single=single,
        times=min(times, OFTEN),
        headline=mention.start in tokens.headlines,
        gap=mention.start - 1 in tokens.gaps or mention.end in tokens.gaps,
        acronym=single and word.isupper(),
        ordinary=single and is_ordinary(word),
        surname=single and mention.label in ORGANISED and is_name_of_person(word),
        known=bool(mention.entry),
    )


@lru_cache(maxsize=10_000)
def _features(look: Look) -> tuple[str, ...]:
    label, method = look.label if look.label in SCORED else "OTHER", look.method
    marks = {
        "headline": look.headline,
        f"gap:{method}": look.gap,
        f"acronym:{label}": look.acronym,
        f"ordinary:{method}": look.ordinary,
        f"surname:{method}": look.surname,
        f"known:{label}": look.known,
    }
    return (
        f"label={label}",
        f"source={look.source}",
        f"method={method}",
        f"method={method}:{label}",
        f"model={look.agreement}",
        f"model={look.agreement}:{method}",
        f"single={look.single}:{GROUPS.get(look.label, 'other')}",
        f"times={look.times}:{method}",
        *(mark for mark, holds in marks.items() if holds),
    )
