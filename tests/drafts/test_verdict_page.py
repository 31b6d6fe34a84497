"""The page about verdicts: each row has a draft that gets the verdict and one that does not."""

from __future__ import annotations

import re

import pytest
import yaml

from policy_news.drafts.draft_report import verify_text
from policy_news.drafts.finding import MEANINGS
from policy_news.drafts.inputs import DraftText
from policy_news.drafts.sources import open_sources
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("verdict", "source", "wanted", "unwanted"), ROWS, ids=[row[0] for row in ROWS])
def test_the_examples_of_a_verdict_are_true(verdict: str, source: str, wanted: str, unwanted: str) -> None:
    pile = open_sources([f"5 March 2024\n\n{source}\n"])
    for text, is_wanted in ((wanted, True), (unwanted, False)):
        found = [
            one.verdict
            for one in verify_text(DraftText("draft", f"The mill\n\n6 March 2024\n\n{text}\n"), pile).findings
        ]
        assert (verdict in found) == is_wanted, (text, found)


def test_every_verdict_is_told() -> None:
    assert {row[0] for row in ROWS} | {"elsewhere"} == set(MEANINGS)
    assert "`elsewhere`:" in PAGE


def test_the_action_is_yaml() -> None:
    action = yaml.safe_load((ROOT / "docs" / "examples" / "verify-drafts.yml").read_text(encoding="utf-8"))
    assert "pipeline verify --against sources" in action["jobs"]["verify"]["steps"][-1]["run"]
