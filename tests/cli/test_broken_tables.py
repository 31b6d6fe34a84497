"""A run never ends well over tables that failed their check, also if it finds nothing to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.parquet import read_tables
from policy_news.tables.schema import TABLES
from tests.conftest import MODEL
from tests.support.invented_run import write_tables

RUNNER = CliRunner()
TEXT = (
    "Camera ban urged\n\nPublished March 7, 2022\n\nHikvision denied on Monday that its cameras were unsafe. "
    "Lisa Nandy said that the Home Office knew.\n"
)
Change = Callable[[list[dict[str, Any]]], None]


def put(column: str, value: Any) -> Change:
    """Give the first row that has a value in a column another one."""

    def change(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row[column] is not None)[column] = value

    return change


def set_first(column: str, value: Any) -> Change:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[0][column] = value

    return change


def speak_with_the_cue(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["cue_start"] is not None)
    for end in ("start", "end", "text"):
        row[f"source_{end}"] = row[f"cue_{end}"]


def repeat(rows: list[dict[str, Any]]) -> None:
    rows.append(dict(rows[-1]))


def drop(rows: list[dict[str, Any]]) -> None:
    rows.clear()


def swap(rows: list[dict[str, Any]]) -> None:
    rows.reverse()


BROKEN: Mapping[str, tuple[str, Change]] = {
    "an entity that is not there": ("mentions", put("entity_id", "nobody")),
    "a mention one further": ("mentions", put("start", 1)),
    "a mention of other words": ("mentions", put("text", "Dahua")),
    "a mention twice": ("mentions", repeat),
    "a mention of another document": ("mentions", put("doc_id", "b")),
    "a mention of no section": ("mentions", put("section_id", "a#s99")),
    "a speaker that is not there": ("claims", put("source_entity_id", "nobody")),
    "a speaking mention that is not there": ("claims", put("source_mention_id", "a#m9999")),
    "another cue": ("claims", put("cue_text", "lied")),
    "another content": ("claims", put("content_text", "it was safe")),
    "a source that is the cue too": ("claims", speak_with_the_cue),
    "a date that is not there": ("claims", set_first("date_id", "a#d9999")),
    "a claim that goes on from none": ("claims", set_first("continues", "a#c9999")),
    "a claim twice": ("claims", repeat),
    "a pair of no claim": ("claim_mentions", put("claim_id", "a#c9999")),
    "other words of a date": ("dates", put("text", "Friday")),
    "a date beyond the text": ("dates", put("end", 99_999)),
    "a section of no document": ("sections", put("doc_id", "b")),
    "another text": ("documents", put("text", "Nothing of this.")),
    "a document twice": ("documents", repeat),
    "no entities": ("entities", drop),
    "entities out of order": ("entities", swap),
    "who appears is not there": ("appearances", put("entity_id", "nobody")),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    (folder / "raw").mkdir()
    (folder / "raw" / "a.txt").write_text(TEXT, encoding="utf-8")
    assert run(folder).exit_code == 0
    return folder


def run(folder: Path) -> Any:
    environment = {"POLICY_NEWS__ANNOTATE__MODEL": str(MODEL)}
    args = ["run", "--raw", str(folder / "raw"), "--out", str(folder / "out"), "--workers", "1", "--quiet"]
    return RUNNER.invoke(app, args, env=environment)


@pytest.mark.parametrize("way", BROKEN)
def test_a_run_over_broken_tables_fails_however_often_it_is_repeated(way: str, finished: Path) -> None:
    table, change = BROKEN[way]
    out = finished / "out"
    told = json.loads((out / "run.json").read_bytes())
    sound = read_tables(out)
    rows = sound[table].to_pylist()
    change(rows)
    write(out, {**sound, table: pa.Table.from_pylist(rows, sound[table].schema)}, told)
    try:
        for _ in range(2):
            result = run(finished)
            assert result.exit_code == 1, result.output
    finally:
        write(out, sound, told)
    assert run(finished).exit_code == 0


def write(out: Path, tables: Mapping[str, pa.Table], told: Mapping[str, Any]) -> None:
    """Write tables that the program takes for those of its last run."""
    chunk = {name: tables[name] for name in DOCUMENT_TABLES}
    others = {name: tables[name] for name in TABLES if name not in DOCUMENT_TABLES}
    write_tables(out, [[chunk]], others, lambda totals: told)


@pytest.mark.parametrize("settings", ["5", '{"mask": 5}', None])
def test_a_run_whose_settings_are_damaged_is_refused(
    settings: str | None, finished: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(finished / "out", tmp_path / "damaged", symlinks=True))
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    del run["settings"]
    if settings is not None:
        run["settings"] = json.loads(settings)
    (out / "run.json").write_text(json.dumps(run), encoding="utf-8")
    told = CliRunner().invoke(app, ["review", "--dry-run", "--no-browser", "--out", str(out)])
    assert told.exit_code == 3
    assert "not the file that the run wrote" in told.output
