"""What the decision sees of a reading: its cue, how sure its roles are, and the readings around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.components.claims.readings import Reading
from pipeline.components.claims.table import Codes, Column, Ints, Table, bucket, mix_all
from pipeline.components.claims.tree import overlap, size

_TENTHS = tuple(range(5, 100, 5))


def decision_rows(table: Table, share: Ints, readings: Sequence[Reading]) -> Codes:
    """Feature codes, one row a reading, to stand beside the codes of its cue."""
    heads = np.array([reading.head for reading in readings], dtype=np.int64)
    lemma, tag = table.lemma[heads], table.tag[heads]
    facts = _facts(table, readings)
    surroundings = _surroundings(readings)
    chance = bucket(np.array([round(100 * reading.chance) for reading in readings], dtype=np.int64), *_TENTHS)
    columns: list[tuple[Column, ...]] = [(chance,), (chance, tag), (chance, share[heads]), (chance, table.rule[heads])]
    columns += [(column, extra) for column in facts.T for extra in (bucket(chance, 4, 8, 12, 16), lemma)]
    columns += [(column,) for column in facts.T]
    columns += [(column, extra) for column in surroundings.T for extra in (bucket(chance, 4, 8, 12, 16), table.quote[heads] >= 0)]
    return mix_all([(9001 + number, column) for number, column in enumerate(columns)])


def _facts(table: Table, readings: Sequence[Reading]) -> Ints:
    """Numbers that describe one reading on its own."""
    rows = []
    for reading in readings:
        words = size(reading.content)
        quoted = sum(int((table.quote[a:b] >= 0).sum()) for a, b in reading.content)
        first = reading.content[0][0] if reading.content else -1
        source = reading.source
        rows.append(
            (
                int(reading.content_sure * 10),
                int(reading.source_sure * 10) + (20 if source is None else 0),
                min(words, 4) if words < 5 else 5 + min(words // 8, 5),
                len(reading.content) if len(reading.content) < 4 else 4,
                0 if not quoted else 1 + 4 * quoted // max(1, words),
                0 if first < 0 else 1 + (first > reading.head) + 2 * (abs(first - reading.head) < 3),
                int(table.lower[first]) if first >= 0 else 0,
                int(table.tag[source[1] - 1]) if source else 0,
                int(table.shape[source[1] - 1]) if source else 0,
                int(table.lower[source[1] - 1]) if source else 0,
            )
        )
    return np.array(rows, dtype=np.int64)


def _surroundings(readings: Sequence[Reading]) -> Ints:
    """How a reading lies to the others: inside one, around one, sharing content, next to one."""
    rows = []
    for number, reading in enumerate(readings):
        near = [other for other in readings[max(0, number - 8) : number + 9] if other is not reading]
        own = size(reading.content)
        nested = max((other.chance for other in near if _holds(other, reading.head)), default=0.0)
        around = max((other.chance for other in near if _holds(reading, other.head)), default=0.0)
        shared = [(other.chance, overlap(reading.content, other.content)) for other in near]
        rivals = max((chance for chance, tokens in shared if tokens * 2 > own), default=0.0)
        twin = max((other.chance for other in near if abs(other.head - reading.head) < 3), default=0.0)
        mates = max((other.chance for other in near if other.source is not None and other.source == reading.source), default=0.0)
        taken = max((other.chance for other in near if reading.source and _covers(other, reading.source)), default=0.0)
        higher = rivals > reading.chance
        rows.append(
            (*(int(value * 10) for value in (nested, around, rivals, twin, mates, taken)), int(higher) + 2 * int(nested > reading.chance))
        )
    return np.array(rows, dtype=np.int64)


def _holds(reading: Reading, index: int) -> bool:
    return any(start <= index < end for start, end in reading.content)


def _covers(reading: Reading, span: tuple[int, int]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in reading.content)
