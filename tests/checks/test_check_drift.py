"""Drift between two runs: what came, went and changed, and the limits of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from policy_news.checks.drift import COMPARED, Drift, Moved, Scope, compare_runs
from policy_news.cli.main import app
from policy_news.tables.chunks import build_table
from policy_news.tables.parquet import read_table
from policy_news.tables.schema import TABLES, FailureRow, Row
from tests.support.invented_run import Draft, masked_draft, write_run

NAMES = ("Ferrant Haulage", "Brindle", "Zoë Quill", "Cafe Rail")


def plain_draft(
    doc_id: str, names: tuple[str, ...] = NAMES, labels: tuple[str, ...] = (), lead: str = ""
) -> Draft:
    """A document with one sentence a name."""
    draft = Draft(doc_id, lead + " ".join(f"{name} agreed." for name in NAMES))
    draft.section(draft.text)
    for number, name in enumerate(names):
        draft.mention(
            name, labels[number] if number < len(labels) else "COMPANY", name.lower().replace(" ", "-")
        )
    return draft


def tables(out: Path) -> dict[str, Any]:
    return {name: read_table(out, name) for name in TABLES}


def drift(tmp_path: Path, before: list[Draft], now: list[Draft], scope: Scope = "all") -> Drift:
    first, second = (
        tables(write_run(tmp_path / name, drafts)) for name, drafts in (("before", before), ("now", now))
    )
    return compare_runs(first, second, scope)


def counts(found: Drift, name: str) -> tuple[int, int, int]:
    moved = found.tables[name].moved
    return moved["came"].count, moved["went"].count, moved["changed"].count


def test_a_run_does_not_drift_from_itself(tmp_path: Path) -> None:
    found = drift(tmp_path, [masked_draft(), plain_draft("b")], [masked_draft(), plain_draft("b")])
    assert found.same_texts == 2
    assert all(counts(found, name) == (0, 0, 0) and not found.tables[name].labels for name in TABLES)


@pytest.mark.parametrize("lead", ["", "A line in front. "])
def test_rows_come_go_and_change_also_where_the_text_moved(lead: str, tmp_path: Path) -> None:
    before = [plain_draft("b", NAMES[:3])]
    now = [plain_draft("b", NAMES[1:], ("ORG",), lead)]
    found = drift(tmp_path, before, now)
    mentions = found.tables["mentions"].moved
    assert mentions["came"].named == ["b: Cafe Rail (COMPANY)"]
    assert mentions["went"].named == ["b: Ferrant Haulage (COMPANY)"]
    assert mentions["changed"].named == ["b: Brindle (ORG): label COMPANY -> ORG"]
    assert found.tables["mentions"].labels == {"COMPANY": (3, 2), "ORG": (0, 1)}
    assert counts(found, "documents") == (0, 0, 1 if lead else 0)
    assert found.same_texts == (0 if lead else 1)


def test_names_that_are_alike_are_told_apart_by_their_place_or_number(tmp_path: Path) -> None:
    def twice(lead: str, labels: tuple[str, str]) -> Draft:
        draft = Draft("b", lead + "Brindle met Brindle.")
        draft.section(draft.text)
        draft.mention("Brindle met", labels[0], "brindle")
        draft.mention("Brindle.", labels[1], "brindle")
        draft.mentions = [replace(row, text="Brindle", end=row.start + 7) for row in draft.mentions]
        return draft

    for lead in ("", "So: "):
        found = drift(
            tmp_path / f"x{len(lead)}", [twice("", ("ORG", "COMPANY"))], [twice(lead, ("ORG", "GPE"))]
        )
        assert found.tables["mentions"].moved["changed"].named == ["b: Brindle (GPE): label COMPANY -> GPE"]
        assert counts(found, "mentions") == (0, 0, 1)


def test_documents_that_came_or_went_count_only_in_the_scope_of_all(tmp_path: Path) -> None:
    before, now = [plain_draft("a"), plain_draft("b")], [plain_draft("b", NAMES[:2]), plain_draft("c")]
    found = drift(tmp_path / "1", before, now)
    assert counts(found, "mentions") == (4, 6, 0)
    assert found.tables["mentions"].moved["went"].named[:2] == [
        "b: Zoë Quill (COMPANY)",
        "b: Cafe Rail (COMPANY)",
    ]
    found = drift(tmp_path / "2", before, now, "same_texts")
    assert counts(found, "mentions") == (0, 2, 0)
    assert counts(found, "documents") == (1, 1, 0)
    assert found.tables["mentions"].before == 4


def test_a_claim_changes_with_type_source_or_content(tmp_path: Path) -> None:
    changed = masked_draft()
    changed.claims = [replace(changed.claims[0], claim_type="statement", content_text="the rule")]
    named = drift(tmp_path, [masked_draft()], [changed]).tables["claims"].moved["changed"].named
    expected = 'claim_type denial -> statement, content_text Orla Fenn had "misread" the rule -> the rule'
    assert named == [f"lens/camera rule: Tarnwick Optics said (statement): {expected}"]


def test_failures_entities_and_pairs_drift_too(tmp_path: Path) -> None:
    lost = [FailureRow("x.pdf", "ingest", "ReadError", "broken", None)]
    fewer = masked_draft()
    fewer.pairs = []
    first = tables(write_run(tmp_path / "a", [masked_draft()]))
    second = tables(write_run(tmp_path / "b", [fewer], lost, {"tarnwick": "Tarnwick plc"}))
    found = compare_runs(first, second, "all")
    assert found.tables["failures"].moved["came"].named == ["x.pdf (ReadError)"]
    assert found.tables["entities"].moved["changed"].named == [
        "tarnwick (COMPANY): name Tarnwick Optics -> Tarnwick plc"
    ]
    assert counts(found, "claim_mentions") == (0, 1, 0)


def test_all_columns_that_drift_reads_are_there() -> None:
    for name, compared in COMPARED.items():
        columns = set(build_table(TABLES[name], list[Row]()).column_names)
        assert {*compared.place, *compared.words, *compared.values, *compared.names} <= columns
    assert COMPARED.keys() == TABLES.keys()


@given(st.lists(st.text(max_size=3), max_size=12))
def test_five_rows_are_named_and_all_counted(words: list[str]) -> None:
    moved = Moved()
    for word in words:
        moved.add(word)
    assert (moved.count, moved.named) == (len(words), words[:5])


_LABELS = st.lists(st.sampled_from(["COMPANY", "ORG", ""]), min_size=4, max_size=4)


@settings(max_examples=12)
@given(_LABELS, _LABELS)
def test_the_numbers_add_up(before: list[str], now: list[str]) -> None:
    def mentions(labels: list[str]) -> dict[str, Any]:
        kept = [(name, label) for name, label in zip(NAMES, labels, strict=True) if label]
        draft = plain_draft("b", tuple(name for name, _ in kept), tuple(label for _, label in kept))
        rows: dict[str, list[Row]] = {
            **{name: [] for name in TABLES},
            "mentions": [*draft.mentions],
            "documents": [draft.document()],
        }
        return {name: build_table(table, rows[name]) for name, table in TABLES.items()}

    table = compare_runs(mentions(before), mentions(now), "all").tables["mentions"]
    came, went, changed = (table.moved[way].count for way in ("came", "went", "changed"))
    assert table.now == table.before + came - went
    assert came == sum(not old and bool(new) for old, new in zip(before, now, strict=True))
    assert changed == sum(bool(old and new) and old != new for old, new in zip(before, now, strict=True))


LIMITS = [
    ("mentions: {went: {max: 0}}", 1, "rows that went since the earlier run of 4: 2, expected max=0"),
    ("mentions: {went: {max: 2}}", 0, "check: 0 errors"),
    ("mentions: {went: {max_share: 0.5}}", 0, "check: 0 errors"),
    ("mentions: {went: {max_share: 0.49}}", 1, "expected max_share=0.49"),
    ("mentions: {went: {max: 9, max_share: 0.1}}", 1, "expected max=9, max_share=0.1"),
    (
        "mentions: {went: {max: 0}, severity: warn}",
        0,
        "warn: drift: mentions: rows that went since the earlier run of 4: 2",
    ),
    ("mentions: {came: {max: 0}, changed: {max: 0}}", 0, "check: 0 errors"),
    ("failures: {came: {max_share: 0}}", 0, "check: 0 errors"),
]


def check(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", "--out", str(tmp_path / "now"), *arguments])


@pytest.mark.parametrize(("limits", "code", "says"), LIMITS)
def test_limits_of_drift(limits: str, code: int, says: str, tmp_path: Path) -> None:
    write_run(tmp_path / "before", [plain_draft("b")])
    write_run(tmp_path / "now", [plain_draft("b", NAMES[:2])])
    file = tmp_path / "expect.yml"
    file.write_text(f"drift:\n  tables:\n    {limits}\n", encoding="utf-8")
    result = check(tmp_path, "--baseline", str(tmp_path / "before"), "--expect", str(file))
    assert (result.exit_code, says in result.output) == (code, True), result.output
    assert re.search(r"^  mentions +4 +2 +0 +2 +0$", result.output, re.MULTILINE)
    result = check(tmp_path, "--expect", str(file))
    assert result.exit_code == 0
    assert "skipped" in result.output


def test_drift_without_limits_is_shown_and_fails_nothing(tmp_path: Path) -> None:
    write_run(tmp_path / "before", [plain_draft("b")])
    write_run(tmp_path / "now", [plain_draft("b", NAMES[:2]), plain_draft("c")])
    result = check(tmp_path, "--baseline", str(tmp_path / "before"))
    assert result.exit_code == 0
    assert "- b: Zoë Quill (COMPANY)" in result.output
    assert "+ c: Brindle (COMPANY)" in result.output
