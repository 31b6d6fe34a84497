"""Checks of tables in parts: what stands in different parts, some of which are not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from policy_news.checks.integrity import check_in_parts
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.parquet import read_run, read_tables
from tests.support.standing.runs import make_settings, run_local

TEXT = "Dahua agreed.\n\nPublished March 7, 2022\n\nAnn Lowe of Hikvision said on Monday that Dahua had agreed.\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over two articles."""
    folder = tmp_path_factory.mktemp("checked")
    for name in ("a", "b"):
        (folder / "raw").mkdir(exist_ok=True)
        (folder / "raw" / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    run_local(folder / "raw", folder / "out", make_settings())
    return folder / "out"


def found(run: Path, tables: dict[str, pa.Table], parts: list[dict[str, pa.Table]]) -> list[str]:
    """What is found in parts of tables, of which all columns can be looked up."""

    def columns(table: str, column: str, values: Sequence[str] | None) -> Iterator[pa.ChunkedArray]:
        yield tables[table][column]

    return [one.problem for one in check_in_parts(parts, read_run(run), columns)]


def cut(tables: dict[str, pa.Table]) -> list[dict[str, pa.Table]]:
    """Entities in two parts, other tables one by one, the documents together."""
    entities = tables["entities"]
    parts = [{"entities": entities.slice(0, 1)}, {"entities": entities.slice(1)}]
    parts += [{name: table} for name, table in tables.items() if name not in {"entities", *DOCUMENT_TABLES}]
    return [*parts, {name: tables[name] for name in DOCUMENT_TABLES}]


def test_what_stands_in_another_part_is_known(run: Path) -> None:
    tables = read_tables(run)
    assert tables["entities"].num_rows > 1
    assert not found(run, tables, cut(tables))


def test_what_stands_in_a_part_that_is_not_looked_at_is_known(run: Path) -> None:
    tables = read_tables(run)
    assert not found(run, tables, cut(tables)[1:])


def test_what_stands_nowhere_is_found(run: Path) -> None:
    tables = read_tables(run)
    lost = tables["mentions"]["entity_id"][0].as_py()
    entities = tables["entities"]
    kept = entities.filter(pa.array([one != lost for one in entities["entity_id"].to_pylist()]))
    messages = found(run, {**tables, "entities": kept}, cut({**tables, "entities": kept}))
    assert "mentions.entity_id: no such row in entities" in messages


def test_a_key_in_two_parts_is_found(run: Path) -> None:
    tables = read_tables(run)
    parts = cut(tables)
    twice = [{"entities": tables["entities"].slice(0, 1)}, *parts]
    assert "entities: ids do not ascend" in found(run, tables, twice)
    assert "entities: ids do not ascend" in found(run, tables, [parts[1], parts[0], *parts[2:]])
