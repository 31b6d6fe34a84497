"""From mentions to entities, one for each real thing of the corpus, and from claims to statements: what `resolve`, `write`, `run` and `merge` share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import NOTHING, Decided
from pipeline.nlp.identity.facts import read_facts
from pipeline.nlp.identity.terms import read_terms
from pipeline.rules.own_lists import known_names
from pipeline.run.entity_counts import SEEN, Entities
from pipeline.run.identity import SURVEYED, IdentityPass
from pipeline.run.paths import (
    ALIASES,
    DOCUMENT_GROUPS,
    ENTITIES,
    FAILURES,
    INGEST_FAILURES,
    OFFICES,
)
from pipeline.run.records import read_records, write_records
from pipeline.run.relations import RELATED_FROM, RelationPass
from pipeline.run.shard_results import read_chunk, read_columns, read_manifest
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import (
    DocumentGroupRow,
    EntityAliasRow,
    EntityRow,
    FailureRow,
    OfficeRow,
    Row,
)

RESOLVED: Mapping[str, tuple[str, type[Row]]] = {
    "entities": (ENTITIES, EntityRow),
    "entity_aliases": (ALIASES, EntityAliasRow),
    "offices": (OFFICES, OfficeRow),
    "document_groups": (DOCUMENT_GROUPS, DocumentGroupRow),
    "failures": (FAILURES, FailureRow),
}
"""Tables that belong to no document to the stage's file of their rows and what those are."""
Others = Mapping[str, Sequence[Row]]
"""Rows of the tables that belong to no document, by table."""


class Resolution:
    """The stage while the shards go by, one after the other."""

    def __init__(self, out: Path, settings: Settings) -> None:
        self._out = out
        self._settings = settings
        self._identity = IdentityPass(read_facts(find_model(settings.annotate.model)))
        self._relations = RelationPass()
        self._entities = Entities()
        self._failures = list(read_records(out / INGEST_FAILURES, FailureRow, "ingest"))

    def survey(self) -> None:
        """Go through the appearances of all shards first: who somebody is, the whole corpus tells."""
        columns = {"documents": SEEN["documents"], "appearances": SURVEYED}
        keys = [shard.key for shard in read_manifest(self._out)]
        self._identity.survey(lambda: (read_columns(self._out, key, columns)[0] for key in keys))

    def resolve(self, chunk: Chunk) -> Chunk:
        """The rows of a shard with the ids of the corpus; those of the documents alone without a survey."""
        return self._identity.resolve(chunk)

    def survey_claims(self, decided: Decided) -> None:
        """Go through the claims of all shards, as they are once resolved and decided: what they share, the whole corpus tells."""
        self._relations.survey(
            decided.decide(self.resolve(chunk)) for chunk in self._claims(whole=bool(decided))
        )

    def _claims(self, *, whole: bool) -> Iterator[Chunk]:
        """What relations are read from, shard by shard; all columns where decisions are to be applied."""
        for shard in read_manifest(self._out):
            if whole:
                yield read_chunk(self._out, shard.key)[0]
            else:
                yield read_columns(self._out, shard.key, RELATED_FROM)[0]

    def relate(self, chunk: Chunk) -> Chunk:
        """The resolved and decided rows of a shard with the statements of their claims."""
        return self._relations.relate(chunk)

    def add(self, chunk: Chunk, failed: Sequence[FailureRow]) -> None:
        """Take in the resolved rows of a shard, and the documents that have none."""
        self._entities.add(chunk)
        self._failures += failed

    def finish(self, decided: Decided = NOTHING) -> Others:
        """Write the files of the stage; returns what is in them."""
        aliases = self._identity.aliases()
        others = {
            **other_rows(self._settings, self._entities, aliases, self._failures, decided),
            "document_groups": self._relations.groups,
        }
        for name, (path, row) in RESOLVED.items():
            write_records(self._out / path, row, others[name])
        return others


def other_rows(
    settings: Settings,
    entities: Entities,
    aliases: Iterable[EntityAliasRow],
    failures: Iterable[FailureRow],
    decided: Decided = NOTHING,
) -> Others:
    """The rows of the tables that belong to no document, each in the order of its table.

    Args:
        settings: The settings.
        entities: Of all documents.
        aliases: Their other ids.
        failures: What failed.
        decided: What people decided about entities.
    """
    ids = entities.ids
    failed: list[FailureRow] = sorted(failures, key=lambda row: (row.path, row.stage))
    return {
        "entities": decided.entities(entities.rows(read_known_names(settings, ids))),
        "entity_aliases": [row for row in decided.aliases(aliases) if row.entity_id in ids],
        "offices": read_terms(find_model(settings.annotate.model), settings.annotate.own_lists, ids),
        "failures": failed,
    }


def read_known_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    """Canonical name and Wikidata id of entities of the rule data and of the user's own lists."""
    return {**_rule_names(settings, ids), **known_names(settings.annotate.own_lists, ids)}


def _rule_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    facts = read_facts(find_model(settings.annotate.model))
    return {key: (facts.rows[key][0], facts.rows[key][1] or None) for key in ids & facts.rows.keys()}
