"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.chunks import Chunk
from pipeline.own_lists import known_names
from pipeline.progress import Progress, silent
from pipeline.results import read_columns, read_manifest
from pipeline.schema import EntityRow, FailureRow
from pipeline.settings import Settings
from pipeline.stages import ENTITIES, FAILURES, INGEST_FAILURES
from pipeline.storage import read_records, write_records

SEEN = {"documents": ("doc_id", "published"), "mentions": ("doc_id", "label", "text", "entity_id")}
"""Tables and columns that entities are made of."""


def run(out: Path, settings: Settings, progress: Progress = silent) -> int:
    """Collect the entities of all mentions, and what was set aside; returns the number of entities."""
    shards, entities = read_manifest(out), Entities()
    failures = list(read_records(out / INGEST_FAILURES, FailureRow, "ingest"))
    for done, shard in enumerate(shards, 1):
        chunk, set_aside = read_columns(out, shard.key, SEEN)
        entities.add(chunk)
        failures += set_aside
        progress("resolve", done, len(shards))
    rows = entities.rows(read_known_names(settings, entities.ids))
    write_records(out / ENTITIES, EntityRow, rows)
    write_records(out / FAILURES, FailureRow, sorted(failures, key=lambda row: (row.path, row.stage)))
    return len(rows)


def read_known_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    """Canonical name and Wikidata id of entities of the rule data and of the user's own lists."""
    return {**_rule_names(settings), **known_names(settings.annotate.own_lists, ids)}


def _rule_names(settings: Settings) -> Mapping[str, tuple[str, str | None]]:
    path = Path(settings.annotate.model) / "names.json"
    if not path.is_file():
        return {}
    return {key: (name, kb) for key, (name, kb) in json.loads(path.read_text(encoding="utf-8")).items()}


@dataclass(slots=True)
class _Entity:
    """What is known of an entity so far."""

    labels: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    last_document: str | None = None
    first_date: dt.date | None = None
    last_date: dt.date | None = None

    def add(self, doc_id: str, label: str, text: str, day: dt.date | None) -> None:
        self.labels[label] += 1
        self.texts[text] += 1
        if doc_id == self.last_document:
            return
        self.documents += 1
        self.last_document = doc_id
        if day:
            self.first_date = min(self.first_date or day, day)
            self.last_date = max(self.last_date or day, day)

    def name(self) -> str:
        """The longest form, of equally long ones the most frequent."""
        counts: Counter[str] = Counter()
        for text, count in self.texts.items():
            counts[" ".join(text.split())] += count
        return min(counts, key=lambda text: (-len(text), -counts[text], text))


class Entities:
    """The entities of a corpus, collected chunk by chunk: memory grows with the entities, not with the documents."""

    def __init__(self) -> None:
        self._entities: defaultdict[str, _Entity] = defaultdict(_Entity)

    @property
    def ids(self) -> set[str]:
        """Ids of the entities so far."""
        return set(self._entities)

    def add(self, chunk: Chunk) -> None:
        """Count the mentions of a chunk; chunks must come in ascending order of their documents."""
        documents, mentions = chunk["documents"], chunk["mentions"]
        days = dict(zip(documents["doc_id"].to_pylist(), documents["published"].to_pylist(), strict=True))
        columns = (mentions[name].to_pylist() for name in SEEN["mentions"])
        for doc_id, label, text, entity_id in zip(*columns, strict=True):
            published = days[doc_id]
            self._entities[entity_id].add(doc_id, label, text, published.date() if published else None)

    def rows(self, known: Mapping[str, tuple[str, str | None]]) -> list[EntityRow]:
        """The entities, sorted by id.

        Args:
            known: Canonical names and Wikidata ids by entity id.
        """
        return list(self._rows(known))

    def _rows(self, known: Mapping[str, tuple[str, str | None]]) -> Iterator[EntityRow]:
        for entity_id, entity in sorted(self._entities.items()):
            name, kb_id = known.get(entity_id) or (entity.name(), None)
            yield EntityRow(
                entity_id=entity_id,
                label=min(entity.labels, key=lambda label: (-entity.labels[label], label)),
                name=name,
                kb_id=kb_id,
                aliases=sorted(entity.texts),
                n_mentions=entity.texts.total(),
                n_documents=entity.documents,
                first_date=entity.first_date,
                last_date=entity.last_date,
            )
