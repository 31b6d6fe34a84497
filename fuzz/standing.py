"""The standing checks, as long as wanted: `python -m fuzz.standing incremental --tries 500 --seed 1`."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from tests.support.standing import Check
from tests.support.standing.damage import check_damage
from tests.support.standing.incremental import check_incremental
from tests.support.standing.interrupts import check_interrupts
from tests.support.standing.invariants import check_invariants
from tests.support.standing.lists import check_lists
from tests.support.standing.mutants import check_mutants
from tests.support.standing.odd_calls import check_odd_calls
from tests.support.standing.partitions import check_partitions
from tests.support.standing.stoppers import check_stoppers
from tests.support.standing.workers import check_workers

CHECKS: dict[str, tuple[Check, int]] = {
    "invariants": (check_invariants, 100),
    "mutants": (check_mutants, 2_000),
    "incremental": (check_incremental, 500),
    "damage": (check_damage, 400),
    "partitions": (check_partitions, 140),
    "workers": (check_workers, 40),
    "lists": (check_lists, 100),
    "stoppers": (check_stoppers, 60),
    "interrupts": (check_interrupts, 10_000),
    "calls": (check_odd_calls, 10_000),
}
"""Each with its usual number of tries; where there are fewer cases, these are all."""


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
        check, usual = CHECKS[name]
        folder = chosen.folder.resolve() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        begun, found = time.monotonic(), 0
        for fault in check(folder, chosen.tries or usual, chosen.seed):
            found += 1
            print(f"{name}: {fault}", flush=True)
        print(f"{name}: {found} faults, {time.monotonic() - begun:.0f} s", flush=True)
        faults += found
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
