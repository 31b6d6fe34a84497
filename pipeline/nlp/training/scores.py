"""Trains the scores of mentions; usage: `python -m pipeline.nlp.training.scores GOLD.jsonl ... --out models/entities/scores.json`.

A line of gold is `{"doc", "text", "published", "entities": [{"start", "end", "label"}]}`; without a `text` it is read from `text/<doc>.txt` beside
the file. Labels may be the eight of the guide, or PER, ORG, LOC and MISC: then only the group has to be right. Every second document is read
again with half of the words outside its names masked. The passages of `models/entities/passages.txt` are gold too.
Prints the calibration error by cross-validation over documents: of each fold with weights that have not seen it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.core.settings import Settings
from pipeline.nlp.annotator import Annotator, load_pipeline
from pipeline.nlp.doc_rows import Locator
from pipeline.nlp.entities.document_pass import DocumentPass
from pipeline.nlp.entities.scores import GROUPS, ScoreModel, write_scores
from pipeline.nlp.training.passages import read_passages
from pipeline.rules.reading import RULES_DIR
from pipeline.tables.labels import PLACES, POLICY
from pipeline.text.document import Document, Section
from pipeline.text.masking import compile_patterns, unmask

DATA = RULES_DIR.parent / "entities"
COARSE = {"PER": "person", "LOC": "place", "ORG": "organised", "MISC": "misc"}
MASKED_SHARE = 0.5
FOLDS = 5
BINS = 10
DECAY = 2e-3
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
    """The documents of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row["doc"] if row["doc"].endswith(".txt") else f"{row['doc']}.txt"
        text = row.get("text") or (path.parent / "text" / name).read_bytes().decode("utf-8")
        yield Gold(
            text,
            row.get("published"),
            {(entity["start"], entity["end"]): entity["label"] for entity in row["entities"]},
        )


def mask_words(gold: Gold, chooser: random.Random) -> Gold:
    """The document with a share of the words outside its names masked."""
    kept = {i for start, end in gold.names for i in range(start, end)}
    characters = list(gold.text)
    for match in _WORD.finditer(gold.text):
        if kept.isdisjoint(range(*match.span())) and chooser.random() < MASKED_SHARE:
            characters[match.start() : match.end()] = "*" * len(match[0])
    return Gold("".join(characters), gold.published, gold.names)


def read_rows(golds: Sequence[Gold], annotator: Annotator) -> Iterator[list[Row]]:
    """Features and outcome of the mentions of each document."""
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
        rows = []
        for ent, features in zip(doc.ents, decider.described, strict=True):
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
    """Whether a mention is in the gold; None where that does not say."""
    found = gold.names.get(place)
    if found is None:
        overlapping = [own for span, own in gold.names.items() if span[0] < place[1] and place[0] < span[1]]
        return None if "MISC" in overlapping else False
    if found in COARSE and found != "ORG":
        return None if found == "MISC" else COARSE[found] == GROUPS.get(label)
    if found == "ORG" and set(gold.names.values()) <= set(COARSE):
        return GROUPS.get(label) == "organised"
    return found == ("GPE" if label in PLACES else label)


def fit(rows: Sequence[Row]) -> ScoreModel:
    """Logistic regression with a penalty, by gradient descent over all rows."""
    names = ["bias", *sorted({feature for features, _ in rows for feature in features})]
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
    return ScoreModel({name: float(weights[i]) for name, i in index.items()})


def calibration_error(pairs: Iterable[tuple[float, bool]]) -> float:
    """The mean distance between score and share of right ones, over bins of the score."""
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
    golds = [gold for path in arguments.gold for gold in read_gold(path)]
    golds += [
        Gold(p.text, None, {(start, end): label for start, end, label in p.names})
        for p in read_passages(DATA / "passages.txt")
    ]
    chooser = random.Random(arguments.seed)  # noqa: S311 - not for secrets
    masked = [mask_words(gold, chooser) for gold in golds[::2]]
    annotator = Annotator(load_pipeline(arguments.model), Settings())
    plain, hidden = (list(read_rows(own, annotator)) for own in (golds, masked))
    pairs = []
    for fold in range(FOLDS):
        train = [i for i in range(len(golds)) if i % FOLDS != fold]
        model = fit([row for i in train for row in [*plain[i], *_of(hidden, i)]])
        tested = [row for i in range(fold, len(golds), FOLDS) for row in plain[i]]
        pairs += [(model.score(features), right) for features, right in tested]
    print(f"{len(pairs)} mentions, calibration error {calibration_error(pairs):.3f}")
    write_scores(fit([row for own in (*plain, *hidden) for row in own]), arguments.out)


def _of(hidden: Sequence[list[Row]], i: int) -> list[Row]:
    """The rows of the masked copy of a document, if it has one."""
    return hidden[i // 2] if i % 2 == 0 else []


if __name__ == "__main__":
    main()
