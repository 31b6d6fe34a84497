"""What users expect of a run, as data: mentions, claims and dates of documents, counts of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field

from pipeline.errors import RuleError, SettingsError
from pipeline.findings import Finding, finding
from pipeline.rules import Strict, read_rule_file
from pipeline.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

CLAIM_TYPES = Literal["statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"]


class Expected(Strict):
    """What one row must be like.

    Attributes:
        known_failure: It is known not to hold yet: no finding, but an error once it holds, so that the mark goes.
    """

    known_failure: bool = False

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is such a one."""
        raise NotImplementedError


class ExpectedMention(Expected):
    """A mention by its text; `label` and `office` where they matter."""

    text: str
    label: str | None = None
    office: str | None = None

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of `mentions` is such a one."""
        same = row["text"] == self.text and self.label in (None, row["label"])
        return same and self.office in (None, row["office_id"])


class ExpectedClaim(Expected):
    """A claim: words of its source and content, its type."""

    source: str | None = None
    type: CLAIM_TYPES | None = None
    content: str | None = None

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of `claims` is such a one; source and content are compared as parts of the text."""
        return (
            (self.source is None or self.source in (row["source_text"] or ""))
            and (self.type is None or self.type == row["claim_type"])
            and (self.content is None or self.content in (row["content_text"] or ""))
        )


class ExpectedDate(Expected):
    """A date expression by its text, and its value."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    text: str
    value: str | None = None

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of `dates` is such a one."""
        return bool(row["text"] == self.text) and self.value in (None, row["value"])


class MentionSet(Strict):
    """Mentions that must be there, and that must not."""

    have: tuple[ExpectedMention, ...] = ()
    not_: tuple[ExpectedMention, ...] = Field(default=(), alias="not")


class ClaimSet(Strict):
    """Claims that must be there, and that must not."""

    have: tuple[ExpectedClaim, ...] = ()
    not_: tuple[ExpectedClaim, ...] = Field(default=(), alias="not")


class DateSet(Strict):
    """Dates that must be there, and that must not."""

    have: tuple[ExpectedDate, ...] = ()
    not_: tuple[ExpectedDate, ...] = Field(default=(), alias="not")


class ExpectedDocument(Strict):
    """What one document must give."""

    mentions: MentionSet = MentionSet()
    claims: ClaimSet = ClaimSet()
    dates: DateSet = DateSet()
    severity: Literal["error", "warn"] = "error"


class Bounds(Strict):
    """Least and greatest number."""

    min: int | None = None
    max: int | None = None

    def misses(self, value: int) -> bool:
        """Whether a number is out of bounds."""
        return (self.min is not None and value < self.min) or (self.max is not None and value > self.max)


class ExpectedTable(Strict):
    """Numbers of a table."""

    min_rows: int | None = None
    max_rows: int | None = None
    labels: Mapping[str, Bounds] = {}
    severity: Literal["error", "warn"] = "error"


class Expectations(Strict):
    """A file of expectations."""

    documents: Mapping[str, ExpectedDocument] = {}
    tables: Mapping[str, ExpectedTable] = {}


def read_expectations(path: Path) -> Expectations:
    """Read a file of expectations.

    Raises:
        SettingsError: It cannot be read, or has an unknown key, table or claim type.
    """
    try:
        expectations = read_rule_file(path, Expectations)
    except RuleError as error:
        raise SettingsError(error.message, "See docs/checks.md for the form of expectations.") from error
    for name in expectations.tables:
        if name not in TABLES:
            raise SettingsError(f"{path}: tables > '{name}': no such table", f"Tables are {', '.join(TABLES)}.")
    return expectations


def check_expectations(expectations: Expectations, tables: Mapping[str, pa.Table]) -> list[Finding]:
    """What is not as expected."""
    findings: list[Finding] = []
    known = set(tables["documents"]["doc_id"].to_pylist())
    rows = {name: _by_document(tables[name]) for name in ("mentions", "claims", "dates")}
    for doc_id, expected in expectations.documents.items():
        if doc_id not in known:
            findings += finding("documents", "expected documents are not in the run", [doc_id])
            continue
        for name in rows:
            findings += _check_rows(doc_id, name, getattr(expected, name), rows[name].get(doc_id, []), expected.severity)
    for name, table in expectations.tables.items():
        findings += _check_table(name, table, tables[name])
    return findings


def _by_document(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["doc_id"], []).append(row)
    return rows


def _check_rows(doc_id: str, name: str, expected: Any, rows: Sequence[Mapping[str, Any]], severity: Any) -> Iterator[Finding]:
    missing = [item for item in expected.have if not any(item.fits(row) for row in rows)]
    wrong = [item for item in expected.not_ if any(item.fits(row) for row in rows)]
    known = [item for item in (*expected.have, *expected.not_) if item.known_failure]
    held = [_shown(item) for item in known if item not in missing and item not in wrong]
    yield from finding("expected", f"{doc_id}: {name} that must be there are missing", _unknown(missing), severity)
    yield from finding("unexpected", f"{doc_id}: {name} that must not be there", _unknown(wrong), severity)
    yield from finding("known_failure", f"{doc_id}: {name} that are marked as known failures hold now; remove the mark", held, severity)


def _unknown(items: Sequence[Expected]) -> list[str]:
    return [_shown(item) for item in items if not item.known_failure]


def _shown(item: Strict) -> str:
    return ", ".join(f"{key}={value}" for key, value in item.model_dump(exclude_defaults=True).items())


def _check_table(name: str, expected: ExpectedTable, table: pa.Table) -> Iterator[Finding]:
    bounds = Bounds(min=expected.min_rows, max=expected.max_rows)
    if bounds.misses(table.num_rows):
        yield from finding("rows", f"{name}: {table.num_rows} rows", [_shown(bounds)], expected.severity)
    column = {"claims": "claim_type", "dates": "timex_type", "sections": "kind"}.get(name, "label")
    if expected.labels:
        values = table[column].to_pylist()
        wrong = [f"{label}: {values.count(label)}" for label, limits in expected.labels.items() if limits.misses(values.count(label))]
        yield from finding("labels", f"{name}: numbers by {column} out of bounds", wrong, expected.severity)
