"""Claims: matches, counts and differences of a document. Pure.

A claim is found if its content and the predicted one share half of the characters that either covers (intersection over union); each
prediction counts once. Measures: `content` (found), `content and source` (a source overlaps too; none where the gold has none),
`content, source and type`; and of the claims found, the shares of right `type`, `quote kind` and `cue` (overlapping).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.evaluation.counts import Counts
from pipeline.evaluation.differences import Difference
from pipeline.evaluation.overlaps import find_overlaps
from pipeline.evaluation.pairing import Pair
from pipeline.outputs.formats.gold import Claim, Expression, Spans

MEASURES = ("content", "content and source", "content, source and type")
SHARES = ("type", "quote kind", "cue")
HALF = 0.5
Match = tuple[Claim, Claim]


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """Counts, confusion of claim types and differences of one document."""

    counts: Counts
    confusion: Counter[tuple[str, str]]
    differences: tuple[Difference, ...]


def compare_claims(pair: Pair, *, types: bool) -> ClaimResult:
    """Compare the claims of a document; claims without content are left out on both sides.

    Args:
        pair: Gold and predictions.
        types: Whether the gold has types; else they are not compared.
    """
    gold = [claim for claim in pair.gold.claims or () if claim.content]
    predicted = [
        claim if types else replace(claim, types=()) for claim in pair.predicted.claims or () if claim.content
    ]
    matched = match_claims(gold, predicted)
    used = set(matched.values())
    pairs = [(gold[i], predicted[j]) for i, j in matched.items()]
    missed = [claim for i, claim in enumerate(gold) if i not in matched]
    optional = pair.gold.optional_contents
    extra = [
        one
        for j, one in enumerate(predicted)
        if j not in used and not any(overlaps(one.content, other) for other in optional)
    ]
    confusion = Counter((_type(one), _type(other)) for one, other in pairs if one.types)
    counts = _count(pairs, missed, extra, MEASURES if types else MEASURES[:-1])
    return ClaimResult(counts, confusion, tuple(_differences(pair.gold.name, pairs, missed, extra)))


def match_claims(gold: Sequence[Claim], predicted: Sequence[Claim]) -> dict[int, int]:
    """For the gold claims in order, the best prediction that no earlier one has."""
    near: dict[int, list[int]] = {}
    for i, j, _ in find_overlaps([_outer(claim) for claim in gold], [_outer(claim) for claim in predicted]):
        near.setdefault(i, []).append(j)
    matched: dict[int, int] = {}
    used: set[int] = set()
    for i, claim in enumerate(gold):
        rated = [(_shared(claim.content, predicted[j].content), j) for j in near.get(i, ()) if j not in used]
        best, j = max(rated, default=(0.0, -1))
        if best >= HALF:
            matched[i] = j
            used.add(j)
    return matched


def _outer(claim: Claim) -> Expression:
    return Expression(min(start for start, _ in claim.content), max(end for _, end in claim.content))


def _shared(one: Spans, other: Spans) -> float:
    """Intersection over union."""
    left, right = _characters(one), _characters(other)
    return len(left & right) / len(left | right)


def _characters(spans: Spans) -> frozenset[int]:
    return frozenset(i for start, end in spans for i in range(start, end))


def overlaps(one: Spans, other: Spans) -> bool:
    """Whether any two pieces share a character."""
    return any(start < last and first < end for start, end in one for first, last in other)


def same_source(gold: Claim, predicted: Claim) -> bool:
    """Whether the sources overlap, or there is none on both sides."""
    wanted = gold.source + gold.source_alt
    if wanted:
        return overlaps(wanted, predicted.source)
    return not predicted.source


def same_type(gold: Claim, predicted: Claim) -> bool:
    """Whether the predicted type is one of those that are right."""
    return bool(set(gold.types) & set(predicted.types))


def _count(
    pairs: Sequence[Match], missed: Sequence[Claim], extra: Sequence[Claim], measures: Sequence[str]
) -> Counts:
    counts = Counts()
    for one, other in pairs:
        linked = same_source(one, other)
        for measure, right in zip(measures, (True, linked, linked and same_type(one, other)), strict=False):
            if _counts(measure, one):
                counts.add_gold(measure, _type(one), right)
                counts.add_predicted(measure, _type(one) if right else _type(other), right)
        _count_shares(counts, one, other)
    for claim in missed:
        for measure in (measure for measure in measures if _counts(measure, claim)):
            counts.add_gold(measure, _type(claim), found=False)
    for claim in extra:
        for measure in measures:
            counts.add_predicted(measure, _type(claim), right=False)
    return counts


def _counts(measure: str, gold: Claim) -> bool:
    """A gold claim without a type cannot be right or wrong in it."""
    return measure != MEASURES[-1] or bool(gold.types)


def _count_shares(counts: Counts, one: Claim, other: Claim) -> None:
    """Shares of the claims found: precision and recall are the same number."""
    known = (bool(one.types), one.quote is not None, bool(one.cue))
    right = (same_type(one, other), one.quote == other.quote, overlaps(one.cue, other.cue))
    for measure, has, holds in zip(SHARES, known, right, strict=True):
        if has:
            counts.add_gold(measure, _type(one), holds)
            counts.add_predicted(measure, _type(one), holds)


def _type(claim: Claim) -> str:
    if claim.types:
        return claim.types[0]
    return "(no type)"


def _differences(
    name: str, pairs: Sequence[Match], missed: Sequence[Claim], extra: Sequence[Claim]
) -> Iterator[Difference]:
    for one, other in pairs:
        if not same_source(one, other):
            yield Difference("claims", "source", name, _type(one), _type(other), one.source, other.source)
        if one.types and not same_type(one, other):
            yield Difference("claims", "type", name, _type(one), _type(other), one.content, other.content)
    for claim in missed:
        yield Difference("claims", "missing", name, _type(claim), "", claim.content, ())
    for claim in extra:
        yield Difference("claims", "spurious", name, "", _type(claim), (), claim.content)
