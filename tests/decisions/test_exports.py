"""Decisions as expectations."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policy_news.checks import checking
from policy_news.checks.expectations_file import read_expectations
from policy_news.core.errors import ArgumentError
from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.decisions.decisions_file import DecisionFile, read_decisions
from policy_news.decisions.exports import write_expectations
from policy_news.decisions.store import append_decisions
from policy_news.run.runner import run_all
from tests.conftest import MODEL, ROOT
from tests.support.scripted import script_decisions


@pytest.mark.slow
def test_expectations_hold_where_the_decisions_are_applied_and_fail_where_not(
    sample_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    out = Path(shutil.copytree(sample_run, tmp_path / "out"))
    append_decisions(tmp_path / "decisions.jsonl", script_decisions(out, 220))
    run_all(tmp_path / "raw", out, Settings(annotate=AnnotateSettings(model=str(MODEL))))
    write_expectations(read_decisions(tmp_path / "decisions.jsonl"), out, tmp_path / "checks.yml")
    expected = read_expectations(tmp_path / "checks.yml")
    assert checking.run(out, expected).findings == []
    assert checking.run(sample_run, expected).findings


def test_nothing_decided(sample_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no decision"):
        write_expectations(DecisionFile(), sample_run, tmp_path / "x.yml")
