"""Copies what the site is made from: `python -m scripts.site_pages TARGET REPORT`.

The pages keep their places in the repository, so that a link works in both. A page is copied if the README leads to it.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ASSETS = Path(__file__).parent / "site"
REPORT = "demo"
"""Folder of the sample report in the site."""
DEMO = """# Sample report

This is the report of the sample articles of the project, as `pipeline report` writes it: static pages, nothing is loaded from
elsewhere. [Open it](demo/index.html), or begin with

- [all claims](demo/claims.html), to filter by type, speaker or word;
- [who denies, supports or answers whom](demo/relations.html);
- [who is named](demo/entities.html).

The [page about the report](docs/report.md) explains what it shows.
"""


def linked_files(start: Path) -> list[Path]:
    """Files of the repository to which a page leads, itself included."""
    found, new = set[Path](), {start}
    while new:
        file = new.pop()
        found.add(file)
        if file.suffix == ".md":
            links = LINK.findall(file.read_text(encoding="utf-8"))
            targets = {(file.parent / link).resolve() for link in links if "://" not in link}
            new |= {target for target in targets if target.is_file()} - found
    return sorted(found)


def copy_pages(target: Path, report: Path) -> None:
    """Fill the folder of the pages; what was there is removed."""
    shutil.rmtree(target, ignore_errors=True)
    for file in linked_files(ROOT / "README.md"):
        place = target / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place)
    shutil.copytree(ASSETS, target / "assets")
    shutil.copytree(report, target / REPORT)
    lines = [line for line in DEMO.splitlines(keepends=True) if _leads_somewhere(line, target)]
    (target / f"{REPORT}.md").write_text("".join(lines), encoding="utf-8")


def _leads_somewhere(line: str, target: Path) -> bool:
    return all((target / link).is_file() for link in LINK.findall(line))


if __name__ == "__main__":
    copy_pages(Path(sys.argv[1]), Path(sys.argv[2]))
