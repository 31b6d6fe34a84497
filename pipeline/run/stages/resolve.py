"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.settings import Settings
from pipeline.run.decisions import open_decided, write_outcomes
from pipeline.run.entity_counts import SEEN
from pipeline.run.identity import SURVEYED
from pipeline.run.progress import Progress, silent
from pipeline.run.resolution import Resolution
from pipeline.run.shard_results import read_chunk, read_columns, read_manifest, require_annotated_with


def run(out: Path, settings: Settings, progress: Progress = silent) -> int:
    """Collect the entities of all mentions, and what failed; returns the number of entities.

    Raises:
        StageError: A stage before has not run, or `annotate` was run with other settings, rules or another model.
    """
    require_annotated_with(out, settings)
    shards, resolution = read_manifest(out), Resolution(out, settings)
    resolution.survey()
    decided = open_decided(out, settings, resolution.resolve)
    resolution.survey_claims(decided)
    columns = {"documents": SEEN["documents"], "appearances": SURVEYED, "mentions": SEEN["mentions"]}
    for done, shard in enumerate(shards, 1):
        chunk, failed = read_chunk(out, shard.key) if decided else read_columns(out, shard.key, columns)
        resolution.add(decided.decide(resolution.resolve(chunk)), failed)
        progress("resolve", done, len(shards))
    others = resolution.finish(decided)
    write_outcomes(out, decided)
    return len(others["entities"])
