"""Writes a check for programs: JSON with a stable schema, and JUnit XML for CI servers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from policy_news.checks.checked import Checked
from policy_news.checks.outcomes import Outcome
from policy_news.core.grouping import grouped
from policy_news.core.messages import printable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FORM_VERSION = 1
"""Version of the JSON. The same version may get new keys, but does not lose keys or change their meaning."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(checked: Checked) -> str:
    """Write the check as one JSON object; `docs/checks.md` describes it."""
    findings = checked.findings
    whole = {
        "version": FORM_VERSION,
        "out": str(checked.out),
        "expectations": None if checked.expectations is None else str(checked.expectations),
        "baseline": None if checked.baseline is None else str(checked.baseline),
        "summary": {
            "errors": sum(found.severity == "error" for found in findings),
            "warnings": sum(found.severity == "warn" for found in findings),
            "passed": checked.count("passed"),
            "failed": checked.count("failed"),
            "known_failures": checked.count("known_failure"),
            "skipped": checked.count("skipped"),
        },
        "findings": [asdict(found) for found in findings],
        "outcomes": [asdict(outcome) for outcome in checked.outcomes],
        "drift": _drift(checked),
        "notes": list(checked.notes),
    }
    return json.dumps(whole, indent=1, ensure_ascii=True)


def _drift(checked: Checked) -> dict[str, Any] | None:
    if checked.drift is None:
        return None
    tables = {}
    for name, table in checked.drift.tables.items():
        shown = asdict(table)
        shown.update(shown.pop("moved"))
        shown["labels"] = {
            label: {"before": before, "now": now} for label, (before, now) in table.labels.items()
        }
        tables[name] = shown
    return {"scope": checked.drift.scope, "same_texts": checked.drift.same_texts, "tables": tables}


@dataclass(frozen=True, slots=True)
class Case:
    """A test case.

    Attributes:
        name: Its title; a number is added to a title that repeats in its suite.
        state: `failure`, `warning`, `skipped`, or empty if it passed. A warning passes, with its text in `system-out`.
        message: What is wrong, or why it was skipped.
    """

    name: str
    about: str
    state: Literal["", "failure", "warning", "skipped"] = ""
    message: str = ""
    kind: str = ""
    text: str = ""


def write_junit(name: str, suites: Iterable[tuple[str, Sequence[Case]]]) -> str:
    """Write test cases as JUnit XML."""
    from xml.etree import ElementTree as ET

    root = ET.Element("testsuites", name=name)
    for title, cases in suites:
        states = Counter(case.state for case in cases)
        counts = {
            "tests": len(cases),
            "failures": states["failure"],
            "errors": 0,
            "skipped": states["skipped"],
        }
        # Servers refuse a suite without a time, and ours would differ from run to run.
        about = {"name": legal(title), **{key: str(count) for key, count in counts.items()}, "time": "0"}
        suite, seen = ET.SubElement(root, "testsuite", about), Counter[str]()
        for case in cases:
            own = legal(case.name)
            seen[own] += 1
            again = f" ({seen[own]})" if seen[own] > 1 else ""  # servers join cases with the same name
            element = ET.SubElement(
                suite, "testcase", name=own + again, classname=legal(case.about), time="0"
            )
            _add_result(element, case)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _add_result(element: Element, case: Case) -> None:
    from xml.etree import ElementTree as ET

    if case.state == "skipped":
        ET.SubElement(element, "skipped", message=legal(case.message))
    elif case.state == "failure":
        failure = ET.SubElement(element, "failure", message=legal(case.message), type=case.kind)
        failure.text = legal(case.text)
    elif case.state == "warning":
        ET.SubElement(element, "system-out").text = f"warning: {legal(case.text)}"


def to_junit(checked: Checked) -> str:
    """Write the check as JUnit XML: a test case for each expectation and each check of the tables; a known failure is skipped."""
    named = [(_suite(outcome), outcome) for outcome in checked.outcomes]
    suites = grouped((suite, _case(outcome, suite, checked)) for suite, outcome in named)
    return write_junit("pipeline check", suites.items())


def _suite(outcome: Outcome) -> str:
    """Return the suite of an outcome: a document, a table or the run; integrity checks have a suite of their own."""
    if outcome.line is None:
        return "tables"
    # The subject may be `DOCUMENT: TABLE`; that a document is there at all has the document as its name.
    subject = outcome.name if outcome.check == "documents" else outcome.subject
    return subject.split(": ")[0]


def _case(outcome: Outcome, suite: str, checked: Checked) -> Case:
    title, about = f"{outcome.check}: {outcome.name}", outcome.subject or suite
    if outcome.status in ("known_failure", "skipped"):
        return Case(title, about, "skipped", outcome.problem)
    if outcome.status != "failed":
        return Case(title, about)
    lines = [outcome.problem, *outcome.offenders]
    if outcome.count > len(outcome.offenders) > 0:
        lines.append(f"and {outcome.count - len(outcome.offenders)} more")
    if outcome.line:
        lines.append(f"{checked.expectations}:{outcome.line}")
    text = "\n".join(map(printable, lines))
    state: Literal["failure", "warning"] = "failure" if outcome.severity == "error" else "warning"
    return Case(title, about, state, outcome.problem, outcome.check, text)


def legal(text: str) -> str:
    """Replace the characters that XML does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
