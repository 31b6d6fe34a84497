"""The wheel holds the package as it is in the clone, and a `pipeline.py` of a user is not in its way."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from pkgutil import resolve_name

import pytest
from hatchling.builders.wheel import WheelBuilder

import policy_news
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENTRIES = [
    place for group in (PROJECT["scripts"], *PROJECT["entry-points"].values()) for place in group.values()
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds."""
    folder = tmp_path_factory.mktemp("installed")
    built = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_the_package_of_the_clone_byte_for_byte(installed: Path) -> None:
    for path in (ROOT / "policy_news").rglob("*.py"):
        assert (installed / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    tops = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"policy_news"}


def test_the_package_imports_nothing_from_the_clone() -> None:
    """The staged scripts in `pipeline/` are not part of the wheel."""
    for path in (ROOT / "policy_news").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.partition(".")[0] for name in names} & {
                "pipeline",
                "tools",
                "scripts",
                "tests",
            }, path


def test_the_package_runs_beside_a_file_pipeline(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    code = f"""
import sys
sys.path[:0] = ['', {str(installed)!r}]
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
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == policy_news.__version__, done.stderr


@pytest.mark.parametrize("place", ENTRIES)
def test_every_entry_point_leads_somewhere(place: str) -> None:
    assert place.startswith("policy_news.")
    assert callable(resolve_name(place))


def test_the_module_starts_the_program() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "policy_news", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == f"policy-news-pipeline {policy_news.__version__}\n"


def test_an_editable_install_leads_to_the_clone(tmp_path: Path) -> None:
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["editable"]))
    with zipfile.ZipFile(built) as wheel:
        (path,) = (name for name in wheel.namelist() if name.endswith(".pth"))
        assert wheel.read(path).decode().strip() == str(ROOT)
        assert not [name for name in wheel.namelist() if name.startswith("policy_news/")]
