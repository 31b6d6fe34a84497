"""Reads a decisions file, and finds out which of its decisions are valid."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policy_news.core.data_files import page
from policy_news.core.errors import SettingsError
from policy_news.core.grouping import grouped
from policy_news.core.messages import first_misfit, printable
from policy_news.core.plain_data import parse_json, require_text
from policy_news.decisions.decision_format import ADAPTER, UNDO, VERSION, Decision
from policy_news.decisions.file_bytes import read_bytes

MAX_SHOWN = 80
"""Characters of a wrong value that a message shows."""
HINT = "Correct or remove the line; every line is one decision and independent of the others."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A decision and the number of its line, from 1."""

    line: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """All decisions of a file.

    Attributes:
        name: The file, as messages name it.
        digest: Hash of its bytes; empty if there is no file.
        lines: All decisions, in order of their lines; of identical lines the first.
        live: Decisions that no other one takes back.
    """

    name: str = ""
    digest: str = ""
    lines: tuple[Numbered, ...] = ()
    live: tuple[Numbered, ...] = ()


def parse_decisions(data: bytes, name: str) -> DecisionFile:
    """Parse the decisions of a file.

    Raises:
        SettingsError: A line is not a decision: cut off, of another version, or with a wrong key or value.
    """
    if not data:
        return DecisionFile()
    lines: dict[str, Numbered] = {}
    texts: set[bytes] = set()
    for number, line in enumerate(data.split(b"\n"), 1):
        line = line.rstrip(b"\r")  # of an editor on Windows
        if not line.strip() or line in texts:  # a union merge in git may give a line twice
            continue
        texts.add(line)
        try:
            one = _parse(number, line)
        except SettingsError as error:
            raise SettingsError(f"{name}:{number}: {error.message}", error.hint) from error
        known = lines.setdefault(one.decision.id, one)
        if known is not one:
            raise SettingsError(
                f"{name}:{number}: id {printable(one.decision.id)} is also that of line {known.line}",
                "Give one of them another id.",
            )
    live = _living([*lines.values()], name)
    return DecisionFile(name, hashlib.sha256(data).hexdigest(), tuple(lines.values()), tuple(live))


def read_decisions(path: Path) -> DecisionFile:
    """Read the decisions of a file; a missing file has none."""
    return parse_decisions(read_bytes(path), str(path))


@lru_cache(50_000)
def _parse(number: int, line: bytes) -> Numbered:
    """Parse a line; those of a file that grows while somebody decides are parsed once, and stay the same objects."""
    try:
        row = parse_json(line.decode("utf-8-sig"))
        require_text(row)
    except UnicodeDecodeError as error:
        raise SettingsError(f"is not UTF-8: {error.reason}", HINT) from error
    except ValueError as error:
        raise SettingsError(f"is cut off or not JSON: {error}", HINT) from error
    if not isinstance(row, dict) or "v" not in row:
        raise SettingsError("is not a decision: it has no key 'v'", HINT)
    # Before the keys: those of another version may differ, and errors about them would mislead.
    if row["v"] != VERSION:
        shown = printable(str(row["v"])[:MAX_SHOWN])
        raise SettingsError(
            f"decision of version {shown}, this program reads {VERSION}",
            "Use the matching version of the program.",
        )
    try:
        return Numbered(number, ADAPTER.validate_python(row))
    except ValidationError as error:
        raise SettingsError(printable(_describe(error, row)), HINT) from error


def _describe(error: ValidationError, row: Mapping[str, Any]) -> str:
    """Say what is wrong with a line, with the key; the first step of the place is the kind of the decision."""
    first = error.errors(include_url=False)[0]
    if first["type"].startswith("union_tag"):
        return f"unknown 'do': {str(row.get('do'))[:MAX_SHOWN]}; {page('docs/correcting.md')} lists the kinds"
    key = ".".join(str(step) for step in first["loc"][1:])[:MAX_SHOWN]
    kinds = {"extra_forbidden": f"unknown key '{key}'", "missing": f"the key '{key}' is missing"}
    return f"{row['do']}: {kinds.get(first['type']) or first_misfit(error, 1)}"


def _living(lines: Sequence[Numbered], name: str) -> list[Numbered]:
    """Return the decisions that count: those not undone. What undoes a decision may be undone itself."""
    by = grouped((other, one) for one in lines for other in one.decision.replaces)
    states: dict[str, bool] = {}
    # What replaces others comes later as a rule, so from the end each is settled at once.
    for one in reversed(lines):
        _settle(one, by, states, name)
    return [one for one in lines if states[one.decision.id] and one.decision.do != UNDO]


def _settle(
    first: Numbered, by: Mapping[str, Sequence[Numbered]], states: dict[str, bool], name: str
) -> None:
    """Find out whether a decision is live: whether no live decision replaces it. Without recursion, as chains may be long."""
    todo, above = [first], set[str]()
    while todo:
        one = todo[-1]
        own = one.decision.id
        waiting = next((other for other in by.get(own, ()) if other.decision.id not in states), None)
        if waiting is None:
            states[own] = not any(states[other.decision.id] for other in by.get(own, ()))
            above.discard(own)
            todo.pop()
            continue
        above.add(own)
        if waiting.decision.id in above:
            raise SettingsError(f"{name}:{one.line}: decisions replace each other in a circle", HINT)
        todo.append(waiting)
