"""Compares a gold standard with predictions, layer by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.evaluation.compared_labels import Comparison, Target, decide_labels
from policy_news.evaluation.counts import Counts, Scores, score
from policy_news.evaluation.layers import (
    Difference,
    Layer,
    Result,
    compare_claims,
    compare_dates,
    compare_entities,
)
from policy_news.evaluation.pairing import Pair, pair_documents
from policy_news.evaluation.predictions import Predictions
from policy_news.outputs.formats.gold import GoldSet


@dataclass(frozen=True, slots=True)
class LayerResult:
    """Scores, confusion (gold, predicted) and differences of one layer."""

    name: Layer
    documents: int
    scores: Scores
    confusion: Mapping[tuple[str, str], int]
    differences: tuple[Difference, ...]

    def kinds(self) -> Counter[str]:
        """Count the differences of each kind."""
        return Counter(one.kind for one in self.differences)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole result.

    Attributes:
        missing: Documents without predictions, and why.
        notes: What was not compared, and what counts as what.
    """

    gold: Path
    form: str
    source: str
    documents: int
    missing: Mapping[str, str]
    layers: tuple[LayerResult, ...]
    notes: tuple[str, ...]
    texts: Mapping[str, str]


def evaluate(
    gold: GoldSet,
    predictions: Predictions,
    gold_map: Mapping[str, Target] | None = None,
    only: Sequence[str] = (),
) -> Evaluation:
    """Compare all layers that the gold annotates.

    Args:
        gold_map: What the labels of the gold count as.
        only: The only labels to compare; empty for those that the gold uses.

    Raises:
        GoldError: A document is unknown to the predictions, or offsets do not fit.
    """
    pairs = pair_documents(gold, predictions)
    labels, known = _labels(pairs, gold_map, only), _known(pairs)
    compared: dict[Layer, Callable[[Pair], Result]] = {
        "entities": lambda pair: compare_entities(pair, labels.gold, labels.pred),
        "claims": lambda pair: compare_claims(pair, types=known["claim types"]),
        "dates": lambda pair: compare_dates(pair, types=known["date types"], values=known["date values"]),
    }
    layers, notes = [], []
    for name, compare in compared.items():
        annotated = [pair for pair in pairs if getattr(pair.gold, name) is not None]
        is_absent = all(getattr(document, name) is None for document in predictions.documents)
        if not annotated:
            notes.append(f"{name} not compared: the gold has none")
        elif is_absent:
            notes.append(f"{name} not compared: the predictions have none")
        else:
            layers.append(_compare(name, annotated, compare))
    return Evaluation(
        gold.path,
        gold.form,
        predictions.source,
        len(pairs),
        {pair.gold.name: pair.missing for pair in pairs if pair.missing},
        tuple(layers),
        (*gold.notes, *labels.notes, *notes, *_unknown(pairs, layers, known)),
        {pair.gold.name: pair.text for pair in pairs},
    )


def _known(pairs: Sequence[Pair]) -> dict[str, bool]:
    """Return whether the gold has types and values, not just spans, of claims and dates."""
    claims = [claim for pair in pairs for claim in pair.gold.claims or ()]
    dates = [date for pair in pairs for date in pair.gold.dates or ()]
    return {
        "claim types": any(claim.types for claim in claims),
        "date types": any(date.type for date in dates),
        "date values": any(date.value for date in dates),
    }


def _labels(pairs: Sequence[Pair], gold_map: Mapping[str, Target] | None, only: Sequence[str]) -> Comparison:
    gold: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    for pair in pairs:
        # Of a document that does not annotate entities, the predicted ones say nothing either.
        if pair.gold.entities is not None:
            gold.update(entity.label for entity in pair.gold.entities)
            predicted.update(entity.label for entity in pair.predicted.entities or ())
    return decide_labels(gold, predicted, gold_map, only)


def _compare(name: Layer, pairs: Sequence[Pair], how: Callable[[Pair], Result]) -> LayerResult:
    counts: list[Counts] = []
    confusion: Counter[tuple[str, str]] = Counter()
    differences: list[Difference] = []
    for pair in pairs:
        result = how(pair)
        counts.append(result.counts)
        confusion.update(result.confusion)
        differences += result.differences
    return LayerResult(name, len(pairs), score(counts), confusion, tuple(differences))


def _unknown(pairs: Sequence[Pair], layers: Sequence[LayerResult], known: Mapping[str, bool]) -> list[str]:
    """Describe what could not be compared in the compared layers."""
    names = {layer.name for layer in layers}
    notes = []
    for layer in layers:
        if layer.documents < len(pairs):
            some = f"{layer.documents} of {len(pairs)} documents"
            notes.append(f"{layer.name} compared in {some}: the others do not annotate them")
    empty = 0
    for pair in pairs:
        empty += sum(not claim.content for claim in pair.gold.claims or ())
    if empty and "claims" in names:
        notes.append(f"{empty} gold claims without content not compared")
    for what, has in known.items():
        if not has and f"{what.split()[0]}s" in names:
            notes.append(f"{what} not compared: the gold has none")
    if len(pairs) == 1:
        notes.append("no intervals: they need two documents at least")
    return notes
