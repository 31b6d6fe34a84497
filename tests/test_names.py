"""One word for one thing: every public class and every module of the package has a name of its own."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from tests.conftest import ROOT

MODULES = sorted((ROOT / "policy_news").rglob("*.py"))


def shared(named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the names that several things have, with where these are."""
    found = defaultdict(list)
    for name, place in named:
        found[name].append(place)
    return {name: places for name, places in found.items() if len(places) > 1}


def test_no_two_public_classes_have_one_name() -> None:
    assert not shared(
        (node.name, str(path.relative_to(ROOT)))
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def test_no_two_modules_or_packages_have_one_name() -> None:
    assert not shared(
        (path.parent.name if path.stem == "__init__" else path.stem, str(path.relative_to(ROOT)))
        for path in MODULES
        if path.stem != "__main__"
    )
