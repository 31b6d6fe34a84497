"""Checks that a release is whole: `python -m scripts.release_check build/dist`. `docs/contributing/maintaining.md` says what else to do."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def find_faults(dist: Path, root: Path = ROOT) -> Iterator[str]:
    """What is missing or contradicts itself.

    Args:
        dist: Folder with the wheel and the source archive.
        root: The clone.
    """
    found = re.search(
        r'^__version__ = "([^"]+)"', (root / "policy_news/__init__.py").read_text("utf-8"), re.M
    )
    version = found[1] if found else ""
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(rf"^## \[?{re.escape(version)}\]?.*?(\d{{4}}-\d{{2}}-\d{{2}})", changelog, re.M)
    if not dated:
        yield f"CHANGELOG.md: no section `## {version} - YYYY-MM-DD`"
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    if citation["version"] != version:
        yield f"CITATION.cff: version {citation['version']}, the package has {version}"
    if dated and citation["date-released"] != date.fromisoformat(dated[1]):
        yield f"CITATION.cff: released {citation['date-released']}, CHANGELOG.md says {dated[1]}"
    yield from _archive_faults(dist, version)


def _archive_faults(dist: Path, version: str) -> Iterator[str]:
    wheel = dist / f"policy_news_pipeline-{version}-py3-none-any.whl"
    archive = dist / f"policy_news_pipeline-{version}.tar.gz"
    for file in (wheel, archive):
        if not file.is_file():
            yield f"{file}: does not exist"
    if wheel.is_file():
        names = set(zipfile.ZipFile(wheel).namelist())
        tops = {name.split("/")[0] for name in names}
        if tops != {"policy_news", f"policy_news_pipeline-{version}.dist-info"}:
            yield f"{wheel.name}: holds {', '.join(sorted(tops))}"
        for name in ("policy_news/py.typed", "policy_news/_models/config.cfg", "policy_news/_docs/checks.md"):
            if name not in names:
                yield f"{wheel.name}: lacks {name}"
    if archive.is_file():
        with tarfile.open(archive) as packed:
            inside = {name.partition("/")[2] for name in packed.getnames()}
        for name in (
            "policy_news/__init__.py",
            "pipeline/ingest.py",
            "tests/conftest.py",
            "models/config.cfg",
        ):
            if name not in inside:
                yield f"{archive.name}: lacks {name}"


def main() -> None:
    """Print the faults; exit 1 if there are any."""
    faults = list(find_faults(Path(sys.argv[1])))
    print(*(f"release: {fault}" for fault in faults or ["nothing is missing"]), sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
