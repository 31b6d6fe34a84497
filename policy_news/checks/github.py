"""A check as GitHub shows it: annotations at the lines of the file of expectations, and a summary of the step."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from policy_news.checks.checked import Checked
from policy_news.checks.drift import WAYS, Drift
from policy_news.checks.outcomes import Finding
from policy_news.checks.plain_text import (
    drift_lines,
    label_counts,
    moved_lines,
    offender_lines,
    summary_line,
    where,
)
from policy_news.core.errors import PipelineError
from policy_news.core.messages import printable

MAX_ANNOTATIONS = 10
"""GitHub shows at most this many per step."""
MAX_SUMMARY = 1_000_000
"""Bytes of a summary; GitHub refuses one of more than 1 MiB."""
SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
_COMMANDS = {"error": "error", "warn": "warning"}
_MARKDOWN = re.compile(r"[\\`*_\[\]|~#]")
"""Characters with a meaning in Markdown."""


def annotation_lines(checked: Checked) -> Iterator[str]:
    """Workflow commands for the first findings, errors first."""
    for found in _by_severity(checked)[:MAX_ANNOTATIONS]:
        message = "\n".join([printable(found.message), *offender_lines(found)])
        file = str(checked.expectations) if found.line else ""
        yield command(_COMMANDS[found.severity], message, file, found.line, f"check: {found.check}")


def log_lines(checked: Checked) -> Iterator[str]:
    """Yield what the log shows besides the annotations: findings beyond the limit, drift, the summary."""
    for found in _by_severity(checked)[MAX_ANNOTATIONS:]:
        yield _harmless(f"{found.severity}: {found.check}: {printable(found.message)}{where(checked, found)}")
        yield from (_harmless(f"    {line}") for line in offender_lines(found))
    yield from map(_harmless, drift_lines(checked.drift) if checked.drift else ())
    yield from (_harmless(f"note: {note}") for note in checked.notes)
    yield summary_line(checked)


def _harmless(line: str) -> str:
    """Return a line of the log that is not a workflow command, whatever a document contains."""
    line = line.replace("##[", "# #[")  # the older form of a command, which works anywhere in a line
    # The newer form works only at the start of a line; GitHub skips blanks before it.
    if line.lstrip().startswith("::"):
        return f"    ' {line.lstrip()}"
    return line


def error_line(error: PipelineError, file: str = "", line: int | None = None) -> str:
    """Format the error that stopped a check as a workflow command.

    Args:
        file: File that it is about, if any.
    """
    return command("error", str(error), file, line, "check")


def command(name: str, message: str, file: str, line: int | None, title: str) -> str:
    """Format a workflow command, escaped so that the text of a document cannot become a command.

    Args:
        name: `error`, `warning` or `notice`.
        file: File to annotate; empty for none.
    """
    properties = []
    if file:
        properties.append(f"file={_escape_property(_in_repository(file))}")
    if line:
        properties.append(f"line={line}")
    if title:
        properties.append(f"title={_escape_property(title)}")
    return f"::{name} {','.join(properties)}::{_escape(message)}"


def _escape(text: str) -> str:
    # `##[` opens a command of the older form anywhere in a line.
    text = text.replace("##[", "# #[")
    # The per cent sign first: it is what the others are escaped with.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def _in_repository(file: str) -> str:
    """Return the path relative to the root of the repository, if the file is in it."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    path = Path(file).resolve()
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return file


def _by_severity(checked: Checked) -> list[Finding]:
    return sorted(checked.findings, key=lambda found: found.severity != "error")


def summary_markdown(checked: Checked) -> str:
    """Return all findings and the drift in Markdown, cut at the size that GitHub accepts."""
    lines = [f"### {summary_line(checked)}", ""]
    if checked.findings:
        lines += ["| severity | check | what | line |", "| --- | --- | --- | --- |"]
        for found in _by_severity(checked):
            what = "<br>".join(map(_markdown, [printable(found.message), *offender_lines(found)]))
            lines.append(f"| {found.severity} | {found.check} | {what} | {found.line or ''} |")
        lines.append("")
    if checked.drift is not None:
        lines += _drift(checked.drift)
    return _cut("\n".join(lines) + "\n")


def _drift(drift: Drift) -> Iterator[str]:
    yield f"**Drift**: {drift.same_texts} documents have the same text in both runs; scope `{drift.scope}`."
    yield ""
    yield "| table | before | now | came | went | changed | labels |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, table in drift.tables.items():
        counts = " | ".join(str(table.moved[way].count) for way in WAYS)
        yield f"| {name} | {table.before} | {table.now} | {counts} | {_markdown(label_counts(table))} |"
    yield ""
    for name, table in drift.tables.items():
        rows = list(moved_lines(table))
        if rows:
            yield f"<details><summary>{name}</summary>"
            yield ""
            yield from (f"- {_markdown(row)}" for row in rows)
            yield ""
            yield "</details>"
            yield ""


def _markdown(text: str) -> str:
    """Return text without a meaning in Markdown or HTML, and without mentions of accounts."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = text.replace("@", "@<!-- -->")  # else `@name` notifies the account of that name
    if text.startswith(("+", "-")):
        return f"\\{text}"
    return text


def _cut(text: str) -> str:
    data = text.encode("utf-8", "replace")
    if len(data) <= MAX_SUMMARY:
        return text
    # At the end of a line, so that no row of a table and no character is cut in two.
    whole = data[:MAX_SUMMARY].rsplit(b"\n", 1)[0].decode("utf-8", "ignore")
    return f"{whole}\n\nThe rest was cut: see the log of the step or `--format json`.\n"


def write_summary(checked: Checked, environment: Mapping[str, str]) -> None:
    """Append the summary to the file that GitHub names, if it names one."""
    if target := environment.get(SUMMARY_VARIABLE):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(summary_markdown(checked))
