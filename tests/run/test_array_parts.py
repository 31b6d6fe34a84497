"""Parts of array jobs, a Dask cluster and the processes of one machine give the tables of one run."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from pipeline.core.errors import ArgumentError, StageError
from pipeline.core.settings import Settings
from pipeline.run.array_merge import merge
from pipeline.run.array_parts import Partition, find_parts
from pipeline.run.change_detection import raw_of
from pipeline.run.runner import run_all
from pipeline.run.stages import check
from pipeline.tables.parquet import load_tables
from tests.conftest import ROOT
from tests.run.test_run import hashes, samples, settings

__all__ = ["samples"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", "١/2"])
def test_no_part(text: str) -> None:
    with pytest.raises(ArgumentError, match="expected I/N"):
        Partition.parse(text)


@pytest.mark.parametrize("sizes", [[1] * 10, [100, 1, 1, 1], [0, 0, 0], [5], [], [1, 1, 1, 1000]])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_parts_are_consecutive_and_together_all(sizes: list[int], count: int) -> None:
    items = list(range(len(sizes)))
    chosen = [Partition(number, count).choose(items, sizes) for number in range(1, count + 1)]
    assert [item for part in chosen for item in part] == items


def test_parts_have_about_the_same_size() -> None:
    sizes = [10 + i % 7 for i in range(1000)]
    shares = [sum(Partition(number, 8).choose(sizes, sizes)) for number in range(1, 9)]
    assert max(shares) - min(shares) <= 40


def run_parts(raw: Path, out: Path, count: int, chosen: Settings) -> None:
    for number in range(1, count + 1):
        partition = Partition(number, count)
        run_all(raw, partition.folder(out), chosen, partition=partition)


@pytest.mark.slow
def test_merged_parts_are_the_tables_of_one_run(samples: Path, tmp_path: Path) -> None:
    run_parts(ROOT / "data" / "raw", tmp_path / "out", 3, settings())
    merge(tmp_path / "out", settings())
    assert check.run(tmp_path / "out").findings == []
    assert hashes(tmp_path / "out") == hashes(samples)
    assert raw_of(tmp_path / "out") == ROOT / "data" / "raw"


@pytest.mark.slow
def test_what_merge_refuses(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name in "abc":
        (raw / f"{name}.jsonl").write_text(
            f'{{"id": "same{name == "c"}", "text": "Ann Howe said on {name} that it was so."}}',
            encoding="utf-8",
        )
    with pytest.raises(StageError, match="no partitions to merge"):
        find_parts(out)
    run_all(raw, Partition(1, 2).folder(out), settings(), partition=Partition(1, 2))
    with pytest.raises(StageError, match="1 of 2 partitions are missing: 2/2"):
        merge(out, settings())
    Partition(2, 2).folder(out).mkdir()
    with pytest.raises(StageError, match="not finished"):
        merge(out, settings())
    run_all(
        raw,
        Partition(2, 2).folder(out),
        settings().model_copy(update={"day_first": False}),
        partition=Partition(2, 2),
    )
    with pytest.raises(StageError, match="other rules or another model"):
        merge(out, settings())
    run_all(raw, Partition(2, 2).folder(out), settings(), partition=Partition(2, 2))
    merge(out, settings())
    tables = load_tables(out, verify=True)
    assert list(tables["documents"]["doc_id"]) == ["sameFalse", "sameTrue"]
    assert len(tables["documents"]) + len(tables["failures"]) == 3
    assert "already used by" in tables["failures"]["message"][0]
    shutil.copytree(Partition(1, 2).folder(out), Partition(1, 3).folder(out))
    with pytest.raises(StageError, match="different counts"):
        merge(out, settings())


def test_ids_repeated_within_and_across_partitions_fail_as_in_one_run(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    record = '{"id": "same", "text": "Ann Howe said on Monday that it was so."}\n'
    for name, count in (("a", 1), ("b", 2), ("c", 2)):
        (raw / f"{name}.jsonl").write_text(record * count, encoding="utf-8")
    run_parts(raw, out, 3, settings())
    merge(out, settings())
    run_all(raw, tmp_path / "whole", settings())
    assert hashes(out) == hashes(tmp_path / "whole")
    assert all("already used by a.jsonl:1" in said for said in load_tables(out)["failures"]["message"])


def make_articles(raw: Path, names: str) -> None:
    raw.mkdir(exist_ok=True)
    for name in names:
        (raw / f"{name}.txt").write_text(f"Ann Howe said on Monday that {name} was so.", encoding="utf-8")


def run_partition(raw: Path, out: Path, text: str) -> None:
    partition = Partition.parse(text)
    run_all(raw, partition.folder(out), settings(), partition=partition)


def test_files_that_come_between_the_partitions_are_named(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    make_articles(raw, "mnopqrst")
    run_partition(raw, out, "1/2")
    make_articles(raw, "abcdefgh")  # all before the others, so that the second half holds none of them
    run_partition(raw, out, "2/2")
    with pytest.raises(StageError, match="the raw folder changed between the partitions") as refused:
        merge(out, settings())
    assert "1/2 saw 8 files; 2/2 saw 16 files" in refused.value.message
    assert "in none of them: a.txt, b.txt, c.txt, d.txt, e.txt and 3 more" in refused.value.message
    assert not (out / "run.json").exists()
    for text in ("1/2", "2/2"):
        run_partition(raw, out, text)
    merge(out, settings())
    assert len(load_tables(out, verify=True)["documents"]) == 16


def test_a_changed_size_is_a_changed_folder(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    make_articles(raw, "abcd")
    run_partition(raw, out, "1/2")
    (raw / "a.txt").write_text("Ann Howe said no. " * 40, encoding="utf-8")
    run_partition(raw, out, "2/2")
    with pytest.raises(StageError, match="changed between the partitions"):
        merge(out, settings())


def test_a_partition_of_another_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("one", "two"):
        make_articles(tmp_path / name, "abcd")
    run_partition(tmp_path / "one", out, "1/2")
    run_partition(tmp_path / "two", out, "2/2")
    with pytest.raises(StageError, match=r"different raw folders: .*one, .*two"):
        merge(out, settings())


def test_a_copied_partition_is_refused(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    make_articles(raw, "abcd")
    run_partition(raw, out, "1/2")
    shutil.copytree(Partition(1, 2).folder(out), Partition(2, 2).folder(out))
    with pytest.raises(StageError, match="contains partition 1/2, not 2/2"):
        merge(out, settings())
    shutil.rmtree(Partition(2, 2).folder(out))
    run_all(raw, Partition(2, 2).folder(out), settings())
    with pytest.raises(StageError, match="contains no partition"):
        merge(out, settings())


@pytest.mark.parametrize("text", ['{"schema_version": 1}', '{"partition": {"number": 1}}', "[]", ""])
def test_a_partition_with_another_run_json_is_refused(text: str, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    make_articles(raw, "ab")
    run_partition(raw, out, "1/1")
    (Partition(1, 1).folder(out) / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StageError, match="not finished"):
        merge(out, settings())


def test_sizes_beyond_what_a_float_holds_lose_no_file() -> None:
    sizes = [2**60, 1, 2**53 + 1, 3, 2**61, 1, 1]
    chosen = [Partition(number, 5).choose(range(len(sizes)), sizes) for number in range(1, 6)]
    assert [item for own in chosen for item in own] == list(range(len(sizes)))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_gives_the_same_tables(samples: Path, tmp_path: Path) -> None:
    from pipeline.run.engines.dask import DaskEngine

    run_all(
        ROOT / "data" / "raw", tmp_path / "out", settings(shard_documents=4), engine=DaskEngine(workers=2)
    )
    assert hashes(tmp_path / "out") == hashes(samples)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
def test_no_scheduler_at_the_address() -> None:
    from pipeline.core.errors import SettingsError
    from pipeline.run.engines.dask import DaskEngine

    with pytest.raises(SettingsError, match="no Dask scheduler answers"):
        list(DaskEngine("127.0.0.1:1")(print, [1]))
