"""The standing checks, as long as wanted: `python -m fuzz.standing incremental --tries 500 --seed 1`."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

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

CHECKS: dict[str, tuple[Check, int, int]] = {
    "invariants": (check_invariants, 100, 10),
    "mutants": (check_mutants, 2_000, 100),
    "incremental": (check_incremental, 500, 25),
    "damage": (check_damage, 400, 100),
    "subsets": (check_subsets, 2_000, 100),
    "workers": (check_workers, 40, 20),
    "decisions": (check_decisions, 2_000, 500),
    "hostile": (check_hostile, 200, 100),
    "growing": (check_growing, 10, 10),
    "changing": (check_changing, 60, 20),
    "stoppers": (check_stoppers, 60, 30),
    "interrupts": (check_interrupts, 10_000, 10_000),
}
"""Each with its usual number of tries, and of how many at a time: each such round has a seed of its own.

Where there are fewer cases than tries, they are all tried, in one round.
"""


def main() -> None:
    """Run the named checks; exit with 1 if one finds a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "checks", nargs="*", default=[*CHECKS], help=f"of {', '.join(CHECKS)}; all if left out"
    )
    parser.add_argument("--tries", type=int, help="number of tries")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices")
    parser.add_argument("--folder", type=Path, default=Path("build/standing"), help="where they work")
    chosen = parser.parse_args()
    faults = 0
    for name in chosen.checks:
        usual = CHECKS[name][1]
        faults += run_check(name, chosen.tries or usual, chosen.seed, chosen.folder.resolve() / name)
    sys.exit(1 if faults else 0)


def run_check(name: str, tries: int, seed: int, folder: Path) -> int:
    """Run a check round by round, and tell of each.

    Args:
        name: Of the check.
        tries: How many.
        seed: Of the first round.
        folder: Where it works; what is there is removed.

    Returns:
        Number of faults.
    """
    check, _, at_a_time = CHECKS[name]
    begun, found = time.monotonic(), 0
    for round_number, done in enumerate(range(0, tries, at_a_time)):
        count = min(at_a_time, tries - done)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for fault in check(folder, count, seed + round_number):
            found += 1
            print(f"{name}: {fault}", flush=True)
        spent = time.monotonic() - begun
        print(f"{name}: {done + count} of {tries} tries, {found} faults, {spent:.0f} s", flush=True)
    return found


if __name__ == "__main__":
    main()
