"""Decisions of all kinds, and then something else changes: they stay on their words, or are reported as lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policy_news.core.settings import Settings
from policy_news.decisions.decision_format import Decision
from policy_news.decisions.store import append_decisions
from policy_news.nlp.fingerprints import PART_STAMPS, STAMP, write_sums
from policy_news.run.decisions_copy import read_outcomes
from policy_news.run.runner import run_all
from tests.conftest import MODEL, ROOT
from tests.support.outlasting import Edited, Verdict, decided_places, edit_elsewhere, judge, unmoved
from tests.support.scripted import script_all_kinds
from tests.support.standing.runs import make_settings

LEAST: Mapping[str, float] = {"rerun": 1.0, "rules": 1.0, "edit": 0.96, "model": 0.97}
"""Least share of the decisions that must still be applied after each change. Of a draw of 150, edits cost 5: all are reported."""


@dataclass(frozen=True)
class Campaign:
    """Decisions about the run of a raw folder, and what becomes of them after each change.

    Attributes:
        folder: Where it works; `raw` in it holds the articles.
        decisions: The decisions.
        seed: Seed of all choices.
    """

    folder: Path
    decisions: Sequence[Decision]
    seed: int

    @classmethod
    def begin(cls, folder: Path, raw: Path, settings: Settings, count: int, seed: int) -> Campaign:
        """Run over a copy of a raw folder, and script decisions about what was found.

        Args:
            folder: An empty folder.
            raw: Folder of articles.
            settings: Settings of the run.
            count: Number of decisions.
            seed: Seed of all choices.
        """
        shutil.copytree(raw, folder / "raw")
        run_all(folder / "raw", folder / "first", settings)
        decisions = script_all_kinds(folder / "first", count, seed)
        append_decisions(folder / "decisions.jsonl", decisions)
        return cls(folder, decisions, seed)

    def rerun(self, settings: Settings) -> Verdict:
        """Run from nothing: with the same settings, or with those of another model or of edited rules."""
        return self._judge(self.folder / "raw", settings, {})

    def edit(self, settings: Settings) -> Verdict:
        """Run after other parts of the articles were edited."""
        raw, rng = self.folder / "edited" / "raw", random.Random(self.seed)
        shutil.rmtree(raw, ignore_errors=True)
        shutil.copytree(self.folder / "raw", raw)
        edits: dict[str, Edited] = {}
        for path in sorted(raw.rglob("*.txt")):
            doc_id = path.relative_to(raw).with_suffix("").as_posix()
            places = decided_places(self.decisions, doc_id)
            edits[doc_id] = edit_elsewhere(path.read_text(encoding="utf-8"), places, rng)
            path.write_text(edits[doc_id].text, encoding="utf-8")
        return self._judge(raw, settings, edits)

    def _judge(self, raw: Path, settings: Settings, edits: Mapping[str, Edited]) -> Verdict:
        with_them, without = self.folder / "with", self.folder / "without"
        for out in (with_them, without):
            shutil.rmtree(out, ignore_errors=True)
        file = str(self.folder / "decisions.jsonl")
        run_all(raw, with_them, settings.model_copy(update={"decisions": file}))
        shutil.copytree(with_them, without)  # with its shards, so that nothing is annotated twice
        run_all(raw, without, settings.model_copy(update={"decisions": str(self.folder / "no-file")}))

        def moved(doc_id: str, start: int, end: int) -> tuple[int, int] | None:
            if doc_id in edits:
                return edits[doc_id].moved(start, end)
            return unmoved(doc_id, start, end)

        return judge(self.decisions, read_outcomes(with_them), with_them, without, moved)


def make_other_model(folder: Path, seed: int) -> Path:
    """Write a built pipeline that errs elsewhere than the shipped one: noise on the weights of what finds names and parses.

    It stands in for another base model where none is installed; `benchmarks/decisions.py --base-model` takes a real one.

    Args:
        folder: Folder to write; must not exist.
        seed: Seed of the noise.
    """
    import spacy

    nlp: Any = spacy.load(MODEL)
    rng = np.random.default_rng(seed)
    for name in ("ner", "parser", "tagger"):
        for node in nlp.get_pipe(name).model.walk():
            for own in node.param_names:
                if node.has_param(own):
                    values = node.get_param(own)
                    noise = rng.normal(0.0, NOISE * (float(values.std()) + 1e-6), values.shape)
                    node.set_param(own, (values + noise).astype(values.dtype))
    shutil.copytree(MODEL, folder)
    for name in ("ner", "parser", "tagger"):
        nlp.get_pipe(name).to_disk(folder / name)
    # Stamps of its own: nothing that was kept for the shipped pipeline may be taken for its results.
    (folder / STAMP).write_text(f"other model {seed}\n", encoding="utf-8")
    (folder / PART_STAMPS).unlink()
    write_sums(folder)
    return folder


NOISE = 0.35
"""Standard deviation of the noise, in those of the weights: enough to change a tenth of the rows."""


def check_decisions(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Decisions stand on their words after a rerun, an edit and another model; those that are lost are few, and are reported."""
    settings = make_settings()
    campaign = Campaign.begin(folder, ROOT / "data" / "raw", settings, tries, seed)
    other = make_settings(annotate={"model": str(make_other_model(folder / "model", seed))})
    yield from find_faults("rerun", campaign.rerun(settings), len(campaign.decisions))
    yield from find_faults("edit", campaign.edit(settings), len(campaign.decisions))
    yield from find_faults("model", campaign.rerun(other), len(campaign.decisions))


def find_faults(change: str, verdict: Verdict, count: int) -> Iterator[str]:
    """Yield what is not as it should be.

    Args:
        change: Key of `LEAST`.
        verdict: What became of the decisions.
        count: Number of decisions.
    """
    yield from (f"{change}: {line}" for line in verdict.wrong)
    yield from (f"{change}: nothing is reported of {own}" for own in verdict.untold)
    if verdict.right < LEAST[change] * count:
        yield f"{change}: {verdict.right} of {count} applied; lost: {dict(verdict.lost)}"
