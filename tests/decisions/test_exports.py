"""Decisions as expectations, training data and names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from policy_news.checks import checking
from policy_news.checks.expectations_file import read_expectations
from policy_news.core.errors import ArgumentError
from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.decisions.decisions_file import DecisionFile, read_decisions
from policy_news.decisions.exports import write_decisions
from policy_news.decisions.making import Maker
from policy_news.decisions.store import append_decisions
from policy_news.outputs.formats.json_lines import read_jsonl
from policy_news.rules.list_import import import_list
from policy_news.run.runner import run_all
from policy_news.tables.corpus import read_corpus
from tests.conftest import MODEL, ROOT
from tests.support.scripted import script_decisions, source_of


@pytest.fixture(scope="module")
def applied(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DecisionFile]:
    """A run over the samples with decisions applied."""
    folder = tmp_path_factory.mktemp("applied")
    shutil.copytree(ROOT / "data" / "raw", folder / "raw")
    out = Path(shutil.copytree(sample_run, folder / "out"))
    article = read_corpus(out).articles[0]
    done = Maker("nell").make("document.done", doc=source_of(article).ref)
    append_decisions(folder / "decisions.jsonl", [*script_decisions(out, 220), done])
    run_all(folder / "raw", out, Settings(annotate=AnnotateSettings(model=str(MODEL))))
    return out, read_decisions(folder / "decisions.jsonl")


@pytest.mark.slow
def test_expectations_hold_where_the_decisions_are_applied_and_fail_where_not(
    applied: tuple[Path, DecisionFile], sample_run: Path, tmp_path: Path
) -> None:
    out, file = applied
    write_decisions(file, out, "expectations", tmp_path / "checks.yml")
    expected = read_expectations(tmp_path / "checks.yml")
    assert checking.run(out, expected).findings == []
    assert checking.run(sample_run, expected).findings


@pytest.mark.slow
def test_training_data_is_gold_for_evaluate(applied: tuple[Path, DecisionFile], tmp_path: Path) -> None:
    out, file = applied
    write_decisions(file, out, "training", tmp_path / "train.jsonl")
    documents = read_jsonl(tmp_path / "train.jsonl").documents
    first = read_corpus(out).articles[0]
    whole = next(document for document in documents if document.name == first.document.doc_id)
    assert whole.text == first.document.text
    assert len(whole.entities or ()) == len(first.mentions)
    assert len(documents) > 20
    for line in (tmp_path / "train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert all(0 <= e["start"] < e["end"] <= len(row["text"]) for e in row["entities"])


def test_names_are_a_list_that_can_be_imported(applied: tuple[Path, DecisionFile], tmp_path: Path) -> None:
    out, file = applied
    write_decisions(file, out, "names", tmp_path / "names.csv")
    info, _ = import_list(tmp_path / "names.csv", tmp_path / "own", "own")
    assert info.entries >= 5


def test_nothing_decided(sample_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no decision"):
        write_decisions(DecisionFile(), sample_run, "names", tmp_path / "x.csv")
