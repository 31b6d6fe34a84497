"""Files that are read in tasks give the files of the stages that one process gives, whatever a task does not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from pipeline.run import reading
from pipeline.run.engines.local import LocalEngine
from pipeline.run.engines.process_pool import run_here
from pipeline.run.paths import DOCUMENTS, FILES, INGEST_FAILURES, READ, UNMASKED
from pipeline.run.stages import ingest, unmask
from tests.support.standing.runs import make_settings

T = TypeVar("T")
STAGES = (DOCUMENTS, FILES, INGEST_FAILURES, UNMASKED)


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


def stages(raw: Path, out: Path, engine: LocalEngine) -> dict[str, bytes]:
    settings = make_settings()
    ingest.run(raw, out, settings, engine=engine)
    unmask.run(out, settings)
    assert not (out / READ).exists()
    return {name: (out / name).read_bytes() for name in STAGES}


@pytest.mark.parametrize("files", [1, 2, 3, 50])
@pytest.mark.parametrize("killed", [frozenset[int](), frozenset({0}), frozenset({1, 2, 4})])
def test_tasks_give_what_one_process_gives(
    files: int, killed: frozenset[int], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILES", files)
    monkeypatch.setattr(reading, "LEAST", 1)
    wanted = stages(raw, tmp_path / "here", LocalEngine())
    assert stages(raw, tmp_path / "there", Apart(killed=killed)) == wanted
    (raw / "n2.txt").write_text("Changed\n\nDahua **** denied it.\n", encoding="utf-8")
    (raw / "n0.txt").unlink()
    wanted = stages(raw, tmp_path / "here", LocalEngine())
    assert stages(raw, tmp_path / "there", Apart(killed=killed)) == wanted


def test_what_a_machine_does_not_see_is_read_here(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LEAST", 1)
    wanted = stages(raw, tmp_path / "here", LocalEngine())

    def blind(*_: object) -> Iterator[object]:
        raise FileNotFoundError

    monkeypatch.setattr(ingest, "_read_there", blind)
    assert stages(raw, tmp_path / "there", Apart()) == wanted


def test_few_files_are_read_here(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_batch", lambda task: pytest.fail("a task"))
    stages(raw, tmp_path / "out", Apart())
