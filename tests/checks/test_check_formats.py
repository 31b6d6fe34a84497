"""Forms of a check for programs: what they read is valid, says all, and nothing of an article is taken for a command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner, Result

from policy_news.checks.checked import Checked
from policy_news.checks.drift import WAYS, Drift, Moved, TableDrift
from policy_news.checks.github import MAX_SUMMARY, annotation_lines, command, log_lines, summary_markdown
from policy_news.checks.machine import to_json, to_junit
from policy_news.checks.outcomes import Outcome
from policy_news.cli.main import app
from policy_news.tables.schema import TABLES
from tests.support.invented_run import masked_draft, write_run

SCHEMA = etree.XMLSchema(
    etree.fromstring("""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="said" mixed="true"><xs:attribute name="message" use="required"/><xs:attribute name="type"/></xs:complexType>
  <xs:element name="testsuites"><xs:complexType><xs:sequence>
    <xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="testcase" maxOccurs="unbounded"><xs:complexType><xs:choice minOccurs="0">
        <xs:element name="skipped" type="said"/><xs:element name="failure" type="said"/><xs:element name="system-out" type="xs:string"/>
      </xs:choice>
        <xs:attribute name="name" use="required"/><xs:attribute name="classname" use="required"/>
        <xs:attribute name="time" type="xs:decimal"/>
      </xs:complexType></xs:element>
    </xs:sequence>
      <xs:attribute name="name" use="required"/><xs:attribute name="tests" type="xs:integer" use="required"/>
      <xs:attribute name="failures" type="xs:integer" use="required"/><xs:attribute name="errors" type="xs:integer" use="required"/>
      <xs:attribute name="skipped" type="xs:integer"/><xs:attribute name="time" type="xs:decimal"/>
    </xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="name"/></xs:complexType></xs:element>
</xs:schema>""")
)
"""What the common readers of JUnit XML agree on."""

EXPECT = """\
documents:
  lens/camera rule:
    mentions:
      have:
        - {text: Tarnwick Optics, label: COMPANY}
        - {text: Tarnwick Optics, label: ORG}
        - {text: Nobody, known_failure: true}
        - {text: Tarnwick Optics, label: GPE, severity: warn}
  gone: {claims: {have: [{source: x}]}}
tables:
  mentions: {max_rows: 1}
drift: {tables: {dates: {went: {max: 0}}}}
"""


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / "expect.yml").write_text(EXPECT, encoding="utf-8")
    return write_run(tmp_path / "out", [masked_draft()])


def check(form: str, *more: str) -> Result:
    result = CliRunner().invoke(
        app, ["check", "--out", "out", "--expect", "expect.yml", "--format", form, *more]
    )
    assert result.exit_code == 1, result.output
    return result


def test_json_has_the_documented_form(out: Path) -> None:
    whole = json.loads(check("json", "--baseline", "out").stdout)
    assert list(whole) == [
        "version",
        "out",
        "expectations",
        "baseline",
        "summary",
        "findings",
        "outcomes",
        "drift",
        "notes",
    ]
    assert [whole[key] for key in ("version", "out", "expectations", "baseline")] == [
        1,
        "out",
        "expect.yml",
        "out",
    ]
    assert whole["summary"] == {
        "errors": 3,
        "warnings": 1,
        "passed": 11,
        "failed": 4,
        "known_failures": 1,
        "skipped": 1,
    }
    assert whole["findings"][0] == {
        "check": "expected",
        "message": "lens/camera rule: mentions: rows that must be there are missing",
        "severity": "error",
        "offenders": ["line 6: text=Tarnwick Optics, label=ORG; there is label=COMPANY"],
        "count": 1,
        "line": 6,
    }
    assert len(whole["outcomes"]) == sum(
        whole["summary"][key] for key in ("passed", "failed", "known_failures", "skipped")
    )
    known = {
        "check": "expected",
        "subject": "lens/camera rule: mentions",
        "name": "text=Nobody",
        "status": "known_failure",
    }
    assert {
        **known,
        "severity": "error",
        "problem": "marked as a known failure",
        "offenders": [],
        "count": 0,
        "line": 7,
    } in whole["outcomes"]
    assert list(whole["drift"]) == ["scope", "same_texts", "tables"]
    assert whole["drift"]["tables"]["dates"] == {
        "before": 2,
        "now": 2,
        "labels": {},
        **{way: {"count": 0, "named": []} for way in ("came", "went", "changed")},
    }


def test_junit_has_a_test_case_for_each_expectation(out: Path) -> None:
    tree = etree.fromstring(check("junit").stdout.encode())
    SCHEMA.assertValid(tree)
    cases = {
        (case.get("classname"), case.get("name")): (case[0].tag if len(case) else "passed")
        for suite in tree
        for case in suite
    }
    assert {key: value for key, value in cases.items() if key[0] != "tables"} == {
        ("lens/camera rule", "documents: lens/camera rule"): "passed",
        ("lens/camera rule: mentions", "expected: text=Tarnwick Optics, label=COMPANY"): "passed",
        ("lens/camera rule: mentions", "expected: text=Tarnwick Optics, label=ORG"): "failure",
        ("lens/camera rule: mentions", "expected: text=Nobody"): "skipped",
        ("lens/camera rule: mentions", "expected: text=Tarnwick Optics, label=GPE"): "system-out",
        ("gone", "documents: gone"): "failure",
        ("gone: claims", "expected: source=x"): "skipped",
        ("mentions", "rows: number of rows"): "failure",
        ("dates", "drift: went"): "skipped",
    }
    assert [suite.get("name") for suite in tree] == [
        "tables",
        "lens/camera rule",
        "gone",
        "mentions",
        "dates",
    ]
    for suite in tree:
        for key, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
            assert int(suite.get(key, "")) == len(list(suite.iter(tag)))
    text = next(tree.iter("failure")).text or ""
    assert "there is label=COMPANY" in text
    assert "expect.yml:6" in text


def test_github_annotates_the_lines_of_the_file(out: Path) -> None:
    lines = check("github").stdout.splitlines()
    assert lines[0] == (
        "::error file=expect.yml,line=6,title=check%3A expected::lens/camera rule: mentions: rows that must be there are missing"
        "%0Aline 6: text=Tarnwick Optics, label=ORG; there is label=COMPANY"
    )
    assert [line.split()[0] for line in lines if line.startswith("::")] == ["::error"] * 3 + ["::warning"]
    assert lines[-1].startswith("check: 3 errors, 1 warning")


def test_github_shows_ten_and_puts_all_in_the_summary(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "".join(f"  gone {n}: {{severity: warn}}\n" for n in range(8))
    limits = "".join(f"  {name}: {{min_rows: 99, labels: {{}}}}\n" for name in TABLES)
    inside = "  lens/camera rule: {mentions: {min_rows: 99}, claims: {min_rows: 99}, dates: {min_rows: 99}}\n"
    Path("expect.yml").write_text(f"documents:\n{gone}{inside}tables:\n{limits}", encoding="utf-8")
    Path("summary.md").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    lines = check("github", "--baseline", "out").stdout.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == 10
    assert all(line.startswith("::error ") for line in commands)
    errors = len(TABLES) + 3
    assert sum(line.startswith("error: rows") for line in lines) == errors - len(commands)
    assert "warn: documents: expected documents are not in the run (expect.yml:2)" in lines
    assert lines[-1].startswith(f"check: {errors} errors, 1 warning ")
    summary = Path("summary.md").read_text(encoding="utf-8")
    assert summary.startswith(f"before\n### check: {errors} errors")
    assert summary.count("\n| error | rows |") == errors
    assert summary.count("\n| warn | documents |") == 1
    assert "and 3 more" in summary
    assert "**Drift**" in summary


def test_github_annotates_a_file_that_does_not_fit_and_a_run_that_is_not_there(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(Path.cwd().parent))
    Path("expect.yml").write_text("tables:\n  people: {}\n", encoding="utf-8")
    result = CliRunner().invoke(
        app, ["check", "--out", "out", "--expect", "expect.yml", "--format", "github"]
    )
    assert result.exit_code == 2
    assert result.stdout.startswith(
        f"::error file={Path.cwd().name}/expect.yml,line=2,title=check::expect.yml:2: tables > people: no such table"
    )
    result = CliRunner().invoke(app, ["check", "--out", "nowhere", "--format", "github"])
    assert result.exit_code == 3
    assert result.stdout.startswith("::error title=check::nowhere: no finished run")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Path.cwd()))
    result = CliRunner().invoke(app, ["check", "--out", "out", "--format", "github"])
    assert (result.exit_code, "cannot write the step summary" in result.stderr) == (3, True)


def test_an_unknown_form_is_an_error_of_use(out: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--out", "out", "--format", "xml"])
    assert (result.exit_code, "junit" in result.output) == (2, True)


def checked(words: str, number: int = 1) -> Checked:
    """A failed check whose every text comes from outside."""
    outcomes = [
        Outcome(f"c{n}", words, words, "failed", "error", words, (words, words), 9, n)
        for n in range(1, number + 1)
    ]
    outcomes.append(Outcome("s", words, words, "skipped", problem=words))
    table = TableDrift(1, 1, {way: Moved(7, [words]) for way in WAYS}, {words: (1, 2)})
    return Checked(tuple(outcomes), Path("out"), Path("e.yml"), None, Drift("all", 1, {"mentions": table}))


ANY = st.text(
    st.characters() | st.sampled_from("\x00\x1b\x85\u2028\ud800\r\n\t%:,<>&|`#[]@\\*_"), max_size=30
)
HOSTILE = [
    "::error::x",
    "##[error]x",
    " ::set-env name=A::b",
    "\n::stop-commands::x",
    "%0A::error::x",
    "]]>",
    "<script>",
    "a\x00b\ufffe",
    "@all #1",
]


@given(ANY | st.sampled_from(HOSTILE))
def test_any_text_gives_valid_json_and_xml(words: str) -> None:
    assert json.loads(to_json(checked(words)))["outcomes"][0]["offenders"] == [words, words]
    tree = etree.fromstring(to_junit(checked(words)).encode("utf-8", "surrogatepass"))
    SCHEMA.assertValid(tree)


@given(ANY | st.sampled_from(HOSTILE))
def test_no_text_becomes_a_command_of_github(words: str) -> None:
    whole = checked(words, 12)
    annotations, log = list(annotation_lines(whole)), list(log_lines(whole))
    assert len(annotations) == 10
    for line in annotations:
        parsed = re.fullmatch(r"::(error|warning) ((?:\w+=[^,:]*,?)+)::(.*)", line)
        assert parsed is not None, line
        assert set(re.findall(r"(\w+)=", parsed[2])) >= {"file", "line", "title"}
    assert not any(line.lstrip().startswith("::") for line in log)
    for line in annotations + log:
        assert len(line.splitlines()) == 1
        assert "##[" not in line


@given(ANY)
def test_a_command_can_be_read_back(words: str) -> None:
    line = command("error", words.replace("##[", ""), "e.yml", 3, "t")
    message = line.split("::", 2)[2]
    assert message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%") == words.replace("##[", "")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a|b", "a\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("@all", "@<!-- -->all"),
        ("`x`", "\\`x\\`"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_the_summary_shows_texts_as_they_are(words: str, shown: str) -> None:
    row = next(line for line in summary_markdown(checked(words)).splitlines() if line.startswith("| error"))
    assert row == f"| error | c1 | {shown}: {shown}<br>{shown}<br>{shown}<br>and 7 more | 1 |"


def test_a_summary_that_github_would_refuse_is_cut() -> None:
    long = summary_markdown(checked("x" * 500, 900))
    assert len(long.encode()) < MAX_SUMMARY + 200
    assert long.endswith("The rest was cut: see the log of the step or `--format json`.\n")


def test_text_obeys_no_escape_of_an_article(tmp_path: Path) -> None:
    from policy_news.checks.plain_text import drift_lines, finding_lines

    whole: Any = checked("a\x1b[2Jb\u202e")
    assert all(line.isprintable() for line in [*finding_lines(whole), *drift_lines(whole.drift)])
