"""Imports large libraries without the parts that they load and nothing here uses: every command would pay for them.

Each trick reaches into a library, so `tests/core/test_lazy_imports.py` checks that it still works and still pays.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def import_arrow() -> ModuleType:
    """Import PyArrow without pandas, which it loads with the first array (0.2 s). A later request for a frame still works."""
    arrow = import_module("pyarrow")
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WITHOUT_PANDAS)
        try:
            arrow.array([])
        finally:
            sys.meta_path.remove(_WITHOUT_PANDAS)
    return arrow


class _Without(MetaPathFinder):
    """A finder for which one package is not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == self._package:
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)
        return None


_WITHOUT_PANDAS = _Without("pandas")


def import_spacy() -> ModuleType:
    """Import spaCy without its command line, which it loads for `spacy.info` (0.1 s). `import spacy.cli` still works."""
    if "spacy" not in sys.modules:
        _group_entry_points()
        stand_ins = [ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")]
        setattr(stand_ins[1], "info", _info)  # noqa: B010 - a module has no such attribute for the type checker
        sys.modules.update({module.__name__: module for module in stand_ins})
        try:
            import_module("spacy")
        finally:
            for module in stand_ins:
                del sys.modules[module.__name__]
    return import_module("spacy")


def _group_entry_points() -> None:
    """Group entry points for the library of spaCy's registries.

    It accepts a dictionary by group as well as the flat list. With the list it looks at each of some hundred entry points
    some hundred times (0.1 s).
    """
    catalogue: Any = import_module("catalogue")
    points = catalogue.AVAILABLE_ENTRY_POINTS
    if hasattr(points, "select"):
        groups = points
        if not isinstance(points, dict):
            groups = {group: points.select(group=group) for group in points.groups}
        catalogue.AVAILABLE_ENTRY_POINTS = dict(groups)


def _info(*args: Any, **kwargs: Any) -> Any:
    return import_module("spacy.cli.info").info(*args, **kwargs)
