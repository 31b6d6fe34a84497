"""Writes terms of a source into files of terms, one line each; keys written by hand stay."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_news.rules.rule_files import read_rule_file, rule_files
from policy_news.rules.rule_models import Term, TermFile
from tools.reference.manifest import Reference
from tools.reference.office_files import flow, with_source

_LINE = re.compile(r"( {0,4}- )\{id: ([a-z0-9.-]+),")
FOLDERS = ("companies", "committees", "departments", "organisations")
ORDER = ("id", "name", "legal", "aliases", "acronyms", "any_case", "shared", "near", "common")
"""Keys of a line in order; the others follow."""
MADE = frozenset({"name", "legal", "country", "sector", "parent", "from", "to", "source"})
"""Keys that a source decides; values of other keys are only added, never removed."""


@dataclass(frozen=True, slots=True)
class Known:
    """A term of the rule data with its file."""

    path: Path
    label: str
    term: Term


def read_known(rules: Path) -> list[Known]:
    """Read all terms except places."""
    found: list[Known] = []
    for folder in FOLDERS:
        for path in rule_files(rules / folder):
            file = read_rule_file(path, TermFile)
            found += [Known(path, file.label, term) for term in file.terms]
    return found


def plain(name: str) -> str:
    """Reduce a name for comparison: letters and digits in lower case, without article and the Crown."""
    text = name.lower().replace("&", "and").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub(r"^(?:the|hm|uk|her majesty's|his majesty's) ", "", text)
    return re.sub(r"[^a-z0-9]", "", text)


def as_line(lead: str, keys: Mapping[str, Any]) -> str:
    """Write a term in one line."""
    rest = sorted(keys.keys() - set(ORDER), key=list(keys).index)
    ordered = {key: keys[key] for key in (*ORDER, *rest) if keys.get(key) not in (None, [], "", False)}
    return lead + flow(ordered)


def rewrite_file(
    text: str, terms: Mapping[str, Mapping[str, Any]], reference: Reference
) -> tuple[str, list[str]]:
    """Rewrite a file from a source.

    A term that the source no longer has keeps its line, because texts still name it.

    Args:
        text: The file.
        terms: Keys of the terms of the source by id.
        reference: The source.

    Returns:
        The new text, sorted by id, with the keys written by hand; and the lines that changed.
    """
    head, lines = _cut(text)
    changes: list[str] = []
    for key, made in terms.items():
        new = {"id": key, **made, "source": reference.key}
        if key in lines:
            _keep_hand_written(new, _parse(lines[key]))
        line = as_line("- ", new)
        if line != lines.get(key):
            if key in lines:
                changes.append(f"- {lines[key][2:]}")
            changes.append(f"+ {line[2:]}")
        lines[key] = line
    body = [lines[key] for key in sorted(lines)]
    return "\n".join([*with_source(head, {}, reference), *body]) + "\n", changes


def _keep_hand_written(new: dict[str, Any], old: Mapping[str, Any]) -> None:
    """Carry over the keys that the source does not decide; lists get the new values after the old ones."""
    for name, value in old.items():
        if name in MADE:
            continue
        if isinstance(value, list):
            value = [*value, *(more for more in new.get(name, []) if more not in value)]
        new[name] = value


def without_clashes(
    terms: Mapping[str, Mapping[str, Any]], known: Iterable[Known], problems: list[str]
) -> dict[str, dict[str, Any]]:
    """Remove names that entries by hand or earlier terms already have.

    Args:
        terms: Keys of the terms by id.
        known: The existing terms.
        problems: Receives the terms that are left out because their main name is taken.

    Returns:
        The terms that can be written, by id.
    """
    ids: set[str] = set()
    owner: dict[str, str] = {}
    shared: set[str] = set()
    for one in known:
        ids.add(one.term.id)
        owner.update(dict.fromkeys(one.term.names(), one.term.id))
        shared.update(one.term.shared)
    fitting: dict[str, dict[str, Any]] = {}
    for key, made in terms.items():
        if key in ids:
            continue
        if made["name"] in owner:
            problems.append(f"{key}: {made['name']} is an entry by hand already; left out")
            continue
        fitting[key] = _without_owned(key, made, owner, shared)
    return fitting


def _without_owned(
    key: str, made: Mapping[str, Any], owner: dict[str, str], shared: Collection[str]
) -> dict[str, Any]:
    """Return a term without names that have an owner, and make it the owner of those that are left."""
    kept = dict(made)
    for group in ("legal", "aliases", "acronyms"):
        kept[group] = [name for name in dict.fromkeys(made.get(group, [])) if name not in owner]
        owner.update(dict.fromkeys(kept[group], key))
    kept["shared"] = [name for name in made.get("shared", []) if name not in owner or name in shared]
    owner[made["name"]] = key
    return kept


def _cut(text: str) -> tuple[list[str], dict[str, str]]:
    """Return the head of a file, and its lines by the id of their term."""
    head: list[str] = []
    lines: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            lines[match[2]] = line
        else:
            head.append(line)
    return head, lines


def _parse(line: str) -> dict[str, Any]:
    import yaml

    data: list[dict[str, Any]] = yaml.load(line, Loader=yaml.BaseLoader)
    return {key: value == "true" if key == "common" else value for key, value in data[0].items()}


def set_ends(path: Path, ends: Mapping[str, dt.date], reference: Reference) -> tuple[str, list[str]]:
    """Add last days to the terms of a file.

    Args:
        path: The file.
        ends: Last day by id, for terms without one.
        reference: The source.

    Returns:
        The new text, and the lines that changed.
    """
    file = read_rule_file(path, TermFile)
    lines, changes = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match and match[2] in ends:
            line = f"{line.rstrip()[:-1]}, to: {ends[match[2]]}" + "}"
            changes.append(f"+ {match[2]}: to {ends[match[2]]}")
        lines.append(line)
    return "\n".join(with_source(lines, file.sources, reference)) + "\n", changes
