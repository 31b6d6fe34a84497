"""The tables as one file of SQLite or DuckDB, opened by what people open them with."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.databases.definition import VIEWS
from policy_news.outputs.databases.sqlite_file import write_sqlite
from policy_news.tables.parquet import read_table
from policy_news.tables.schema import TABLES

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def sqlite(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "news.db"
    write_sqlite(sample_run, path)
    return path


@pytest.fixture(scope="module")
def duck(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "news.duckdb"
    result = RUNNER.invoke(app, ["export", "--format", "duckdb", "--to", str(path), "--out", str(sample_run)])
    assert result.exit_code == 0, result.output
    return path


def plain(value: Any) -> Any:
    """A value of Parquet as SQLite has it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if hasattr(value, "hour"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("name", TABLES)
def test_sqlite_has_every_cell(sqlite: Path, sample_run: Path, name: str) -> None:
    table = read_table(sample_run, name)
    columns = ", ".join(f'"{column}"' for column in table.column_names)
    found = sqlite3.connect(sqlite).execute(f'select {columns} from "{name}" order by "row"').fetchall()
    assert found == [tuple(map(plain, row.values())) for row in table.to_pylist()]


@pytest.mark.parametrize("name", TABLES)
def test_duckdb_has_every_cell(duck: Path, sample_run: Path, name: str) -> None:
    table = read_table(sample_run, name)
    with duckdb.connect(str(duck), read_only=True) as connection:
        found = connection.sql(f'select * from "{name}"').to_arrow_table()
    assert found.column_names == table.column_names

    def key(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(row[column]) for column in TABLES[name].key)

    assert sorted(found.to_pylist(), key=key) == sorted(table.to_pylist(), key=key)


def test_both_answer_the_questions_of_the_notebook_alike(sqlite: Path, duck: Path) -> None:
    old = sqlite3.connect(sqlite)
    with duckdb.connect(str(duck), read_only=True) as new:
        for view in VIEWS:
            columns = [row[1] for row in old.execute(f"pragma table_info({view.name})")]
            listed = ", ".join(f'"{column}"' for column in columns)
            cells = ", ".join(f'cast("{column}" as varchar)' for column in columns)
            first = [tuple(map(_as_text, row)) for row in old.execute(f"select {listed} from {view.name}")]
            second = [
                tuple(map(_as_text, row)) for row in new.sql(f"select {cells} from {view.name}").fetchall()
            ]
            assert sorted(first) == sorted(second), view.name
            assert first or view.name == "nothing", view.name


def _as_text(value: Any) -> str:
    text = "" if value is None else str(value)
    if text[4:5] == "-" and text[10:11] in ("T", " "):  # a time, which both write in their own way
        return text[:10]
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text


def test_sqlite_is_sound_and_can_be_searched(sqlite: Path) -> None:
    connection = sqlite3.connect(sqlite)
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    query = """select c.content_text from claims_fts f join claims c on c.row = f.rowid
        where claims_fts match 'cameras' order by f.rank"""
    found = [text or "" for (text,) in connection.execute(query)]
    assert found
    assert any("camera" in text.lower() for text in found)
    query = "select d.doc_id from documents_fts f join documents d on d.row = f.rowid where documents_fts match 'rail'"
    assert ("politics/rail-fares",) in connection.execute(query).fetchall()
    described = dict(
        connection.execute("select column_name, description from about_columns where table_name = 'claims'")
    )
    assert described["claim_type"].startswith("statement, denial")


def test_sqlite_is_the_same_for_the_same_tables(sqlite: Path, sample_run: Path, tmp_path: Path) -> None:
    write_sqlite(sample_run, tmp_path / "again.db")
    assert (tmp_path / "again.db").read_bytes() == sqlite.read_bytes()


def test_datasette_shows_it(sqlite: Path) -> None:
    from datasette.app import Datasette

    metadata = json.loads(sqlite.with_name("news.metadata.json").read_text(encoding="utf-8"))

    async def look() -> None:
        shown = Datasette([str(sqlite)], metadata=metadata)
        await shown.invoke_startup()
        for path in (
            "/",
            "/news",
            "/news/claims?_facet=claim_type",
            "/news/documents",
            "/news/entities",
            "/news/who_said_what",
        ):
            answer = await shown.client.get(path)
            assert answer.status_code == 200, path
        page = (await shown.client.get("/news/documents")).text
        assert "One input document that was processed" in page
        answer = await shown.client.get("/news/documents.json?_search=rail&_shape=array")
        assert "politics/rail-fares" in [row["doc_id"] for row in answer.json()]
        answer = await shown.client.get("/news/claims.json?claim_type=denial&_shape=array")
        assert {row["claim_type"] for row in answer.json()} == {"denial"}

    # In a thread of its own: the driver of the browser tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(look())).result()


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_no_run(tmp_path: Path, form: str) -> None:
    to = tmp_path / "x.db"
    result = RUNNER.invoke(app, ["export", "--format", form, "--to", str(to), "--out", str(tmp_path)])
    assert result.exit_code == 3
    assert list(tmp_path.iterdir()) == []
