"""Drift: rows that were added, removed or changed since an earlier run. Pure over Arrow tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from policy_news.checks.expectations import DriftLimit, one_line
from policy_news.checks.expectations_file import LABEL_COLUMNS, ExpectationFile
from policy_news.checks.outcomes import MAX_NAMED, Outcome
from policy_news.core.messages import cut_line
from policy_news.tables.chunks import OF_CLAIMS
from policy_news.tables.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa


Way = Literal["came", "went", "changed"]
WAYS: tuple[Way, ...] = ("came", "went", "changed")
Scope = Literal["all", "same_texts"]
Key = tuple[Any, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowMatching:
    """How the rows of a table are matched between two runs.

    Attributes:
        place: Columns that place a row in a text that is the same in both runs, or that identify it.
        words: Columns that identify a row of its document if the text differs, with its number among equal rows.
        values: Columns that make a row changed if they differ.
        names: Columns that messages name the row by.
    """

    place: tuple[str, ...]
    words: tuple[str, ...]
    values: tuple[str, ...]
    names: tuple[str, ...]


COMPARED: dict[str, RowMatching] = {
    "documents": RowMatching(("doc_id",), (), ("text", "title", "published"), ("doc_id",)),
    "sections": RowMatching(("start", "end"), ("kind",), ("kind", "date"), ()),
    "mentions": RowMatching(("start", "end"), ("text",), ("label", "office_id", "entity_id"), ("text",)),
    "appearances": RowMatching(
        ("appearance_id",), ("local_id",), ("entity_id", "local_id", "identity", "office_id"), ("name",)
    ),
    "entity_aliases": RowMatching(("entity_id", "alias_id"), (), ("reason",), ("entity_id", "alias_id")),
    "offices": RowMatching(
        ("office_id", "entity_id", "from"), (), ("title", "to", "known_to"), ("office_id", "entity_id")
    ),
    "entities": RowMatching(("entity_id",), (), ("label", "name", "kb_id"), ("entity_id",)),
    "claims": RowMatching(
        ("claim_id",),
        ("source_text", "content_text"),
        ("claim_type", "source_text", "content_text"),
        ("source_text", "cue_text"),
    ),
    "claim_mentions": RowMatching(("claim_id", "mention_id"), (), ("role",), ("claim_id", "mention_id")),
    "claim_links": RowMatching(
        ("claim_id", "other_claim_id", "relation"), (), (), ("claim_id", "relation", "other_claim_id")
    ),
    "document_groups": RowMatching(("doc_id",), (), ("group_id",), ("doc_id", "group_id")),
    "origins": RowMatching(
        ("statement_id", "stance", "doc_id"),
        (),
        ("origin_id", "sources"),
        ("statement_id", "stance", "doc_id"),
    ),
    "dates": RowMatching(("start", "end"), ("text",), ("timex_type", "value"), ("text",)),
    "failures": RowMatching(("path", "stage"), (), ("error",), ("path",)),
}
MAX_SHOWN = 60
"""Characters of a text that a message shows."""


@dataclass(slots=True)
class Moved:
    """Rows that were added, removed or changed: how many, and the first of them in words."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        """Count a row, and name it if there is room."""
        self.count += 1
        if len(self.named) < MAX_NAMED:
            self.named.append(words)


@dataclass(frozen=True, slots=True)
class TableDrift:
    """Drift of one table.

    Attributes:
        before: Rows of the earlier run.
        now: Rows of this run.
        labels: Labels whose number changed, with the number before and now.
    """

    before: int
    now: int
    moved: Mapping[Way, Moved]
    labels: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Drift:
    """Drift of a run.

    Attributes:
        same_texts: Documents that both runs have with the same text.
    """

    scope: Scope
    same_texts: int
    tables: Mapping[str, TableDrift]


def compare_runs(earlier: Mapping[str, pa.Table], tables: Mapping[str, pa.Table], scope: Scope) -> Drift:
    """Return the difference between two runs.

    Args:
        scope: Whether to count rows of documents that only one run has, or whose text differs.
    """
    same = _same_texts(earlier["documents"], tables["documents"])
    drifts = {name: _compare(name, earlier[name], tables[name], same, scope) for name in TABLES}
    return Drift(scope, len(same), drifts)


def _same_texts(earlier: pa.Table, documents: pa.Table) -> set[str]:
    before = dict(zip(earlier["doc_id"].to_pylist(), earlier["text"].to_pylist(), strict=True))
    now = zip(documents["doc_id"].to_pylist(), documents["text"].to_pylist(), strict=True)
    return {doc_id for doc_id, text in now if before.get(doc_id) == text}


def _compare(name: str, earlier: pa.Table, table: pa.Table, same: set[str], scope: Scope) -> TableDrift:
    before = _rows(name, earlier, same, scope)
    now = _rows(name, table, same, scope)
    moved: dict[Way, Moved] = {way: Moved() for way in WAYS}
    # Most tables of two runs over the same texts are equal, which Arrow finds without comparing single rows.
    if not earlier.equals(table):
        _compare_rows(name, before, now, moved)
    return TableDrift(len(before), len(now), moved, _changed_counts(name, before, now))


def _compare_rows(
    name: str, before: Mapping[Key, Row], now: Mapping[Key, Row], moved: Mapping[Way, Moved]
) -> None:
    """Record in `moved` which rows were added, removed or changed."""
    for key, row in _placed_first(before):
        if key not in now:
            moved["went"].add(_words(name, row))
    for key, row in _placed_first(now):
        if key not in before:
            moved["came"].add(_words(name, row))
            continue
        change = _change(name, before[key], row)
        if change:
            moved["changed"].add(f"{_words(name, row)}: {change}")


def _placed_first(rows: Mapping[Key, Row]) -> list[tuple[Key, Row]]:
    """Return the rows, first those of unchanged texts: a change there is less expected and must be listed."""
    return sorted(rows.items(), key=lambda item: not item[0][1])


def _rows(name: str, table: pa.Table, same: set[str], scope: Scope) -> dict[Key, Row]:
    """Return the rows by their matching key, in the order of the table."""
    compared = COMPARED[name]
    needed = {
        "doc_id",
        *compared.place,
        *compared.words,
        *compared.values,
        *compared.names,
        LABEL_COLUMNS[name],
    }
    seen: Counter[Key] = Counter()
    rows: dict[Key, Row] = {}
    wanted = [column for column in table.column_names if column in needed]
    for row in _plain_times(table.select(wanted)).to_pylist():
        owner = _owner(name, row)
        placed = owner is None or owner in same
        if scope == "same_texts" and not placed:
            continue
        # Offsets identify a row only if the text is the same; otherwise its words do.
        columns = compared.place if placed else compared.words
        key = (owner, placed, *(row[column] for column in columns))
        # Equal rows are distinguished by their number, so that one removed row of three is counted once.
        seen[key] += 1
        rows[*key, seen[key]] = row
    return rows


def _plain_times(table: pa.Table) -> pa.Table:
    """Return the table with its timestamps as text: Arrow imports pandas to convert them to Python objects."""
    import pyarrow as pa

    fields = (
        pa.field(one.name, pa.string()) if pa.types.is_timestamp(one.type) else one for one in table.schema
    )
    return table.cast(pa.schema(fields))


def _owner(name: str, row: Row) -> str | None:
    """Return the document that a row belongs to; None if its place does not depend on one."""
    if name in OF_CLAIMS:
        return str(row["claim_id"]).rsplit("#", 1)[0]
    if name == "documents":
        return None
    return row.get("doc_id")


def _words(name: str, row: Row) -> str:
    what = " ".join(_value(row[column]) for column in COMPARED[name].names if row[column] is not None)
    label = "" if name in ("documents", "claim_mentions", "offices") else f"({row[LABEL_COLUMNS[name]]})"
    owner = f"{row['doc_id']}:" if "doc_id" in row and name != "documents" else ""
    return " ".join(filter(None, (owner, what, label)))


def _change(name: str, before: Row, now: Row) -> str:
    changes = []
    for column in COMPARED[name].values:
        if before[column] == now[column]:
            continue
        if column == "text":  # too long to show
            changes.append(column)
        else:
            changes.append(f"{column} {_value(before[column])} -> {_value(now[column])}")
    return ", ".join(changes)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return cut_line(one_line(str(value)), MAX_SHOWN)


def _changed_counts(
    name: str, before: Mapping[Key, Row], now: Mapping[Key, Row]
) -> dict[str, tuple[int, int]]:
    column = LABEL_COLUMNS[name]
    first = Counter(str(row[column]) for row in before.values())
    second = Counter(str(row[column]) for row in now.values())
    labels = sorted({*first, *second})
    return {label: (first[label], second[label]) for label in labels if first[label] != second[label]}


def drift_outcomes(file: ExpectationFile, drift: Drift | None) -> Iterator[Outcome]:
    """Yield what became of the limits of drift; without an earlier run they are skipped."""
    for name, table in file.expected.drift.tables.items():
        for way in WAYS:
            limit: DriftLimit | None = getattr(table, way)
            if limit is None:
                continue
            line = file.places.line(("drift", "tables", name, way))
            outcome = Outcome("drift", name, way, severity=table.severity, line=line)
            if drift is None:
                yield outcome.skip("there is no earlier run (--baseline)")
            else:
                yield _judge(outcome, way, limit, drift.tables[name])


def _judge(outcome: Outcome, way: Way, limit: DriftLimit, table: TableDrift) -> Outcome:
    moved = table.moved[way]
    if not limit.exceeded(moved.count, table.before):
        return outcome
    problem = (
        f"rows that {way} since the earlier run of {table.before}: {moved.count}, expected {limit.shown()}"
    )
    return replace(outcome, status="failed", problem=problem, offenders=tuple(moved.named), count=moved.count)
