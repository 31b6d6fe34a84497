"""Checks that hold for any run: schema, keys, order, offsets, masks, references, counts. Pure over Arrow tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from policy_news.checks.outcomes import Outcome, add_up, failed_check
from policy_news.core.lazy_imports import import_arrow
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.claim_words import CUT, join_spans
from policy_news.tables.schema import FAR_REFERENCES, REFERENCES, TABLES, arrow_schema, is_nullable
from policy_news.text.masking import find_active

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Hashes = npt.NDArray[np.int64]

CHECKS = ("schema", "nulls", "keys", "references", "offsets", "sections", "masks")
"""Names of the checks."""

SPANS = (
    ("mentions", "start", "end", "text"),
    ("dates", "start", "end", "text"),
    ("claims", "source_start", "source_end", "source_text"),
    ("claims", "cue_start", "cue_end", "cue_text"),
)
"""Table, columns of the offsets, and column of the text there."""


Columns = Callable[[str, str, Sequence[str] | None], "Iterable[pa.ChunkedArray]"]
"""Returns a column of a table, file by file, also of files whose rows are not checked. Files without any of some ascending
values may be left out; None for all files."""
KEPT = 200_000
"""Number of different references whose values are kept beside the hashes: a check of few parts then reads few files."""

_NEAR = tuple(one for one in REFERENCES if one[0] in DOCUMENT_TABLES and one[2] in DOCUMENT_TABLES)
"""References within a document."""
_FAR = (*(one for one in REFERENCES if one not in _NEAR), *FAR_REFERENCES)
"""All others: the two rows may be in different parts."""


class _FarReferences:
    """Collects, part by part, what refers to rows of other parts, and the ids that there are.

    Both by hash: the ids of a large corpus are most of its memory.

    Args:
        columns: Returns whole columns.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: defaultdict[tuple[str, str], list[Hashes]] = defaultdict(list)
        self._wanted: defaultdict[tuple[str, str], list[Hashes]] = defaultdict(list)
        self._values: set[str] = set()
        self._are_all_kept = True

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Add a part."""
        for name, column, _, _ in _FAR:
            if name in tables:
                self._wanted[name, column].append(_hashes(tables[name][column]))
                self._keep(tables[name][column])
        for target, other in {(target, other) for _, _, target, other in _FAR}:
            if target in tables:
                self._known[target, other].append(_hashes(tables[target][other]))

    def _keep(self, column: pa.ChunkedArray) -> None:
        if self._are_all_kept:
            self._values.update(column.drop_null().unique().to_pylist())
        if len(self._values) > KEPT:
            self._are_all_kept = False
            self._values.clear()

    def findings(self) -> Iterator[Outcome]:
        """Yield dangling references, once all parts are added."""
        targets = sorted({(target, other) for _, _, target, other in _FAR})
        gone = {target: self._gone(*target) for target in targets}
        for name, column, target, other in _FAR:
            lost = set(gone[target, other].tolist()).intersection(
                _merged(self._wanted[name, column]).tolist()
            )
            if lost:
                values = (
                    one for own in self._columns(name, column, None) for one in own.drop_null().to_pylist()
                )
                named = sorted({value for value in values if hash(value) in lost})
                yield from failed_check("references", f"{name}.{column}: no such row in {target}", named)

    def _gone(self, target: str, other: str) -> Hashes:
        """Return referenced ids that are neither in the parts nor in an unread file."""
        import numpy as np

        referring = [one[:2] for one in _FAR if one[2:] == (target, other)]
        wanted = _merged([hashes for one in referring for hashes in self._wanted[one]])
        lost = np.setdiff1d(wanted, _merged(self._known[target, other]), assume_unique=True)
        if not len(lost):
            return lost
        among = set(lost.tolist())
        named = sorted(value for value in self._values if hash(value) in among)
        for values in self._columns(target, other, named if self._are_all_kept else None):
            lost = np.setdiff1d(lost, _hashes(values), assume_unique=True)
            if not len(lost):
                break
        return lost


def _hashes(column: pa.ChunkedArray) -> Hashes:
    """Return the different values of a column by number, ascending."""
    import numpy as np

    values = column.drop_null().unique().to_pylist()
    return np.unique(np.fromiter(map(hash, values), np.int64, len(values)))


def _merged(arrays: Sequence[Hashes]) -> Hashes:
    import numpy as np

    return np.unique(np.concatenate([np.empty(0, np.int64), *arrays]))


def check_in_parts(
    parts: Iterable[Mapping[str, pa.Table]], run: Mapping[str, Any], columns: Columns
) -> list[Outcome]:
    """Check tables that come in parts, with the memory of one part.

    Args:
        parts: Some tables each: those of documents together, with the rows of some documents, any other with some of its rows. The rows of
            each table must ascend over the parts.
        columns: Returns whole columns: ids that are not in the parts are searched there.
    """
    found: list[Outcome] = []
    far = _FarReferences(columns)
    last: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for check in (_schemas, _keys, _references, _offsets, _pieces, _borders, _masks):
            found.extend(check(part, run))
        far.add(part)
        for name in _IN_ORDER & part.keys():
            found += _order(name, part[name], last)
    # Parts may repeat a finding; far references can only be judged after all parts.
    return add_up([*found, *far.findings()])


_IN_ORDER = frozenset(
    name
    for name, table in TABLES.items()
    if table.key == table.order and (name == "documents" or name not in DOCUMENT_TABLES)
)
"""Tables that are sorted by their key: if it ascends over all parts, it cannot repeat in another part."""


def _order(name: str, table: pa.Table, last: dict[str, tuple[str, ...]]) -> list[Outcome]:
    """Check that the keys of a table ascend, also after the previous part, of which only the last key is kept."""
    columns = [table[column].to_pylist() for column in TABLES[name].key]
    keys = list(zip(*columns, strict=True))
    before = [last[name]] if name in last else []
    fallen = [later for earlier, later in pairwise([*before, *keys]) if earlier > later]
    if before and keys and before[0] == keys[0]:
        fallen.append(keys[0])  # within a part, repeated keys are found by themselves
    if keys:
        last[name] = keys[-1]
    return failed_check("keys", f"{name}: ids do not ascend", [" ".join(key) for key in fallen])


def _schemas(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    for name in tables:
        table = TABLES[name]
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
        yield from failed_check("schema", f"{name}: columns are missing or of another type", wrong)
        yield from failed_check("nulls", f"{name}: columns contain nulls that must not", nulls)


def _keys(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    pa = import_arrow()
    import pyarrow.compute as pc

    for name in tables:
        columns = [tables[name][column].cast(pa.string()) for column in TABLES[name].key]
        keys = pc.binary_join_element_wise(*columns, "\0")
        # A sound table costs only the counting; repeated keys are only listed if there are some.
        if pc.count_distinct(keys).as_py() == len(keys):
            continue
        counts = pc.value_counts(keys).to_pylist()
        twice = [str(one["values"]).replace("\0", " ") for one in counts if one["counts"] > 1]
        yield from failed_check("keys", f"{name}: rows share a key", twice)


def _references(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    import pyarrow.compute as pc

    for name, column, target, target_column in _NEAR:
        if name not in tables:
            continue
        values = tables[name][column].drop_null()
        lost = values.filter(pc.invert(pc.is_in(values, value_set=tables[target][target_column])))
        yield from failed_check(
            "references", f"{name}.{column}: no such row in {target}", sorted(set(lost.to_pylist()))
        )


def _texts(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    documents = tables["documents"]
    return dict(zip(documents["doc_id"].to_pylist(), documents["text"].to_pylist(), strict=True))


def _offsets(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    if "documents" not in tables:
        return
    texts = _texts(tables)
    for name, start, end, text in SPANS:
        columns = (tables[name][c].to_pylist() for c in (TABLES[name].key[0], "doc_id", start, end, text))
        wrong = [
            str(key)
            for key, doc_id, a, b, found in zip(*columns, strict=True)
            if a is not None and texts.get(doc_id, "")[a:b] != found
        ]
        yield from failed_check("offsets", f"{name}.{text}: not the text at {start}:{end}", wrong)


def _pieces(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    if "documents" not in tables:
        return
    texts, claims = _texts(tables), tables["claims"]
    spans = claims["content_spans"].combine_chunks()
    pieces = list(map(slice, *(spans.values.field(side).to_pylist() for side in ("start", "end"))))
    columns = (claims[c].to_pylist() for c in ("claim_id", "doc_id", "content_text"))
    places = (claims[c].to_pylist() for c in ("source_start", "source_end", "cue_start", "cue_end"))
    # A list column is one flat array of all pieces, and the borders of each row in it.
    borders = pairwise(spans.offsets.to_pylist())
    wrong: list[str] = []
    mixed: list[str] = []
    for claim_id, doc_id, text, (first, last), *ends in zip(*columns, borders, *places, strict=True):
        raw = texts.get(doc_id, "")
        parts = [
            tuple(ends[:2]),
            tuple(ends[2:]),
            *((piece.start, piece.stop) for piece in pieces[first:last]),
        ]
        if overlap(part for part in parts if part[0] is not None):
            mixed.append(claim_id)
        if (" ... ".join(raw[piece] for piece in pieces[first:last]) or None) != text:
            wrong.append(claim_id)
    yield from failed_check("offsets", "claims.content_text: not the text of content_spans", wrong)
    yield from failed_check("offsets", "claims.reported: not cut from reported_spans", _miscut(texts, claims))
    yield from failed_check("offsets", "claims: source, cue and content overlap", mixed)


def _miscut(texts: Mapping[str, str], claims: pa.Table) -> list[str]:
    """Return the claims whose sentence is not the text of its spans, or does not reach from the first part to the last."""
    wrong = []
    columns = ("claim_id", "doc_id", "start", "end", "reported", "reported_spans")
    for claim_id, doc_id, start, end, told, spans in zip(
        *(claims[c].to_pylist() for c in columns), strict=True
    ):
        raw = texts.get(doc_id, "")
        cut = join_spans(raw, ((span["start"], span["end"]) for span in spans))
        if told.removesuffix(CUT.rstrip()) != cut or spans[0]["start"] > start or spans[-1]["end"] < end:
            wrong.append(claim_id)
    return wrong


def overlap(places: Iterable[tuple[int, int]]) -> bool:
    """Return whether some places in a text share a character."""
    return any(end > start for (_, end), (start, _) in pairwise(sorted(places)))


def _borders(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    """Check that mentions and dates lie within their section."""
    import pyarrow.compute as pc

    if "documents" not in tables:
        return
    sections = tables["sections"]
    for name in ("mentions", "dates"):
        rows = tables[name]
        # Null if the section is missing, which the check of references reports.
        own = pc.index_in(rows["section_id"], value_set=sections["section_id"])
        before = pc.less(rows["start"], sections["start"].take(own))
        behind = pc.greater(rows["end"], sections["end"].take(own))
        wrong = rows[TABLES[name].key[0]].filter(pc.or_(before, behind))
        yield from failed_check("sections", f"{name}: rows reach out of their section", wrong.to_pylist())


def _masks(tables: Mapping[str, pa.Table], run: Mapping[str, Any]) -> Iterator[Outcome]:
    """Find spans with a character that masks words in their document; `f***` is fine if only `[redacted]` masks."""
    if "documents" not in tables:
        return
    characters = run.get("settings", {}).get("mask", {}).get("characters", "*")
    # Most runs have no such character in any span. The masks of the documents are looked up only if some have, which
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
        wrong = [
            str(key)
            for key, doc_id, found in zip(keys, documents, texts, strict=True)
            if found and not set(active.get(doc_id, "")).isdisjoint(found)
        ]
        yield from failed_check("masks", f"{name}.{text}: contains masked text", wrong)
