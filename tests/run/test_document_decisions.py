"""Decisions about title, author, publication day and language: a run reads the document by them, and only that one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.store import append_decisions
from policy_news.run.decisions_copy import read_outcomes
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_run
from tests.conftest import MODEL

SETTINGS = Settings(annotate=AnnotateSettings(model=str(MODEL)))
ARTICLES = {
    "harbour.txt": "Harbour dues to fall\n\n3 May 2024\n\nNella Quist said on Monday that the dues would fall.\n",
    "ferry.txt": "Ferry held in port\n\n7 May 2024\n\nOrla Vint said on Monday that the ferry was safe.\n",
}
FRENCH = "La ville a décidé que les écoles de la région seront ouvertes avec les élèves et les parents. " * 4


class Folder:
    """A raw folder, its decisions, and the tables of its runs."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.out, self.file = folder / "raw", folder / "out", folder / "decisions.jsonl"
        self.raw.mkdir()
        for name, text in ARTICLES.items():
            (self.raw / name).write_text(text, encoding="utf-8")

    def run(self) -> dict[str, dict[str, Any]]:
        run_all(self.raw, self.out, SETTINGS)
        return {row["doc_id"]: row for row in self.rows("documents")}

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(pq.read_table(self.out / f"{table}.parquet").to_pylist())

    def decide(self, doc_id: str, **fields: Any) -> str:
        row = next(row for row in self.rows("documents") if row["doc_id"] == doc_id)
        ref = QuotedDocument(doc_id, row["sha256"], row["text"]).ref
        decision = Maker("nell").make("document.change", doc=ref, set=fields)
        append_decisions(self.file, [decision])
        return decision.id

    def days(self, doc_id: str) -> set[str]:
        return {
            row["value"]
            for row in self.rows("dates")
            if row["doc_id"] == doc_id and row["text"].endswith("Monday")
        }

    def states(self) -> list[str]:
        return [one.state for one in read_outcomes(self.out)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    own = Folder(tmp_path)
    own.run()
    return own


def test_a_corrected_day_is_what_the_dates_of_that_document_are_counted_from(folder: Folder) -> None:
    before = read_run(folder.out)["tables"]
    assert folder.days("harbour") == {"2024-04-29"}
    own = folder.decide("harbour", published="2024-06-12", title="Harbour dues", author=None)
    rows = folder.run()
    assert (rows["harbour"]["title"], str(rows["harbour"]["published"])[:10]) == (
        "Harbour dues",
        "2024-06-12",
    )
    assert (folder.days("harbour"), folder.days("ferry")) == ({"2024-06-10"}, {"2024-05-06"})
    assert folder.states() == ["applied"]
    append_decisions(folder.file, [Maker("nell").undo([own])])
    folder.run()
    assert read_run(folder.out)["tables"] == before


def test_it_follows_the_text_to_another_name_and_reaches_no_other_article(folder: Folder) -> None:
    folder.decide("harbour", title="Harbour dues")
    (folder.raw / "harbour.txt").rename(folder.raw / "moved.txt")
    (folder.raw / "ferry.txt").rename(folder.raw / "harbour.txt")
    rows = folder.run()
    assert (rows["moved"]["title"], rows["harbour"]["title"]) == ("Harbour dues", "Ferry held in port")
    (folder.raw / "moved.txt").write_text(ARTICLES["harbour.txt"].replace("fall", "rise"), encoding="utf-8")
    rows = folder.run()
    assert rows["moved"]["title"] == "Harbour dues to rise"
    assert folder.states() == ["lost"]


def test_the_language_says_whether_a_document_is_read(folder: Folder) -> None:
    (folder.raw / "ville.txt").write_text(f"{FRENCH}Nella Quist said the port was open.\n", encoding="utf-8")
    assert folder.run()["ville"]["language"] == "fr"
    folder.decide("ville", language="en")
    folder.decide("ferry", language="nl")
    rows = folder.run()
    read = {row["doc_id"] for row in folder.rows("mentions")}
    assert (rows["ville"]["language"], rows["ferry"]["language"]) == ("en", "nl")
    assert "ville" in read
    assert "ferry" not in read


def test_a_day_that_is_none_leaves_the_document_without_one(folder: Folder) -> None:
    text = ARTICLES["ferry.txt"].replace("\n\n7 May 2024\n\n", "\n\nOn 7 May 2024 the ferry sailed. ")
    (folder.raw / "ferry.txt").write_text(
        text + "The harbour was calm and full of boats. " * 20, encoding="utf-8"
    )
    assert "inferred" in folder.run()["ferry"]["notes"]
    folder.decide("ferry", published=None)
    row = folder.run()["ferry"]
    assert row["published"] is None
    assert "inferred" not in (row["notes"] or "")
