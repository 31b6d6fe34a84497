"""The command line as a user meets it: help, messages, exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.nlp.encoder import encoder_files
from policy_news.tables.parquet import load_tables
from tests.conftest import MODEL, ROOT

RUNNER = CliRunner()
COMMANDS = [
    command.name or command.callback.__name__
    for command in app.registered_commands
    if command.callback and not command.hidden
]


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", str(MODEL))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    result = RUNNER.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.split("Options")[0].strip()) > 40


def test_a_run_over_bad_and_good_input(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "good.txt").write_text(
        "Camera ban urged\n\nHikvision denied on Monday that its cameras were unsafe.\n", encoding="utf-8"
    )
    (raw / "empty.txt").write_text("", encoding="utf-8")
    (raw / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (raw / "photo.jpeg").write_bytes(b"\xff\xd8\xff")
    (raw / "broken.html").write_text("<html><body", encoding="utf-8")
    (raw / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (raw / "broken.docx").write_bytes(b"PK nothing")
    (raw / "lines.jsonl").write_text(
        '{"id": "x", "text": "Dahua said it was sorry."}\n{"id": \n{"id": "y"}\n', encoding="utf-8"
    )
    result = RUNNER.invoke(app, ["run", "--raw", str(raw), "--out", str(tmp_path / "out"), "--workers", "1"])
    assert result.exit_code == 0, result.output
    tables = load_tables(tmp_path / "out", verify=True)
    assert sorted(tables["documents"]["doc_id"]) == ["good", "x"]
    failures = tables["failures"]
    assert {path.split(":")[0] for path in failures["path"]} == {
        "empty.txt",
        "binary.txt",
        "photo.jpeg",
        "broken.html",
        "broken.pdf",
        "broken.docx",
        "lines.jsonl",
    }
    assert (failures["path"].str.startswith("lines.jsonl")).sum() == 2
    assert failures["hint"].notna().all()
    shown = RUNNER.invoke(app, ["failures", "--out", str(tmp_path / "out")])
    assert "8 failed" in shown.output


def test_a_run_of_which_nothing_came_is_not_well(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "empty.txt").write_text("", encoding="utf-8")
    arguments = ["run", "--raw", str(raw), "--out", str(out), "--workers", "1"]
    for more in ([], ["--quiet"], ["--json"]):  # of the second and third nothing has changed
        result = RUNNER.invoke(app, [*arguments, *more])
        assert result.exit_code == 1, result.output
        assert "error: " in result.stderr
        assert f"`pipeline failures --out {out}` says how to fix each." in result.stderr
    (raw / "good.txt").write_text(
        "Hikvision denied on Monday that its cameras were unsafe.\n", encoding="utf-8"
    )
    result = RUNNER.invoke(app, arguments)
    assert (result.exit_code, f"1 done, 1 failed: `pipeline failures --out {out}`" in result.output) == (
        0,
        True,
    )


def test_what_a_second_run_says(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("Hikvision denied on Monday that its cameras were unsafe.\n", encoding="utf-8")
    arguments = ["run", "--raw", str(raw), "--out", str(tmp_path / "out"), "--workers", "1"]
    assert RUNNER.invoke(app, [*arguments, "--quiet"]).output == ""
    again = RUNNER.invoke(app, arguments).output
    assert "0 changed" in again
    assert "documents   1 done" in again
    assert "time " not in again  # that of the run before would be taken for this one's


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "--raw", "nowhere"], 3, "raw folder nowhere does not exist"),
        (
            ["run", "--raw", "one/article.txt"],
            3,
            "article.txt is a file\n  Give the folder that contains it: `--raw one`.",
        ),
        (
            ["run", "--raw", "https://example.org/news"],
            3,
            "is an address, not a folder\n  Save the articles as files first",
        ),
        (["run", "--config", "nowhere.toml"], 2, "nowhere.toml"),
        (["check", "--out", "nowhere"], 3, "no finished run"),
        (["unmask", "--out", "nowhere"], 3, "Run `pipeline ingest` first"),
        (["resolve", "--out", "nowhere"], 3, "Run `pipeline annotate` first"),
        (["write", "--out", "nowhere"], 3, "Run `pipeline annotate` first"),
        (["run", "--workers", "many"], 2, "valid integer"),
        (["unknown"], 2, "unknown"),
    ],
)
def test_errors_say_what_and_what_to_do(
    arguments: list[str], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "article.txt").write_text("Some text.", encoding="utf-8")
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == code, result.output
    assert says in result.output


def test_an_empty_raw_folder_a_missing_model_and_an_unknown_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "raw").mkdir()
    result = RUNNER.invoke(app, ["run", "--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 3
    assert "is empty" in result.output
    (tmp_path / "raw" / "a.txt").write_text("Some text that is read.", encoding="utf-8")
    monkeypatch.setenv("POLICY_NEWS__ANNOTATE__MODEL", "no_such_model")
    result = RUNNER.invoke(
        app, ["run", "--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "new"), "--workers", "1"]
    )
    assert result.exit_code == 2, "the settings name it"
    assert "pipeline build" in result.output
    assert f"no folder {Path.cwd() / 'no_such_model'}" in result.output
    assert not (tmp_path / "new" / "stages").exists(), "known before anything is read"
    (tmp_path / "odd.toml").write_text("colour = 1", encoding="utf-8")
    result = RUNNER.invoke(app, ["run", "--config", str(tmp_path / "odd.toml")])
    assert result.exit_code == 2
    assert "colour" in result.output


def test_a_run_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICY_NEWS__ANNOTATE__MODEL")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(
        "Hikvision denied on Monday that its cameras were unsafe.\n", encoding="utf-8"
    )
    result = RUNNER.invoke(app, ["run", "--raw", "articles", "--out", "tables", "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert list(load_tables("tables")["mentions"]["entity_id"]) == ["hikvision"]


def test_the_commands_stand_in_the_docs() -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
    )
    assert [
        command for command in COMMANDS if f"pipeline {command}" not in text and f"| {command} |" not in text
    ] == []


def test_the_version() -> None:
    shown = RUNNER.invoke(app, ["--version"])
    assert shown.exit_code == 0
    assert re.fullmatch(r"policy-news-pipeline \d+\.\d+\S*\n", shown.output)


def test_a_run_that_lacks_the_encoder_fails_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_NEWS__CLAIMS__MODE", "accurate")
    monkeypatch.setattr(encoder_files, "find_spec", lambda name: None)
    result = RUNNER.invoke(app, ["run", "--raw", str(ROOT / "data" / "raw"), "--out", str(tmp_path / "out")])
    assert result.exit_code != 0
    assert "onnxruntime is not installed" in result.output
    assert not (tmp_path / "out").exists()
