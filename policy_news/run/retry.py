"""Tries again what failed in a run, and lets the rest stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings
from policy_news.nlp.fingerprints import require_intact
from policy_news.run.all_stages import run_stages
from policy_news.run.engines.local import Engine, LocalEngine
from policy_news.run.finished_run import inputs_digest
from policy_news.run.job import Job
from policy_news.run.locking import lock_output
from policy_news.run.raw_files import check_raw
from policy_news.run.shard_results import doubt_results, is_sound, read_manifest
from policy_news.tables.commit import finish_commit
from policy_news.tables.parquet import read_files, read_run, read_table


def retry_failures(
    raw: Path, out: Path, settings: Settings, *, engine: Engine | None = None, say: Callable[[str], None]
) -> tuple[int, int]:
    """Run all stages, also where no file changed: what failed is read and annotated again, what stands is copied.

    Args:
        settings: Those of the run, or such with a raised limit.

    Returns:
        How many of the inputs that failed are documents now or gone, and how many had failed.

    Raises:
        PipelineError: There is no finished run, it is one of another folder, or a stage cannot do its work.
    """
    check_raw(raw, out)
    before = _places(out)
    if not before:
        return 0, 0
    _check_same(raw, out, before)
    with lock_output(out):
        finish_commit(out)
        require_intact(settings.annotate.model)
        _doubt_failed_shards(out)
        digest = inputs_digest(raw, out, settings)
        with (engine or LocalEngine()).session() as session:
            run_stages(Job(raw, out, settings, session, say, digest=digest))
    return len(before - _places(out)), len(before)


def _places(out: Path) -> frozenset[str]:
    """Return the files and records that failed."""
    return frozenset(read_table(out, "failures")["path"].to_pylist())


def _check_same(raw: Path, out: Path, places: frozenset[str]) -> None:
    """Refuse a raw folder that is not the one of the run: its documents would take the place of the tables."""
    if not any((raw / name).exists() for name in _names(out, places)):
        raise StageError(
            f"raw folder {raw} has none of the files of the run in {out}",
            "Name the folder of that run with --raw.",
        )


def _names(out: Path, places: frozenset[str]) -> Iterator[str]:
    for place in sorted(places):
        yield from (place, place.rpartition(":")[0] or place)
    for _, rows in read_files(out, read_run(out), "documents", ("path",)):  # the texts would fill the memory
        if rows is not None:
            yield from rows["path"].to_pylist()


def _doubt_failed_shards(out: Path) -> None:
    """Have the shards made again in which a document failed; rows of the others are copied."""
    failed = [done.key for done in read_manifest(out) if done.failures]
    doubt_results(out, [key for key in failed if is_sound(out, key)])  # what is torn is made again anyway
