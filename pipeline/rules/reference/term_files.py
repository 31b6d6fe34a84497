"""Writes terms of a source into files of terms: a line each; what is written by hand in a line stays."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.rules.reading import read_rule_file, rule_files
from pipeline.rules.reference.manifest import Reference
from pipeline.rules.reference.office_files import flow
from pipeline.rules.schema import Source, Term, TermFile

_LINE = re.compile(r"( {0,4}- )\{id: ([a-z0-9.-]+),")
_HEAD = re.compile(r"(known_to|sources):")
FOLDERS = ("companies", "committees", "departments", "organisations")
ORDER = ("id", "name", "legal", "aliases", "acronyms", "any_case", "shared", "near", "common")
"""Keys of a line in their order; the others follow."""
MADE = frozenset({"name", "legal", "country", "sector", "parent", "from", "to", "source"})
"""Keys that a source decides; the others of a line are added to, never taken away."""


@dataclass(frozen=True, slots=True)
class Known:
    """A term of the rule data, with the file that has it."""

    path: Path
    label: str
    term: Term


def read_known(rules: Path) -> list[Known]:
    """All terms but places."""
    found = []
    for path in (path for folder in FOLDERS for path in rule_files(rules / folder)):
        file = read_rule_file(path, TermFile)
        found += [Known(path, file.label, term) for term in file.terms]
    return found


def plain(name: str) -> str:
    """A name as it is compared: letters and digits in lower case, without article and the Crown."""
    text = name.lower().replace("&", "and").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub(r"^(?:the|hm|uk|her majesty's|his majesty's) ", "", text)
    return re.sub(r"[^a-z0-9]", "", text)


def as_line(lead: str, keys: Mapping[str, Any]) -> str:
    """A term in one line."""
    rest = sorted(keys.keys() - set(ORDER), key=list(keys).index)
    ordered = {key: keys[key] for key in (*ORDER, *rest) if keys.get(key) not in (None, [], "", False)}
    return lead + flow(ordered)


def rewrite_file(
    text: str, terms: Mapping[str, Mapping[str, Any]], reference: Reference
) -> tuple[str, list[str]]:
    """A file that a source makes, and what changed: each term of the source, its hand-written keys kept, sorted by id.

    A term that the source has no more keeps its line: texts go on to name it.

    Args:
        text: The file.
        terms: Keys of the terms by id.
        reference: The source.
    """
    head, lines = _cut(text)
    changes = []
    for key, made in terms.items():
        new = {"id": key, **made, "source": reference.key}
        old = _parse(lines[key]) if key in lines else {}
        for name, value in old.items():
            if name not in MADE and isinstance(value, list):
                new[name] = [*value, *(more for more in new.get(name, []) if more not in value)]
            elif name not in MADE:
                new[name] = value
        line = as_line("- ", new)
        if key in lines and line != lines[key]:
            changes.append(f"- {lines[key][2:]}")
        if line != lines.get(key):
            changes.append(f"+ {line[2:]}")
        lines[key] = line
    body = [lines[key] for key in sorted(lines)]
    return "\n".join([*_with_source(head, reference), *body]) + "\n", changes


def without_clashes(
    terms: Mapping[str, Mapping[str, Any]], known: Iterable[Known], problems: list[str]
) -> dict[str, dict[str, Any]]:
    """The terms without names that entries by hand or earlier terms have; one whose id or name is taken is left out and told.

    Args:
        terms: Keys of the terms by id.
        known: The terms at hand.
        problems: Takes what is left out.
    """
    known = list(known)
    ids = {one.term.id for one in known}
    owner = {name: one.term.id for one in known for name in one.term.names()}
    shared = {name for one in known for name in one.term.shared}
    fitting: dict[str, dict[str, Any]] = {}
    for key, made in terms.items():
        if key in ids:
            continue
        if made["name"] in owner:
            problems.append(f"{key}: {made['name']} is an entry by hand already; left out")
            continue
        kept = dict(made)
        for group in ("legal", "aliases", "acronyms"):
            kept[group] = [name for name in dict.fromkeys(made.get(group, [])) if name not in owner]
            owner.update(dict.fromkeys(kept[group], key))
        kept["shared"] = [name for name in made.get("shared", []) if name not in owner or name in shared]
        owner[made["name"]] = key
        fitting[key] = kept
    return fitting


def _cut(text: str) -> tuple[list[str], dict[str, str]]:
    head = [line for line in text.splitlines() if not _LINE.match(line)]
    found = [(match[2], line) for line in text.splitlines() if (match := _LINE.match(line))]
    return head, dict(found)


def _parse(line: str) -> dict[str, Any]:
    import yaml

    data: list[dict[str, Any]] = yaml.load(line, Loader=yaml.BaseLoader)  # noqa: S506 - makes strings and lists alone
    return {key: value == "true" if key == "common" else value for key, value in data[0].items()}


def _with_source(
    head: Iterable[str], reference: Reference, sources: Mapping[str, Source] | None = None
) -> list[str]:
    told = {**(sources or {}), reference.key: reference.source()}
    plain_told = {key: told[key].model_dump(exclude_none=True) for key in sorted(told)}
    kept = [line for line in head if not _HEAD.match(line)]
    place = kept.index("terms:")
    return [*kept[:place], f"known_to: {reference.known_to}", f"sources: {flow(plain_told)}", *kept[place:]]


def set_ends(path: Path, ends: Mapping[str, dt.date], reference: Reference) -> tuple[str, list[str]]:
    """A file with the last days of terms that have none, and what changed.

    Args:
        path: The file.
        ends: Last day by id.
        reference: The source.
    """
    file = read_rule_file(path, TermFile)
    lines, changes = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match and match[2] in ends:
            line = f"{line.rstrip()[:-1]}, to: {ends[match[2]]}" + "}"
            changes.append(f"+ {match[2]}: to {ends[match[2]]}")
        lines.append(line)
    sources = {key: value for key, value in file.sources.items() if key != reference.key}
    kept = [line for line in lines if not _HEAD.match(line)]
    start = kept.index("terms:") + 1
    return "\n".join([*_with_source(kept[:start], reference, sources), *kept[start:]]) + "\n", changes
