"""What people correct in other tools comes back as decisions; what they leave alone gives none."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.atomic_files import safe_stem
from policy_news.core.errors import ArgumentError, GoldError
from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.decisions.decisions_file import DecisionFile, read_decisions
from policy_news.decisions.making import Maker
from policy_news.outputs.corrections.label_studio import make_config
from policy_news.outputs.corrections.returned_corrections import Imported, import_corrections
from policy_news.outputs.formats import write_export as export
from policy_news.run.runner import run_all
from policy_news.run.trial import try_decisions
from policy_news.tables.corpus import Article, read_corpus
from tests.conftest import MODEL

RUNNER = CliRunner()
SETTINGS = Settings(annotate=AnnotateSettings(model=str(MODEL)))
DOC = "briefing/camera-policy-weekly"


def bring_back(path: Path, form: str, out: Path) -> Imported:
    return import_corrections(path, form, out, Maker("nell"), DecisionFile())


def article_of(out: Path) -> Article:
    return next(article for article in read_corpus(out).articles if article.document.doc_id == DOC)


def as_annotated(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks as Label Studio exports them once somebody submitted the predictions."""
    for task in tasks:
        (prediction,) = task.pop("predictions")
        task["annotations"] = [{"result": prediction["result"], "was_cancelled": False}]
    return tasks


@pytest.fixture
def exported(sample_run: Path, tmp_path: Path) -> dict[str, Path]:
    """The exports of the samples, as a tool gives them back untouched."""
    places = {
        "brat": tmp_path / "brat",
        "labelstudio": tmp_path / "tasks.json",
    }
    for form, to in places.items():
        export(sample_run, form, to)
    tasks = json.loads(places["labelstudio"].read_text(encoding="utf-8"))
    places["labelstudio"].write_text(json.dumps(as_annotated(tasks)), encoding="utf-8")
    return places


@pytest.mark.parametrize("form", ["brat", "labelstudio"])
def test_what_nobody_touched_gives_no_decision(
    form: str, exported: dict[str, Path], sample_run: Path
) -> None:
    imported = bring_back(exported[form], form, sample_run)
    assert [decision for decision in imported.decisions if not decision.do.startswith("claim")] == []
    changed = [decision for decision in imported.decisions if decision.do.startswith("claim")]
    assert changed == [], changed[0]


def test_brat(exported: dict[str, Path], sample_run: Path) -> None:
    file = exported["brat"] / f"{safe_stem(DOC)}.ann"
    lines = file.read_text(encoding="utf-8").splitlines()
    mentions = [index for index, line in enumerate(lines) if line.startswith("T") and "\tPERSON " in line]
    lines[mentions[0]] = lines[mentions[0]].replace("\tPERSON ", "\tORG ")
    gone = lines.pop(mentions[1])
    text = (exported["brat"] / f"{safe_stem(DOC)}.txt").read_text(encoding="utf-8")
    at = text.index("short letter")
    lines.append(f"T9001\tLAW {at} {at + 12}\tshort letter")
    event = next(index for index, line in enumerate(lines) if line.startswith("E"))
    name, _, trigger = lines[event].split("\t")[1].split(" ")[0].partition(":")
    other = "denial" if name != "denial" else "call"
    lines = [line.replace(f"{name}:{trigger} ", f"{other}:{trigger} ") for line in lines]
    lines = [re.sub(rf"^({trigger}\t){name} ", rf"\1{other} ", line) for line in lines]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    imported = bring_back(exported["brat"], "brat", sample_run)
    assert Counter(decision.do for decision in imported.decisions) == {
        "mention.relabel": 1, "mention.reject": 1, "mention.add": 1, "claim.change": 1,
    }  # fmt: skip
    by_kind = {decision.do: decision for decision in imported.decisions}
    assert by_kind["mention.reject"].target.exact == gone.split("\t")[2]  # type: ignore[union-attr]
    assert by_kind["mention.add"].target.exact == "short letter"  # type: ignore[union-attr]


def test_offsets_of_a_changed_text_are_found_by_their_words(
    exported: dict[str, Path], sample_run: Path
) -> None:
    """A tool that puts a line in front and breaks lines elsewhere shifts all offsets."""
    stem = exported["brat"] / safe_stem(DOC)
    text = stem.with_suffix(".txt").read_text(encoding="utf-8")
    shifted = "A line of the tool\n\n" + text
    stem.with_suffix(".txt").write_text(shifted, encoding="utf-8")
    lines = []
    for line in stem.with_suffix(".ann").read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if parts[0].startswith("T"):
            label, _, spans = parts[1].partition(" ")
            moved = ";".join(" ".join(str(int(n) + 20) for n in pair.split()) for pair in spans.split(";"))
            line = "\t".join([parts[0], f"{label} {moved}", *parts[2:]])
        lines.append(line)
    stem.with_suffix(".ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    imported = bring_back(exported["brat"], "brat", sample_run)
    assert [decision.do for decision in imported.decisions] == []
    assert not [note for note in imported.notes if "is not found" in note]


def test_label_studio(exported: dict[str, Path], sample_run: Path) -> None:
    tasks = json.loads(exported["labelstudio"].read_text(encoding="utf-8"))
    task = next(task for task in tasks if task["data"]["doc_id"] == DOC)
    result = task["annotations"][0]["result"]
    names = [
        item for item in result if item.get("from_name") == "names" and item["value"]["labels"] == ["PERSON"]
    ]
    names[0]["value"]["labels"] = ["COMPANY"]
    result.remove(names[1])
    types = [item for item in result if item["type"] == "choices"]
    types[0]["value"]["choices"] = ["question" if types[0]["value"]["choices"] != ["question"] else "call"]
    head = types[1]["id"]
    result[:] = [
        item for item in result if not (item.get("from_id") == head and item.get("labels") == ["source"])
    ]
    exported["labelstudio"].write_text(json.dumps(tasks), encoding="utf-8")
    imported = bring_back(exported["labelstudio"], "labelstudio", sample_run)
    assert Counter(decision.do for decision in imported.decisions) == {
        "mention.relabel": 1, "mention.reject": 1, "claim.change": 2,
    }  # fmt: skip


def test_the_command_writes_decisions_that_hold(
    exported: dict[str, Path], sample_run: Path, tmp_path: Path
) -> None:
    file = exported["brat"] / f"{safe_stem(DOC)}.ann"
    text = file.read_text(encoding="utf-8").replace("\tPERSON ", "\tORG ")
    file.write_text(text, encoding="utf-8")
    arguments = [
        "decisions",
        "import",
        str(exported["brat"]),
        "--format",
        "brat",
        "--by",
        "nell",
        "--out",
        str(sample_run),
    ]
    decisions = tmp_path / "decisions.jsonl"
    result = RUNNER.invoke(app, [*arguments, "--file", str(decisions)])
    assert result.exit_code == 0, result.output
    made = len(read_decisions(decisions).live)
    assert made >= 3
    outcomes = try_decisions(sample_run, SETTINGS, read_decisions(decisions))
    assert {outcome.state for outcome in outcomes} == {"applied"}
    result = RUNNER.invoke(app, [*arguments, "--file", str(decisions)])
    assert "import: 0 decisions" in result.stdout, "the same file again says nothing new"
    assert len(read_decisions(decisions).live) == made


def test_wide_characters_shift_no_offset(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text(
        "Camera \U0001f3a5 rule\n\n\U0001f3a5 Hikvision denied on Monday that Dahua lied.\n", encoding="utf-8"
    )
    run_all(raw, tmp_path / "out", SETTINGS)
    export(tmp_path / "out", "labelstudio", tmp_path / "tasks.json")
    tasks = as_annotated(json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8")))
    units = tasks[0]["data"]["text"].encode("utf-16-le")
    for item in tasks[0]["annotations"][0]["result"]:
        value = item.get("value", {})
        if "start" in value:
            assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    assert bring_back(tmp_path / "tasks.json", "labelstudio", tmp_path / "out").decisions == ()


@pytest.mark.parametrize("form", ["brat", "labelstudio"])
def test_files_of_another_kind(form: str, sample_run: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x.json").write_text('{"no": "tasks"}', encoding="utf-8")
    with pytest.raises(GoldError):
        bring_back(tmp_path / ("x" if form == "brat" else "x.json"), form, sample_run)


def test_documents_of_another_run(sample_run: Path, tmp_path: Path) -> None:
    task = {"data": {"text": "x", "doc_id": "nowhere"}, "annotations": [{"result": []}]}
    (tmp_path / "x.json").write_text(json.dumps([task]), encoding="utf-8")
    with pytest.raises(ArgumentError, match="none of its 1 documents"):
        bring_back(tmp_path / "x.json", "labelstudio", sample_run)


def test_label_studio_itself_takes_tasks_and_config(sample_run: Path, tmp_path: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    export(sample_run, "labelstudio", tmp_path / "tasks.json")
    config = (tmp_path / "tasks.config.xml").read_text(encoding="utf-8")
    own = interface.LabelInterface(config)
    own.validate()
    for task in json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8")):
        assert own.validate_prediction(task["predictions"][0])
    assert '<Label value="A&amp;B"/>' in make_config(["A&B"])
    shutil.rmtree(tmp_path, ignore_errors=True)
