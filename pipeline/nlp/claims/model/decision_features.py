"""What the decision sees of a reading: its cue, how sure its roles are, and the readings around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.nlp.claims.model.readings import Reading
from pipeline.nlp.claims.model.table import Codes, Column, Ints, Table, bucket, mix_all
from pipeline.nlp.claims.tree import Spread, overlap, size

_TENTHS = tuple(range(5, 100, 5))


def decision_rows(table: Table, share: Ints, readings: Sequence[Reading]) -> Codes:
    """Feature codes, one row a reading, to stand beside the codes of its cue.

    Args:
        table: The doc, as numbers.
        share: How often each token was a cue in training.
        readings: What the learned layer reads.

    Returns:
        The codes.
    """
    heads = np.array([reading.head for reading in readings], dtype=np.int64)
    tag = table.tag[heads]
    facts = _facts(table, readings)
    surroundings = _surroundings(readings)
    chance = bucket(np.array([round(100 * reading.chance) for reading in readings], dtype=np.int64), *_TENTHS)
    coarse, lemma, quoted = bucket(chance, 4, 8, 12, 16), table.lemma[heads], table.quote[heads] >= 0
    columns: list[tuple[Column, ...]] = [
        (chance,),
        (chance, tag),
        (chance, share[heads]),
        (chance, table.rule[heads]),
    ]
    # The running number of a feature salts its codes, so the order here, and that of `FEATURES`, is part of the weights.
    for fact in facts.T:
        columns += [(fact, coarse), (fact, lemma)]
    columns += [(fact,) for fact in facts.T]
    for fact in surroundings.T:
        columns += [(fact, coarse), (fact, quoted)]
    columns += _words(table, readings, heads)
    return mix_all([(9001 + number, column) for number, column in enumerate(columns)])


FACTS = (
    "content_sure", "source_sure", "words", "pieces", "quoted", "place", "first word", "tag of source", "shape of source",
    "last word of source",
)  # fmt: skip
SURROUNDINGS = ("nested", "around", "rivals", "twin", "mates", "taken", "outdone")
FEATURES = (
    *("chance", "chance & tag", "chance & share", "chance & rule"),
    *(f"{fact} & {extra}" for fact in FACTS for extra in ("coarse chance", "lemma")),
    *FACTS,
    *(f"{fact} & {extra}" for fact in SURROUNDINGS for extra in ("coarse chance", "quoted")),
    *("lemma & first word", "lemma & tag of first word & place", "first word & its tag & its dep"),
    *("lemma & source", "lemma & dep of source & place", "source & its dep"),
)
"""Names of the features in their order."""


def _words(table: Table, readings: Sequence[Reading], heads: Ints) -> list[tuple[Column, ...]]:
    """The first word of the content and the last one of the source, beside the cue."""
    first = np.array(
        [reading.content[0][0] if reading.content else -1 for reading in readings], dtype=np.int64
    )
    name = np.array([reading.source[1] - 1 if reading.source else -1 for reading in readings], dtype=np.int64)
    lemma = table.lemma[heads]
    return [
        (lemma, table.lower[first]),
        (lemma, table.tag[first], first > heads),
        (table.lower[first], table.tag[first], table.dep[first]),
        (lemma, table.lemma[name]),
        (lemma, table.dep[name], name > heads),
        (table.lemma[name], table.dep[name]),
    ]


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
    sizes = [size(reading.content) for reading in readings]
    reaches = [_reach(reading.content) for reading in readings]
    for number, reading in enumerate(readings):
        start, own, source = max(0, number - 8), sizes[number], reading.source
        first, last = reaches[number]
        nested = around = rivals = twin = mates = taken = 0.0
        for other, (low, high) in zip(readings[start : number + 9], reaches[start : number + 9], strict=True):
            if other is reading:
                continue
            chance, content = other.chance, other.content
            if (
                chance > nested
                and low <= reading.head < high
                and _holds(content, reading.head, reading.head + 1)
            ):
                nested = chance
            if (
                chance > around
                and first <= other.head < last
                and _holds(reading.content, other.head, other.head + 1)
            ):
                around = chance
            if (
                chance > rivals
                and low < last
                and first < high
                and 2 * overlap(reading.content, content) > own
            ):
                rivals = chance
            if chance > twin and abs(other.head - reading.head) < 3:
                twin = chance
            if source is not None and other.source == source:
                mates = max(mates, chance)
            if source is not None and chance > taken and _holds(content, *source):
                taken = chance
        numbers = (int(value * 10) for value in (nested, around, rivals, twin, mates, taken))
        rows.append((*numbers, int(rivals > reading.chance) + 2 * int(nested > reading.chance)))
    return np.array(rows, dtype=np.int64)


def _reach(content: tuple[Spread, ...]) -> Spread:
    """From the first to behind the last token of a content: most lie so far apart that no span need be looked at."""
    return (content[0][0], content[-1][1]) if content else (0, 0)


def _holds(content: tuple[Spread, ...], start: int, end: int) -> bool:
    """Whether a range stands in one span of a content."""
    for a, b in content:  # `any` takes three times as long
        if a <= start and end <= b:
            return True
    return False
