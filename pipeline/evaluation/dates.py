"""Dates: matches, counts and differences of a document, as in TempEval-3. Pure.

Measures: `strict` (same span), `relaxed` (spans overlap; each side once, equal spans first), and among overlapping spans those
with the correct TIMEX3 `type` and `value`. TempEval-3 is UzZaman et al. 2013.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.evaluation.counts import Counts
from pipeline.evaluation.differences import Difference
from pipeline.evaluation.overlaps import Rated, find_overlaps, pair_best
from pipeline.evaluation.pairing import Pair
from pipeline.outputs.formats.gold import Expression

MEASURES = ("strict", "relaxed", "type", "value")
Match = tuple[Expression, Expression]


@dataclass(frozen=True, slots=True)
class DateResult:
    """Counts, confusion of TIMEX3 types and differences of one document."""

    counts: Counts
    confusion: Counter[tuple[str, str]]
    differences: tuple[Difference, ...]


def compare_dates(pair: Pair, *, types: bool, values: bool) -> DateResult:
    """Compare the dates of a document.

    Args:
        pair: Gold and predictions.
        types: Whether the gold has types; if not, they are not compared.
        values: Whether the gold has values; if not, they are not compared.

    Returns:
        Counts, confusion of types and differences of the document.
    """
    gold = pair.gold.dates or ()
    predicted = list(pair.predicted.dates or ())
    if not types:
        predicted = [replace(date, type="") for date in predicted]
    matched = match_dates(gold, predicted)
    used = set(matched.values())
    pairs = [(gold[i], predicted[j]) for i, j in matched.items()]
    missed = [one for i, one in enumerate(gold) if i not in matched]
    extra = [one for j, one in enumerate(predicted) if j not in used]
    measures = list(MEASURES)
    if not types:
        measures.remove("type")
    if not values:
        measures.remove("value")
    differences = _differences(pair.gold.name, pairs, missed, extra, measures)
    confusion = Counter((one.type, other.type) for one, other in pairs if types)
    return DateResult(_count(pairs, missed, extra, measures), confusion, tuple(differences))


def match_dates(gold: Sequence[Expression], predicted: Sequence[Expression]) -> dict[int, int]:
    """Positions of gold and prediction: equal spans first, then by characters shared, then by the distance of the edges."""

    def rated() -> Iterator[Rated]:
        for i, j, shared in find_overlaps(gold, predicted):
            one, other = gold[i], predicted[j]
            distance = abs(one.start - other.start) + abs(one.end - other.end)
            yield not _same_span(one, other), -shared, distance, i, j

    return pair_best(rated())


def _same_span(one: Expression, other: Expression) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _right(measure: str, one: Expression, other: Expression) -> bool:
    if measure == "strict":
        return _same_span(one, other)
    if measure == "relaxed":
        return True
    return str(getattr(one, measure)).strip().upper() == str(getattr(other, measure)).strip().upper()


def _count(
    pairs: Sequence[Match], missed: Sequence[Expression], extra: Sequence[Expression], measures: Sequence[str]
) -> Counts:
    counts = Counts()
    for measure in measures:
        for one, other in pairs:
            right = _right(measure, one, other)
            counts.add_gold(measure, _type(one), right)
            if right:
                counts.add_predicted(measure, _type(one), right)
            else:  # an error of precision is one of the label that was predicted
                counts.add_predicted(measure, _type(other), right)
        for one in missed:
            counts.add_gold(measure, _type(one), found=False)
        for one in extra:
            counts.add_predicted(measure, _type(one), right=False)
    return counts


def _type(one: Expression) -> str:
    return one.type or "(no type)"


def _differences(
    name: str,
    pairs: Sequence[Match],
    missed: Sequence[Expression],
    extra: Sequence[Expression],
    measures: Sequence[str],
) -> Iterator[Difference]:
    for one, other in pairs:
        wrong = [measure for measure in measures if not _right(measure, one, other)]
        if wrong:
            kind = " and ".join(wrong).replace("strict", "boundary")
            yield Difference("dates", kind, name, _shown(one), _shown(other), _span(one), _span(other))
    for one in missed:
        yield Difference("dates", "missing", name, _shown(one), "", _span(one), ())
    for one in extra:
        yield Difference("dates", "spurious", name, "", _shown(one), (), _span(one))


def _span(one: Expression) -> tuple[tuple[int, int], ...]:
    return ((one.start, one.end),)


def _shown(one: Expression) -> str:
    return " ".join(filter(None, (one.type, one.value)))
