"""The result of an evaluation as text and as JSON. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from policy_news.core.messages import counted
from policy_news.evaluation import claim_matching, date_matching, entity_matching
from policy_news.evaluation.counts import ALL, Score, labels_of
from policy_news.evaluation.differences import Difference
from policy_news.evaluation.evaluate import Evaluation, LayerResult

TITLES = {
    "strict": "same span and label", "span": "same span", "partial": "same label, overlapping", "any": "overlapping",
    "relaxed": "overlapping", "type": "type right", "value": "value right", "quote kind": "quote kind right", "cue": "cue overlapping",
}  # fmt: skip
MAIN = {"entities": "strict", "claims": "content", "dates": "relaxed"}
"""The measure of each layer whose scores are given by label."""
MEASURES = {
    "entities": entity_matching.MEASURES,
    "claims": (*claim_matching.MEASURES, *claim_matching.SHARES),
    "dates": date_matching.MEASURES,
}
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
    for measure in measures_of(layer):
        own = layer.scores[measure, ALL]
        numbers = _rates(own)
        if is_share(layer, measure):
            numbers = f"{_cell(own.p, own.p_95)} of {own.gold} found"
        yield f"  {TITLES.get(measure, measure):26}{numbers}"
    main = MAIN[layer.name]
    labels = labels_of(layer.scores, main)
    if len(labels) > 1:  # of a single label the line above says the same
        yield f"  by label, {TITLES.get(main, main)}:"
        for label in labels:
            yield f"    {label:24}{_rates(layer.scores[main, label])}"
    kinds = [f"{kind} {count}" for kind, count in layer.kinds().most_common()]
    yield f"  differences: {', '.join(kinds) or 'none'}"
    yield from _confusion(layer)


def measures_of(layer: LayerResult) -> list[str]:
    """Return the measures that there are scores of, in order."""
    return [measure for measure in MEASURES[layer.name] if (measure, ALL) in layer.scores]


def is_share(layer: LayerResult, measure: str) -> bool:
    """Return whether a measure is a share of the claims found, so that precision and recall are one number."""
    return layer.name == "claims" and measure in claim_matching.SHARES


def _rates(score: Score) -> str:
    cells = (_cell(score.p, score.p_95), _cell(score.r, score.r_95), _cell(score.f1, score.f1_95))
    return "".join(f"{cell:19}" for cell in cells) + f"{score.gold:6}{score.predicted:6}"


def _cell(value: float, interval: tuple[float, float] | None) -> str:
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval[0]:.2f} {interval[1]:.2f}]"


def _confusion(layer: LayerResult) -> Iterator[str]:
    rows = confusion_rows(layer.confusion)
    if any(gold != predicted for gold, predicted in layer.confusion):
        yield "  gold -> predicted:"
    for gold, row in rows:
        if set(row) != {gold}:
            counts = [f"{label} {count}" for label, count in row.most_common(CONFUSED)]
            yield f"    {gold:24}{', '.join(counts)}"


def confusion_rows(confusion: Mapping[tuple[str, str], int]) -> list[tuple[str, Counter[str]]]:
    """For each gold label what was predicted, in order of the labels."""
    rows: dict[str, Counter[str]] = {}
    for (gold, predicted), count in sorted(confusion.items()):
        rows.setdefault(gold, Counter())[predicted] += count
    return sorted(rows.items())


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
    shown = asdict(one)
    del shown["layer"]  # it is the key that the difference is filed under
    shown["gold_text"] = quote(text, one.gold_spans)
    shown["predicted_text"] = quote(text, one.predicted_spans)
    return shown


def quote(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the pieces of a text, joined."""
    return " ... ".join(text[start:end] for start, end in spans)
