"""Compares two runs: articles, claims and entities that came, went or changed, and decisions that no longer hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

import yaml

from policy_news.core.atomic_files import new_file, require_new
from policy_news.core.grouping import grouped
from policy_news.core.messages import counted, printable
from policy_news.decisions.told import FAILED
from policy_news.outputs.report.render import leave_page, render
from policy_news.run.decisions_copy import read_outcomes
from policy_news.tables.parquet import read_files, read_run

State = Literal["came", "went", "changed", "lost"]
KINDS = ("articles", "claims", "entities", "decisions")
"""What is compared, in the order in which it is shown."""
ALIKE = 0.6
"""Share of words that two contents of one article have in common if one is the other, changed."""
MOST = 100
"""Claims of an article without the same words in the other run that are compared word by word."""
SIGNS: Mapping[State, str] = {"came": "+", "went": "-", "changed": "~", "lost": "!"}
_ARTICLE = ("doc_id", "sha256", "title", "published", "author", "language")
_CLAIM = (
    "claim_id", "doc_id", "kept", "reported", "cue_text", "content_text", "source_text", "source_entity_id", "claim_type",
    "polarity", "claim_date",
)  # fmt: skip
_ENTITY = ("entity_id", "name", "label", "kb_id")
WORDS = {
    "sha256": "text", "source_text": "source", "source_entity_id": "who that is", "claim_type": "type", "content_text": "content",
    "claim_date": "day",
}  # fmt: skip
"""What readers call some columns."""
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
    before, now = _Tables.read(old), _Tables.read(new)
    changes = [*_by_key("articles", "doc_id", "title", before.articles, now.articles), *_claims(before, now)]
    changes += _by_key("entities", "entity_id", "name", before.entities, now.entities)
    return [*changes, *_lost_decisions(old, new)]


@dataclass(frozen=True, slots=True)
class _Tables:
    """What is compared of a run: rows by id, and the kept claims of each article."""

    articles: dict[str, Row]
    claims: dict[str, list[Row]]
    entities: dict[str, Row]

    @classmethod
    def read(cls, out: Path) -> _Tables:
        run = read_run(out)
        articles = {row["doc_id"]: row for row in _rows(out, run, "documents", _ARTICLE)}
        entities = {row["entity_id"]: row for row in _rows(out, run, "entities", _ENTITY)}
        return cls(articles, _claims_of(out, run), entities)


def _claims_of(out: Path, run: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return the kept claims of each article."""
    return grouped((row["doc_id"], row) for row in _rows(out, run, "claims", _CLAIM) if row["kept"])


def _rows(out: Path, run: Mapping[str, Any], name: str, columns: Sequence[str]) -> Iterator[Row]:
    for _, table in read_files(out, run, name, columns):
        assert table is not None
        yield from table.to_pylist()


def _by_key(
    kind: str, key: str, shown: str, before: Mapping[str, Row], now: Mapping[str, Row]
) -> Iterator[RunChange]:
    """Yield the differences between rows with the same id."""
    for one in sorted(before.keys() | now.keys()):
        row = now.get(one) or before[one]
        doc_id = one if key == "doc_id" else ""
        changes = _changes(before[one], now[one], row.keys()) if one in before and one in now else {}
        state: State = "came" if one not in before else "went" if one not in now else "changed"
        if state != "changed" or changes:
            yield RunChange(kind, state, one, doc_id, row[shown] or "", changes)


def _changes(before: Row, now: Row, columns: Iterable[str]) -> dict[str, tuple[str, str]]:
    pairs = {column: (_shown(before[column]), _shown(now[column])) for column in columns}
    return {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}


def _shown(value: Any) -> str:
    return "none" if value is None else " ".join(str(value).split())


def _claims(before: _Tables, now: _Tables) -> Iterator[RunChange]:
    for doc_id in sorted(before.claims.keys() | now.claims.keys()):
        old, new = before.claims.get(doc_id, []), now.claims.get(doc_id, [])
        pairs = _pair_claims(old, new)
        for one, other in pairs:
            changes = _changes(one, other, _VALUES)
            if changes:
                yield RunChange("claims", "changed", other["claim_id"], doc_id, other["reported"], changes)
        paired = {id(row) for pair in pairs for row in pair}
        ways: tuple[tuple[State, list[Row]], ...] = (("went", old), ("came", new))
        for state, rows in ways:
            for row in rows:
                if id(row) not in paired:
                    yield RunChange("claims", state, row["claim_id"], doc_id, row["reported"])


def _pair_claims(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pair the claims of an article in two runs: those with the same words first, then those with most words in common."""
    same = grouped((_words(row), row) for row in reversed(new))
    pairs, waiting = [], []
    for row in old:
        fitting = same.get(_words(row))
        if fitting:
            pairs.append((row, fitting.pop()))
        else:
            waiting.append(row)
    left = [row for rows in same.values() for row in rows]
    for row in waiting[:MOST]:
        scored = [(_likeness(row, one), -number) for number, one in enumerate(left[:MOST])]
        best, number = max(scored, default=(0.0, 0))
        if best >= ALIKE:
            pairs.append((row, left.pop(-number)))
    return pairs


def _words(row: Row) -> tuple[Any, ...]:
    return row["source_text"], row["cue_text"], row["content_text"]


def _likeness(row: Row, other: Row) -> float:
    return SequenceMatcher(None, row["reported"].split(), other["reported"].split(), autojunk=False).ratio()


def _lost_decisions(old: Path, new: Path) -> Iterator[RunChange]:
    """Yield the decisions that held in the old run and do not in the new one."""
    held = {one.id for one in read_outcomes(old) if one.state not in FAILED}
    for one in read_outcomes(new):
        if one.id in held and one.state in FAILED:
            yield RunChange("decisions", "lost", f"line {one.line}", "", f"{one.do} {one.place}: {one.note}")


def count_changes(changes: Iterable[RunChange]) -> dict[str, dict[str, int]]:
    """Return how many differences there are of each kind and state."""
    counts = Counter((one.kind, one.state) for one in changes)
    return {kind: {state: counts[kind, state] for state in SIGNS if counts[kind, state]} for kind in KINDS}


def format_changes(changes: Sequence[RunChange], form: str) -> str:
    """Return the differences as `text`, or as `json` with an object a line."""
    if form == "json":
        return "".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in changes)
    lines = []
    for one in changes:
        lines.append(f"{SIGNS[one.state]} {one.kind:<10}{printable(one.id)}\n    {printable(one.text)}")
        lines += [
            f"    {WORDS.get(name, name)}: {printable(was)} -> {printable(now)}"
            for name, (was, now) in one.changes.items()
        ]
    return "".join(f"{line}\n" for line in [*lines, summarise_changes(changes)])


def summarise_changes(changes: Iterable[RunChange]) -> str:
    """Return the counts in one line."""
    told = []
    for kind, states in count_changes(changes).items():
        words = ", ".join(f"{number} {state}" for state, number in states.items())
        told.append(f"{kind} {words or 'the same'}")
    return f"diff: {'; '.join(told)}"


def write_expectations(changes: Iterable[RunChange], new: Path, to: Path) -> str:
    """Write what is new or changed as a file for `pipeline check --expect`, after a person has read the differences.

    Raises:
        StageError: The file cannot be written.
    """
    require_new(to, force=False)
    wanted = {one.id for one in changes if one.kind == "claims" and one.state in ("came", "changed")}
    documents: dict[str, Any] = {}
    for doc_id, rows in sorted(_claims_of(new, read_run(new)).items()):
        have = [_expected(row) for row in rows if row["claim_id"] in wanted]
        if have:
            documents[doc_id] = {"claims": {"have": have}}
    text = yaml.safe_dump({"documents": documents}, allow_unicode=True, sort_keys=False, width=110)
    with new_file(to) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return counted(len(wanted), "expectation")


def _expected(row: Row) -> Row:
    parts = {"source": row["source_text"], "type": row["claim_type"], "content": row["content_text"]}
    return {name: " ".join(str(value).split()) for name, value in parts.items() if value}


def write_page(changes: Sequence[RunChange], old: Path, new: Path, target: Path) -> None:
    """Write the differences as a page.

    Raises:
        StageError: It cannot be written, or would replace a file that is not such a page.
    """
    groups = [(kind, [one for one in changes if one.kind == kind]) for kind in KINDS]
    page = render(
        "diff.html.j2", "none.js", old=old.name, new=new.name, groups=groups, signs=SIGNS, words=WORDS
    )
    leave_page(page, target)
