"""The tables as one SQLite file, opened by what people open it with."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.databases.sqlite_file import VIEWS, write_sqlite
from policy_news.tables.parquet import read_table
from policy_news.tables.schema import TABLES

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def sqlite(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "news.db"
    write_sqlite(sample_run, path)
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


def test_every_view_has_rows(sqlite: Path) -> None:
    connection = sqlite3.connect(sqlite)
    for view in VIEWS:
        assert connection.execute(f"select * from {view} limit 1").fetchall(), view


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

    async def look() -> None:
        shown = Datasette([str(sqlite)])
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
        answer = await shown.client.get("/news/documents.json?_search=rail&_shape=array")
        assert "politics/rail-fares" in [row["doc_id"] for row in answer.json()]
        answer = await shown.client.get("/news/claims.json?claim_type=denial&_shape=array")
        assert {row["claim_type"] for row in answer.json()} == {"denial"}

    # In a thread of its own: the driver of the browser tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(look())).result()


def test_no_run(tmp_path: Path) -> None:
    to = tmp_path / "x.db"
    result = RUNNER.invoke(app, ["export", "--format", "sqlite", "--to", str(to), "--out", str(tmp_path)])
    assert result.exit_code == 3
    assert list(tmp_path.iterdir()) == []
