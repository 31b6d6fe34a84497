"""The schema: what is generated from it is current, and what does not fit it is refused."""

from __future__ import annotations

import random
from dataclasses import fields
from pathlib import Path

import pytest

from policy_news.core.errors import StageError
from policy_news.tables.chunks import DOCUMENT_TABLES, build_table
from policy_news.tables.parquet import load_tables, read_run
from policy_news.tables.schema import (
    FAR_REFERENCES,
    REFERENCES,
    RUN_FILE,
    TABLES,
    VERSION,
    FailureRow,
    arrow_schema,
    column_name,
)
from scripts.data_dictionary import build_dictionary
from tests.support.invented_run import masked_draft, write_run, write_tables

ROOT = Path(__file__).resolve().parents[2]


def test_dictionary_is_current() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == build_dictionary(), (
        "run `make dictionary`"
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_and_typed(name: str) -> None:
    table = TABLES[name]
    schema = arrow_schema(table)
    assert schema.names == [column_name(item) for item in fields(table.row)]
    assert all(len(field.metadata[b"description"]) > 5 for field in schema)
    assert set(table.key) | set(table.order) <= set(schema.names)


def test_references_name_columns_that_exist() -> None:
    for name, column, target, other in (*REFERENCES, *FAR_REFERENCES):
        assert column in arrow_schema(TABLES[name]).names
        assert other in arrow_schema(TABLES[target]).names


def written(out: Path) -> Path:
    rows = [
        FailureRow("a.txt", "ingest", "ReadError", "binary", "hint"),
        FailureRow("b.txt", "ingest", "ReadError", "empty", None),
    ]
    others = {
        name: build_table(TABLES[name], rows if name == "failures" else [])
        for name in TABLES
        if name not in DOCUMENT_TABLES
    }
    write_tables(out, [[]], others, lambda totals: {"counts": {}})
    return out


def test_rows_round_trip(tmp_path: Path) -> None:
    frame = load_tables(written(tmp_path), verify=True)["failures"]
    assert list(frame["path"]) == ["a.txt", "b.txt"]
    assert frame["hint"].isna().tolist() == [False, True]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(
        tmp_path_factory.mktemp("sound") / "out",
        [masked_draft("one"), masked_draft("two")],
        [FailureRow("b", "s", "E", "m", "h")],
    )


FILES = [RUN_FILE, *(f"{name}.parquet" for name in TABLES)]


@pytest.mark.parametrize("seed", range(200))
def test_a_flipped_bit_is_found_in_any_file(sound: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = sound / FILES[seed % len(FILES)]
    whole = path.read_bytes()
    data = bytearray(whole)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    try:
        with pytest.raises(StageError):
            load_tables(sound)
    finally:
        path.write_bytes(whole)
    assert seed % 20 or load_tables(sound)


@pytest.mark.parametrize(
    "change",
    [("\n", "\n\n"), ('"counts": {}', '"counts": {"documents": 3}'), ('"counts": {}', '"counts": {} ')],
)
def test_an_edited_run_file_is_found(tmp_path: Path, change: tuple[str, str]) -> None:
    path = written(tmp_path) / RUN_FILE
    path.write_text(path.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(StageError, match="sha256 differs"):
        load_tables(tmp_path)


def test_no_run_other_version_and_missing_table(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no finished run"):
        read_run(tmp_path)
    written(tmp_path)
    (tmp_path / "dates.parquet").unlink()
    with pytest.raises(StageError, match="cannot be read"):
        load_tables(tmp_path)
    run = tmp_path / "run.json"
    run.write_text(
        run.read_text(encoding="utf-8").replace(f'"schema_version": {VERSION}', '"schema_version": 99'),
        encoding="utf-8",
    )
    with pytest.raises(StageError, match="schema version 99"):
        read_run(tmp_path)


def test_a_read_only_folder_keeps_the_old_tables(tmp_path: Path) -> None:
    written(tmp_path)
    before = (tmp_path / "failures.parquet").read_bytes()
    (tmp_path / ".failures.parquet.0.tmp").mkdir()
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(StageError, match="cannot be written"):
        written(blocked)
    assert (tmp_path / "failures.parquet").read_bytes() == before


def test_types_survive_a_bare_read(tmp_path: Path) -> None:
    import pandas as pd

    claims = pd.read_parquet(written(tmp_path) / "claims.parquet")
    assert str(claims["claim_date"].dtype) == "date32[day][pyarrow]"
    assert str(claims["negated"].dtype) == "boolean"
    assert str(claims["claim_type"].dtype) == "category"
    assert str(load_tables(tmp_path)["claims"]["source_start"].dtype) == "Int32"
