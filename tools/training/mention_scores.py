"""Trains the scores of mentions.

Usage: `python -m tools.training.mention_scores GOLD.jsonl ... --out models/entities/scores.json`.

A line of gold is `{"doc", "text", "published", "entities": [{"start", "end", "label"}]}`; a missing `text` is read from
`text/<doc>.txt` beside the file. Labels are the eight of the project, or PER, ORG, LOC and MISC: then only the group has to
be right. Every second document is read again with half of the words outside its names masked. The passages of
`models/entities/passages.txt` are gold too, and the articles of `models/entities/articles.txt`, which weigh more: nothing was mended for them before they
were scored, so they say how often new text is read right. Prints the calibration error by cross-validation over documents, of all and of those articles.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from policy_news.core.settings import ClaimSettings, Settings
from policy_news.nlp.annotator import Annotator, load_pipeline
from policy_news.nlp.doc_rows import Locator
from policy_news.nlp.entities.document_pass import DocumentPass
from policy_news.nlp.entities.linear_model import LinearModel, make_model, write_model
from policy_news.nlp.entities.mention_scores import GROUPS, probability
from policy_news.rules.rule_files import RULES_DIR
from policy_news.tables.labels import PLACES, POLICY
from policy_news.text.document import Document, Section
from policy_news.text.masking import compile_patterns, unmask
from tools.training.passages import Article, Passage, read_articles, read_passages

DATA = RULES_DIR.parent / "entities"
COARSE = {"PER": "person", "LOC": "place", "ORG": "organised", "MISC": "misc"}
MASKED_SHARE = 0.5
FAST = Settings(claims=ClaimSettings(mode="fast"))
"""Mentions that the encoder has a say about get their score from what decides them."""
FOLDS = 5
BINS = 10
DECAY = 2e-3
ARTICLE_WEIGHT = 4
"""How many other documents an article counts for."""
STEPS = 3_000
RATE = 0.5
_WORD = re.compile(r"\w+")
Row = tuple[Sequence[str], bool]


@dataclass(frozen=True, slots=True)
class Gold:
    """A text with its names."""

    text: str
    published: str | None
    names: dict[tuple[int, int], str]


def read_gold(path: Path) -> Iterator[Gold]:
    """Read the documents of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = f"{row['doc'].removesuffix('.txt')}.txt"
        # Decode bytes: reading as text would turn `\r\n` into one character and shift all offsets.
        text = row.get("text") or (path.parent / "text" / name).read_bytes().decode("utf-8")
        names = {(entity["start"], entity["end"]): entity["label"] for entity in row["entities"]}
        yield Gold(text, row.get("published"), names)


def _as_gold(passage: Passage | Article) -> Gold:
    # A building is a place like any other to `_is_right`.
    names = {(start, end): "GPE" if label in PLACES else label for start, end, label in passage.names}
    return Gold(passage.text, passage.published if isinstance(passage, Article) else None, names)


def mask_words(gold: Gold, chooser: random.Random) -> Gold:
    """Mask a share of the words outside the names of a document."""
    kept: set[int] = set()
    for start, end in gold.names:
        kept.update(range(start, end))
    characters = list(gold.text)
    for match in _WORD.finditer(gold.text):
        if kept.isdisjoint(range(*match.span())) and chooser.random() < MASKED_SHARE:
            characters[match.start() : match.end()] = "*" * len(match[0])
    return Gold("".join(characters), gold.published, gold.names)


def read_rows(golds: Sequence[Gold], annotator: Annotator) -> Iterator[list[Row]]:
    """Compute features and outcome of the mentions of each document."""
    patterns = compile_patterns(Settings().mask)
    decider = next(pipe for _, pipe in annotator.nlp.pipeline if isinstance(pipe, DocumentPass))
    items = []
    for i, gold in enumerate(golds):
        day = dt.datetime.fromisoformat(gold.published) if gold.published else None
        document = Document(str(i), str(i), "txt", "", gold.text, tuple(_sections(gold.text)), published=day)
        items.append((document, unmask(document, patterns)))
    for gold, item, (_, doc) in zip(golds, items, annotator.parse(items), strict=True):
        doc = annotator.apply_rules(doc)
        locator = Locator(*item, doc)
        rows: list[Row] = []
        assert decider.last is not None
        for ent, features in zip(doc.ents, decider.last.described, strict=True):
            place = locator.raw(ent.start_char, ent.end_char)
            if place is not None and ent.label_ in POLICY | PLACES:
                outcome = _is_right(place, ent.label_, gold)
                if outcome is not None:
                    rows.append((features, outcome))
        yield rows


def _sections(text: str) -> Iterator[Section]:
    start = 0
    for i, line in enumerate(text.split("\n")):
        if line.strip():
            yield Section("title" if i == 0 else "paragraph", start, start + len(line))
        start += len(line) + 1


def _is_right(place: tuple[int, int], label: str, gold: Gold) -> bool | None:
    """Return whether a mention is in the gold; None where the gold does not decide."""
    found = gold.names.get(place)
    if found is None:
        overlapping = [own for span, own in gold.names.items() if span[0] < place[1] and place[0] < span[1]]
        if "MISC" in overlapping:
            return None
        return False
    if found in COARSE and found != "ORG":
        if found == "MISC":
            return None
        return COARSE[found] == GROUPS.get(label)
    if found == "ORG" and set(gold.names.values()) <= set(COARSE):
        return GROUPS.get(label) == "organised"
    return found == ("GPE" if label in PLACES else label)


def fit(rows: Sequence[Row]) -> LinearModel:
    """Fit a logistic regression with a penalty, by gradient descent over all rows."""
    features_seen: set[str] = set()
    for features, _ in rows:
        features_seen.update(features)
    names = ["bias", *sorted(features_seen)]
    index = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(rows), len(names)), dtype=np.float32)
    table[:, 0] = 1
    for row, (features, _) in zip(table, rows, strict=True):
        row[[index[feature] for feature in features]] = 1
    wanted = np.array([right for _, right in rows], dtype=np.float32)
    weights = np.zeros(len(names), dtype=np.float32)
    penalty = np.full(len(names), DECAY, dtype=np.float32)
    penalty[0] = 0
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-table @ weights)) - wanted
        weights -= RATE * (table.T @ error / len(rows) + penalty * weights)
    return make_model({name: [float(weights[i])] for name, i in index.items()}, 1)


def calibration_error(pairs: Iterable[tuple[float, bool]]) -> float:
    """Return the mean distance between score and share of right ones, over bins of the score."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in pairs:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    total = sum(map(len, bins))
    gaps = [abs(sum(s for s, _ in own) - sum(r for _, r in own)) for own in bins if own]
    return sum(gaps) / total


def main() -> None:
    """Read gold and passages, cross-validate, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="*", type=Path, help="JSON lines with entities")
    parser.add_argument("--out", type=Path, default=DATA / "scores.json")
    parser.add_argument("--model", default="models/en_policy_news", help="the built pipeline")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    golds: list[Gold] = []
    for path in arguments.gold:
        golds.extend(read_gold(path))
    golds.extend(map(_as_gold, read_passages(DATA / "passages.txt")))
    articles = [*map(_as_gold, read_articles(DATA / "articles.txt"))]
    golds = [*articles, *golds]
    chooser = random.Random(arguments.seed)
    masked = [mask_words(gold, chooser) for gold in golds[::2]]
    annotator = Annotator(load_pipeline(arguments.model), FAST)
    plain, hidden = (list(read_rows(own, annotator)) for own in (golds, masked))
    documents = [
        Weighed(rows, _of(hidden, i), ARTICLE_WEIGHT if i < len(articles) else 1)
        for i, rows in enumerate(plain)
    ]
    pairs = _cross_validate(documents)
    for name, own in (("all", pairs), ("articles", pairs[: len(articles)])):
        flat = [*chain.from_iterable(own)]
        print(f"{name}: {len(flat)} mentions, calibration error {calibration_error(flat):.3f}")
    model = fit([*chain.from_iterable(document.training for document in documents)])
    write_model(model, arguments.out, digits=3)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The rows of a document, those of its masked copy, and how many documents it counts for."""

    plain: list[Row]
    hidden: list[Row]
    weight: int

    @property
    def training(self) -> list[Row]:
        """The rows to train with."""
        return [*self.plain, *self.hidden] * self.weight


def _cross_validate(documents: Sequence[Weighed]) -> list[list[tuple[float, bool]]]:
    """Score the mentions of each document with weights that were fitted to documents of other folds.

    A document and its masked copy share a fold; only the unmasked one is tested.
    """
    pairs: list[list[tuple[float, bool]]] = [[] for _ in documents]
    for fold in range(FOLDS):
        train = [document.training for i, document in enumerate(documents) if i % FOLDS != fold]
        model = fit([*chain.from_iterable(train)])
        for i in range(fold, len(documents), FOLDS):
            pairs[i] = [(probability(model, features), right) for features, right in documents[i].plain]
    return pairs


def _of(hidden: Sequence[list[Row]], i: int) -> list[Row]:
    """Return the rows of the masked copy of a document, if it has one."""
    if i % 2 == 0:
        return hidden[i // 2]
    return []


if __name__ == "__main__":
    main()
