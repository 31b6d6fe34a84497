"""Shares of an array job, a Dask cluster and the processes of one machine give the tables of one run."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.core.errors import ArgumentError, StageError
from policy_news.run.locking import lock_output, lock_share
from policy_news.run.paths import SHARDS
from policy_news.run.runner import run_all
from policy_news.run.shares import Share
from policy_news.run.stages import annotate
from tests.conftest import ROOT
from tests.run.test_run import hashes, samples, settings
from tests.support.standing.runs import annotate_shares, make_settings

__all__ = ["samples"]

RUNNER = CliRunner()


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", "١/2"])
def test_no_share(text: str) -> None:
    with pytest.raises(ArgumentError, match="expected I/N"):
        Share.parse(text)


@pytest.mark.parametrize("size", [0, 1, 7, 100])
@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_shares_are_all_and_alike(size: int, count: int) -> None:
    chosen = [Share(number, count).choose(range(size)) for number in range(1, count + 1)]
    assert sorted(item for own in chosen for item in own) == list(range(size))
    assert max(map(len, chosen)) - min(map(len, chosen)) <= 1


@pytest.mark.slow
def test_a_run_over_shares_annotates_nothing_and_gives_the_same_tables(samples: Path, tmp_path: Path) -> None:
    raw, out, chosen = ROOT / "data" / "raw", tmp_path / "out", settings(shard_documents=4)
    annotate_shares(raw, out, chosen, [Share(2, 3), Share(3, 3), Share(1, 3)])
    before = {path.name: path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()}
    said: list[str] = []
    run_all(raw, out, chosen, say=said.append)
    assert "annotate: 0 documents changed, 18 unchanged" in said
    assert {path.name: path.stat().st_mtime_ns for path in (out / SHARDS).iterdir()} == before
    assert hashes(out) == hashes(samples)


def make_articles(raw: Path, names: str) -> None:
    raw.mkdir(exist_ok=True)
    for name in names:
        (raw / f"{name}.txt").write_text(f"Ann Howe said on Monday that {name} was so.", encoding="utf-8")


def test_a_share_that_is_missing_is_annotated_by_the_run(tmp_path: Path) -> None:
    raw, chosen = tmp_path / "raw", make_settings(annotate={"shard_documents": 2})
    make_articles(raw, "abcdefghij")
    annotate_shares(raw, tmp_path / "out", chosen, [Share(2, 2)])
    done = len(list((tmp_path / "out" / SHARDS).iterdir()))
    assert 0 < done < len(annotate.read_shards(tmp_path / "out", chosen))
    run_all(raw, tmp_path / "out", chosen)
    run_all(raw, tmp_path / "whole", chosen)
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


def test_files_that_change_after_the_shares_are_those_of_the_run(tmp_path: Path) -> None:
    raw, chosen = tmp_path / "raw", make_settings(annotate={"shard_documents": 2})
    make_articles(raw, "abcdefghij")
    annotate_shares(raw, tmp_path / "out", chosen, [Share(1, 2)])
    (raw / "a.txt").unlink()
    (raw / "b.txt").write_text("Ann Howe denied on Friday that it was so.", encoding="utf-8")
    annotate.run(tmp_path / "out", chosen, share=Share(2, 2))
    make_articles(raw, "xyz")
    run_all(raw, tmp_path / "out", chosen)
    run_all(raw, tmp_path / "whole", chosen)
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


def test_a_share_needs_the_stages_before_it(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="is missing"):
        annotate.run(tmp_path, settings(), share=Share(1, 2))


def ingest_and_unmask(raw: Path, out: Path) -> None:
    for command in (["ingest", "--raw", str(raw)], ["unmask"]):
        assert RUNNER.invoke(app, [*command, "--out", str(out)]).exit_code == 0


def test_shares_are_held_beside_each_other_but_not_beside_a_run(tmp_path: Path) -> None:
    begun = threading.Barrier(3, timeout=60)
    ended = threading.Event()

    def hold(number: int) -> None:
        with lock_share(tmp_path, Share(number, 2)):
            begun.wait()
            ended.wait(60)

    threads = [threading.Thread(target=hold, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    begun.wait()
    with pytest.raises(StageError, match="is in use by share 2/2"), lock_share(tmp_path, Share(2, 2)):
        pass
    with pytest.raises(StageError, match=r"is in use by share [12]/2"), lock_output(tmp_path):
        pass
    ended.set()
    for thread in threads:
        thread.join()
    with lock_output(tmp_path):
        assert not list(tmp_path.glob(".lock.share*"))


def test_a_share_does_not_begin_while_a_run_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_news.run.locking.SHARES_BEGIN", 0.1)
    with (
        lock_output(tmp_path),
        pytest.raises(StageError, match="is in use by process"),
        lock_share(tmp_path, Share(1, 2)),
    ):
        pass


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_gives_the_same_tables(samples: Path, tmp_path: Path) -> None:
    from policy_news.run.engines.dask import DaskEngine

    run_all(
        ROOT / "data" / "raw", tmp_path / "out", settings(shard_documents=4), engine=DaskEngine(workers=2)
    )
    assert hashes(tmp_path / "out") == hashes(samples)
