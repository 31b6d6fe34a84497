"""Imports large libraries without the parts that they load and nothing here uses: .3 s each, which every command would pay for."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any


class _WithoutPandas(MetaPathFinder):
    """A finder for which pandas is not installed."""

    def find_spec(self, fullname: str, *_: Any) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)


def import_arrow() -> ModuleType:
    """Import PyArrow without pandas, which it loads with the first array. A later request for a frame still works."""
    arrow = import_module("pyarrow")
    if "pandas" not in sys.modules:
        finder = _WithoutPandas()
        sys.meta_path.insert(0, finder)
        try:
            arrow.array([])
        finally:
            sys.meta_path.remove(finder)
    return arrow


def import_spacy() -> ModuleType:
    """Import spaCy without its command line, which it loads for `spacy.info`. `import spacy.cli` still works."""
    if "spacy" not in sys.modules:
        stand_ins = [ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")]
        setattr(stand_ins[1], "info", None)  # noqa: B010 - a module has no such attribute for the type checker
        sys.modules.update({module.__name__: module for module in stand_ins})
        try:
            import_module("spacy")
        finally:
            for module in stand_ins:
                del sys.modules[module.__name__]
    return import_module("spacy")
