"""Links between claims wherever they are shown or handed on: report, exports, checks, explanations, views."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

from policy_news.cli.main import app
from policy_news.outputs.formats import write_export
from policy_news.outputs.report import write_report
from policy_news.tables.claim_views import claims_view, links_view
from policy_news.tables.parquet import load_tables, read_table
from tests.nlp.relations.reading import relate

TEXTS = [
    (
        "courier",
        "2021-05-12",
        "Mara Quill accused Tarnwick Optics of hiding the test results. Tarnwick Optics denied the accusation.\n\n"
        'Dermot Hale called for an inquiry into Tarnwick Optics: "They must open their books before the summer is over." '
        "Orla Fenn backed Mr Hale's call. The ministry declined to comment on the roof.",
    ),
    (
        "standard",
        "2021-05-12",
        'Dermot Hale said of the makers of the cameras: "They must open their books before the summer is over."',
    ),
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    relate(folder, TEXTS)
    return folder / "out"


def test_the_page_of_all_claims_holds_each_with_its_links(out: Path) -> None:
    index, _ = write_report(out)
    page = html.parse(str(index.parent / "claims.html")).getroot()
    rows = json.loads(page.xpath("//script[@class='rows']")[0].text)
    assert len(rows) == sum(row["kept"] for row in read_table(out, "claims").to_pylist())
    lists = json.loads(page.xpath("//script[@id='names']")[0].text)
    named = {lists["relations"][link[0]] for row in rows for link in row[10]}
    assert {"denies", "is denied by", "supports"} <= named
    for row in rows:
        name = lists["documents"][row[0]][0]
        assert html.parse(str(index.parent / name)).getroot().xpath(f"//*[@id='claim-{row[1]}']")


def test_a_statement_stands_once_with_the_other_articles_that_report_it(out: Path) -> None:
    index, _ = write_report(out)
    page = html.parse(str(index.parent / "claims.html")).getroot()
    cells = [cell.text_content() for cell in page.xpath("//table[@id='found']//td[@class='wide']")]
    (shared,) = [cell for cell in cells if "also in" in cell]
    assert re.search(r"also in (standard|courier), 2021-05-12 \(\1\)", shared)


def test_pages_of_documents_and_entities_show_what_is_denied_and_how_sure_that_is(out: Path) -> None:
    index, _ = write_report(out)
    pages = {path.name: path.read_text(encoding="utf-8") for path in index.parent.rglob("*.html")}
    firm = next(text for name, text in pages.items() if "tarnwick-optics" in name)
    assert "Denials by it, and what they deny" in firm
    link = next(row for row in read_table(out, "claim_links").to_pylist() if row["relation"] == "denies")
    courier = next(text for name, text in pages.items() if name.startswith("courier"))
    for shown in (firm, courier):
        assert f"denies ({link['score']:.2f})" in shown


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("csv", '"denies"'),
        ("jsonl", '"relation": "denies"'),
        ("ftm", "UnknownLink"),
    ],
)
def test_exports_carry_links(out: Path, tmp_path: Path, name: str, held: str) -> None:
    target = tmp_path / "export"
    write_export(out, name, target)
    path = target / "claim_links.csv" if name == "csv" else target
    text = path.read_text(encoding="utf-8-sig")
    assert held in text or held.replace(": ", ":") in text


def check(out: Path, tmp_path: Path, item: str) -> str:
    (tmp_path / "checks.yml").write_text(
        f"documents:\n  courier:\n    links:\n      have:\n        - {{{item}}}\n", encoding="utf-8"
    )
    return (
        CliRunner().invoke(app, ["check", "--out", str(out), "--expect", str(tmp_path / "checks.yml")]).output
    )


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("from: Tarnwick Optics denied, to: Mara Quill accused, relation: denies", ""),
        ("relation: supports", ""),
        ("from: Tarnwick Optics denied, relation: supports", "there is relation=denies"),
        ("from: the moon, relation: denies", "does not contain 'the moon'"),
    ],
)
def test_checks_expect_links(out: Path, tmp_path: Path, item: str, problem: str) -> None:
    output = check(out, tmp_path, item)
    assert problem in output if problem else "0 errors" in output, output


def test_a_link_is_explained(out: Path) -> None:
    links = read_table(out, "claim_links").to_pylist()
    link = next(row for row in links if row["relation"] == "denies")
    told = CliRunner().invoke(app, ["explain", link["claim_id"], "--out", str(out)]).output
    assert "denies" in told
    assert link["reason"] in told
    lost = CliRunner().invoke(app, ["explain", f"{link['claim_id']}99", "--out", str(out)])
    assert lost.exit_code == 2
    assert "Did you mean" in lost.output


def test_views_answer_who_denied_what(out: Path) -> None:
    tables = load_tables(out)
    linked = links_view(tables)
    denied = linked[linked.relation == "denies"]
    assert list(denied.source) == ["Tarnwick Optics"]
    assert list(denied.other_source) == ["Mara Quill"]
    assert len(claims_view(tables)) == sum(tables["claims"].kept)
