"""A table of no document from one run to the next: those of its parts are written anew that hold a row which is not as before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.run.part_state import Before
from pipeline.tables.chunks import build_table
from pipeline.tables.merging import Key, in_order, keys_of
from pipeline.tables.parquet import FolderWriter, read_other
from pipeline.tables.parts import cut_keys, ends_part, join_key
from pipeline.tables.schema import TABLES, Row

if TYPE_CHECKING:
    import pyarrow as pa


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

    def _patched(self, numbers: Iterable[int], keys: Sequence[Key]) -> pa.Table:
        """The rows of some parts, those of some keys anew."""
        import pyarrow as pa

        changed, kept = set(keys), list[pa.Table]()
        for number in numbers:
            file = self.before.others[self.name][number]
            table = read_other(self.before.folder, self.name, file, number)
            own = keys_of(self.name, table)
            if not changed.isdisjoint(own):
                table = table.filter(pa.array([key not in changed for key in own]))
            kept.append(table)
        rows = [row for key in keys if (row := self.rows[key]) is not None]
        return in_order(self.name, pa.concat_tables([*kept, build_table(TABLES[self.name], rows)]))

    def _cut(self, table: pa.Table) -> Iterator[Key]:
        keys = keys_of(self.name, table)
        for first, end in cut_keys([join_key(key) for key in keys], self.mean):
            self.writer.write_rows(self.name, table.slice(first, end - first))
            yield keys[end - 1]


def write_all(name: str, writer: FolderWriter, pieces: Iterable[pa.Table]) -> list[Key]:
    """Write all rows of a table, which come in ascending pieces; returns the last key of each part."""
    import pyarrow as pa

    last: list[Key] = []
    waiting: list[pa.Table] = []
    end: Key | None = None
    for piece in pieces:
        keys, start = keys_of(name, piece), 0
        for place, key in enumerate(keys, 1):
            if ends_part(join_key(key), writer.limits.part_documents):
                writer.write_rows(name, pa.concat_tables([*waiting, piece.slice(start, place - start)]))
                last.append(key)
                waiting, start, end = [], place, None
        if start < len(keys):
            waiting.append(piece.slice(start))
            end = keys[-1]
    if end is not None:
        writer.write_rows(name, pa.concat_tables(waiting))
        last.append(end)
    elif not last:
        writer.write_rows(name, build_table(TABLES[name], []))
    return last


def by_key(name: str, rows: Iterable[Row]) -> dict[Key, Row]:
    """Rows of a table by the columns that it is sorted by."""
    columns = TABLES[name].order
    return {tuple(getattr(row, column) for column in columns): row for row in rows}
