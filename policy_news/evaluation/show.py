"""The result of an evaluation as text and as JSON. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from policy_news.core.messages import counted
from policy_news.evaluation.counts import ALL, Interval, Score, labels_of
from policy_news.evaluation.evaluate import Evaluation, LayerResult
from policy_news.evaluation.layers import MEASURES, Difference

TITLES = {
    "strict": "same span and label",
    "span": "same span",
    "partial": "same label, overlapping",
    "any": "overlapping",
    "relaxed": "overlapping",
    "type": "type right",
    "value": "value right",
}
MAIN = {"entities": "strict", "claims": "content", "dates": "relaxed"}
"""The measure of each layer whose scores are given by label."""
CONFUSED = 6


def to_text(result: Evaluation) -> str:
    """Return the result for a terminal."""
    lines = [
        f"gold: {result.gold} ({result.form}), {counted(result.documents, 'document')}",
        f"predictions: {result.source}",
    ]
    if result.missing:
        named = "; ".join(f"{name}: {reason}" for name, reason in list(result.missing.items())[:CONFUSED])
        lines.append(
            f"without predictions, all of their gold counts as missed: {len(result.missing)} ({named})"
        )
    for layer in result.layers:
        lines += ["", *_layer(layer)]
    if result.notes:
        lines += ["", "not compared, or compared as:", *(f"  {note}" for note in result.notes)]
    return "\n".join(lines)


def _layer(layer: LayerResult) -> Iterator[str]:
    yield f"{layer.name} ({counted(layer.documents, 'document')}; 95 % intervals in brackets)"
    yield f"  {'':26}{'P':19}{'R':19}{'F1':19}{'gold':>6}{'pred':>6}"
    for measure in MEASURES[layer.name]:
        if (measure, ALL) in layer.scores:
            yield f"  {_title(layer, measure):26}{_rates(layer.scores[measure, ALL])}"
    main = MAIN[layer.name]
    labels = labels_of(layer.scores, main)
    if len(labels) > 1:  # of a single label the line above says the same
        yield f"  by label, {_title(layer, main)}:"
        for label in labels:
            yield f"    {label:24}{_rates(layer.scores[main, label])}"
    kinds = [f"{kind} {count}" for kind, count in layer.kinds().most_common()]
    yield f"  differences: {', '.join(kinds) or 'none'}"
    yield from _confusion(layer.confusion)


def _title(layer: LayerResult, measure: str) -> str:
    if (layer.name, measure) == ("dates", "strict"):
        return "same span"
    return TITLES.get(measure, measure)


def _rates(score: Score) -> str:
    cells = (_cell(score.p, score.p_95), _cell(score.r, score.r_95), _cell(score.f1, score.f1_95))
    return "".join(f"{cell:19}" for cell in cells) + f"{score.gold:6}{score.predicted:6}"


def _cell(value: float, interval: Interval | None) -> str:
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval[0]:.2f} {interval[1]:.2f}]"


def _confusion(confusion: Mapping[tuple[str, str], int]) -> Iterator[str]:
    rows: dict[str, Counter[str]] = {}
    for (gold, predicted), count in sorted(confusion.items()):
        rows.setdefault(gold, Counter())[predicted] += count
    if any(gold != predicted for gold, predicted in confusion):
        yield "  gold -> predicted:"
    for gold, row in rows.items():
        if set(row) != {gold}:
            counts = [f"{label} {count}" for label, count in row.most_common(CONFUSED)]
            yield f"    {gold:24}{', '.join(counts)}"


def to_json(result: Evaluation) -> dict[str, Any]:
    """Return the result for other programs; differences with their offsets and texts."""
    return {
        "gold": str(result.gold),
        "format": result.form,
        "predictions": result.source,
        "documents": result.documents,
        "missing": dict(result.missing),
        "notes": list(result.notes),
        **{layer.name: _layer_json(layer, result.texts) for layer in result.layers},
    }


def _layer_json(layer: LayerResult, texts: Mapping[str, str]) -> dict[str, Any]:
    scores: dict[str, dict[str, Any]] = {}
    for (measure, label), own in layer.scores.items():
        scores.setdefault(measure, {})[label] = asdict(own)
    return {
        "documents": layer.documents,
        "scores": scores,
        # JSON has no pairs as keys.
        "confusion": [[*pair, count] for pair, count in sorted(layer.confusion.items())],
        "kinds": dict(layer.kinds()),
        "differences": [_difference(one, texts[one.document]) for one in layer.differences],
    }


def _difference(one: Difference, text: str) -> dict[str, Any]:
    return asdict(one) | {
        "gold_text": _quote(text, one.gold_spans),
        "predicted_text": _quote(text, one.predicted_spans),
    }


def _quote(text: str, spans: Iterable[tuple[int, int]]) -> str:
    return " ... ".join(text[start:end] for start, end in spans)
