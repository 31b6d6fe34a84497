"""Evaluation on a user's own gold: readers, matching, scores, and what is said about a gold that does not fit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin
from typer.testing import CliRunner, Result

from policy_news.cli.main import app
from policy_news.evaluation.compared_labels import parse_label_map
from policy_news.evaluation.counts import Counts, score
from policy_news.evaluation.item_pairs import count_shared, match_items
from policy_news.outputs.formats import write_export
from policy_news.outputs.formats.conll import find_names, join_words
from policy_news.tables.schema import FailureRow
from tests.conftest import MODEL, ROOT
from tests.support.invented_run import Draft, masked_draft, write_run

TEXT = "Tarnwick Optics said the Home Office was wrong on 3 May 2022.\n\nOrla Fenn denied it."


def plain_draft(doc_id: str = "plain") -> Draft:
    draft = Draft(doc_id, TEXT)
    draft.section(TEXT.split("\n\n")[0])
    draft.section(TEXT.split("\n\n")[1])
    draft.mention("Tarnwick Optics", "COMPANY", "tarnwick")
    draft.mention("Home Office", "DEPARTMENT", "home-office")
    draft.mention("Orla Fenn", "MINISTER", "person-orla-fenn")
    draft.claim(
        "Tarnwick Optics", "said", ["the Home Office was wrong on 3 May 2022"], "statement", "tarnwick"
    )
    draft.claim("Orla Fenn", "denied", ["it"], "denial", None)
    draft.date("3 May 2022", "2022-05-03")
    return draft


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("evaluate") / "out", [masked_draft(), plain_draft()])


def span(words: str, text: str = TEXT) -> list[int]:
    return [text.index(words), text.index(words) + len(words)]


def entity(words: str, label: str, **more: Any) -> dict[str, Any]:
    start, end = span(words)
    return {"start": start, "end": end, "label": label, "text": words, **more}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def run_json(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def write_gold(path: Path, **layers: Any) -> Path:
    path.write_text(json.dumps({"doc": "plain", "text": TEXT, **layers}) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["jsonl", "spacy"])
def test_an_export_is_a_gold_that_the_run_meets_in_all(form: str, out: Path, tmp_path: Path) -> None:
    write_export(out, form, tmp_path / f"gold.{form}")
    found = run_json("--gold", tmp_path / f"gold.{form}", "--out", out)
    assert found["entities"]["scores"]["strict"]["all"]["gold"] == 6
    layers = [found[layer] for layer in ("entities", "claims", "dates") if layer in found]
    assert len(layers) == 3
    assert all(layer["differences"] == [] for layer in layers)
    assert all(
        own["f1"] == 1 for layer in layers for labels in layer["scores"].values() for own in labels.values()
    )


def test_differences_have_their_kinds(out: Path, tmp_path: Path) -> None:
    entities = [
        entity("Tarnwick", "COMPANY"),  # predicted: Tarnwick Optics
        entity("Home Office", "ORG"),  # predicted: DEPARTMENT
        entity("wrong", "MINISTER"),  # not predicted; Orla Fenn is spurious
    ]
    gold = write_gold(tmp_path / "gold.jsonl", entities=entities)
    found = run_json("--gold", gold, "--out", out, "--labels", "COMPANY,ORG,MINISTER,DEPARTMENT")["entities"]
    assert found["kinds"] == {"boundary": 1, "label": 1, "missing": 1, "spurious": 1}
    assert ["ORG", "DEPARTMENT", 1] in found["confusion"]
    assert ["MINISTER", "(missed)", 1] in found["confusion"]
    assert ["(none)", "MINISTER", 1] in found["confusion"]
    scores = {measure: own["all"] for measure, own in found["scores"].items()}
    assert [(own["right"], own["predicted"], own["gold"]) for own in scores.values()] == [
        (2, 3, 3),  # any
        (1, 3, 3),  # partial
        (1, 3, 3),  # span
        (0, 3, 3),  # strict
    ]
    boundary = next(one for one in found["differences"] if one["kind"] == "boundary")
    assert (boundary["gold_text"], boundary["predicted_text"]) == ("Tarnwick", "Tarnwick Optics")


def test_claims_need_half_of_the_content_then_the_source_then_the_type(out: Path, tmp_path: Path) -> None:
    claims = [
        {
            "source": [span("Orla Fenn")],
            "cue": [span("said")],
            "content": [span("Home Office was wrong")],
            "type": "statement",
            "quote": "mixed",
        },
        {
            "source": [span("Orla Fenn")],
            "cue": [span("denied")],
            "content": [span("it")],
            "types": ["opinion", "denial"],
            "quote": "indirect",
        },
        {"source": [], "cue": [], "content": [span("Tarnwick Optics")], "type": "call"},
    ]
    found = run_json("--gold", write_gold(tmp_path / "gold.jsonl", claims=claims), "--out", out)["claims"]
    scores = {
        measure: (own["all"]["right"], own["all"]["predicted"], own["all"]["gold"])
        for measure, own in found["scores"].items()
    }
    assert scores == {
        "content": (2, 2, 3),
        "content and source": (1, 2, 3),
        "content, source and type": (1, 2, 3),
    }
    assert found["kinds"] == {"source": 1, "missing": 1}


def test_optional_spans_cost_nothing(out: Path, tmp_path: Path) -> None:
    gold = write_gold(
        tmp_path / "gold.jsonl",
        entities=[entity("Orla Fenn", "MINISTER")],
        claims=[{"source": [span("Orla Fenn")], "content": [span("it")]}],
        optional_entities=[span("Home Office")],
        optional_claims=[[span("wrong")]],
    )
    found = run_json("--gold", gold, "--out", out, "--labels", "MINISTER,DEPARTMENT")
    assert found["entities"]["differences"] == found["claims"]["differences"] == []


@pytest.mark.parametrize(
    ("date", "kinds"),
    [
        ({"type": "DATE", "value": "2022-05-03"}, {}),
        ({"type": "DATE", "value": "2022-05"}, {"value": 1}),
        ({"type": "TIME", "value": "2022"}, {"type": 1, "value": 1}),
        ({}, {}),
    ],
)
def test_dates_by_span_type_and_value(
    date: dict[str, str], kinds: dict[str, int], out: Path, tmp_path: Path
) -> None:
    start, end = span("3 May 2022")
    found = run_json(
        "--gold",
        write_gold(tmp_path / "gold.jsonl", dates=[{"start": start, "end": end, **date}]),
        "--out",
        out,
    )
    assert found["dates"]["kinds"] == kinds
    assert ("value" in found["dates"]["scores"]) == ("value" in date)
    assert ("date values not compared: the gold has none" in found["notes"]) == ("value" not in date)


def test_labels_are_mapped_and_none_is_dropped_in_silence(out: Path, tmp_path: Path) -> None:
    entities = [
        entity("Tarnwick Optics", "ORG"),
        entity("Home Office", "ORG"),
        entity("Orla Fenn", "PER"),
        entity("3 May 2022", "DATE"),
    ]
    gold = write_gold(tmp_path / "gold.jsonl", entities=entities)
    plain = run_json("--gold", gold, "--out", out)
    assert plain["entities"]["scores"]["strict"]["all"]["right"] == 0
    assert "predicted labels not compared: COMPANY (1), DEPARTMENT (1), MINISTER (1)" in plain["notes"]
    assert any(note.startswith("never predicted: DATE, ORG, PER;") for note in plain["notes"])
    labels = "PER=PERSON|MINISTER,ORG=ORG|COMPANY|DEPARTMENT,LAW="
    mapped = run_json("--gold", gold, "--out", out, "--gold-map", labels)
    assert mapped["entities"]["scores"]["strict"]["all"]["f1"] == 1
    assert mapped["notes"][0] == "gold labels not compared: DATE (1)"
    only = run_json("--gold", gold, "--out", out, "--gold-map", labels, "--labels", "PERSON")
    assert only["entities"]["scores"]["strict"]["all"] == mapped["entities"]["scores"]["strict"]["PERSON"]
    free = run_json("--gold", gold, "--out", out, "--gold-map", "PER=MINISTER,ORG=IGNORE")
    assert free["entities"]["scores"]["strict"]["all"]["gold"] == 1
    assert free["entities"]["differences"] == []


def test_places_are_one_label_if_the_gold_knows_one(tmp_path: Path) -> None:
    text = "Storms hit the Tarn Hills."
    draft = Draft("hills", text)
    draft.section(text)
    draft.mention("Tarn Hills", "LOC", "tarn-hills")
    run_ = write_run(tmp_path / "out", [draft])
    for label, found in (("GPE", 1), ("FAC", 0), ("LOC", 1)):
        gold = tmp_path / f"{label}.jsonl"
        start, end = span("Tarn Hills", text)
        gold.write_text(
            json.dumps({"doc": "hills", "entities": [{"start": start, "end": end, "label": label}]}),
            encoding="utf-8",
        )
        assert (
            run_json("--gold", gold, "--out", run_)["entities"]["scores"]["strict"]["all"]["right"] == found
        )


def test_the_pipeline_runs_on_the_texts_of_the_gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    gold = tmp_path / "gold.jsonl"
    hikvision = {
        "doc": "one",
        "text": "Hikvision said on 3 May 2022 that it agreed.",
        "entities": [{"start": 0, "end": 9, "label": "COMPANY"}],
    }
    nothing = {"doc": "none", "text": "*** ***", "entities": []}
    gold.write_text("\n".join(map(json.dumps, (hikvision, nothing))), encoding="utf-8")
    found = run_json("--gold", gold, "--workers", "1")
    assert found["documents"] == 2
    assert found["entities"]["scores"]["strict"]["COMPANY"]["f1"] == 1


def test_columns_without_a_run_are_read_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    gold = tmp_path / "gold.conll"
    tags = {"Hikvision": "B-COMPANY"}
    words = ["Hikvision", ",", "a", "Chinese", "firm", ",", "said", '"', "yes", ".", '"']
    lines = ["-DOCSTART- -X- -X- O", "", *(f"{word} -X- O {tags.get(word, 'O')}" for word in words), ""]
    gold.write_text("\n".join(lines), encoding="utf-8")
    found = run_json("--gold", gold, "--workers", "1")
    assert found["entities"]["scores"]["strict"]["COMPANY"]["right"] == 1


def test_predictions_of_another_program(out: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", entities=[entity("Orla Fenn", "MINISTER")])
    other = tmp_path / "other.jsonl"
    other.write_text(
        json.dumps({"doc": "plain", "entities": [entity("Orla Fenn", "MINISTER")]}), encoding="utf-8"
    )
    assert run_json("--gold", gold, "--predictions", other)["entities"]["scores"]["strict"]["all"]["f1"] == 1
    other.write_text(json.dumps({"doc": "elsewhere", "entities": []}), encoding="utf-8")
    assert (
        "claims not compared: the gold has none" in run_json("--gold", gold, "--predictions", other)["notes"]
    )
    found = run_json("--gold", gold, "--predictions", other)
    assert found["missing"] == {"plain": "no predictions for it"}
    assert found["entities"]["scores"]["strict"]["all"]["r"] == 0
    assert run("--gold", gold, "--predictions", other, "--out", out).exit_code == 2


def test_what_one_side_does_not_have_is_not_compared(out: Path, tmp_path: Path) -> None:
    claim = {"source": [span("Orla Fenn")], "content": [span("it")]}
    gold = write_gold(tmp_path / "gold.jsonl", claims=[claim], dates=[])
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"doc": "plain", "claims": [{**claim, "type": "denial"}]}), encoding="utf-8")
    found = run_json("--gold", gold, "--predictions", other)
    assert found["claims"]["differences"] == []
    assert set(found["claims"]["scores"]) == {"content", "content and source"}
    assert "dates not compared: the predictions have none" in found["notes"]
    assert "claim types not compared: the gold has none" in found["notes"]
    shown = run("--gold", gold, "--out", out)
    assert shown.exit_code == 0
    assert "claims (1 document;" in shown.output


def test_a_document_that_failed_counts_as_missed(tmp_path: Path) -> None:
    failure = FailureRow("gone.txt", "annotate", "ProcessDied", "the process died", None)
    run_ = write_run(tmp_path / "out", [plain_draft()], [failure])
    gold = write_gold(tmp_path / "gold.jsonl", entities=[entity("Orla Fenn", "MINISTER")])
    lost = {
        "doc": "gone",
        "text": "Orla Fenn left.",
        "entities": [{"start": 0, "end": 9, "label": "MINISTER"}],
    }
    gold.write_text(gold.read_text(encoding="utf-8") + json.dumps(lost), encoding="utf-8")
    found = run_json("--gold", gold, "--out", run_)
    assert found["missing"] == {"gone": "the process died"}
    assert found["entities"]["scores"]["strict"]["all"]["r"] == 0.5


def test_min_f1_and_same_intervals_each_time(out: Path, tmp_path: Path) -> None:
    write_export(out, "jsonl", tmp_path / "gold.jsonl")
    lines = (
        (tmp_path / "gold.jsonl")
        .read_text(encoding="utf-8")
        .replace('"label": "MINISTER"', '"label": "PERSON"', 1)
    )
    (tmp_path / "gold.jsonl").write_text(lines, encoding="utf-8")
    arguments = ("--gold", tmp_path / "gold.jsonl", "--out", out)
    assert run(*arguments, "--min-f1", "0.99").exit_code == 1
    assert run(*arguments, "--min-f1", "0.5").exit_code == 0
    assert run_json(*arguments) == run_json(*arguments)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            '{"doc": "plain", "entities": [{"start": 1, "end": 16, "label": "COMPANY", "text": "Tarnwick Optics"}]}',
            ["'plain'", "COMPANY [1, 16)", "'arnwick Optics '", "stands at 0"],
        ),
        ('{"doc": "plain", "entities": [{"start": 80, "end": 900, "label": "GPE"}]}', ["[80, 900)", "the text has 83 characters"]),
        ('{"doc": "plain", "entities": [{"start": 5, "end": 5, "label": "GPE"}]}', ["is empty or ends before it begins"]),
        ('{"doc": "plain", "claims": [{"content": [[-3, 4]]}]}', ["content of a claim [-3, 4)"]),
        ('{"doc": "plain", "dates": [{"start": 50}]}', ["line 1: dates.0.end: is missing"]),
        ('{"doc": "plain", "text": "Another text.", "entities": []}', ["its text is not that of the predictions", "from offset 0"]),
        ('{"doc": "stranger", "text": "Unknown words.", "entities": []}', ["does not know 'stranger'"]),
        ('{"doc": "plain", "entities": []}\n{"doc": "plain", "entities": []}', ["'plain' occurs twice"]),
        ("[1]", ["line 1: is not a JSON object"]),
        ('{"doc": \n', ["line 1: is not JSON"]),
        ("\n\n", ["contains no documents"]),
    ],
)  # fmt: skip
def test_a_gold_that_does_not_fit(line: str, says: list[str], out: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(line, encoding="utf-8")
    refused = run("--gold", gold, "--out", out)
    assert refused.exit_code == 2, refused.output
    assert "Traceback" not in refused.output
    assert [words for words in says if words not in refused.output] == []


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("gold.conll", b"one O\ntwo X O\n", "line 2: 3 columns, the first line has 2"),
        ("gold.conll", b"one\n", "line 1: 1 columns, a word and a tag are needed"),
        ("gold.conll", b"one ORG\n", "line 1: 'ORG' in the last column is not a tag"),
        ("gold.conll", b"\n\n", "contains no documents"),
        ("gold.conll", b"\xff\xfe O\n", "is not UTF-8"),
        ("gold.spacy", b"nothing", "is not a spaCy DocBin"),
        ("gold.xyz", b"", "unknown extension '.xyz'"),
    ],
)
def test_a_gold_of_another_form_that_does_not_fit(
    name: str, data: bytes, says: str, out: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    refused = run("--gold", path, "--out", out)
    assert refused.exit_code == 2, refused.output
    assert says in refused.output


def test_a_label_that_nobody_knows_is_refused(out: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", entities=[])
    refused = run("--gold", gold, "--out", out, "--labels", "COMPANY,KOMPANY")
    assert refused.exit_code == 2, refused.output
    assert "knows KOMPANY" in refused.output


def test_the_examples_of_the_docs_hold(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_text(re.findall(r"```jsonl\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    (labels,) = re.findall(r'--gold-map "(.+?)"', text)
    found = run_json("--gold", gold, "--predictions", gold)
    assert all(found[layer]["differences"] == [] for layer in ("entities", "claims", "dates"))
    assert parse_label_map(labels)["PER"] == ("PERSON", "MINISTER")


def test_no_run_no_gold_no_map(out: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", entities=[])
    assert run("--gold", gold, "--out", tmp_path / "nowhere").exit_code == 3
    assert run("--gold", tmp_path / "nowhere.jsonl", "--out", out).exit_code == 2
    refused = run("--gold", gold, "--out", out, "--gold-map", "PER:PERSON")
    assert refused.exit_code == 2
    assert "'PER:PERSON' is not a pair of labels" in refused.output
    gold.write_text('{"doc": "plain", "entities": []}', encoding="utf-8")
    refused = run("--gold", gold)
    assert refused.exit_code == 2
    assert "has no text" in refused.output


def test_own_docbin_of_entities_only(out: Path, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    doc = nlp(TEXT)
    start, end = span("Orla Fenn")
    fenn = doc.char_span(start, end, label="MINISTER")
    assert fenn is not None
    doc.set_ents([fenn])
    doc.spans["sc"] = [doc[:1]]
    DocBin(docs=[doc]).to_disk(tmp_path / "gold.spacy")
    found = run_json("--gold", tmp_path / "gold.spacy", "--out", out)
    assert found["entities"]["scores"]["strict"]["all"]["f1"] == 1
    assert "span group 'sc' of 1 document is not read" in found["notes"]


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ("O B-X I-X O", [(1, 2, "X")]),
        ("I-X I-X B-X", [(0, 1, "X"), (2, 2, "X")]),
        ("I-X I-Y", [(0, 0, "X"), (1, 1, "Y")]),
        ("S-X B-X I-X E-X", [(0, 0, "X"), (1, 3, "X")]),
        ("U-X L-Y O", [(0, 0, "X"), (1, 1, "Y")]),
        ("B-X B-X", [(0, 0, "X"), (1, 1, "X")]),
    ],
)
def test_tags_of_all_schemes(tags: str, names: list[tuple[int, int, str]]) -> None:
    assert list(find_names(tags.split())) == names


def test_words_become_running_text() -> None:
    text, spans = join_words(
        ["He", "said", ":", '"', "no", ",", "it", "is", "n't", "(", "yet", ")", "Quill", "'s", ".", '"']
    )
    assert text == "He said: \"no, it isn't (yet) Quill's.\""
    assert [text[start:end] for start, end in spans][:4] == ["He", "said", ":", '"']


spans = st.lists(st.tuples(st.integers(0, 9), st.integers(10, 14)), max_size=6, unique=True)


@given(spans, spans)
def test_matching_is_one_to_one_and_keeps_what_is_equal(
    gold: list[tuple[int, int]], predicted: list[tuple[int, int]]
) -> None:
    matched = match_items(
        gold,
        predicted,
        lambda one: (one,),
        lambda one, other: (one != other, -count_shared((one,), (other,))),
    )
    pairs = matched.pairs
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    assert {one for one, other in pairs if one == other} == {*gold} & {*predicted}
    assert sorted([one for one, _ in pairs] + matched.missed) == sorted(gold)
    assert sorted([other for _, other in pairs] + matched.extra) == sorted(predicted)


def test_an_interval_by_hand() -> None:
    """Two documents, one all right and one all wrong: half of the samples draw both, a quarter each twice the same."""
    good, bad = Counts(), Counts()
    good.add_pair("strict", "X", "X", right=True)
    bad.add_missed(["strict"], "X")
    own = score([good, bad])["strict", "X"]
    assert (own.p, own.r) == (1, 0.5)
    assert own.r_95 == (0, 1)
    assert own.p_95 == (1, 1)
