"""The command that trains the weights."""

from __future__ import annotations

from typer.testing import CliRunner

from tools.training.__main__ import app


def test_a_step_that_there_is_not_is_refused_before_anything_is_trained() -> None:
    answer = CliRunner().invoke(app, ["all", "--only", "nmaes"])
    assert answer.exit_code == 2
    assert "nmaes: is none of kinds" in answer.output
