"""Imports of large libraries without what they drag in and nothing here uses: each command would pay for it anew."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def import_arrow() -> ModuleType:
    """PyArrow, which else imports pandas when it makes the first array (0.2 s). What asks it for a frame later gets one."""
    arrow = import_module("pyarrow")
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WITHOUT_PANDAS)
        try:
            arrow.array([])
        finally:
            sys.meta_path.remove(_WITHOUT_PANDAS)
    return arrow


class _Without(MetaPathFinder):
    """Finds that a package is not installed."""

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
    """spaCy, which else imports its command line for the sake of `spacy.info` (0.1 s). `import spacy.cli` works as ever."""
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
    """By group, as the library of spaCy's registries takes them too: it else looks at each of some hundred some hundred times (0.1 s)."""
    catalogue: Any = import_module("catalogue")
    points = catalogue.AVAILABLE_ENTRY_POINTS
    if hasattr(points, "select"):
        if isinstance(points, dict):
            groups = points
        else:
            groups = {group: points.select(group=group) for group in points.groups}
        catalogue.AVAILABLE_ENTRY_POINTS = dict(groups)


def _info(*args: Any, **kwargs: Any) -> Any:
    return import_module("spacy.cli.info").info(*args, **kwargs)
