"""One verb a file, one whole stage a verb. `STAGES` is the one ordered list of them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.run.paths import (
    ANNOTATED,
    DOCUMENTS,
    ENTITIES,
    FAILURES,
    FILES,
    INGEST_FAILURES,
    PARSES,
    SHARDS,
    UNMASKED,
    UNMASKED_SUM,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and its files, relative to the output folder (`raw` stands for the raw folder)."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    summary: str


STAGES: tuple[Stage, ...] = (
    Stage(
        "ingest",
        ("raw",),
        (DOCUMENTS, FILES, INGEST_FAILURES),
        "Read the raw files into documents and sections.",
    ),
    Stage("unmask", (DOCUMENTS,), (UNMASKED, UNMASKED_SUM), "Replace withheld words, keeping exact offsets."),
    Stage(
        "annotate",
        (DOCUMENTS, UNMASKED, UNMASKED_SUM),
        (SHARDS, PARSES, ANNOTATED),
        "Find mentions, dates and claims with spaCy.",
    ),
    Stage(
        "resolve",
        (ANNOTATED, SHARDS, INGEST_FAILURES),
        (ENTITIES, FAILURES),
        "One entity for each real thing.",
    ),
    Stage(
        "write",
        (ANNOTATED, SHARDS, ENTITIES, FAILURES),
        ("*.parquet", "run.json"),
        "Write the Parquet tables.",
    ),
    Stage("check", ("*.parquet", "run.json"), (), "Check the tables and, if given, the expectations."),
)
