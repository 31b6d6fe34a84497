"""The pass that relates claims: what it keeps for the next run, and what no corpus may do to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.nlp.relations.lexicon import read_relation_rules
from pipeline.run.relations import RelationPass
from pipeline.tables.chunks import DOCUMENT_TABLES, Chunk, split_documents
from pipeline.tables.parquet import load_tables
from tests.nlp.relations.events import documents, read_events
from tests.nlp.relations.reading import relate

RULES = read_relation_rules(Path())


@pytest.fixture(scope="module")
def chunks(tmp_path_factory: pytest.TempPathFactory) -> list[Chunk]:
    """A chunk for each document of the invented events."""
    folder = tmp_path_factory.mktemp("chunks")
    relate(folder, documents(read_events()))
    tables = load_tables(folder / "out", engine="arrow")
    return list(split_documents({name: tables[name] for name in DOCUMENT_TABLES}).values())


def survey(chunks: list[Chunk], folder: Path | None, program: str = "one") -> RelationPass:
    own = RelationPass(RULES, folder, program)
    own.survey(chunks)
    return own


def told(own: RelationPass, chunks: list[Chunk]) -> list[Any]:
    """All that a pass says."""
    statements = [own.relate(chunk)["claims"]["statement_id"].to_pylist() for chunk in chunks]
    return [statements, {name: list(rows) for name, rows in own.rows().items()}]


@pytest.mark.slow
def test_a_document_that_is_added_is_related_with_its_neighbours_alone(
    chunks: list[Chunk], tmp_path: Path
) -> None:
    first = survey(chunks[1:], tmp_path)
    assert first.related == len(chunks) - 1
    added = survey(chunks, tmp_path)
    whole = survey(chunks, None)
    assert (added.related, added.compared) < (2, whole.compared / 4)
    assert told(added, chunks) == told(whole, chunks)
    again = survey(chunks, tmp_path)
    assert (again.related, again.compared) == (0, 0)


def test_what_another_program_kept_or_a_torn_file_does_not_count(chunks: list[Chunk], tmp_path: Path) -> None:
    survey(chunks, tmp_path)
    assert survey(chunks, tmp_path, "two").related == len(chunks)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-3])
    assert survey(chunks, tmp_path, "two").related == len(chunks)


@pytest.mark.parametrize("text", ["", "Rain.", "Orla Fenn said.", "It was alleged.", '"We shall see."'])
def test_one_document_without_a_date_is_related_to_nothing(text: str, tmp_path: Path) -> None:
    rows = relate(tmp_path, [("one", None, text or "A")])
    assert rows["claim_links"] == rows["positions"] == rows["document_groups"] == []
    assert all(row["statement_id"] in (None, row["claim_id"]) for row in rows["claims"])


def test_claims_without_days_are_joined_by_long_quotations_only(tmp_path: Path) -> None:
    long = '"We have waited nine years for this bridge and we shall not wait for a tenth," Orla Fenn said.'
    texts = [(f"long-{i}", None, long) for i in (1, 2)]
    texts += [(f"short-{i}", None, "Dermot Hale said that the school needed a new roof.") for i in (1, 2)]
    rows = {
        row["doc_id"]: row["statement_id"] for row in relate(tmp_path, texts)["claims"] if row["statement_id"]
    }
    assert rows["long-1"] == rows["long-2"]
    assert rows["short-1"] != rows["short-2"]


def test_copies_are_one_group_and_their_claims_one_statement(tmp_path: Path) -> None:
    _, day, text = next(documents(read_events()))
    rows = relate(tmp_path, [(f"copy-{number:02}", day, text) for number in range(20)])
    assert {row["group_id"] for row in rows["document_groups"]} == {"copy-00"}
    assert len(rows["document_groups"]) == 20
    statements = [
        row["statement_id"] for row in rows["claims"] if row["statement_id"] and row["content_text"]
    ]
    assert len(statements) == 20 * len(set(statements))
