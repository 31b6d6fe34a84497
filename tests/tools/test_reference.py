"""Reference data: how a newer copy of a source is taken over, and what is wrong with one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_news.core.errors import ArgumentError, RuleError
from policy_news.rules.rule_files import read_rule_file
from policy_news.rules.rule_models import OfficeFile
from tools.reference.__main__ import app
from tools.reference.appointments import COLUMNS
from tools.reference.manifest import REFERENCE_DIR, read_manifest
from tools.reference.refresh import TABLES, Refreshed, Request, refresh, write

OFFICES = """\
# A comment stays.
source: general knowledge
offices:
  - id: gb-canals-minister
    title: Minister for Canals
    aliases: [Canals Minister]
    country: GB
    holders:
      - {person: Ivo Brandreth, from: 1970-01-01, to: 1975-01-01}
  - id: gb-minister-of-state-canals
    title: Minister of State for Canals
    country: GB
    shared: true
    generic: true
    holders: []
"""
HEAD = "person,other_names,mnis_id,post,organisation,org_short,rank,from,to_exclusive"
ROWS = (
    "Baroness Quist,,7,Minister for Canals,Canal Office,CAN,MoS,1990-01-01,1992-03-04",
    "Baroness Quist,,7,Minister for Canals,Canals Department,CAD,MoS,1992-03-04,1993-01-02",
    "Ivo Brandreth,,8,Minister for Canals,Canals Department,CAD,MoS,1993-01-02,",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A rule folder and reference data of a country with one department."""
    rules, reference = tmp_path / "rules" / "offices", tmp_path / "reference"
    rules.mkdir(parents=True)
    reference.mkdir()
    (rules / "gb.yml").write_text(OFFICES, encoding="utf-8")
    tables = {
        "gb_posts.csv": "post,organisation,rank,from,to,offices\n"
        "Minister for Canals,CAN,,,,gb-canals-minister\n"
        "Minister for Canals,CAD,,,,gb-canals-minister\n"
        "*,CAD,MoS,,,gb-minister-of-state-canals\n",
        "gb_people.csv": "mnis_id,source_name,name\n7,Baroness Quist,Melora Quist\n",
        "gb_portfolios.csv": "mnis_id,person,post,organisation,from,offices\n"
        "9,Lena Varrel,Minister of State,CAD,1995-01-01,gb-canals-minister\n",
        "exceptions.csv": "table,entry,name,from,what,value,reason\n"
        "gb-ministers,gb-canals-minister,Ivo Brandreth,1993-01-02,end,1994-05-06,he resigned\n",
        "manifest.toml": '["gb_ministers.csv"]\nkey = "ifg"\ntitle = "T"\naddress = "a"\nlicence = "CC0"\n'
        'known_to = 1980-01-01\nchanges = "weekly"\nday = "exact"\nsha256 = ""\n',
    }
    for name, text in tables.items():
        (reference / name).write_text(text, encoding="utf-8")
    return tmp_path


def _refresh(place: Path, *rows: str, head: str = HEAD, end: str = "\n") -> Refreshed:
    file = place / "new.csv"
    file.write_text("\n".join([head, *rows]) + end, encoding="utf-8")
    return refresh("gb-ministers", Request(file, None, place / "rules", place / "reference"))


def _terms(place: Path) -> list[tuple[str, str, str, str | None]]:
    file = read_rule_file(place / "rules" / "offices" / "gb.yml", OfficeFile)
    return [
        (office.id, row.person, f"{row.start} {row.end or ''}".strip(), row.source)
        for office in file.offices
        for row in office.holders
    ]


def test_terms_are_made_from_the_source_and_rows_by_hand_stay(place: Path) -> None:
    made = _refresh(place, *ROWS)
    write(made)
    assert _terms(place) == [
        ("gb-canals-minister", "Ivo Brandreth", "1970-01-01 1975-01-01", None),
        ("gb-canals-minister", "Melora Quist", "1990-01-01 1993-01-01", "ifg"),
        ("gb-canals-minister", "Ivo Brandreth", "1993-01-02 1994-05-06", "ifg"),
    ]
    text = (place / "rules" / "offices" / "gb.yml").read_text(encoding="utf-8")
    assert text.startswith("# A comment stays.")
    assert "aliases: [Canals Minister]" in text
    file = read_rule_file(place / "rules" / "offices" / "gb.yml", OfficeFile)
    assert (file.known_to, file.sources["ifg"].checked) == (dt.date(1993, 1, 2), dt.date(1993, 1, 2))
    assert made.changes == (
        "+ gb-canals-minister: Melora Quist, 1990-01-01 to 1993-01-01",
        "+ gb-canals-minister: Ivo Brandreth, 1993-01-02 to 1994-05-06",
    )


def test_the_same_copy_again_changes_nothing(place: Path) -> None:
    write(_refresh(place, *ROWS))
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    again = _refresh(place, *ROWS)
    write(again)
    assert again.changes == ()
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_the_order_of_columns_does_not_matter(place: Path) -> None:
    order = HEAD.split(",")[::-1]
    rows = [",".join(row.split(",")[::-1]) for row in ROWS]
    write(_refresh(place, *rows, head=",".join(order)))
    assert len(_terms(place)) == 3
    kept = (place / "reference" / "gb_ministers.csv").read_text(encoding="utf-8")
    assert kept.splitlines()[0] == ",".join(COLUMNS)


def test_a_row_by_hand_gives_way_to_the_source(place: Path) -> None:
    path = place / "rules" / "offices" / "gb.yml"
    hand = "      - {person: Ivo Brandreth, from: 1970-01-01, to: 1975-01-01}\n"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            hand, hand + "      - {person: Melora Quist, from: 1990-01-05}\n"
        ),
        encoding="utf-8",
    )
    assert "- gb-canals-minister: Melora Quist, 1990-01-05 to now" in _refresh(place, *ROWS).changes


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "Lena Varrel,,9,Minister for Canals,Canals Department,CAD,MoS,1994-06-01,1994-05-01",
            "line 5: Lena Varrel, Minister for Canals: ends (1994-05-01) before it begins (1994-06-01)",
        ),
        (
            "Lena Varrel,,9,Minister for Canals,Canals Department,CAD,MoS,soon,",
            "line 5: Lena Varrel, Minister for Canals: Invalid isoformat string: 'soon'",
        ),
        (
            "Lena Varrel,,9,Minister for Locks,Canals Department,CAD,MoS,1994-06-01,",
            "line 5: Lena Varrel, Minister for Locks (CAD): a post that gb_posts.csv does not have; "
            "taken as gb-minister-of-state-canals",
        ),
        (
            "Lena Varrel,,9,Minister for Locks,Lock Office,LOC,MoS,1994-06-01,",
            "line 5: Lena Varrel, Minister for Locks (LOC): a post that gb_posts.csv does not have; left out",
        ),
        (
            "Baroness Quist,,7,Minister for Canals,Canals Department,CAD,MoS,1992-05-04,1992-06-01",
            "line 5: Baroness Quist, Minister for Canals (CAD): overlaps with an earlier row of the same "
            "post; taken as one term",
        ),
        ("Lena Varrel,9,CAD", "line 5: 3 cells, and 9 columns"),
        (
            "Lena Varrel,,9,Minister for Canals,Canals Department,CAD,MoS,1993-02-01,1999-01-01",
            "gb-canals-minister: Ivo Brandreth and Lena Varrel both hold it on 1993-02-01",
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_told_and_the_rest_is_taken(place: Path, row: str, problem: str) -> None:
    made = _refresh(place, *ROWS, row)
    assert problem in made.problems
    write(made)
    assert len(_terms(place)) >= 3


@pytest.mark.parametrize(
    ("rows", "head", "end", "message"),
    [
        (ROWS, HEAD.replace("post,", "role,"), "\n", "no column post"),
        ((), HEAD, "\n", "has no rows"),
        (ROWS, HEAD, "", "ends within a line"),
        (ROWS[:1], HEAD, "\n", "1 rows, but the current copy has 3"),
    ],
)
def test_half_a_table_is_refused_and_nothing_is_written(
    place: Path, rows: tuple[str, ...], head: str, end: str, message: str
) -> None:
    write(_refresh(place, *ROWS))
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with pytest.raises(RuleError, match=message):
        _refresh(place, *rows, head=head, end=end)
    (place / "new.csv").write_bytes(before[place / "new.csv"])
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="no table 'gb-kings'"):
        refresh("gb-kings", Request(Path("x.csv")))


def test_the_tables_of_the_source_are_joined(place: Path) -> None:
    folder = place / "data"
    folder.mkdir()
    tables = {
        "person.csv": "id,id_parliament,name,start_date,end_date\n"
        "p1,7,Melora Quist,,1991-01-01\np1,7,Baroness Quist,1991-01-01,\n",
        "post.csv": "id,name,organisation_id,rank_equivalence\nt1,Minister for Canals,o1,MoS\n",
        "organisation.csv": "id,name,short_name\no1,Canal Office,CAN\n",
        "appointment.csv": "id,person_id,post_id,start_date,end_date\na1,p1,t1,1990-01-01,1992-03-04\n",
        "appointment_characteristics.csv": "appointment_id,cabinet_status,is_acting,is_on_leave\na1,,0,0\n",
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    made = refresh("gb-ministers", Request(folder, None, place / "rules", place / "reference"))
    assert made.changes == ("+ gb-canals-minister: Melora Quist, 1990-01-01 to 1992-03-03",)


@pytest.mark.slow
def test_the_copies_at_hand_give_the_rules_at_hand() -> None:
    for name in read_manifest():
        table = name.removesuffix(".csv").replace("_", "-")
        if table not in TABLES:
            continue
        result = CliRunner().invoke(app, [table, "--from", str(REFERENCE_DIR / name), "--dry-run"])
        assert result.exit_code == 0, result.output
        assert "0 problems; would change 0 rows in, 0 out" in result.output


def test_files_that_know_of_no_day_since_long_ago_are_named(tmp_path: Path) -> None:
    from policy_news.rules.horizon import find_stale

    folder = tmp_path / "offices"
    folder.mkdir()
    for name, line in (("a", "known_to: 2026-01-01\n"), ("b", "known_to: 2026-05-01\n"), ("c", "")):
        (folder / f"{name}.yml").write_text(f"{line}offices: []\n", encoding="utf-8")
    assert find_stale(dt.date(2026, 5, 2), tmp_path) == {
        dt.date(2026, 1, 1): ["offices/a.yml"],
        None: ["offices/c.yml"],
    }
