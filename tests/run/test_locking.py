"""A run holds its output folder, and takes only one that is its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_news.core.atomic_files import EXPORT, MARK, may_replace
from policy_news.core.errors import StageError
from policy_news.run.locking import KIND, lock_output
from policy_news.run.runner import run_all
from policy_news.tables.parquet import load_tables
from tests.core.test_atomic_files import everything
from tests.run.test_run import run, settings


@pytest.mark.parametrize("name", ["run.json", "documents.parquet", "stages/shards/notes.txt", ".commit.json"])
def test_files_of_the_user_stay(name: str, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "a.txt").write_text("Apple said no.", encoding="utf-8")
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine", encoding="utf-8")
    before = everything(out)
    with pytest.raises(StageError, match="files that this program did not write"):
        run(raw, out)
    assert everything(out) == before


def test_other_files_of_the_user_may_stand_beside_the_tables(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    for folder in (raw, out):
        folder.mkdir()
    (raw / "a.txt").write_text("Apple said no.", encoding="utf-8")
    for name in ("notes.txt", ".notes.new", ".notes.12345678.tmp"):
        (out / name).write_text("mine", encoding="utf-8")
    run(raw, out)
    for name in ("shards", "parses"):
        (out / "stages" / name).mkdir(exist_ok=True)
        (out / "stages" / name / "notes.txt").write_text("mine", encoding="utf-8")
    (raw / "a.txt").write_text("Apple said no, and no again.", encoding="utf-8")
    run(raw, out)
    assert sum(data == b"mine" for data in everything(out).values()) == 5


@pytest.mark.parametrize("mark", ["an export", "a report", ""])
def test_a_folder_that_something_else_replaces_is_not_taken(mark: str, tmp_path: Path) -> None:
    (tmp_path / MARK).write_text(mark, encoding="utf-8")
    with pytest.raises(StageError, match="which the next one replaces as a whole"), lock_output(tmp_path):
        pass


def test_an_export_does_not_take_the_place_of_a_run(tmp_path: Path) -> None:
    with lock_output(tmp_path):
        pass
    assert not may_replace(tmp_path, EXPORT)


def older_run(out: Path) -> None:
    (out / "run.json").write_text(json.dumps({"schema_version": 0, "tables": {}}), encoding="utf-8")
    (out / "documents.parquet").write_text("old", encoding="utf-8")


def test_a_folder_of_an_older_version_is_taken(tmp_path: Path) -> None:
    older_run(tmp_path)
    with lock_output(tmp_path):
        assert (tmp_path / ".made-by-pipeline").is_file()


def damaged_marks() -> Iterator[bytes]:
    """The mark of an output folder with a bit turned, and cut."""
    whole = KIND.encode()
    for at in range(len(whole)):
        yield whole[:at]
        for bit in range(8):
            yield whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]


def test_a_damaged_mark_does_not_lock_the_folder(tmp_path: Path) -> None:
    older_run(tmp_path)
    for data in damaged_marks():
        (tmp_path / MARK).write_bytes(data)
        with lock_output(tmp_path):
            pass
        assert (tmp_path / MARK).read_bytes() == KIND.encode()


def test_tables_of_an_older_version_are_made_again(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    for folder in (raw, out):
        folder.mkdir()
    (raw / "a.txt").write_text("Apple said no.", encoding="utf-8")
    older_run(out)
    run_all(raw, out, settings())
    assert len(load_tables(out, verify=True)["documents"]) == 1


def test_a_run_that_waits_begins_when_the_other_is_done(tmp_path: Path) -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with lock_output(tmp_path, wait=True):
            order.append("second")

    thread = threading.Thread(target=second)
    with lock_output(tmp_path):
        thread.start()
        begun.wait()
        with pytest.raises(StageError, match="is in use by process"), lock_output(tmp_path):
            pass
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_what_a_killed_run_left_of_its_files_is_removed(tmp_path: Path) -> None:
    with lock_output(tmp_path):
        pass
    for name in ("stages/.documents.jsonl.0123abcd.tmp", "stages/shards/.x.arrow.0123abcd.tmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with lock_output(tmp_path):
        assert not list(tmp_path.rglob("*.tmp"))
