"""The package stays within the sizes that `pyproject.toml` states."""

from __future__ import annotations

import tomllib

from scripts.style_figures import sizes
from tests.conftest import ROOT


def test_sizes_stay_within_their_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    bounds = project["tool"]["size"]
    counts = {name.replace(" ", "-"): count for name, count in sizes().items()}
    assert bounds.keys() == counts.keys()
    grown = {name: (count, bounds[name]) for name, count in counts.items() if count > bounds[name]}
    assert not grown, "delete as much as was added; a release lowers these bounds"
