"""Claims that report one statement: candidates by what they share, then a comparison of each two, then groups."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.nlp.relations.facts import ClaimFacts

MOST = 24
"""Claims with one key that each is compared with: the ones before it."""
QUOTED_ROW = 4
"""Words in a row of a quotation that make a key."""
NEAR, FAR = 2, 10
"""Days within which a paraphrase, and a quotation, may be of one occasion."""


@dataclass(frozen=True, slots=True)
class Same:
    """Two claims of one statement.

    Attributes:
        one: Number of the earlier claim.
        other: Number of the later claim.
        score: How sure that is.
    """

    one: int
    other: int
    score: float


def keys_of(claim: ClaimFacts) -> Iterator[tuple[str, ...]]:
    """What a claim is found by: words in a row of its quotations, and its speaker with a word and a span of days."""
    for words in claim.quoted:
        for i in range(len(words) - QUOTED_ROW + 1):
            yield ("q", *words[i : i + QUOTED_ROW])
    if claim.speaker is not None and claim.day is not None:
        for lemma in claim.words:
            for span in (claim.day.toordinal() // NEAR, claim.day.toordinal() // NEAR + 1):
                yield ("s", claim.speaker, str(span), lemma)


def find_candidates(claims: Sequence[ClaimFacts]) -> list[tuple[int, int]]:
    """Pairs of claims that share a key; a key that many share leads to the last few of them only."""
    known: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for number, claim in enumerate(claims):
        for key in keys_of(claim):
            own = known[key]
            pairs.update((other, number) for other in own[-MOST:] if other != number)
            own.append(number)
    return sorted(pairs)


def compare(one: ClaimFacts, other: ClaimFacts) -> float:
    """How sure it is that two claims report one statement; 0 for not at all."""
    if one.speaker is None or one.speaker != other.speaker or one.claim_type != other.claim_type:
        return 0.0
    days = None if one.day is None or other.day is None else abs((one.day - other.day).days)
    if days is None or days > FAR or not one.words or not other.words:
        return 0.0
    shared = len(one.words & other.words) / min(len(one.words), len(other.words))
    return shared if shared >= 0.7 and days <= NEAR else 0.0


def group(claims: Sequence[ClaimFacts], same: Iterable[Same]) -> Mapping[int, int]:
    """The number of the first claim of each claim's statement, for claims that share one."""
    parent = list(range(len(claims)))

    def find(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def age(number: int) -> tuple[dt.date, str]:
        return claims[number].day or dt.date.max, claims[number].claim_id

    for pair in sorted(same, key=lambda pair: (-pair.score, pair.one, pair.other)):
        first, second = sorted((find(pair.one), find(pair.other)), key=age)
        parent[second] = first
    return {number: find(number) for number in range(len(claims))}
