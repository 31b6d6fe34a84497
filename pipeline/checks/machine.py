"""Writes a check for programs: JSON with a stable schema, and JUnit XML for CI servers."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.checks.outcomes import Outcome
from pipeline.checks.result import Checked
from pipeline.core.messages import printable

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


def to_junit(checked: Checked) -> str:
    """Write the check as JUnit XML: a test case for each expectation and each check of the tables.

    A warning passes, with its text in `system-out`; a known failure is skipped.
    """
    from xml.etree import ElementTree as ET

    suites = ET.Element("testsuites", name="pipeline check")
    groups: dict[str, list[Outcome]] = {}
    for outcome in checked.outcomes:
        groups.setdefault(_suite(outcome), []).append(outcome)
    for name, outcomes in groups.items():
        suites.append(_suite_element(ET.Element("testsuite"), name, outcomes, checked))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _suite(outcome: Outcome) -> str:
    """Return the suite of an outcome: a document, a table or the run; integrity checks have a suite of their own."""
    if outcome.line is None:
        return "tables"
    # The subject may be `DOCUMENT: TABLE`; that a document is there at all has the document as its name.
    subject = outcome.subject
    if outcome.check == "documents":
        subject = outcome.name
    return legal(subject.split(": ")[0])


def _suite_element(suite: Element, name: str, outcomes: list[Outcome], checked: Checked) -> Element:
    from xml.etree import ElementTree as ET

    failures = sum(_fails(outcome) for outcome in outcomes)
    skipped = sum(outcome.status in ("known_failure", "skipped") for outcome in outcomes)
    suite.set("name", name)
    suite.set("tests", str(len(outcomes)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", str(skipped))
    suite.set("time", "0")  # servers refuse a suite without a time, and ours would differ from run to run
    seen: Counter[str] = Counter()
    for outcome in outcomes:
        title = legal(f"{outcome.check}: {outcome.name}")
        seen[title] += 1
        again = ""
        if seen[title] > 1:
            again = f" ({seen[title]})"  # servers join cases with the same name
        case = ET.SubElement(
            suite, "testcase", name=title + again, classname=legal(outcome.subject or name), time="0"
        )
        _result(case, outcome, checked)
    return suite


def _fails(outcome: Outcome) -> bool:
    return outcome.status == "failed" and outcome.severity == "error"


def _result(case: Element, outcome: Outcome, checked: Checked) -> None:
    from xml.etree import ElementTree as ET

    if outcome.status in ("known_failure", "skipped"):
        ET.SubElement(case, "skipped", message=legal(outcome.problem))
    elif outcome.status == "failed":
        lines = [outcome.problem, *outcome.offenders]
        if outcome.count > len(outcome.offenders) > 0:
            lines.append(f"and {outcome.count - len(outcome.offenders)} more")
        if outcome.line:
            lines.append(f"{checked.expectations}:{outcome.line}")
        text = "\n".join(legal(printable(line)) for line in lines)
        if _fails(outcome):
            ET.SubElement(case, "failure", message=legal(outcome.problem), type=outcome.check).text = text
        else:
            ET.SubElement(case, "system-out").text = f"warning: {text}"


def legal(text: str) -> str:
    """Replace the characters that XML does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
