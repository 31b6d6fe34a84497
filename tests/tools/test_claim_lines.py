"""Lines for the calibration, from golds and from lists of lines with their claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policy_news.core.errors import ArgumentError, GoldError
from policy_news.core.settings import AnnotateSettings, Settings
from tests.conftest import MODEL
from tools.training.__main__ import app, require
from tools.training.claim_lines import Plan, rows_of_lines
from tools.training.claim_scores import measure
from tools.training.examples import read_examples

LIST = """# a comment
h\tMinister calls for ban\tMinister | ban
b\tThe "Dawn" firm said it was *late*.\tThe Dawn firm | it was late || ? - | late
b\tIt rained.\t
"""


def listed(folder: Path, text: str = LIST) -> Path:
    path = folder / "lines.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_of_lines_becomes_texts_with_the_places_of_their_claims(tmp_path: Path) -> None:
    headline, body, plain = rows_of_lines(listed(tmp_path), Plan(weight=2.0))

    def words(row: dict[str, Any], spans: list[list[int]]) -> list[str]:
        return [row["text"][start:end] for start, end in spans]

    assert headline["text"].startswith("Minister calls for ban\n")
    assert words(headline, headline["claims"][0]["source"]) == ["Minister"]
    assert words(body, body["claims"][0]["source"]) == ['The "Dawn" firm']
    assert words(body, body["claims"][0]["content"]) == ["it was *late"]
    assert words(body, body["optional_claims"][0]) == ["late"]
    assert plain["claims"] == []
    assert {row["weight"] for row in (headline, body, plain)} == {2.0}


@pytest.mark.parametrize("line", ["x\tMinister calls\t", "h\tMinister calls\tMayor | ban", "# nothing"])
def test_a_list_that_does_not_fit_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(GoldError):
        rows_of_lines(listed(tmp_path, line), Plan())


def test_the_command_joins_golds_to_lines_that_the_calibration_reads(tmp_path: Path) -> None:
    record = {
        "doc": "a",
        "text": "It said no.",
        "claims": [{"source": [[0, 2]], "cue": [[3, 7]], "content": [[8, 10]]}],
    }
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(record) + "\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    given = ["--gold", f"0.5=whole:{gold}", "--gold", str(listed(tmp_path))]
    result = CliRunner().invoke(app, ["lines", *given, "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = read_examples(out)
    assert len({row["doc"] for row in rows}) == len(rows) == 4
    assert (rows[0]["weight"], rows[0]["whole_quotations"]) == (0.5, True)


def test_a_training_that_lacks_its_packages_says_how_to_get_them() -> None:
    with pytest.raises(ArgumentError, match="no_such_package is not installed") as raised:
        require(["json", "no_such_package"])
    assert "pip install -e '.[train]'" in str(raised.value.hint)


def test_scores_are_measured_by_what_is_right(tmp_path: Path) -> None:
    text = "The minister said taxes would fall.\n\nThe union denied that the plan had failed.\n"
    claim = {"source": [[0, 12]], "cue": [[13, 17]], "content": [[18, 34]]}
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"doc": "a", "text": text, "claims": [claim]}) + "\n", encoding="utf-8")
    settings = Settings(annotate=AnnotateSettings(model=str(MODEL)))
    (claims, claim_error), (sources, source_error) = measure([lines], settings).values()
    assert (claims, sources) == (2, 1)
    assert claim_error == pytest.approx(0.45, abs=0.1)  # one of two sure ones is none
    assert source_error < 0.1
