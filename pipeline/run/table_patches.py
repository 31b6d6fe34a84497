"""A table of no document from one run to the next: those of its parts are written anew that hold a row which is not as before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.run.part_state import Before
from pipeline.tables.chunks import build_table
from pipeline.tables.parquet import FolderWriter, read_other
from pipeline.tables.parts import cut_keys, ends_part, join_key
from pipeline.tables.schema import TABLES, Row

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, ...]
"""The columns that a table is sorted by."""


@dataclass(frozen=True)
class TablePatch:
    """A table whose rows changed.

    Attributes:
        name: Of the table.
        writer: Of the run.
        before: The run before.
        mean: Rows of a part, on average.
        rows: The changed rows by key, those that are no more being None.
    """

    name: str
    writer: FolderWriter
    before: Before
    mean: int
    rows: Mapping[Key, Row | None]
    _slots: dict[int, list[Key]] = field(default_factory=dict)

    def write(self) -> list[Key]:
        """Write or take over all parts; returns the last key of each."""
        last = list(self._parts([tuple(key) for key in self.before.last.get(self.name, ())]))
        if not self.writer.written(self.name):
            self.writer.write_rows(self.name, build_table(TABLES[self.name], []))
        return last

    def _parts(self, last: Sequence[Key]) -> Iterator[Key]:
        count, slots = len(last), self._by_slot(last)
        number = 0
        while number <= count:
            if number not in slots:
                if number < count:
                    self._keep(number)
                    yield last[number]
                number += 1
                continue
            end = number + 1
            while end <= count and (end in slots or self._is_gone(last[end - 1])):
                end += 1  # where the row that ended a part is gone, the next part goes on with it
            keys = [key for slot in range(number, end) for key in slots.get(slot, ())]
            yield from self._cut(self._patched(range(number, min(end, count)), keys))
            number = end

    def _by_slot(self, last: Sequence[Key]) -> dict[int, list[Key]]:
        """The changed keys by the part that they belong to; behind the last part where that is closed."""
        slots: dict[int, list[Key]] = {}
        is_open = bool(last) and not ends_part(join_key(last[-1]), self.mean)
        for key in self.rows:
            slot = bisect_left(last, key)
            slots.setdefault(slot - 1 if slot == len(last) and is_open else slot, []).append(key)
        return slots

    def _is_gone(self, key: Key) -> bool:
        return key in self.rows and self.rows[key] is None

    def _keep(self, number: int) -> None:
        file = self.before.others[self.name][number]
        self.writer.keep_other(self.name, file, number, self.before.folder, self.before.written)

    def _patched(self, numbers: Iterable[int], keys: Sequence[Key]) -> dict[Key, Row]:
        """The rows of some parts, those of some keys anew."""
        table, found = TABLES[self.name], dict[Key, Row]()
        for number in numbers:
            file = self.before.others[self.name][number]
            for told in read_other(self.before.folder, self.name, file, number).to_pylist():
                found[tuple(told[column] for column in table.order)] = table.row(**told)
        for key in keys:
            row = self.rows[key]
            if row is None:
                found.pop(key, None)
            else:
                found[key] = row
        return {key: found[key] for key in sorted(found)}

    def _cut(self, rows: Mapping[Key, Row]) -> Iterator[Key]:
        keys, values = list(rows), list(rows.values())
        for first, end in cut_keys([join_key(key) for key in keys], self.mean):
            self.writer.write_rows(self.name, build_table(TABLES[self.name], values[first:end]))
            yield keys[end - 1]


def write_all(name: str, writer: FolderWriter, table: pa.Table) -> list[Key]:
    """Write all rows of a table, in whatever order they are; returns the last key of each part."""
    import pyarrow as pa
    import pyarrow.compute as pc

    order = TABLES[name].order
    keys = pa.table({column: table[column].cast(pa.string()) for column in order})  # labels cannot be sorted
    places = pc.sort_indices(keys, sort_keys=[(column, "ascending") for column in order])
    cuts = writer.write_other(name, table.take(places))
    columns = [keys[column].take(places.take(pa.array(cuts, pa.int64()))).to_pylist() for column in order]
    return list(zip(*columns, strict=True))


def by_key(name: str, rows: Iterable[Row]) -> dict[Key, Row]:
    """Rows of a table by the columns that it is sorted by."""
    columns = TABLES[name].order
    return {tuple(getattr(row, column) for column in columns): row for row in rows}
