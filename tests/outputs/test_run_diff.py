"""Two runs are compared: what came, went, changed, and which decisions no longer hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from tests.support.standing.runs import make_settings, run_local

RUNNER = CliRunner()
OLD = {
    "a": "Wexcombe Water denied on Friday that it had breached its licence. Ann Lowe said prices would rise by 5 per cent.",
    "b": "Ann Lowe, the chairman of Ofcom, said the ban would hurt Wexcombe Water.",
}
NEW = {
    "a": "Wexcombe Water denied on Friday that it had breached its licence. Ann Lowe said prices would rise by 9 per cent.",
    "c": "Carl Ostrow called for a new licence.",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("diff")
    for name, articles in (("old", OLD), ("new", NEW)):
        (folder / name / "raw").mkdir(parents=True)
        for article, text in articles.items():
            text = f"Report {article}\n\nPublished 3 May 2024\n\n{text}\n"
            (folder / name / "raw" / f"{article}.txt").write_text(text, encoding="utf-8")
        run_local(folder / name / "raw", folder / name / "out", make_settings())
    return folder / "old/out", folder / "new/out"


def ask(*arguments: object) -> list[dict[str, Any]]:
    told = RUNNER.invoke(app, ["diff", *map(str, arguments), "--format", "json"])
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_each_difference_is_told_once(runs: tuple[Path, Path]) -> None:
    found = {(one["kind"], one["state"], one["doc_id"]): one for one in ask(*runs)}
    assert ("articles", "changed", "a") in found
    assert ("articles", "went", "b") in found
    assert ("articles", "came", "c") in found
    changed = found["claims", "changed", "a"]
    assert changed["changes"]["content_text"] == [
        "prices would rise by 5 per cent", "prices would rise by 9 per cent"
    ]  # fmt: skip
    assert found["claims", "came", "c"]["text"] == "Carl Ostrow called for a new licence"
    assert found["claims", "went", "b"]["text"].endswith("the ban would hurt Wexcombe Water")
    denied = [one for one in ask(*runs) if "denied" in one["text"]]
    assert denied == []


def test_a_run_does_not_differ_from_itself(runs: tuple[Path, Path]) -> None:
    told = RUNNER.invoke(app, ["diff", str(runs[0]), str(runs[0]), "--fail-on", "claims"])
    assert told.exit_code == 0
    assert told.stdout == "diff: articles the same; claims the same; entities the same; decisions the same\n"


@pytest.mark.parametrize(("kind", "code"), [("claims", 1), ("decisions", 0)])
def test_a_build_can_fail_on_a_kind(runs: tuple[Path, Path], kind: str, code: int) -> None:
    told = RUNNER.invoke(app, ["diff", *map(str, runs), "--fail-on", kind])
    assert told.exit_code == code


def test_a_folder_without_a_run_is_an_error(runs: tuple[Path, Path], tmp_path: Path) -> None:
    told = RUNNER.invoke(app, ["diff", str(runs[0]), str(tmp_path)])
    assert told.exit_code == 3
    assert "no finished run" in told.stderr
