"""Compares the tables of a run with the expectations. Pure over Arrow tables."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from policy_news.checks.expectations import (
    DocumentShares,
    Expected,
    ExpectedDocument,
    ItemSet,
    RowLimits,
    one_line,
)
from policy_news.checks.expectations_file import LABEL_COLUMNS, ExpectationFile
from policy_news.checks.outcomes import Outcome, Severity
from policy_news.checks.share_checks import measure_shares, share_outcomes
from policy_news.core.messages import cut_line
from policy_news.tables.chunks import rows_of

if TYPE_CHECKING:
    import pyarrow as pa

    from policy_news.core.yaml_loading import Step

SEEN = {
    "mentions": {"text": "text", "label": "label", "entity": "entity_id", "office": "office_id"},
    "claims": {"source": "source_text", "cue": "cue_text", "type": "claim_type", "content": "content_text"},
    "dates": {"text": "text", "value": "value"},
}
"""The column for each key of an expected row."""
LABEL = "#label"
"""Key of the value that `labels` counts; not a key of an expectation."""
MAX_SHOWN = 80
"""Characters of a value that a message shows."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Views:
    """Content of the expected documents, by document.

    Attributes:
        rows: Of mentions, claims and dates, with the keys of expectations.
        texts: The raw texts, in one line.
    """

    rows: Mapping[str, Mapping[str, Sequence[Row]]]
    texts: Mapping[str, str]
    tables: Mapping[str, pa.Table]


def evaluate(file: ExpectationFile, tables: Mapping[str, pa.Table]) -> Iterator[Outcome]:
    """Yield what became of the expectations of documents, tables and shares."""
    views = _view(file, tables)
    for doc_id, expected in file.expected.documents.items():
        yield from _document(file, doc_id, expected, views)
    for name, table in file.expected.tables.items():
        yield from _counts(
            file, name, table, tables[name][LABEL_COLUMNS[name]].to_pylist(), table.severity, ("tables", name)
        )
    yield from share_outcomes(file, "run", file.expected.shares, measure_shares(tables), "error", ("shares",))


def _view(file: ExpectationFile, tables: Mapping[str, pa.Table]) -> Views:
    # Only the rows of expected documents become Python objects: a run may have a million others.
    wanted = list(file.expected.documents)
    entities = tables["entities"].select(["entity_id", "kb_id", "name"]).to_pylist()
    names = {entity["entity_id"]: tuple(filter(None, entity.values())) for entity in entities}
    rows: dict[str, dict[str, list[Row]]] = {}
    for name, columns in SEEN.items():
        label = LABEL_COLUMNS[name]
        by_document: dict[str, list[Row]] = {}
        chosen = rows_of(tables[name], wanted)
        for row in chosen.select(["doc_id", *{*columns.values(), label}]).to_pylist():
            seen: Row = {key: _plain(row[column]) for key, column in columns.items()}
            seen[LABEL] = row[label]
            if name == "mentions":
                # An entity may be expected by its id, its Wikidata id or its name.
                seen["entity"] = names.get(row["entity_id"], (row["entity_id"],))
            by_document.setdefault(row["doc_id"], []).append(seen)
        rows[name] = by_document
    rows["links"] = _view_links(file, tables)
    documents = rows_of(tables["documents"], wanted).select(["doc_id", "text"]).to_pylist()
    return Views(rows, {one["doc_id"]: one_line(one["text"]) for one in documents}, tables)


def _view_links(file: ExpectationFile, tables: Mapping[str, pa.Table]) -> dict[str, list[Row]]:
    """Return the links of the claims of each document with expected links; all words of a claim can be matched."""
    wanted = {doc_id for doc_id, document in file.expected.documents.items() if document.links != ItemSet()}
    if not wanted:
        return {}
    columns = ("claim_id", "doc_id", "source_text", "cue_text", "content_text")
    # All claims, not only those of the expected documents: a link may lead to a claim of any other.
    claims: dict[str, Row] = {}
    words: dict[str, str] = {}
    for row in tables["claims"].select(columns).to_pylist():
        claims[row["claim_id"]] = row
        words[row["claim_id"]] = one_line(" ".join(row[name] or "" for name in columns[2:]))
    found: dict[str, list[Row]] = {}
    for link in tables["claim_links"].to_pylist():
        claim = claims.get(link["claim_id"])
        if claim is not None and claim["doc_id"] in wanted:
            seen = {
                "from": words[link["claim_id"]],
                "to": words.get(link["other_claim_id"], ""),
                "relation": link["relation"],
                LABEL: link["relation"],
            }
            found.setdefault(claim["doc_id"], []).append(seen)
    return found


def _plain(value: str | None) -> str | None:
    if value is None:
        return None
    return one_line(value)


def _document(
    file: ExpectationFile, doc_id: str, expected: ExpectedDocument, views: Views
) -> Iterator[Outcome]:
    steps: tuple[Step, ...] = ("documents", doc_id)
    outcome = Outcome("documents", "", doc_id, severity=expected.severity, line=file.places.line(steps))
    if doc_id in views.texts:
        yield outcome
    else:
        lost = doc_id + _whereabouts(doc_id, views.tables)
        yield outcome.fail("expected documents are not in the run", lost)
    for name in (*SEEN, "links"):
        yield from _items(file, doc_id, name, expected, views)
    if expected.shares != DocumentShares():
        own = {name: rows_of(views.tables[name], [doc_id]) for name in ("documents", "mentions", "claims")}
        yield from share_outcomes(
            file, doc_id, expected.shares, measure_shares(own), expected.severity, (*steps, "shares")
        )


def _whereabouts(doc_id: str, tables: Mapping[str, pa.Table]) -> str:
    """Say why a document is not in the run, if known."""
    failures = tables["failures"].select(["path", "message"]).to_pylist()
    lost = next((row for row in failures if doc_id in (row["path"], row["path"].rsplit(".", 1)[0])), None)
    if lost is not None:
        return f"; it failed: {lost['message']}"
    near = difflib.get_close_matches(doc_id, tables["documents"]["doc_id"].to_pylist(), 1, 0.7)
    if near:
        return f"; did you mean '{near[0]}'?"
    return ""


def _items(
    file: ExpectationFile, doc_id: str, name: str, document: ExpectedDocument, views: Views
) -> Iterator[Outcome]:
    """Yield the outcomes of the expected rows of one table in one document; all are skipped if the document is missing."""
    expected: ItemSet[Any] = getattr(document, name)
    rows, text = views.rows[name].get(doc_id, []), views.texts.get(doc_id)
    steps, subject = ("documents", doc_id, name), f"{doc_id}: {name}"
    for key, check, items in (("have", "expected", expected.have), ("not", "unexpected", expected.not_)):
        for number, item in enumerate(items):
            line = file.places.line((*steps, key, number))
            outcome = Outcome(
                check, subject, item.shown(), severity=item.severity or document.severity, line=line
            )
            if text is None:
                yield outcome.skip("the document is not in the run")
            else:
                yield _judge(outcome, item, rows, text)
    if text is not None:
        yield from _counts(file, subject, expected, [row[LABEL] for row in rows], document.severity, steps)


def _judge(outcome: Outcome, item: Expected, rows: Sequence[Row], text: str) -> Outcome:
    """Return the outcome, which passes unless the rows contradict it."""
    wanted = outcome.check == "expected"
    is_there = any(item.fits(row) for row in rows)
    holds = wanted == is_there
    # A known failure that is met is an error: a mark that stays would hide the next failure.
    if item.known_failure and holds:
        held = replace(outcome, check="known_failure")
        return held.fail("marked as known failures, but they hold now; remove the mark", item.shown())
    if item.known_failure:
        return replace(outcome, status="known_failure", problem="marked as a known failure")
    if holds:
        return outcome
    if wanted:
        return outcome.fail("rows that must be there are missing", item.shown() + _instead(item, rows, text))
    return outcome.fail("rows that must not be there", item.shown() + _found(item, rows))


def _found(item: Expected, rows: Sequence[Row]) -> str:
    """Return the words of the first row that must not be there, if the expectation does not give them, and the number of others."""
    fitting = [row for row in rows if item.fits(row)]
    first = fitting[0]
    words = next(filter(None, (first.get(key) for key in ("text", "content", "source", "cue", "from"))), None)
    told = "" if words in item.given().values() else f": '{_short(words)}'"
    if len(fitting) > 1:
        told += f" and {len(fitting) - 1} more"
    return told


def _instead(item: Expected, rows: Sequence[Row], text: str) -> str:
    """Return what the document has in place of a missing row."""
    others = _nearest(item, rows)
    if others:
        return f"; there is {', '.join(others)}"
    given = item.given()
    words = [given[name] for name in given if name in ("text", "source", "cue", "content", "from")]
    lost = [f"'{_short(value)}'" for value in words if value not in text]
    if lost:
        return f"; the document does not contain {' and '.join(lost)}"
    if words:
        return "; no row has it, though the words are there"
    return ""


def _nearest(item: Expected, rows: Sequence[Row]) -> list[str]:
    """Return the differing values of the row most similar to the expectation; empty if none is similar."""
    best: dict[str, bool] = {}
    nearest: Row = {}
    for row in rows:
        fits = item.compare(row)
        # A row that shares only its label with the expectation is not the one that was meant.
        is_meant = any(fits[name] for name in item.IDENTIFYING & fits.keys())
        if is_meant and sum(fits.values()) > sum(best.values()):
            best, nearest = fits, row
    return [f"{name}={_short(nearest[name])}" for name, fit in best.items() if not fit]


def _short(value: Any) -> str:
    if isinstance(value, tuple):  # the names of an entity, its id first
        value = value[0]
    return cut_line(str(value or "none"), MAX_SHOWN)


def _counts(
    file: ExpectationFile,
    subject: str,
    expected: RowLimits,
    labels: Sequence[str],
    severity: Severity,
    steps: tuple[Step, ...],
) -> Iterator[Outcome]:
    """Yield what became of the limits of numbers.

    Args:
        subject: Name of the table, and of the document if it is about one.
        steps: Keys on the way to the limits in the file.
    """
    if expected.rows is not None:
        # The outcome is about both limits; its line is that of the first one.
        key = "max_rows" if expected.min_rows is None else "min_rows"
        line = file.places.line((*steps, key))
        outcome = Outcome("rows", subject, "number of rows", severity=severity, line=line)
        if expected.rows.misses(len(labels)):
            found = f"{len(labels)} rows, expected {expected.rows.shown()}"
            outcome = outcome.fail("number of rows out of bounds", found)
        yield outcome
    counted = Counter(labels)
    for label, bounds in expected.labels.items():
        line = file.places.line((*steps, "labels", label))
        outcome = Outcome("labels", subject, label, severity=severity, line=line)
        if bounds.misses(counted[label]):
            found = f"{label}: {counted[label]}, expected {bounds.shown()}"
            outcome = outcome.fail("numbers by label out of bounds", found)
        yield outcome
