"""What failed is listed and, once its cause is gone, read by the next run while the rest stands."""

from __future__ import annotations

import os
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


def failures(raw: Path) -> str:
    return RUNNER.invoke(app, ["failures", "--out", str(raw.parent / "out")]).output


@pytest.mark.slow
def test_what_is_corrected_is_read_and_the_rest_stands(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = ("--config", str(raw.parent / "small.toml"))
    command("run", *small, raw=raw)
    listed = failures(raw)
    assert "3 failed" in listed
    assert "long.txt\n  ingest: " in listed
    assert "raise ingest.max_bytes" in listed
    parsed: list[object] = []

    def count(*parts: Any) -> Doc:
        parsed.append(parts)
        return join_docs(*parts)

    monkeypatch.setattr("policy_news.nlp.inference.model.join_docs", count)
    (raw / "feed.jsonl").write_text(
        '{"id": "a", "text": "Dahua denied it."}\n{"id": "b", "text": "MPs agreed."}\n', encoding="utf-8"
    )
    command("run", *small, raw=raw)
    assert "2 failed" in failures(raw)
    assert len(parsed) == 1
    command("run", raw=raw)
    assert "1 failed" in failures(raw)
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

    with monkeypatch.context() as broken:
        broken.setattr("policy_news.nlp.doc_rows.build_rows", break_two)
        broken.setattr("policy_news.nlp.annotator.build_rows", break_two)
        command("run", raw=raw)
    assert "two.txt\n  annotate: odd\ufffd[31m text" in failures(raw)
    assert "0 changed" in command("run", raw=raw)
    os.utime(raw / "one.txt")
    command("run", raw=raw)
    tables = load_tables(raw.parent / "out", verify=True)
    assert "two" in set(tables["documents"]["doc_id"])
    assert set(tables["mentions"].query("text == 'Hikvision'")["doc_id"]) == {"long", "one", "three", "two"}
