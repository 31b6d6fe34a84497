"""Writes terms of office into the office files: replaces the rows of a source, and keeps everything written by hand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import DataSource, Holder, Office, OfficeFile
from tools.reference.british_offices import Term
from tools.reference.manifest import Reference

_OFFICE = re.compile(r"  - id: (\S+)$")
_HEAD = re.compile(r"(known_to|sources):")
LONGEST_OVERLAP = dt.timedelta(days=31)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """New text of an office file.

    Attributes:
        changes: Rows that were added (`+`) and removed (`-`).
        problems: Rows of two persons at once in an office for one.
    """

    path: Path
    text: str
    changes: tuple[str, ...]
    problems: tuple[str, ...]


def rewrite(path: Path, terms: Mapping[str, Sequence[Term]], reference: Reference) -> Rewritten | None:
    """Replace the rows of a source in a file.

    Args:
        path: The office file.
        terms: Terms of the source by office.
        reference: The source.

    Returns:
        The new text; None if the file has no office of that source.

    Raises:
        RuleError: The file is wrong.
    """
    file = read_rule_file(path, OfficeFile)
    offices = {office.id: office for office in file.offices}
    if terms.keys().isdisjoint(offices):
        return None
    lines: list[str] = []
    changes: list[str] = []
    problems: list[str] = []
    for name, block in _blocks(path.read_text(encoding="utf-8").splitlines()):
        if name is None:
            lines += with_source(block, file.sources, reference)
            continue
        office = offices[name]
        hand = [holder for holder in office.holders if holder.source != reference.key]
        made = _fit(office, terms.get(name, ()), hand, reference, problems)
        lines += [line for line in block if not line.startswith(("    holders:", "      - {person:"))]
        if made:
            lines += ["    holders:", *map(write_holder, made)]
        else:
            lines.append("    holders: []")
        changes += _compare(name, office.holders, made)
    return Rewritten(path, "\n".join(lines) + "\n", tuple(changes), tuple(problems))


def _blocks(lines: Iterable[str]) -> Iterator[tuple[str | None, list[str]]]:
    """Yield the head of a file, then the id and lines of each office."""
    name: str | None = None
    block: list[str] = []
    for line in lines:
        found = _OFFICE.match(line)
        if found:
            yield name, block
            name, block = found[1], []
        block.append(line)
    yield name, block


def with_source(lines: Iterable[str], sources: Mapping[str, DataSource], reference: Reference) -> list[str]:
    """Return the lines of a file, or of its head, with a source among its sources, and its horizon.

    Args:
        lines: The lines.
        sources: What the file has already.
        reference: The source.
    """
    told = {**sources, reference.key: reference.source()}
    plain = {key: told[key].model_dump(exclude_none=True) for key in sorted(told)}
    kept = [line for line in lines if not _HEAD.match(line)]
    place = next(i for i, line in enumerate(kept) if line in ("offices:", "terms:"))
    return [*kept[:place], f"known_to: {reference.known_to}", f"sources: {flow(plain)}", *kept[place:]]


def _fit(
    office: Office, terms: Sequence[Term], hand: Sequence[Holder], reference: Reference, problems: list[str]
) -> list[Holder]:
    """Merge the rows of an office from the source with those written by hand.

    The source wins over a row by hand if it has the same person in that office at the time.
    """
    made = [
        Holder.model_validate({"person": t.person, "from": t.start, "to": t.end, "source": reference.key})
        for t in terms
    ]
    kept = [row for row in hand if not any(row.person == one.person and _meet(row, one) for one in made)]
    rows = sorted([*made, *kept], key=lambda row: (row.start, row.person))
    if office.shared:
        return rows
    return _cut(office, rows, reference, problems)


def _meet(one: Holder, other: Holder) -> bool:
    return (one.end is None or other.start <= one.end) and (other.end is None or one.start <= other.end)


def _cut(office: Office, rows: Sequence[Holder], reference: Reference, problems: list[str]) -> list[Holder]:
    """Allow one holder at a time: where two rows overlap by a few days, the later one's first day is the day of handover."""
    done: list[Holder] = []
    for row in rows:
        if done and done[-1].start < row.start and _meet(done[-1], row):
            before = done[-1]
            # A row by hand may be newer than the source, which then only lacks the end of the one before.
            late = before.end is None and row.start > reference.known_to
            if not late and (before.end or dt.date.max) - row.start > LONGEST_OVERLAP:
                problems.append(f"{office.id}: {before.person} and {row.person} both hold it on {row.start}")
            done[-1] = before.model_copy(update={"end": row.start - DAY})
        done.append(row)
    return done


def write_holder(holder: Holder) -> str:
    """Write a row as it stands in a file."""
    keys = {"person": holder.person, "from": holder.start, "to": holder.end, "source": holder.source}
    keys |= {"day": holder.day, "confidence": holder.confidence}
    return f"      - {flow({key: value for key, value in keys.items() if value is not None})}"


def flow(value: object) -> str:
    """Write a value in one line of YAML."""
    return yaml.safe_dump(
        value, default_flow_style=True, width=1_000_000, allow_unicode=True, sort_keys=False
    ).strip()


def _compare(name: str, old: Sequence[Holder], new: Sequence[Holder]) -> Iterator[str]:
    before = {(row.person, row.start, row.end) for row in old}
    after = {(row.person, row.start, row.end) for row in new}
    for sign, rows in (("-", before - after), ("+", after - before)):
        for person, start, end in sorted(rows, key=lambda row: (row[1], row[0])):
            yield f"{sign} {name}: {person}, {start} to {end or 'now'}"
