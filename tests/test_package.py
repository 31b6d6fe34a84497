"""The wheel holds the package under the name `policy_news`, and a clone knows both names."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name

import pytest
from hatchling.builders.wheel import WheelBuilder

import pipeline
from hatch_build import MODELS, rename_imports, write_package
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENTRIES = [
    place for group in (PROJECT["scripts"], *PROJECT["entry-points"].values()) for place in group.values()
]


@pytest.mark.parametrize(
    ("line", "renamed"),
    [
        ("from pipeline.core import errors", "from policy_news.core import errors"),
        ("from pipeline import load_tables", "from policy_news import load_tables"),
        ("import pipeline.core.threads  # first", "import policy_news.core.threads  # first"),
        ("    from pipeline.x import (\n        pipeline,\n    )", "    from policy_news.x import (\n        pipeline,\n    )"),
        ("from spacy.pipeline import Pipe", "from spacy.pipeline import Pipe"),
        ("from pipelines.x import y", "from pipelines.x import y"),
        ("x = 'from pipeline.core import errors'", "x = 'from pipeline.core import errors'"),
    ],
)  # fmt: skip
def test_only_import_statements_are_renamed(line: str, renamed: str) -> None:
    wrap = "if True:\n{}\n" if line.startswith(" ") else "{}\n"
    assert rename_imports(wrap.format(line)) == wrap.format(renamed)


def test_an_import_that_binds_the_old_name_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2: `import pipeline`"):
        rename_imports("x = 1\nimport pipeline\n")


def test_nothing_in_the_wheel_needs_the_old_name(tmp_path: Path) -> None:
    package = tmp_path / "policy_news"
    write_package(ROOT / "pipeline", package)
    modules = {".".join(path.with_suffix("").parts[-1:]) for path in package.iterdir()}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] != "pipeline", path
            if isinstance(node, ast.Import):
                assert not any(alias.name.partition(".")[0] == "pipeline" for alias in node.names), path
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                first, _, rest = node.value.partition(".")
                is_module = first == "pipeline" and rest.partition(".")[0] in modules
                assert not is_module or " " in rest, f"{path}: {node.value}"


def test_the_renamed_package_runs_beside_a_file_of_the_old_name(tmp_path: Path) -> None:
    site, work = tmp_path / "site", tmp_path / "work"
    write_package(ROOT / "pipeline", site / "policy_news")
    work.mkdir()
    (work / "pipeline.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    (site / "policy_news" / "_models").mkdir()
    for name in MODELS:
        (site / "policy_news" / "_models" / name).symlink_to(ROOT / "models" / name)
    code = f"""
import sys
sys.path[:0] = ['', {str(site)!r}]
import policy_news
from policy_news.cli.main import app
from policy_news.core.settings import BUILT, IngestSettings, find_model
from policy_news.text.readers import read_file
from pathlib import Path
(source,) = read_file(Path('a.html'), b'<p>Hikvision said on Monday that the ban was unfair, and Dahua denied it.</p>' * 3, IngestSettings())
assert 'Hikvision' in source.text
assert 'policy-news' in str(find_model(BUILT)), find_model(BUILT)
assert 'pipeline' not in sys.modules
print(policy_news.__version__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=work, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == pipeline.__version__, done.stderr


def test_in_a_clone_both_names_are_the_same_modules() -> None:
    code = """
import policy_news, pipeline
import policy_news.tables.parquet as new
from policy_news.core.errors import PipelineError
import pipeline.tables.parquet as old
import pipeline.core.errors
assert policy_news is pipeline and new is old and PipelineError is pipeline.core.errors.PipelineError
assert old.__spec__.name == old.__name__ == 'pipeline.tables.parquet'
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("place", ENTRIES)
def test_every_entry_point_leads_to_the_module_of_the_clone(place: str) -> None:
    assert place.startswith("policy_news.")
    assert resolve_name(place) is resolve_name(place.replace("policy_news", "pipeline", 1))


@pytest.mark.parametrize("name", ["policy_news", "pipeline"])
def test_both_names_start_the_program(name: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", name, "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"policy-news-pipeline {pipeline.__version__}\n"


def test_the_clone_finds_submodules_by_the_installed_name() -> None:
    assert import_module("policy_news.core.messages") is import_module("pipeline.core.messages")


def test_an_editable_install_leads_to_the_clone(tmp_path: Path) -> None:
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["editable"]))
    with zipfile.ZipFile(built) as wheel:
        (path,) = (name for name in wheel.namelist() if name.endswith(".pth"))
        assert wheel.read(path).decode().strip() == str(ROOT)
        assert not [name for name in wheel.namelist() if name.startswith("policy_news/")]
