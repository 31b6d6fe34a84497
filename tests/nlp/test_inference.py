"""The statistical model finds what spaCy finds, whatever else is read with a text."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from policy_news.core.threads import choose_kernel
from policy_news.nlp.annotator import load_pipeline
from policy_news.nlp.inference.batching import TOKENS, batches
from policy_news.nlp.inference.joining import LENGTHS, PARSE, join_docs
from policy_news.nlp.inference.matmul import SteadyOps, rows_are_steady, use_steady_products
from policy_news.nlp.inference.model import MAX_PIECE, StatisticalModel, cut_long
from policy_news.nlp.inference.vectors import SortedVectors

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "raw").rglob("*.txt"))
ODD = [
    *("", " ", "\n\n", "...", '"', "(" * 40, "a " * 300, "\u00a0x\u200b", "Dr. No 10\n said."),
    *("I ain't gonna let's go.", "Got ta go, gotta. Wanna?"),
    *(
        "said Mrs May, " * 200,
        "Ministry of Trade and " * 100,
        "MINISTER OF STATE FOR TRADE " * 50,
        "Ann Bolton " * 60,
    ),
    "From 5 May 1990 to the first three weeks of June 1995 and " * 40,
]
WITHOUT = ["policy_gazetteer", "policy_grammar", "policy_document_pass", "policy_dates", "policy_claims"]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Paragraphs of the samples, and odd ones."""
    paragraphs = [
        paragraph
        for path in SAMPLES
        for paragraph in path.read_text(encoding="utf-8", errors="ignore").split("\n\n")
    ]
    return [*paragraphs, *ODD]


@pytest.fixture(scope="module")
def model(nlp: Language) -> StatisticalModel:
    return StatisticalModel(load_pipeline(str(nlp.path)), WITHOUT, 256)


def rows(doc: Doc) -> list[tuple[str, ...]]:
    return [
        (
            t.text,
            t.tag_,
            t.pos_,
            t.lemma_,
            t.dep_,
            str(t.head.i),
            t.ent_iob_,
            t.ent_type_,
            str(t.is_sent_start),
        )
        for t in doc
    ]


@pytest.mark.slow
def test_it_finds_what_spacy_finds(base_nlp: Language, model: StatisticalModel, texts: list[str]) -> None:
    for text, doc in zip(texts, model.read([[text] for text in texts]), strict=True):
        assert rows(doc) == rows(base_nlp(text))


@pytest.mark.slow
def test_a_document_does_not_depend_on_what_is_read_with_it(
    model: StatisticalModel, texts: list[str]
) -> None:
    together = [rows(doc) for doc in model.read([[text] for text in texts])]
    shuffled = random.Random(1).sample(range(len(texts)), len(texts))
    for i, doc in zip(shuffled, model.read([[texts[i]] for i in shuffled]), strict=True):
        assert rows(doc) == together[i]
    for i in shuffled[:20]:
        assert rows(next(model.read([[texts[i]]]))) == together[i]


@pytest.mark.slow
def test_sections_are_joined_as_spacy_joins(base_nlp: Language, texts: list[str]) -> None:
    docs = list(base_nlp.pipe(texts))
    expected, joined = Doc.from_docs(docs), join_docs(base_nlp.vocab, docs)
    assert expected is not None
    assert joined.text == expected.text
    assert (joined.to_array(PARSE) == expected.to_array(PARSE)).all()
    assert [token.is_sent_start for token in joined] == [token.is_sent_start for token in expected]


def test_the_lengths_of_sections_are_told(model: StatisticalModel) -> None:
    doc = next(model.read([["He left.", "", "So did she, on Monday."]]))
    assert doc.user_data[LENGTHS] == [3, 0, 7]
    assert [len(doc) for doc in model.read([[], [""]])] == [0, 0]


@pytest.mark.parametrize("width", [64, 96, 288, 672])
@pytest.mark.parametrize("outputs", [50, 64, 74, 106, 288, 1024])
def test_a_row_of_a_product_does_not_depend_on_the_others(width: int, outputs: int) -> None:
    rng, ops = np.random.default_rng(1), SteadyOps()
    x, y = rng.normal(size=(700, width)).astype("f"), rng.normal(size=(outputs, width)).astype("f")
    whole = ops.gemm(x, y, trans2=True)
    for size in (1, 2, 3, 5, 8, 13, 31, 32, 33, 64, 200, 699):
        start = int(rng.integers(0, 700 - size))
        assert (ops.gemm(x[start : start + size], y, trans2=True) == whole[start : start + size]).all()
    assert np.allclose(whole, x @ y.T, rtol=1e-4, atol=1e-4)
    assert (ops.gemm(x[:3], y, out=np.empty((3, outputs), dtype="f"), trans2=True) == whole[:3]).all()


KERNELS = [(set(), None), ({"fpu", "avx", "avx2"}, "Sandybridge")]


@pytest.mark.parametrize(("flags", "kernel"), KERNELS)
def test_the_kernel_fits_the_processor(flags: set[str], kernel: str | None) -> None:
    assert choose_kernel(flags) == kernel
    assert choose_kernel(flags | {f"avx512{part}" for part in ("f", "cd", "bw", "dq", "vl")}) == "SkylakeX"


def test_products_of_an_unsteady_blas_are_not_used(
    monkeypatch: pytest.MonkeyPatch, base_nlp: Language
) -> None:
    assert rows_are_steady()
    position = np.arange(1000, dtype="f")[:, None]
    monkeypatch.setattr(
        SteadyOps, "gemm", lambda self, x, y, **_: np.matmul(x, y.T) + position[: len(x)] * 1e-5
    )
    assert not rows_are_steady()
    network = cast(Any, base_nlp.get_pipe("tagger")).model
    before = [node.ops for node in network.walk()]
    use_steady_products(base_nlp)
    assert [node.ops for node in network.walk()] == before


def test_batches_hold_all_docs_in_order(base_nlp: Language) -> None:
    docs = [base_nlp.make_doc("word " * n) for n in (5, TOKENS + 7, 3, 0, TOKENS - 2, 2, 1)]
    found = list(batches(docs, most=3))
    assert [doc for batch in found for doc in batch] == docs
    assert [len(batch) for batch in found] == [1, 1, 2, 2, 1]
    assert list(batches([])) == []


@pytest.mark.parametrize("text", ["a" * (3 * MAX_PIECE), "word. " * MAX_PIECE, "word\n" * MAX_PIECE, ""])
def test_long_texts_are_cut_without_loss(text: str) -> None:
    pieces = cut_long(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= MAX_PIECE


WORDS = ["Dahua", "minister", "the", "xqzzqx", "", " ", "Zürich"]


@pytest.fixture(scope="module", params=["made", "read", "written over", "bytes"])
def vectors(
    request: pytest.FixtureRequest, base_nlp: Language, tmp_path_factory: pytest.TempPathFactory
) -> SortedVectors:
    """The word vectors of the base model."""
    made = SortedVectors.of(base_nlp.vocab.vectors)
    if request.param == "made":
        return made
    if request.param == "bytes":
        return SortedVectors().from_bytes(made.to_bytes())
    folder = tmp_path_factory.mktemp("vectors")
    made.to_disk(folder)
    read = SortedVectors().from_disk(folder)
    if request.param == "written over":
        read.to_disk(folder)
    return read


def test_sorted_vectors_are_those_of_spacy(base_nlp: Language, vectors: SortedVectors) -> None:
    known = base_nlp.vocab.vectors
    keys = [
        *random.Random(2).sample(sorted(known.key2row), 500),
        1,
        2**64 - 1,
        *(base_nlp.vocab.strings[word] for word in WORDS),
    ]
    assert vectors.find(keys).tolist() == known.find(keys=keys).tolist()
    for key, vector in zip(keys, vectors.get_batch(np.array(keys, dtype=np.uint64)), strict=True):
        assert np.array_equal(vector, known[key] if key in known else np.zeros(known.shape[1]))
    assert [key in vectors for key in keys] == [key in known for key in keys]
    assert (vectors.shape, len(vectors), vectors.n_keys) == (known.shape, len(known), known.n_keys)


def test_a_word_without_a_vector_is_told(vectors: SortedVectors) -> None:
    with pytest.raises(KeyError):
        vectors["xqzzqx"]
    assert not SortedVectors().get_batch(["word"]).any()


def test_tokens_have_their_vectors(base_nlp: Language, nlp: Language) -> None:
    text = "The minister of Zürich xqzzqx."
    ours, theirs = ([np.asarray(token.vector) for token in model.make_doc(text)] for model in (nlp, base_nlp))
    assert np.array_equal(ours, theirs)
    assert [t.has_vector for t in nlp.make_doc(text)] == [t.has_vector for t in base_nlp.make_doc(text)]


SENTENCES = [
    (1, "They met at 6 p.m. Tuesday in the town hall."),
    (1, "The game starts at 8 p.m. Eastern time."),
    (1, "They paid £5m for it at 4 p.m. and left."),
    (2, "The meeting began at 6 p.m. The mayor spoke first."),
    (2, "He arrived at 9 p.m. In Ohio, polls had closed."),
    (2, "He left at 5 a.m. She said that he was tired."),
    (2, "Tarn said that weak demand had cost it £12m. Chief executive Olive Hale blamed the weather."),
    (2, "The tower is 40m. It will be built soon."),
    (2, "The ring weighs 30g. Nobody knows its owner."),
    (3, "Profit was £1.2m. Dividends rose 4p. Shares fell 3%."),
]


@pytest.mark.parametrize(("number", "text"), SENTENCES)
def test_sentences_end_behind_units_and_times_of_day(model: StatisticalModel, number: int, text: str) -> None:
    assert len(list(next(iter(model.read([[text]]))).sents)) == number
