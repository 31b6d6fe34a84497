"""The tables that belong to no document, patched where a part that was written says something else than before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.core.settings import Settings, find_model
from pipeline.nlp.identity.terms import read_terms
from pipeline.run.entity_counts import Tally, entity_row
from pipeline.run.identity import alias_rows
from pipeline.run.keyed_files import KeyedFile, changed_keys
from pipeline.run.part_notes import COUNTED, NAMED, sum_tallies
from pipeline.run.part_state import Before, Kept, results_path
from pipeline.run.paths import INGEST_FAILURES
from pipeline.run.records import read_records
from pipeline.run.resolution import read_known_names
from pipeline.tables.chunks import build_table
from pipeline.tables.parquet import FolderWriter, read_other
from pipeline.tables.parts import cut_keys, ends_part
from pipeline.tables.schema import TABLES, EntityAliasRow, EntityRow, FailureRow, Row


class _Everybody(Collection[str]):
    """All ids that there may be."""

    def __contains__(self, one: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


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
        related: The rows of the tables of relations.
    """

    out: Path
    settings: Settings
    writer: FolderWriter
    before: Before
    parts: Sequence[Kept]
    written: Collection[str]
    related: Mapping[str, Sequence[Row]]

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
        return {entity: sum_tallies(self.results, entity) for entity in changed}

    @cached_property
    def moved(self) -> set[str]:
        """The entities that are new or gone."""
        before = [self.before.results(kept.key) for kept in self.before.parts]
        return {
            entity
            for entity, tally in self.totals.items()
            if (tally is not None) != any(file.get(f"{COUNTED}{entity}") for file in before)
        }

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


def write_others(turn: Turn) -> list[str]:
    """Write all tables of no document; returns the last id of each part of the entities."""
    last = list(_write_entities(turn))
    for write in (_write_aliases, _write_offices, _write_failures):
        write(turn)
    for name, rows in turn.related.items():
        turn.write(name, rows)
    return last


def _write_entities(turn: Turn) -> Iterator[str]:
    """Write those parts of the entities anew that hold one of which something else is counted; yields the last id of each part."""
    last, count = turn.before.last, len(turn.before.last)
    slots = _slots(turn, last)
    number = 0
    while number <= count:
        if number not in slots:
            if number < count:
                turn.keep("entities", number)
                yield last[number]
            number += 1
            continue
        end = number + 1
        while end <= count and (end in slots or _is_gone(turn, last[end - 1])):
            end += 1  # where the id that ended a part is gone, the next part goes on with it
        ids = [one for slot in range(number, end) for one in slots.get(slot, ())]
        yield from _cut(turn, _patched(turn, range(number, min(end, count)), ids))
        number = end
    if not turn.writer.written("entities"):
        turn.writer.write_rows("entities", build_table(TABLES["entities"], []))
        yield ""


def _slots(turn: Turn, last: Sequence[str]) -> dict[int, list[str]]:
    """The entities to count anew by the part that they belong to; behind the last part where that is closed."""
    slots: dict[int, list[str]] = {}
    is_open = bool(last) and not ends_part(last[-1], turn.settings.tables.part_documents)
    for entity in turn.totals:
        slot = bisect_left(last, entity)
        slots.setdefault(slot - 1 if slot == len(last) and is_open else slot, []).append(entity)
    return slots


def _is_gone(turn: Turn, entity: str) -> bool:
    return entity in turn.totals and turn.totals[entity] is None


def _patched(turn: Turn, numbers: Iterable[int], ids: Sequence[str]) -> list[EntityRow]:
    """The rows of some parts, those of some entities anew."""
    rows: dict[str, EntityRow] = {}
    for number in numbers:
        table = read_other(turn.before.folder, "entities", turn.before.others["entities"][number], number)
        rows |= {row["entity_id"]: EntityRow(**row) for row in table.to_pylist()}
    known = read_known_names(turn.settings, set(ids))
    for entity in ids:
        tally = turn.totals[entity]
        if tally is None:
            rows.pop(entity, None)
        else:
            rows[entity] = entity_row(entity, tally, known.get(entity))
    return [rows[entity] for entity in sorted(rows)]


def _cut(turn: Turn, rows: Sequence[EntityRow]) -> Iterator[str]:
    keys = [row.entity_id for row in rows]
    for first, end in cut_keys(keys, turn.settings.tables.part_documents):
        turn.writer.write_rows("entities", build_table(TABLES["entities"], rows[first:end]))
        yield keys[end - 1]


def _write_aliases(turn: Turn) -> None:
    named = {key.removeprefix(NAMED) for key in turn.changed if key.startswith(NAMED)}
    affected = named | {entity for entity in turn.moved if _others(turn, entity)}
    rows: list[EntityAliasRow] = []
    if turn.before.parts:
        if not affected:
            turn.keep("entity_aliases")
            return
        table = read_other(turn.before.folder, "entity_aliases", turn.before.others["entity_aliases"][0], 0)
        rows = [EntityAliasRow(**row) for row in table.to_pylist() if row["entity_id"] not in affected]
    for entity in affected:
        if turn.is_there(entity):
            rows += alias_rows((entity, other, reason) for other, reason in _others(turn, entity))
    rows.sort(key=lambda row: (row.entity_id, row.alias_id))
    turn.write("entity_aliases", rows)


def _others(turn: Turn, entity: str) -> list[tuple[str, str]]:
    """The other ids of an entity."""
    return [(other, reason) for file in turn.results for other, reason in file.get(f"{NAMED}{entity}")]


def _write_offices(turn: Turn) -> None:
    """Write the offices anew where a holder came or went."""
    model, own = find_model(turn.settings.annotate.model), turn.settings.annotate.own_lists
    if turn.before.parts and not read_terms(model, own, turn.moved):
        turn.keep("offices")
        return
    holders = {row.entity_id for row in read_terms(model, own, EVERYBODY)}
    turn.write("offices", read_terms(model, own, {one for one in holders if turn.is_there(one)}))


def _write_failures(turn: Turn) -> None:
    failures: list[FailureRow] = [*read_records(turn.out / INGEST_FAILURES, FailureRow, "ingest")]
    failures += [row for kept in turn.parts for row in kept.failures]
    failures.sort(key=lambda row: (row.path, row.stage))
    turn.write("failures", failures)
