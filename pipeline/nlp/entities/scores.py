"""How sure a mention is: a logistic regression over where it comes from, calibrated on texts with gold."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import ModelError
from pipeline.nlp.entities.mentions import Mention
from pipeline.nlp.tokens import Tokens
from pipeline.rules.reading import RULES_DIR
from pipeline.rules.word_lists import is_name_of_person, is_ordinary
from pipeline.tables.labels import ORGANISED, PEOPLE, PLACES, POLICY

WEIGHTS = RULES_DIR.parent / "entities" / "scores.json"
OFTEN = 3
Described = Sequence[Sequence[str]]
"""The features of each mention."""
GROUPS: Mapping[str, str] = (
    dict.fromkeys(PEOPLE, "person") | dict.fromkeys(ORGANISED, "organised") | dict.fromkeys(PLACES, "place")
)


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """The weights by feature."""

    weights: Mapping[str, float]

    def score(self, features: Sequence[str]) -> float:
        """The probability that a mention is right, span and label."""
        total = sum(self.weights.get(feature, 0.0) for feature in ("bias", *features))
        return 1 / (1 + math.exp(-total))


def read_scores(path: Path = WEIGHTS) -> ScoreModel:
    """Read the weights.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return ScoreModel({name: float(weight) for name, weight in data["weights"].items()})
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelError(
            f"{path}: not weights of the score model: {error}",
            "Train them again: see models/entities/README.md.",
        ) from error


def write_scores(scores: ScoreModel, path: Path) -> None:
    """Write the weights, rounded."""
    weights = {name: round(weight, 3) for name, weight in scores.weights.items()}
    path.write_text(json.dumps({"weights": weights}, sort_keys=True) + "\n", encoding="utf-8")


def score_mentions(mentions: Sequence[Mention], described: Described, scores: ScoreModel) -> dict[str, float]:
    """The score of each mention by its first token (as text).

    Args:
        mentions: The mentions.
        described: Their features, in the same order.
        scores: The model of scores.

    Returns:
        Probabilities, rounded to four places.
    """
    return {
        str(mention.start): round(scores.score(features), 4)
        for mention, features in zip(mentions, described, strict=True)
    }


def describe_mentions(
    tokens: Tokens, mentions: Sequence[Mention], model: Sequence[Mention]
) -> Iterator[list[str]]:
    """The features of each mention.

    Args:
        tokens: The document's words, tags and labels.
        mentions: The mentions to describe.
        model: What the statistical model found.

    Yields:
        Names of the features of one mention, in the order of the mentions.
    """
    seen = {(m.start, m.end): m.label for m in model}
    covered = {i for m in model for i in range(m.start, m.end)}
    counts = Counter(tokens.text(m.start, m.end) for m in mentions)
    for mention in mentions:
        times = counts[tokens.text(mention.start, mention.end)]
        yield list(_features(tokens, mention, _agreement(mention, seen, covered), times))


def _agreement(mention: Mention, seen: Mapping[tuple[int, int], str], covered: set[int]) -> str:
    """What the statistical model says of the place of a mention."""
    label = seen.get((mention.start, mention.end))
    if label is None:
        inside = any(i in covered for i in range(mention.start, mention.end))
        return "other-span" if inside else "nothing"
    return "same" if GROUPS.get(label) == GROUPS.get(mention.label) else "other-label"


def _features(tokens: Tokens, mention: Mention, agreement: str, times: int) -> Iterator[str]:
    label = mention.label if mention.label in POLICY | PLACES else "OTHER"
    source = mention.method if mention.method in ("gazetteer", "rule") else mention.rule
    word = tokens.texts[mention.start]
    single = mention.end - mention.start == 1
    yield f"label={label}"
    yield f"source={source}"
    yield f"method={mention.method}"
    yield f"method={mention.method}:{label}"
    yield f"model={agreement}"
    yield f"model={agreement}:{mention.method}"
    yield f"single={single}:{GROUPS.get(mention.label, 'other')}"
    yield f"times={min(times, OFTEN)}:{mention.method}"
    if mention.start in tokens.headlines:
        yield "headline"
    if mention.start - 1 in tokens.gaps or mention.end in tokens.gaps:
        yield f"gap:{mention.method}"
    if single and word.isupper():
        yield f"acronym:{label}"
    if single and is_ordinary(word):
        yield f"ordinary:{mention.method}"
    if single and mention.label in ORGANISED and is_name_of_person(word):
        yield f"surname:{mention.method}"
    if mention.entry:
        yield f"known:{label}"
