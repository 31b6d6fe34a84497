"""The tables as frames of pandas and polars, as relations of DuckDB, and as Arrow tables."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from policy_news import load_tables
from policy_news.core.errors import ArgumentError, StageError
from policy_news.tables.schema import TABLES
from tests.conftest import ROOT
from tests.support.invented_run import masked_draft, write_run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("frames") / "out", [masked_draft(), masked_draft("second")])


def rows(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_arrow(out: Path) -> None:
    tables = load_tables(out, engine="arrow")
    assert list(tables) == list(TABLES)
    assert tables["documents"].column("doc_id").to_pylist() == ["lens/camera rule", "second"]


def test_polars_holds_the_same_rows_with_their_types(out: Path) -> None:
    polars = pytest.importorskip("polars")
    frames, tables = load_tables(out, verify=True, engine="polars"), load_tables(out, engine="arrow")
    assert list(frames) == list(TABLES)
    for name, frame in frames.items():
        assert frame.to_dicts() == rows(tables[name]), name
    assert frames["claims"].schema["claim_date"] == polars.Date
    assert frames["claims"].schema["source_start"] == polars.Int32
    joined = frames["claims"].join(frames["documents"], on="doc_id")
    assert joined.height == frames["claims"].height


def test_duckdb_holds_the_same_rows_and_joins_by_name(out: Path) -> None:
    pytest.importorskip("duckdb")
    relations, tables = load_tables(out, verify=True, engine="duckdb"), load_tables(out, engine="arrow")
    gc.collect()
    assert list(relations) == list(TABLES)
    for name, relation in relations.items():
        columns = relation.columns
        found = [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]
        assert found == rows(tables[name]), name
    query = "select d.doc_id, m.text from m join documents d using (doc_id) where m.label = 'COMPANY' and m.near_mask order by d.doc_id"
    found_there = relations["mentions"].query("m", query)
    assert found_there is not None
    assert found_there.fetchall() == [("lens/camera rule", "Tarnwick"), ("second", "Tarnwick")]


def test_the_example_of_the_docs_runs(out: Path) -> None:
    pytest.importorskip("duckdb")
    source = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", source, re.DOTALL)
    assert found is not None
    code = (
        found[1]
        .replace('"data/out"', repr(str(out)))
        .replace('tables["claims"].query', 'shown = tables["claims"].query')
    )
    names: dict[str, Any] = {}
    exec(compile(code, "docs/exports.md", "exec"), names)
    assert names["shown"].fetchall() == [("Tarnwick Optics", 2)]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_missing_package_is_named(engine: Any, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_news.tables.frames.find_spec", lambda name: None)
    with pytest.raises(ArgumentError, match=f"needs the package {engine}, which is not installed"):
        load_tables(out, engine=engine)


def test_an_unknown_engine_is_refused_with_the_known_ones(out: Path) -> None:
    engine: Any = "spark"
    with pytest.raises(ArgumentError, match=r"'spark'.*\n.*pandas, polars, duckdb, arrow"):
        load_tables(out, engine=engine)


@pytest.mark.parametrize("engine", ["pandas", "arrow", "polars", "duckdb"])
def test_a_changed_file_is_found_whatever_the_engine(engine: Any, tmp_path: Path) -> None:
    if engine != "arrow":
        pytest.importorskip(engine)
    out = write_run(tmp_path / "out", [masked_draft()])
    path = out / "mentions.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StageError, match="sha256 differs"):
        load_tables(out, verify=True, engine=engine)
