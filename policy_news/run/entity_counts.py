"""The entities of a corpus, counted from the mentions that are resolved: the counts of parts add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy_news.core.settings import Settings, find_model
from policy_news.nlp.who.facts import read_facts
from policy_news.rules.own_lists import known_names
from policy_news.tables.chunks import Chunk
from policy_news.tables.schema import TABLES, arrow_schema

SEEN = {
    "documents": ("doc_id", "published"),
    "mentions": ("doc_id", "label", "text", "entity_id", "identity", "counted"),
}
"""Tables and columns that entities are made of."""
KEY = ["entity", "kind", "value"]
"""Columns of counts by which they are added. Kinds are `label`, `text`, `identity`, `document` (without values) and `uncounted`; the
counts have the columns `n`, and `first` and `last`, days as ordinals."""


def count_mentions(chunks: Iterable[Chunk]) -> pa.Table:
    """Return what is counted of each entity. Labels and forms are counted of all mentions, everything else of those that count."""
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


def entity_table(counts: pa.Table, known: Mapping[str, tuple[str, str | None]]) -> pa.Table:
    """Return the table of entities, ascending by id.

    Args:
        known: Name and Wikidata id of those that have them by their id.
    """
    ids = pc.unique(counts["entity"]).sort()
    counts = counts.append_column("place", pc.index_in(counts["entity"], value_set=ids))
    of = {
        kind: counts.filter(pc.equal(counts["kind"], kind)) for kind in pc.unique(counts["kind"]).to_pylist()
    }
    labels, texts = (of.get(kind, counts.slice(0, 0)) for kind in ("label", "text"))
    documents = _aligned(of.get("document", counts.slice(0, 0)), len(ids))
    known_ids = pa.array(known, pa.string())
    told = pc.index_in(ids, value_set=known_ids)
    names, kb_ids = (pa.array([row[i] for row in known.values()], pa.string()).take(told) for i in (0, 1))
    began = labels.set_column(
        labels.schema.get_field_index("first"),
        "first",
        pc.fill_null(labels["first"], dt.date.max.toordinal()),
    )
    identity = of.get("identity", counts.slice(0, 0))
    n_of = {
        kind: _aligned(identity.filter(pc.equal(identity["value"], kind)), len(ids))["n"].fill_null(0)
        for kind in ("certain", "likely", "open")
    }
    uncounted = _aligned(of.get("uncounted", counts.slice(0, 0)), len(ids))["n"].fill_null(0)
    columns = {
        "entity_id": ids,
        "label": _best(labels, ids, [("n", "descending"), ("value", "ascending")]),
        "name": pc.coalesce(names, _longest(texts, ids)),
        "kb_id": kb_ids,
        "aliases": _lists(texts, len(ids), ["value"]),
        "n_mentions": pc.subtract(_sums(texts, len(ids)), uncounted),
        "n_documents": documents["n"].fill_null(0),
        "first_date": _days(documents["first"]),
        "last_date": _days(documents["last"]),
        "labels": _lists(began, len(ids), ["first", "value"]),
        **{f"n_{kind}": own for kind, own in n_of.items()},
    }
    schema = arrow_schema(TABLES["entities"])
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _aligned(rows: pa.Table, count: int) -> pa.Table:
    """Return rows, of which each entity has one at most, in the order of the entities; nulls where one has none."""
    return rows.take(
        pc.index_in(pa.array(range(count), pa.int32()), value_set=rows["place"].combine_chunks())
    )


def _sums(rows: pa.Table, count: int) -> pa.Array:
    sums = rows.group_by("place", use_threads=False).aggregate([("n", "sum")])
    return _aligned(sums, count)["n_sum"].fill_null(0)


def _best(rows: pa.Table, ids: pa.Array, order: Sequence[tuple[str, str]]) -> pa.ChunkedArray:
    """Return the value of the first row of each entity in an order."""
    rows = rows.sort_by([("place", "ascending"), *order])
    place = rows["place"].combine_chunks()
    return rows["value"].take(pc.index_in(pa.array(range(len(ids)), pa.int32()), value_set=place))


def _lists(rows: pa.Table, count: int, order: Sequence[str]) -> pa.Array:
    """Return the values of each entity as a list in an order."""
    rows = rows.sort_by([(name, "ascending") for name in ("place", *order)])
    starts = np.searchsorted(rows["place"].to_numpy(), np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), rows["value"].combine_chunks())


def _days(ordinals: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.subtract(ordinals, dt.date(1970, 1, 1).toordinal()).cast(pa.int32()).cast(pa.date32())


def _longest(texts: pa.Table, ids: pa.Array) -> pa.ChunkedArray:
    """Return the longest form, of equally long ones one not in capitals, then the most frequent."""
    plain = pa.array(map(" ".join, map(str.split, texts["value"].to_pylist())), pa.string())
    rows = pa.table({"place": texts["place"], "value": plain, "n": texts["n"]})
    sums = rows.group_by(["place", "value"], use_threads=False).aggregate([("n", "sum")])
    sums = sums.append_column("size", pc.utf8_length(sums["value"]))
    sums = sums.append_column("shouted", pc.utf8_is_upper(sums["value"]))
    order = [
        ("size", "descending"),
        ("shouted", "ascending"),
        ("n_sum", "descending"),
        ("value", "ascending"),
    ]
    return _best(sums, ids, order)


def read_known_names(settings: Settings, ids: set[str]) -> Mapping[str, tuple[str, str | None]]:
    """Return canonical name and Wikidata id of entities of the rule data and of the user's own lists."""
    rows = read_facts(find_model(settings.annotate.model)).rows
    known = {key: (rows[key][0], rows[key][1] or None) for key in ids & rows.keys()}
    return {**known, **known_names(settings.annotate.own_lists, ids)}
