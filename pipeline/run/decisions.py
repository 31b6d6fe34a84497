"""Where the decisions of a run come from: a file beside the raw folder, of which each run takes a copy before it begins.

The copy is what `resolve` and `write` apply, so that an edit of the file meanwhile is for the next run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.core.atomic_files import new_state_file
from pipeline.core.messages import counted
from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import SURVEYED, Decided
from pipeline.decisions.file_bytes import read_bytes
from pipeline.decisions.reading import DecisionFile, parse_decisions, read_decisions
from pipeline.decisions.told import Outcome
from pipeline.nlp.identity.facts import read_facts
from pipeline.run.decision_places import decisions_path
from pipeline.run.identity import SURVEYED as APPEARANCES
from pipeline.run.paths import DECISIONS, INGESTED, OUTCOMES
from pipeline.run.records import read_records, write_records
from pipeline.run.shard_results import read_chunk, read_columns, read_manifest
from pipeline.tables.chunks import Chunk, split_documents


def take_decisions(raw: Path, out: Path, settings: Settings) -> str:
    """Copy the decisions into the output folder, for the stages that apply them; returns the hash, empty if there are none.

    Raises:
        SettingsError: A line of the file is no decision.
    """
    path = decisions_path(raw, settings)
    data = read_bytes(path)
    with new_state_file(out / INGESTED) as partial:
        partial.write_text(os.path.relpath(raw.resolve(), out.resolve()), encoding="utf-8")
    digest = parse_decisions(data, str(path)).digest
    if not data:
        forget_decisions(out)
        return digest
    with new_state_file(out / DECISIONS) as partial:
        partial.write_bytes(data)
    return digest


def forget_decisions(out: Path) -> None:
    """Have the stages apply none."""
    (out / DECISIONS).unlink(missing_ok=True)
    (out / OUTCOMES).unlink(missing_ok=True)


def has_decisions(out: Path) -> bool:
    """Whether the run of a folder took decisions that are to be applied."""
    return bool(read_decisions(out / DECISIONS).live)


Resolve = Callable[[Chunk], Chunk]
"""Gives rows the ids of the corpus, once all documents were surveyed."""
SEEN = {
    "documents": ("doc_id", "sha256", "published"),
    "appearances": APPEARANCES,
    "mentions": ("doc_id", "entity_id", "identity", "identity_reason"),
}
"""What is read of all documents before the first is decided."""


def open_decided(
    out: Path, settings: Settings, resolve: Resolve, file: DecisionFile | None = None
) -> Decided:
    """Decisions with what they must know of the shards of a folder.

    Args:
        out: Output folder.
        settings: The settings.
        resolve: Gives the rows of a shard the ids of the corpus.
        file: The decisions; if left out, those that the run of the folder took.
    """
    file = read_decisions(out / DECISIONS) if file is None else file

    def survey() -> Iterator[Chunk]:
        return survey_documents(out, resolve)

    def fetch(doc_id: str) -> Chunk | None:
        return fetch_document(out, doc_id, resolve)

    return Decided(file, survey, fetch, settings.mask, read_facts(find_model(settings.annotate.model)))


def survey_documents(out: Path, resolve: Resolve) -> Iterator[Chunk]:
    """What decisions must know of all documents, shard by shard."""
    for shard in read_manifest(out):
        chunk = resolve(read_columns(out, shard.key, SEEN)[0])
        yield {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}


def fetch_document(out: Path, doc_id: str, resolve: Resolve) -> Chunk | None:
    """The rows of a document as they were annotated, before decisions; None where there is none of this id.

    Args:
        out: Output folder.
        doc_id: Id of the document.
        resolve: Gives the rows the ids of the corpus.
    """
    for shard in read_manifest(out):
        if shard.first <= doc_id <= shard.last:
            own = split_documents(read_chunk(out, shard.key)[0]).get(doc_id)
            return resolve(own) if own is not None else None
    return None


def write_outcomes(out: Path, decided: Decided) -> None:
    """Keep what became of the decisions of a run, for `pipeline decisions check`."""
    if decided:
        write_records(out / OUTCOMES, Outcome, decided.outcomes())


def read_outcomes(out: Path) -> list[Outcome]:
    """What became of the decisions of the last run; nothing where there were none."""
    return list(read_records(out / OUTCOMES, Outcome, "run")) if (out / OUTCOMES).is_file() else []


def summarise_outcomes(outcomes: Sequence[Outcome]) -> str:
    """How many decisions are applied, lost and so on, in one line."""
    states = Counter(outcome.state for outcome in outcomes)
    good = states["applied"] + states["held"]
    parts = [f"{counted(good, 'decision holds', 'decisions hold')}"]
    if states["replaced"]:
        parts.append(f"{states['replaced']} replaced by later ones")
    if states["lost"]:
        parts.append(f"{states['lost']} lost their place")
    if states["conflict"]:
        parts.append(f"{states['conflict']} contradict each other")
    advice = "; `pipeline decisions check` names them" if len(parts) > 1 else ""
    return ", ".join(parts) + advice
