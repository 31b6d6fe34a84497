"""Rule data under `models/rules/`: strict reading of YAML into frozen models.

Every file is read through `read_rule_file`, so an unknown key, a wrong type or a term that ends before it begins is an error
that names the file and the entry. Word lists and facts are in these files, never in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from policy_news.core.data_files import RULES_DIR, page
from policy_news.core.errors import RuleError
from policy_news.core.messages import say, unread
from policy_news.core.yaml_loading import RuleLoader, YamlLines
from policy_news.rules.rule_models import Strict

__all__ = ["RULES_DIR", "find_duplicates", "find_misplaced", "is_tab", "read_rule_file", "rule_files"]

M = TypeVar("M", bound=Strict)
MAX_NAMED = 3
TAB = "a tab stands where YAML wants spaces"


def read_rule_file(path: Path, model: type[M]) -> M:
    """Read one YAML file into `model`.

    Raises:
        RuleError: The file is not YAML, or does not fit the model; names file and entry.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(unread(path, error, "YAML"), "Rule files are UTF-8.") from error
    try:
        data = yaml.load(text, Loader=RuleLoader)  # noqa: S506 - a SafeLoader
    except RecursionError as error:
        raise RuleError(f"{path}: is nested too deeply", "Write it flat.") from error
    except yaml.YAMLError as error:
        raise RuleError(
            f"{path}: cannot be read as YAML: {_locate(error, text)}",
            "Check indentation and quotation marks.",
        ) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise RuleError(
            f"{path}: {_explain(error, data, text)}",
            f"See {page('models/rules/README.md')} for the keys of each file.",
        ) from error


def _locate(error: yaml.YAMLError, text: str) -> str:
    """Say what is wrong with a YAML file, and in which line."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return str(error)
    if is_tab(error, text) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}, {TAB}"
    # The context is where the broken construct begins, which is closer to the slip than where the parser gave up.
    mark = error.context_mark or error.problem_mark
    parts = [error.context, error.problem]
    if mark:
        parts.insert(0, f"line {mark.line + 1}")
    return ", ".join(filter(None, parts))


def is_tab(error: yaml.MarkedYAMLError, text: str) -> bool:
    """Return whether a tab made the YAML parser fail."""
    mark, problem = error.problem_mark, error.problem or ""
    if mark is None or "cannot start any token" not in problem:
        return False
    return any("\t" in line[: mark.column + 1] for line in text.splitlines()[mark.line : mark.line + 1])


def _explain(error: ValidationError, data: object, text: str) -> str:
    """Describe the first findings of a validation."""
    # Unknown keys first: a misspelt key also gives a finding that the right one is missing.
    findings = sorted(
        error.errors(include_url=False), key=lambda finding: finding["type"] != "extra_forbidden"
    )
    # Parsed a second time, only now: the parser with line numbers is slow, and errors are rare.
    places = YamlLines(yaml.compose(text, Loader=RuleLoader))
    messages: list[str] = []
    for finding in findings[:MAX_NAMED]:
        message = f"{say(finding)} (line {places.line(finding['loc']) or 1})"
        messages.append(_explain_one(finding["loc"], message, data))
    return "; ".join(messages)


def _explain_one(steps: Sequence[int | str], message: str, data: object) -> str:
    """Write a finding with the id of the entry in place of its number."""
    where: list[str] = []
    for step in steps:
        data = _child(data, step)
        name = None
        if isinstance(step, int) and isinstance(data, dict):
            name = data.get("id") or data.get("name") or data.get("person")
        if name:
            where.append(f"'{name}'")
        else:
            where.append(str(step))
    return f"{' > '.join(where)}: {message}"


def _child(data: object, step: int | str) -> object:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def rule_files(folder: Path) -> list[Path]:
    """Return the `.yml` files under `folder`, sorted, so that every run reads them in the same order."""
    return sorted(folder.rglob("*.yml"))


def find_misplaced(ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return each id that stands after a larger one, with that one."""
    return [(entry, before) for before, entry in pairwise(ids) if entry < before]


def find_duplicates(names: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Find names that stand for two entries.

    Returns:
        `(name, first id, second id)` for every name that a second entry claims.
    """
    first: dict[str, str] = {}
    found: list[tuple[str, str, str]] = []
    for name, entry in names:
        owner = first.setdefault(name, entry)
        if owner != entry:
            found.append((name, owner, entry))
    return found
