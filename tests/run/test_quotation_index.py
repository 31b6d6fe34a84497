"""The quotation index: right whatever happened to it, and made for changed documents only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policy_news.core.settings import Settings, TableSettings
from policy_news.nlp.passages import Coder, cut_passages, hide
from policy_news.run.paths import QUOTATIONS
from policy_news.run.quotation_index import FORM, read_index, update_index
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_run, read_table


def write(raw: Path, count: int) -> None:
    raw.mkdir(exist_ok=True)
    for number in range(count):
        (raw / f"note-{number}.txt").write_text(
            f"Note {number}\n\nThe clerk of town {number} said the road was closed.\n"
        )


def shown(out: Path) -> list[dict[str, object]]:
    return [row for table in read_index(out, read_run(out)) for row in table.to_pylist()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    write(folder / "raw", 6)
    run_all(folder / "raw", folder / "out", Settings())
    return folder


def test_a_run_leaves_the_index_of_its_documents(folder: Path) -> None:
    out = folder / "out"
    (path,) = (out / QUOTATIONS).iterdir()
    before = path.stat().st_mtime_ns
    rows = shown(out)
    assert [row["doc_id"] for row in rows] == read_table(out, "documents")["doc_id"].to_pylist()
    assert path.stat().st_mtime_ns == before
    assert update_index(out) == 0


def test_only_changed_documents_are_coded(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    raw, out = tmp_path / "copy" / "raw", tmp_path / "copy" / "out"
    kept = tmp_path / "kept"
    shutil.copytree(out / QUOTATIONS, kept)
    (raw / "note-3.txt").write_text("Note 3\n\nThe clerk said something else altogether.\n")
    run_all(raw, out, Settings())
    shutil.rmtree(out / QUOTATIONS)
    shutil.copytree(kept, out / QUOTATIONS)
    assert update_index(out) == 1
    assert len(list((out / QUOTATIONS).iterdir())) == 1
    fresh = shown(out)
    shutil.rmtree(out / QUOTATIONS)
    assert shown(out) == fresh


def test_a_damaged_or_missing_file_is_made_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(folder / "out", out)
    whole = shown(out)
    (path,) = (out / QUOTATIONS).iterdir()
    path.write_bytes(path.read_bytes()[:200])
    assert shown(out) == whole
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), 7):  # a bit of a code alone would be read without an error
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert shown(out) == whole
    shutil.rmtree(out / QUOTATIONS)
    (out / QUOTATIONS).write_text("in the way")
    assert shown(out) == whole


def test_tables_in_parts_have_an_index_each(folder: Path, tmp_path: Path) -> None:
    settings = Settings(tables=TableSettings(single_file_documents=1, part_documents=2))
    run_all(folder / "raw", tmp_path / "out", settings)
    parts = len(list((tmp_path / "out" / "documents.parquet").iterdir()))
    assert len(list((tmp_path / "out" / QUOTATIONS).iterdir())) == parts > 1
    assert shown(tmp_path / "out") == shown(folder / "out")


def test_the_form_is_raised_with_the_codes() -> None:
    text = 'He said: "We will not go, Mr. Orr." The cows *** ***** home! 1,000 came'
    masked = hide(text, [(45, 54)])
    passages = [masked[slice(*span)] for span in cut_passages(masked)]
    assert (FORM, [Coder().read(passage) for passage in passages]) == (
        4,
        [[466, 5389, 6681, 7566, 7567, 11524, 13803], [0, 3227, 9975], [2872, 5200]],
    )
