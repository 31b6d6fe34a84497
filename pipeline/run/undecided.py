"""The rows of a finished run as they were before decisions: those of its shards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import StageError
from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import Decided
from pipeline.decisions.reading import DecisionFile
from pipeline.nlp.identity.facts import Facts, read_facts
from pipeline.run.decisions import fetch_document, survey_documents
from pipeline.run.resolution import Resolution
from pipeline.run.stages.write import read_shards
from pipeline.tables.chunks import Chunk
from pipeline.tables.parquet import read_run


@dataclass(frozen=True)
class Undecided:
    """The rows of a finished run before decisions, with the ids of the corpus.

    Attributes:
        survey: Returns the columns of `SURVEYED` of all documents, chunk by chunk.
        fetch: Returns all rows of one document; None if there is no such document.
        chunks: Returns all rows, chunk by chunk.
        facts: Facts of the rule data about entities.
        settings: The settings of the run.
    """

    survey: Callable[[], Iterator[Chunk]]
    fetch: Callable[[str], Chunk | None]
    chunks: Callable[[], Iterator[Chunk]]
    facts: Facts
    settings: Settings

    def decide(self, file: DecisionFile) -> Decided:
        """Return what applies the decisions of a file to these rows."""
        return Decided(file, self.survey, self.fetch, self.settings.mask, self.facts)


def open_undecided(out: Path, settings: Settings) -> Undecided:
    """Open the rows of a finished run.

    Args:
        out: Output folder.
        settings: The settings of the run.

    Raises:
        StageError: There is no finished run, or what it was made from is gone.
    """
    if "parts" in read_run(out):
        raise StageError(
            f"{out}: an earlier version merged the tables from partitions",
            "Make them with `pipeline run --raw FOLDER` and the same --out.",
        )
    facts = read_facts(find_model(settings.annotate.model))
    resolution = Resolution(out, settings)
    resolution.survey()
    resolve = resolution.resolve
    return Undecided(
        survey=lambda: survey_documents(out, resolve),
        fetch=lambda doc_id: fetch_document(out, doc_id, resolve),
        chunks=lambda: (resolve(chunk) for chunk, _ in read_shards(out)),
        facts=facts,
        settings=settings,
    )
