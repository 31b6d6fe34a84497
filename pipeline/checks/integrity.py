"""Checks that hold for any run: schema, keys, order, offsets, masks, references, counts. Pure over Arrow tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from pipeline.checks.findings import Finding, add_up, finding
from pipeline.core.lazy_imports import import_arrow
from pipeline.tables.schema import FAR_REFERENCES, REFERENCES, TABLES, arrow_schema, is_nullable
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
    """Return all findings about the tables of a run."""
    findings: list[Finding] = []
    for check in (_schemas, _keys, _references, _offsets, _pieces, _borders, _masks):
        findings.extend(check(tables, run))
    return findings


class _FarReferences:
    """Collects, part by part, what refers to rows of other documents, and the ids that there are."""

    def __init__(self) -> None:
        self._known: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._wanted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take in a part."""
        for name, column, target, other in FAR_REFERENCES:
            values = tables[name][column].drop_null().unique().to_pylist()
            self._wanted[name, column].update(values)
            self._known[target, other].update(tables[target][other].to_pylist())

    def add_ids(self, table: str, column: str, ids: Iterable[str]) -> None:
        """Take in ids of rows that are not looked at."""
        self._known[table, column].update(ids)

    def findings(self) -> Iterator[Finding]:
        """What refers to nothing, once all parts are in."""
        for name, column, target, other in FAR_REFERENCES:
            lost = self._wanted[name, column] - self._known[target, other]
            yield from finding("references", f"{name}.{column}: no such row in {target}", sorted(lost))


def check_in_parts(
    parts: Iterable[Mapping[str, pa.Table]],
    run: Mapping[str, Any],
    elsewhere: Callable[[str, str], Iterable[str]] = lambda table, column: (),
) -> list[Finding]:
    """Check tables that come in parts of whole documents, with the memory of one part.

    Args:
        parts: All tables; those of documents with the rows of some documents. Ids must ascend over the parts.
        run: The contents of `run.json`.
        elsewhere: Gives the ids of a column of a table also of rows that are not looked at.
    """
    found: list[Finding] = []
    far = _FarReferences()
    for target in sorted({(table, column) for _, _, table, column in FAR_REFERENCES}):
        far.add_ids(*target, elsewhere(*target))
    last = ""
    for part in parts:
        found += check_integrity(part, run)
        far.add(part)
        # Keys are only looked at within a part. Ids that ascend over all parts cannot repeat in another one.
        ids = part["documents"]["doc_id"].to_pylist()
        fallen = [later for before, later in pairwise([last, *ids]) if before >= later]
        found += finding("keys", "documents: ids do not ascend", fallen)
        if ids:
            last = ids[-1]
    # Each part may have told the same; far references can only be judged once all parts are in.
    return add_up([*found, *far.findings()])


def _schemas(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    for name, table in TABLES.items():
        wanted, got = arrow_schema(table), tables[name].schema
        wrong, nulls = [], []
        for field in wanted:
            column = field.name
            if column not in got.names:
                wrong.append(column)
                continue
            if got.field(column).type != field.type:
                wrong.append(column)
            # Arrow does not enforce that a column has no nulls.
            if not is_nullable(table, column) and tables[name][column].null_count:
                nulls.append(column)
        yield from finding("schema", f"{name}: columns are missing or of another type", wrong)
        yield from finding("nulls", f"{name}: columns contain nulls that must not", nulls)


def _keys(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    pa = import_arrow()
    import pyarrow.compute as pc

    for name, table in TABLES.items():
        columns = [tables[name][column].cast(pa.string()) for column in table.key]
        keys = pc.binary_join_element_wise(*columns, "\0")
        # Counting is all that a sound table costs; which keys repeat is only asked where some do.
        if pc.count_distinct(keys).as_py() == len(keys):
            continue
        twice = []
        for one in pc.value_counts(keys).to_pylist():
            if one["counts"] > 1:
                twice.append(str(one["values"]).replace("\0", " "))
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
        wrong: list[str] = []
        for key, doc_id, a, b, found in zip(*columns, strict=True):
            if a is not None and texts.get(doc_id, "")[a:b] != found:
                wrong.append(str(key))
        yield from finding("offsets", f"{name}.{text}: not the text at {start}:{end}", wrong)


def _pieces(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    texts, claims = _texts(tables), tables["claims"]
    spans = claims["content_spans"].combine_chunks()
    pieces = list(map(slice, *(spans.values.field(side).to_pylist() for side in ("start", "end"))))
    columns = (claims[c].to_pylist() for c in ("claim_id", "doc_id", "content_text"))
    # A list column is one flat array of all pieces, and the borders of each row in it.
    borders = pairwise(spans.offsets.to_pylist())
    wrong: list[str] = []
    for claim_id, doc_id, text, (first, last) in zip(*columns, borders, strict=True):
        raw = texts.get(doc_id, "")
        if (" ... ".join(raw[piece] for piece in pieces[first:last]) or None) != text:
            wrong.append(claim_id)
    yield from finding("offsets", "claims.content_text: not the text of content_spans", wrong)


def _borders(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    """Mentions and dates lie within their section."""
    import pyarrow.compute as pc

    sections = tables["sections"]
    for name in ("mentions", "dates"):
        rows = tables[name]
        # Null where the section is missing, which the check of references reports.
        own = pc.index_in(rows["section_id"], value_set=sections["section_id"])
        before = pc.less(rows["start"], sections["start"].take(own))
        behind = pc.greater(rows["end"], sections["end"].take(own))
        wrong = rows[TABLES[name].key[0]].filter(pc.or_(before, behind))
        yield from finding("sections", f"{name}: rows reach out of their section", wrong.to_pylist())


def _masks(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Finding]:
    """Find spans with a character that masks words in their document; `f***` is fine where only `[redacted]` masks."""
    characters = run.get("settings", {}).get("mask", {}).get("characters", "*")
    # Most runs have no such character in any span. Only then are the masks of the documents looked up, which
    # is slow.
    held: list[tuple[str, str, list[Any]]] = []
    for name, _, _, text in (*SPANS, ("claims", "", "", "content_text")):
        texts = tables[name][text].to_pylist()
        if not set(characters).isdisjoint(chain.from_iterable(filter(None, texts))):
            held.append((name, text, texts))
    if not held:
        return
    active = {doc_id: find_active(raw, characters) for doc_id, raw in _texts(tables).items()}
    for name, text, texts in held:
        keys, documents = (tables[name][c].to_pylist() for c in (TABLES[name].key[0], "doc_id"))
        wrong: list[str] = []
        for key, doc_id, found in zip(keys, documents, texts, strict=True):
            if found and not set(active.get(doc_id, "")).isdisjoint(found):
                wrong.append(str(key))
        yield from finding("masks", f"{name}.{text}: contains masked text", wrong)
