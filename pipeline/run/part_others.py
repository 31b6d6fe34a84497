"""The tables that belong to no document, patched where a part that was written says something else than before."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.settings import Settings, find_model
from pipeline.decisions.decided import Decided
from pipeline.nlp.identity.terms import read_terms
from pipeline.run.engines.local import Engine
from pipeline.run.entity_counts import Tally, entity_row
from pipeline.run.identity import alias_rows
from pipeline.run.keyed_files import KeyedFile, changed_keys, hash_keys
from pipeline.run.part_notes import COUNTED, NAMED, find_all, sum_tallies
from pipeline.run.part_state import Before, DecidedRows, Kept, results_path
from pipeline.run.paths import INGEST_FAILURES
from pipeline.run.program import Program
from pipeline.run.records import read_records
from pipeline.run.resolution import read_known_names
from pipeline.run.table_patches import TablePatch, by_key, write_all
from pipeline.run.whole_entities import sum_all
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import Key
from pipeline.tables.parquet import FolderWriter, read_other
from pipeline.tables.schema import TABLES, DocumentGroupRow, EntityAliasRow, EntityRow, FailureRow, Row

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa


class _Everybody(Container[str]):
    """All ids that there may be."""

    def __contains__(self, one: object) -> bool:
        return True


class _Ids(Container[str]):
    """Ids by their hashes: the ids of all entities would be most of the memory of a process."""

    def __init__(self) -> None:
        self._pieces = [np.empty(0, np.uint64)]

    def add(self, ids: Sequence[str]) -> None:
        """Take in some."""
        self._pieces.append(hash_keys(ids))

    @cached_property
    def _ascending(self) -> npt.NDArray[np.uint64]:
        return np.sort(np.concatenate(self._pieces))

    def __contains__(self, one: object) -> bool:
        wanted = hash_keys([str(one)])
        place = int(self._ascending.searchsorted(wanted)[0])
        return bool((self._ascending[place : place + 1] == wanted).any())


EVERYBODY = _Everybody()


@dataclass
class Turn:
    """From one run to the next.

    Attributes:
        out: Output folder.
        settings: Those of the run.
        writer: Of its tables.
        before: The run before.
        parts: All parts as they are now.
        written: Keys of those that were written.
        groups: Near-identical documents.
        decided: What people decided.
        engine: Does what is to be done for all entities.
        program: What is to do it.
    """

    out: Path
    settings: Settings
    writer: FolderWriter
    before: Before
    parts: Sequence[Kept]
    written: Collection[str]
    groups: Sequence[DocumentGroupRow]
    decided: Decided
    engine: Engine
    program: Program

    @cached_property
    def results(self) -> list[KeyedFile]:
        """Those of all parts as they are now."""
        return [KeyedFile(results_path(self.writer.folder, kept.key)) for kept in self.parts]

    @cached_property
    def changed(self) -> set[str]:
        """The keys of the results of which something else is said than before."""
        now = {kept.key for kept in self.parts}
        old = [kept.key for kept in self.before.parts if kept.key in self.written or kept.key not in now]
        new = [file for kept, file in zip(self.parts, self.results, strict=True) if kept.key in self.written]
        return changed_keys([self.before.results(key) for key in old], new)

    @cached_property
    def totals(self) -> dict[str, Tally | None]:
        """What is counted now of each entity of which something else is counted than before; None where it is gone."""
        changed = sorted(key.removeprefix(COUNTED) for key in self.changed if key.startswith(COUNTED))
        return sum_tallies(self.results, changed)

    @cached_property
    def moved(self) -> set[str]:
        """The entities that are new or gone."""
        before = [self.before.results(kept.key) for kept in self.before.parts]
        there = {entity for entity, _ in find_all(before, COUNTED, sorted(self.totals))}
        return {entity for entity, tally in self.totals.items() if (tally is not None) != (entity in there)}

    @cached_property
    def decided_rows(self) -> DecidedRows:
        """What decisions are about in the tables of no document."""
        merged = self.decided.merged
        return DecidedRows(frozenset(self.decided.edited), frozenset({*merged, *merged.values()}))

    def is_there(self, entity: str) -> bool:
        """Whether an entity is in the corpus."""
        if entity in self.totals:
            return self.totals[entity] is not None
        return any(file.get(f"{COUNTED}{entity}") for file in self.results)

    def keep(self, name: str, number: int = 0) -> None:
        """Take over a table, or a part of it, from the run before."""
        file = self.before.others[name][number]
        self.writer.keep_other(name, file, number, self.before.folder, self.before.written)

    def write(self, name: str, rows: Sequence[Row]) -> None:
        """Write a table anew."""
        self.writer.write_other(name, build_table(TABLES[name], rows))


def write_others(turn: Turn) -> dict[str, list[Key]]:
    """Write all tables of no document; returns the last key of each part of those that are in parts."""
    if turn.before.parts:
        last = {"entities": _write_cut(turn, "entities", _entity_rows(turn), turn.before)}
        _write_aliases(turn)
        _write_offices(turn)
    else:
        last = {"entities": _write_first(turn)}
    _write_failures(turn)
    last["document_groups"] = write_all(
        "document_groups", turn.writer, [build_table(TABLES["document_groups"], turn.groups)]
    )
    return last


def _write_first(turn: Turn) -> list[Key]:
    """Write entities, other ids and offices where there was no run before; returns the last key of each part of the entities."""
    keys = [kept.key for kept in turn.parts]
    entities, named = sum_all(turn.engine, turn.writer.folder, keys, turn.settings, turn.program)
    ids = _Ids()

    def noted() -> Iterator[pa.Table]:
        for piece in entities:
            ids.add(piece["entity_id"].to_pylist())
            yield piece

    if turn.decided:
        rows = turn.decided.entities([EntityRow(**row) for piece in noted() for row in piece.to_pylist()])
        last = _write_cut(turn, "entities", by_key("entities", rows), turn.before)
    else:
        last = write_all("entities", turn.writer, noted())
    told = [(entity, *other) for entity, others in named.items() for other in others]
    aliases = [row for row in turn.decided.aliases(alias_rows(told)) if row.entity_id in ids]
    aliases.sort(key=lambda row: (row.entity_id, row.alias_id))
    turn.write("entity_aliases", aliases)
    model, own = find_model(turn.settings.annotate.model), turn.settings.annotate.own_lists
    turn.write("offices", read_terms(model, own, ids))
    return last


def _entity_rows(turn: Turn) -> dict[Key, Row | None]:
    """The entities of which something else is counted than before."""
    edited = turn.decided_rows.edited | turn.before.decided.edited
    totals = turn.totals | sum_tallies(turn.results, sorted(edited - turn.totals.keys()))
    known = read_known_names(turn.settings, set(totals))
    found = [
        entity_row(entity, tally, known.get(entity)) for entity, tally in totals.items() if tally is not None
    ]
    rows: dict[Key, Row | None] = dict.fromkeys((entity,) for entity in totals)
    return rows | by_key("entities", turn.decided.entities(found))


def _write_cut(turn: Turn, name: str, rows: Mapping[Key, Row | None], before: Before) -> list[Key]:
    """Write those parts of a table anew in which a row is not as before; returns the last key of each part."""
    return TablePatch(name, turn.writer, before, turn.settings.tables.part_documents, rows).write()


def _write_aliases(turn: Turn) -> None:
    """Write the other ids anew of entities of which something else is said than before."""
    affected = _renamed(turn)
    if not affected:
        turn.keep("entity_aliases")
        return
    table = read_other(turn.before.folder, "entity_aliases", turn.before.others["entity_aliases"][0], 0)
    rows = [EntityAliasRow(**row) for row in table.to_pylist() if row["entity_id"] not in affected]
    told = _others(turn, affected | turn.decided.merged.keys())
    found = turn.decided.aliases(alias_rows(told))
    rows += [row for row in found if row.entity_id in affected and turn.is_there(row.entity_id)]
    rows.sort(key=lambda row: (row.entity_id, row.alias_id))
    turn.write("entity_aliases", rows)


def _renamed(turn: Turn) -> set[str]:
    """The entities that may have other ids than before: for what parts say, or for a decision that merges."""
    named = {key.removeprefix(NAMED) for key in turn.changed if key.startswith(NAMED)}
    named |= {entity for entity, *_ in _others(turn, turn.moved)}
    named |= turn.decided_rows.merged | turn.before.decided.merged
    return named | {turn.decided.merged.get(entity, entity) for entity in named}


def _others(turn: Turn, entities: Iterable[str]) -> list[tuple[str, str, str]]:
    """Entities with their other ids, each with the reason."""
    found = find_all(turn.results, NAMED, sorted(entities))
    return [(entity, other, reason) for entity, rows in found for other, reason in rows]


def _write_offices(turn: Turn) -> None:
    """Write the offices anew where a holder came or went."""
    model, own = find_model(turn.settings.annotate.model), turn.settings.annotate.own_lists
    if not read_terms(model, own, turn.moved):
        turn.keep("offices")
        return
    holders = {row.entity_id for row in read_terms(model, own, EVERYBODY)}
    turn.write("offices", read_terms(model, own, {one for one in holders if turn.is_there(one)}))


def _write_failures(turn: Turn) -> None:
    failures: list[FailureRow] = [*read_records(turn.out / INGEST_FAILURES, FailureRow, "ingest")]
    failures += [row for kept in turn.parts for row in kept.failures]
    failures.sort(key=lambda row: (row.path, row.stage))
    turn.write("failures", failures)
