"""Checks that hold for any run: schema, keys, order, offsets, masks, references, counts. Pure over Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.checks.findings import Finding, add_up, finding
from pipeline.core.lazy_imports import import_arrow
from pipeline.tables.schema import REFERENCES, TABLES, arrow_schema, is_nullable
from pipeline.text.masking import find_active

if TYPE_CHECKING:
    import pyarrow as pa

CHECKS = ("schema", "nulls", "keys", "references", "offsets", "sections", "masks")
"""Names of the checks, as findings give them."""

SPANS = (
    ("mentions", "start", "end", "text"),
    ("dates", "start", "end", "text"),
    ("claims", "source_start", "source_end", "source_text"),
    ("claims", "cue_start", "cue_end", "cue_text"),
)
"""Table, columns of the offsets, and column of the text that stands there."""


def check_integrity(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> list[Finding]:
    """All findings about the tables of a run."""
    findings: list[Finding] = []
    for check in (_schemas, _keys, _references, _offsets, _pieces, _borders, _masks):
        findings.extend(check(tables, run))
    return findings


def check_in_parts(parts: Iterable[Mapping[str, pa.Table]], run: Mapping[str, Any]) -> list[Finding]:
    """The same, for tables that come in parts of whole documents: memory is that of a part.

    Args:
        parts: All tables, those of documents with the rows of some. Their documents must ascend by id.
        run: The contents of `run.json`.
    """
    found: list[Finding] = []
    last = ""
    for part in parts:
        found += check_integrity(part, run)
        ids = part["documents"]["doc_id"].to_pylist()
        found += finding(
            "keys",
            "documents: ids do not ascend",
            [later for before, later in pairwise([last, *ids]) if before >= later],
        )
        if ids:
            last = ids[-1]
    return add_up(found)


def _schemas(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    for name, table in TABLES.items():
        wanted, got = arrow_schema(table), tables[name].schema
        wrong = [
            field.name
            for field in wanted
            if field.name not in got.names or got.field(field.name).type != field.type
        ]
        yield from finding("schema", f"{name}: columns are missing or of another type", wrong)
        nulls = [
            c
            for c in wanted.names
            if c in got.names and not is_nullable(table, c) and tables[name][c].null_count
        ]
        yield from finding("nulls", f"{name}: columns hold nulls that must not", nulls)


def _keys(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    pa = import_arrow()
    import pyarrow.compute as pc

    for name, table in TABLES.items():
        columns = [tables[name][column].cast(pa.string()) for column in table.key]
        keys = pc.binary_join_element_wise(*columns, "\0")
        if pc.count_distinct(keys).as_py() < len(keys):
            counts = pc.value_counts(keys).to_pylist()
        else:
            counts = []
        twice = [str(one["values"]).replace("\0", " ") for one in counts if one["counts"] > 1]
        yield from finding("keys", f"{name}: rows share a key", twice)


def _references(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    import pyarrow.compute as pc

    for name, column, target, target_column in REFERENCES:
        values = tables[name][column].drop_null()
        lost = values.filter(pc.invert(pc.is_in(values, value_set=tables[target][target_column])))
        yield from finding(
            "references", f"{name}.{column}: no such row in {target}", sorted(set(lost.to_pylist()))
        )


def _texts(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    documents = tables["documents"]
    return dict(zip(documents["doc_id"].to_pylist(), documents["text"].to_pylist(), strict=True))


def _offsets(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    texts = _texts(tables)
    for name, start, end, text in SPANS:
        columns = (tables[name][c].to_pylist() for c in (TABLES[name].key[0], "doc_id", start, end, text))
        wrong = [
            str(key)
            for key, doc_id, a, b, found in zip(*columns, strict=True)
            if a is not None and texts.get(doc_id, "")[a:b] != found
        ]
        yield from finding("offsets", f"{name}.{text}: not the text at {start}:{end}", wrong)


def _pieces(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    texts, claims = _texts(tables), tables["claims"]
    spans = claims["content_spans"].combine_chunks()
    pieces = list(map(slice, *(spans.values.field(side).to_pylist() for side in ("start", "end"))))
    columns = (claims[c].to_pylist() for c in ("claim_id", "doc_id", "content_text"))
    wrong = [
        claim_id
        for claim_id, doc_id, text, (first, last) in zip(
            *columns, pairwise(spans.offsets.to_pylist()), strict=True
        )
        if (" ... ".join([texts.get(doc_id, "")[piece] for piece in pieces[first:last]]) or None) != text
    ]
    yield from finding("offsets", "claims.content_text: not the text of content_spans", wrong)


def _borders(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    """Mentions and dates lie within their section."""
    import pyarrow.compute as pc

    sections = tables["sections"]
    for name in ("mentions", "dates"):
        rows = tables[name]
        own = pc.index_in(
            rows["section_id"], value_set=sections["section_id"]
        )  # null where there is none: `references` tells
        before, behind = (
            pc.less(rows["start"], sections["start"].take(own)),
            pc.greater(rows["end"], sections["end"].take(own)),
        )
        wrong = rows[TABLES[name].key[0]].filter(pc.or_(before, behind))
        yield from finding("sections", f"{name}: rows reach out of their section", wrong.to_pylist())


def _masks(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    """No span holds a character that masks words in its document: `f***` may be one where only `[redacted]` does."""
    characters = run.get("settings", {}).get("mask", {}).get("characters", "*")
    # Most runs have no such character in any span: only where there is one are the masks of the documents looked up.
    held = []
    for name, _, _, text in (*SPANS, ("claims", "", "", "content_text")):
        texts = tables[name][text].to_pylist()
        if any(character in found for found in texts if found for character in characters):
            held.append((name, text, texts))
    active: dict[str, frozenset[str]] = {}
    if held:
        for doc_id, raw in _texts(tables).items():
            active[doc_id] = frozenset(find_active(raw, characters))
    none: frozenset[str] = frozenset()
    for name, text, texts in held:
        keys, documents = (tables[name][c].to_pylist() for c in (TABLES[name].key[0], "doc_id"))
        rows = zip(keys, documents, texts, strict=True)
        wrong = [
            str(key)
            for key, doc_id, found in rows
            if found and not active.get(doc_id, none).isdisjoint(found)
        ]
        yield from finding("masks", f"{name}.{text}: holds masked text", wrong)
