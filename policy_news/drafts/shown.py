"""Findings as they are shown: as text, JSON lines, JUnit XML and annotations of GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from policy_news.checks.machine import Case, write_junit
from policy_news.core.errors import ArgumentError
from policy_news.core.messages import counted, printable, suggest
from policy_news.drafts.draft_report import DraftReport
from policy_news.drafts.finding import GOOD, MEANINGS, DraftFinding
from policy_news.tables.claim_words import with_name

WIDTH = 100
"""Characters of a text that are shown."""
_LINED = frozenset({".txt", ".md"})
"""Endings of files whose lines are those of the text."""


def read_failing(told: str) -> frozenset[str]:
    """Return the verdicts that are named in a list with commas.

    Raises:
        ArgumentError: One of them does not exist.
    """
    names = [name.strip() for name in told.split(",") if name.strip()]
    for name in names:
        if name not in MEANINGS:
            raise ArgumentError(f"--fail-on: unknown verdict '{name}'{suggest(name, MEANINGS)}", f"Verdicts: {', '.join(MEANINGS)}.")  # fmt: skip
    return frozenset(names)


@dataclass(frozen=True)
class Verified:
    """Drafts with their findings.

    Attributes:
        reports: One for each draft, in order.
        failing: Verdicts by which a draft fails.
    """

    reports: Sequence[DraftReport]
    failing: Collection[str]

    def fails(self, finding: DraftFinding) -> bool:
        """Return whether a draft fails by a finding."""
        return finding.fails(self.failing)

    def summary(self) -> str:
        """Return all drafts in one line."""
        verdicts = Counter(finding.verdict for report in self.reports for finding in report.findings)
        told = ", ".join(
            f"{verdicts[verdict]} {verdict.replace('_', ' ')}" for verdict in MEANINGS if verdicts[verdict]
        )
        return f"verify: {counted(len(self.reports), 'draft')}: {told or 'nothing to verify'}"


def text_lines(verified: Verified) -> Iterator[str]:
    """Yield all findings for a person."""
    for draft in verified.reports:
        yield printable(draft.file)
        for finding in draft.findings:
            who = f" ({printable(finding.speaker)})" if finding.speaker else ""
            at = f"line {_line(draft, finding)}"
            yield f"  {at:<10}{finding.verdict.replace('_', ' '):<15}{finding.kind:<11}{short(finding.text)}{who}"
            told = _good_lines(finding) if finding.verdict in GOOD else detail_lines(finding)
            yield from (f"            {line}" for line in told)
        foreign = [one.line for one in draft.sentences if not one.is_english]
        yield from (f"  line {line}: not English, so nothing is said of it" for line in foreign)
        yield from (f"  line {draft.text.count(chr(10), 0, at) + 1}: a quotation mark is not closed" for at in draft.unclosed)  # fmt: skip
    yield verified.summary()


def _good_lines(finding: DraftFinding) -> Iterator[str]:
    """Yield what is to be known of what the documents have: for other words also the claim itself."""
    yield from map(printable, finding.notes)
    if finding.verdict == "supported":
        yield from islice(_place_lines(finding), 1)


def detail_lines(finding: DraftFinding) -> Iterator[str]:
    """Yield what differs, what else is to be known, and where documents have it."""
    told = [change_in_words(*change) for change in finding.difference if finding.kind != "paraphrase"]
    for line in (", ".join(told), "; ".join(finding.notes)):
        if line:
            yield printable(line)
    yield from _place_lines(finding)


def _place_lines(finding: DraftFinding) -> Iterator[str]:
    """Yield where documents have it: the words of a quotation, else the claim, which without its verb could be the contrary."""
    for place in finding.places:
        words = place.text if finding.kind == "quotation" else place.reported or place.text
        about = ", ".join(filter(None, (place.doc_id, place.day)))
        yield f"{printable(about)}: {short(with_name(words, place.speaker or ''))}"


def change_in_words(operation: str, draft: str, pile: str) -> str:
    """Return a difference in words."""
    if operation == "insert":
        return f"added '{draft}'"
    return f"'{draft}' for '{pile}'" if draft else f"left out '{pile}'"


def short(text: str) -> str:
    """Return a text in one line, cut in the middle if it is long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= WIDTH else f"{line[: WIDTH * 2 // 3]} ... {line[-WIDTH // 3 + 5 :]}"


def _line(draft: DraftReport, finding: DraftFinding) -> int:
    return draft.text.count("\n", 0, finding.start) + 1


def json_lines(verified: Verified) -> Iterator[str]:
    """Yield each finding as a JSON object."""
    for draft in verified.reports:
        yield from (json.dumps(finding.row(), ensure_ascii=True) for finding in draft.findings)


def record_lines(verified: Verified) -> Iterator[str]:
    """Yield each sentence as a JSON object."""
    for draft in verified.reports:
        yield from (json.dumps(row, ensure_ascii=True) for row in draft.rows())


def to_junit(verified: Verified) -> str:
    """Return a test suite for each draft, a case for each finding."""
    suites: list[tuple[str, list[Case]]] = []
    for draft in verified.reports:
        cases: list[Case] = []
        suites.append((draft.file, cases))
        for one in draft.findings:
            state: Literal["", "failure", "warning"] = "" if one.verdict in GOOD else "warning"
            if verified.fails(one):
                state = "failure"
            name, message = f"{one.kind} at {one.start}: {short(one.text)}", _message(one)
            lines = "\n".join([message, *detail_lines(one)])
            cases.append(Case(name, draft.file, state, message, one.verdict, lines))
    return write_junit("pipeline verify", suites)


def _message(finding: DraftFinding) -> str:
    return f"{finding.verdict}: {short(finding.text)} ({MEANINGS[finding.verdict]})"


def github_lines(verified: Verified) -> Iterator[str]:
    """Annotations of the first findings that ask for something, those by which a draft fails first; then the summary."""
    # Imported here, as hardly any other output needs what it loads.
    from policy_news.checks.github import MAX_ANNOTATIONS, command

    open_ones = [
        (draft, one) for draft in verified.reports for one in draft.findings if one.verdict not in GOOD
    ]
    open_ones.sort(key=lambda pair: not verified.fails(pair[1]))
    for draft, finding in open_ones[:MAX_ANNOTATIONS]:
        name = "error" if verified.fails(finding) else "warning"
        line = _line(draft, finding) if Path(draft.file).suffix.lower() in _LINED else None
        message = "\n".join([_message(finding), *detail_lines(finding)])
        yield command(name, message, draft.file, line, f"verify: {finding.verdict}")
    yield verified.summary()
