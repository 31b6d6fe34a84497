"""Who is quoted, and what was not read: on tables of a few rows, in the terminal, in files and on the page of the report."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import html
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.audit import KEYS, MEASURES, count_quoted, list_quoted
from policy_news.outputs.report import write_report
from policy_news.outputs.unread import COLUMNS, list_unread
from policy_news.tables.corpus import read_corpus
from policy_news.tables.schema import FailureRow
from tests.support.invented_run import Draft, masked_draft, write_run

DOCUMENTS = [
    # doc_id, path, url, published
    ("a", "gazette/a.txt", "https://www.Harbour-Post.example:8080/x?y", "2024-03-05"),
    ("b", "gazette/b.txt", None, "2024-03-09"),
    ("c", "c.txt", None, None),
]
CLAIMS = [
    # claim_id, doc_id, entity, source words, type, quote, kept, headline_of, continues
    ("a1", "a", "moll", "Ana Moll", "statement", "direct", True, None, None),
    ("a2", "a", "moll", "she", "denial", "indirect", True, None, None),
    ("a3", "a", None, "Analysts", "opinion", "indirect", True, None, None),
    ("a4", "a", None, None, "statement", "mixed", True, None, None),
    ("a5", "a", "tarsus", "Tarsus", "non_response", "indirect", True, None, None),
    ("a6", "a", "tarsus", "Tarsus", "statement", "direct", False, None, None),
    ("a7", "a", "moll", "Moll", "statement", "indirect", True, "a2", None),
    ("a8", "a", "moll", None, "statement", "direct", True, None, "a1"),
    ("b1", "b", "tarsus", "Tarsus", "commitment", "mixed", True, None, None),
    ("b2", "b", "tarsus", "the company", "statement", "indirect", True, None, None),
    ("c1", "c", "inquiry", "The inquiry", "call", "indirect", True, None, None),
    ("c2", "c", "brand", "Jon Brand", "statement", "direct", True, None, None),
    ("c3", "c", "treasury", "a Treasury official", "statement", "indirect", True, None, None),
]
ENTITIES = [
    ("moll", "Ana Moll", "PERSON"),
    ("tarsus", "Tarsus", "COMPANY"),
    ("inquiry", "Ferry Inquiry", "COMMITTEE"),
    ("brand", "Jon Brand", "MINISTER"),
    ("treasury", "Treasury", "DEPARTMENT"),
    ("sum", "£3m", "MONEY"),
]
APPEARANCES = [
    # doc_id, entity, label, gender, office
    ("a", "moll", "PERSON", "f", "gb-harbour-secretary"),
    ("a", "tarsus", "COMPANY", None, None),
    ("c", "brand", "MINISTER", "m", None),
    ("c", "moll", "PERSON", "f", None),
]
MENTIONS = [("m1", "tarsus"), ("m2", "tarsus"), ("m3", "moll"), ("m4", "sum")]
INSIDE = [("a1", "m1"), ("a1", "m2"), ("a1", "m4"), ("a5", "m3"), ("b1", "m3")]


def invented() -> dict[str, pd.DataFrame]:
    documents = pd.DataFrame(DOCUMENTS, columns=["doc_id", "path", "url", "published"])
    documents["published"] = pd.to_datetime(documents["published"], utc=True)
    names = [
        "claim_id",
        "doc_id",
        "source_entity_id",
        "source_text",
        "claim_type",
        "quote_kind",
        "kept",
        "headline_of",
        "continues",
    ]
    return {
        "documents": documents,
        "claims": pd.DataFrame(CLAIMS, columns=names),
        "entities": pd.DataFrame(ENTITIES, columns=["entity_id", "name", "label"]),
        "appearances": pd.DataFrame(
            APPEARANCES, columns=["doc_id", "entity_id", "label", "gender", "office_id"]
        ),
        "mentions": pd.DataFrame(MENTIONS, columns=["mention_id", "entity_id"]),
        "claim_mentions": pd.DataFrame(INSIDE, columns=["claim_id", "mention_id"]),
    }


def test_each_measure_counts_what_it_says() -> None:
    (whole,) = list_quoted(invented())
    assert whole == {
        "claims": 9, "documents": 3, "sources": 5, "direct": 2, "mixed": 2, "indirect": 5, "named": 7, "unnamed": 1, "unnamed_share": 0.125,
        "without_source": 1, "people": 3, "women": 2, "men": 1, "officials": 3, "companies": 2, "committees": 1, "departments": 1,
        "single_source": 2, "unanswered": 1,
    }  # fmt: skip


BY = [
    (["outlet"], [("harbour-post.example", 4, 1), ("unknown", 3, 0), ("gazette", 2, 0)]),
    (["month"], [("2024-03", 6, 1), ("unknown", 3, 0)]),
    (["subject"], [("Ana Moll", 1, 1), ("Tarsus", 1, 0)]),
    (["source"], [("Tarsus", 2, 1), ("Ana Moll", 2, 0), ("Jon Brand", 1, 0), ("Treasury", 1, 0), ("Ferry Inquiry", 1, 0)]),
    (["outlet", "source"], [("gazette", 2, 0), ("harbour-post.example", 2, 0)]),
    (["subject", "source"], [("Ana Moll", 1, 1), ("Tarsus", 1, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("by", "rows"), BY, ids=[" ".join(by) for by, _ in BY])
def test_rows_are_made_for_keys(by: list[str], rows: list[tuple[str, int, int]]) -> None:
    found = count_quoted(invented(), by)[[by[0], "claims", "unanswered"]].itertuples(index=False, name=None)
    assert sorted(list(found)[: len(rows)]) == sorted(rows)


def test_parts_add_up_to_the_whole() -> None:
    (whole,) = list_quoted(invented())
    for key in ("outlet", "month"):
        table = count_quoted(invented(), [key])
        for name in set(MEASURES) - {"sources", "unnamed_share"}:
            assert table[name].sum() == whole[name], (key, name)
    assert whole["direct"] + whole["mixed"] + whole["indirect"] == whole["claims"]
    assert whole["named"] + whole["unnamed"] + whole["without_source"] == whole["claims"]


@pytest.mark.parametrize("by", [[], *([key] for key in KEYS), ["month", "outlet"]])
def test_no_claims_make_no_rows(by: list[str], tmp_path: Path) -> None:
    from policy_news import load_tables

    out = write_run(tmp_path / "out", [])
    assert list_quoted(load_tables(out), by) == []
    assert list_unread(read_corpus(out)).articles == []


ARTICLE = (
    "The lock at Wendel will stay shut until June, its keeper said on Monday, because the gates no longer meet. "
    "Barges have waited at the lower basin since a storm in January; two skippers have sold their boats. "
    "The waterways agency did not answer questions about the cost. Mayor Ilse Brandt said the town would lend it a crane, "
    "and that she had asked the province for divers who know the old masonry and its hidden culverts."
)
ENDS = ARTICLE.index("Mayor Ilse")


def article(doc_id: str, text: str) -> Draft:
    draft = Draft(doc_id, text, f"Lock stays shut ({doc_id})")
    draft.section(text)
    return draft


def hide(text: str, start: int, end: int) -> str:
    return text[:start] + "".join("*" if c.isalnum() else c for c in text[start:end]) + text[end:]


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drafts = [
        article("one/end-masked", hide(ARTICLE, ENDS, len(ARTICLE))),
        article("two/start-masked", hide(ARTICLE, 0, ARTICLE.index("Barges"))),
        article("three/beginning", ARTICLE[: ARTICLE.index(" The waterways")]),
        masked_draft("four/camera-rule"),
    ]
    failures = [FailureRow("five.pdf", "ingest", "ReadError", "broken PDF", "Save it again.")]
    return write_run(tmp_path_factory.mktemp("pile") / "out", drafts, failures)


def test_what_was_not_read_and_where_it_is(pile: Path) -> None:
    unread = list_unread(read_corpus(pile))
    rows = {row["doc_id"]: row for row in unread.articles}
    assert {doc_id: row["state"] for doc_id, row in rows.items()} == {
        "one/end-masked": "masked",
        "two/start-masked": "masked",
        "three/beginning": "cut",
        "four/camera-rule": "masked",
        "five.pdf": "failed",
    }
    end = rows["one/end-masked"]
    assert (end["breaks_off"], end["last_words"]) == (
        ENDS,
        "waterways agency did not answer questions about the cost. ",
    )
    assert end["copies"] == ["two/start-masked"]
    assert end["found_words"] == len(ARTICLE[ENDS:].split())
    assert rows["two/start-masked"]["breaks_off"] is None
    assert rows["four/camera-rule"]["near_masks"] == []
    assert unread.total["masked"] == 3
    assert unread.total["failed"] == 1
    texts = {one.document.doc_id: one.document.text for one in read_corpus(pile).articles}
    for one in unread.elsewhere:
        assert texts[one.copy_id][one.copy_start : one.copy_end] == one.text
        assert "*" in texts[one.doc_id][one.start : one.end] or one.doc_id == "three/beginning"
    filled = [one.text for one in unread.elsewhere if one.doc_id == "one/end-masked"]
    assert filled == [ARTICLE[ENDS:-1]]


def test_entities_and_claims_beside_masks_are_told(tmp_path: Path) -> None:
    draft = masked_draft()
    draft.mentions = [row for row in draft.mentions if row.near_mask or row.entity_id != "tarnwick"]
    row = list_unread(read_corpus(write_run(tmp_path / "out", [draft]))).articles[0]
    assert row["near_masks"] == ["Tarnwick"]
    assert row["cut_claims"] == 0


def ask(pile: Path, *arguments: str) -> str:
    told = CliRunner().invoke(app, ["audit", "--out", str(pile), *arguments])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_terminal_csv_and_json_tell_the_same(pile: Path) -> None:
    assert ask(pile).splitlines()[-1].split()[:2] == ["all", "1"]
    (row,) = csv.DictReader(io.StringIO(ask(pile, "--by", "source", "--format", "csv")))
    (same,) = map(json.loads, ask(pile, "--by", "source", "--format", "json").splitlines())
    assert {name: str(value) for name, value in same.items()} == row
    assert list(row) == ["source", "source_id", *MEASURES]
    assert row["source"] == "Tarnwick Optics"


def test_the_ledger_in_terminal_csv_and_json(pile: Path) -> None:
    told = ask(pile, "--unread")
    assert told.splitlines()[-1].startswith("unread: 1 failed, 3 masked, 1 cut of 4 documents; ")
    rows = list(csv.DictReader(io.StringIO(ask(pile, "--unread", "--format", "csv"))))
    assert [row["doc_id"] for row in rows][-1] == "five.pdf"
    assert list(rows[0]) == COLUMNS
    objects: list[dict[str, Any]] = [
        json.loads(line) for line in ask(pile, "--unread", "--format", "json").splitlines()
    ]
    assert [one["doc_id"] for one in objects] == [row["doc_id"] for row in rows]
    assert {one["doc_id"]: len(one["elsewhere"]) for one in objects}["one/end-masked"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--unread", "--by", "month"], 2, "does not go with"),
        (["--by", "weather"], 2, "weather"),
        (["--format", "xml"], 2, "xml"),
        (["--out", "nowhere"], 3, "no finished run"),
        (["--unread", "--out", "nowhere"], 3, "no finished run"),
    ],
)
def test_wrong_arguments_are_told_in_a_line(arguments: list[str], code: int, said: str, pile: Path) -> None:
    told = CliRunner().invoke(app, ["audit", "--out", str(pile), *arguments])
    assert told.exit_code == code
    assert said in told.output
    assert "Traceback" not in told.output


def test_a_cell_is_no_formula(tmp_path: Path) -> None:
    draft = Draft(
        "=1+1",
        "Wendel lock\n\n=cmd said that it would stop.",
        "=cmd",
        published=dt.datetime(2024, 3, 5, tzinfo=dt.UTC),
    )
    draft.section("=cmd said that it would stop.")
    draft.mention("=cmd", "COMPANY", "=cmd")
    draft.claim("=cmd", "said", ["it would stop"], "statement", "=cmd")
    out = write_run(tmp_path / "out", [draft])
    assert '\n"\'=cmd","\'=cmd",' in ask(out, "--by", "source", "--format", "csv")


def test_the_page_shows_both(pile: Path) -> None:
    write_report(pile)
    page = html.parse(str(pile / "report" / "audit.html"), html.HTMLParser(encoding="utf-8")).getroot()
    assert page.xpath("//section/@id") == ["outlet", "month", "subject", "source", "unread"]
    (source,) = page.xpath("//section[@id='source']//tbody/tr")
    assert source.xpath("th/a/@href")[0].startswith("entities/")
    shown = dict(zip(source.xpath("td/@data-name"), source.xpath("td/text()"), strict=True))
    assert (shown["claims"], shown["unnamed share"], shown["unanswered"]) == ("1", "0 %", "0")
    told = [one.text_content() for one in page.xpath("//details")]
    assert any("two/start-masked" in one and "she had asked the province for divers" in one for one in told)
    assert any("one/end-masked" in one and "its keeper said on Monday" in one for one in told)
