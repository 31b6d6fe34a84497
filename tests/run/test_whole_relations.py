"""All claims related in tasks are what going through all of them in one process gives: on random documents with much in common."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.run import whole_relations
from pipeline.run.engines.local import LocalEngine
from pipeline.run.program import describe_program
from pipeline.run.table_patches import by_key
from pipeline.run.whole_relations import WholeRelations
from pipeline.tables.merging import Key
from pipeline.tables.schema import TABLES, Row
from tests.conftest import MODEL
from tests.run.test_changed_relations import LIMITS, all_rows, in_parts, make_document
from tests.support.standing.runs import make_settings

pytestmark = pytest.mark.slow

SMALL = {"PAIRS": 7, "CLAIMS": 5, "SUBJECTS": 3, "TOGETHER": 40, "BLOCK": 6}
"""Small tasks, so that few documents make many of them."""


def rows_of(name: str, table: Any) -> dict[Key, Row]:
    return by_key(name, (TABLES[name].row(**row) for piece in table for row in piece.to_pylist()))


@pytest.mark.parametrize("seed", range(12))
def test_tasks_give_what_one_process_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LIMITS.items():
        monkeypatch.setattr(name, value)
    for name, value in SMALL.items():
        monkeypatch.setattr(whole_relations, name, value)
    rng, settings, rules = random.Random(seed), make_settings(), read_relation_rules(MODEL)
    documents = {
        f"d{number:02d}": make_document(rng, f"d{number:02d}") for number in rng.sample(range(60), 40)
    }
    files = in_parts(documents, rng.choice((7, 15, 60)), tmp_path / "parts", rules, [])
    (tmp_path / "work").mkdir()
    whole = WholeRelations(files, LocalEngine(), tmp_path / "work", settings, describe_program(settings))
    whole.relate()
    statements = {
        claim: one for number in range(len(files)) for claim, one in whole.statements(number).items()
    }
    wanted, rows = all_rows(documents, rules)
    rows["claim_links"] = by_key("claim_links", (link for one in documents.values() for link in one.links))
    assert statements == wanted
    assert {name: rows_of(name, table) for name, table in whole.tables().items()} == rows
