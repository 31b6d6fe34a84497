"""A slice of each standing check; `make fuzz` runs the whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.standing import Check
from tests.support.standing.damage import check_damage
from tests.support.standing.incremental import check_incremental
from tests.support.standing.interrupts import check_interrupts
from tests.support.standing.mutants import check_mutants
from tests.support.standing.odd_calls import check_odd_calls

SLICES: list[tuple[Check, int]] = [
    (check_mutants, 60),
    (check_incremental, 4),
    (check_damage, 16),
    (check_interrupts, 16),
    (check_odd_calls, 120),
]


@pytest.mark.skipif(os.name == "nt", reason="signals and links of Unix")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("check", "tries"), SLICES, ids=[check.__name__ for check, _ in SLICES])
def test_a_slice_of_the_standing_checks(check: Check, tries: int, tmp_path: Path) -> None:
    assert list(check(tmp_path / "work", tries, 20)) == []
