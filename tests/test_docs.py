"""What the documentation shows holds: commands print what it says, examples can be followed, links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.settings import Settings
from scripts.site_pages import linked_files
from tests.conftest import MODEL, ROOT
from tests.support.doc_pages import (
    add_entry,
    drop_entry,
    follow,
    knows,
    output_pattern,
    read_steps,
    split_steps,
)
from tests.support.sentences import sentences

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "models" / "rules" / "README.md",
        ROOT / "data" / "README.md",
    ]
)
IN_A_COPY = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "adding.md"]
"""Pages that change the rules: what they do from then on is done in a copy of the project."""
ELSEWHERE = [ROOT / "docs" / "checks.md", ROOT / "docs" / "cluster.md"]
"""Pages that are not run here: `tests/checks/test_check_docs.py` has tables for the one, the other needs several machines."""
RUN_HERE = [
    page
    for page in PAGES
    if page not in (*IN_A_COPY, *ELSEWHERE) and "```console" in page.read_text(encoding="utf-8")
]
PROSE = sorted(
    [
        *PAGES,
        *(ROOT / "models").glob("*/README.md"),
        *(ROOT / "models/rules").glob("*/README.md"),
        *(ROOT / name / "README.md" for name in ("corpus", "benchmarks")),
    ]
)
LONG, SHARE_OF_LONG = 30, 0.03
"""Words of a sentence, and share of the sentences of a page that may have more."""
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture
def desk(tmp_path: Path, sample_run: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder like that of the project behind `make pipeline`."""
    shutil.copytree(sample_run, tmp_path / "data" / "out")
    for name in ("data/raw", "data/draft.md", "models", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN_HERE, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_do_as_the_page_says(page: Path, desk: Path) -> None:
    follow(read_steps(page.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_the_tutorial_can_be_followed_up_to_the_new_company(desk: Path) -> None:
    before, after = split_steps(IN_A_COPY[0])
    if any(knows(step) for step in after if step.kind == "add"):
        pytest.skip("the rules know the company of the tutorial already; its end says how to undo that")
    follow(before)


@pytest.mark.slow
def test_additions_to_the_rules_come_out_in_the_tables(tmp_path: Path) -> None:
    """The rest of the tutorial, and a committee, a minister and a cue, in a copy of the project."""
    ignore = shutil.ignore_patterns("__pycache__", "own")
    for name in ("policy_news", "models/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    for path in (ROOT / "models").iterdir():
        if path.name not in ("rules", MODEL.name, "own"):
            (tmp_path / "models" / path.name).symlink_to(path)
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.doc_pages", *map(str, IN_A_COPY)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def command_names(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in (command for command in group.registered_commands if not command.hidden):
        yield prefix + (command.name or (command.callback.__name__ if command.callback else ""))
    for inner in group.registered_groups:
        if inner.typer_instance and inner.name:
            yield from command_names(inner.typer_instance, f"{prefix}{inner.name} ")


@pytest.mark.parametrize("command", command_names(app))
def test_every_command_has_an_example_that_is_run(command: str) -> None:
    shown = [
        step.target
        for page in PAGES
        if page.name != "cluster.md"
        for step in read_steps(page.read_text(encoding="utf-8"))
        if step.kind == "run"
    ]
    assert any(f"pipeline {command}" in line for line in shown), (
        f"docs/commands.md has no example of `pipeline {command}`"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if not link.startswith(("http://", "https://")):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PROSE, ids=lambda page: str(page.relative_to(ROOT)))
def test_hardly_a_sentence_is_long(page: Path) -> None:
    found = list(sentences(page.read_text(encoding="utf-8")))
    long = [sentence for sentence in found if len(sentence.split()) > LONG]
    assert len(long) < max(1, SHARE_OF_LONG * len(found)), "\n".join(long)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("# Head\n\nOne. Two `a. B` (three). Four", ["One.", "Two Code (three).", "Four"]),
        ("- one\n  more\n- two", ["one more", "two"]),
        ("| short | a cell of a table with more than seven words |", ["a cell of a table with more than seven words"]),
        ("```\nA. B.\n```\n\n> quoted\n\n1.0. The [end](x.md#a).", ["1.0.", "The [end]."]),
    ],
)  # fmt: skip
def test_sentences_are_those_of_the_prose(page: str, expected: list[str]) -> None:
    assert list(sentences(page)) == expected


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_the_site_has_every_page() -> None:
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    pages = [path for path in linked_files(ROOT / "README.md") if path.suffix == ".md"]
    assert {str(path.relative_to(ROOT)) for path in pages} | {"demo.md"} == set(listed)
    assert len(listed) == len(set(listed))


def test_nothing_tells_to_install_the_project_by_its_name() -> None:
    """The name is not ours in any registry of packages: whoever takes it would run code on the machines of users."""
    files = [*PAGES, *sorted((ROOT / "policy_news").rglob("*.py")), ROOT / "Makefile"]
    named = re.compile(r"pip install [^\n]*policy-news-pipeline")
    assert [file.name for file in files if named.search(file.read_text(encoding="utf-8"))] == []


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, new = set[Path](), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        linked = {
            (page.parent / link.partition("#")[0]).resolve()
            for link in LINK.findall(page.read_text(encoding="utf-8"))
        }
        new |= {target for target in linked if target.suffix == ".md" and target.is_file()} - reached
    assert set((ROOT / "docs").rglob("*.md")) <= reached


@pytest.mark.parametrize(
    ("expected", "printed", "fits"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\nx\nb\n", False),
        ("a\n...\nb", "a\nx\ny\nb\n", True),
        ("n ... of ...", "n 1 of 2\n", True),
        ("n ... of ...", "n 1\nof 2\n", False),
        ("  key  x", "  key  x\n", True),
        ("b", "ab\n", False),
    ],
)
def test_what_a_page_shows_is_compared_line_by_line(expected: str, printed: str, fits: bool) -> None:
    assert bool(output_pattern(expected).search(printed)) is fits


def test_a_wrong_page_is_noticed(desk: Path) -> None:
    for text in (
        "$ pipeline failures\n5 failed\n",
        "$ pipeline failures\n[exit code 1]\n",
        "$ pipeline nonsense\n",
    ):
        (desk / "page.md").write_text(f"```console\n{text}```\n", encoding="utf-8")
        with pytest.raises(AssertionError):
            follow(read_steps((desk / "page.md").read_text(encoding="utf-8")))


def test_entries_go_to_their_place(tmp_path: Path) -> None:
    path = tmp_path / "verbs.yml"
    path.write_text("verbs:\n  - lemma: add\n    type: x\n  - lemma: say\n", encoding="utf-8")
    add_entry(path, "  - lemma: bewail\n")
    assert (
        path.read_text(encoding="utf-8")
        == "verbs:\n  - lemma: add\n    type: x\n  - lemma: bewail\n  - lemma: say\n"
    )


@pytest.mark.parametrize("key", ["add", "say"])
def test_entries_that_stand_there_already_are_taken_out(tmp_path: Path, key: str) -> None:
    path = tmp_path / "verbs.yml"
    entries = {
        "add": "  - lemma: add\n    type: x\n",
        "mend": "  - {lemma: mend}\n",
        "say": "  - lemma: say\n    frames: [a]\n",
    }
    path.write_text("verbs:\n" + "".join(entries.values()), encoding="utf-8")
    drop_entry(tmp_path, key)
    assert path.read_text(encoding="utf-8") == "verbs:\n" + "".join(
        text for name, text in entries.items() if name != key
    )


def test_help_names_the_commands_in_the_order_of_a_run() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    places = [
        shown.index(f"  {name} ")
        for name in ("run", "ingest", "unmask", "annotate", "resolve", "write", "check")
    ]
    assert places == sorted(places)


def test_the_page_of_commands_shows_all_settings_with_their_defaults() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert shown
    assert Settings.model_validate(tomllib.loads(shown[1])).model_dump() == Settings().model_dump()
    for name, value in Settings().model_dump().items():
        for key in value if isinstance(value, dict) else [name]:
            assert re.search(rf"^{key} = ", shown[1], re.MULTILINE), key
