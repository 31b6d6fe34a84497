"""Dates: matches, counts and differences of a document, as in TempEval-3. Pure.

Measures: `strict` (same span), `relaxed` (spans overlap; each side once, equal spans first), and among overlapping spans those
with the correct TIMEX3 `type` and `value`. TempEval-3 is UzZaman et al. 2013.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from policy_news.evaluation.counts import Counts, count_matches, split_matches
from policy_news.evaluation.differences import Difference, Result, unmatched
from policy_news.evaluation.overlaps import Rated, find_overlaps, has_same_span, pair_best, spans_of
from policy_news.evaluation.pairing import Pair
from policy_news.outputs.formats.gold import Expression

Match = tuple[Expression, Expression]
Measure = Callable[[Expression, Expression], bool]


def compare_dates(pair: Pair, *, types: bool, values: bool) -> Result:
    """Compare the dates of a document.

    Args:
        types: Whether the gold has types; if not, they are not compared.
        values: Whether the gold has values; if not, they are not compared.

    Returns:
        Counts, confusion of types and differences of the document.
    """
    gold = pair.gold.dates or ()
    predicted = list(pair.predicted.dates or ())
    if not types:
        predicted = [replace(date, type="") for date in predicted]
    pairs, missed, extra = split_matches(gold, predicted, match_dates(gold, predicted))
    known = {"type": types, "value": values}
    measures = {name: right for name, right in MEASURES.items() if known.get(name, True)}
    differences = [
        *_differences(pair.gold.name, pairs, measures),
        *unmatched("dates", pair.gold.name, (missed, extra), _shown, spans_of),
    ]
    confusion = Counter((one.type, other.type) for one, other in pairs if types)
    counts = Counts()
    count_matches(counts, pairs, missed, extra, measures, _type)
    return Result(counts, confusion, tuple(differences))


def match_dates(gold: Sequence[Expression], predicted: Sequence[Expression]) -> dict[int, int]:
    """Positions of gold and prediction: equal spans first, then by characters shared, then by the distance of the edges."""

    def rated() -> Iterator[Rated]:
        for i, j, shared in find_overlaps(gold, predicted):
            one, other = gold[i], predicted[j]
            distance = abs(one.start - other.start) + abs(one.end - other.end)
            yield not has_same_span(one, other), -shared, distance, i, j

    return pair_best(rated())


def _agree(name: str) -> Measure:
    """Return whether an attribute of both is the same in any case."""
    return lambda one, other: getattr(one, name).strip().upper() == getattr(other, name).strip().upper()


MEASURES: Mapping[str, Measure] = {
    "strict": has_same_span,
    "relaxed": lambda one, other: True,
    "type": _agree("type"),
    "value": _agree("value"),
}
"""When a prediction that overlaps is right."""


def _type(one: Expression) -> str:
    return one.type or "(no type)"


def _differences(name: str, pairs: Sequence[Match], measures: Mapping[str, Measure]) -> Iterator[Difference]:
    for one, other in pairs:
        wrong = [measure for measure, is_right in measures.items() if not is_right(one, other)]
        if wrong:
            kind = " and ".join(wrong).replace("strict", "boundary")
            yield Difference("dates", kind, name, _shown(one), _shown(other), spans_of(one), spans_of(other))


def _shown(one: Expression) -> str:
    return " ".join(filter(None, (one.type, one.value)))
