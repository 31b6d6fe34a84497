"""What people decided in a run whose tables are in parts: which parts it touches, and what it does to their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import SURVEYED, Decided
from pipeline.decisions.reading import read_decisions
from pipeline.nlp.identity.corpus import Final
from pipeline.nlp.identity.facts import read_facts
from pipeline.run.decisions import SEEN, write_outcomes
from pipeline.run.identity import apply_finals
from pipeline.run.part_notes import all_finals
from pipeline.run.part_state import Before, Plan
from pipeline.run.paths import DECISIONS
from pipeline.run.shard_results import read_chunk, read_columns
from pipeline.tables.chunks import Chunk, split_documents
from pipeline.tables.parquet import read_part


class FinalsByPart(Protocol):
    """What ids became, by part that must be written."""

    def __contains__(self, key: str) -> bool: ...

    def __getitem__(self, key: str) -> Mapping[str, Final]: ...


class PartDecisions:
    """The decisions of such a run.

    Args:
        out: Output folder.
        settings: Those of the run.
        plans: The parts that there are to be.
        before: The run before.
        finals: For each part that must be written, what the ids became of which the corpus decides.
    """

    def __init__(
        self,
        out: Path,
        settings: Settings,
        plans: Sequence[Plan],
        before: Before,
        finals: FinalsByPart,
    ) -> None:
        self._out = out
        self._plans = plans
        self._before = before
        self._kept = {kept.key: kept for kept in before.parts}
        self._finals = finals
        self._known: dict[str, Mapping[str, Final]] = {}
        self._entities: dict[str, set[str]] = {}
        file = read_decisions(out / DECISIONS)
        facts = read_facts(find_model(settings.annotate.model))
        self.decided = Decided(file, self._survey, self._fetch, settings.mask, facts)

    def __bool__(self) -> bool:
        return bool(self.decided)

    @cached_property
    def _documents(self) -> list[str]:
        return self.decided.documents()

    def effect(self, plan: Plan) -> str:
        """A hash of what decisions do to a part; empty for nothing."""
        told = [
            f"{doc_id} {one}"
            for doc_id in self._documents
            if plan.shards[0].first <= doc_id <= plan.shards[-1].last
            for one in self.decided.told_of(doc_id)
        ]
        merged = self.decided.merged
        told += [
            f"{own} is {merged[own]}" for own in sorted(self._entities.get(plan.key, set()) & merged.keys())
        ]
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest() if told else ""

    def hear(self) -> None:
        """Find out what becomes of each decision, whether its part is written or stays."""
        for plan in self._plans:
            for shard in plan.shards:
                if any(shard.first <= doc_id <= shard.last for doc_id in self._documents):
                    self.decided.decide(self._resolved(plan, read_chunk(self._out, shard.key)[0]))

    def write_outcomes(self) -> None:
        """Keep what became of the decisions, once all is written."""
        write_outcomes(self._out, self.decided)

    def _resolved(self, plan: Plan, chunk: Chunk) -> Chunk:
        finals = self._finals_of(plan)
        return apply_finals(chunk, lambda local_id: finals.get(local_id) or Final(local_id))

    def _finals_of(self, plan: Plan) -> Mapping[str, Final]:
        if plan.key not in self._known:
            self._known[plan.key] = (
                self._finals[plan.key]
                if plan.key in self._finals
                else dict(all_finals(self._before.results(plan.key)))
            )
        return self._known[plan.key]

    def _survey(self) -> Iterator[Chunk]:
        """What decisions must know of all documents; the tables of parts that stay and were not decided tell the same as shards."""
        for plan in self._plans:
            own: set[str] = set()
            for chunk in self._seen(plan):
                own.update(chunk["mentions"]["entity_id"].cast("string").unique().to_pylist())
                yield chunk
            self._entities[plan.key] = own

    def _seen(self, plan: Plan) -> Iterator[Chunk]:
        kept = self._kept.get(plan.key)
        if kept is not None and plan.key not in self._finals and not kept.decided:
            if kept.part is not None and kept.number is not None:
                yield read_part(self._before.folder, kept.part, kept.number, SURVEYED)
            return
        for shard in plan.shards:
            yield self._resolved(plan, read_columns(self._out, shard.key, SEEN)[0])

    def _fetch(self, doc_id: str) -> Chunk | None:
        """The rows of a document as they were before decisions; None where there is none of this id."""
        for plan in self._plans:
            for shard in plan.shards:
                if shard.first <= doc_id <= shard.last:
                    own = split_documents(read_chunk(self._out, shard.key)[0]).get(doc_id)
                    return None if own is None else self._resolved(plan, own)
        return None
