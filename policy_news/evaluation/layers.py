"""How entities, claims and dates are compared: what matches, and what is right in each measure. Pure.

Entities: `strict` (same span and label), `span`, `partial` (same label, overlapping), `any` (overlapping).
Claims: found if the contents share half of the characters that either covers; then source and type.
Dates, as in TempEval-3: `strict` (same span), `relaxed` (overlapping), `type` and `value` of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from policy_news.evaluation.compared_labels import IGNORE, Target
from policy_news.evaluation.counts import Counts
from policy_news.evaluation.item_pairs import Matched, count_shared, match_items, overlap
from policy_news.evaluation.pairing import Pair
from policy_news.outputs.formats.gold import Expression, GoldAttribution, GoldEntity, Spans

T = TypeVar("T")
Layer = Literal["entities", "claims", "dates"]
Right = Callable[[T, T], bool]
MISSED, NOTHING = "(missed)", "(none)"
HALF = 0.5
MEASURES: Mapping[Layer, tuple[str, ...]] = {
    "entities": ("strict", "span", "partial", "any"),
    "claims": ("content", "content and source", "content, source and type"),
    "dates": ("strict", "relaxed", "type", "value"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What the gold has and what was predicted in its place.

    Attributes:
        kind: missing, spurious, boundary, label, source, type or value.
        gold: Label, type or value in the gold; empty where there is none.
        predicted: The same of the prediction.
        gold_spans: Its offsets; empty where there is none.
    """

    kind: str
    document: str
    gold: str
    predicted: str
    gold_spans: Spans
    predicted_spans: Spans


@dataclass(frozen=True, slots=True)
class Result:
    """Counts, confusion (gold, predicted) and differences of one layer of one document."""

    counts: Counts
    confusion: Counter[tuple[str, str]]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Rules(Generic[T]):
    """How items are counted and shown.

    Attributes:
        label: Returns the label or type that an item counts under.
        shown: Returns what a difference shows of it.
        spans: Returns its offsets.
        measures: For each measure, whether a prediction that matches is right.
        checks: For each kind of difference, whether a match has none, and the offsets to show.
    """

    label: Callable[[T], str]
    shown: Callable[[T], str]
    spans: Callable[[T], Spans]
    measures: Mapping[str, Right[T]]
    checks: Mapping[str, tuple[Right[T], Callable[[T], Spans]]]


def _count(name: str, matched: Matched[T], rules: _Rules[T]) -> Result:
    counts, confusion, differences = Counts(), Counter[tuple[str, str]](), list[Difference]()
    label, shown, spans = rules.label, rules.shown, rules.spans
    for one, other in matched.pairs:
        confusion[label(one), label(other)] += 1
        for measure, is_right in rules.measures.items():
            counts.add_pair(measure, label(one), label(other), right=is_right(one, other))
        for kind, (is_right, place) in rules.checks.items():
            if not is_right(one, other):
                differences.append(Difference(kind, name, shown(one), shown(other), place(one), place(other)))
    for one in matched.missed:
        confusion[label(one), MISSED] += 1
        counts.add_missed(rules.measures, label(one))
        differences.append(Difference("missing", name, shown(one), "", spans(one), ()))
    for other in matched.extra:
        confusion[NOTHING, label(other)] += 1
        counts.add_spurious(rules.measures, label(other))
        differences.append(Difference("spurious", name, "", shown(other), (), spans(other)))
    return Result(counts, confusion, tuple(differences))


def _without(matched: Matched[T], free: Sequence[Spans], spans: Callable[[T], Spans]) -> Matched[T]:
    """Leave out predictions that match only what may be predicted or not."""
    extra = [one for one in matched.extra if not any(overlap(spans(one), other) for other in free)]
    return replace(matched, extra=extra)


@dataclass(frozen=True, slots=True)
class Named:
    """An entity as it is compared; the first of its labels is its own, the others are right too."""

    start: int
    end: int
    labels: Target


def compare_entities(pair: Pair, gold_labels: Mapping[str, Target], labels: Mapping[str, Target]) -> Result:
    """Compare the entities of a document.

    Args:
        gold_labels: What each label of the gold counts as; one that is missing is not compared.
        labels: The same of the predictions.
    """
    gold = _named(pair.gold.entities or (), gold_labels)
    free: list[Spans] = [(span,) for span in pair.gold.optional_entities]
    free += [_span(one) for one in gold if one.labels[0] == IGNORE]
    wanted = [one for one in gold if one.labels[0] != IGNORE]
    matched = match_items(wanted, _named(pair.predicted.entities or (), labels), _span, _rank_named)
    return _count(pair.gold.name, _without(matched, free, _span), _ENTITIES)


def _named(entities: Iterable[GoldEntity], labels: Mapping[str, Target]) -> list[Named]:
    """Return the entities that are compared, each once."""
    named = [Named(one.start, one.end, labels[one.label]) for one in entities if one.label in labels]
    return list(dict.fromkeys(named))


def _rank_named(one: Named, other: Named) -> tuple[float, ...]:
    return not _same_span(one, other), -count_shared(_span(one), _span(other)), not _same_label(one, other)


def _span(one: Named | Expression) -> Spans:
    return ((one.start, one.end),)


def _same_span(one: Named | Expression, other: Named | Expression) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _same_label(one: Named, other: Named) -> bool:
    return other.labels[0] in one.labels


def _first_label(one: Named) -> str:
    return one.labels[0]


_ENTITIES: _Rules[Named] = _Rules(
    label=_first_label,
    shown=_first_label,
    spans=_span,
    measures={
        "strict": lambda one, other: _same_span(one, other) and _same_label(one, other),
        "span": _same_span,
        "partial": _same_label,
        "any": lambda one, other: True,
    },
    checks={"boundary": (_same_span, _span), "label": (_same_label, _span)},
)


def compare_claims(pair: Pair, *, types: bool) -> Result:
    """Compare the claims of a document that have a content.

    Args:
        types: Whether the gold has types; if not, they are not compared.
    """
    gold = [one for one in pair.gold.claims or () if one.content]
    predicted = [one for one in pair.predicted.claims or () if one.content]
    rules = _CLAIMS
    if not types:
        predicted = [replace(one, types=()) for one in predicted]
        untyped = {name: right for name, right in rules.measures.items() if not name.endswith("type")}
        rules = replace(rules, measures=untyped)
    matched = match_items(gold, predicted, _content, _rank_claims)
    return _count(pair.gold.name, _without(matched, pair.gold.optional_contents, _content), rules)


def _content(one: GoldAttribution) -> Spans:
    return one.content


def _rank_claims(one: GoldAttribution, other: GoldAttribution) -> tuple[float, ...] | None:
    shared = count_shared(one.content, other.content)
    covered = sum(end - start for start, end in one.content + other.content) - shared
    if shared < HALF * covered:
        return None
    return (-shared / covered,)


def _same_source(gold: GoldAttribution, predicted: GoldAttribution) -> bool:
    """Return whether the sources overlap, or there is none on both sides."""
    wanted = gold.source + gold.source_alt
    if wanted:
        return overlap(wanted, predicted.source)
    return not predicted.source


def _same_type(gold: GoldAttribution, predicted: GoldAttribution) -> bool:
    """Return whether the predicted type is one of those of the gold, if it gives any."""
    return not gold.types or bool(set(gold.types) & set(predicted.types))


def _type_of_claim(one: GoldAttribution) -> str:
    return next(iter(one.types), "(no type)")


_CLAIMS: _Rules[GoldAttribution] = _Rules(
    label=_type_of_claim,
    shown=_type_of_claim,
    spans=_content,
    measures={
        "content": lambda one, other: True,
        "content and source": _same_source,
        "content, source and type": lambda one, other: _same_source(one, other) and _same_type(one, other),
    },
    checks={"source": (_same_source, lambda one: one.source), "type": (_same_type, _content)},
)


def compare_dates(pair: Pair, *, types: bool, values: bool) -> Result:
    """Compare the dates of a document.

    Args:
        types: Whether the gold has types; if not, they are not compared.
        values: Whether the gold has values; if not, they are not compared.
    """
    predicted = list(pair.predicted.dates or ())
    if not types:
        predicted = [replace(date, type="") for date in predicted]
    left_out = {name for name, known in (("type", types), ("value", values)) if not known}
    measures = {name: right for name, right in _DATES.measures.items() if name not in left_out}
    checks = {name: check for name, check in _DATES.checks.items() if name not in left_out}
    matched = match_items(pair.gold.dates or (), predicted, _span, _rank_dates)
    return _count(pair.gold.name, matched, replace(_DATES, measures=measures, checks=checks))


def _rank_dates(one: Expression, other: Expression) -> tuple[float, ...]:
    distance = abs(one.start - other.start) + abs(one.end - other.end)
    return -count_shared(_span(one), _span(other)), distance


def _same_date_type(one: Expression, other: Expression) -> bool:
    return one.type.strip().upper() == other.type.strip().upper()


def _same_value(one: Expression, other: Expression) -> bool:
    return one.value.strip().upper() == other.value.strip().upper()


_DATES: _Rules[Expression] = _Rules(
    label=lambda one: one.type or "(no type)",
    shown=lambda one: f"{one.type} {one.value}".strip(),
    spans=_span,
    measures={
        "strict": _same_span,
        "relaxed": lambda one, other: True,
        "type": _same_date_type,
        "value": _same_value,
    },
    checks={
        "boundary": (_same_span, _span),
        "type": (_same_date_type, _span),
        "value": (_same_value, _span),
    },
)
