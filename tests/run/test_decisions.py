"""Decisions in runs: they outlast reruns and edits, and without them everything is as before."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.checks import checking
from policy_news.cli.main import app
from policy_news.core.errors import StageError
from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.decisions.decision_format import Decision
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.store import append_decisions
from policy_news.run.decisions_copy import has_decisions, read_outcomes, take_decisions
from policy_news.run.runner import run_all
from policy_news.run.stages import resolve, write
from policy_news.tables.corpus import read_corpus
from policy_news.tables.parquet import read_run
from tests.conftest import MODEL, ROOT
from tests.support.scripted import script_decisions

SETTINGS = Settings(annotate=AnnotateSettings(model=str(MODEL)))
RUNNER = CliRunner()


class Place:
    """A raw folder with a decisions file beside it, and the tables of its runs."""

    def __init__(self, folder: Path, tables: Path) -> None:
        self.raw, self.out, self.decisions = folder / "raw", folder / "out", folder / "decisions.jsonl"
        shutil.copytree(ROOT / "data" / "raw", self.raw)
        shutil.copytree(tables, self.out)

    def run(self) -> bool:
        new = run_all(self.raw, self.out, SETTINGS)
        errors = [found for found in checking.run(self.out, None).findings if found.severity == "error"]
        assert not errors, errors
        return new

    def states(self) -> Counter[str]:
        return Counter(outcome.state for outcome in read_outcomes(self.out))

    def tables(self) -> dict[str, str]:
        hashes: dict[str, str] = read_run(self.out)["tables"]
        return hashes


@pytest.fixture
def place(tmp_path: Path, sample_run: Path) -> Place:
    own = Place(tmp_path, sample_run)
    own.run()  # another raw folder than that of the samples
    return own


@pytest.mark.slow
def test_decisions_of_all_kinds_outlast_reruns_and_edits_and_leave_no_trace(place: Place) -> None:
    before = place.tables()
    scripted = script_decisions(place.out, 500)
    assert len(scripted) == 500
    append_decisions(place.decisions, scripted)
    assert place.run()
    assert place.states() == {"applied": 500}
    first = place.tables()
    assert not place.run(), "nothing changed, so nothing is done"
    place.raw.joinpath("new.txt").write_text("Harbour news\n\nOrla Fenn said so.\n", encoding="utf-8")
    assert place.run()
    assert place.states() == {"applied": 500}
    place.raw.joinpath("new.txt").unlink()
    place.run()
    assert place.tables() == first
    place.decisions.unlink()
    place.run()
    assert place.tables() == before, "removing the file gives the old bytes"
    assert not (place.out / "stages" / "decisions.jsonl").exists()


@pytest.mark.slow
def test_decisions_find_their_place_when_another_part_of_the_article_is_edited(place: Place) -> None:
    scripted = script_decisions(place.out, 300)
    append_decisions(place.decisions, scripted)
    for path in place.raw.rglob("*.txt"):
        text = path.read_text(encoding="utf-8")
        (head, gap, rest) = re.split(r"(\n\s*\n)", text, maxsplit=1)
        path.write_text(f"{head}{gap}An editor put this sentence in later.\n\n{rest}", encoding="utf-8")
    place.run()
    states = place.states()
    assert states["applied"] + states["held"] >= 0.97 * 300, states
    assert sum(states.values()) == 300, "each lost one is told"
    texts = {article.document.doc_id: article for article in read_corpus(place.out).articles}
    for decision in scripted:
        if decision.do == "mention.relabel":
            words = decision.target.exact
            rows = texts[decision.doc.id].mentions
            own = [row for row in rows if row.rule_id == decision.id]
            assert [row.text for row in own] in ([words], []), "on a wrong place"


@pytest.mark.slow
def test_stages_one_by_one_apply_what_ingest_took(place: Place) -> None:
    append_decisions(place.decisions, script_decisions(place.out, 200))
    place.run()
    whole = place.tables()
    append_decisions(place.decisions, [Maker("nell").undo([script_decisions(place.out, 30)[0].id])])
    resolve.run(place.out, SETTINGS)
    write.run(place.out, SETTINGS)
    assert place.tables() == whole, "an edit of the file is for the next run"


def test_the_settings_may_name_the_file(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.jsonl"
    append_decisions(other, script_decisions(place.out, 60))
    settings = SETTINGS.model_copy(update={"decisions": str(other)})
    run_all(place.raw, place.out, settings)
    assert place.states() == {"applied": 60}


def lost_decision(out: Path) -> Decision:
    row = read_corpus(out).articles[0].document
    return Maker("nell").make(
        "mention.reject",
        doc=QuotedDocument(row.doc_id, "0" * 64, "").ref,
        target={"exact": "Nobody wrote this", "start": 3, "end": 20},
    )


def test_commands(place: Place) -> None:
    scripted = script_decisions(place.out, 80)
    append_decisions(place.decisions, scripted)
    result = RUNNER.invoke(app, ["decisions", "check", "--out", str(place.out)])
    assert (result.exit_code, result.stdout.strip()) == (0, "decisions: 80 decisions hold")
    result = RUNNER.invoke(app, ["decisions", "apply", "--out", str(place.out)])
    assert "decisions: 80 decisions hold" in result.stdout
    assert place.states() == {"applied": 80}
    append_decisions(place.decisions, [lost_decision(place.out), Maker("finn").undo([scripted[0].id])])
    result = RUNNER.invoke(app, ["decisions", "check", "--out", str(place.out)])
    assert result.exit_code == 1
    assert f"{place.decisions}:81: mention.reject" in result.stderr
    assert "the words are not in the text any more" in result.stderr
    result = RUNNER.invoke(app, ["decisions", "list", "--out", str(place.out)])
    assert result.stdout.count("\n") == 83
    assert re.search(r"^ +1  undone ", result.stdout, re.MULTILINE)
    assert re.search(r"^ +81  lost ", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "message"),
    [('{"v": 1, "id": "aa', "is cut off"), ('{"v": 7}', "decision of version 7, this program reads 1")],
)
def test_a_broken_file_stops_the_run_before_anything_is_written(
    place: Place, line: str, message: str
) -> None:
    before = place.tables()
    append_decisions(place.decisions, script_decisions(place.out, 20))
    with place.decisions.open("a", encoding="utf-8") as file:
        file.write(line)
    arguments = ["run", "--raw", str(place.raw), "--out", str(place.out), "--workers", "1"]
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 2
    assert f"{place.decisions}:{len(place.decisions.read_text().splitlines())}: " in result.stderr
    assert message in result.stderr
    assert place.tables() == before
    assert json.loads((place.out / "run.json").read_text())["tables"] == before


def test_a_single_stage_refuses_a_damaged_copy_of_the_decisions(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    made = Maker("nell").make("entity.name", entity={"id": "hikvision"}, value="Hangzhou Hikvision")
    append_decisions(tmp_path / "decisions.jsonl", [made])
    take_decisions(raw, out, SETTINGS)
    assert has_decisions(out)
    copy = out / "stages" / "decisions.jsonl"
    copy.write_bytes(copy.read_bytes().replace(b"Hangzhou", b"Hangzhot"))
    with pytest.raises(StageError, match="damaged"):
        has_decisions(out)
