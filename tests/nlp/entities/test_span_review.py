"""The review of spans: weights of the test say what it reads, so that the choice is tested and not the training."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.core.errors import ModelError
from policy_news.nlp.entities.linear_model import LinearModel, read_model, write_model
from policy_news.nlp.entities.mentions import Mention
from policy_news.nlp.entities.span_review import (
    LABELS,
    SpanFeatures,
    review_spans,
)
from policy_news.nlp.tokens import Tokens
from tools.training.softmax import Schedule, fit

WORDS = [
    "The",
    "Rivers",
    "and",
    "Canals",
    "Board",
    "met",
    "Ana",
    "Moll",
    "of",
    "Tarn",
    ".",
    "Pell",
    "left",
    ".",
]


def _model(**odds: tuple[str, float]) -> LinearModel:
    """Weights by the name of a feature, in which `__` stands for `=`."""
    rows = {name.replace("__", "="): i for i, name in enumerate(odds)}
    weights = np.zeros((len(odds) + 2, len(LABELS)), dtype=np.float32)
    weights[-2, 1:] = -5  # nothing is a name unless a feature says so
    for i, (label, value) in enumerate(odds.values()):
        weights[i, LABELS.index(label)] = value
    return LinearModel(rows, weights)


def _features(nlp: Language, mentions: list[Mention], gap: int | None = None) -> SpanFeatures:
    doc = Doc(
        nlp.vocab, WORDS, sent_starts=[i in (0, 11) for i in range(len(WORDS))], tags=["NN"] * len(WORDS)
    )
    doc.spans["sections"] = [Span(doc, 0, len(doc), "paragraph")]
    doc.spans["gaps"] = [] if gap is None else [Span(doc, gap, gap + 1, "gap")]
    return SpanFeatures(Tokens(doc), mentions, [], [])


def _read(found: list[Mention]) -> list[tuple[str, str]]:
    return [(" ".join(WORDS[m.start : m.end]), m.label) for m in found]


@pytest.mark.parametrize(
    ("decided", "model", "found"),
    [
        pytest.param([], _model(only__pell=("PERSON", 9)), [("Pell", "PERSON")], id="adds"),
        pytest.param([Mention(11, 12, "ORG", "model")], _model(), [], id="drops"),
        pytest.param(
            [Mention(11, 12, "ORG", "model")],
            _model(F__ORG=("ORG", 3.5)),
            [("Pell", "ORG")],
            id="what stands counts for more",
        ),
        pytest.param(
            [Mention(11, 12, "ORG", "model")],
            _model(F__ORG=("ORG", 6), only__pell=("PERSON", 20)),
            [("Pell", "ORG")],
            id="a span that stays keeps its label",
        ),
        pytest.param(
            [Mention(1, 2, "ORG", "model"), Mention(3, 5, "ORG", "model")],
            _model(w1__rivers=("ORG", 4), within__canals=("ORG", 12), F__ORG=("ORG", 5)),
            [("Rivers and Canals Board", "ORG")],
            id="cuts anew",
        ),
        pytest.param(
            [Mention(11, 12, "LAW", "model")],
            _model(),
            [("Pell", "LAW")],
            id="other labels are not its matter",
        ),
    ],
)
def test_choice(
    nlp: Language, decided: list[Mention], model: LinearModel, found: list[tuple[str, str]]
) -> None:
    assert _read(review_spans(_features(nlp, decided), model)) == found


def test_sentences_with_masked_words_keep_what_they_have(nlp: Language) -> None:
    decided = [Mention(1, 2, "ORG", "model"), Mention(11, 12, "ORG", "model")]
    assert _read(review_spans(_features(nlp, decided, gap=5), _model())) == [("Rivers", "ORG")]


def test_no_two_mentions_overlap(nlp: Language) -> None:
    chooser = np.random.default_rng(5)
    features = _features(nlp, [Mention(6, 8, "PERSON", "model"), Mention(3, 5, "ORG", "model")])
    names = sorted({name for place in features.find_spans() for name in features.describe(*place)})
    for _ in range(50):
        table = chooser.normal(size=(len(names) + 2, len(LABELS))).astype(np.float32)
        found = review_spans(features, LinearModel({name: i for i, name in enumerate(names)}, table))
        assert all(one.end <= other.start for one, other in pairwise(found))


def test_weights_are_the_same_when_read_again(tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    model = _model(F__ORG=("ORG", 1.25), only__pell=("PERSON", -2))
    write_model(model, path)
    again = read_model(path, len(LABELS))
    for features in ([], ["F=ORG"], ["only=pell", "F=ORG", "unheard of"]):
        assert again.score(features) == model.score(features)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"weights": {"bias": [1, 2]}}', '{"weights": {"bias": "x"}}']
)
def test_damaged_weights_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "review.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="Train them again"):
        read_model(path, len(LABELS))
    path.unlink()
    with pytest.raises(ModelError, match="Train them again"):
        read_model(path, len(LABELS))


def test_training_finds_what_tells_classes_and_is_repeatable() -> None:
    rows = [(["a", "x"], 0), (["b", "x"], 1), (["c", "x"], 2)] * 10 + [(["rare", "a"], 0)]
    schedule = Schedule(epochs=5, seed=7, dropout=0.1, balanced=False)
    weights = fit(rows, 3, schedule)
    assert "rare" not in weights
    assert [max(range(3), key=weights[name].__getitem__) for name in "abc"] == [0, 1, 2]
    assert fit(rows, 3, schedule) == weights
