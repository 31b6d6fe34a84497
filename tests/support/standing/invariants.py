"""Hostile files beside sound articles, under any settings: the tables hold what they promise, and each input is in one of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.hostile.inputs import FILES
from tests.support.hostile.placing import put_case
from tests.support.hostile.records import RECORDS
from tests.support.hostile.texts import TEXTS
from tests.support.standing.mutants import SAMPLES, write_mutants
from tests.support.standing.promises import broken_promises
from tests.support.standing.runs import make_settings, run_local

CASES = (*TEXTS, *FILES, *RECORDS)
CASES_A_RUN, MUTANTS_A_RUN = 12, 8
SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"day_first": False},
    {"mask": {"characters": "*█▇_-"}},
    {"mask": {"words": ["[redacted]", "the"]}},
    {"claims": {"least_score": 0}},
    {"annotate": {"shard_documents": 1}},
    {"ingest": {"max_bytes": 20_000}},
)


def check_invariants(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Run over some of each."""
    rng = random.Random(seed)
    for number in range(tries):
        root = folder / str(number)
        raw, inputs = root / "raw", 0
        (root / "outside").mkdir(parents=True)
        (root / "outside" / "secret.txt").write_text("It is a secret.", encoding="utf-8")
        for number_of_case, case in enumerate(rng.sample(CASES, CASES_A_RUN)):
            put_case(case, raw / f"{number_of_case:03d}", root)
            inputs += len(case.gives)
        articles = sorted(path for path in SAMPLES.rglob("*.*") if path.suffix != ".jsonl")
        for path in rng.sample(articles, 4):
            (raw / "samples").mkdir(exist_ok=True)
            shutil.copy(path, raw / "samples" / f"{inputs}{path.suffix}")
            inputs += 1
        inputs += write_mutants(raw / "mutants", MUTANTS_A_RUN, rng)
        chosen = rng.choice(SETTINGS)
        run_local(raw, root / "out", make_settings(**chosen))
        counted = (
            None if "ingest" in chosen else inputs
        )  # a feed over the limit is one failure, whatever is in it
        place = f"try {number} of seed {seed}, {chosen}"
        yield from (f"{place}: {fault}" for fault in broken_promises(root / "out", counted))
        shutil.rmtree(root)
