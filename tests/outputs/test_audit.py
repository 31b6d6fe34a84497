"""Who is quoted: on tables of a few rows, in the terminal and in files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.audit import KEYS, MEASURES, count_quoted, list_quoted
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
    table = count_quoted(invented(), ["outlet"])
    whole = {name: int(table[name].sum()) for name in MEASURES if name not in ("sources", "unnamed_share")}
    assert whole == {
        "claims": 9,
        "documents": 3,
        "direct": 2,
        "unnamed": 1,
        "women": 2,
        "men": 1,
        "officials": 3,
        "companies": 2,
        "committees": 1,
        "departments": 1,
        "unanswered": 1,
    }
    assert table["unnamed_share"].tolist() == [0.333, 0, 0]


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


@pytest.mark.parametrize("by", [*([key] for key in KEYS), ["month", "outlet"]])
def test_no_claims_make_no_rows(by: list[str], tmp_path: Path) -> None:
    from policy_news import load_tables

    out = write_run(tmp_path / "out", [])
    assert list_quoted(load_tables(out), by) == []


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("pile") / "out", [masked_draft()])


def ask(pile: Path, *arguments: str) -> str:
    told = CliRunner().invoke(app, ["audit", "--out", str(pile), *arguments])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_terminal_csv_and_json_tell_the_same(pile: Path) -> None:
    assert ask(pile).splitlines()[-1].split()[:2] == ["news.example.org", "1"]
    (row,) = csv.DictReader(io.StringIO(ask(pile, "--by", "source", "--format", "csv")))
    (same,) = map(json.loads, ask(pile, "--by", "source", "--format", "json").splitlines())
    assert {name: str(value) for name, value in same.items()} == row
    assert list(row) == ["source", "source_id", *MEASURES]
    assert row["source"] == "Tarnwick Optics"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--by", "weather"], 2, "weather"),
        (["--format", "xml"], 2, "xml"),
        (["--out", "nowhere"], 3, "no finished run"),
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
