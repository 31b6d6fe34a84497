"""Rows of a table that several tasks leave, merged: the same as sorting all of them at once."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.tables import merging
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import in_order, keys_of, leave_rows, merge_rows
from pipeline.tables.schema import TABLES, ClaimLinkRow

NAME = "claim_links"


def rows_of(rng: random.Random, count: int) -> list[ClaimLinkRow]:
    """Links of claims of made ids, in no order."""
    numbers = rng.sample(range(10_000), count)
    kinds = ("supports", "denies", "answers")
    return [
        ClaimLinkRow(f"d{n % 7}ö#{n}", f"d{n % 5}#{n}", kinds[n % 3], 0.5, "document", "") for n in numbers
    ]


@pytest.mark.parametrize("seed", range(6))
def test_pieces_are_the_sorted_rows(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "PIECE", 12)
    monkeypatch.setattr(merging, "_SAMPLE", 4)
    rng = random.Random(seed)
    tables = [build_table(TABLES[NAME], rows_of(rng, rng.choice((0, 1, 9, 40)))) for _ in range(5)]
    paths = [tmp_path / str(number) for number in range(len(tables))]
    for path, table in zip(paths, tables, strict=True):
        leave_rows(path, NAME, table)
    pieces = list(merge_rows(NAME, paths))
    wanted = in_order(NAME, pa.concat_tables(tables))
    found = [row for piece in pieces for row in piece.to_pylist()]
    assert found == wanted.to_pylist()
    assert all(keys_of(NAME, piece) for piece in pieces)
    assert max((piece.num_rows for piece in pieces), default=0) <= 60


def test_files_without_rows_give_no_piece(tmp_path: Path) -> None:
    leave_rows(tmp_path / "none", NAME, build_table(TABLES[NAME], []))
    assert not list(merge_rows(NAME, [tmp_path / "none"]))
