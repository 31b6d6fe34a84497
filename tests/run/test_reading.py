"""Files that are read in tasks give the records that one process gives, whatever a task does not do."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from policy_news.core.errors import DamagedError
from policy_news.run import all_stages
from policy_news.run.engines.local import LocalEngine
from policy_news.run.engines.process_pool import run_here
from policy_news.run.job import Job
from policy_news.run.paths import READ, RECORDS
from policy_news.run.records import read_documents, read_items
from policy_news.run.stages import ingest
from tests.support.standing.runs import make_settings

T = TypeVar("T")


@dataclass(frozen=True)
class Apart(LocalEngine):
    """Does the tasks here as if it were elsewhere, in reverse; those of some numbers kill their process."""

    killed: frozenset[int] = frozenset()

    @property
    def is_apart(self) -> bool:
        return True

    def __call__(self, work: Callable[[T], None], tasks: Sequence[T]) -> Iterator[tuple[T, bool]]:
        for number, task in reversed(list(enumerate(tasks))):
            if number in self.killed:
                yield task, False
            else:
                yield from run_here(work, [task])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    (folder / "b").mkdir(parents=True)
    for number in range(9):
        text = f"A Report {number}\n\nDahua said ****** that round {number} ** begun.\n"
        (folder / ("b" if number % 2 else ".") / f"n{number}.txt").write_text(text, encoding="utf-8")
    (folder / "n3.md").write_text("Another\n\nOfcom agreed.\n", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "bad.txt").write_bytes(b"\0\1\2")
    feed = '{"id": "x1", "text": "Ofcom denied it."}\nnot JSON\n{"id": "n4", "text": "An id of another."}\n'
    (folder / "feed.jsonl").write_text(feed, encoding="utf-8")
    (folder / "late.jsonl").write_text('{"id": "x1", "text": "The same id."}\n', encoding="utf-8")
    return folder


def records(raw: Path, out: Path, engine: LocalEngine) -> list[str]:
    """All that is kept of the files."""
    ingest.run(raw, out, make_settings(), engine=engine)
    assert not (out / READ).exists()
    return dump(out)


def dump(out: Path) -> list[str]:
    with closing(sqlite3.connect(out / RECORDS)) as db:
        return sorted(db.iterdump())


@pytest.mark.parametrize("files", [1, 2, 3, 50])
@pytest.mark.parametrize("killed", [frozenset[int](), frozenset({0}), frozenset({1, 2, 4})])
def test_tasks_give_what_one_process_gives(
    files: int, killed: frozenset[int], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "FILES", files)
    monkeypatch.setattr(ingest, "LEAST", 1)
    wanted = records(raw, tmp_path / "here", LocalEngine())
    assert records(raw, tmp_path / "there", Apart(killed=killed)) == wanted
    (raw / "n2.txt").write_text("Changed\n\nDahua **** denied it.\n", encoding="utf-8")
    (raw / "n0.txt").unlink()
    wanted = records(raw, tmp_path / "here", LocalEngine())
    assert records(raw, tmp_path / "there", Apart(killed=killed)) == wanted


def test_what_a_machine_does_not_see_is_read_here(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "LEAST", 1)
    wanted = records(raw, tmp_path / "here", LocalEngine())
    monkeypatch.setattr(ingest, "_is_there", lambda file: False)
    assert records(raw, tmp_path / "there", Apart()) == wanted


def test_few_files_are_read_here(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "read_batch", lambda task: pytest.fail("a task"))
    records(raw, tmp_path / "out", Apart())


def flip(rng: random.Random, data: bytearray) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def blank(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data))
    data[at : at + 512] = bytes(len(data[at : at + 512]))


def cut(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(len(data)) :]


DAMAGES: tuple[Callable[[random.Random, bytearray], None], ...] = (flip, flip, blank, cut)


@pytest.mark.slow
def test_damaged_records_are_read_again_or_refused(raw: Path, tmp_path: Path) -> None:
    out, fresh, rng, settings = tmp_path / "out", tmp_path / "fresh", random.Random(7), make_settings()
    records(raw, out, LocalEngine())
    data = (out / RECORDS).read_bytes()
    ids = [document.doc_id for document in read_documents(out)]
    wanted = read_items(out, ids)
    (raw / "n2.txt").write_text("Changed\n\nDahua **** denied it.\n", encoding="utf-8")
    after = records(raw, fresh, LocalEngine())
    said: list[str] = []
    for _ in range(300):
        damaged = bytearray(data)
        rng.choice(DAMAGES)(rng, damaged)
        (out / RECORDS).write_bytes(damaged)
        with suppress(DamagedError):
            assert read_items(out, ids) == wanted
        all_stages.run_stages(Job(raw, out, settings, say=said.append), [all_stages.ingest])
        with suppress(DamagedError):  # of a text that was not read yet
            read_items(out, ids)
            assert dump(out) == after
    assert 50 < sum(line.startswith("rebuild") for line in said) < 300
