"""The tables as frames of pandas and as Arrow tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy_news import load_tables
from policy_news.core.errors import StageError
from policy_news.tables.parquet import read_tables
from policy_news.tables.schema import TABLES
from tests.conftest import ROOT
from tests.support.invented_run import masked_draft, write_run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("frames") / "out", [masked_draft(), masked_draft("second")])


def test_all_tables_are_there_with_their_types(out: Path) -> None:
    frames, tables = load_tables(out), read_tables(out)
    assert list(frames) == list(tables) == list(TABLES)
    assert tables["documents"].column("doc_id").to_pylist() == ["lens/camera rule", "second"]
    assert list(frames["documents"]["doc_id"]) == ["lens/camera rule", "second"]
    assert str(frames["claims"]["source_start"].dtype) == "Int32"
    assert str(frames["claims"]["claim_date"].dtype) == "date32[day][pyarrow]"


def test_the_example_of_the_docs_runs(out: Path) -> None:
    source = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", source, re.DOTALL)
    assert found is not None
    code = (
        found[1].replace('"data/out"', repr(str(out))).replace('denials["name"]', 'shown = denials["name"]')
    )
    names: dict[str, Any] = {}
    exec(compile(code, "docs/exports.md", "exec"), names)
    assert dict(names["shown"]) == {"Tarnwick Optics": 2}


@pytest.mark.parametrize("load", [load_tables, read_tables])
def test_a_changed_file_is_found(load: Callable[[Path], object], tmp_path: Path) -> None:
    out = write_run(tmp_path / "out", [masked_draft()])
    path = out / "mentions.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StageError, match="sha256 differs"):
        load(out)
