"""What `make` hands to the program."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.conftest import ROOT


def test_names_in_small_letters_are_refused() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "pipeline", "raw=articles"]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "RAW=articles" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "handed"),
    [
        (["pipeline"], '--raw "data/raw" --out "data/out" --workers 0 --expect "models/checks.yml"'),
        (["pipeline", "RAW=articles", "OUT=tables"], '--raw "articles" --out "tables" --workers 0'),
        (
            ["pipeline", "RAW=articles", "EXPECT=lamps.yml"],
            '--raw "articles" --out "data/out" --workers 0 --expect "lamps.yml"',
        ),
        (["pipeline", "EXPECT="], '--raw "data/raw" --out "data/out" --workers 0'),
        (["check"], '--out "data/out" --expect "models/checks.yml"'),
        (["check", "OUT=tables"], '--out "tables"'),
        (["check", "RAW=articles"], '--out "data/out"'),
        (["check", "OUT=tables", "EXPECT=lamps.yml"], '--out "tables" --expect "lamps.yml"'),
    ],
)
def test_the_expectations_are_those_of_the_tables(arguments: list[str], handed: str) -> None:
    command = ["make", "--dry-run", "--no-print-directory", "--old-file=setup", *arguments]
    # Under `make test` the options of that make would count too.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    program = "bin/python -m pipeline" if arguments[0] == "pipeline" else "bin/pipeline check"
    assert shown.strip() == f".venv/{program} {handed}"
