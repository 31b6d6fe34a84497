"""Decisions: how many outlast a rerun, edited rules, another model and an edit of the articles, and what a run with a thousand of them costs.

`decisions.py --raw FOLDER --base-model en_core_web_lg` takes other articles, and another installed base model in place of one with noise on its
weights.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common.inputs import make_articles
from policy_news.core.settings import Settings
from policy_news.decisions.store import append_decisions
from policy_news.nlp.build import build_model
from policy_news.run.runner import run_all
from tests.conftest import ROOT
from tests.support.outlasting import Verdict
from tests.support.scripted import script_all_kinds
from tests.support.standing.decisions import Campaign, find_faults, make_other_model
from tests.support.standing.runs import make_settings

ARTICLES = 1_000
"""Articles and decisions of the run whose cost is measured."""


def main() -> None:
    """Print the figures; exit with 1 if a share is not reached or a decision is on a wrong place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=ROOT / "data" / "raw", help="folder of articles")
    parser.add_argument("--count", type=int, default=500, help="number of decisions")
    parser.add_argument("--seed", type=int, default=1, help="seed of all choices")
    parser.add_argument("--base-model", help="an installed spaCy pipeline; if left out, ours with noise")
    parser.add_argument("--only", choices=("outlast", "cost"), help="one of the two parts")
    chosen = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "cost":
            bad = _outlast(Path(folder), chosen)
        if chosen.only != "outlast":
            _cost(Path(folder) / "cost")
    sys.exit(1 if bad else 0)


def _outlast(folder: Path, chosen: argparse.Namespace) -> int:
    """Return the number of faults."""
    settings = make_settings()
    campaign = Campaign.begin(folder / "campaign", chosen.raw, settings, chosen.count, chosen.seed)
    if chosen.base_model:
        other = folder / "model"
        build_model(other, chosen.base_model)
    else:
        other = make_other_model(folder / "model", chosen.seed)
    rules = _build_edited_rules(folder)
    verdicts = {
        "rerun": campaign.rerun(settings),
        "rules": campaign.rerun(make_settings(annotate={"model": str(rules)})),
        "model": campaign.rerun(make_settings(annotate={"model": str(other)})),
        "edit": campaign.edit(settings),
    }
    return sum(_show(change, verdict, len(campaign.decisions)) for change, verdict in verdicts.items())


def _show(change: str, verdict: Verdict, count: int) -> int:
    faults = [*find_faults(change, verdict, count)]
    lost = sum(verdict.lost.values())
    print(
        f"{change:6} {verdict.right} of {count} applied ({verdict.right / count:.1%}), {lost} lost and reported, "
        f"{len(verdict.wrong)} on a wrong place, {len(verdict.untold)} not reported",
        flush=True,
    )
    for line in [*(f"{times} x {why}" for why, times in verdict.lost.items()), *faults]:
        print(f"       {line}", flush=True)
    return len(faults)


def _build_edited_rules(folder: Path) -> Path:
    """Build a pipeline without every third company and every fifth organisation of the rule data."""
    copy, target = folder / "clone", folder / "rules"
    for name in ("policy_news", "models"):
        shutil.copytree(
            ROOT / name, copy / name, ignore=shutil.ignore_patterns("en_policy_news", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for kind, step in (("companies", 3), ("organisations", 5)):
        for path in sorted((copy / "models" / "rules" / kind).rglob("*.yml")):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            own = [number for number, line in enumerate(lines) if line.startswith("  - {id:")]
            gone = set(own[::step])
            path.write_text("".join(line for n, line in enumerate(lines) if n not in gone), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(copy), "POLICY_NEWS__ANNOTATE__MODEL": str(target)}
    subprocess.run([sys.executable, "-m", "policy_news", "build"], cwd=copy, env=environment, check=True)
    return target


def _cost(folder: Path) -> None:
    """Print CPU seconds of a first run, and of runs that only apply, with and without decisions."""
    raw, out = make_articles(folder / "raw", ARTICLES), folder / "out"
    file = folder / "decisions.jsonl"
    first = _cpu(raw, out)
    decisions = script_all_kinds(out, ARTICLES)
    more: list[float] = []
    for _ in range(3):
        append_decisions(file, decisions)
        with_them = _cpu(raw, out)
        file.unlink()
        more.append(with_them - _cpu(raw, out))
    append_decisions(file, decisions)
    _cpu(raw, out)
    begun = time.monotonic()
    run_all(raw, out, make_settings())
    print(
        f"cost   {len(decisions)} decisions on {ARTICLES} articles: first run {first:.1f} s CPU, decisions {min(more):.1f} s more, "
        f"{1 + min(more) / first:.3f} times; nothing changed {time.monotonic() - begun:.2f} s",
        flush=True,
    )


def _cpu(raw: Path, out: Path, settings: Settings | None = None) -> float:
    begun = time.process_time()
    run_all(raw, out, settings or make_settings())
    return time.process_time() - begun


if __name__ == "__main__":
    main()
