"""The tables of a run appear together, wherever the program is killed on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from policy_news.core.errors import StageError
from policy_news.tables import parquet
from policy_news.tables.chunks import build_table
from policy_news.tables.parquet import is_whole, read_run, read_tables
from policy_news.tables.schema import RUN_FILE, TABLES
from tests.support.invented_run import Draft, write_run, write_tables
from tests.support.standing.interrupts import FAULTS, Killed, stopped_at


def draft(words: str) -> Draft:
    made = Draft("a", words)
    made.section(words)
    made.mention(words.split()[0], "PERSON", "person-a")
    return made


def seen(out: Path) -> str:
    """The text of the one document, after a check that all tables are of one run."""
    tables = read_tables(out)  # frames take longer than all the rest
    (text,) = tables["documents"]["text"].to_pylist()
    assert tables["mentions"]["text"].to_pylist() == [text.split()[0]]
    return str(text)


SOME_STEPS = 7
"""In the quick case, one of so many steps is stopped at."""


@pytest.mark.parametrize(
    ("error", "done", "every"),
    [
        *(pytest.param(error, done, 1, marks=pytest.mark.slow) for error in FAULTS for done in (False, True)),
        (Killed, False, SOME_STEPS),
    ],
)
def test_old_tables_or_new_ones_at_every_step(
    error: Callable[[], BaseException], done: bool, every: int, tmp_path: Path
) -> None:
    """The texts are of one length, so that sizes tell nothing."""
    steps, first_new = 0, None
    write_run(tmp_path / "before", [draft("Ann agreed 11.")])
    for step in range(1, 100, every):
        out = tmp_path / str(step)
        shutil.copytree(tmp_path / "before", out)
        with stopped_at(step, error, done=done) as count:
            try:
                write_run(out, [draft("Bea agreed 22.")])
            except (Killed, KeyboardInterrupt, StageError):
                pass
            else:
                steps = count()
                break
        after = seen(out)
        assert after in ("Ann agreed 11.", "Bea agreed 22.")
        assert after == "Bea agreed 22." or first_new is None, "what was new is old again"
        assert is_whole(out, read_run(out))
        first_new = first_new or (step if after == "Bea agreed 22." else None)
        # What is left to do is stopped at the next run too.
        with suppress(Killed, KeyboardInterrupt, StageError), stopped_at(1, error, done=done):
            write_run(out, [draft("Dee agreed 33.")])
        assert seen(out) == after
        write_run(out, [draft("Cy waits.")])
        assert seen(out) == "Cy waits."
        assert sorted(path.name for path in out.iterdir()) == sorted(
            [*(f"{name}.parquet" for name in TABLES), "run.json"]
        )
    assert steps > 2 * len(TABLES)
    assert first_new is not None


def test_whole_are_tables_whose_hashes_say_so(tmp_path: Path) -> None:
    write_run(tmp_path, [draft("Ann agreed.")])
    run, path = read_run(tmp_path), tmp_path / "documents.parquet"
    assert is_whole(tmp_path, run)
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    assert not is_whole(tmp_path, run)


def test_a_journal_that_becomes_the_run_file_meanwhile_is_no_missing_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write_run(tmp_path / "out", [draft("Ada Moll spoke.")])
    found = iter([out / "journal-that-is-gone", out / RUN_FILE])
    monkeypatch.setattr(parquet, "locate", lambda out, name: next(found))
    assert read_run(out)["counts"]["documents"] == 1


def test_files_of_the_user_are_no_pending_ones(tmp_path: Path) -> None:
    (tmp_path / ".notes.new").write_text("mine", encoding="utf-8")
    write_run(tmp_path, [draft("Ann agreed.")])
    assert (tmp_path / ".notes.new").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_leaves_the_old_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path, [draft("Ann agreed.")])

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StageError, match="No space left"):
            write_run(tmp_path, [draft("Bea refused.")])
    assert seen(tmp_path) == "Ann agreed."
    assert not list(tmp_path.glob(".run-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    write_run(tmp_path, [draft("Ann agreed.")])
    tmp_path.chmod(0o500)
    with pytest.raises(StageError, match="cannot be written"):
        write_run(tmp_path, [draft("Bea refused.")])
    assert seen(tmp_path) == "Ann agreed."


def test_row_groups_hold_the_same_documents_whatever_the_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policy_news.tables.chunks import DOCUMENT_TABLES, build_chunk
    from policy_news.tables.parquet import read_chunks

    monkeypatch.setattr("policy_news.tables.parquet.GROUP_DOCUMENTS", 4)
    drafts = [draft_of(f"d{number:02d}") for number in range(11)]
    files = []
    for size in (1, 3, 4, 11):
        out = tmp_path / str(size)
        chunks = [
            build_chunk([one.annotated() for one in drafts[i : i + size]])
            for i in range(0, len(drafts), size)
        ]
        write_tables(
            out,
            [chunks],
            {name: build_table(TABLES[name], []) for name in TABLES if name not in DOCUMENT_TABLES},
            lambda totals: {},
        )
        files.append({path.name: path.read_bytes() for path in out.glob("*.parquet")})
        groups = [chunk["documents"]["doc_id"].to_pylist() for chunk in read_chunks(out)]
        assert list(map(len, groups)) == [4, 4, 3]
        assert all(
            set(chunk["mentions"]["doc_id"].to_pylist()) == set(ids)
            for chunk, ids in zip(read_chunks(out), groups, strict=True)
        )
    assert all(file == files[0] for file in files)


def draft_of(doc_id: str) -> Draft:
    made = Draft(doc_id, f"{doc_id} agreed.")
    made.section(made.text)
    made.mention(doc_id, "PERSON", f"person-{doc_id}")
    return made
