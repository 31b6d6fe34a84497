"""The rows of the shards with the ids of the corpus, as they are before decisions; and what decisions do to each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from policy_news.core.errors import DamagedError, StageError
from policy_news.core.settings import Settings, find_model
from policy_news.decisions.decided import SURVEYED, Decided, RowsOfRun
from policy_news.decisions.decisions_file import DecisionFile
from policy_news.nlp.who.cross_document import Resolution
from policy_news.nlp.who.facts import Facts, read_facts
from policy_news.run.corpus_parts import CorpusPart, PartTask, cut_parts, hash_all, read_finals, read_plain
from policy_news.run.decisions_copy import read_taken
from policy_news.run.identity import SURVEYED as APPEARANCES
from policy_news.run.identity import give_ids
from policy_news.run.paths import RESOLVED
from policy_news.run.program import Program
from policy_news.run.shard_results import read_chunk, read_manifest
from policy_news.run.shards import Done
from policy_news.tables.chunks import Chunk, split_documents
from policy_news.tables.parquet import read_run

SEEN = {
    "documents": ("doc_id", "sha256", "published"),
    "appearances": APPEARANCES,
    "mentions": ("doc_id", "entity_id", "identity", "identity_reason"),
}
"""What is read of all documents before the first is decided."""


class ResolvedRows:
    """The rows of some parts."""

    def __init__(self, out: Path, settings: Settings, parts: Sequence[CorpusPart]) -> None:
        self.settings = settings
        self._out = out
        self._parts = parts
        self._open: tuple[str, Mapping[str, Resolution]] = ("", {})
        self._entities: dict[str, set[str]] = {}

    @property
    def facts(self) -> Facts:
        """Those of the rule data."""
        return read_facts(find_model(self.settings.annotate.model))

    def decide(self, file: DecisionFile | None = None) -> Decided:
        """Return what applies decisions to the rows: those of a file, or those that the run took."""
        own = read_taken(self._out) if file is None else file
        return Decided(own, self.for_decisions())

    def for_decisions(self) -> RowsOfRun:
        """Return the rows as decisions ask for them."""
        return RowsOfRun(self.survey, self.fetch, self.settings.mask, self.facts)

    def survey(self) -> Iterator[Chunk]:
        """Yield what decisions must know of all documents, shard by shard."""
        for part in self._parts:
            entities = self._entities[part.key] = set()
            for shard in part.shards:
                chunk = self._given(part, read_chunk(self._out, shard.key, SEEN))
                entities.update(chunk["mentions"]["entity_id"].cast("string").unique().to_pylist())
                yield {name: chunk[name].select(columns) for name, columns in SURVEYED.items()}

    def chunks(self) -> Iterator[Chunk]:
        """Yield all rows, shard by shard."""
        for part in self._parts:
            for shard in part.shards:
                yield self._given(part, read_chunk(self._out, shard.key))

    def fetch(self, doc_id: str) -> Chunk | None:
        """Return all rows of a document; None if there is no such document."""
        for part, shard in self._holding([doc_id]):
            own = split_documents(read_chunk(self._out, shard.key)).get(doc_id)
            return None if own is None else self._given(part, own)
        return None

    def hear(self, decided: Decided) -> None:
        """Find out what becomes of each decision: decide all documents that some are about."""
        for part, shard in self._holding(decided.documents()):
            decided.decide(self._given(part, read_chunk(self._out, shard.key)))

    def effect(self, part: CorpusPart, decided: Decided) -> str:
        """Return a hash of what decisions do to a part; empty for nothing. All documents must have been surveyed."""
        told = [
            f"{doc_id} {one}"
            for doc_id in decided.documents()
            if part.shards[0].first <= doc_id <= part.shards[-1].last
            for one in decided.told_of(doc_id)
        ]
        merged = decided.merged
        own = sorted(self._entities.get(part.key, set()) & merged.keys())
        told += [f"{entity} is {merged[entity]}" for entity in own]
        return hash_all(told) if told else ""

    def _holding(self, doc_ids: Sequence[str]) -> Iterator[tuple[CorpusPart, Done]]:
        """Yield the shards in which some documents are or would be."""
        for part in self._parts:
            for shard in part.shards:
                if any(shard.first <= doc_id <= shard.last for doc_id in doc_ids):
                    yield part, shard

    def _given(self, part: CorpusPart, chunk: Chunk) -> Chunk:
        if self._open[0] != part.key:
            self._open = part.key, read_finals(self._out, part)
        return give_ids(chunk, self._open[1])


def read_resolved(out: Path, settings: Settings, program: Program = ()) -> list[PartTask]:
    """Return the parts as `resolve` left them."""
    parts = list(cut_parts(read_manifest(out), settings))
    try:
        rows = [
            (key, (every, told), effect, stated)
            for key, (every, told), effect, stated in read_plain(out / RESOLVED)
        ]
    except (DamagedError, ValueError, TypeError) as error:
        raise StageError(
            f"{out / RESOLVED}: is missing or damaged", "Run `pipeline resolve` first."
        ) from error
    if [row[0] for row in rows] != [part.key for part in parts]:
        raise StageError(
            f"{out}: was annotated again since names were resolved", "Run `pipeline resolve` first."
        )
    return [PartTask(out, settings, program, part, *row[1:]) for part, row in zip(parts, rows, strict=True)]


def open_undecided(out: Path, settings: Settings) -> ResolvedRows:
    """Open the rows of a finished run as they were before decisions."""
    read_run(out)
    return ResolvedRows(out, settings, [one.part for one in read_resolved(out, settings)])
