"""Rule data under `models/rules/`: strict reading of YAML into frozen models.

Every file is read through `read_rule_file`, so an unknown key, a wrong type or a date that ends before it
begins is an error that names the file and the entry. Word lists and facts live in these files, never in Python.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import yaml
from pydantic import ValidationError

from pipeline.core.data_files import RULES_DIR
from pipeline.core.errors import RuleError
from pipeline.core.messages import plain, unread
from pipeline.core.yaml_loading import RuleLoader
from pipeline.rules.schema import Strict

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["RULES_DIR", "find_duplicates", "find_misplaced", "is_tab", "read_rule_file", "rule_files", "say"]

M = TypeVar("M", bound=Strict)
MAX_NAMED = 3
_SAID = {
    "extra_forbidden": "unknown key",
    "missing": "is missing",
    "tuple_type": "must be a list",
    "mapping_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}
TAB = "a tab stands where YAML wants spaces"


def read_rule_file(path: Path, model: type[M]) -> M:
    """Read one YAML file into `model`.

    Raises:
        RuleError: The file is no YAML, or does not fit the model; names file and entry.
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
            f"{path}: {_explain(error, data, text)}", "See models/rules/README.md for the keys of each file."
        ) from error


def _locate(error: yaml.YAMLError, text: str) -> str:
    """What is wrong with a YAML file, and in which line."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return str(error)
    if is_tab(error, text) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}, {TAB}"
    mark = error.context_mark or error.problem_mark
    return ", ".join(
        [*([f"line {mark.line + 1}"] if mark else []), *filter(None, (error.context, error.problem))]
    )


def is_tab(error: yaml.MarkedYAMLError, text: str) -> bool:
    """Whether a tab is what the reader of YAML stumbled over."""
    mark, problem = error.problem_mark, error.problem or ""
    if mark is None or "cannot start any token" not in problem:
        return False
    return any("\t" in line[: mark.column + 1] for line in text.splitlines()[mark.line : mark.line + 1])


def _explain(error: ValidationError, data: object, text: str) -> str:
    """The first findings of a validation, those of unknown keys first: they may be what is missing elsewhere, misspelt."""
    findings = sorted(
        error.errors(include_url=False), key=lambda finding: finding["type"] != "extra_forbidden"
    )
    root = yaml.compose(text, Loader=RuleLoader)
    told = (
        (finding["loc"], f"{say(finding)} (line {_line(root, finding['loc'])})")
        for finding in findings[:MAX_NAMED]
    )
    return "; ".join(_explain_one(steps, message, data) for steps, message in told)


def _line(root: yaml.Node | None, steps: Sequence[int | str]) -> int:
    """Line of an entry, from 1; of what should hold it, if it is not there."""
    node, line = root, 0
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            mark, node = next(((key, value) for key, value in node.value if key.value == step), (None, None))
        else:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = mark = node.value[step]
            else:
                node = mark = None
        if mark is None:
            break
        line = mark.start_mark.line
    return line + 1


def say(finding: ErrorDetails) -> str:
    """What is wrong with a value."""
    said = _SAID.get(finding["type"], plain(finding["msg"]))
    if finding["type"] == "tuple_type" and isinstance(finding["input"], str):
        return f"{said}, as [{finding['input']}]"
    return said


def _explain_one(steps: Sequence[int | str], message: str, data: object) -> str:
    """A finding with the id of the entry in place of its number."""
    where: list[str] = []
    for step in steps:
        data = _child(data, step)
        named = (
            isinstance(step, int)
            and isinstance(data, dict)
            and (data.get("id") or data.get("name") or data.get("person"))
        )
        where.append(f"'{named}'" if named else str(step))
    return f"{' > '.join(where)}: {message}"


def _child(data: object, step: int | str) -> object:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def rule_files(folder: Path) -> list[Path]:
    """The `.yml` files under `folder`, sorted, so that every run reads them in the same order."""
    return sorted(folder.rglob("*.yml"))


def find_misplaced(ids: Sequence[str]) -> list[tuple[str, str | None]]:
    """Ids out of order, as few as explain it, each with the one that it belongs behind (none, if it belongs first)."""
    ends: list[int] = []
    """The number of the last id of an ascending row, by the row's length."""
    before: list[int] = []
    for number, entry in enumerate(ids):
        length = bisect_left(ends, entry, key=lambda end: ids[end])
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [number]
    kept, number = set(), ends[-1] if ends else -1
    while number >= 0:
        kept.add(number)
        number = before[number]
    placed = [ids[number] for number in sorted(kept)]
    lost = [entry for number, entry in enumerate(ids) if number not in kept]
    return [(entry, placed[place - 1] if (place := bisect_left(placed, entry)) else None) for entry in lost]


def find_duplicates(names: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Names that stand for two entries.

    Args:
        names: Pairs of name and entry id.

    Returns:
        `(name, first id, second id)` for every name that a second entry claims.
    """
    first: dict[str, str] = {}
    return [
        (name, owner, entry) for name, entry in names if (owner := first.setdefault(name, entry)) != entry
    ]
