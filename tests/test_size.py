"""The package does not grow without a reason that CONTRIBUTING.md states."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.style_figures import sizes

PAGE = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
ROW = re.compile(r"^\| ([a-z ]+) \| ([\d,]+) \| (\S.*) \|$", re.MULTILINE)


def test_sizes_stay_within_what_is_stated() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Size")[2].partition("\n## ")[0]
    bounds = {name: int(most.replace(",", "")) for name, most, _ in ROW.findall(section)}
    counts = sizes()
    assert bounds.keys() == counts.keys()
    grown = {name: (count, bounds[name]) for name, count in counts.items() if count > bounds[name]}
    assert not grown, "delete as much as was added, or raise the bound with a reason in CONTRIBUTING.md, Size"


def test_a_bound_is_near_its_count() -> None:
    """Otherwise what was deleted could grow again unseen."""
    section = PAGE.read_text(encoding="utf-8").partition("## Size")[2].partition("\n## ")[0]
    counts = sizes()
    far = {
        name for name, most, _ in ROW.findall(section) if int(most.replace(",", "")) > counts[name] * 1.02 + 2
    }
    assert not far, "lower the bound in CONTRIBUTING.md, Size"
