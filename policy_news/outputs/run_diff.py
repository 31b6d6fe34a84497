"""Compares two runs: articles, claims, entities, and decisions that no longer hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from policy_news.core.grouping import grouped
from policy_news.core.messages import printable
from policy_news.decisions.told import FAILED
from policy_news.run.decisions_copy import read_outcomes
from policy_news.tables.parquet import read_files, read_run

State = Literal["came", "went", "changed", "lost"]
KINDS = ("articles", "claims", "entities", "decisions")
"""What is compared, in the order in which it is shown."""
SIGNS: Mapping[State, str] = {"came": "+", "went": "-", "changed": "~", "lost": "!"}
_ARTICLE = ("doc_id", "sha256", "title", "published", "author", "language")
_CLAIM = (
    "claim_id", "doc_id", "kept", "reported", "cue_text", "content_text", "source_text", "source_entity_id",
    "claim_type",
    "polarity", "claim_date",
)  # fmt: skip
_ENTITY = ("entity_id", "name", "label", "kb_id")
_VALUES = ("source_text", "source_entity_id", "claim_type", "polarity", "content_text", "claim_date")
"""Columns of a claim that make it a changed one."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunChange:
    """One difference between two runs.

    Attributes:
        kind: `articles`, `claims`, `entities` or `decisions`.
        state: `came`, `went` or `changed`; `lost` for a decision.
        id: Id of the article, claim or entity; line of the decision.
        doc_id: Article; empty for an entity.
        text: Title, claim as a sentence, name, or note on the decision.
        changes: For each column that differs, the value before and now.
    """

    kind: str
    state: State
    id: str
    doc_id: str
    text: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def compare_folders(old: Path, new: Path) -> list[RunChange]:
    """Return the differences between two finished runs, kind by kind.

    Raises:
        StageError: A folder has no finished run.
    """
    articles, now = _by_id(old, "documents", _ARTICLE), _by_id(new, "documents", _ARTICLE)
    changes = [*_compare("articles", "title", articles, now, _ARTICLE)]
    claims, now = _by_id(old, "claims", _CLAIM), _by_id(new, "claims", _CLAIM)
    changes += _compare("claims", "reported", claims, _paired(claims, now), _VALUES)
    entities, now = _by_id(old, "entities", _ENTITY), _by_id(new, "entities", _ENTITY)
    changes += _compare("entities", "name", entities, now, _ENTITY)
    return [*changes, *_lost_decisions(old, new)]


def _by_id(out: Path, name: str, columns: Sequence[str]) -> dict[str, Row]:
    """Return rows by their ids, of claims those that are kept."""
    rows: dict[str, Row] = {}
    for _, table in read_files(out, read_run(out), name, columns):
        for row in table.to_pylist() if table is not None else ():
            if row.get("kept", True):
                rows[row[columns[0]]] = row
    return rows


def _paired(before: Mapping[str, Row], now: Mapping[str, Row]) -> dict[str, Row]:
    """Return claims by the ids that those with the same words had before: places move with the text."""
    ids = grouped((_words(row), claim_id) for claim_id, row in before.items())
    keyed: dict[str, Row] = {}
    others: list[Row] = []
    for row in now.values():
        same = ids.get(_words(row))
        if same:
            keyed[same.pop(0)] = row
        else:
            others.append(row)
    for row in others:
        claim_id = row["claim_id"]
        while claim_id in keyed:  # the id of an older claim that has moved on
            claim_id += "'"
        keyed[claim_id] = row
    return keyed


def _words(row: Row) -> tuple[Any, ...]:
    return row["doc_id"], row["source_text"], row["cue_text"], row["content_text"]


def _compare(
    kind: str, shown: str, before: Mapping[str, Row], now: Mapping[str, Row], columns: Sequence[str]
) -> Iterator[RunChange]:
    """Yield the differences between rows with the same key."""
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        changes: dict[str, tuple[str, str]] = {}
        state: State
        if old is None:
            state = "came"
        elif new is None:
            state = "went"
        else:
            state, changes = "changed", _changes(old, new, columns)
            if not changes:
                continue
        row = new or before[key]
        row_id = next(iter(row.values()))
        yield RunChange(kind, state, row_id, row.get("doc_id", ""), row[shown] or "", changes)


def _changes(before: Row, now: Row, columns: Iterable[str]) -> dict[str, tuple[str, str]]:
    pairs = {column: (_shown(before[column]), _shown(now[column])) for column in columns}
    return {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}


def _shown(value: Any) -> str:
    return "none" if value is None else " ".join(str(value).split())


def _lost_decisions(old: Path, new: Path) -> Iterator[RunChange]:
    """Yield the decisions that held in the old run and do not in the new one."""
    held = {one.id for one in read_outcomes(old) if one.state not in FAILED}
    for one in read_outcomes(new):
        if one.id in held and one.state in FAILED:
            yield RunChange("decisions", "lost", f"line {one.line}", "", f"{one.do} {one.place}: {one.note}")


def format_changes(changes: Sequence[RunChange], form: str) -> str:
    """Return the differences as `text`, or as `json` with an object a line."""
    if form == "json":
        return "".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in changes)
    lines = []
    for one in changes:
        lines.append(f"{SIGNS[one.state]} {one.kind:<10}{printable(one.id)}\n    {printable(one.text)}")
        lines += [
            f"    {name}: {printable(was)} -> {printable(now)}" for name, (was, now) in one.changes.items()
        ]
    return "".join(f"{line}\n" for line in [*lines, _summarise(changes)])


def _summarise(changes: Iterable[RunChange]) -> str:
    counts = Counter((one.kind, one.state) for one in changes)
    told = []
    for kind in KINDS:
        words = ", ".join(f"{counts[kind, state]} {state}" for state in SIGNS if counts[kind, state])
        told.append(f"{kind} {words or 'the same'}")
    return f"diff: {'; '.join(told)}"
