"""The labels that the tables can hold: one registry for all that rules, lists, exports and report need to know of each.

A user adds labels in `models/rules/labels.toml`. They are known from the moment that this module is imported, so that
every group below holds them too; `require_valid_labels` says what is wrong with the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policy_news.core.data_files import RULES_DIR
from policy_news.core.errors import RuleError
from policy_news.core.messages import suggest
from policy_news.core.plain_data import read_toml

DECLARED = RULES_DIR / "labels.toml"
"""File with the labels of the user."""
LOWEST = 11
"""Priority of the labels that no rule gives: they never compete for a name."""


@dataclass(frozen=True, slots=True)
class Label:
    """An entity type.

    Attributes:
        name: As in the tables.
        group: `person`, `organisation`, `place`, `office` or `other`: what it can be another name of.
        priority: If one name of the rules has two labels, the lower number wins.
        colours: Background of a mention in the report, on light and on dark paper; None for the neutral one.
        follow_the_money: Schema of FollowTheMoney; None if the label has none there.
        has_terms: Rule files of terms and custom name lists may use it. Ministers are persons who hold an office, and
            offices have files of their own.
        is_policy: One of the labels that the project exists for: checks are proposed for these.
        plain: What pages call it, if that is not its name in small letters.
    """

    name: str
    group: str
    priority: int = LOWEST
    colours: tuple[str, str] | None = None
    follow_the_money: str | None = None
    has_terms: bool = False
    is_policy: bool = False
    plain: str = ""

    @property
    def words(self) -> str:
        """What pages call it."""
        return self.plain or self.name.lower().replace("_", " ")


_GREEN, _SAND, _TEAL = ("#cdebd3", "#20502c"), ("#efe0bd", "#54451d"), ("#d5e9ea", "#1f494c")

BUILT_IN: tuple[Label, ...] = (
    Label("COMMITTEE", "organisation", 0, _SAND, "PublicBody", True, True),
    Label("DEPARTMENT", "organisation", 1, _SAND, "PublicBody", True, True),
    # An office is no legal entity.
    Label("OFFICE", "office", 2, _GREEN, is_policy=True),
    Label("PERSON", "person", 3, ("#f3d6e4", "#5c2b43"), "Person", True, True),
    Label("COMPANY", "organisation", 4, ("#cfe3f8", "#1d4263"), "Company", True, True),
    Label("ORG", "organisation", 5, ("#ded9f4", "#3f3768"), "Organization", True, True, "organisation"),
    # A place has no schema of FollowTheMoney: it is noted at the documents that name it.
    Label("GPE", "place", 6, _TEAL, None, True, True, "country or town"),
    Label("LOC", "place", 7, _TEAL, None, True, plain="region"),
    Label("MINISTER", "person", LOWEST, _GREEN, "Person", is_policy=True),
    Label("FAC", "place", LOWEST, _TEAL, None, plain="building"),
    Label("NORP", "other", plain="nationality or group"),
    Label("PRODUCT", "other", 8, has_terms=True),
    Label("EVENT", "other", 9, has_terms=True),
    Label("WORK_OF_ART", "other", plain="title of a work"),
    Label("LAW", "other", 10, has_terms=True),
    Label("LANGUAGE", "other"),
)

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_KEYS = ("like", "colours", "follow_the_money")


def read_declared(path: Path) -> dict[str, Label]:
    """Read the labels that a user declares, each `like` one of ours that rules may use."""
    if not path.is_file():
        return {}
    try:
        data = read_toml(path)
    except (OSError, ValueError) as error:
        raise RuleError(f"{path}: cannot be read as TOML: {error}", _HINT) from error
    return {name: _declared(path, name, entry) for name, entry in data.items()}


_HINT = 'Declare a label as `[THINK_TANK]`, then `like = "ORG"` on a line of its own.'


def _declared(path: Path, name: str, entry: Any) -> Label:
    known = {label.name: label for label in BUILT_IN}
    usable = [label.name for label in BUILT_IN if label.has_terms]
    where = f"{path}: {name}"
    if not _NAME.fullmatch(name):
        raise RuleError(f"{where}: a label consists of capitals, digits and underscores", _HINT)
    if name in known:
        raise RuleError(f"{where}: is a built-in label", "Choose another name.")
    if not isinstance(entry, dict) or "like" not in entry:
        raise RuleError(f"{where}: 'like' is missing", _HINT)
    for key in entry:
        if key not in _KEYS:
            raise RuleError(f"{where}: unknown key '{key}'{suggest(key, _KEYS)}", _HINT)
    if entry["like"] not in usable:
        raise RuleError(f"{where}: like '{entry['like']}' is not possible", f"One of {', '.join(usable)}.")
    changes = {key: value for key, value in entry.items() if key != "like"}
    if not isinstance(changes.get("follow_the_money", ""), str):
        raise RuleError(f"{where}: 'follow_the_money' must be a text", _HINT)
    if "colours" in changes:
        changes["colours"] = _colours(where, changes["colours"])
    # No checks are proposed for a declared label: only the user knows how many mentions to expect.
    return replace(known[entry["like"]], name=name, is_policy=False, plain="", **changes)


def _colours(where: str, given: Any) -> tuple[str, str]:
    if not isinstance(given, list) or len(given) != 2 or not all(_COLOUR.fullmatch(str(c)) for c in given):
        raise RuleError(
            f"{where}: 'colours' must be two colours", 'E.g. ["#ded9f4", "#3f3768"]: light, dark.'
        )
    return given[0], given[1]


def require_valid_labels() -> None:
    """Refuse a file of declared labels that does not fit; called when the pipeline is built."""
    read_declared(DECLARED)


def _all_labels() -> dict[str, Label]:
    """Return our labels and the declared ones; only ours if the file is invalid, which the build reports."""
    try:
        declared = read_declared(DECLARED)
    except RuleError:
        declared = {}
    return {label.name: label for label in BUILT_IN} | declared


LABELS: Mapping[str, Label] = MappingProxyType(_all_labels())


def find_label(name: str) -> Label:
    """Return the entry of a label; an undeclared label belongs to no group."""
    return LABELS.get(name) or Label(name, "other")


def _of_group(*groups: str) -> frozenset[str]:
    return frozenset(label.name for label in LABELS.values() if label.group in groups)


PEOPLE = _of_group("person")
ORGANISED = _of_group("organisation")
PLACES = _of_group("place")
NAMED = _of_group("person", "organisation", "place", "office")
"""Who or what can speak and be spoken about: no nationalities, laws, sums or events."""
TERM_LABELS = tuple(label.name for label in LABELS.values() if label.has_terms)
"""Labels of rule files of terms and of custom name lists."""
NO_NAME = "NONE"
"""Label of rules and terms for what looks like a name but is not; it never reaches the tables."""
POLICY = frozenset(label.name for label in LABELS.values() if label.is_policy)
ENTITIES = frozenset(LABELS)
"""Labels of mentions and entities."""
CLAIMS = frozenset(
    {"statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"}
)
TIMEXES = frozenset({"DATE", "TIME", "DURATION", "SET"})
