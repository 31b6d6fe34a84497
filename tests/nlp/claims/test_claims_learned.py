"""The learned layer of the claims: networks, decoding, features, training on invented texts, styles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.core.errors import ModelError, RuleError
from pipeline.core.settings import MaskSettings
from pipeline.nlp.claims.component import PolicyClaims
from pipeline.nlp.claims.constructions.quotes import QuoteIndex, find_quotations
from pipeline.nlp.claims.draft import Draft
from pipeline.nlp.claims.finish.combine import snap, without_tails
from pipeline.nlp.claims.finish.conventions import GUIDE, POLNEAR, WHOLE, Style
from pipeline.nlp.claims.finish.edges import complete_phrases, without_adjuncts
from pipeline.nlp.claims.lexicon import read_lexicon
from pipeline.nlp.claims.model import learned
from pipeline.nlp.claims.model.cue_features import CueFeatures
from pipeline.nlp.claims.model.decision_features import FEATURES, decision_rows
from pipeline.nlp.claims.model.feature_digest import feature_digest, feature_example
from pipeline.nlp.claims.model.learned import FILE, load_learned
from pipeline.nlp.claims.model.network import Ensemble, read_network, softmax
from pipeline.nlp.claims.model.readings import Reading
from pipeline.nlp.claims.model.role_features import RoleFeatures, pair_up
from pipeline.nlp.claims.model.roles import LABELS, decode, spans_of, transitions
from pipeline.nlp.claims.model.table import Shared, Table, bucket, mix, mix_all
from pipeline.nlp.claims.overlap_index import Holders
from pipeline.nlp.claims.tree import Tree
from pipeline.nlp.extensions import register
from pipeline.nlp.training.claims import PLAN, Plan, fit, make_example
from pipeline.nlp.training.masked import mask_row
from pipeline.nlp.training.network import Data, Shape, train_network
from pipeline.rules.reading import RULES_DIR
from pipeline.text.masking import compile_patterns
from tests.conftest import ROOT
from tests.support.steps import grows_at_most_linearly

NAMES = (
    "The minister",
    "The union",
    "A spokesman",
    "The bank",
    "Ms Hill",
    "The council",
    "Mr Brown",
    "The firm",
)
FACTS = (
    "taxes would fall",
    "the road was closed",
    "trains ran late",
    "wages had risen",
    "the plan had failed",
)


def corpus() -> list[dict[str, Any]]:
    """Invented sentences with their claims, cue `said` or `denied`."""
    rows = []
    for number, name in enumerate(NAMES * 3):
        fact = FACTS[number % len(FACTS)]
        cue = ("said", "denied", "announced")[number % 3]
        text = f"The town has a bridge. {name} {cue} that {fact}. It rained in May."
        start = text.index(name)
        spans = {
            "source": [[start, start + len(name)]],
            "cue": [[text.index(cue), text.index(cue) + len(cue)]],
        }
        spans["content"] = [[text.index("that"), text.index(fact) + len(fact)]]
        rows.append({"doc": str(number), "text": text, "claims": [spans]})
    return rows


@pytest.fixture(scope="session")
def docs(base_nlp: Language) -> list[Doc]:
    register()
    return list(base_nlp.pipe(row["text"] for row in corpus()))


@pytest.fixture(scope="session")
def weights(docs: Sequence[Doc], tmp_path_factory: pytest.TempPathFactory) -> Path:
    lexicon = read_lexicon(RULES_DIR / "claims")
    examples = [make_example(doc, row["claims"], lexicon) for doc, row in zip(docs, corpus(), strict=True)]
    folder = tmp_path_factory.mktemp("weights")
    fit(examples, [number % 4 for number in range(len(examples))], 0, SMALL).save(folder)
    return folder


SMALL = Plan(
    glance=Shape(2, rows=1 << 10, width=4, layers=(), batch=16, epochs=30, rate=0.02),
    cue=Shape(2, rows=1 << 10, width=8, batch=16, epochs=30, rate=0.02),
    role=Shape(5, rows=1 << 10, width=8, layers=(True,), batch=64, epochs=30, rate=0.02),
    decision=Shape(2, rows=1 << 10, width=8, batch=16, epochs=20, rate=0.02),
    seeds=1,
    keep=0.3,
)


@pytest.mark.slow
def test_a_second_training_writes_the_same_bytes(docs: Sequence[Doc], tmp_path: Path) -> None:
    lexicon = read_lexicon(RULES_DIR / "claims")
    for name in ("one", "two"):
        examples = [
            make_example(doc.copy(), row["claims"], lexicon) for doc, row in zip(docs, corpus(), strict=True)
        ]
        fit(examples, [number % 4 for number in range(len(examples))], 0, SMALL).save(tmp_path / name)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


def test_training_finds_the_claims_it_saw(docs: Sequence[Doc], weights: Path) -> None:
    component = PolicyClaims(weights=weights)
    for doc, row in zip(docs, corpus(), strict=True):
        claims = component(doc.copy())._.claims
        want = row["claims"][0]
        assert [claim["cue"] for claim in claims] == [tuple(want["cue"][0])]
        assert claims[0]["source"] == tuple(want["source"][0])
        assert claims[0]["content"] == [(want["content"][0][0] + len("that "), want["content"][0][1])]


def test_weights_round_trip(docs: Sequence[Doc], weights: Path, tmp_path: Path) -> None:
    component = PolicyClaims(weights=weights)
    component.to_disk(tmp_path / "claims")
    again = PolicyClaims(learned=False).from_disk(tmp_path / "claims")
    assert again.learned is not None
    for doc in docs[:5]:
        assert again(doc.copy())._.claims == component(doc.copy())._.claims


def test_missing_weights_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        PolicyClaims(weights=tmp_path)
    assert load_learned(tmp_path) is None


def test_features_of_an_empty_table(base_nlp: Language, weights: Path) -> None:
    component = PolicyClaims(weights=weights)
    for text in ("", " ", "\n\n", "Rain."):
        assert component(base_nlp(text))._.claims == []


def test_network_learns_and_is_kept() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 1 << 31, (600, 3)).astype(np.uint32)
    labels = rng.integers(0, 2, 600)
    codes[:, 0] = labels
    data = Data(codes, labels, np.ones(600, dtype=bool))
    network = train_network(data, Shape(2, rows=256, width=8, batch=32, epochs=8, rate=0.01), 1)
    chances = Ensemble.of([network]).chances(codes)
    assert (chances.argmax(axis=1) == labels).mean() > 0.95
    assert np.array_equal(
        train_network(data, Shape(2, rows=256, width=8, batch=32, epochs=8, rate=0.01), 1).table,
        network.table,
    )
    kept = network.arrays("x")
    again = read_network(kept, "x")
    assert np.allclose(Ensemble.of([again]).chances(codes), chances, atol=0.05)
    assert all(np.array_equal(part, kept[key]) for key, part in again.arrays("x").items())


def test_embeddings_that_no_batch_has_stay_as_they_were() -> None:
    codes = np.array([[3], [5]] * 40, dtype=np.uint32)
    data = Data(codes, (codes[:, 0] == 3).astype(np.int64), np.ones(80, dtype=bool))
    short, long = (
        train_network(data, Shape(2, rows=8, width=4, batch=8, epochs=epochs, drop_feature=0.0), 0).table
        for epochs in (1, 6)
    )
    same = [row for row in range(8) if np.allclose(short[row], long[row], atol=1e-6)]
    assert same == [0, 1, 2, 4, 6, 7]


def test_features_mixed_together_are_those_mixed_alone() -> None:
    columns = [np.arange(-3, 9), np.arange(12) % 2 == 0, np.arange(12, dtype=np.uint32) * 77]
    features = [
        (3, (columns[0],)),
        (4, (columns[0], columns[1])),
        (5, (columns[2],)),
        (6, (columns[2], columns[1], columns[0])),
    ]
    together = mix_all(features)
    assert all(np.array_equal(together[:, n], mix(salt, *own)) for n, (salt, own) in enumerate(features))
    assert np.array_equal(mix_all(features, np.array([2, 7])), together[[2, 7]])


def test_shared_features_count_like_own_ones() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 1 << 31, (40, 5)).astype(np.uint32)
    row = np.sort(rng.integers(0, 7, 40))
    part = Shared(rng.integers(0, 1 << 31, (7, 4)).astype(np.uint32), row)
    data = Data(np.concatenate([codes, part.codes[row]], axis=1), row % 2, np.ones(40, dtype=bool))
    networks = Ensemble.of(
        [train_network(data, Shape(2, rows=64, width=8, epochs=2), seed) for seed in (0, 1)]
    )
    assert np.allclose(networks.chances(codes, part), networks.chances(data.codes), atol=1e-6)


def test_tree_has_the_subtrees_of_spacy(base_nlp: Language) -> None:
    doc = base_nlp(
        "The bridge, which nobody had wanted, will open in May, said  the mayor.\n\nWho asked him? Trains that were late ran."
    )
    tree = Tree(doc)
    assert tree.text == doc.text
    assert [(tree.left[t.i], tree.right[t.i]) for t in doc] == [(t.left_edge.i, t.right_edge.i) for t in doc]
    assert [tree.kids[t.i] for t in doc] == [[child.i for child in t.children] for t in doc]
    assert [(tree.sents[t.i], tree.ends[t.i], tree.lemmas[t.i]) for t in doc] == [
        (t.sent.start, t.idx + len(t), t.lemma_.lower()) for t in doc
    ]


def test_gradient_of_layers_with_neighbours() -> None:
    """A label that only the row before tells is learned by a layer that sees neighbours, and not across sequences."""
    codes = np.arange(400, dtype=np.uint32)[:, None] % 2 + np.array([[2]], dtype=np.uint32)
    labels = np.roll(codes[:, 0] == 2, 1).astype(np.int64)
    starts = np.zeros(400, dtype=bool)
    starts[::20] = True
    data = Data(codes, labels, starts)
    network = train_network(
        data, Shape(2, rows=64, width=8, layers=(True,), batch=40, epochs=10, rate=0.01, drop_feature=0.0), 0
    )
    right = Ensemble.of([network]).chances(codes, starts=starts).argmax(axis=1) == labels
    assert right[~starts].all()


def test_decode_needs_a_beginning() -> None:
    scores = np.log(
        np.array([[0.1, 0.1, 0.7, 0.05, 0.05], [0.1, 0.0, 0.9, 0.0, 0.0], [0.9, 0, 0, 0.05, 0.05]]) + 1e-9
    ).astype(np.float32)
    labels = decode(scores, np.array([True, False, True]))
    assert labels.tolist() in ([1, 2, 0], [0, 0, 0])
    twice = np.log(np.array([[0.1, 0.9, 0, 0, 0], [0.1, 0.6, 0.3, 0, 0]]) + 1e-9).astype(np.float32)
    assert decode(twice, np.array([True, False])).tolist() == [1, 2]
    assert spans_of(np.array([1, 2, 0, 3, 4, 4, 0, 3]), 10) == ([(10, 12)], [(13, 16), (17, 18)])


@pytest.mark.parametrize("sure", [0.3, 1.0, 4.0])
def test_decoded_labels_are_the_best_of_all_that_are_allowed(sure: float) -> None:
    """Three sequences of five rows, against all ways to label five rows."""
    rng = np.random.default_rng(7)
    bigrams = transitions()
    ways = np.array(list(product(range(len(LABELS)), repeat=5)))
    ways = ways[
        (bigrams[np.zeros(len(ways), dtype=int), ways[:, 0]] == 0)
        & (bigrams[ways[:, :-1], ways[:, 1:]] == 0).all(axis=1)
    ]
    starts = np.arange(15) % 5 == 0
    for _ in range(40):
        scores = np.log(softmax(rng.normal(0, sure, (15, len(LABELS))).astype(np.float32)))
        labels = decode(scores, starts)
        for first in range(0, 15, 5):
            totals = scores[first + np.arange(5), ways].sum(axis=1)
            assert labels[first : first + 5].tolist() == ways[totals.argmax()].tolist()


def test_codes_are_stable() -> None:
    assert mix(1, np.array([1, 2])).tolist() == mix(1, np.array([1, 2])).tolist()
    assert mix(1, np.array([1])) != mix(2, np.array([1]))
    assert bucket(np.array([0, 1, 5]), 1, 3).tolist() == [0, 1, 2]


def test_mask_row_moves_the_spans() -> None:
    text = "The minister said that taxes would fall before the vote in the spring of the year."
    row = {
        "doc": "x",
        "text": text,
        "claims": [{"source": [[0, 12]], "cue": [[13, 17]], "content": [[18, 39]]}],
    }
    moved = mask_row(row, 0.5, 3, compile_patterns(MaskSettings()))
    assert moved["gaps"]
    assert "*" not in moved["text"]
    visible = {text[slice(*span)] for span in ((0, 12), (13, 17))}
    for role in ("source", "cue"):
        start, end = moved["claims"][0][role][0]
        part = moved["text"][start:end]
        assert part in visible or ";" in part


@pytest.mark.parametrize(
    ("style", "expected"),
    [(WHOLE, [("Ms Hill", 2)]), (GUIDE, [("Ms Hill", 1), ("", 1)]), (POLNEAR, [("Ms Hill", 2)])],
)
def test_styles(base_nlp: Language, style: Style, expected: list[tuple[str, int]]) -> None:
    component = PolicyClaims(learned=False)
    component.style = style
    doc = component(base_nlp('"The bill is dead," said Ms Hill. "Nobody in this house wants it back."'))
    found = [
        (doc.text[slice(*claim["source"])] if claim["source"] else "", len(claim["content"]))
        for claim in doc._.claims
    ]
    assert found == expected


def test_same_claims_whatever_the_batch(base_nlp: Language, weights: Path) -> None:
    component = PolicyClaims(weights=weights)
    texts = [row["text"] for row in corpus()]
    runs = [[component(doc)._.claims for doc in base_nlp.pipe(texts, batch_size=size)] for size in (1, 7)]
    assert runs[0] == runs[1]


def test_same_claims_however_many_cues_are_read_at_once(
    base_nlp: Language, trained: PolicyClaims, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "The minister said that taxes would fall. Ms Hill denied it. The bank announced that wages had risen, the union said. "
        * 9
    )
    found = []
    for size in (500, 4, 1):
        monkeypatch.setattr(learned, "BLOCK", size)
        claims = trained(base_nlp(text))._.claims
        found.append(
            [(claim["cue"], claim["source"], claim["content"], claim["claim_type"]) for claim in claims]
        )
    assert found[0] == found[1] == found[2]
    assert len(found[0]) >= 18


def test_lexicon_must_be_sorted(tmp_path: Path) -> None:
    for name in ("nouns.yml", "patterns.yml"):
        (tmp_path / name).write_text((RULES_DIR / "claims" / name).read_text())
    (tmp_path / "verbs.yml").write_text(
        "verbs:\n  - {lemma: say, type: statement}\n  - {lemma: add, type: statement}\n"
    )
    with pytest.raises(RuleError, match="'add' comes after 'say'"):
        read_lexicon(tmp_path)


def test_table_of_a_doc_with_gaps(base_nlp: Language) -> None:
    doc = base_nlp("The minister ; said taxes fell.")
    doc.spans["gaps"] = [Span(doc, 2, 3)]
    tree = Tree(doc)
    table = Table(tree, QuoteIndex(find_quotations(tree)), [], frozenset({2}))
    assert table.gap[2]
    assert table.size == len(doc)
    assert PLAN.role.labels == 5


@pytest.fixture(scope="session")
def trained() -> PolicyClaims:
    """The component with the weights of this package."""
    component = PolicyClaims()
    assert component.learned is not None
    return component


SPEECHES = (
    'The transport secretary, Anna Brown, said on Tuesday that the bridge would open in May. "We kept our word," she told the council. '
    '"The work was hard, and it is done." Unions, which had called for a longer inquiry, said the report left "many questions" open. '
)


def paragraph(nlp: Language, size: int) -> Doc:
    """One section of about `size` characters, with a claim in every sentence."""
    doc = Doc.from_docs([nlp(SPEECHES)] * (size // len(SPEECHES)))
    assert doc is not None
    doc.spans["sections"] = [Span(doc, 0, len(doc), label="paragraph")]
    return doc


def one_sentence(nlp: Language, words: list[str]) -> Doc:
    """A parsed text of one sentence without a structure."""
    count = len(words)
    deps = ["ROOT", *["dep"] * (count - 1)]
    return Doc(nlp.vocab, words=words, tags=["NN"] * count, lemmas=words, heads=[0] * count, deps=deps)


def transcript(nlp: Language, turns: int) -> Doc:
    """A section for each turn of an interview."""
    said = [nlp("Q: Was the yard safe?"), nlp("A: I tested the yard twice.")]
    doc = Doc.from_docs(said * (turns // 2))
    assert doc is not None
    starts = [token.i for token in doc if token.text in {"Q", "A"}]
    ends = [*starts[1:], len(doc)]
    doc.spans["sections"] = [Span(doc, a, b, label="paragraph") for a, b in zip(starts, ends, strict=True)]
    return doc


HARD: dict[str, Callable[[Language, int], Doc]] = {
    "a long paragraph": lambda nlp, times: paragraph(nlp, 5_000 * times),
    "quotation marks": lambda nlp, times: one_sentence(nlp, ['"', "so", "it", "was", "said"] * 400 * times),
    "marks alone": lambda nlp, times: one_sentence(nlp, ['"'] * 2_000 * times),
    "turns": lambda nlp, times: transcript(nlp, 600 * times),
    "no verbs": lambda nlp, times: one_sentence(nlp, ["red", "blue", "green"] * 600 * times),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_take_linear_time(base_nlp: Language, trained: PolicyClaims, name: str) -> None:
    docs = {times: HARD[name](base_nlp, times) for times in (1, 2)}
    assert grows_at_most_linearly(lambda times: lambda: trained(docs[times].copy()))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_no_claim_holds_a_gap(base_nlp: Language, trained: PolicyClaims, share: float) -> None:
    patterns = compile_patterns(MaskSettings())
    found = 0
    for seed in range(6):
        row = mask_row({"doc": "x", "text": SPEECHES * 3, "claims": []}, share, seed, patterns)
        doc = base_nlp(row["text"])
        doc.spans["gaps"] = [
            span for start, end in row["gaps"] if (span := doc.char_span(start, end, alignment_mode="expand"))
        ]
        hidden = {index for start, end in row["gaps"] for index in range(start, end)}
        for claim in trained(doc)._.claims:
            parts = [*claim["content"], *(part for part in (claim["source"], claim["cue"]) if part)]
            assert all(hidden.isdisjoint(range(start, end)) for start, end in parts)
            assert claim["truncated"] or not any({end, end + 1} & hidden for _, end in claim["content"])
            found += 1
    assert found or share > 0.5


def test_a_source_is_completed_to_its_noun(base_nlp: Language) -> None:
    tree, lexicon = (
        Tree(base_nlp("On Monday Mr. Hill said trains ran late.")),
        read_lexicon(RULES_DIR / "claims"),
    )
    start, end = snap(tree, (2, 3), 4, lexicon)
    assert tree.doc[start:end].text == "Mr. Hill"


def test_what_a_comma_sets_off_is_left_to_the_learned_layer(base_nlp: Language) -> None:
    tree = Tree(base_nlp("The firm said trade was slow, which surprised nobody in the town."))
    comma = tree.lower.index(",")
    assert without_tails(tree, [(3, len(tree) - 1)], [(3, comma)]) == [(3, comma)]
    assert without_tails(tree, [(3, comma)], [(3, comma - 1)]) == [(3, comma)]


@pytest.mark.parametrize(
    ("text", "cue", "source", "content", "expected"),
    [
        (
            "The firm said it had closed two old mills in May.",
            (2, 3),
            (0, 2),
            [(3, 8)],
            "it had closed two old mills",
        ),
        (
            "The plan, she said, means using cheaper sand.",
            (4, 5),
            (3, 4),
            [(0, 2), (6, 8)],
            "The plan ... means using cheaper sand",
        ),
    ],
)
def test_ends_of_contents(
    base_nlp: Language,
    text: str,
    cue: tuple[int, int],
    source: tuple[int, int],
    content: list[tuple[int, int]],
    expected: str,
) -> None:
    tree = Tree(base_nlp(text))
    draft = complete_phrases(tree, Draft(cue[1] - 1, cue, source, tuple(content), "clause", "statement"))
    assert " ... ".join(tree.doc[slice(*span)].text for span in draft.content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Halden raised the forecast, citing strong exports.", "the forecast"),
        ("Halden raised the forecast for ports, yards and mines.", "the forecast for ports, yards and mines"),
        ("Halden raised the forecast citing strong exports.", "the forecast citing strong exports"),
    ],
)
def test_what_hangs_on_the_cue_behind_a_comma_is_no_content(
    base_nlp: Language, text: str, expected: str
) -> None:
    tree = Tree(base_nlp(text))
    done = without_adjuncts(tree, Draft(1, (1, 2), (0, 1), ((2, len(tree) - 1),), "object", "statement"))
    assert " ... ".join(tree.doc[slice(*span)].text for span in done.content) == expected


def test_contents_are_found_by_their_tokens() -> None:
    holders = Holders()
    for content in ([(0, 4)], [(2, 5), (8, 9)], []):
        holders.add(content)
    assert holders.shared([(3, 9)]) == {0: 1, 1: 3}
    assert not holders.shared([(20, 30)])


def test_contents_that_share_tokens_are_counted_across_blocks() -> None:
    contents = [((0, 64), (70, 71)), ((63, 65),), ((10, 300),), ((128, 192),), ((500, 501),)]
    holders = Holders()
    for content in contents:
        holders.add(content)
    for content in (*contents, ((0, 600),), ((64, 64),)):
        tokens = {index for start, end in content for index in range(start, end)}
        expected = {
            number: len(tokens & {i for start, end in other for i in range(start, end)})
            for number, other in enumerate(contents)
        }
        assert holders.shared(content) == {number: count for number, count in expected.items() if count}


def test_a_refusal_to_comment_stays_one(base_nlp: Language) -> None:
    component = PolicyClaims()
    texts = (
        "The Treasury declined to comment.",
        "Two firms declined to comment on the vote.",
        "Mr Hill declined to comment on Monday.",
    )
    for text in texts:
        assert [claim["claim_type"] for claim in component(base_nlp(text))._.claims] == ["non_response"]


def test_features_have_names_of_their_own() -> None:
    table, share, heads = feature_example()
    cues = CueFeatures(table, share, heads)
    rows = cues.rows()
    assert len(set(cues.names)) == len(cues.names) == rows.shape[1]
    roles = RoleFeatures(table, share, pair_up(table, heads), np.zeros(len(share), dtype=np.float32), [])
    role_rows = roles.rows()
    assert len(set(roles.names)) == len(roles.names) == role_rows.shape[1]
    readings = [Reading(int(heads[0]), 0.5, None, (), 0.0, 0.0)]
    assert len(set(FEATURES)) == len(FEATURES) == decision_rows(table, share, readings).shape[1]


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    source = ROOT / "models" / "claims" / FILE
    with np.load(source) as arrays:
        data = {key: arrays[key] for key in arrays.files}
    assert str(data["features"]) == feature_digest()
    kept: dict[str, Any] = {key: value for key, value in data.items() if key != "features"}
    for features in ({"features": np.array("0" * 64)}, {}):
        np.savez(tmp_path / FILE, **(kept | features))
        with pytest.raises(ModelError, match="other features"):
            load_learned(tmp_path)


@pytest.mark.parametrize("change", ["order", "columns", "name"])
def test_a_change_of_a_feature_changes_the_digest(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, original = feature_digest(), CueFeatures._ruled

    def changed(self: CueFeatures) -> None:
        table, index = self.table, self.index
        if change == "order":
            self._quoted()
            original(self)
        elif change == "columns":
            original(self)
            self.features[-1] = (self.features[-1][0], (table.rule[index],))
        else:
            original(self)
            self.names[-1] += " anew"

    monkeypatch.setattr(CueFeatures, "_ruled", changed)
    assert feature_digest() != before
