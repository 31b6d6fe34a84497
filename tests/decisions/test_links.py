"""What people decide about links between claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy_news.core.settings import Settings
from policy_news.run.decisions_copy import read_outcomes
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_table

TEXT = (
    "Orla Fenn accused Tarnwick Optics of hiding the test results. Tarnwick Optics denied the accusation.\n\n"
    "Dermot Hale said that the market would open on Friday."
)


def claim(source: str, cue: str) -> dict[str, Any]:
    """A claim as decisions describe it."""
    return {"doc": {"id": "a"}, "claim": {"source": quote(source), "cue": quote(cue)}}


def quote(words: str) -> dict[str, Any]:
    """Words with their place, as far as they have one."""
    start = max(TEXT.find(words), 0)
    return {"start": start, "end": start + len(words), "exact": words}


ACCUSED, DENIED, OPENS = (
    claim("Orla Fenn", "accused"),
    claim("Tarnwick Optics", "denied"),
    claim("Dermot Hale", "said"),
)


def decision(name: str, do: str, own: dict[str, Any], other: dict[str, Any], relation: str) -> dict[str, Any]:
    head = {"v": 1, "id": name, "do": do, "by": "nell", "when": "2022-05-01T00:00:00Z"}
    return {**head, "claim": own, "other": other, "relation": relation}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    record = {"id": "a", "published": "2022-05-01", "text": TEXT}
    (tmp_path / "raw" / "corpus.jsonl").write_text(json.dumps(record), encoding="utf-8")
    return tmp_path


def run(folder: Path, *decisions: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Relation, method and number of claims of the links of a run with decisions."""
    lines = "".join(json.dumps(one) + "\n" for one in decisions)
    (folder / "decisions.jsonl").write_text(lines, encoding="utf-8")
    run_all(folder / "raw", folder / "out", Settings())
    rows = read_table(folder / "out", "claim_links").to_pylist()
    text = {row["claim_id"]: row["cue_text"] for row in read_table(folder / "out", "claims").to_pylist()}
    return [(text[row["claim_id"]], row["relation"], row["method"]) for row in rows]


def states(folder: Path) -> list[str]:
    return [outcome.state for outcome in read_outcomes(folder / "out")]


def test_links_are_accepted_and_rejected(folder: Path) -> None:
    assert run(folder) == [("denied", "denies", "document")]
    rejected = decision("link-0001", "link.reject", DENIED, ACCUSED, "denies")
    accepted = decision("link-0002", "link.accept", OPENS, ACCUSED, "answers")
    assert run(folder, rejected, accepted) == [("said", "answers", "decision")]
    assert states(folder) == ["applied", "applied"]


def test_what_holds_already_is_held_and_contradictions_are_not_applied(folder: Path) -> None:
    same = decision("link-0001", "link.accept", DENIED, ACCUSED, "denies")
    assert run(folder, same) == [("denied", "denies", "decision")]
    assert states(folder) == ["held"]
    against = decision("link-0002", "link.reject", DENIED, ACCUSED, "denies")
    assert run(folder, same, against) == [("denied", "denies", "document")]
    assert states(folder) == ["conflict", "conflict"]


def test_a_claim_that_is_gone_is_told(folder: Path) -> None:
    lost = decision("link-0001", "link.accept", claim("Nobody", "whispered"), ACCUSED, "denies")
    assert run(folder, lost) == [("denied", "denies", "document")]
    assert states(folder) == ["lost"]


def test_a_link_vanishes_with_the_claim_at_its_end(folder: Path) -> None:
    rejected = {
        **{
            key: value
            for key, value in decision("clm-0001", "claim.reject", ACCUSED, ACCUSED, "").items()
            if key not in ("other", "relation", "claim")
        },
        **ACCUSED,
    }
    assert run(folder, rejected) == []


def test_a_link_may_lead_to_another_document(folder: Path) -> None:
    lines = [
        {"id": "b", "published": "2022-05-02", "text": TEXT},
        {"id": "a", "published": "2022-05-01", "text": TEXT},
    ]
    (folder / "raw" / "corpus.jsonl").write_text(
        "".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8"
    )
    other = {**OPENS, "doc": {"id": "b"}}
    accepted = decision("link-0001", "link.accept", other, ACCUSED, "answers")
    assert run(folder, accepted) == [
        ("denied", "denies", "document"),
        ("said", "answers", "decision"),
        ("denied", "denies", "document"),
    ]
    assert states(folder) == ["applied"]
