"""Claims: matches, counts and differences of a document. Pure.

A claim is found if its content and the predicted one share half of the characters that either covers (intersection over
union); each prediction counts once. Measures: `content` (found), `content and source` (a source overlaps too, or both have
none), `content, source and type`; and among the claims found, the shares of correct `type`, `quote kind` and `cue`
(overlapping).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from policy_news.core.grouping import grouped
from policy_news.evaluation.counts import Counts, count_matches, split_matches
from policy_news.evaluation.differences import Difference, Result, unmatched
from policy_news.evaluation.overlaps import find_overlaps
from policy_news.evaluation.pairing import Pair
from policy_news.outputs.formats.gold import Expression, GoldAttribution, Spans

MEASURES = ("content", "content and source", "content, source and type")
SHARES = ("type", "quote kind", "cue")
HALF = 0.5
Match = tuple[GoldAttribution, GoldAttribution]


def compare_claims(pair: Pair, *, types: bool) -> Result:
    """Compare the claims of a document; claims without content are left out on both sides.

    Args:
        types: Whether the gold has types; if not, they are not compared.

    Returns:
        Counts, confusion of types and differences of the document.
    """
    gold = _with_content(pair.gold.claims)
    predicted = _with_content(pair.predicted.claims)
    if not types:
        predicted = [replace(claim, types=()) for claim in predicted]
    pairs, missed, extra = split_matches(gold, predicted, match_claims(gold, predicted))
    # An optional content is neither right nor wrong. It is left out after matching: one that also matches a
    # gold claim counts.
    extra = [
        one for one in extra if not any(overlaps(one.content, other) for other in pair.gold.optional_contents)
    ]
    confusion = Counter((_type(one), _type(other)) for one, other in pairs if one.types)
    counts = Counts()
    count_matches(counts, pairs, missed, extra, _RIGHT, _type)
    if types:  # a gold claim without a type cannot be right or wrong in it
        typed = [(one, other) for one, other in pairs if one.types]
        untold = [one for one in missed if one.types]
        count_matches(counts, typed, untold, extra, {MEASURES[-1]: _same_source_and_type}, _type)
    _count_shares(counts, pairs)
    differences = [
        *_differences(pair.gold.name, pairs),
        *unmatched("claims", pair.gold.name, (missed, extra), _type, lambda claim: claim.content),
    ]
    return Result(counts, confusion, tuple(differences))


def _with_content(claims: Sequence[GoldAttribution] | None) -> list[GoldAttribution]:
    return [claim for claim in claims or () if claim.content]


def match_claims(gold: Sequence[GoldAttribution], predicted: Sequence[GoldAttribution]) -> dict[int, int]:
    """Pair the gold claims, in order, with the best prediction that is still free.

    Returns:
        Index of the gold claim to index of its prediction.
    """
    # Only claims whose outer spans overlap can share characters: so the work grows with the claims, not with
    # their product.
    overlaps = find_overlaps(list(map(_outer, gold)), list(map(_outer, predicted)))
    near = grouped((i, j) for i, j, _ in overlaps)
    matched: dict[int, int] = {}
    used: set[int] = set()
    for i, claim in enumerate(gold):
        best, j = 0.0, -1
        for other in near.get(i, ()):
            if other not in used:
                best, j = max((best, j), (_shared(claim.content, predicted[other].content), other))
        if best >= HALF:
            matched[i] = j
            used.add(j)
    return matched


def _outer(claim: GoldAttribution) -> Expression:
    return Expression(min(start for start, _ in claim.content), max(end for _, end in claim.content))


def _shared(one: Spans, other: Spans) -> float:
    """Intersection over union."""
    left, right = _characters(one), _characters(other)
    return len(left & right) / len(left | right)


def _characters(spans: Spans) -> frozenset[int]:
    return frozenset(chain.from_iterable(range(start, end) for start, end in spans))


def overlaps(one: Spans, other: Spans) -> bool:
    """Return whether any two spans share a character."""
    for start, end in one:
        if any(start < last and first < end for first, last in other):
            return True
    return False


def same_source(gold: GoldAttribution, predicted: GoldAttribution) -> bool:
    """Return whether the sources overlap, or there is none on both sides."""
    wanted = gold.source + gold.source_alt
    if wanted:
        return overlaps(wanted, predicted.source)
    return not predicted.source


def same_type(gold: GoldAttribution, predicted: GoldAttribution) -> bool:
    """Return whether the predicted type is one of the correct ones."""
    return bool(set(gold.types) & set(predicted.types))


def _same_source_and_type(gold: GoldAttribution, predicted: GoldAttribution) -> bool:
    return same_source(gold, predicted) and same_type(gold, predicted)


_RIGHT: Mapping[str, Callable[[GoldAttribution, GoldAttribution], bool]] = {
    MEASURES[0]: lambda gold, predicted: True,
    MEASURES[1]: same_source,
}


def _count_shares(counts: Counts, pairs: Sequence[Match]) -> None:
    """Count shares of the claims found, in which precision and recall are the same number."""
    for one, other in pairs:
        known = (bool(one.types), one.quote is not None, bool(one.cue))
        right = (same_type(one, other), one.quote == other.quote, overlaps(one.cue, other.cue))
        for measure, has, holds in zip(SHARES, known, right, strict=True):
            if has:
                counts.add_gold(measure, _type(one), holds)
                counts.add_predicted(measure, _type(one), holds)


def _type(claim: GoldAttribution) -> str:
    if claim.types:
        return claim.types[0]
    return "(no type)"


def _differences(name: str, pairs: Sequence[Match]) -> Iterator[Difference]:
    for one, other in pairs:
        if not same_source(one, other):
            yield Difference("claims", "source", name, _type(one), _type(other), one.source, other.source)
        if one.types and not same_type(one, other):
            yield Difference("claims", "type", name, _type(one), _type(other), one.content, other.content)
