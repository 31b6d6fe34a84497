"""Trains the second reading of names: which of the spans that the layers or the encoder take for a name are one.

Usage: `python -m tools.training.second_names GOLD.jsonl ... --out models/entities/second.json`.

Lines of gold are those of `tools.training.span_review`; files that end in `.txt` hold invented articles. Neither rules nor encoder may have been
fitted to these texts: else the fit trusts them more than new text allows.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from policy_news.core.settings import ClaimSettings, MaskSettings, Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.component_cache import PARTS
from policy_news.nlp.doc_rows import Locator
from policy_news.nlp.entities.document_pass import WEIGHTS, DocumentPass
from policy_news.nlp.entities.linear_model import BIAS, LinearModel, make_model, write_model
from policy_news.nlp.entities.span_review import fold
from policy_news.text.masking import compile_patterns, unmask
from tools.training.passages import read_articles
from tools.training.span_review import Gold, as_document, read_gold

INVENTED = ".txt"
DECAY = 1.0
"""Half the penalty on the square of a weight, beside 1 for an error."""
STEPS = 30
SMALL = 1e-6
Row = tuple[Mapping[str, float], bool]


def read_texts(path: Path) -> Iterator[Gold]:
    """Read the documents of a gold or the invented articles of a file."""
    if path.suffix != INVENTED:
        yield from read_gold(path)
        return
    for article in read_articles(path):
        names = {(start, end): label for start, end, label in article.names}
        yield Gold(article.text, article.published, names)


def read_rows(golds: Sequence[Gold], annotator: Annotator) -> Iterator[Row]:
    """Yield the features of each candidate, and whether it is a name with its label."""
    patterns = compile_patterns(MaskSettings())
    decider = next(pipe for _, pipe in annotator.nlp.pipeline if isinstance(pipe, DocumentPass))
    documents = [*map(as_document, golds)]
    items = [(document, unmask(document, patterns)) for document in documents]
    for gold, item, (_, doc) in zip(golds, items, annotator.parse(items), strict=True):
        locator = Locator(*item, annotator.run_part(PARTS[0], doc))
        assert decider.last is not None
        for candidate in decider.last.doubts:
            span = doc[candidate.mention.start : candidate.mention.end]
            place = locator.raw(span.start_char, span.end_char)
            if place is not None and place not in gold.optional:
                yield candidate.values, fold(gold.names.get(place, "")) == candidate.label


def fit(rows: Sequence[Row]) -> LinearModel:
    """Fit a logistic regression with a penalty, by Newton's method."""
    names = sorted({name for values, _ in rows for name in values})
    column = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(rows), len(names) + 1))
    table[:, -1] = 1
    for line, (values, _) in zip(table, rows, strict=True):
        line[[column[name] for name in values]] = [*values.values()]
    wanted = np.array([right for _, right in rows], dtype=float)
    weights, penalty = np.zeros(len(names) + 1), np.full(len(names) + 1, DECAY)
    penalty[-1] = 0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - wanted) + penalty * weights
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(penalty + SMALL)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < SMALL:
            break
    return make_model(dict(zip([*names, BIAS], weights[:, None].tolist(), strict=True)), 1)


def main() -> None:
    """Read the texts, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path, help="JSON lines with entities, or invented articles")
    parser.add_argument("--out", type=Path, default=WEIGHTS / "second.json")
    parser.add_argument("--model", default="models/en_policy_news", help="the built pipeline")
    arguments = parser.parse_args()
    golds = [gold for path in arguments.gold for gold in read_texts(path)]
    settings = Settings(claims=ClaimSettings(mode="accurate"))
    rows = [*read_rows(golds, Annotator(load_pipeline(arguments.model), settings))]
    print(f"{len(rows)} candidates of {len(golds)} texts")
    write_model(fit(rows), arguments.out, digits=3)


if __name__ == "__main__":
    main()
