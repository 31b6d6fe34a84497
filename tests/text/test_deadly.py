"""A document that kills the process that annotates it: it fails, the others are done, and no run dies of it for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from policy_news.run.paths import BEGUN
from policy_news.tables.parquet import load_tables
from tests.conftest import MODEL, ROOT

HOOK = '''
import importlib.abc, importlib.util, os, signal, sys

class Hook(importlib.abc.MetaPathFinder):
    """Makes a text of ours kill whatever process annotates it."""

    def find_spec(self, name, path=None, target=None):
        if name != "policy_news.nlp.annotator":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module
        def exec_module(module):
            execute(module)
            parse = module.Annotator.parse
            def deadly(self, items, kept=None):
                if any("deadly" in unmasked.text for _, unmasked in items):
                    os.kill(os.getpid(), signal.SIGKILL)
                return parse(self, items, kept)
            module.Annotator.parse = deadly
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Hook())
'''
"""A `sitecustomize`: Python runs it in every process that finds it on its path."""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Three articles and one that kills."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in "abd":
        (folder / f"{name}.txt").write_text(f"Hikvision said {name} was over.", encoding="utf-8")
    (folder / "c.txt").write_text("Dahua said it was deadly.", encoding="utf-8")
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    return folder


def pipeline(
    raw: Path, *arguments: str, documents: int = 16, hooked: bool = True
) -> subprocess.CompletedProcess[str]:
    """A command of the program, in processes in which the text kills."""
    changed = {
        "POLICY_NEWS__ANNOTATE__MODEL": str(MODEL),
        "POLICY_NEWS__ANNOTATE__SHARD_DOCUMENTS": str(documents),
    }
    if hooked:
        changed["PYTHONPATH"] = str(raw.parent / "hook")
    command = [
        sys.executable,
        "-m",
        "policy_news",
        *arguments,
        "--raw",
        str(raw),
        "--out",
        str(raw.parent / "out"),
    ]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def check_tables(out: Path) -> None:
    """The one fails with a hint, the three others are there."""
    tables = load_tables(out, verify=True)
    assert list(tables["documents"]["doc_id"]) == ["a", "b", "d"]
    assert list(tables["mentions"]["text"]) == ["Hikvision"] * 3
    (failure,) = tables["failures"].to_dict("records")
    assert (failure["path"], failure["stage"], failure["error"]) == ("c.txt", "annotate", "ProcessDied")
    assert "memory" in failure["hint"]
    assert not list(out.rglob(f"*{BEGUN}"))


@pytest.mark.slow
def test_in_worker_processes(raw: Path) -> None:
    out = raw.parent / "out"
    done = pipeline(raw, "run", "--workers", "2", documents=1)
    assert done.returncode == 0, done.stderr
    check_tables(out)
    assert pipeline(raw, "run", "--workers", "2", documents=1).stdout.startswith("0 changed")
    os.utime(raw / "a.txt")  # a run that finds something new tries it again
    mended = pipeline(raw, "run", documents=1, hooked=False)
    assert mended.returncode == 0, mended.stderr
    tables = load_tables(out, verify=True)
    assert (len(tables["documents"]), len(tables["failures"])) == (4, 0)


@pytest.mark.slow
def test_in_the_only_process(raw: Path) -> None:
    """The first run dies with it; the second knows, and looks for it in another process."""
    out = raw.parent / "out"
    assert pipeline(raw, "run", "--workers", "1").returncode == -signal.SIGKILL
    assert len(list(out.rglob(f"*{BEGUN}"))) == 1
    done = pipeline(raw, "run", "--workers", "1")
    assert done.returncode == 0, done.stderr
    check_tables(out)


@pytest.mark.slow
def test_a_kill_that_was_not_of_a_document_costs_nothing(raw: Path) -> None:
    out = raw.parent / "out"
    assert pipeline(raw, "run", "--workers", "1").returncode == -signal.SIGKILL
    done = pipeline(raw, "run", "--workers", "1", hooked=False)
    assert done.returncode == 0, done.stderr
    tables = load_tables(out, verify=True)
    assert (len(tables["documents"]), len(tables["failures"])) == (4, 0)
