"""The entities of a corpus, counted from the mentions that are resolved: the counts of parts add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from policy_news.core.faults import Fault, spared
from policy_news.core.settings import Settings, find_model
from policy_news.nlp.who.facts import read_facts
from policy_news.rules.own_lists import known_names
from policy_news.tables.chunks import Chunk
from policy_news.tables.schema import EntityRow

SEEN = {
    "documents": ("doc_id", "published"),
    "mentions": ("doc_id", "label", "text", "entity_id", "identity", "counted"),
}
"""Tables and columns that entities are made of."""
KEY = ["entity", "kind", "value"]
"""Columns of counts by which they are added. Kinds are `label`, `text`, `identity`, `document` (without values) and `uncounted`; the
counts have the columns `n`, and `first` and `last`, days as ordinals."""
TOGETHER = 8192
"""Entities that are made rows of at once."""


def count_mentions(chunks: Iterable[Chunk]) -> pa.Table:
    """Return what is counted of each entity. Labels and forms are counted of all mentions, everything else of those that count.

    Args:
        chunks: Rows of documents, all of each.
    """
    own = [{name: chunk[name].select(columns) for name, columns in SEEN.items()} for chunk in chunks]
    if not own:
        return add_up([])
    documents, mentions = (pa.concat_tables([chunk[name] for chunk in own]) for name in SEEN)
    days = [moment and moment.toordinal() for moment in documents["published"].to_pylist()]
    places = pc.index_in(_plain(mentions["doc_id"]), value_set=_plain(documents["doc_id"]))
    names = ("entity_id", "doc_id", "label", "text", "identity")
    columns = {name: _plain(mentions[name]) for name in names}
    every = pa.table({**columns, "day": pa.array(days, pa.int32()).take(places)})
    counted, others = every.filter(mentions["counted"]), every.filter(pc.invert(mentions["counted"]))
    once = (
        counted.group_by(["entity_id", "doc_id"], use_threads=False)
        .aggregate([("day", "min")])
        .rename_columns(["entity_id", "doc_id", "day"])
    )
    return add_up(
        [
            _rows(every, "label", every["label"]),
            _rows(every, "text", every["text"]),
            _rows(counted, "identity", counted["identity"]),
            _rows(others, "uncounted", None),
            _rows(once, "document", None),
        ]
    )


def _plain(column: pa.ChunkedArray) -> pa.Array:

    return column.cast(pa.string()).fill_null("").combine_chunks()


def _rows(table: pa.Table, kind: str, values: pa.ChunkedArray | None) -> pa.Table:
    """Return counts of one for each row of a table."""

    def constant(value: Any, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(value, kind), table.num_rows)

    columns = [table["entity_id"], constant(kind, pa.string()), values or constant("", pa.string())]
    columns += [constant(1, pa.int64()), table["day"], table["day"]]
    return pa.table(columns, schema=_schema())


def _schema() -> pa.Schema:

    types = [pa.string(), pa.string(), pa.string(), pa.int64(), pa.int32(), pa.int32()]
    return pa.schema(list(zip((*KEY, "n", "first", "last"), types, strict=True)))


def add_up(counts: Sequence[pa.Table]) -> pa.Table:
    """Return the sums of counts of different documents."""
    every = pa.concat_tables([_schema().empty_table(), *counts])
    found = every.group_by(KEY, use_threads=False).aggregate(
        [("n", "sum"), ("first", "min"), ("last", "max")]
    )
    return found.rename_columns([*KEY, "n", "first", "last"]).cast(_schema())


def entity_rows(
    counts: pa.Table, known: Mapping[str, tuple[str, str | None]], faults: list[Fault]
) -> Iterator[EntityRow]:
    """Yield the entities, ascending by id.

    Args:
        known: Name and Wikidata id of those that have them by their id.
        faults: Receives the entities of which a row has only the id.
    """
    batches = counts.sort_by("entity").to_batches(max_chunksize=TOGETHER)
    rows = (row for batch in batches for row in batch.to_pylist())
    for entity_id, own in groupby(rows, key=lambda row: str(row["entity"])):
        told: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in own:
            told.setdefault(row["kind"], {})[row["value"]] = row
        found = EntityRow(entity_id, next(iter(told["label"])), entity_id, None, [], 0, 0, None, None)
        with spared(faults, entity_id):
            found = _row(entity_id, told, known.get(entity_id))
        yield found


def _row(
    entity_id: str, told: Mapping[str, Mapping[str, Mapping[str, Any]]], known: tuple[str, str | None] | None
) -> EntityRow:
    labels, texts, identity = (_numbers(told.get(kind, {})) for kind in ("label", "text", "identity"))
    began = {label: row["first"] or dt.date.max.toordinal() for label, row in told["label"].items()}
    documents = told.get("document", {}).get("", {})
    name, kb_id = known or (_longest(texts), None)
    return EntityRow(
        entity_id=entity_id,
        label=min(labels, key=lambda label: (-labels[label], label)),
        name=name,
        kb_id=kb_id,
        aliases=sorted(texts),
        n_mentions=sum(texts.values()) - _numbers(told.get("uncounted", {})).get("", 0),
        n_documents=documents.get("n", 0),
        first_date=_day(documents.get("first")),
        last_date=_day(documents.get("last")),
        labels=sorted(began, key=lambda label: (began[label], label)),
        n_certain=identity.get("certain", 0),
        n_likely=identity.get("likely", 0),
        n_open=identity.get("open", 0),
    )


def _numbers(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    return {value: row["n"] for value, row in rows.items()}


def _day(ordinal: int | None) -> dt.date | None:
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
