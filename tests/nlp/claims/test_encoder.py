"""The accurate mode: pieces of words, windows, readings, what it needs."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from policy_news.core.data_files import ENCODER_DIR
from policy_news.core.errors import ModelError
from policy_news.core.settings import AnnotateSettings, ClaimSettings, Settings
from policy_news.nlp import fingerprints
from policy_news.nlp.claims.component import PolicyClaims
from policy_news.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from policy_news.nlp.claims.readings import ClaimReading, accept, read_claims
from policy_news.nlp.claims.tree import Tree
from policy_news.nlp.encoder import encoder_files, transformer
from policy_news.nlp.encoder.roles import NAME_CLASSES, Floats, Ints, decode, spans_of
from policy_news.nlp.encoder.transformer import Encoder, Sight
from policy_news.nlp.encoder.windows import LIMIT, NEAR, cut_windows, mark, shape_of, spread
from policy_news.nlp.encoder.word_pieces import MOST_PIECES, WordPieces, plain_parts, read_vocabulary
from policy_news.nlp.entities.second_names import read_spans
from policy_news.nlp.extensions import gap_tokens, register
from policy_news.run.engines.local import LocalEngine
from policy_news.run.runner import run_all
from tests.conftest import MODEL, ROOT
from tests.support.steps import grows_at_most_linearly
from tools.training.claims import OPTIONAL, make_example
from tools.training.encoder_data import IGNORED, Lesson, cut_batches, gather, lessons_of

register()
WORDS = ("the", "minister", "said", "tax", "##es", "would", "fall", ".", "cafe", ",")
NUMBERS = {piece: n for n, piece in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
PIECES = WordPieces(NUMBERS)
UNKNOWN = (NUMBERS["[UNK]"],)


def numbers(*pieces: str) -> tuple[int, ...]:
    return tuple(NUMBERS[piece] for piece in pieces)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("The", numbers("the")),
        ("taxes", numbers("tax", "##es")),
        ("Café", numbers("cafe")),
        ("said.", numbers("said", ".")),
        ("taxing", UNKNOWN),
        ("€", UNKNOWN),
        ("\n\n", ()),
        ("\u200b", ()),
        ("x" * 101, UNKNOWN),
        ("." * 40, numbers(".") * MOST_PIECES),
    ],
)
def test_a_word_is_split_into_the_longest_pieces(word: str, pieces: tuple[int, ...]) -> None:
    assert PIECES.of(word) == pieces


def test_each_sign_is_a_part() -> None:
    assert list(plain_parts("U.S.-led")) == ["u", ".", "s", ".", "-", "led"]
    assert list(plain_parts("税率")) == ["税", "率"]


def test_a_vocabulary_without_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.txt").write_text("the\nminister\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lacks \[UNK\]"):
        read_vocabulary(tmp_path / "vocabulary.txt")


@pytest.mark.parametrize(
    ("word", "shape"),
    [("tax", 0), ("Tax", 1), ("I", 1), ("TAX", 2), ("eBay", 3), ("10", 4), ("b2b", 0), ("--", 5), ("税", 3)],
)
def test_shapes(word: str, shape: int) -> None:
    assert shape_of(word) == shape


Example = tuple[Tree, QuoteIndex, frozenset[int]]


def example_of(nlp: Language, text: str, gaps: Sequence[tuple[int, int]] = ()) -> Example:
    doc = nlp(text)
    doc.spans["gaps"] = [Span(doc, start, end) for start, end in gaps]
    tree = Tree(doc)
    return tree, QuoteIndex(find_quotations(tree)), gap_tokens(doc)


def test_a_window_ends_with_its_section_and_with_a_sentence(base_nlp: Language) -> None:
    sentence = "The minister said taxes would fall. "
    example = example_of(base_nlp, sentence * 40 + "\n\nThe minister said taxes would fall.\n")
    found = list(cut_windows(*example, PIECES))
    tree = example[0]
    texts = [[tree.lower[token] for token in window.tokens.tolist()] for window in found]
    assert len(found) > 2
    assert all(sum(map(len, window.pieces)) <= LIMIT for window in found)
    assert {text[0] for text in texts} == {"the"}
    assert {text[-1] for text in texts} == {"."}
    assert sum(map(len, texts)) == sum(not space for space in tree.spaces)


def test_a_sentence_longer_than_a_window_is_cut(base_nlp: Language) -> None:
    example = example_of(base_nlp, "taxes " * 300)
    assert [len(window.tokens) for window in cut_windows(*example, PIECES)] == [95, 95, 95, 15]


def test_windows_of_a_paragraph_without_end_take_linear_time(base_nlp: Language) -> None:
    sentence = "The minister said taxes would fall. "
    docs = {times: example_of(base_nlp, sentence * 200 * times) for times in (1, 2)}
    assert grows_at_most_linearly(lambda times: lambda: list(cut_windows(*docs[times], PIECES)))


def test_of_a_masked_word_nothing_is_seen(base_nlp: Language) -> None:
    one = example_of(base_nlp, "The minister said taxes would fall.", [(1, 2)])
    other = example_of(base_nlp, "The TAXES said taxes would fall.", [(1, 2)])
    inputs = []
    for example in (one, other):
        (window,) = cut_windows(*example, PIECES)
        inputs.append(spread(window, window.hidden, PIECES))
    assert inputs[0].ids.tolist() == inputs[1].ids.tolist()
    assert inputs[0].shapes.tolist() == inputs[1].shapes.tolist()
    assert inputs[0].ids[2] == PIECES.hidden


def test_pieces_know_how_far_the_cue_is(base_nlp: Language) -> None:
    example = example_of(base_nlp, "The minister said taxes would fall.")
    (window,) = cut_windows(*example, PIECES)
    marks, near = mark(spread(window, window.hidden, PIECES), 3)
    assert marks.tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert (near - NEAR).tolist() == [-4, -3, -2, -1, 0, 0, 1, 2, 3, 4]


def sight_of(chance: Floats, roles: Callable[[int], tuple[Ints, Floats]]) -> Sight:
    return Sight(
        chance, np.zeros_like(chance), roles, np.zeros((len(chance), NAME_CLASSES), dtype=np.float32)
    )


def told(words: Sequence[str], heads: Mapping[str, Mapping[str, int]]) -> Sight:
    """What an encoder sees that is told the words that are heads of cues, and for each the role labels of words."""
    chance = np.array([0.9 if word in heads else 0.01 for word in words], dtype=np.float32)

    def roles(head: int) -> tuple[Ints, Floats]:
        labels = [heads[words[head]].get(word, 0) for word in words]
        return np.arange(len(labels)), np.eye(5, dtype=np.float32)[labels] * 0.96 + np.float32(0.01)

    return sight_of(chance, roles)


WORDS_OF_A_LINE = ["the", "union", "grumbles", "that", "the", "plan", "failed"]


@pytest.mark.parametrize(
    ("labels", "source", "content"),
    [
        ({"union": 1, "plan": 3, "failed": 4}, (1, 2), ((5, 7),)),
        ({"plan": 3, "failed": 3}, None, ((5, 6), (6, 7))),
        ({"plan": 4, "failed": 4}, None, ((5, 7),)),
    ],
)
def test_labels_become_readings(
    labels: dict[str, int], source: tuple[int, int] | None, content: tuple[tuple[int, int], ...]
) -> None:
    (reading,) = read_claims(told(WORDS_OF_A_LINE, {"grumbles": labels}), set())
    assert (reading.head, reading.source, reading.content) == (2, source, content)
    assert reading.score == pytest.approx(0.9)


def test_a_cue_without_content_is_no_reading() -> None:
    assert not list(read_claims(told(WORDS_OF_A_LINE, {"grumbles": {"union": 1}}), set()))
    assert not list(read_claims(told(WORDS_OF_A_LINE, {}), set()))


def test_roles_are_read_only_of_likely_cues_that_no_rule_knows() -> None:
    asked = []

    def roles(head: int) -> tuple[Ints, Floats]:
        asked.append(head)
        return np.arange(5), np.eye(5, dtype=np.float32)

    chance = np.array([0.01, 0.9, 0.69, 0.7, 0.95], dtype=np.float32)
    list(read_claims(sight_of(chance, roles), {4}))
    assert asked == [1, 3]


def test_of_readings_with_one_content_the_better_one_is_accepted() -> None:
    readings = [
        ClaimReading(2, 0.6, None, ((3, 9),), 0.9),
        ClaimReading(5, 0.8, None, ((6, 9), (3, 5)), 0.9),
        ClaimReading(12, 0.7, None, ((13, 15),), 0.9),
    ]
    assert [reading.head for reading in accept(readings)] == [5, 12]


def test_no_inside_without_its_beginning() -> None:
    scores = np.log(np.array([[0.05, 0.2, 0.65, 0.05, 0.05], [0.05, 0.05, 0.1, 0.2, 0.6]], dtype=np.float32))
    labels = decode(scores, np.array([True, False]))
    assert labels.tolist() == [1, 3]
    assert spans_of(labels, 0) == ([(0, 1)], [(1, 2)])


def test_what_is_missing_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_files, "find_spec", lambda name: object())
    with pytest.raises(ModelError, match=r"cues.onnx is missing"):
        encoder_files.check_encoder(tmp_path)
    monkeypatch.setattr(encoder_files, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="onnxruntime is not installed"):
        PolicyClaims().use_mode("accurate")
    with pytest.raises(ModelError, match="onnxruntime is not installed"):
        fingerprints.check_mode(Settings(claims=ClaimSettings(mode="accurate")))
    fingerprints.check_mode(Settings())


def test_the_mode_is_part_of_what_claims_depend_on() -> None:
    fast, accurate = (
        fingerprints.part_fingerprints(Settings(claims=ClaimSettings(mode=mode)))
        for mode in ("fast", "accurate")
    )
    assert {part for part in fast if fast[part] != accurate[part]} == {"mentions", "claims"}
    assert fast["claims"].endswith(" fast day-first")


def lesson_of(nlp: Language, text: str, *claims: Mapping[str, str]) -> Lesson:
    doc = nlp(text)
    spans = [
        {role: [[text.index(part), text.index(part) + len(part)]] for role, part in claim.items()}
        for claim in claims
    ]
    example = make_example(doc, spans)
    (lesson,) = lessons_of(example, PIECES)
    return lesson


CLAIM = {"source": "The minister", "cue": "said", "content": "taxes would fall"}


def test_lessons_tell_names(base_nlp: Language) -> None:
    doc = base_nlp("Marlow Water of Leeds sued a Briton.")
    names = [(0, 12, "COMPANY"), (16, 21, OPTIONAL), (29, 35, "PEOPLE")]
    (lesson,) = lessons_of(make_example(doc, None, names), PIECES)
    assert lesson.names.tolist() == [1, 2, 0, IGNORED, 0, 0, 0, 0]
    assert not lesson.claims
    batch = gather([lesson], PIECES, random.Random(0))
    assert not batch.claims.any()


def test_lessons_tell_cue_source_and_content(base_nlp: Language) -> None:
    lesson = lesson_of(base_nlp, "The minister said taxes would fall.", CLAIM)
    ((place, labels),) = lesson.roles
    assert place == 2
    assert labels.tolist() == [1, 2, 0, 3, 4, 4, 0]
    assert lesson.sights.T.tolist() == [[0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0], [1, 1, 0, 0, 0, 0, 0]]


def test_a_batch_pads_and_a_hidden_cue_is_none(base_nlp: Language) -> None:
    lessons = [
        lesson_of(base_nlp, "The minister said taxes would fall.", CLAIM),
        lesson_of(base_nlp, "Rain fell."),
    ]
    seen: set[int] = set()
    for seed in range(60):
        batch = gather(lessons, PIECES, random.Random(seed))
        hidden = bool(batch.numbers["ids"][0, batch.numbers["firsts"][0, 2]] == PIECES.hidden)
        assert batch.sights[0, 2, 0] == (not hidden)
        assert len(batch.owners) == (not hidden)
        assert (batch.roles >= 0).sum() == (0 if hidden else 7)
        assert set(batch.roles[batch.roles < 0].tolist()) <= {IGNORED}
        assert batch.claims.sum(axis=1).tolist() == [7, 3]
        assert (batch.names >= 0).sum(axis=1).tolist() == [7, 3]
        seen.add(hidden)
    assert seen == {False, True}


def test_batches_hold_each_window_once(base_nlp: Language) -> None:
    lessons = [lesson_of(base_nlp, "Rain fell. " * (1 + number % 4)) for number in range(30)]
    batches = cut_batches(lessons, 40, random.Random(0))
    assert sorted(number for batch in batches for number in batch) == list(range(30))
    for batch in batches:
        longest = max(2 + 3 * (1 + number % 4) for number in batch)
        assert len(batch) * longest <= 40


@pytest.fixture(scope="module")
def component() -> PolicyClaims:
    """The claims in the accurate mode."""
    pytest.importorskip(encoder_files.RUNTIME)
    component = PolicyClaims()
    component.use_mode("accurate")
    return component


def claims_of(component: PolicyClaims, doc: Doc) -> list[tuple[str, str, str]]:
    text = doc.text
    return [
        (
            text[slice(*claim["source"])] if claim["source"] else "-",
            text[slice(*claim["cue"])] if claim["cue"] else "-",
            " ... ".join(text[start:end] for start, end in claim["content"]),
        )
        for claim in component(doc)._.claims
    ]


GOLD = (
    ('"No," said Ms Ibarra.', ("Ms Ibarra", '"No,"')),
    (
        "There is a growing belief among party officers that the vote will be put off until spring.",
        ("party officers", "the vote will be put off until spring"),
    ),
    (
        "Tenants grumble that the lifts have been broken since August.",
        ("Tenants", "the lifts have been broken since August"),
    ),
    (
        "Aides to the chairman were adamant that no deal had been struck.",
        ("Aides to the chairman", "no deal had been struck"),
    ),
    ("The judge denied that the file was lost.", ("The judge", "the file was lost")),
    ("The plant will open on Monday, and its first lorries start on Tuesday.", None),
    ("The ministry filed a letter with the court on Friday.", None),
)


@pytest.mark.parametrize(("text", "claim"), GOLD)
def test_claims_of_the_accurate_mode(
    text: str, claim: tuple[str, str] | None, nlp: Language, component: PolicyClaims
) -> None:
    found = [(source, content) for source, _, content in claims_of(component, nlp(text))]
    assert found == ([claim] if claim else [])


TEXT = """The minister denied that the levy would rise, and the union called for an inquiry into the sale of the port.

"We were never asked," Ms Ibarra told reporters in Dover, adding that growers feared for their crops.
"""


def test_a_window_is_read_by_itself(base_nlp: Language) -> None:
    """To the last bit: what else is in the doc, or was read before, changes nothing."""
    pytest.importorskip(encoder_files.RUNTIME)
    network = Encoder(ENCODER_DIR)
    first = TEXT.split("\n", maxsplit=1)[0]
    alone, together = (network.read(base_nlp(text)) for text in (first, TEXT))
    size = len(alone.chance)
    assert np.array_equal(alone.chance[:size], together.chance[:size])
    for head in np.flatnonzero(alone.chance >= 0.15).tolist():
        (tokens, labels), (same_tokens, same_labels) = alone.roles(head), together.roles(head)
        assert np.array_equal(tokens, same_tokens)
        assert np.array_equal(labels, same_labels)


def test_names_are_read_with_the_cues(base_nlp: Language) -> None:
    pytest.importorskip(encoder_files.RUNTIME)
    sight = Encoder(ENCODER_DIR).read(base_nlp("The regulator fined Marlow Water, said Ana Moll of Leeds."))
    assert [(name.start, name.end, name.label) for name in read_spans(sight.names)] == [
        (3, 5, "COMPANY"),
        (7, 9, "PERSON"),
        (10, 11, "GPE"),
    ]
    assert np.exp(sight.names).sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_a_doc_is_read_once_until_its_gaps_change(base_nlp: Language) -> None:
    pytest.importorskip(encoder_files.RUNTIME)
    network, doc = Encoder(ENCODER_DIR), base_nlp(TEXT)
    first = network.read(doc)
    assert network.read(doc) is first
    doc.spans["gaps"] = [Span(doc, 1, 2)]
    assert network.read(doc) is not first


def test_a_long_text_is_read_in_bounded_memory_with_the_same_result(
    base_nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(encoder_files.RUNTIME)
    network = Encoder(ENCODER_DIR)
    short = network.read(base_nlp(TEXT))
    monkeypatch.setattr(transformer, "KEPT_STATES", 1)
    long = network.read(base_nlp(TEXT))
    for head in np.flatnonzero(short.chance >= 0.15).tolist():
        assert np.array_equal(short.roles(head)[1], long.roles(head)[1])


def test_the_mode_can_be_switched_off_again(nlp: Language, component: PolicyClaims) -> None:
    fast, switched = PolicyClaims(), PolicyClaims()
    doc = nlp("Tenants grumble that the lifts have been broken since August.")
    switched.use_mode("accurate")
    assert [claim["score"] for claim in switched(doc.copy())._.claims] != [
        claim["score"] for claim in fast(doc.copy())._.claims
    ]
    switched.use_mode("fast")
    assert switched(doc.copy())._.claims == fast(doc.copy())._.claims


def test_no_claim_crosses_a_mask_in_the_accurate_mode(nlp: Language, component: PolicyClaims) -> None:
    rng = random.Random(3)
    cut = 0
    for _ in range(12):
        doc = nlp(TEXT * 2)
        gaps = sorted(rng.sample([token.i for token in doc if token.is_alpha], 12))
        doc.spans["gaps"] = [Span(doc, index, index + 1) for index in gaps]
        for claim in component(doc)._.claims:
            parts = [*claim["content"], *(part for part in (claim["source"], claim["cue"]) if part)]
            cut += claim["truncated"]
            for start, end in parts:
                span = doc.char_span(start, end)
                assert span is not None
                assert not any(index in gaps for index in range(span.start, span.end))
    assert cut


def test_damaged_weights_are_an_error(tmp_path: Path) -> None:
    pytest.importorskip(encoder_files.RUNTIME)
    for name in encoder_files.FILES:
        (tmp_path / name).write_bytes((ENCODER_DIR / name).read_bytes()[:2000])
    (tmp_path / encoder_files.VOCABULARY).write_bytes((ENCODER_DIR / encoder_files.VOCABULARY).read_bytes())
    with pytest.raises(ModelError, match=r"cues.onnx: cannot be read"):
        Encoder(tmp_path)


@pytest.mark.slow
def test_a_run_gives_the_same_bytes_in_all_ways(tmp_path: Path, sample_run: Path) -> None:
    """In one process and in two, anew and behind a run of the other mode; and back in the fast mode as if nothing had been."""
    pytest.importorskip(encoder_files.RUNTIME)
    raw, tables = ROOT / "data" / "raw", ("claims", "mentions", "claim_links")
    fast = Settings(annotate=AnnotateSettings(model=str(MODEL)))
    accurate = fast.model_copy(update={"claims": ClaimSettings(mode="accurate")})
    shutil.copytree(sample_run, tmp_path / "behind")
    run_all(raw, tmp_path / "behind", accurate)
    run_all(raw, tmp_path / "anew", accurate, engine=LocalEngine(2))
    read = {
        name: [
            (folder / f"{name}.parquet").read_bytes() for folder in (tmp_path / "behind", tmp_path / "anew")
        ]
        for name in tables
    }
    assert all(one == other for one, other in read.values())
    assert read["claims"][0] != (sample_run / "claims.parquet").read_bytes()
    run_all(raw, tmp_path / "behind", fast)
    for name in tables:
        assert (tmp_path / "behind" / f"{name}.parquet").read_bytes() == (
            sample_run / f"{name}.parquet"
        ).read_bytes()
