"""Invented passages in the manner of real ones, with the links and statements that a careful reader is sure of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlp.relations.reading import Rows, relate

FOLDER = Path(__file__).parent
LINKS: list[Mapping[str, Any]] = yaml.safe_load((FOLDER / "links.yml").read_text(encoding="utf-8"))
STATEMENTS: list[Mapping[str, Any]] = yaml.safe_load((FOLDER / "statements.yml").read_text(encoding="utf-8"))
UNFOUND = 8
"""Links that may be missed; none may be false."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    texts = [(f"link-{i:03}", "2024-09-03", row["text"]) for i, row in enumerate(LINKS)]
    texts += [
        (f"same-{i:03}-{number}", day, text)
        for i, row in enumerate(STATEMENTS)
        for number, (day, text) in enumerate(row["docs"])
    ]
    return relate(tmp_path_factory.mktemp("traps"), texts)


def words_of(row: Mapping[str, Any]) -> str:
    return " | ".join(filter(None, (row["cue_text"], row["source_text"], row["content_text"])))


def test_no_link_is_false_and_few_are_missed(rows: Rows) -> None:
    claims = {row["claim_id"]: words_of(row) for row in rows["claims"]}
    missed = 0
    for number, row in enumerate(LINKS):
        wanted = [tuple(link) for link in row.get("links", ())]
        for link in rows["claim_links"]:
            if link["claim_id"].startswith(f"link-{number:03}#"):
                one, other = claims[link["claim_id"]], claims[link["other_claim_id"]]
                fits = [
                    own for own in wanted if own[0] == link["relation"] and own[1] in one and own[2] in other
                ]
                assert fits, f"{row['text']}: {link['relation']}: {one} -> {other}"
                wanted.remove(fits[0])
        missed += len(wanted)
    assert missed <= UNFOUND


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_a_repetition_is_one_statement_and_nothing_else_is(rows: Rows, number: int) -> None:
    ones, others = (
        [row for row in rows["claims"] if row["doc_id"] == f"same-{number:03}-{side}" and row["statement_id"]]
        for side in (0, 1)
    )
    found = [
        (words_of(one), words_of(other))
        for one in ones
        for other in others
        if one["statement_id"] == other["statement_id"]
    ]
    wanted = STATEMENTS[number].get("same")
    if wanted is None:
        assert found == []
    else:
        ((one, other),) = found
        assert wanted[0] in one
        assert wanted[1] in other
