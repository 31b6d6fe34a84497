"""Writes the tables of the documentation about the rule data: `python -m tools.reference.page docs/reference.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from policy_news.rules.lexicon import TERM_FOLDERS
from policy_news.rules.rule_files import RULES_DIR, read_rule_file, rule_files
from policy_news.rules.rule_models import OfficeFile, Sourced, TermFile
from tools.reference.manifest import REFERENCE_DIR, read_manifest
from tools.reference.tables import read_table

BEGIN, END = "<!-- written by tools.reference.page -->", "<!-- end -->"


def update(text: str) -> str:
    """Rewrite what stands between the marks of a page."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, "", *_sources(), "", *_counts(), "", END]) + after


def _sources() -> Iterator[str]:
    yield "| table | source | rows | known to | where to get it |"
    yield "| --- | --- | ---: | --- | --- |"
    for name, entry in sorted(read_manifest().items()):
        rows = len(read_table(REFERENCE_DIR / name, ()).rows)
        table = name.removesuffix(".csv").replace("_", "-")
        cells = (
            f"`{table}`",
            entry.title,
            f"{rows:,}",
            str(entry.known_to),
            entry.address,
        )
        yield f"| {' | '.join(cells)} |"


def _counts() -> Iterator[str]:
    yield "| rule data | rows | made from or compared with a source above | known to |"
    yield "| --- | ---: | ---: | --- |"
    keys = {entry.key for entry in read_manifest().values()}
    offices = [read_rule_file(path, OfficeFile) for path in rule_files(RULES_DIR / "offices")]
    british = [file for file in offices if "ifg" in file.sources]
    others = [file for file in offices if "ifg" not in file.sources]
    for name, files in (("offices, Great Britain", british), ("offices, others", others)):
        yield _row(f"{name}: terms of office", _sources_of_holders(files), keys, files)
    for folder in TERM_FOLDERS:
        terms = [read_rule_file(path, TermFile) for path in rule_files(RULES_DIR / folder)]
        yield _row(folder, _sources_of_terms(terms), keys, terms)


def _sources_of_holders(files: Iterable[OfficeFile]) -> list[str | None]:
    sources: list[str | None] = []
    for file in files:
        for office in file.offices:
            sources.extend(row.source for row in office.holders)
    return sources


def _sources_of_terms(files: Iterable[TermFile]) -> list[str | None]:
    sources: list[str | None] = []
    for file in files:
        sources.extend(term.source for term in file.terms)
    return sources


def _row(name: str, sources: list[str | None], keys: set[str], files: Iterable[Sourced]) -> str:
    share = sum(source in keys for source in sources) / max(len(sources), 1)
    days = sorted({str(file.known_to) for file in files})
    known = days[0]
    if len(days) > 1:
        known = f"{days[0]} to {days[-1]}"
    return f"| {name} | {len(sources):,} | {100 * share:.0f} % | {known} |"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(update(page.read_text(encoding="utf-8")), encoding="utf-8")
