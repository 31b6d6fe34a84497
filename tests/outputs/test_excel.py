"""The Excel workbook opens, filters, and holds no formula of an article."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.tables.schema import TABLES
from tests.support.standing.runs import make_settings, run_local

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("excel")
    (folder / "raw").mkdir()
    text = (
        "=1+1 Report\n\nPublished 3 May 2024\n\nSenator Ida Moe asked whether the firms would accept it.\n\n"
        "Wexcombe Water denied that it had\x0b breached its licence.\n"
    )
    (folder / "raw/a.txt").write_text(text, encoding="utf-8")
    run_local(folder / "raw", folder / "out", make_settings())
    to = folder / "tables.xlsx"
    told = RUNNER.invoke(app, ["export", "--format", "xlsx", "--to", str(to), "--out", str(folder / "out")])
    assert told.exit_code == 0, told.output
    return load_workbook(to)


def rows_of(book: Any, name: str) -> list[dict[str, Any]]:
    heads, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_each_table_is_a_sheet_with_headings_and_filters(book: Any) -> None:
    assert book.sheetnames == ["who said what", *TABLES]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_dates_are_dates_and_claims_lead_to_the_report(book: Any) -> None:
    (document,), claims = rows_of(book, "documents"), rows_of(book, "claims")
    assert [claim["kept"] for claim in claims] == [True, False, True]
    claim = claims[-1]
    assert document["published"] == dt.datetime(2024, 5, 3)
    assert claim["claim_date"] == dt.datetime(2024, 5, 3)
    assert claim["report"] == '=HYPERLINK("out/report/documents/a.html#claim-2", "open")'.replace(
        "documents/a.html", document["report_page"]
    )


def test_the_first_sheet_says_who_said_what(book: Any) -> None:
    claim, other = (rows_of(book, name)[-1] for name in ("who said what", "claims"))
    said = {name: claim[name] for name in ("source", "claim_type", "reported", "title", "report")}
    assert said == {
        "source": "Wexcombe Water",
        "claim_type": "denial",
        "reported": "Wexcombe Water denied that it had breached its licence",
        "title": "'=1+1 Report",
        "report": other["report"],
    }


def test_no_text_of_an_article_is_a_formula(book: Any) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            formulas = [cell.value for cell in row if cell.data_type == "f"]
            assert all(value.startswith("=HYPERLINK(") for value in formulas)
