"""A slice of each standing check; `make fuzz` runs the whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.standing import Check
from tests.support.standing.changing import check_changing
from tests.support.standing.damage import check_damage
from tests.support.standing.decisions import check_decisions
from tests.support.standing.growing import check_growing
from tests.support.standing.hostile import check_hostile
from tests.support.standing.incremental import check_incremental
from tests.support.standing.interrupts import check_interrupts
from tests.support.standing.invariants import check_invariants
from tests.support.standing.mutants import check_mutants
from tests.support.standing.stoppers import check_stoppers
from tests.support.standing.subsets import check_subsets
from tests.support.standing.workers import check_workers

SLICES: list[tuple[Check, int]] = [
    (check_invariants, 1),
    (check_mutants, 60),
    (check_incremental, 4),
    (check_damage, 5),
    (check_subsets, 20),
    (check_workers, 4),
    (check_decisions, 80),
    (check_hostile, 8),
    (check_growing, 1),
    (check_changing, 2),
    (check_stoppers, 6),
    (check_interrupts, 16),
]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals and links of Unix")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("check", "tries"), SLICES, ids=[check.__name__ for check, _ in SLICES])
def test_a_slice_of_the_standing_checks(check: Check, tries: int, tmp_path: Path) -> None:
    assert list(check(tmp_path / "work", tries, 20)) == []
