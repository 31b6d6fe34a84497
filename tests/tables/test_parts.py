"""Tables in parts: what readers see, and what is left wherever a run is stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from policy_news.core.errors import StageError
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.parquet import is_whole, load_tables, read_chunks, read_run, read_tables
from policy_news.tables.parts import cut_keys, ends_part
from policy_news.tables.schema import TABLES
from tests.support.invented_run import Draft, write_run
from tests.support.standing.interrupts import FAULTS, Killed, stopped_at

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links of Unix")
WORDS = {"a": "Ann agreed 11.", "b": "Bea stays.", "c": "Cy waits."}


def drafts(**changed: str) -> list[Draft]:
    return [draft(doc_id, text) for doc_id, text in {**WORDS, **changed}.items()]


def draft(doc_id: str, words: str) -> Draft:
    made = Draft(doc_id, words)
    made.section(words)
    made.mention(words.split()[0], "PERSON", f"person-{doc_id}")
    return made


def texts(out: Path) -> list[str]:
    """The texts of the documents, after a check that all tables are of one run."""
    tables = read_tables(out)  # frames take longer than all the rest
    found: list[str] = tables["documents"]["text"].to_pylist()
    assert tables["mentions"]["text"].to_pylist() == [text.split()[0] for text in found]
    return found


def _pandas(path: Path) -> Iterator[tuple[str, str]]:
    frame = pd.read_parquet(path)
    return zip(frame["doc_id"], frame["text"], strict=True)


def _dataset(path: Path) -> Iterator[tuple[str, str]]:
    table = import_module("pyarrow.dataset").dataset(path).to_table()
    return zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True)


def _polars(path: Path) -> Iterator[tuple[str, str]]:
    frame = import_module("polars").read_parquet(path)
    return zip(frame["doc_id"].to_list(), frame["text"].to_list(), strict=True)


def _duckdb(path: Path) -> Iterator[tuple[str, str]]:
    rows = import_module("duckdb").sql(f"select doc_id, text from '{path}/*.parquet'").fetchall()
    return iter(rows)


@pytest.mark.parametrize("read", [_pandas, _dataset, _polars, _duckdb])
def test_bare_readers_see_the_rows_in_order(
    read: Callable[[Path], Iterator[tuple[str, str]]], tmp_path: Path
) -> None:
    write_run(tmp_path, drafts(), in_parts=True)
    assert (tmp_path / "mentions.parquet").is_dir()
    assert list(read(tmp_path / "documents.parquet")) == list(WORDS.items())
    assert [text for _, text in read(tmp_path / "mentions.parquet")] == ["Ann", "Bea", "Cy"]


def test_the_rows_are_those_of_single_files(tmp_path: Path) -> None:
    write_run(tmp_path / "files", drafts())
    write_run(tmp_path / "parts", drafts(), in_parts=True)
    single, parts = (load_tables(tmp_path / name, verify=True) for name in ("files", "parts"))
    for name in TABLES:
        pd.testing.assert_frame_equal(single[name], parts[name])
    assert [chunk["documents"]["doc_id"].to_pylist() for chunk in read_chunks(tmp_path / "parts")] == [
        ["a"], ["b"], ["c"]
    ]  # fmt: skip


def test_a_part_that_is_missing_or_changed_is_found(tmp_path: Path) -> None:
    write_run(tmp_path, drafts(), in_parts=True)
    part = sorted((tmp_path / "mentions.parquet").iterdir())[1]
    data = part.read_bytes()
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert not is_whole(tmp_path, read_run(tmp_path))
    with pytest.raises(StageError, match="not the file that the run wrote"):
        load_tables(tmp_path, verify=True)
    part.unlink()
    assert not is_whole(tmp_path, read_run(tmp_path))
    with pytest.raises(StageError, match="cannot be read"):
        load_tables(tmp_path)


def test_a_manifest_of_another_version(tmp_path: Path) -> None:
    from policy_news.tables.commit import seal

    write_run(tmp_path, drafts(), in_parts=True)
    run = read_run(tmp_path)
    (tmp_path / "run.json").write_text(
        seal({**run, "files": {name: ["x"] for name in run["files"]}}), encoding="utf-8"
    )
    with pytest.raises(StageError, match="of another version"):
        load_tables(tmp_path)
    assert not is_whole(tmp_path, read_run(tmp_path))


def test_a_copy_of_the_folder_can_be_read_and_written(tmp_path: Path) -> None:
    write_run(tmp_path / "out", drafts(), in_parts=True)
    shutil.copytree(tmp_path / "out", tmp_path / "copy")  # follows the links
    assert texts(tmp_path / "copy") == list(WORDS.values())
    write_run(tmp_path / "copy", drafts(a="Ann agreed 22."), in_parts=True)
    assert texts(tmp_path / "copy")[0] == "Ann agreed 22."
    for name in (*(f"{table}.parquet" for table in TABLES), "run.json"):
        assert (tmp_path / "copy" / name).is_symlink()


SOME_STEPS, FEW_STEPS = 4, 28
"""One of so many steps is stopped at; few in the quick case."""
CASES = [
    *((True, True, fault, done) for fault in FAULTS for done in (False, True)),
    *((not after, after, Killed, done) for after in (True, False) for done in (False, True)),
]


@pytest.mark.parametrize(
    ("before", "after", "error", "done", "every"),
    [
        *(pytest.param(*case, SOME_STEPS, marks=pytest.mark.slow) for case in CASES),
        (False, True, Killed, False, FEW_STEPS),
    ],
)
def test_old_tables_or_new_ones_at_every_step(
    before: bool, after: bool, error: Callable[[], BaseException], done: bool, every: int, tmp_path: Path
) -> None:
    old, new = list(WORDS.values()), ["Ann agreed 22.", *list(WORDS.values())[1:]]
    steps, first_new = 0, None
    write_run(tmp_path / "before", drafts(), in_parts=before)
    for step in range(1 + 2 * done, 200, every):
        out = tmp_path / str(step)
        shutil.copytree(tmp_path / "before", out, symlinks=True)
        with stopped_at(step, error, done=done) as count:
            try:
                write_run(out, drafts(a="Ann agreed 22."), in_parts=after)
            except (Killed, KeyboardInterrupt, StageError):
                pass
            else:
                steps = count()
                if step > steps:  # else the fault was of a step that may fail
                    break
        found = texts(out)
        assert found in (old, new)
        assert found == new or first_new is None, "what was new is old again"
        assert is_whole(out, read_run(out)) or (out / ".commit.json").exists()
        first_new = first_new or (step if found == new else None)
        if before and after:  # whoever reads without our help sees one run too
            bare = [
                list(pd.read_parquet(out / f"{name}.parquet", columns=["text"])["text"])
                for name in ("documents", "mentions")
            ]
            assert bare in ([old, ["Ann", "Bea", "Cy"]], [new, ["Ann", "Bea", "Cy"]])
        with suppress(Killed, KeyboardInterrupt, StageError), stopped_at(1, error, done=done):
            write_run(out, drafts(b="Bea went."), in_parts=after)
        assert texts(out) == found
        write_run(out, drafts(c="Cy came."), in_parts=after)
        assert texts(out)[2] == "Cy came."
        left = sorted(path.name for path in out.iterdir() if not path.name.startswith(".run-"))
        link = [".tables"] if after else []
        assert left == sorted([*link, *(f"{name}.parquet" for name in TABLES), "run.json"])
        assert len(list(out.glob(".run-*"))) <= (2 if after else 0)
        shutil.rmtree(out)
    assert steps > len(DOCUMENT_TABLES)
    assert first_new is not None


def test_what_is_open_stays_readable_when_the_next_run_counts(tmp_path: Path) -> None:
    write_run(tmp_path, drafts(), in_parts=True)
    listed = [path.resolve() for path in sorted((tmp_path / "documents.parquet").iterdir())]
    write_run(tmp_path, drafts(a="Ann agreed 22."), in_parts=True)
    assert [pd.read_parquet(path)["text"][0] for path in listed] == list(WORDS.values())


def test_an_id_more_touches_its_own_part_only() -> None:
    keys = [f"doc-{number:05d}" for number in range(5_000)]
    before = {tuple(keys[a:b]) for a, b in cut_keys(keys, 100)}
    more = sorted([*keys, "doc-02500x"])
    after = {tuple(more[a:b]) for a, b in cut_keys(more, 100)}
    assert len(before - after) == 1
    assert 1 <= len(after - before) <= 2
    assert ends_part(keys, 100).sum() == pytest.approx(50, abs=25)
