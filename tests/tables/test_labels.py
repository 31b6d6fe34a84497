"""One registry of labels: what is built in, what a user declares, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policy_news.core.errors import RuleError
from policy_news.nlp.entities.mentions import NAMED as OF_THE_MODEL
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import TermFile
from policy_news.tables.labels import BUILT_IN, ENTITIES, find_label, read_declared
from tests.conftest import MODEL, ROOT


def test_the_labels_of_the_model_are_in_the_registry() -> None:
    assert OF_THE_MODEL <= ENTITIES


def test_priorities_of_the_rules_differ() -> None:
    used = [label.priority for label in BUILT_IN if label.has_terms or label.name == "OFFICE"]
    assert sorted(used) == list(range(len(used)))


def test_a_label_that_nobody_declared_has_no_group() -> None:
    label = find_label("PLANET")
    assert (label.group, label.follow_the_money) == ("other", None)


def test_a_declared_label_is_like_another(tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    path.write_text(
        '[THINK_TANK]\nlike = "ORG"\nfollow_the_money = "PublicBody"\ncolours = ["#aabbcc", "#112233"]\n'
    )
    label = read_declared(path)["THINK_TANK"]
    assert (label.group, label.follow_the_money, label.colours) == (
        "organisation",
        "PublicBody",
        ("#aabbcc", "#112233"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[think]\nlike = 'ORG'", "capitals"),
        ("[ORG]\nlike = 'ORG'", "built-in"),
        ("[THINK_TANK]", "'like' is missing"),
        ("THINK_TANK = 3", "'like' is missing"),
        ("[THINK_TANK]\nlike = 'ORG'\ncolors = 3", "unknown key 'colors'; did you mean 'colours'"),
        ("[THINK_TANK]\nlike = 'MINISTER'", "like 'MINISTER'"),
        ("[THINK_TANK]\nlike = 'ORG'\ncolours = ['red', 'blue']", "two colours"),
        ("[THINK_TANK]\nlike = 'ORG'\nfollow_the_money = 3", "must be a text"),
        ("[THINK_TANK", "cannot be read as TOML"),
    ],
)
def test_a_declaration_that_does_not_fit(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    path.write_text(text)
    with pytest.raises(RuleError, match=says):
        read_declared(path)


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("COMAPNY", "did you mean 'COMPANY'"),
        ("THINK_TANK", "Declare new labels"),
        ("MINISTER", "not a label"),
    ],
)
def test_an_unknown_label_of_a_rule_file_is_an_error(label: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(f"label: {label}\nterms: [{{id: a, name: Abc}}]")
    with pytest.raises(RuleError, match=says):
        read_rule_file(path, TermFile)


ARTICLE = """Rail Fares Rise

Published 7 September 2022

The Larkmere Institute said fares would rise in May. "We warned of it," the institute said.
"""
SCRIPT = """
from pathlib import Path
from policy_news.cli.main import app
for line in Path("commands.txt").read_text().splitlines():
    app(line.split(), standalone_mode=False)
"""


@pytest.mark.slow
def test_a_declared_label_goes_from_rules_to_report_and_exports(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "own")
    for name in ("policy_news", "models/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    for path in (ROOT / "models").iterdir():
        if path.name not in ("rules", MODEL.name, "own"):
            (tmp_path / "models" / path.name).symlink_to(path)
    rules = tmp_path / "models" / "rules"
    (rules / "labels.toml").write_text('[THINK_TANK]\nlike = "ORG"\n')
    (rules / "organisations" / "tanks.yml").write_text(
        "label: THINK_TANK\nterms:\n- {id: larkmere-institute, name: Larkmere Institute}\n"
    )
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(ARTICLE)
    commands = [
        "build",
        "run --raw raw --out out --workers 1",
        "report --out out",
        *(f"export --out out --format {form} --to to/{form}" for form in ("jsonl", "ftm")),
    ]
    (tmp_path / "commands.txt").write_text("\n".join(commands))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "to" / "jsonl").read_text())
    mentions = [(m["text"], m["label"]) for m in record["entities"] if m["entity_id"] == "larkmere-institute"]
    assert mentions[0] == ("Larkmere Institute", "THINK_TANK")
    assert record["claims"][0]["source_name"] == "Larkmere Institute"
    assert ".is-think_tank" in (tmp_path / "out" / "report" / "index.html").read_text()
    assert '"schema": "Organization"' in (tmp_path / "to" / "ftm").read_text()
