"""Imports of large libraries without what they drag in and nothing here uses: a command should not pay for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def import_arrow() -> ModuleType:
    """PyArrow, which else imports pandas when it makes the first array (0.2 s). What asks it for a frame later gets one."""
    import pyarrow

    arrow: ModuleType = pyarrow
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WITHOUT_PANDAS)
        try:
            pyarrow.array([])
        finally:
            sys.meta_path.remove(_WITHOUT_PANDAS)
    return arrow


class _Without(MetaPathFinder):
    """Finds that a package is not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname == self._package:
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)
        return None


_WITHOUT_PANDAS = _Without("pandas")
