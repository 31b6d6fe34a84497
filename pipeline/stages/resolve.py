"""Stage `resolve`: mentions -> entities, one for each real thing of the corpus."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from pipeline.chunks import Chunk
from pipeline.own_lists import known_names
from pipeline.progress import Progress, silent
from pipeline.results import read_columns, read_manifest
from pipeline.schema import EntityRow, FailureRow
from pipeline.settings import Settings
from pipeline.shards import CANONICAL_NAMES
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
    return {**_rule_names(settings, ids), **known_names(settings.annotate.own_lists, ids)}


def _rule_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    path = Path(settings.annotate.model) / CANONICAL_NAMES
    if not path.is_file():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").split("\n"))
    return {key: (name, kb_id or None) for key, name, kb_id in rows if key in ids}


class Entities:
    """The entities of a corpus, collected chunk by chunk: memory grows with the entities and their forms, not with the documents."""

    def __init__(self) -> None:
        self._labels: Counter[tuple[str, str]] = Counter()
        self._texts: Counter[tuple[str, str]] = Counter()
        self._documents: Counter[str] = Counter()
        self._first: dict[str, dt.date] = {}
        self._last: dict[str, dt.date] = {}

    @property
    def ids(self) -> set[str]:
        """Ids of the entities so far."""
        return set(self._documents)

    def add(self, chunk: Chunk) -> None:
        """Count the mentions of a chunk, which holds all of each of its documents."""
        documents, mentions = chunk["documents"], chunk["mentions"]
        published = dict(zip(documents["doc_id"].to_pylist(), documents["published"].to_pylist(), strict=True))
        doc_ids, labels, texts, ids = (mentions[name].to_pylist() for name in SEEN["mentions"])
        self._labels.update(zip(ids, labels, strict=True))
        self._texts.update(zip(ids, texts, strict=True))
        for entity_id, doc_id in set(zip(ids, doc_ids, strict=True)):
            self._documents[entity_id] += 1
            if moment := published[doc_id]:
                day = moment.date()
                self._first[entity_id] = min(day, self._first.get(entity_id, day))
                self._last[entity_id] = max(day, self._last.get(entity_id, day))

    def rows(self, known: Mapping[str, tuple[str, str | None]]) -> list[EntityRow]:
        """The entities, sorted by id.

        Args:
            known: Canonical names and Wikidata ids by entity id.
        """
        labels, texts = _by_entity(self._labels), _by_entity(self._texts)
        return [self._row(entity_id, labels[entity_id], texts[entity_id], known.get(entity_id)) for entity_id in sorted(self._documents)]

    def _row(self, entity_id: str, labels: Counter[str], texts: Counter[str], known: tuple[str, str | None] | None) -> EntityRow:
        name, kb_id = known or (_longest(texts), None)
        return EntityRow(
            entity_id=entity_id,
            label=min(labels, key=lambda label: (-labels[label], label)),
            name=name,
            kb_id=kb_id,
            aliases=sorted(texts),
            n_mentions=texts.total(),
            n_documents=self._documents[entity_id],
            first_date=self._first.get(entity_id),
            last_date=self._last.get(entity_id),
        )


def _by_entity(counts: Counter[tuple[str, str]]) -> Mapping[str, Counter[str]]:
    own: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (entity_id, value), count in counts.items():
        own[entity_id][value] = count
    return own


def _longest(texts: Counter[str]) -> str:
    """The longest form, of equally long ones the most frequent."""
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        counts[" ".join(text.split())] += count
    return min(counts, key=lambda text: (-len(text), -counts[text], text))
