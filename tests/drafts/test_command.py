"""The command `verify`: forms, exit codes, bad input, and the page in a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.settings import Settings
from policy_news.run.runner import run_all

GOOD = "“It would close the harbour within two years,” Anna Moll said.\n"
BAD = "“It would close the harbour within five years,” Anna Moll said.\n"
KEYS = ["file", "start", "end", "kind", "text", "speaker", "verdict", "score", "doc_id", "claim_id", "other_text", "difference"]  # fmt: skip


def verify(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_text(f"# A draft\n\n{GOOD}\n{BAD}", encoding="utf-8")
    return path


def test_a_draft_with_an_altered_quotation_fails(draft: Path, pile_folder: Path) -> None:
    told = verify(draft, "--out", pile_folder)
    assert told.exit_code == 1
    assert "line 5    altered" in told.output
    assert "'five' for 'two'" in told.output
    assert told.output.rstrip().endswith("verify: 1 draft: 1 exact, 1 altered")


def test_verdicts_that_fail_can_be_named(draft: Path, pile_folder: Path) -> None:
    assert verify(draft, "--out", pile_folder, "--fail-on", "not_found, masked").exit_code == 0
    assert verify(draft, "--out", pile_folder, "--fail-on", "").exit_code == 0
    wrong = verify(draft, "--out", pile_folder, "--fail-on", "alterd")
    assert wrong.exit_code == 2
    assert "altered" in wrong.output


def test_json_has_one_object_a_line(draft: Path, pile_folder: Path) -> None:
    told = verify(draft, "--out", pile_folder, "--format", "json")
    rows = [json.loads(line) for line in told.output.splitlines()]
    assert [row["verdict"] for row in rows] == ["exact", "altered"]
    assert list(rows[0])[: len(KEYS)] == KEYS
    assert rows[1]["difference"] == [["replace", "five", "two"]]
    text = draft.read_text(encoding="utf-8")
    assert [text[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]


def test_junit_and_github(draft: Path, pile_folder: Path) -> None:
    suites = ET.fromstring(verify(draft, "--out", pile_folder, "--format", "junit").output)
    assert suites[0].attrib["failures"] == "1"
    assert [case.find("failure") is not None for case in suites[0]] == [False, True]
    told = verify(draft, "--out", pile_folder, "--format", "github").output
    assert ",line=5,title=verify%3A altered::altered: " in told
    assert told.startswith("::error file=")


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("a.txt", "Der Minister sagte, „wir werden das nicht tun“. " * 2, 0, "line 1: not English"),
        ("a.txt", "Nothing is quoted here, and nobody says a thing.\n", 0, "nothing to verify"),
        ("a.txt", "He said “never closed.\n\nAnd “this ‘is” nested’ badly.\n", 0, "a quotation mark is not closed"),
        ("a.txt", "A “so-called” plan, “indeed”.\n", 0, "nothing to verify"),
        ("a.txt", "", 3, "a.txt"),
        ("a.xyz", "text", 3, "unknown extension"),
        ("a.txt", "A word. " * 125_001, 3, "more than 1,000,000 characters"),
        ("a.jsonl", '{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n', 0, "2 drafts"),
        ("a.json", '{"text": ', 3, "not JSON"),
        ("a.json", '{"title": "One"}', 3, "has no text under answer, text, draft, content"),
        ("a.json", '{"answer": "One.", "citations": [{"id": "1"}]}', 3, "citation 1 has no text"),
    ],
)  # fmt: skip
def test_bad_drafts_get_a_clear_line(
    tmp_path: Path, pile_folder: Path, name: str, text: str, code: int, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    told = verify(tmp_path / name, "--out", pile_folder)
    assert told.exit_code == code, told.output
    assert said in told.output


@pytest.mark.parametrize(
    "code",
    [
        "def cost(n): return sum(x.price for x in rows if x.kind == n) / max(1, len(rows))",
        "git commit -am 'bridge' && git push origin main --force-with-lease || exit 1",
        "SELECT name, price FROM bridges WHERE year > 2020 ORDER BY price DESC LIMIT 10;",
        "<p class='x'>Roe</p><script src='a.js' async defer></script><img alt='bridge' src='b.png'>",
        '{"name": "Roe", "kind": "bridge", "tags": ["new", "dear"], "price": 12, "open": true}',
        'for (int i = 0; i < n; i++) { total += prices[i]; printf("%d", total); }',
    ],
)
def test_code_in_a_draft_is_no_other_language(code: str, tmp_path: Path, pile_folder: Path) -> None:
    for text in (code, f"The minister ran `{code}` and said that the bridge was dear.\n\n{code}\n"):
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        told = verify(tmp_path / "a.txt", "--out", pile_folder)
        assert told.exit_code == 0, told.output
        assert "not English" not in told.output


def test_missing_and_older_tables_get_a_clear_line(draft: Path, tmp_path: Path, pile_folder: Path) -> None:
    assert verify(draft, "--out", tmp_path / "none").exit_code == 3
    assert verify(tmp_path / "none.md", "--out", pile_folder).exit_code == 3
    older = tmp_path / "older"
    shutil.copytree(pile_folder, older)
    run = json.loads((older / "run.json").read_text(encoding="utf-8"))
    (older / "run.json").write_text(json.dumps({**run, "schema_version": 1}), encoding="utf-8")
    told = verify(draft, "--out", older)
    assert told.exit_code == 3
    assert "schema version 1" in told.output


def test_an_empty_pile_gets_a_clear_line(draft: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "empty.txt").write_text("", encoding="utf-8")
    run_all(tmp_path / "raw", tmp_path / "out", Settings())
    told = verify(draft, "--out", tmp_path / "out")
    assert told.exit_code == 3
    assert "no documents" in told.output


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def test_the_page_replaces_an_older_one_and_nothing_else(draft: Path, pile_folder: Path) -> None:
    page = draft.with_name("draft.md.verified.html")
    for _ in range(2):
        verify(draft, "--out", pile_folder, "--page")
        assert "altered" in page.read_text(encoding="utf-8")
    page.write_text("my notes", encoding="utf-8")
    told = verify(draft, "--out", pile_folder, "--page")
    assert told.exit_code == 3
    assert "did not write" in told.output
    assert page.read_text(encoding="utf-8") == "my notes"


@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_shows_each_place_and_its_source_one_click_away(
    draft: Path, pile_folder: Path, browser: Any, width: int
) -> None:
    draft.write_text(f"# <b>A</b> draft\n\n{GOOD}\n{BAD}", encoding="utf-8")
    verify(draft, "--out", pile_folder, "--page")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((draft.parent / "draft.md.verified.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows = page.locator(".sentences > li")
    assert rows.locator(".mark").all_inner_texts() == ["", "exact", "altered"]
    assert "It would close the harbour within two years" in rows.nth(2).locator(".sources").inner_text()
    assert rows.nth(2).locator("mark").all_inner_texts() == ["five", "two"]
    assert "# <b>A</b> draft" in rows.nth(0).inner_text()
    page.check("#only")
    assert [row.is_visible() for row in rows.all()] == [False, False, True]
    page.close()


def test_a_denial_is_shown_with_its_verb(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text("The river firm, Norvik Water, denied that it had broken its permits.\n\nOla Brun of Norvik Water said that the pumps would be replaced in May.\n")  # fmt: skip
    (tmp_path / "draft.txt").write_text("Norvik Water said that it had broken its permits.\n\nOla Brun said the pumps would be replaced in May.\n")  # fmt: skip
    told = verify(tmp_path / "draft.txt", "--against", tmp_path / "source.txt").output
    assert "Norvik Water denied that it had broken its permits" in told
    assert "supported" in told
    assert "source: Ola Brun of Norvik Water said that the pumps would be replaced in May" in told
