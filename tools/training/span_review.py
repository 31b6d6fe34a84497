"""Trains the review of spans.

Usage: `python -m tools.training.span_review GOLD.jsonl ... --out models/entities/review.json`.

Lines of gold are those of `tools.training.mention_scores`, with `optional_entities`, whose spans are left out. The passages
and articles of `models/entities` and the sentences with traps of the tests are gold too. The layers read the texts; every span that may be a name is a case, and what the gold has
there its class.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_news.core.settings import ClaimSettings, MaskSettings, Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.component_cache import PARTS
from policy_news.nlp.doc_rows import Locator
from policy_news.nlp.entities.document_pass import DocumentPass
from policy_news.nlp.entities.linear_model import BIAS, LinearModel, make_model, write_model
from policy_news.nlp.entities.span_review import LABELS, SpanFeatures, fold
from policy_news.rules.rule_files import RULES_DIR
from policy_news.text.document import Document, Source
from policy_news.text.layout.sections import find_layout
from policy_news.text.masking import compile_patterns, unmask
from tools.training.passages import read_articles, read_passages, read_traps
from tools.training.softmax import Row, Schedule, fit

DATA = RULES_DIR.parent / "entities"
TRAPS = Path("tests/nlp/entities/gold/traps.txt")
SCHEDULE = Schedule(epochs=5, seed=7, dropout=0.1, balanced=False, decay=1e-5, fits=4)
LEAST = 0.05
"""A feature none of whose weights is larger says nothing."""
BATCH = 64
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gold:
    """A text with its names: labels by place; and places where a reader may or may not mark one."""

    text: str
    published: str | None
    names: dict[Place, str]
    optional: frozenset[Place] = frozenset()


def read_gold(path: Path) -> Iterator[Gold]:
    """Read the documents of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names = {(entity["start"], entity["end"]): entity["label"] for entity in row["entities"]}
        optional = frozenset((place[0], place[1]) for place in row.get("optional_entities", ()))
        yield Gold(row["text"], row.get("published"), names, optional)


def read_invented() -> Iterator[Gold]:
    """Read the passages, the articles and the sentences with traps."""
    for passage in read_passages(DATA / "passages.txt"):
        yield Gold(passage.text, None, {(start, end): label for start, end, label in passage.names})
    for article in (*read_articles(DATA / "articles.txt"), *read_traps(TRAPS)):
        names = {(start, end): label for start, end, label in article.names}
        yield Gold(article.text, article.published, names)


def read_rows(golds: Sequence[Gold], annotator: Annotator) -> Iterator[Row]:
    """Compute features and class (its position in `LABELS`) of the spans of each document."""
    patterns = compile_patterns(MaskSettings())
    decider = next(pipe for _, pipe in annotator.nlp.pipeline if isinstance(pipe, DocumentPass))
    for start in range(0, len(golds), BATCH):
        batch = golds[start : start + BATCH]
        documents = [*map(as_document, batch)]
        items = [(document, unmask(document, patterns)) for document in documents]
        for gold, item, (_, doc) in zip(batch, items, annotator.parse(items), strict=True):
            doc = annotator.run_part(PARTS[0], doc)
            assert decider.last is not None
            yield from _cases(gold, decider.last.spans, Locator(*item, doc))


def as_document(gold: Gold) -> Document:
    """Return a document with the sections of a text."""
    layout = find_layout(Source(gold.text, published=gold.published))
    return Document("", "", "txt", "", gold.text, layout.sections, layout.title, published=layout.published)


def _cases(gold: Gold, spans: SpanFeatures, locator: Locator) -> Iterator[Row]:
    tokens = spans.tokens
    for start, end in spans.find_spans():
        place = locator.raw(tokens.starts[start], tokens.starts[end - 1] + len(tokens.texts[end - 1]))
        if place is not None and place not in gold.optional:
            label = fold(gold.names.get(place, ""))
            yield spans.describe(start, end), LABELS.index(label) if label in LABELS else 0


def train(rows: Sequence[Row]) -> LinearModel:
    """Fit the weights, without features that say nothing."""
    weights = fit(rows, len(LABELS), SCHEDULE)
    telling = {n: row for n, row in weights.items() if n == BIAS or max(map(abs, row)) >= LEAST}
    return make_model(telling, len(LABELS))


def main() -> None:
    """Read gold and invented texts, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="*", type=Path, help="JSON lines with entities")
    parser.add_argument("--out", type=Path, default=DATA / "review.json")
    parser.add_argument("--model", default="models/en_policy_news", help="the built pipeline")
    arguments = parser.parse_args()
    golds = [gold for path in arguments.gold for gold in read_gold(path)]
    annotator = Annotator(load_pipeline(arguments.model), Settings(claims=ClaimSettings(mode="fast")))
    rows = [*read_rows([*golds, *read_invented()], annotator)]
    print(f"{len(rows)} spans of {len(golds)} texts and of the invented ones")
    write_model(train(rows), arguments.out)


if __name__ == "__main__":
    main()
