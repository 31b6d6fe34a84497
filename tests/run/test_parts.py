"""Runs whose tables are in parts: what a change writes, what it takes over, and that nothing differs from a fresh run."""

from __future__ import annotations

import importlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from policy_news.core.errors import DamagedError
from policy_news.core.settings import Settings, TableSettings
from policy_news.run.corpus_claims import read_notes
from policy_news.run.corpus_parts import PartTask, cut_parts, cut_tables, read_lines, read_plain, read_table
from policy_news.run.engines.local import Engine, LocalEngine
from policy_news.run.paths import CORPUS, RECORDS, SHARDS
from policy_news.run.raw_files import read_limited
from policy_news.run.runner import run_all
from policy_news.run.shards import Done
from policy_news.run.stages import ingest
from policy_news.run.stages.write import STATE
from policy_news.tables.parquet import is_whole, load_tables, read_run
from tests.support.standing.runs import IN_PARTS, make_settings, run_local, table_sums

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links of Unix")
SETTINGS = make_settings(tables=IN_PARTS)
PEOPLE = ("Ann Lowe", "Bea Quarmby", "Carl Quennell", "Dora Vance")


def write(raw: Path, name: str, text: str) -> None:
    raw.mkdir(exist_ok=True)
    (raw / f"{name}.txt").write_text(f"A Report\n\nPublished March 7, 2022\n\n{text}\n", encoding="utf-8")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    for number in range(12):
        who = PEOPLE[number % 4]
        write(
            folder, f"n{number:02d}", f"{who}, the chairman of Ofcom, said on Monday that Dahua had agreed."
        )
    write(folder, "n12", "Quarmby said that it was late.")
    return folder


def is_fresh(raw: Path, out: Path, fresh: Path, settings: Settings = SETTINGS) -> bool:
    shutil.rmtree(fresh, ignore_errors=True)
    run_local(raw, fresh, settings)
    load_tables(out, verify=True)
    return table_sums(out) == table_sums(fresh)


def parts(out: Path, name: str = "mentions") -> dict[str, int]:
    """The files of a table and what tells them apart on the disk."""
    return {path.name: path.stat().st_ino for path in (out / f"{name}.parquet").iterdir()}


CHANGES: dict[str, Callable[[Path], object]] = {
    "a document changed": lambda raw: write(raw, "n05", "Zed Umber said on Monday that Dahua had agreed."),
    "a document more": lambda raw: write(raw, "n055", "Eve Quarmby, the minister, denied it on Monday."),
    "a document less": lambda raw: (raw / "n07.txt").unlink(),
    "the last one less": lambda raw: (raw / "n12.txt").unlink(),
    "only its time": lambda raw: os.utime(raw / "n03.txt"),
    "who is meant by a surname": lambda raw: write(raw, "n01", "Otto Quarmby, a minister, agreed on Monday."),
    "an id twice": lambda raw: (raw / "feed.jsonl").write_text(
        '{"id": "n02", "text": "Again n02, said Ann Lowe."}\n', encoding="utf-8"
    ),
    "another ending of a name": lambda raw: (raw / "n03.md").write_text("Dahua agreed, said Bea Quarmby."),
    "a link": lambda raw: (raw / "n13.txt").symlink_to(raw / "n02.txt"),
    "a file that fails": lambda raw: (raw / "n06.txt").write_bytes(b"\0\1"),
}


QUICK = {"who is meant by a surname", "a file that fails"}


@pytest.mark.parametrize(
    "change",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in CHANGES],
)
def test_a_change_gives_the_tables_of_a_fresh_run(change: str, raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    CHANGES[change](raw)
    run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_a_name_of_two_endings_that_comes_and_goes(raw: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", raw / "n04.md"
    run_local(raw, out, SETTINGS)
    other.write_text("Dahua agreed, said Bea Quarmby.", encoding="utf-8")
    run_local(raw, out, SETTINGS)
    other.unlink()  # the id of the one that stays is another now, though nobody touched it
    run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_a_link_that_leads_elsewhere(raw: Path, tmp_path: Path) -> None:
    out, link, outside = tmp_path / "out", raw / "n13.txt", tmp_path / "outside.txt"
    link.symlink_to(raw / "n02.txt")
    run_local(raw, out, SETTINGS)
    shutil.copy2(raw / "n02.txt", outside)  # of the same size and time
    link.unlink()
    link.symlink_to(outside)
    write(raw, "n05", "Dahua said on Tuesday that it had agreed.")
    run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_parts_that_nothing_bears_on_are_the_same_files(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    before = parts(out)
    write(raw, "n05", "Dahua said on Tuesday that it had agreed.")
    run_local(raw, out, SETTINGS)
    after = parts(out)
    assert len(before) > 3
    assert sum(before.get(name) == inode for name, inode in after.items()) >= len(after) - 2


def test_nothing_is_read_again_but_what_changed(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    write(raw, "n05", "Dahua said on Tuesday that it had agreed.")
    opened: list[str] = []

    def read(path: Path, limit: int) -> bytes:
        opened.append(path.name)
        return read_limited(path, limit)

    monkeypatch.setattr("policy_news.run.stages.ingest.read_limited", read)
    told: list[str] = []
    run_all(raw, out, SETTINGS, say=told.append)
    assert opened == ["n05.txt"]
    assert "annotate: 2 documents changed, 11 unchanged" in told  # its shard


@pytest.mark.slow
def test_what_is_left_of_the_run_before_may_be_damaged(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    for path in state_files(out):
        kept = tmp_path / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(out, kept, symlinks=True)
        damaged = kept / path.relative_to(out)
        damaged.write_bytes(damaged.read_bytes()[:-3] + b"xyz")
        write(raw, "n05", f"Dahua said on Tuesday that it had agreed on {path.suffix}.")
        run_local(raw, kept, SETTINGS)
        assert is_fresh(raw, kept, tmp_path / "fresh")


@pytest.mark.slow
def test_rotten_rows_that_nothing_reads_stay_out_of_the_tables_of_later_changes(
    raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    for path in (out / SHARDS).glob("*.arrow"):
        about, data = path.stat(), bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    for name in ("n05", "n00", "n11", "n05"):
        write(raw, name, f"Bea Quarmby, the minister, denied on Monday that {name} was late.")
        run_local(raw, out, SETTINGS)
        assert is_fresh(raw, out, tmp_path / "fresh")


READERS: dict[str, Callable[[Path], object]] = {
    "names": lambda path: list(read_lines(path)),
    "known": lambda path: list(read_lines(path)),
    "answers": read_plain,
    "finals": read_plain,
    "claims": read_notes,
    "statements": read_table,
}


def test_a_file_of_another_part_is_refused(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    for ending, read in READERS.items():
        own = sorted((out / CORPUS).glob(f"*.{ending}"))[0]
        read(own)
        other = own.with_name(f"other.{ending}")
        other.write_bytes(own.read_bytes())
        with pytest.raises(DamagedError):
            read(other)


@pytest.mark.slow
def test_a_run_without_changes_mends_a_rotten_part(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    for part in sorted((out / "mentions.parquet").iterdir()):
        about, data = part.stat(), bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.write_bytes(data)
        os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))
        assert run_local(raw, out, SETTINGS)
        assert is_whole(out, read_run(out))


@pytest.mark.parametrize("table", ["claims", "mentions"])
def test_a_file_that_is_gone_is_written_again(table: str, raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    sorted((out / f"{table}.parquet").iterdir())[0].unlink()
    write(raw, "n05", "Dahua said on Tuesday that it had agreed.")
    run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def state_files(out: Path) -> Iterator[Path]:
    (folder,) = (path for path in out.glob(".run-*") if path.is_dir())
    yield folder / STATE
    for ending in ("names", "known", "answers", "finals", "claims", "statements"):
        yield sorted((out / CORPUS).glob(f"*.{ending}"))[0]
    yield sorted((folder / "claims.parquet").iterdir())[0]
    yield out / RECORDS


@pytest.mark.slow
def test_a_layout_of_single_files_is_taken_over_without_annotating(raw: Path, tmp_path: Path) -> None:
    out, whole = tmp_path / "out", make_settings(tables={**IN_PARTS, "single_file_documents": 100})
    run_local(raw, out, whole)
    assert (out / "mentions.parquet").is_file()
    told: list[str] = []
    run_all(raw, out, SETTINGS, say=told.append)
    assert "annotate: 0 documents changed, 13 unchanged" in told
    assert (out / "mentions.parquet").is_dir()
    assert is_fresh(raw, out, tmp_path / "fresh")
    run_local(raw, out, whole)
    assert (out / "mentions.parquet").is_file()
    assert is_fresh(raw, out, tmp_path / "fresh", whole)


def test_records_after_a_change_are_those_of_a_fresh_run(raw: Path, tmp_path: Path) -> None:
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    ingest.run(raw, out, SETTINGS)
    for change in CHANGES.values():
        if not (raw / "n12.txt").is_file():
            write(raw, "n12", "Quarmby said that it was late.")
        change(raw)
        ingest.run(raw, out, SETTINGS)
        shutil.rmtree(fresh, ignore_errors=True)
        ingest.run(raw, fresh, SETTINGS)
        assert kept(out) == kept(fresh)


def kept(out: Path) -> list[str]:
    with closing(sqlite3.connect(out / RECORDS)) as db:
        return sorted(db.iterdump())


@pytest.mark.slow
def test_a_run_that_is_whole_is_not_made_again(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run_local(raw, out, SETTINGS)
    assert not run_local(raw, out, SETTINGS)
    (out / "mentions.parquet").unlink()  # the link alone
    assert not is_whole(out, read_run(out))
    assert run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_the_incremental_way_is_taken(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    run_local(raw, out, SETTINGS)
    worked: list[str] = []
    for work in (
        "corpus_names.take_notes",
        "corpus_names.answer_part",
        "corpus_claims.read_rows",
        "stages.write.write_rows",
    ):
        monkeypatch.setattr(f"policy_news.run.{work}", watched(work, worked))
    write(raw, "n05", "Bea Quarmby said on Tuesday that it had agreed.")
    assert run_local(raw, out, SETTINGS)
    every = len(parts(out))
    assert every > 3
    assert worked.count("corpus_names.take_notes") == 1
    assert all(worked.count(work) < every for work in worked)


def watched(work: str, worked: list[str]) -> Callable[..., object]:
    """Note each call of a task, then do it."""
    module, _, name = work.rpartition(".")
    real = getattr(importlib.import_module(f"policy_news.run.{module}"), name)

    def call(*args: object) -> object:
        worked.append(work)
        return real(*args)

    return call


def two_processes() -> Engine:
    return LocalEngine(2)


def dask_cluster() -> Engine:
    pytest.importorskip("distributed")
    from policy_news.run.engines.dask import DaskEngine

    return DaskEngine(workers=2)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("make", [two_processes, dask_cluster])
def test_workers_give_the_tables_of_one_process(
    make: Callable[[], Engine], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_news.run.stages.ingest.LEAST", 1)
    monkeypatch.setattr("policy_news.run.stages.ingest.FILES", 3)
    out = tmp_path / "out"
    run_all(raw, out, SETTINGS, engine=make())
    assert is_fresh(raw, out, tmp_path / "fresh")
    write(raw, "n05", "Zed Umber said on Monday that Dahua had agreed.")
    (raw / "n07.txt").unlink()
    run_all(raw, out, SETTINGS, engine=make())
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_parts_are_short_in_a_large_corpus_too() -> None:
    ids = [f"doc-{number:05d}" for number in range(4_000)]
    shards = [Done(one, one, one, 1) for one in ids]
    settings = Settings(tables=TableSettings(single_file_documents=0))
    parts = list(cut_parts(shards, settings))
    assert [shard for part in parts for shard in part.shards] == shards
    assert len(parts) == pytest.approx(4_000 / 64, rel=0.5)
    tasks = [PartTask(Path(), settings, (), part) for part in parts]
    files = cut_tables(tasks)
    assert [task for own in files for task in own] == tasks
    assert len(files) == pytest.approx(4_000 / 512, rel=0.5)
