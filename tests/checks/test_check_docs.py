"""What `docs/checks.md` and the workflow for users show is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from policy_news.checks.expectations import (
    Expectations,
    ExpectedClaim,
    ExpectedDate,
    ExpectedDocument,
    ExpectedMention,
    Shares,
    TableDriftLimits,
)
from policy_news.checks.expectations_file import LABEL_COLUMNS, read_expectations
from policy_news.checks.integrity import CHECKS
from policy_news.cli.main import app
from policy_news.tables.schema import TABLES
from tests.conftest import ROOT
from tests.support.doc_pages import output_pattern
from tests.support.invented_run import Draft, masked_draft, write_run

DOCS = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "articles.yml"
CALLER = ROOT / "docs" / "examples" / "github-workflow.yml"
DEFAULT = re.compile(r'"\$\{\w+:-([^}]+)\}"')
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [found[2] for found in FENCE.finditer(DOCS) if found[1] == kind]


def article() -> Draft:
    """The article of the page, as a run reads it."""
    draft = masked_draft("camera-rule")
    draft.mentions = [
        replace(row, office_id="gb-camera-minister", office_status="held") if row.label == "MINISTER" else row
        for row in draft.mentions
    ]
    return draft


def earlier() -> Draft:
    """The same article before: one name under another label, one date less."""
    draft = article()
    draft.mentions[0] = replace(draft.mentions[0], label="ORG")
    draft.dates = draft.dates[1:]
    return draft


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files and runs that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    for text in blocks("yaml"):
        name = re.match(r"# (\S+\.yml)\n", text)
        assert name is not None
        Path(name[1]).write_text(text, encoding="utf-8")
    write_run(tmp_path / "tables", [article()])
    write_run(tmp_path / "tables-before", [earlier()])
    return tmp_path


def test_the_article_of_the_page_is_that_of_the_run() -> None:
    (shown,) = blocks("text")
    assert article().text.startswith(shown.rstrip())


@pytest.mark.parametrize("session", blocks("console"))
def test_the_page_shows_what_is_printed(session: str, folder: Path) -> None:
    for shown in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        line, _, output = shown.partition("\n")
        program, *arguments = shlex.split(line)
        assert program == "pipeline"
        result = CliRunner().invoke(app, arguments)
        code = f"[exit code {result.exit_code}]\n" if result.exit_code else ""
        assert output_pattern(output).fullmatch(result.output + code), result.output


def test_every_file_of_the_page_is_read_and_holds_but_for_the_strict_one(folder: Path) -> None:
    codes = {}
    for path in sorted(folder.glob("*.yml")):
        read_expectations(path)
        codes[path.name] = (
            CliRunner().invoke(app, ["check", "--out", "tables", "--expect", path.name]).exit_code
        )
    assert codes == {"checks.yml": 0, "drift.yml": 0, "numbers.yml": 0, "shares.yml": 0, "strict.yml": 1}


def test_every_key_and_check_and_option_stands_on_the_page() -> None:
    models = (
        Expectations,
        ExpectedDocument,
        ExpectedMention,
        ExpectedClaim,
        ExpectedDate,
        Shares,
        TableDriftLimits,
    )
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    words = set(re.findall(r"[\w-]+", DOCS))
    assert keys <= words
    assert {*CHECKS, *TABLES, *LABEL_COLUMNS.values()} <= words
    command = commands()["check"]
    options = {option for parameter in command.params for option in parameter.opts if option != "--help"}
    assert options == set(re.findall(r"--\w+", DOCS.split("```")[1]))
    assert options <= set(re.findall(r"--\w+", DOCS.split("```", 2)[2]))


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def workflow_steps(path: Path) -> list[str]:
    """The lines of a workflow that call the program."""
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    lines = [
        line for job in jobs.values() for step in job["steps"] for line in step.get("run", "").splitlines()
    ]
    return [DEFAULT.sub(r"\1", line) for line in lines if "bin/pipeline" in line]


def test_the_example_calls_the_workflow_with_inputs_that_it_has() -> None:
    (job,) = yaml.safe_load(CALLER.read_text(encoding="utf-8"))["jobs"].values()
    called = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    inputs = called[True]["workflow_call"]["inputs"]  # YAML reads the key `on` as a truth value
    assert job["uses"].partition("@")[0].endswith(str(WORKFLOW.relative_to(ROOT)))
    assert (
        {name for name, given in inputs.items() if given.get("required")} <= set(job["with"]) <= set(inputs)
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_actions_are_pinned_to_commits(path: Path) -> None:
    used = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    assert used
    assert [name for name in used if not re.search(r"@[0-9a-f]{40}$", name)] == []


@pytest.mark.parametrize(
    "path", [WORKFLOW, ROOT / ".github" / "workflows" / "ci.yml"], ids=lambda path: path.name
)
def test_the_commands_of_the_workflows_are_ours(path: Path) -> None:
    lines = workflow_steps(path)
    assert sum(" check " in line for line in lines) == 2
    for line in lines:
        plain = re.sub(r"\$\{\{.*?'(--\w+ \w+)'.*?\}\}", r"\1", line).split(" > ")[0]
        _, name, *arguments = shlex.split(plain)
        context = commands()[name].make_context(name, arguments)
        assert name != "check" or context.params["out"]


def test_the_workflow_runs_over_a_run_of_the_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    write_run(folder / "baseline", [earlier()])
    annotated, junit = (line for line in workflow_steps(WORKFLOW) if " check " in line)
    arguments = shlex.split(re.sub(r"\$\{\{.*?'(--\w+ \w+)'.*?\}\}", r"\1", annotated))[1:]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "| mentions | 3 | 3 | 0 | 0 | 1 |" in (folder / "summary.md").read_text(encoding="utf-8")
    assert CliRunner().invoke(app, shlex.split(junit.split(" > ")[0])[1:]).stdout.startswith("<?xml")


def run_steps(path: Path, folder: Path) -> list[tuple[str, int]]:
    """Run the steps of a workflow as a runner does, up to the first that fails; the name and exit code of each."""
    workflow, done = yaml.safe_load(path.read_text(encoding="utf-8")), []
    (job,) = workflow["jobs"].values()
    for step in (step for step in job["steps"] if "run" in step):
        script = re.sub(r"\$\{\{.*?\}\}", "", step["run"])
        given = {**job.get("env", {}), **step.get("env", {})}
        environment = {
            **os.environ,
            **{key: re.sub(r"\$\{\{.*?\}\}", "", text) for key, text in given.items()},
        }
        done.append(
            (
                step["name"],
                subprocess.run(
                    ["bash", "-e", "-c", script], cwd=folder, env=environment, check=False
                ).returncode,
            )
        )
        if done[-1][1]:
            break
    return done


@pytest.mark.slow
def test_the_workflow_for_users_runs_in_a_folder_of_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ROOT / ".venv/runtime.stamp").is_file():
        pytest.skip("there is no .venv made by `make setup`")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    (tmp_path / "program").symlink_to(ROOT)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/lamps.txt").write_text(
        "Hikvision denied on 3 May 2022 that its cameras were banned.", encoding="utf-8"
    )
    (tmp_path / "checks.yml").write_text(
        "documents: {lamps: {claims: {have: [{source: Hikvision, type: denial}]}}}", encoding="utf-8"
    )
    assert [code for _, code in run_steps(WORKFLOW, tmp_path)] == [0] * 5
    assert not (ROOT / "program").exists(), "settings of a later step reach `make setup`"
    assert (tmp_path / "baseline/run.json").is_file()
    assert "lamps" in (tmp_path / "checks.xml").read_text(encoding="utf-8")
