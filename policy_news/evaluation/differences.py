"""The result of comparing a document: counts, confusion, and the differences between gold and predictions. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from policy_news.evaluation.counts import Counts
from policy_news.outputs.formats.gold import Spans

T = TypeVar("T")
Layer = Literal["entities", "claims", "dates"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the gold has and what was predicted in its place.

    Attributes:
        kind: `missing`, `spurious`, `label`, `boundary`, `boundary and label`, `source`, `type`, `value`, ...
        gold: Label, type or value in the gold; empty where there is none.
        predicted: The same of the prediction.
        gold_spans: Its offsets; empty where there is none.
    """

    layer: Layer
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


def unmatched(
    layer: Layer,
    document: str,
    sides: tuple[Iterable[T], Iterable[T]],
    shown: Callable[[T], str],
    spans: Callable[[T], Spans],
) -> Iterator[Difference]:
    """Yield a difference for each item without a partner.

    Args:
        sides: Items of the gold without a prediction, and predictions without an item of the gold.
        shown: Returns label, type or value of an item.
        spans: Returns the offsets of an item.
    """
    missed, extra = sides
    for one in missed:
        yield Difference(layer, "missing", document, shown(one), "", spans(one), ())
    for one in extra:
        yield Difference(layer, "spurious", document, "", shown(one), (), spans(one))
