"""The entities of a corpus, counted chunk by chunk from the mentions that are resolved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pipeline.core.settings import Settings, find_model
from pipeline.nlp.identity.facts import read_facts
from pipeline.rules.own_lists import known_names
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import EntityRow

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

TOGETHER = 128
"""Chunks whose mentions are counted at once."""
SEEN = {
    "documents": ("doc_id", "published"),
    "mentions": ("doc_id", "label", "text", "entity_id", "identity", "counted"),
}
"""Tables and columns that entities are made of."""


@dataclass(slots=True)
class Tally:
    """What is counted of an entity; days are ordinals, 0 where there is none. `began` has the first day of each label.

    Labels and forms are noted of all mentions, everything else of those that are counted; `uncounted` are the others.
    """

    label: dict[str, int] = field(default_factory=dict)
    text: dict[str, int] = field(default_factory=dict)
    identity: dict[str, int] = field(default_factory=dict)
    began: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    first: int = 0
    last: int = 0
    uncounted: int = 0

    def to_json(self) -> list[Any]:
        """As plain data."""
        return [
            self.label,
            self.text,
            self.identity,
            self.began,
            self.documents,
            self.first,
            self.last,
            self.uncounted,
        ]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Tally:
        """From plain data."""
        return cls(*row)

    def plus(self, other: Tally) -> Tally:
        """Return what both count together, of different documents."""
        began = {**self.began}
        for label, day in other.began.items():
            began[label] = min(day, began.get(label, day))
        return Tally(
            dict(Counter(self.label) + Counter(other.label)),
            dict(Counter(self.text) + Counter(other.text)),
            dict(Counter(self.identity) + Counter(other.identity)),
            began,
            self.documents + other.documents,
            min(filter(None, (self.first, other.first)), default=0),
            max(self.last, other.last),
            self.uncounted + other.uncounted,
        )


class Entities:
    """The entities of a corpus, collected chunk by chunk: memory grows with the entities and their forms, not with the documents."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}
        self._waiting: list[Chunk] = []

    @property
    def ids(self) -> set[str]:
        """Ids of the entities so far."""
        self._count()
        return set(self._tallies)

    def add(self, chunk: Chunk) -> None:
        """Count the mentions of a chunk, which holds all of each of its documents."""
        self._waiting.append({name: chunk[name].select(columns) for name, columns in SEEN.items()})
        if len(self._waiting) >= TOGETHER:
            self._count()

    def tallies(self) -> Mapping[str, Tally]:
        """Return what is counted of each entity so far."""
        self._count()
        return self._tallies

    def _count(self) -> None:
        """Count those that wait, by numbers in place of texts."""
        if not self._waiting:
            return
        documents, mentions = (_together(self._waiting, name) for name in SEEN)
        self._waiting.clear()
        ids, own = _numbered(mentions["entity_id"])
        tallies = [self._tallies.setdefault(entity_id, Tally()) for entity_id in ids]
        is_counted = mentions["counted"].to_numpy()
        _note_values(mentions, own, is_counted, tallies)
        doc_ids, other = _numbered(mentions["doc_id"])
        published = dict(
            zip(documents["doc_id"].to_pylist(), documents["published"].to_pylist(), strict=True)
        )
        days = [moment.toordinal() if (moment := published[doc_id]) else 0 for doc_id in doc_ids]
        self._note_labels(mentions, own, tallies, [days[j] for j in other.tolist()])
        for i, j, _ in _pairs(own[is_counted], other[is_counted], len(doc_ids)):
            _note_document(tallies[i], days[j])

    def _note_labels(
        self, mentions: pa.Table, own: Ints, tallies: Sequence[Tally], days: Sequence[int]
    ) -> None:
        """Note of each entity when each of its labels came first."""
        labels, numbers = _numbered(mentions["label"])
        for i, j, day in set(zip(own.tolist(), numbers.tolist(), days, strict=True)):
            began = tallies[i].began
            began[labels[j]] = min(
                day or dt.date.max.toordinal(), began.get(labels[j], dt.date.max.toordinal())
            )

    def rows(self, known: Mapping[str, tuple[str, str | None]]) -> list[EntityRow]:
        """Return the entities, sorted by id.

        Args:
            known: Canonical names and Wikidata ids by entity id.
        """
        self._count()
        return [
            entity_row(entity_id, tally, known.get(entity_id))
            for entity_id, tally in sorted(self._tallies.items(), key=itemgetter(0))
        ]


def entity_row(entity_id: str, tally: Tally, known: tuple[str, str | None] | None) -> EntityRow:
    """Return the row of an entity.

    Args:
        entity_id: Its id.
        tally: What is counted of it.
        known: Its canonical name and Wikidata id, where a list has them.
    """
    name, kb_id = known or (_longest(tally.text), None)
    return EntityRow(
        entity_id=entity_id,
        label=min(tally.label, key=lambda label: (-tally.label[label], label)),
        name=name,
        kb_id=kb_id,
        aliases=sorted(tally.text),
        n_mentions=sum(tally.text.values()) - tally.uncounted,
        n_documents=tally.documents,
        first_date=_day(tally.first),
        last_date=_day(tally.last),
        labels=sorted(tally.began, key=lambda label: (tally.began[label], label)),
        n_certain=tally.identity.get("certain", 0),
        n_likely=tally.identity.get("likely", 0),
        n_open=tally.identity.get("open", 0),
    )


def _note_values(mentions: pa.Table, own: Ints, is_counted: Flags, tallies: Sequence[Tally]) -> None:
    """Note of each entity its labels, forms and identities, and how many of its mentions are not counted."""
    import numpy as np

    for i, times in zip(*np.unique(own[~is_counted], return_counts=True), strict=True):
        tallies[i].uncounted += int(times)
    for name in ("label", "text", "identity"):
        values, other = _numbered(mentions[name])
        rows = is_counted if name == "identity" else slice(None)
        for i, j, times in _pairs(own[rows], other[rows], len(values)):
            counts: dict[str, int] = getattr(tallies[i], name)
            counts[values[j]] = counts.get(values[j], 0) + times


def _note_document(tally: Tally, day: int) -> None:
    """Note of an entity one more document, and its day."""
    tally.documents += 1
    if day:
        tally.first = min(day, tally.first or day)
        tally.last = max(day, tally.last)


def _together(chunks: Sequence[Chunk], name: str) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([chunk[name] for chunk in chunks])


def _numbered(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """Return the different texts of a column, and for each row the place of its own among them."""
    import pyarrow as pa

    encoded = column.cast(pa.string()).fill_null("").combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype("int64")


def _pairs(left: Ints, right: Ints, size: int) -> Iterator[tuple[int, int, int]]:
    """Return the different pairs of two columns of numbers, the right ones below `size`, each with how often it occurs."""
    import numpy as np

    pairs, times = np.unique(left * size + right, return_counts=True)
    return zip((pairs // max(size, 1)).tolist(), (pairs % max(size, 1)).tolist(), times.tolist(), strict=True)


def _day(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None


def _longest(texts: Mapping[str, int]) -> str:
    """Return the longest form, of equally long ones the most frequent."""
    if len(texts) == 1:
        return " ".join(next(iter(texts)).split())
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        counts[" ".join(text.split())] += count
    return min(counts, key=lambda text: (-len(text), -counts[text], text))


def read_known_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    """Return canonical name and Wikidata id of entities of the rule data and of the user's own lists."""
    rows = read_facts(find_model(settings.annotate.model)).rows
    known = {key: (rows[key][0], rows[key][1] or None) for key in ids & rows.keys()}
    return {**known, **known_names(settings.annotate.own_lists, ids)}
