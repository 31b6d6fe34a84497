"""The pass that gives claims their statements: its notes on disk, and what no corpus may do to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policy_news.core.errors import DamagedError, StageError
from policy_news.run import shard_results
from policy_news.run.corpus_claims import read_notes, write_notes
from policy_news.run.entity_counts import count_mentions
from policy_news.run.paths import SHARDS
from policy_news.run.shard_results import ShardResult, read_result, write_result
from policy_news.tables.chunks import DOCUMENT_TABLES, build_chunk, empty_chunk
from policy_news.tables.parquet import read_table
from tests.nlp.relations.reading import relate
from tests.nlp.relations.test_statements import SAID, claim, note
from tests.run.test_parts import SETTINGS, is_fresh
from tests.support.standing.runs import run_local

ARTICLE = """Orla Fenn accused Tarnwick Optics of hiding the test results of nine cameras that it had sold to the city of Halden in May.
Tarnwick Optics denied the accusation. "We have nothing to hide from anybody in this town," said Mara Quill, who leads the firm.
The council of Halden said that it would look into the matter and publish what it finds before the end of the year, as the law demands of it.
"""


def test_notes_are_read_as_they_were_written(tmp_path: Path) -> None:
    own = [note([claim(doc, 1, " ".join(SAID))]) for doc in "ab"]
    counts = count_mentions([build_chunk([])])
    write_notes(tmp_path / "notes", own, [], counts)
    read, _, read_counts = read_notes(tmp_path / "notes")
    assert read_counts.equals(counts)
    assert read.claims.to_pylist() == [*own[0].claims.to_pylist(), *own[1].claims.to_pylist()]
    assert read.codes.tolist() == sorted([*own[0].codes, *own[1].codes])


def test_torn_notes_are_refused(tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", [note([claim("a", 1, " ".join(SAID))])], [], count_mentions([]))
    shutil.copy(tmp_path / "notes", tmp_path / "of another part")
    (tmp_path / "notes").write_bytes((tmp_path / "notes").read_bytes()[:-3])
    for name in ("notes", "none", "of another part"):
        with pytest.raises(DamagedError, match="missing or damaged"):
            read_notes(tmp_path / name)


@pytest.mark.parametrize(
    "text", ["", "Rain.", "Orla Fenn said.", "It was alleged.", '"We shall see."', '""', 'She said "".']
)
def test_one_document_without_a_date_is_related_to_nothing(text: str, tmp_path: Path) -> None:
    rows = relate(tmp_path, [("one", None, text or "A")])
    assert rows["claim_links"] == rows["document_groups"] == []
    assert all(row["statement_id"] in (None, row["claim_id"]) for row in rows["claims"])


def test_copies_are_one_group_and_their_claims_one_statement(tmp_path: Path) -> None:
    rows = relate(tmp_path, [(f"copy-{number:02}", "2021-05-12", ARTICLE) for number in range(20)])
    assert {row["group_id"] for row in rows["document_groups"]} == {"copy-00"}
    assert {(row["origin_id"], row["reason"]) for row in rows["origins"]} == {
        ("copy-00", None),
        ("copy-00", "copy"),
    }
    assert len(rows["document_groups"]) == 20
    said = [row["statement_id"] for row in rows["claims"] if "nothing to hide" in (row["content_text"] or "")]
    assert len(said) == 20
    assert len(set(said)) == 1


QUOTE = '"We will defend every inch of this island of ours whatever may come," said Orla Fenn, who leads the Harbour Guild.'


def write(raw: Path, name: str, day: int, text: str) -> None:
    raw.mkdir(exist_ok=True)
    (raw / f"{name}.txt").write_text(f"A Report\n\nPublished May {day}, 2021\n\n{text}\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", ["an earlier report", "the first report less", "other words", "another speaker", "a copy"]
)
def test_statements_and_copies_of_other_parts_follow_a_change(change: str, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    for number in range(10):
        write(raw, f"n{number:02d}", number + 3, QUOTE if number % 2 else ARTICLE)
    run_local(raw, out, SETTINGS)
    before = read_table(out, "claims").to_pylist()
    assert len({row["statement_id"] for row in before if "every inch" in (row["content_text"] or "")}) == 1
    if change == "the first report less":
        (raw / "n01.txt").unlink()
    else:
        texts = {"an earlier report": ("n055", QUOTE), "other words": ("n01", "Orla Fenn said that she would stay."),
                 "another speaker": ("n01", QUOTE.replace("Orla Fenn", "Mara Quill")), "a copy": ("n001", ARTICLE)}  # fmt: skip
        name, text = texts[change]
        write(raw, name, 1, text)
    run_local(raw, out, SETTINGS)
    assert is_fresh(raw, out, tmp_path / "fresh")


def test_rows_of_a_version_with_other_tables_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for names in (DOCUMENT_TABLES[:-1], tuple(name for name in DOCUMENT_TABLES if name != "claim_links")):
        with monkeypatch.context() as patch:
            patch.setattr(shard_results, "DOCUMENT_TABLES", names)
            (tmp_path / SHARDS).mkdir(parents=True, exist_ok=True)
            write_result(tmp_path, "old", ShardResult("one", empty_chunk()))
        with pytest.raises(StageError, match="of another version"):
            read_result(tmp_path, "old")
