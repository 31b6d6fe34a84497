"""What makes and checks a release: archives, site, slim environments."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import policy_news
from scripts.release_check import find_faults
from scripts.site_pages import copy_pages
from tests.conftest import ROOT

VERSION = policy_news.__version__
WHEEL = f"policy_news_pipeline-{VERSION}-py3-none-any.whl"
IN_WHEEL = (
    "policy_news/py.typed",
    "policy_news/_models/config.cfg",
    "policy_news/_docs/checks.md",
    f"policy_news_pipeline-{VERSION}.dist-info/METADATA",
)
IN_ARCHIVE = ("policy_news/__init__.py", "pipeline/ingest.py", "tests/conftest.py", "models/config.cfg")


def make_dist(folder: Path, wheel: tuple[str, ...] = IN_WHEEL, archive: tuple[str, ...] = IN_ARCHIVE) -> Path:
    with zipfile.ZipFile(folder / WHEEL, "w") as packed:
        for name in wheel:
            packed.writestr(name, "")
    with tarfile.open(folder / f"policy_news_pipeline-{VERSION}.tar.gz", "w:gz") as file:
        for name in archive:
            file.addfile(tarfile.TarInfo(f"policy_news_pipeline-{VERSION}/{name}"))
    return folder


def make_clone(folder: Path, version: str = VERSION, day: str = "2026-11-29", section: str = VERSION) -> Path:
    (folder / "policy_news").mkdir(parents=True)
    (folder / "policy_news/__init__.py").write_text(f'__version__ = "{VERSION}"\n', encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n## [{section}] - 2026-11-29\n", encoding="utf-8")
    (folder / "CITATION.cff").write_text(f"version: {version}\ndate-released: {day}\n", encoding="utf-8")
    return folder


def test_version_changelog_and_citation_of_this_clone_agree(tmp_path: Path) -> None:
    assert list(find_faults(make_dist(tmp_path))) == []


@pytest.mark.parametrize(
    ("clone", "says"),
    [
        ({"version": "9.9.9"}, "CITATION.cff: version 9.9.9"),
        ({"day": "2020-01-01"}, "CITATION.cff: released 2020-01-01"),
        ({"section": "Unreleased"}, "CHANGELOG.md: no section"),
    ],
)
def test_a_contradiction_is_a_fault(tmp_path: Path, clone: dict[str, str], says: str) -> None:
    faults = list(find_faults(make_dist(tmp_path), make_clone(tmp_path / "clone", **clone)))
    assert any(fault.startswith(says) for fault in faults), faults


@pytest.mark.parametrize(
    ("wheel", "archive", "says"),
    [
        (IN_WHEEL[1:], IN_ARCHIVE, f"{WHEEL}: lacks policy_news/py.typed"),
        ((*IN_WHEEL, "pipeline/x.py"), IN_ARCHIVE, f"{WHEEL}: holds pipeline, policy_news"),
        (IN_WHEEL, IN_ARCHIVE[1:], ".tar.gz: lacks policy_news/__init__.py"),
    ],
)
def test_an_archive_that_lacks_or_adds_something_is_a_fault(
    tmp_path: Path, wheel: tuple[str, ...], archive: tuple[str, ...], says: str
) -> None:
    assert any(says in fault for fault in find_faults(make_dist(tmp_path, wheel, archive)))


def test_a_missing_archive_is_a_fault(tmp_path: Path) -> None:
    assert sum(fault.endswith("does not exist") for fault in find_faults(tmp_path)) == 2


def test_the_site_has_the_pages_and_the_report_and_no_dead_link(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.mkdir()
    for name in ("index.html", "claims.html"):
        (report / name).write_text("<html>", encoding="utf-8")
    copy_pages(tmp_path / "pages", report)
    pages = [*(tmp_path / "pages").rglob("*.md")]
    assert {"README.md", "demo.md", "tables.md", "compared.md"} <= {page.name for page in pages}
    assert "demo/claims.html" in (tmp_path / "pages/demo.md").read_text(encoding="utf-8")
    for page in pages:
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert "://" in link or (page.parent / link).is_file(), f"{page.name}: {link}"


def test_the_site_asks_no_other_server() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert "assets/iframe-worker.js" in settings
    assert "://" not in settings


def test_a_slim_environment_keeps_what_a_run_reads(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.11/site-packages"
    kept = ["spacy/lang/en.py", "pyarrow/libarrow.so.1", "pyarrow/libarrow_substrait.so.1", "x/testing.py"]
    gone = ["spacy/tests/a.py", "spacy/x.pyx", "pyarrow/include/a.h", "pyarrow/libarrow_flight.so.1", "x/__pycache__/a.pyc"]  # fmt: skip
    for name in kept + gone:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("x", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.slim", tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "MB now" in done.stdout
    assert {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()} == set(kept)
