"""Tries decisions on the rows of a finished run, without writing anything."""

from __future__ import annotations

from pathlib import Path

from policy_news.core.settings import Settings
from policy_news.decisions.decisions_file import DecisionFile
from policy_news.decisions.told import DecisionOutcome
from policy_news.run.decision_places import decisions_path
from policy_news.run.entity_counts import add_up, count_mentions, entity_table
from policy_news.run.finished_run import raw_of
from policy_news.run.resolved_rows import open_undecided
from policy_news.tables.chunks import to_rows


def try_decisions(out: Path, settings: Settings, file: DecisionFile) -> list[DecisionOutcome]:
    """Return what would become of decisions."""
    undecided = open_undecided(out, settings)
    decided = undecided.decide(file)
    counts = add_up([count_mentions([chunk]) for chunk in decided.rows(undecided.chunks())])
    decided.entities(to_rows("entities", entity_table(counts, {})))
    return decided.outcomes()


def find_decisions(out: Path, settings: Settings) -> Path:
    """Return the decisions file of a finished run."""
    return decisions_path(raw_of(out) or out, settings)
