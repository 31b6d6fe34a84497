"""The training of the encoder, from random weights on invented lines. Needs the extra `train`."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from policy_news.nlp.encoder.encoder_files import VOCABULARY  # noqa: E402
from policy_news.nlp.encoder.transformer import Encoder  # noqa: E402
from policy_news.nlp.encoder.word_pieces import WordPieces, read_vocabulary  # noqa: E402
from policy_news.nlp.extensions import register  # noqa: E402
from tools.training import encoder  # noqa: E402
from tools.training.claims import make_example  # noqa: E402
from tools.training.encoder import Schedule, export, fit  # noqa: E402
from tools.training.encoder_data import Lesson, lessons_of  # noqa: E402
from tools.training.encoder_network import EncoderNetwork  # noqa: E402

register()
SOURCES = ("The union", "The bank", "A judge", "The mayor")
CONTENTS = ("taxes would fall", "trains ran late", "the plan failed", "the road was closed")
LINES = [
    (f"{source} said {content}. It rained all day.", source, content)
    for source in SOURCES
    for content in CONTENTS
]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> WordPieces:
    words = sorted({word for line, _, _ in LINES for word in line.lower().replace(".", "").split()})
    file = tmp_path_factory.mktemp("vocabulary") / VOCABULARY
    file.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *words]), encoding="utf-8")
    return WordPieces(read_vocabulary(file))


@pytest.fixture(scope="module")
def lessons(base_nlp: Language, pieces: WordPieces) -> list[Lesson]:
    found: list[Lesson] = []
    for line, source, content in LINES:
        claim = {
            role: [[line.index(part), line.index(part) + len(part)]]
            for role, part in (("source", source), ("cue", "said"), ("content", content))
        }
        found += lessons_of(make_example(base_nlp(line), [claim]), pieces)
    return found


@pytest.mark.slow
def test_what_is_trained_can_be_read(
    base_nlp: Language, pieces: WordPieces, lessons: list[Lesson], tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    written = []
    for name in ("one", "two"):
        torch.manual_seed(0)
        network = EncoderNetwork()
        folder = tmp_path / name
        folder.mkdir()
        schedule = Schedule(epochs=20, pieces=128, rate=3e-4, fall=1.0, warm=5)
        fit(network, lessons, pieces, random.Random(0), schedule)
        export(network, folder)
        (folder / VOCABULARY).write_text(
            "\n".join(sorted(pieces._numbers, key=pieces._numbers.__getitem__)), encoding="utf-8"
        )
        written.append([(folder / file).read_bytes() for file in ("cues.onnx", "roles.onnx")])
    assert written[0] == written[1]
    doc = base_nlp("The judge said trains ran late. It rained all day.")
    sight = Encoder(tmp_path / "one").read(doc)
    assert np.flatnonzero(sight.chance >= 0.5).tolist() == [2]
    tokens, labels = sight.roles(2)
    assert tokens.tolist() == list(range(len(doc)))
    assert labels.argmax(axis=1).tolist() == [1, 2, 0, 3, 4, 4, 0, 0, 0, 0, 0, 0]


def test_a_stopped_training_goes_on_with_the_same_texts_and_code_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "ROOT", tmp_path)
    code, texts = tmp_path / encoder.CODE[0] / "a.py", tmp_path / "lines.jsonl"
    code.parent.mkdir(parents=True)
    seen = set()
    for words, line in (("a = 1", "{}"), ("a = 2", "{}"), ("a = 2", "[]")):
        code.write_text(words)
        texts.write_text(line)
        seen.add(encoder._digest(texts, Schedule(), 0))
    assert len(seen) == 3
    assert encoder._digest(texts, Schedule(), 0) in seen
