"""Decisions in runs whose tables are in parts: only what they touch is written, and the tables are those of a run that writes all."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from policy_news.core.settings import Settings
from policy_news.decisions.decision_format import Decision
from policy_news.decisions.store import append_decisions
from policy_news.run.decisions_copy import read_outcomes
from policy_news.run.paths import CORPUS
from policy_news.run.runner import run_all
from policy_news.run.stages.write import STATE
from policy_news.tables.parquet import read_tables
from tests.conftest import ROOT
from tests.support.scripted import script_decisions
from tests.support.standing.runs import IN_PARTS, make_settings, table_sums

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="links of Unix"), pytest.mark.slow]
IN_FILES = make_settings()


class Place:
    """A raw folder with decisions beside it, and a run over it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.raw, self.out, self.decisions = folder / "raw", folder / "out", folder / "decisions.jsonl"
        self.settings = settings
        self._folder = folder
        shutil.copytree(ROOT / "data" / "raw", self.raw)
        run_all(self.raw, self.out, settings)

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Have these decisions and no others."""
        self.decisions.unlink(missing_ok=True)
        if decisions:
            append_decisions(self.decisions, decisions)

    def copy(self, name: str) -> Path:
        """A copy of the last run that forgot which parts it has."""
        other = self._folder / name
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(self.out, other, symlinks=True)
        shutil.rmtree(other / CORPUS)
        for path in other.glob(f".run-*/{STATE}"):
            path.unlink()
        return other


def parts(out: Path, name: str) -> dict[str, int]:
    return {path.name.rpartition("-")[2]: path.stat().st_ino for path in (out / f"{name}.parquet").iterdir()}


def test_only_parts_that_decisions_touch_are_written(tmp_path: Path) -> None:
    place = Place(tmp_path, make_settings(tables=IN_PARTS))
    scripted = script_decisions(place.out, 500)
    before = parts(place.out, "mentions")
    first = next(one for one in scripted if one.do == "mention.reject")
    place.decide([first])
    assert run_all(place.raw, place.out, place.settings)
    after = parts(place.out, "mentions")
    assert [outcome.state for outcome in read_outcomes(place.out)] == ["applied"]
    assert len(before) > 3
    assert sum(before.get(name) == inode for name, inode in after.items()) == len(before) - 1
    (place.raw / "zz.txt").write_text("Harbour news\n\nOrla Fenn said so.\n", encoding="utf-8")
    run_all(place.raw, place.out, place.settings)
    again = parts(place.out, "mentions")
    assert sum(after.get(name) == inode for name, inode in again.items()) >= len(after) - 1


def test_decisions_that_come_and_go_give_what_a_run_over_all_gives(tmp_path: Path) -> None:
    rng = random.Random(1)
    place = Place(tmp_path, make_settings(tables=IN_PARTS))
    scripted = script_decisions(place.out, 500)
    texts = sorted(place.raw.rglob("*.txt"))
    for step in range(8):
        share = rng.choice((0.01, 0.1, 0.6, 1.0))
        place.decide([one for one in scripted if rng.random() < share] if step != 5 else [])
        if rng.random() < 0.6:
            one = rng.choice(texts)
            one.write_text(f"{one.read_text(encoding='utf-8')}\nDahua denied it.\n", encoding="utf-8")
        fresh, whole = place.copy("fresh"), place.copy("whole")
        run_all(place.raw, place.out, place.settings)
        run_all(place.raw, fresh, place.settings)
        run_all(place.raw, whole, IN_FILES)
        assert table_sums(place.out) == table_sums(fresh), step
        assert read_outcomes(place.out) == read_outcomes(fresh) == read_outcomes(whole), step
        found, wanted = (read_tables(out) for out in (place.out, whole))
        differing = [name for name in wanted if found[name].to_pylist() != wanted[name].to_pylist()]
        assert not differing, step
