"""Checks of a run: what is found, how it is said, and with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from policy_news.checks import integrity
from policy_news.checks.expectations import one_line
from policy_news.checks.expectations_file import read_expectations
from policy_news.checks.outcomes import Outcome, group_findings
from policy_news.cli.main import app
from policy_news.core.errors import ExpectationError
from policy_news.core.yaml_loading import parse_yaml
from policy_news.tables import labels
from policy_news.tables.schema import VERSION, FailureRow
from tests.conftest import ROOT
from tests.support.invented_run import Draft, masked_draft, write_run

DOC = "lens/camera rule"
LOST = FailureRow("lens/broken.pdf", "ingest", "ReadError", "is no PDF", "Save it anew.")


def rule_draft(doc_id: str = DOC) -> Draft:
    """The masked draft, whose minister holds an invented office."""
    draft = masked_draft(doc_id)
    draft.mentions = [
        replace(row, office_id="gb-camera-minister", office_status="held") if row.label == "MINISTER" else row
        for row in draft.mentions
    ]
    return draft


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plain = Draft("other", "A reply\n\nBrindle & Co said\nnothing.")
    plain.section("Brindle & Co said\nnothing.")
    plain.mention("Brindle & Co", "COMPANY", "brindle")
    plain.claim("Brindle & Co", "said", ["nothing"], "statement", None)
    return write_run(tmp_path_factory.mktemp("check") / "out", [rule_draft(), plain], [LOST])


def check(out: Path, *arguments: str, expect: str | None = None, tmp_path: Path | None = None) -> Result:
    if expect is not None:
        assert tmp_path is not None
        file = tmp_path / "expect.yml"
        file.write_text(expect, encoding="utf-8")
        arguments = (*arguments, "--expect", str(file))
    return CliRunner().invoke(app, ["check", "--out", str(out), *arguments])


def document(body: str) -> str:
    return f"documents:\n  {DOC}: {{{body}}}\n"


HOLDS = [
    document("mentions: {have: [{text: Tarnwick Optics}]}"),
    document("mentions: {have: [{text: Tarnwick   Optics, label: COMPANY, entity: tarnwick}]}"),
    document(
        "mentions: {have: [{entity: Q1, label: COMPANY}, {entity: Tarnwick Optics}, {office: gb-camera-minister}]}"
    ),
    document("mentions: {not: [{text: Ministry}, {text: Tarnwick Optics, label: ORG}, {label: EVENT}]}"),
    document("mentions: {min_rows: 3, max_rows: 3, labels: {COMPANY: {min: 2, max: 2}, ORG: {max: 0}}}"),
    document(
        'claims: {have: [{source: Tarnwick, type: denial, content: had "misread" the}], not: [{type: call}], max_rows: 1}'
    ),
    document(
        "claims: {have: [{source: Tarnwick, cue: said}, {cue: said, type: denial}], not: [{cue: denied}]}"
    ),
    document(
        "dates: {have: [{text: Monday, value: 2023-03-06}, {value: 2023-03-07}], labels: {DATE: {max: 2}, SET: {max: 0}}}"
    ),
    document("shares: {masked: {min: 0.25, max: 0.3}, unresolved: {max: 0}, unattributed: {max: 0}}"),
    document("severity: warn, claims: {have: [{type: call, known_failure: true}]}"),
    document(
        "mentions: {have: [{text: Nobody, known_failure: true}], not: [{text: Orla Fenn, known_failure: true}]}"
    ),
    "documents: {other: {claims: {have: [{source: Brindle & Co, content: nothing}]}}}",
    "tables: {documents: {min_rows: 2}, mentions: {labels: {COMPANY: {min: 3}}}, failures: {max_rows: 1, labels: {ReadError: {max: 1}}}}",
    "tables: {sections: {labels: {comment: {min: 1}}}, claims: {labels: {denial: {min: 1}}}, entities: {max_rows: 3}}",
    "shares: {failures: {min: 0.3, max: 0.34}, unattributed: {min: 0.5, max: 0.5}, masked: {max: 0.5}}",
    "drift: {tables: {mentions: {went: {max: 0}}}}",
]


@pytest.mark.parametrize("text", HOLDS)
def test_what_holds_gives_no_finding(text: str, out: Path, tmp_path: Path) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert result.output.startswith("check: 0 errors, 0 warnings"), result.output
    assert result.exit_code == 0


FAILS = [
    (
        document("mentions: {have: [{text: Tarnwick Optics, label: ORG}]}"),
        "line 2: text=Tarnwick Optics, label=ORG; there is label=COMPANY",
    ),
    (document("mentions: {have: [{text: Orla Fenn, office: gb-x}]}"), "there is office=gb-camera-minister"),
    (document("mentions: {have: [{text: Orla Fen}]}"), "no row has it, though the words are there"),
    (document("mentions: {have: [{text: Olra Fenn}]}"), "the document does not contain 'Olra Fenn'"),
    (document("mentions: {have: [{text: tarnwick optics}]}"), "does not contain 'tarnwick optics'"),
    (document("mentions: {not: [{text: Orla Fenn}]}"), "rows that must not be there"),
    (document("mentions: {not: [{label: COMPANY}]}"), "label=COMPANY: 'Tarnwick Optics' and 1 more"),
    (document("mentions: {max_rows: 2}"), "3 rows, expected max=2"),
    (document("mentions: {labels: {COMPANY: {min: 3}}}"), "COMPANY: 2, expected min=3"),
    (document("claims: {have: [{source: Tarnwick, type: call}]}"), "there is type=denial"),
    (document("claims: {have: [{source: Orla, content: the rule}]}"), "there is source=Tarnwick Optics"),
    (document("claims: {have: [{source: Tarnwick, cue: denied}]}"), "there is cue=said"),
    (document("dates: {have: [{text: Monday, value: 2023-03-13}]}"), "there is value=2023-03-06"),
    (document("dates: {labels: {SET: {min: 1}}}"), "SET: 0, expected min=1"),
    (document("shares: {masked: {max: 0.1}}"), "masked: 0.2703 (10 of 37), expected max=0.1"),
    (
        document("mentions: {have: [{text: Orla Fenn, known_failure: true}]}"),
        "they hold now; remove the mark",
    ),
    (document("mentions: {not: [{text: Nobody, known_failure: true}]}"), "they hold now; remove the mark"),
    ("documents: {lens/camera-rule: {}}", "lens/camera-rule; did you mean 'lens/camera rule'?"),
    ("documents: {lens/broken: {}}", "lens/broken; it failed: is no PDF"),
    ("documents: {nowhere: {}}", "expected documents are not in the run"),
    ("tables: {mentions: {min_rows: 5}}", "mentions: number of rows out of bounds"),
    ("tables: {failures: {max_rows: 0}}", "1 rows, expected max=0"),
    ("shares: {failures: {max: 0.1}}", "failures: 0.3333 (1 of 3), expected max=0.1"),
]


@pytest.mark.parametrize(("text", "says"), FAILS)
def test_what_does_not_hold_is_named_with_its_line(text: str, says: str, out: Path, tmp_path: Path) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert result.exit_code == 1
    assert result.output.count("error: ") == 1
    assert says in result.output
    assert re.search(r"expect\.yml:\d\)$", result.output, re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        document(
            "severity: warn, mentions: {have: [{text: Nobody}], max_rows: 1, labels: {ORG: {min: 1}}}, shares: {masked: {max: 0.1}}"
        ),
        document(
            "claims: {not: [{type: denial, severity: warn}]}, shares: {masked: {max: 0.1, severity: warn}}"
        ),
        "documents: {nowhere: {severity: warn, mentions: {have: [{text: a}]}}}",
        "tables: {mentions: {min_rows: 9, labels: {ORG: {min: 1}}, severity: warn}}",
        "shares: {failures: {max: 0.1, severity: warn}}",
    ],
)
def test_a_warning_is_said_and_does_not_fail(text: str, out: Path, tmp_path: Path) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert "warn: " in result.output
    assert "check: 0 errors" in result.output
    assert result.exit_code == 0


def test_a_row_can_have_a_severity_of_its_own(out: Path, tmp_path: Path) -> None:
    text = document(
        "severity: warn, mentions: {have: [{text: a}, {text: b, severity: error}], not: [{text: Orla Fenn}]}"
    )
    result = check(out, expect=text, tmp_path=tmp_path)
    assert result.exit_code == 1
    assert "check: 1 error, 2 warnings" in result.output


def test_five_are_named_and_the_others_counted(out: Path, tmp_path: Path) -> None:
    items = "".join(f"        - {{text: Name {n}}}\n" for n in range(9))
    result = check(
        out, expect=f"documents:\n  other:\n    mentions:\n      have:\n{items}", tmp_path=tmp_path
    )
    assert re.findall(r"^    line (\d+): text=Name (\d)", result.output, re.MULTILINE) == [
        (str(n + 5), str(n)) for n in range(5)
    ]
    assert "    and 4 more\n" in result.output


def test_rows_of_a_document_that_is_not_there_are_skipped(out: Path, tmp_path: Path) -> None:
    text = "documents: {gone: {mentions: {have: [{text: a}], max_rows: 1}, shares: {masked: {max: 0.1}}}}"
    result = check(out, "--format", "json", expect=text, tmp_path=tmp_path)
    statuses = {
        outcome["name"]: outcome["status"]
        for outcome in json.loads(result.output)["outcomes"]
        if outcome["line"]
    }
    assert statuses == {"gone": "failed", "text=a": "skipped", "masked": "skipped"}


MISFITS = [
    ("documents:\n  a:\n    mentions:\n      have: [{txet: b}]", 4, "unknown key; did you mean 'text'?"),
    ("documents:\n  a:\n    mention: {}", 3, "unknown key; did you mean 'mentions'?"),
    ("documnets: {}", 1, "unknown key; did you mean 'documents'?"),
    ("tables:\n  mentions: {colour: red}", 2, "unknown key; there are labels, max_rows, min_rows, severity"),
    ("documents:\n  a:\n    mentions:\n      have: {text: b}", 4, "must be a list"),
    ("documents:\n  a:\n    mentions: [b]", 3, "must be a mapping"),
    ("documents: [a]", 1, "must be a mapping"),
    ("- a", 1, "the file: must be a mapping"),
    ("just text", 1, "the file: must be a mapping"),
    (
        "documents:\n  a:\n    mentions:\n      have:\n        - {text: b}\n        - {text: [c]}",
        6,
        "item 2 > text: must be a text",
    ),
    (
        "documents:\n  a:\n    mentions: {have: [{text: }]}",
        3,
        "give at least one of text, label, entity, office",
    ),
    ('documents:\n  a:\n    dates: {have: [{text: ""}]}', 3, "must not be empty"),
    (
        "documents:\n  a: {claims: {have: [{known_failure: true}]}}",
        2,
        "give at least one of source, cue, type, content",
    ),
    ("documents:\n  a: {claims: {have: [{type: denail}]}}", 2, "'denial'"),
    ("documents:\n  a: {severity: fatal}", 2, "'error' or 'warn'"),
    ("documents:\n  a: {mentions: {have: [{text: b, known_failure: perhaps}]}}", 2, "must be true or false"),
    ("tables:\n  mentions: {min_rows: many}", 2, "must be a whole number"),
    ("tables:\n  mentions: {min_rows: -1}", 2, "must be at least 0"),
    ("tables:\n  mentions: {min_rows: 5, max_rows: 4}", 2, "the least (5) is above the greatest (4)"),
    ("tables:\n  mentions:\n    labels:\n      ORG: {}", 4, "give at least one limit"),
    ("tables:\n  people: {}", 2, "no such table"),
    ("tables:\n  mentoins: {}", 2, "no such table; did you mean 'mentions'?"),
    ("drift:\n  tables:\n    mentoins: {}", 3, "no such table; did you mean 'mentions'?"),
    ("drift:\n  tables:\n    mentions: {went: {}}", 3, "give at least one limit"),
    ("shares:\n  masked: {max: 5}", 2, "must be at most 1"),
    ("shares:\n  maksed: {max: 0.5}", 2, "did you mean 'masked'?"),
    ("documents:\n  a: {shares: {failures: {max: 0.5}}}", 2, "unknown key"),
    ("documents:\n  a: {}\n  a: {}", 3, "duplicate key 'a'"),
    ("documents:\n  a: [", 3, "is not YAML"),
    ("documents:\n\ta: {}", 2, "is not YAML: a tab stands where YAML wants spaces"),
    ("documents:\n  a:\n    claims: {have: Zz}", 3, "must be a list, e.g. [Zz]"),
    ("documents: &a {x: *a}", 1, "recursive"),
    ("? [a]\n: b", 1, "a key must be a text"),
]


@pytest.mark.parametrize(("text", "line", "says"), MISFITS)
def test_a_file_that_does_not_fit_is_named_with_the_line(
    text: str, line: int, says: str, out: Path, tmp_path: Path
) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert result.exit_code == 2
    assert f"expect.yml:{line}: " in result.output
    assert says in result.output
    assert "Traceback" not in result.output


LABELS = [
    ("tables:\n  mentions:\n    labels:\n      COMPNY: {max: 1}", 4, "did you mean 'COMPANY'?"),
    (
        "documents:\n  other:\n    mentions:\n      not:\n        - {text: a, label: COMAPNY}",
        5,
        "did you mean 'COMPANY'?",
    ),
    ("tables:\n  claims: {labels: {denail: {max: 1}}}", 2, "did you mean 'denial'?"),
    ("documents:\n  other: {dates: {labels: {DAET: {max: 1}}}}", 2, "did you mean 'DATE'?"),
    ("tables:\n  entities: {labels: {Robot: {max: 1}}}", 2, "no such label in entities"),
]


@pytest.mark.parametrize(("text", "line", "says"), LABELS)
def test_a_label_that_nothing_knows_is_no_expectation(
    text: str, line: int, says: str, out: Path, tmp_path: Path
) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert (result.exit_code, f"expect.yml:{line}: " in result.output, says in result.output) == (
        2,
        True,
        True,
    ), result.output


def test_a_label_of_a_rule_file_of_ones_own_is_known_once_it_occurs(tmp_path: Path) -> None:
    draft = Draft("a", "The Drone flew.")
    draft.section("The Drone flew.")
    draft.mention("Drone", "CRAFT", "drone")
    out = write_run(tmp_path / "out", [draft])
    assert (
        check(out, expect="tables: {mentions: {labels: {CRAFT: {max: 1}}}}", tmp_path=tmp_path).exit_code == 0
    )


def test_all_that_does_not_fit_is_said_at_once(out: Path, tmp_path: Path) -> None:
    text = "tables:\n" + "".join(
        f"  {name}: {{min_rows: x}}\n"
        for name in ("claims", "dates", "entities", "failures", "mentions", "sections")
    )
    result = check(out, expect=text, tmp_path=tmp_path)
    assert re.findall(r"expect\.yml:(\d)", result.output) == list("23456")
    assert "and 1 more" in result.output


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}"])
def test_an_empty_file_is_no_expectation(text: str, out: Path, tmp_path: Path) -> None:
    result = check(out, expect=text, tmp_path=tmp_path)
    assert (result.exit_code, "contains no expectations" in result.output) == (2, True)


def test_a_file_that_cannot_be_read(out: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes("documents: {é: {}}".encode("latin-1"))
    for name, says in (
        ("nowhere.yml", "does not exist"),
        (".", "cannot be read: Is a directory"),
        ("latin.yml", "cannot be read"),
    ):
        result = check(out, "--expect", str(tmp_path / name))
        assert (result.exit_code, says in result.output) == (2, True)


def test_a_run_of_another_form_a_missing_table_and_no_run(out: Path, tmp_path: Path) -> None:
    broken = write_run(tmp_path / "broken", [rule_draft()])
    for arguments in (["--out", str(broken)], ["--out", str(out), "--baseline", str(broken)]):
        whole = (broken / "run.json").read_text(encoding="utf-8")
        (broken / "run.json").write_text(
            whole.replace(f'"schema_version": {VERSION}', '"schema_version": 7'), encoding="utf-8"
        )
        result = CliRunner().invoke(app, ["check", *arguments])
        assert (result.exit_code, "schema version 7" in result.output) == (3, True)
        (broken / "run.json").write_text(whole, encoding="utf-8")
        (broken / "claims.parquet").rename(broken / "away")
        result = CliRunner().invoke(app, ["check", *arguments])
        assert (result.exit_code, "claims.parquet: cannot be read" in result.output) == (3, True)
        (broken / "away").rename(broken / "claims.parquet")
    for arguments in (["--out", str(tmp_path)], ["--out", str(out), "--baseline", str(tmp_path)]):
        result = CliRunner().invoke(app, ["check", *arguments])
        assert (result.exit_code, "no finished run" in result.output) == (3, True)
    assert "the earlier run: " in result.output


def test_a_run_of_failures_only(tmp_path: Path) -> None:
    out = write_run(tmp_path / "out", [], [LOST])
    result = check(out)
    assert result.exit_code == 0
    assert (
        "warn: empty: the run has no documents: 1 input failed\n    lens/broken.pdf: is no PDF\n"
        in result.output
    )
    result = check(
        out, expect="documents: {lens/broken: {}}\nshares: {masked: {max: 0.5}}", tmp_path=tmp_path
    )
    assert result.exit_code == 1
    assert "error: empty" in result.output
    assert "it failed: is no PDF" in result.output
    assert "1 skipped" in result.output


def test_a_table_that_is_not_sound_is_a_finding(tmp_path: Path) -> None:
    draft = rule_draft()
    draft.mentions[0] = replace(draft.mentions[0], text="Tarnwick  Optics")
    result = check(write_run(tmp_path / "out", [draft]))
    assert result.exit_code == 1
    assert "error: offsets: mentions.text: not the text at start:end" in result.output


def test_every_check_of_the_tables_has_its_name_in_the_list() -> None:
    source = (ROOT / "policy_news" / "checks" / "integrity.py").read_text(encoding="utf-8")
    assert set(re.findall(r'failed_check\(\s*"(\w+)"', source)) == set(integrity.CHECKS)


def test_the_labels_are_those_that_the_program_gives() -> None:
    from policy_news.checks.expectations import ClaimType as Expected
    from policy_news.nlp.claims.cue_lexicon import ClaimType

    assert set(get_args(ClaimType)) == labels.CLAIMS
    assert set(get_args(Expected)) == labels.CLAIMS


@pytest.mark.parametrize(
    "written", ["12:30", "0123", "2022-07", "2004", "no", "1_000", "0x1F", "1e3", ".5", "yes"]
)
def test_plain_values_are_what_is_written(written: str) -> None:
    assert parse_yaml(f"{written}: [{written}]")[0] == {written: [written]}


def test_every_line_of_the_samples_own_file_is_found() -> None:
    file = read_expectations(ROOT / "models" / "checks.yml")
    lines = (ROOT / "models" / "checks.yml").read_text(encoding="utf-8").splitlines()
    for doc_id, expected in file.expected.documents.items():
        line = file.places.line(("documents", doc_id))
        assert line is not None
        assert lines[line - 1].strip() == f"{doc_id}:"
        for number, item in enumerate(expected.mentions.have):
            line = file.places.line(("documents", doc_id, "mentions", "have", number))
            assert line is not None
            assert str(item.text) in lines[line - 1]


@given(
    st.lists(
        st.builds(Outcome, st.sampled_from("ab"), st.sampled_from("ab"), st.just("x"), line=st.integers(1, 9))
    )
)
def test_findings_count_every_failed_outcome_once(outcomes: list[Outcome]) -> None:
    failed = [outcome.fail("p", "o") if number % 3 else outcome for number, outcome in enumerate(outcomes)]
    findings = group_findings(failed)
    assert sum(found.count for found in findings) == sum(outcome.status == "failed" for outcome in failed)
    assert all(0 < len(found.offenders) <= min(5, found.count) for found in findings)
    assert len({(found.check, found.message) for found in findings}) == len(findings)


@given(st.text())
def test_white_space_counts_as_one_space(text: str) -> None:
    assert one_line(text) == one_line(text.replace(" ", "\n  "))
    assert one_line(one_line(text)) == one_line(text)


def test_a_deep_file_is_an_error_like_any_other(tmp_path: Path) -> None:
    deep = tmp_path / "deep.yml"
    deep.write_text("[" * 20_000, encoding="utf-8")
    with pytest.raises(ExpectationError, match="is not YAML"):
        read_expectations(deep)


def test_check_loads_neither_pandas_nor_spacy(out: Path) -> None:
    code = """
import sys
from policy_news.cli.main import main
try:
    main("check", [])
except SystemExit:
    pass
print([name for name in ("pandas", "spacy", "pyarrow.dataset") if name in sys.modules])
"""
    shown = subprocess.run(
        [sys.executable, "-c", code, "--out", out, "--expect", "models/checks.yml"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert shown.endswith("[]\n")
