"""The notebook runs from top to bottom on the tables of the samples, and its two forms are the same."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.invented_run import masked_draft, write_run

SOURCE = ROOT / "notebooks" / "explore.py"
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
needs_matplotlib = pytest.mark.skipif(
    find_spec("matplotlib") is None, reason="no matplotlib: install the extra `notebook`"
)


def cells_of(source: str) -> Iterator[tuple[str, str]]:
    """Kind and text of the cells of a file in percent format, without its head."""
    for part in re.split(r"^# %%", source, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        kind = "markdown" if "[markdown]" in head else "code"
        text = re.sub(r"^# ?", "", body, flags=re.MULTILINE) if kind == "markdown" else body
        yield kind, text.strip()


def run_cells(tables: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    import_module("matplotlib").use("Agg")
    plt = import_module("matplotlib.pyplot")
    monkeypatch.setenv("POLICY_NEWS_TABLES", str(tables))
    names: dict[str, Any] = {"__name__": "explore"}
    for number, (kind, text) in enumerate(cells_of(SOURCE.read_text(encoding="utf-8"))):
        if kind == "code":
            exec(compile(text, f"cell {number}", "exec"), names)
            save_plots(plt, number)
    return names


def save_plots(plt: Any, number: int) -> None:
    """Write the plots of a cell where `NOTEBOOK_PLOTS` says, to be looked at."""
    for figure in plt.get_fignums():
        if folder := os.environ.get("NOTEBOOK_PLOTS"):
            plt.figure(figure).savefig(Path(folder) / f"cell-{number}.png", dpi=80)
    plt.close("all")


def test_both_forms_hold_the_same_cells_and_no_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    held = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    assert held == list(cells_of(SOURCE.read_text(encoding="utf-8"))), (
        "run `jupytext --to ipynb notebooks/explore.py`"
    )
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])


@pytest.mark.slow
@needs_matplotlib
@pytest.mark.filterwarnings("default")
def test_runs_on_the_samples(
    sample_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_cells(sample_run, monkeypatch)
    assert len(names["pairs"]) > 10
    assert len(names["said"]) > 1
    assert len(names["heard"]) > 0
    assert len(names["offices"]) > 3
    assert "of all words are masked" in capsys.readouterr().out


@needs_matplotlib
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("drafts", [0, 1])
def test_runs_on_few_or_no_documents(drafts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = run_cells(write_run(tmp_path / "out", [masked_draft()][:drafts]), monkeypatch)
    assert len(names["about"]) == drafts
