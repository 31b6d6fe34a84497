"""What is new since somebody last asked."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.news import News, format_news
from tests.support.standing.runs import IN_PARTS, make_settings, run_local

RUNNER = CliRunner()
LAYOUTS = [{}] if os.name == "nt" else [{}, IN_PARTS]


def write(raw: Path, name: str, text: str) -> None:
    raw.mkdir(exist_ok=True)
    (raw / f"{name}.txt").write_text(
        f"Report {name}\n\nPublished March 7, 2022\n\n{text}\n", encoding="utf-8"
    )


def ask(out: Path, mark: Path) -> list[dict[str, str]]:
    told = RUNNER.invoke(app, ["new", "--out", str(out), "--since", str(mark), "--format", "jsonl"])
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


def count(news: list[dict[str, str]]) -> Counter[str]:
    return Counter(f"{one['state']} {one['table']}" for one in news)


@pytest.fixture(params=LAYOUTS, ids=lambda tables: "parts" if tables else "files")
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    raw, out = tmp_path / "raw", tmp_path / "out"
    for number in range(8):
        write(raw, f"n{number}", "Ann Lowe, the chairman of Ofcom, said on Monday that Dahua had agreed.")
    settings = make_settings(tables=request.param)
    run_local(raw, out, settings)
    (tmp_path / "settings").write_text(settings.model_dump_json(), encoding="utf-8")
    return raw, out


def again(raw: Path, out: Path) -> None:
    settings = make_settings().model_validate_json((out.parent / "settings").read_text(encoding="utf-8"))
    run_local(raw, out, settings)


def test_all_is_new_at_first_and_nothing_the_second_time(place: tuple[Path, Path], tmp_path: Path) -> None:
    _, out = place
    first = ask(out, tmp_path / "mark")
    assert count(first)["new documents"] == 8
    assert {"ann lowe", "dahua"} <= {one["text"].lower() for one in first if one["table"] == "entities"}
    assert any("Dahua had agreed" in one["text"] for one in first if one["table"] == "claims")
    assert ask(out, tmp_path / "mark") == []


def test_an_article_more_is_told_with_its_claims_and_entities(
    place: tuple[Path, Path], tmp_path: Path
) -> None:
    raw, out = place
    ask(out, tmp_path / "mark")
    write(raw, "n35", "Eve Stirling, a spokesman for Ofcom, denied on Tuesday that it was late.")
    again(raw, out)
    news = ask(out, tmp_path / "mark")
    assert [one["doc_id"] for one in news if one["table"] == "documents"] == ["n35"]
    assert {one["doc_id"] for one in news if one["table"] == "claims"} == {"n35"}
    assert "Eve Stirling" in [one["text"] for one in news if one["table"] == "entities"]
    assert not any(one["text"] == "Dahua" for one in news)


def test_a_changed_article_tells_only_of_claims_that_it_had_not(
    place: tuple[Path, Path], tmp_path: Path
) -> None:
    raw, out = place
    ask(out, tmp_path / "mark")
    write(
        raw,
        "n3",
        "It rained.\n\nAnn Lowe, the chairman of Ofcom, said on Monday that Dahua had agreed.\n\nDahua denied that it was late.",
    )
    again(raw, out)
    news = ask(out, tmp_path / "mark")
    assert count(news)["changed documents"] == 1
    claims = [one["text"] for one in news if one["table"] == "claims"]
    assert claims
    assert not any("had agreed" in text for text in claims)


def test_csv_and_text_say_the_same(place: tuple[Path, Path], tmp_path: Path) -> None:
    _, out = place
    told = RUNNER.invoke(app, ["new", "--out", str(out), "--since", str(tmp_path / "one"), "--format", "csv"])
    rows = list(csv.DictReader(told.stdout.splitlines()))
    assert rows == ask(out, tmp_path / "two")
    told = RUNNER.invoke(app, ["new", "--out", str(out), "--since", str(tmp_path / "three")])
    assert told.stdout.splitlines()[-1].startswith("new: 8 documents, ")


def test_what_is_no_mark_is_refused(place: tuple[Path, Path], tmp_path: Path) -> None:
    _, out = place
    (tmp_path / "mark").write_text("something else", encoding="utf-8")
    told = RUNNER.invoke(app, ["new", "--out", str(out), "--since", str(tmp_path / "mark")])
    assert told.exit_code == 2
    assert "is not a mark" in told.output


def test_a_cell_of_the_csv_is_no_formula() -> None:
    told = format_news([News("claims", "new", "=id", text="=HYPERLINK(1)")], "csv")
    row = next(iter(csv.DictReader(told.splitlines())))
    assert (row["id"], row["text"]) == ("'=id", "'=HYPERLINK(1)")
