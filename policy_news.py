"""The name of the installed package, in a clone: `policy_news` and `pipeline` are the same modules here.

The wheel holds the folder `pipeline/` as the package `policy_news` (`hatch_build.py`) and not this file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pipeline

_OURS = "policy_news."


class _Alias(MetaPathFinder, Loader):
    """Finds `policy_news.x` as the module `pipeline.x`: a second copy would register each component twice."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.startswith(_OURS):
            return ModuleSpec(fullname, self)
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        # The import system returns what stands under the name afterwards, not the module that it made.
        sys.modules[name] = import_module(f"pipeline.{name.removeprefix(_OURS)}")


if __name__ == "__main__":  # python -m policy_news
    from pipeline.cli.main import main

    main()
else:
    sys.meta_path.insert(0, _Alias())
    sys.modules[__name__] = pipeline
