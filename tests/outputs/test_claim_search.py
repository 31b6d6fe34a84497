"""Claims are found by words, speaker, subject, type and day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from tests.support.standing.runs import IN_PARTS, make_settings, run_local

RUNNER = CliRunner()
ARTICLES = {
    "a": (
        "3 May 2024",
        "Wexcombe Water denied on Friday that it had breached its licence. Urban flats are dear, Ann Lowe said.",
    ),
    "b": (
        "7 May 2024",
        "Ann Lowe, the chairman of Ofcom, said the ban would hurt Wexcombe Water. She called for a new licence.",
    ),
}


@pytest.fixture(scope="module", params=[{}, IN_PARTS], ids=["files", "parts"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    (folder / "raw").mkdir()
    for name, (day, text) in ARTICLES.items():
        text = f"Report {name}\n\nPublished {day}\n\n{text}\n"
        (folder / "raw" / f"{name}.txt").write_text(text, encoding="utf-8")
    run_local(folder / "raw", folder / "out", make_settings(tables=request.param))
    return folder / "out"


def ask(out: Path, *arguments: str) -> list[str]:
    told = RUNNER.invoke(app, ["search", *arguments, "--json", "--out", str(out)])
    assert told.exit_code == 0, told.output
    return [json.loads(line)["reported"] for line in told.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "beginnings"),
    [
        (
            [],
            [
                "Ann Lowe, the chairman of Ofcom, said",
                "She called for",
                "Wexcombe Water denied",
                "Urban flats",
            ],
        ),
        (["ban"], ["Ann Lowe"]),
        (["LICEN"], ["She called for", "Wexcombe Water denied"]),
        (["licence", "new"], ["She called for"]),
        (["--by", "ann lowe"], ["Ann Lowe", "She called for", "Urban flats"]),
        (["--by", "Ann Lowe", "--type", "call"], ["She called for"]),
        (["--about", "Wexcombe Water"], ["Ann Lowe"]),
        (["--until", "2024-05-03"], ["Wexcombe Water denied", "Urban flats"]),
        (["--since", "2024-05-04", "--limit", "1"], ["She called for"]),
        (["--by", "nobody"], []),
        (["--about", "nobody"], []),
        (["--about", "ofcom", "--by", "Ann Lowe"], []),
    ],
)
def test_a_claim_is_found_by_all_that_is_given(
    out: Path, arguments: list[str], beginnings: list[str]
) -> None:
    found = ask(out, *arguments)
    assert len(found) == len(beginnings)
    for beginning in beginnings:
        assert any(told.startswith(beginning) for told in found), found


@pytest.mark.parametrize("name", ["Wexcombe", "water", "wexcomb water"])
def test_a_name_that_nobody_has_leads_to_near_ones(out: Path, name: str) -> None:
    told = RUNNER.invoke(app, ["search", "--about", name, "--out", str(out)])
    assert "search: did you mean 'Wexcombe Water'?" in told.stderr


def test_a_name_that_was_asked_for_is_not_suggested(out: Path) -> None:
    told = RUNNER.invoke(app, ["search", "nobody-said-this", "--by", "Wexcombe Water", "--out", str(out)])
    assert "did you mean 'Wexcombe Water'" not in told.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--since", "May"], "'May' is not a day"), (["--type", "denia"], "'denia' is not a type of claims")],
)
def test_what_cannot_be_asked_is_an_error(out: Path, arguments: list[str], says: str) -> None:
    told = RUNNER.invoke(app, ["search", *arguments, "--out", str(out)])
    assert told.exit_code == 2
    assert says in told.stderr


def test_the_text_names_a_speaker_whom_the_words_do_not(out: Path) -> None:
    told = RUNNER.invoke(app, ["search", "--type", "call", "--out", str(out)])
    assert "[Ann Lowe] She called for a new licence" in told.stdout
    assert "search: 1 claim\n" in told.stdout
