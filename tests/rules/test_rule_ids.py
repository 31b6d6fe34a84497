"""Python knows rules by what their rows say of them, not by their ids: a rule that is renamed must not switch code off."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from policy_news.rules.rule_files import RULES_DIR

PACKAGE = Path(__file__).resolve().parents[2] / "policy_news"
FOLDERS = ("claims", "dates", "grammar", "layout")


def test_no_python_code_names_a_rule() -> None:
    files = [path for folder in FOLDERS for path in sorted((RULES_DIR / folder).glob("*.yml"))]
    ids = {name for path in files for name in _ids(yaml.safe_load(path.read_text(encoding="utf-8")))}
    # An id of one word (`month`, `deny`) is also a word that Python has for other things.
    ids = {name for name in ids if not name.isalpha()}
    named = {
        f"{path.relative_to(PACKAGE)}:{line} {text}"
        for path in PACKAGE.rglob("*.py")
        for line, text in _strings(path)
        if text.rpartition(":")[2] in ids
    }
    assert len(ids) > 200
    assert not named, "give the rule a mark, see PatternRule in policy_news/nlp/entities/token_patterns.py"


def _ids(data: Any) -> Iterator[str]:
    """Yield the ids of all rows of a file."""
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _ids(value)
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        yield data["id"]


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
