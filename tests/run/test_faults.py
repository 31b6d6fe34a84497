"""A fault over one item costs that item: each stage's work is broken on one in turn, and the other rows are as ever."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from policy_news.checks.checking import run as check
from policy_news.outputs.report import write_report
from policy_news.tables.chunks import DOCUMENT_TABLES
from policy_news.tables.pages import document_page
from policy_news.tables.parquet import read_tables
from tests.support.standing.runs import IN_PARTS, make_settings, run_local

BREAKER = "Ottoline"
"""A word of one of the documents."""
REPORT = (
    "Rishi Sunak, the prime minister, told the BBC that the harbour rule was fair and would stay for as long as boats "
    "came in with more than they could carry. Owners of small boats had asked for a delay of a year, since the new scales "
    "are dear and the few firms that make them have long lists of orders. The council will look at the rule in the autumn, "
    "when the first figures are there, and may then change how much a boat is allowed to land on a day."
)
DOCUMENTS = {
    "a": "Rishi Sunak said on Monday that the harbour rule was fair. Hikvision denied that it had broken it.",
    "b": f"{BREAKER} Brackley said on Monday that the harbour rule was cheap. Hikvision will appeal.",
    "c": REPORT,
    "e": f"{REPORT} He left.",
    "d": "Tom Tugendhat said the cameras of Hikvision were a risk. Brackley did not reply.",
}
Broken = tuple[str, Callable[..., bool]]


def has_word(*arguments: Any, **_: Any) -> bool:
    return any(BREAKER.lower() in repr(argument).lower() for argument in arguments)


OF_DOCUMENTS: list[Broken] = [
    ("policy_news.run.stages.ingest:find_layout", has_word),
    ("policy_news.run.records:unmask", has_word),
    ("policy_news.nlp.annotator:Annotator.link", lambda _, rows: BREAKER in rows.document.text),
]
"""Work on a document, and whether its arguments are of the one that breaks it."""
OF_ITEMS: list[tuple[Broken, tuple[str, ...], str]] = [
    (
        ("policy_news.nlp.who.cross_document:CorpusResolver.take", has_word),
        ("person-ottoline", "ottoline", "brackley"),
        "entities",
    ),
    (
        ("policy_news.nlp.who.terms:_row", lambda line: "rishi-sunak" in line),
        ("person-rishi-sunak",),
        "offices",
    ),
    (("policy_news.nlp.relations.statements:Statements._compare", lambda *_: True), ("a#c", "c#c"), "claims"),
]
"""Work on an entity, a term, a claim; how the row of `failures` begins, and the table that may differ."""
FOLLOWING = {"claims": "origins"}
"""The table that is made of another one."""


def write_raw(folder: Path) -> Path:
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.txt").write_text(f"Harbour rule\n\nPublished 7 March 2023\n\n{text}\n")
    return folder


def break_on(monkeypatch: pytest.MonkeyPatch, broken: Broken) -> None:
    place, is_meant = broken
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *within, name = path.split(".")
    for one in within:
        owner = getattr(owner, one)
    work = getattr(owner, name)

    def breaking(*arguments: Any, **named: Any) -> Any:
        if is_meant(*arguments):
            raise ZeroDivisionError(f"broken {name}")
        return work(*arguments, **named)

    monkeypatch.setattr(owner, name, breaking)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    run_local(write_raw(folder / "raw"), folder / "out", make_settings(tables=IN_PARTS))
    return folder / "out"


def rows_without(out: Path, doc_id: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of all documents but one, without the ids that documents share."""
    tables = read_tables(out)
    found = {}
    for name in DOCUMENT_TABLES:
        if "doc_id" in tables[name].column_names:
            own = tables[name].filter(pc.not_equal(tables[name]["doc_id"], doc_id)).to_pylist()
            found[name] = [
                {key: row[key] for key in row if "identity" not in key and key != "considered"} for row in own
            ]
    return found


@pytest.mark.parametrize("broken", OF_DOCUMENTS, ids=[place for place, _ in OF_DOCUMENTS])
def test_what_fails_over_a_document_costs_that_document(
    sound: Path, broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_on(monkeypatch, broken)
    run_local(write_raw(tmp_path / "raw"), tmp_path / "out", make_settings(tables=IN_PARTS))
    failures = read_tables(tmp_path / "out")["failures"].to_pylist()
    assert [(row["path"], row["error"]) for row in failures] == [("b.txt", "ZeroDivisionError")]
    assert rows_without(tmp_path / "out", "") == rows_without(sound, "b")


def test_a_fault_of_the_stages_of_the_corpus_leaves_the_last_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = write_raw(tmp_path / "raw"), tmp_path / "out"
    run_local(raw, out)
    before = read_tables(out)
    with (raw / "a.txt").open("a", encoding="utf-8") as file:
        file.write("The rule is dear, he added.\n")
    for place in ("run.corpus_claims:note_claims", "run.stages.write:with_statements"):
        with monkeypatch.context() as patch:
            break_on(patch, (f"policy_news.{place}", lambda *_: True))
            with pytest.raises(ZeroDivisionError):
                run_local(raw, out)
        assert read_tables(out) == before
    assert run_local(raw, out)
    assert not check(out).findings


@pytest.mark.parametrize(("broken", "items", "table"), OF_ITEMS, ids=[place for (place, _), _, _ in OF_ITEMS])
def test_what_fails_over_an_item_costs_no_document(
    sound: Path,
    broken: Broken,
    items: tuple[str, ...],
    table: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_on(monkeypatch, broken)
    run_local(write_raw(tmp_path / "raw"), tmp_path / "out", make_settings(tables=IN_PARTS))
    tables = read_tables(tmp_path / "out")
    failures = tables["failures"].to_pylist()
    assert failures
    assert {row["error"] for row in failures} == {"ZeroDivisionError"}
    assert [row["path"] for row in failures if not row["path"].startswith(items)] == []
    expected = read_tables(sound)
    for name in tables.keys() - {"failures", table, FOLLOWING.get(table)}:
        assert tables[name].equals(expected[name]), name
    assert not check(tmp_path / "out").findings


def test_a_page_that_cannot_be_made_says_so_and_the_others_are_whole(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(sound)
    pages = {path.name: path.read_bytes() for path in (sound / "report").rglob("*.html")}
    break_on(
        monkeypatch, ("policy_news.outputs.report:view_document", lambda one, *_: one.document.doc_id == "b")
    )
    faults: list[tuple[str, Exception]] = []
    write_report(sound, faults)
    assert [name for name, _ in faults] == [document_page("b")]
    changed = [path for path in (sound / "report").rglob("*.html") if path.read_bytes() != pages[path.name]]
    assert [str(path.relative_to(sound / "report")) for path in changed] == [document_page("b")]
    assert "could not be made" in changed[0].read_text(encoding="utf-8")
