"""Writes the offline page of an evaluation: scores, confusion, and differences in context, in the style of the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policy_news.evaluation.counts import ALL, Score, labels_of
from policy_news.evaluation.differences import Difference
from policy_news.evaluation.evaluate import Evaluation, LayerResult
from policy_news.evaluation.show import MAIN, TITLES, confusion_rows, is_share, measures_of
from policy_news.outputs.report.render import leave_page, render
from policy_news.outputs.report.segments import Mark, cut_segments
from policy_news.outputs.report.views import View, clean

CONTEXT = 70
MOST = 2_000
"""Largest number of differences of a layer on the page; the JSON has all."""


def write_page(result: Evaluation, target: Path) -> None:
    """Write the page, and replace an older one.

    Raises:
        StageError: It cannot be written, or would replace a file that is not such a page.
    """
    page = render(
        "evaluation.html.j2",
        "none.js",
        gold=clean(str(result.gold)),
        source=clean(result.source),
        documents=result.documents,
        missing=[(clean(name), clean(reason)) for name, reason in result.missing.items()],
        notes=[clean(note) for note in result.notes],
        layers=[_layer(layer, result) for layer in result.layers],
    )
    leave_page(page, target)


def _layer(layer: LayerResult, result: Evaluation) -> View:
    main = MAIN[layer.name]
    confusion = [
        {"gold": clean(gold), "counts": [(clean(name), count) for name, count in row.most_common()]}
        for gold, row in confusion_rows(layer.confusion)
    ]
    return {
        "name": layer.name,
        "documents": layer.documents,
        "measures": [_measure(layer, one) for one in measures_of(layer)],
        "labels": [_row(label, layer.scores[main, label]) for label in labels_of(layer.scores, main)],
        "main": TITLES.get(main, main),
        "confusion": confusion,
        "kinds": _kinds(layer, result),
    }


def _measure(layer: LayerResult, measure: str) -> View:
    title, score = TITLES.get(measure, measure), layer.scores[measure, ALL]
    if not is_share(layer, measure):
        return _row(title, score)
    # Precision, recall and F1 of a share are one number: it is shown once.
    row = _row(f"{title}, of those found", score)
    return row | {"cells": row["cells"][:1]}


def _row(title: str, score: Score) -> View:
    cells = [_cell(score.p, score.p_95), _cell(score.r, score.r_95), _cell(score.f1, score.f1_95)]
    return {"title": clean(title), "cells": cells, "gold": score.gold, "predicted": score.predicted}


def _cell(value: float, interval: tuple[float, float] | None) -> tuple[str, str]:
    if interval is None:
        return f"{value:.3f}", ""
    return f"{value:.3f}", f"{interval[0]:.2f} to {interval[1]:.2f}"


def _kinds(layer: LayerResult, result: Evaluation) -> list[View]:
    shown = layer.differences[:MOST]
    views: list[View] = []
    for kind, count in layer.kinds().most_common():
        own = [_difference(one, result.texts[one.document]) for one in shown if one.kind == kind]
        anchor = f"{layer.name}-{kind.replace(' ', '-')}"
        views.append({"anchor": anchor, "name": kind, "count": count, "differences": own})
    return views


def _difference(one: Difference, text: str) -> View:
    marks = [Mark(*span, "content", 0) for span in one.gold_spans]
    marks += [Mark(*span, "mention", 0) for span in one.predicted_spans]
    start = min((mark.start for mark in marks), default=0)
    end = max((mark.end for mark in marks), default=0)
    return {
        "document": clean(one.document),
        "offset": start,
        "gold": clean(one.gold),
        "predicted": clean(one.predicted),
        "pieces": _pieces(text, max(0, start - CONTEXT), min(len(text), end + CONTEXT), marks),
    }


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> list[View]:
    pieces = []
    for segment in cut_segments(text, start, end, marks):
        kinds = {mark.kind for mark in segment.marks}
        pieces.append({"text": clean(segment.text), "classes": " ".join(sorted(kinds))})
    cut = {"text": "…", "classes": ""}
    if start > 0:
        pieces.insert(0, cut)
    if end < len(text):
        pieces.append(cut)
    return pieces
