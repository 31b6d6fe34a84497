"""Imports go one way, and one word is for one thing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = [
    {"core"},
    {"rules", "tables"},
    {"text"},
    {"nlp", "checks"},
    {"decisions"},
    {"run"},
    {"outputs"},
    {"assistants", "drafts", "evaluation", "review"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
SPACY_ALLOWED = {"nlp", "run", "outputs", "evaluation"}
MODULES = sorted((ROOT / "policy_news").rglob("*.py"))


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Full names that a module imports at its top level or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def layer_of(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "policy_news" and len(parts) > 1 and parts[1] in RANK else None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    own = layer_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if own is None:
        return
    for name in imports_of(path):
        other = layer_of(name)
        assert other is None or RANK[other] <= RANK[own], f"{own} must not import {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_spacy_stays_on_its_side(path: Path) -> None:
    own = layer_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if own in SPACY_ALLOWED or own is None:
        return
    assert not any(name.split(".")[0] == "spacy" for name in imports_of(path))


def test_stages_do_not_import_each_other() -> None:
    for path in (ROOT / "policy_news" / "run" / "stages").glob("*.py"):
        for name in imports_of(path):
            stage = name.split(".")[3:4]
            if (
                name.startswith("policy_news.run.stages.")
                and stage
                and (ROOT / "policy_news" / "run" / "stages" / f"{stage[0]}.py").exists()
            ):
                assert name.count(".") < 4, f"{path.stem} imports {name}"


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, policy_news.cli.main; print([m for m in ('spacy', 'pandas', 'pyarrow') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


@pytest.mark.parametrize(
    "module",
    [
        "policy_news.cli",
        "policy_news.nlp.annotator",
        "policy_news.nlp.passages",
        "policy_news.outputs.explain",
        "policy_news.drafts.draft_verifier",
        "policy_news.drafts.pile",
        "policy_news.run.stages.write",
        "policy_news.run.runner",
        "policy_news.run.stages.annotate",
        "policy_news.run.stages.resolve",
        "policy_news.run.engines.dask",
    ],
)
def test_threads_are_decided_before_numpy_is_loaded(module: str) -> None:
    code = f"""
import os, sys
import policy_news.core.threads
assert "numpy" not in sys.modules
del os.environ["OMP_NUM_THREADS"], sys.modules["policy_news.core.threads"]
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            assert os.environ.get("OMP_NUM_THREADS") == "1", "numpy comes first"
sys.meta_path.insert(0, Watch())
import {module}
import numpy
"""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)


def test_reading_articles_needs_no_spacy() -> None:
    code = "import sys, policy_news.run.runner, policy_news.run.stages.ingest; sys.exit('spacy' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


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


def test_docstrings_begin_with_at_most_25_words() -> None:
    documented = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Module)
    found = {
        (str(path.relative_to(ROOT)), getattr(node, "name", "")): (ast.get_docstring(node) or "").split(
            "\n\n"
        )[0]
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, documented)
    }
    assert {place: first for place, first in found.items() if len(first.split()) > 25} == {}
