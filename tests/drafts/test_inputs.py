"""Drafts as people have them, against sources without a run: files, texts, answers with citations; the records of their sentences."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import policy_news
from policy_news.cli.main import app
from policy_news.core.errors import ReadError
from policy_news.drafts.finding import MEANINGS, SEVERITY
from policy_news.drafts.sources import SourceText, open_sources
from tests.conftest import ROOT

MILL = "Mill to close\n\n4 March 2024\n\nIda Brandt, the mill's owner, said the mill would close in May. “We have no other way,” she said.\n"
UNION = "Union on the mill\n\n5 March 2024\n\nTom Elder, a union official, said the mill would cost the valley 300 jobs.\n"
jsonschema = pytest.importorskip("jsonschema")
SCHEMA = json.loads((ROOT / "docs" / "verify.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    return folder


def verdicts(text: str, *sources: str | Path | SourceText) -> list[str]:
    return [one.verdict for one in policy_news.verify(text, sources).findings]


def test_a_text_is_held_against_texts() -> None:
    report = policy_news.verify(
        "Ida Brandt said the mill would close in June.\n\nIt rained.\n", [MILL, UNION]
    )
    assert [one.verdict for one in report.sentences] == ["changed", None]
    (found,) = report.findings
    assert found.notes == ("day differs: June for May",)
    assert found.first is not None
    assert (found.first.doc_id, found.first.speaker) == ("source-1", "Ida Brandt")
    assert not report.is_sound
    assert report.failing(["altered"]) == []


def test_a_draft_file_is_annotated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, source = tmp_path / "draft.md", tmp_path / "mill.txt"
    draft.write_text(
        "Tom Elder, the defence secretary, said the mill would close in May.\n", encoding="utf-8"
    )
    source.write_text(MILL, encoding="utf-8")
    told = []
    for _ in range(2):
        told.append(CliRunner().invoke(app, ["verify", str(draft), "--against", str(source)]).stdout)
        monkeypatch.setattr("policy_news.drafts.sources.annotator_of", None)
    assert "not found" in told[0]
    assert told[0] == told[1]


def test_files_folders_and_texts_are_sources(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "mill.txt").write_text(MILL, encoding="utf-8")
    (tmp_path / "union.md").write_text(UNION, encoding="utf-8")
    draft = "“We have no other way,” Ida Brandt said. Tom Elder said the mill would cost the valley 300 jobs."
    assert verdicts(draft, tmp_path / "news", tmp_path / "union.md") == ["exact", "supported"]
    assert verdicts(draft, SourceText("a", UNION)) == ["not_found", "supported"]
    for one in (tmp_path / "union.md", UNION):  # one source alone is not read letter by letter
        assert [found.verdict for found in policy_news.verify(draft, one).findings] == [
            "not_found",
            "supported",
        ]
    with pytest.raises(ReadError, match="no sources"):
        verdicts(draft)
    with pytest.raises(ReadError, match="cannot be read"):
        verdicts(draft, tmp_path / "a.xyz")


def test_a_source_is_annotated_once(cache: Path) -> None:
    one = open_sources([MILL])
    (kept,) = [path for path in cache.rglob("*") if path.is_file()]
    made = kept.stat().st_mtime_ns
    two = open_sources([MILL])
    assert (kept.stat().st_mtime_ns, one.search.ids) == (made, two.search.ids)
    kept.write_bytes(b"rot")
    assert open_sources([MILL]).search.ids == one.search.ids


def test_an_answer_is_held_against_the_source_that_it_cites() -> None:
    answer = {
        "answer": "Ida Brandt said the mill would close in May [1]. Tom Elder said the mill would cost the valley 300 jobs [1].",
        "citations": [{"id": "1", "text": MILL}, {"id": "2", "text": UNION}],
    }
    report = policy_news.verify(json.dumps(answer))
    assert [one.cited for one in report.sentences] == [("1",), ("1",)]
    assert [one.verdict for one in report.sentences] == ["supported", "elsewhere"]
    assert report.findings[1].notes == ("not in 1, which it cites; 2 has it",)
    assert report.text == answer["answer"]
    for one in report.findings:
        assert report.text[one.start : one.end] == one.text


def test_each_sentence_has_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mill.txt").write_text(MILL, encoding="utf-8")
    text = "# The mill\n\nIda Brandt said the mill would close in June. It rained.\n\nDie Mühle wurde gestern wieder einmal nicht geöffnet, sagte der Besitzer.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    told = CliRunner().invoke(
        app, ["verify", "-", "--json", "--against", str(tmp_path / "mill.txt")], input=text
    )
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 1
    assert [(row["line"], row["verdict"], row["is_english"]) for row in rows] == [
        (1, None, True), (3, "changed", True), (3, None, True), (5, None, False),
    ]  # fmt: skip
    for row in rows:
        jsonschema.validate(row, SCHEMA)
        assert text[row["start"] : row["end"]] == row["text"]


def test_lines_of_json_are_drafts(tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text(MILL, encoding="utf-8")
    lines = [{"text": "Ida Brandt said the mill would close in May."}, {"answer": "Ida Brandt said the mill would not close in May."}]  # fmt: skip
    (tmp_path / "drafts.jsonl").write_text(
        "".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8"
    )
    told = CliRunner().invoke(app, ["verify", str(tmp_path / "drafts.jsonl"), "--format", "json", "--against", str(tmp_path / "mill.txt")])  # fmt: skip
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert [(row["file"].rpartition(":")[2], row["verdict"]) for row in rows] == [
        ("1", "supported"),
        ("2", "changed"),
    ]


def test_a_citation_of_a_text_opens_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MILL, encoding="utf-8")
    answer = json.dumps(
        {"answer": "It rained [1].", "citations": [{"id": "1", "path": str(tmp_path / "a.txt")}]}
    )
    with pytest.raises(ReadError, match="citation 1 has no text"):
        policy_news.verify(answer)
    (tmp_path / "draft.json").write_text(answer, encoding="utf-8")
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "draft.json")]).exit_code == 0


def test_every_verdict_is_ranked_and_in_the_schema() -> None:
    assert sorted(SEVERITY) == sorted(MEANINGS) == sorted(SCHEMA["$defs"]["verdict"]["enum"])
