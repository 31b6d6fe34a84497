"""Tries decisions on the rows of a finished run, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.decisions.decisions_file import DecisionFile
from policy_news.decisions.told import DecisionOutcome
from policy_news.run.decision_places import decisions_path
from policy_news.run.entity_counts import add_up, count_mentions, entity_table
from policy_news.run.finished_run import raw_of
from policy_news.run.resolved_rows import open_undecided
from policy_news.tables.chunks import to_rows
from policy_news.tables.parquet import AGAIN, read_run
from policy_news.tables.schema import RUN_FILE


def try_decisions(out: Path, settings: Settings, file: DecisionFile) -> list[DecisionOutcome]:
    """Return what would become of decisions.

    Raises:
        StageError: There is no finished run, or its shards are gone.
    """
    undecided = open_undecided(out, settings)
    decided = undecided.decide(file)
    counts = add_up([count_mentions([chunk]) for chunk in decided.rows(undecided.chunks())])
    decided.entities(to_rows("entities", entity_table(counts, {}, [])))
    return decided.outcomes()


def run_settings(out: Path, run: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings that a finished run was made with.

    Args:
        run: Its `run.json`, if that was read already.

    Raises:
        StageError: There is no finished run, or its file is damaged.
    """
    try:
        return Settings(**(read_run(out) if run is None else run)["settings"])
    except (KeyError, TypeError, ValueError) as error:
        raise StageError(f"{out / RUN_FILE}: not the file that the run wrote", AGAIN) from error


def find_decisions(out: Path, settings: Settings) -> Path:
    """Return the decisions file of a finished run.

    Raises:
        StageError: There is no finished run.
    """
    return decisions_path(raw_of(out) or out, settings)
