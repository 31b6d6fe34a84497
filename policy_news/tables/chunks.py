"""Rows of consecutive documents as Arrow tables: what passes from the shards to the tables of a run.

A chunk maps the name of each table that has rows of documents to an Arrow table. Its documents ascend by `doc_id` (by
code point), and the rows of a document are consecutive in each table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from policy_news.core.errors import StageError
from policy_news.core.lazy_imports import import_arrow
from policy_news.tables.schema import (
    TABLES,
    AppearanceRow,
    ClaimLinkRow,
    ClaimMentionRow,
    ClaimRow,
    ContentSpan,
    DateRow,
    DocumentRow,
    MentionRow,
    Row,
    SectionRow,
    Table,
    arrow_schema,
    column_name,
)

if TYPE_CHECKING:
    import pyarrow as pa


DOCUMENT_TABLES = (
    "documents", "appearances", "sections", "mentions", "claims", "claim_mentions", "claim_links", "dates",
)  # fmt: skip
"""The tables whose rows belong to one document each. What `resolve` reads first comes first."""
OF_CLAIMS = ("claim_mentions", "claim_links")
"""Those of them without a column of documents: their rows belong to the document of their claim."""

Chunk = Mapping[str, "pa.Table"]


def build_table(table: Table, rows: Iterable[Row]) -> pa.Table:
    """Return rows as an Arrow table, in the order in which they come."""
    pa = import_arrow()
    kept = list(rows)
    columns = {}
    for field in fields(table.row):
        columns[column_name(field)] = [_plain(getattr(row, field.name)) for row in kept]
    try:
        return pa.Table.from_pydict(columns, schema=arrow_schema(table))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
        raise StageError(
            f"table {table.name}: a row does not fit the schema: {error}",
            "This is a defect; please report it.",
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], ContentSpan):
        return [{"start": span.start, "end": span.end} for span in value]
    return value


def build_chunk(documents: Iterable[Annotated]) -> Chunk:
    """Return the rows of documents, which must ascend by id."""
    rows: dict[str, list[Row]] = {name: [] for name in DOCUMENT_TABLES}
    for annotated in documents:
        rows["documents"].append(annotated.document)
        for name in DOCUMENT_TABLES[1:]:
            rows[name].extend(sort_rows(getattr(annotated, name), TABLES[name].order))
    return {name: build_table(TABLES[name], rows[name]) for name in DOCUMENT_TABLES}


def sort_rows(rows: Sequence[Row], order: tuple[str, ...]) -> list[Row]:
    """Return rows of one document in the table's order, nulls first."""

    def key(row: Row) -> tuple[Any, ...]:
        # Pairs, since None cannot be compared with a value.
        return tuple((getattr(row, name) is not None, getattr(row, name)) for name in order)

    return sorted(rows, key=key)


def empty_chunk() -> Chunk:
    """Return a chunk without documents."""
    return {name: arrow_schema(TABLES[name]).empty_table() for name in DOCUMENT_TABLES}


def join_chunks(chunks: Sequence[Chunk]) -> Chunk:
    """Return one chunk of several in ascending order."""
    import pyarrow as pa

    if not chunks:
        return empty_chunk()
    return {name: pa.concat_tables([chunk[name] for chunk in chunks]) for name in chunks[0]}


def split_chunk(chunk: Chunk, firsts: Sequence[str]) -> list[Chunk]:
    """Return the chunk cut before each of the given document ids, which must ascend: one part more than ids."""
    pieces: list[dict[str, pa.Table]] = [{} for _ in range(len(firsts) + 1)]
    ids = document_ids(chunk)
    for name in chunk:
        # Rows are in the order of their documents in each table, so a search finds where one begins.
        cuts = [0, *(bisect_left(ids[name], first) for first in firsts), len(ids[name])]
        for piece, (start, end) in zip(pieces, pairwise(cuts), strict=True):
            piece[name] = chunk[name].slice(start, end - start)
    return list(pieces)


def split_documents(chunk: Chunk) -> dict[str, Chunk]:
    """Return a chunk for each document, by its id."""
    ids = chunk["documents"]["doc_id"].to_pylist()
    return dict(zip(ids, split_chunk(chunk, ids)[1:], strict=True))


def is_among(column: pa.ChunkedArray, values: pa.Array | Iterable[str | None]) -> pa.ChunkedArray:
    """Return for each value of a column of texts whether it is one of some; a null is not."""
    pa = import_arrow()
    import pyarrow.compute as pc

    wanted = values if isinstance(values, pa.Array) else texts(values)
    return pc.is_in(column.cast(pa.string()), value_set=wanted)


def texts(values: Iterable[str | None]) -> pa.Array:
    """Return the values that are not null, for several calls of `is_among`."""
    pa = import_arrow()
    return pa.array(sorted(filter(None, values)), pa.string())


def plain_values(column: pa.ChunkedArray) -> list[Any]:
    """Return the values of a column; of one with a dictionary twenty times as fast as `to_pylist`."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    values: list[Any] = column.to_pylist()
    return values


def rows_of(table: pa.Table, doc_ids: Iterable[str]) -> pa.Table:
    """Return the rows of some documents, as slices: a filter of Arrow's imports pandas, which doubles the time of a check."""
    import pyarrow as pa

    slices, start = [table.slice(0, 0)], 0
    for chosen, run in groupby(table["doc_id"].to_pylist(), set(doc_ids).__contains__):
        length = len(list(run))
        if chosen:
            slices.append(table.slice(start, length))
        start += length
    return pa.concat_tables(slices)


def to_rows(name: str, table: pa.Table) -> list[Any]:
    """Return the rows of a table, in its order: column by column, several times as fast as row by row."""
    names = arrow_schema(TABLES[name]).names
    columns = [plain_values(table[column]) for column in names]
    if name == "claims":
        at = names.index("content_spans")
        columns[at] = [[ContentSpan(**span) for span in spans] for spans in columns[at]]
    return [TABLES[name].row(*values) for values in zip(*columns, strict=True)]


def document_ids(chunk: Chunk) -> dict[str, list[str]]:
    """For each table the document of each row."""
    ids = {name: table["doc_id"].to_pylist() for name, table in chunk.items() if name not in OF_CLAIMS}
    for name in chunk.keys() & set(OF_CLAIMS):
        owners = dict(zip(chunk["claims"]["claim_id"].to_pylist(), ids["claims"], strict=True))
        ids[name] = [owners[claim] for claim in chunk[name]["claim_id"].to_pylist()]
    return ids


@dataclass(frozen=True, slots=True)
class Annotated:
    """All rows of one document. `entity_id` of the mentions holds the id of the rule data, or is empty until linked."""

    document: DocumentRow
    sections: tuple[SectionRow, ...]
    mentions: tuple[MentionRow, ...]
    dates: tuple[DateRow, ...]
    claims: tuple[ClaimRow, ...]
    claim_mentions: tuple[ClaimMentionRow, ...]
    appearances: tuple[AppearanceRow, ...] = ()
    claim_links: tuple[ClaimLinkRow, ...] = ()


def read_annotated(chunk: Chunk) -> Annotated:
    """Return the rows of a chunk with one document."""
    rows = {name: to_rows(name, table) for name, table in chunk.items()}
    (document,) = rows.pop("documents")
    return Annotated(document, **{name: tuple(own) for name, own in rows.items()})
