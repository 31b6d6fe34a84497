"""Fits the scores of claims and of their sources to texts with annotated claims, by logistic regression."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from policy_news.core.errors import ArgumentError
from policy_news.core.settings import MaskSettings, Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.claims.claim_steps import ClaimState, find_drafts
from policy_news.nlp.claims.component import PolicyClaims
from policy_news.nlp.claims.draft import Draft
from policy_news.nlp.claims.finish.claim_scores import FILE, Features, Scores, Weights
from policy_news.nlp.claims.finish.second_reader import is_doubted
from policy_news.nlp.claims.tree import Spread
from policy_news.nlp.doc_rows import Locator
from policy_news.text.document import Document, Source
from policy_news.text.layout.sections import find_layout
from policy_news.text.masking import compile_patterns, unmask
from tools.training.examples import read_examples

_LOG = logging.getLogger(__name__)
DECAY = 1.0
"""Strength of the pull to zero (L2 penalty) of all weights except the bias."""
STEPS = 40
"""Limit of steps of Newton's method; it needs about ten."""
BINS = 10
ROUNDED = 3
Floats = npt.NDArray[np.float64]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim that was found, its features and those of its source, and whether both are right.

    Attributes:
        is_source: None if the claim is wrong: then its source does not count.
        scores: What the weights in use say.
    """

    doc: str
    claim: Features
    source: Features
    is_claim: bool
    is_source: bool | None
    weight: float
    scores: Scores


def train(gold: Sequence[Path], out: Path, settings: Settings | None = None) -> dict[str, float]:
    """Fit both scores and write the weights.

    Args:
        gold: JSONL files with lines of `{"doc", "text", "claims"}`. The key `weight` of a line says how much it counts,
            `optional_claims` are not scored, `whole_quotations` says that a quotation of several sentences is one claim.
        out: Folder of the weights.
        settings: Settings of the pipeline that finds the claims; None means the defaults.

    Returns:
        Calibration errors of both scores over documents that the weights were not fitted to.

    Raises:
        ArgumentError: The texts have no claims.
        GoldError: A line of a file is wrong.
    """
    rows = [row for path in gold for row in read_examples(path)]
    cases = list(find_cases(rows, settings or Settings()))
    if not cases:
        raise ArgumentError("no claims found in the texts", "Give texts with annotated claims.")
    _LOG.info("%d claims, %.3f right", len(cases), np.mean([case.is_claim for case in cases]))
    claims = [(case.doc, case.claim, case.is_claim, case.weight) for case in cases]
    sources = [
        (case.doc, case.source, case.is_source, case.weight) for case in cases if case.is_source is not None
    ]
    weights: dict[str, dict[str, float]] = {"claim": fit(claims), "source": {}}
    if sources:
        weights["source"] = fit(sources)
    (out / FILE).write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return {"claim": crossed_error(claims), "source": crossed_error(sources)}


def measure(gold: Sequence[Path], settings: Settings) -> dict[str, tuple[int, float]]:
    """Return the number of claims and of their sources, and how far the scores in use are from the shares of right ones.

    Args:
        gold: As for `train`; texts that nothing was fitted to.
        settings: Settings of the pipeline, with the mode of the claims.

    Raises:
        GoldError: A line of a file is wrong.
    """
    cases = list(find_cases([row for path in gold for row in read_examples(path)], settings))
    claims = [(case.scores.claim, case.is_claim) for case in cases]
    sources = [(case.scores.source, case.is_source) for case in cases if case.is_source is not None]
    return {
        name: (len(told), calibration_error([score for score, _ in told], [right for _, right in told]))
        for name, told in (("claim", claims), ("source", sources))
    }


Rows = Sequence[tuple[str, Features, bool, float]]


def fit(rows: Rows) -> dict[str, float]:
    """Fit weights by Newton's method; they do not depend on the order of features."""
    names = sorted({name for _, features, _, _ in rows for name in features})
    x, y, w = _arrays(rows, names)
    beta = np.zeros(len(names))
    # The bias is the share of right claims, which a pull to zero would distort.
    pull = DECAY * np.array([name != "bias" for name in names])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-x @ beta))
        slope = x.T @ (w * (y - chance)) - pull * beta
        # The small ridge keeps the matrix invertible where features always occur together.
        bend = (x * (w * chance * (1 - chance))[:, None]).T @ x + np.diag(pull + 1e-6)
        step = np.linalg.solve(bend, slope)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    return {name: round(float(value), ROUNDED) for name, value in zip(names, beta, strict=True)}


def _arrays(rows: Rows, names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    x = np.array([[features.get(name, 0.0) for name in names] for _, features, _, _ in rows])
    return x, np.array([float(right) for _, _, right, _ in rows]), np.array([weight for *_, weight in rows])


def crossed_error(rows: Rows, folds: int = 5) -> float:
    """Return the calibration error by cross-validation over documents."""
    docs = sorted({doc for doc, *_ in rows})
    fold = {doc: number % folds for number, doc in enumerate(docs)}
    chances: list[float] = []
    rights: list[bool] = []
    weights: list[float] = []
    for number in range(folds):
        rest = [row for row in rows if fold[row[0]] != number]
        own = [row for row in rows if fold[row[0]] == number]
        if not own or not rest:
            continue
        beta = fit(rest)
        names = sorted(beta)
        x, _, _ = _arrays(own, names)
        chances += (1 / (1 + np.exp(-x @ np.array([beta[name] for name in names])))).tolist()
        rights += [right for _, _, right, _ in own]
        weights += [weight for *_, weight in own]
    return calibration_error(chances, rights, weights)


def calibration_error(
    chances: Sequence[float], rights: Sequence[bool], weights: Sequence[float] | None = None
) -> float:
    """Compute the expected calibration error (Naeini, Cooper and Hauskrecht 2015) over ten bins of equal width.

    Args:
        chances: Predicted probabilities, 0 to 1.
        rights: Whether each prediction was right.
        weights: How much each counts; None for all alike.

    Returns:
        Mean distance of probability and share of right ones over the bins, weighted by what is in each; 0 is best.
    """
    p, y = np.array(chances), np.array(rights, dtype=float)
    if weights is None:
        w = np.ones(len(p))
    else:
        w = np.array(weights)
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    total = 0.0
    for number in range(BINS):
        own = bins == number
        if own.any():
            total += abs(float((w[own] * (p[own] - y[own])).sum()))
    return round(total / max(float(w.sum()), 1e-9), 4)


def find_cases(rows: Iterable[dict[str, Any]], settings: Settings) -> Iterator[Case]:
    """Find claims in annotated texts and compare them with the annotation."""
    nlp = load_pipeline(settings.annotate.model)
    annotator = Annotator(nlp, settings)
    component = nlp.get_pipe("policy_claims")
    assert isinstance(component, PolicyClaims)
    patterns = compile_patterns(MaskSettings())
    for row in rows:
        document = _document(row)
        seen = unmask(document, patterns)
        ((_, parsed),) = annotator.parse([(document, seen)])
        doc = annotator.apply_rules(parsed)
        found = find_drafts(doc, component.lexicon, component.encoder)
        yield from _judged(row, found, Locator(document, seen, doc), component.scores)


def _document(row: dict[str, Any]) -> Document:
    layout = find_layout(Source(row["text"], published=row.get("published")))
    published = layout.published or dt.datetime(2020, 1, 1)
    document = Document(row["doc"], "", "text", "", row["text"], layout.sections, layout.title)
    return replace(document, published=published)


def _judged(
    row: dict[str, Any], found: ClaimState, locator: Locator, weights: Weights | None
) -> Iterator[Case]:
    """Compare the claims of a text with the gold; a gold claim matches at most one of them."""
    used: set[int] = set()
    for draft in found.drafts:
        scores = found.features.scores(draft, weights)
        if found.sight is not None and is_doubted(draft, scores.claim, found.sight):
            continue
        if draft.kind == "going_on" and row.get("whole_quotations"):
            continue  # in this corpus it is part of the claim before
        parts = _raw_parts(draft, found, locator)
        gold = _match(row["claims"], parts, used)
        # Annotators disagreed about optional claims, so finding one is neither right nor wrong.
        if gold is None and any(_touch(parts["content"], spans) for spans in row.get("optional_claims", [])):
            continue
        is_source: bool | None = None
        if gold is not None:
            used.add(gold)
            is_source = _same_source(row["claims"][gold], parts["source"])
        yield Case(
            row["doc"],
            found.features.of_claim(draft),
            found.features.of_source(draft),
            gold is not None,
            is_source,
            float(row.get("weight", 1.0)),
            scores,
        )


def _raw_parts(draft: Draft, found: ClaimState, locator: Locator) -> dict[str, list[Span]]:
    def spans(tokens: Iterable[Spread | None]) -> list[Span]:
        tree = found.tree
        placed = [locator.raw(tree.starts[a], tree.ends[b - 1]) for a, b in filter(None, tokens)]
        return [span for span in placed if span is not None]

    return {"source": spans([draft.source]), "cue": spans([draft.cue]), "content": spans(draft.content)}


def _match(claims: Sequence[dict[str, Any]], parts: dict[str, list[Span]], used: set[int]) -> int | None:
    """Return the number of the annotated claim that shares half of the content, or the cue and some of the content."""
    best: tuple[float, int] | None = None
    for number, claim in enumerate(claims):
        if number in used:
            continue
        share = _share(parts["content"], claim["content"])
        same_cue = _touch(parts["cue"], claim["cue"]) and (share > 0 or not claim["content"])
        if (share >= 0.5 or same_cue) and (best is None or share > best[0]):
            best = share, number
    if best is None:
        return None
    return best[1]


def _share(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> float:
    """Return the share of characters that are in both, of those in either (Jaccard)."""
    a, b = _characters(one), _characters(other)
    if a | b:
        return len(a & b) / len(a | b)
    return 0.0


def _characters(spans: Sequence[Sequence[int]]) -> set[int]:
    places: set[int] = set()
    for start, end in spans:
        places.update(range(start, end))
    return places


def _touch(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def _same_source(claim: dict[str, Any], source: Sequence[Span]) -> bool:
    """Return whether a source overlaps the annotated one or its alternative; without one, whether there is none."""
    wanted = [*claim["source"], *claim.get("source_alt", [])]
    if wanted:
        return _touch(wanted, source)
    return not source
