"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.settings import Settings
from pipeline.run.entity_counts import SEEN
from pipeline.run.identity import SURVEYED
from pipeline.run.progress import Progress, silent
from pipeline.run.resolution import Resolution
from pipeline.run.shard_results import read_columns, read_manifest


def run(out: Path, settings: Settings, progress: Progress = silent) -> int:
    """Collect the entities of all mentions, and what was set aside; returns the number of entities."""
    shards, resolution = read_manifest(out), Resolution(out, settings)
    resolution.survey()
    columns = {"documents": SEEN["documents"], "appearances": SURVEYED, "mentions": SEEN["mentions"]}
    for done, shard in enumerate(shards, 1):
        chunk, set_aside = read_columns(out, shard.key, columns)
        resolution.add(resolution.resolve(chunk), set_aside)
        progress("resolve", done, len(shards))
    return len(resolution.finish()["entities"])
