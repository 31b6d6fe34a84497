"""`pipeline failures`: what failed is listed and, once its cause is gone, read again while the rest stands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.nlp.doc_rows import build_rows
from policy_news.nlp.inference.joining import join_docs
from policy_news.tables.parquet import load_tables
from tests.conftest import MODEL

RUNNER = CliRunner()
TEXT = "Hikvision said it agreed. " * 20


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.txt").write_text(f"{name.title()}. {TEXT}", encoding="utf-8")
    (folder / "long.txt").write_text(f"Long. {TEXT * 10}", encoding="utf-8")
    (folder / "torn.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "feed.jsonl").write_text(
        '{"id": "a", "text": "Dahua denied it."}\n{"id": "b"}\n', encoding="utf-8"
    )
    (folder.parent / "small.toml").write_text("[ingest]\nmax_bytes = 3000\n", encoding="utf-8")
    return folder


def command(*arguments: str, raw: Path, code: int = 0) -> str:
    out = ["--raw", str(raw), "--out", str(raw.parent / "out"), "--workers", "1"]
    result = RUNNER.invoke(app, [*arguments, *out])
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.slow
def test_what_is_mended_is_read_and_the_rest_stands(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = ("--config", str(raw.parent / "small.toml"))
    command("run", *small, raw=raw)
    listed = command("failures", raw=raw)
    assert "3 failed" in listed
    assert "long.txt\n  ingest: " in listed
    assert "raise ingest.max_bytes" in listed
    parsed: list[object] = []

    def count(*parts: Any) -> Doc:
        parsed.append(parts)
        return join_docs(*parts)

    monkeypatch.setattr("policy_news.nlp.inference.model.join_docs", count)
    shutil.copy(raw / "one.txt", raw / "torn.pdf")
    (raw / "feed.jsonl").write_text(
        '{"id": "a", "text": "Dahua denied it."}\n{"id": "b", "text": "MPs agreed."}\n', encoding="utf-8"
    )
    told = command("failures", "--retry", *small, raw=raw)
    assert "1 of 3 failed inputs recovered" in told
    assert "2 failed" in told
    assert len(parsed) == 1
    told = command("failures", "--retry", raw=raw)
    assert "1 of 2 failed inputs recovered" in told
    assert "torn.pdf" in told
    assert len(parsed) == 2
    tables = load_tables(raw.parent / "out", verify=True)
    assert sorted(tables["documents"]["doc_id"]) == ["a", "b", "long", "one", "three", "two"]
    assert list(tables["failures"]["path"]) == ["torn.pdf"]


@pytest.mark.parametrize("single", ["4096", "1"], ids=["files", "parts"])
def test_a_cause_that_no_file_shows_is_gone(raw: Path, monkeypatch: pytest.MonkeyPatch, single: str) -> None:
    monkeypatch.setenv("POLICY_NEWS__TABLES__SINGLE_FILE_DOCUMENTS", single)

    def break_two(document: object, *rest: object) -> object:
        if getattr(document, "doc_id", "") == "two":
            raise ValueError("odd\x1b[31m text")
        return build_rows(document, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("policy_news.nlp.doc_rows.build_rows", break_two)
    monkeypatch.setattr("policy_news.nlp.annotator.build_rows", break_two)
    command("run", raw=raw)
    listed = command("failures", raw=raw)
    assert "two.txt\n  annotate: odd\ufffd[31m text" in listed
    monkeypatch.undo()
    monkeypatch.setenv("POLICY_NEWS__TABLES__SINGLE_FILE_DOCUMENTS", single)
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))
    assert "0 changed" in command("run", raw=raw)
    assert "1 of 3 failed inputs recovered" in command("failures", "--retry", raw=raw)
    tables = load_tables(raw.parent / "out", verify=True)
    assert "two" in set(tables["documents"]["doc_id"])
    assert set(tables["mentions"].query("text == 'Hikvision'")["doc_id"]) == {"long", "one", "three", "two"}


def test_a_retry_over_another_folder_is_refused(raw: Path) -> None:
    command("run", raw=raw)
    before = load_tables(raw.parent / "out", verify=True)["documents"]
    other = raw.parent / "other"
    other.mkdir()
    (other / "x.txt").write_text(TEXT, encoding="utf-8")
    assert "none of the files" in command("failures", "--retry", raw=other, code=3)
    assert load_tables(raw.parent / "out", verify=True)["documents"].equals(before)
    assert (
        "no finished run"
        in RUNNER.invoke(
            app, ["failures", "--retry", "--raw", str(raw), "--out", str(raw.parent / "none")]
        ).output
    )


@pytest.mark.parametrize("moved", [False, True])
def test_a_retry_knows_the_folder_of_the_run(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    assert RUNNER.invoke(app, ["run", "--raw", "raw", "--out", "out", "--workers", "1"]).exit_code == 0
    assert "0 changed" in command("run", raw=raw)
    home = tmp_path
    if moved:
        home = tmp_path / "elsewhere"
        home.mkdir()
        for name in ("raw", "out"):
            (tmp_path / name).rename(home / name)
    shutil.copy(home / "raw" / "one.txt", home / "raw" / "torn.pdf")
    (home / "raw" / "feed.jsonl").write_text('{"id": "a", "text": "Dahua denied it."}\n', encoding="utf-8")
    monkeypatch.chdir("/")
    told = RUNNER.invoke(app, ["failures", "--retry", "--out", str(home / "out"), "--workers", "1"])
    assert "1 of 2 failed inputs recovered" in told.output
    (home / "raw").rename(home / "away")
    told = RUNNER.invoke(app, ["failures", "--retry", "--out", str(home / "out")])
    assert (told.exit_code, f"raw folder {home / 'raw'} does not exist" in told.output) == (3, True)


def test_without_failures_there_is_nothing_to_do(raw: Path) -> None:
    for name in ("torn.pdf", "feed.jsonl"):
        (raw / name).unlink()
    command("run", raw=raw)
    run = json.loads((raw.parent / "out" / "run.json").read_text(encoding="utf-8"))
    assert "0 of 0" in command("failures", "--retry", raw=raw)
    assert json.loads((raw.parent / "out" / "run.json").read_text(encoding="utf-8")) == run
