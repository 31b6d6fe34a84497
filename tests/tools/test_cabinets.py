"""The table of cabinets: which posts count, and what Wikidata's answer becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policy_news.core.errors import ArgumentError
from policy_news.rules.world import TABLE, TermRow, read_rows, write_rows
from tools.cabinets.listings import read_listing, with_listing
from tools.cabinets.posts import country_pattern, is_ministerial, plain_title
from tools.cabinets.wikidata import renewed

POSTS = {
    "Minister of Health": True,
    "Deputy Prime Minister": True,
    "President": True,
    "Vice President, Cabinet": True,
    "Cabinet Secretary for Education": True,
    "Secretary of Foreign Affairs": True,
    "Federal Chancellor": True,
    "Minister without Portfolio": True,
    "Foreign Secretary": False,
    "Cabinet Secretary": False,
    "Permanent Secretary, Ministry of Finance": False,
    "Secretary General of the Government": False,
    "President of the Senate": False,
    "President, Central Bank": False,
    "Chief Minister of Punjab": False,
    "Premier of Ontario": False,
    "Governor of Lagos State": False,
    "Speaker of the National Assembly": False,
    "Ambassador to the US": False,
    "Chief of the General Staff": False,
    "Shadow Minister for Health": False,
    "Mayor of Riga": False,
}


@pytest.mark.parametrize(("title", "expected"), POSTS.items())
def test_a_post_counts_if_it_is_of_a_government(title: str, expected: bool) -> None:
    assert is_ministerial(title) is expected


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Minister of Health of the Slovak Republic", "Minister of Health"),
        ("Slovak Minister of Health", "Minister of Health"),
        ("minister of health (Slovakia)", "Minister of health"),
        ("Minister for Slovak Affairs", "Minister for Slovak Affairs"),
        ("Deputy Chairman of the Government of Slovakia", "Deputy Prime Minister"),
    ],
)
def test_a_title_stands_without_its_country(title: str, plain: str) -> None:
    assert plain_title(title, country_pattern(["Slovakia", "Slovak", "Slovak Republic"])) == plain


def test_the_table_has_only_posts_that_count_and_is_as_it_is_written(tmp_path: Path) -> None:
    rows = read_rows(TABLE)
    assert [row.post for row in rows if not is_ministerial(row.post)] == []
    write_rows(reversed(rows), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == TABLE.read_bytes()


def _binding(
    post: str, person: str, name: str, start: str, end: str = "", precision: int = 11
) -> dict[str, Any]:
    values = {
        "post": f"http://www.wikidata.org/entity/{post}",
        "person": f"http://www.wikidata.org/entity/{person}",
    }
    values |= {"personLabel": name, "start": f"{start}T00:00:00Z", "startPrecision": str(precision)}
    if end:
        values |= {"end": f"{end}T00:00:00Z", "endPrecision": "11"}
    return {name: {"type": "literal", "value": value} for name, value in values.items()}


OLD = [
    TermRow("EE", "Minister of Health", "Q7", "Ana Moll", "Q1", "2015-02-01", "", "2022-07-14", "wikidata"),
    TermRow("EE", "Minister of Culture", "", "Ben Hale", "", "", "", "2025-03-04", "cia"),
]


def test_an_answer_of_wikidata_takes_the_place_of_its_rows() -> None:
    asked: list[str] = []

    def ask(query: str) -> bytes:
        asked.append(query)
        bindings = [
            _binding("Q7", "Q1", "Ana Moll", "2015-02-01", "2023-01-31"),
            _binding("Q7", "Q2", "Kai Oduya", "2023-02-01"),
            _binding("Q7", "Q3", "Ida Fenn", "2009-03-01", "2015-01-31", precision=10),
            _binding("Q7", "Q4", "歐陽敏盛", "2001-01-01"),
            _binding("Q8", "Q5", "Not Asked", "2001-01-01"),
        ]
        return json.dumps({"results": {"bindings": bindings}}).encode()

    made = renewed(OLD, "2026-11-30", ask)
    assert len(asked) == 1
    assert "wd:Q7" in asked[0]
    post = ("EE", "Minister of Health", "Q7")
    assert made == [
        TermRow(*post, "Ana Moll", "Q1", "2015-02-01", "2023-01-31", "", "wikidata"),
        TermRow(*post, "Kai Oduya", "Q2", "2023-02-01", "", "2026-11-30", "wikidata"),
        TermRow(*post, "Ida Fenn", "Q3", "2009-03", "2015-01-31", "", "wikidata"),
        OLD[1],
    ]


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>", b"[]", b'{"results": {"bindings": []}}'])
def test_what_is_no_answer_leaves_the_table(answer: bytes) -> None:
    with pytest.raises(ArgumentError):
        renewed(OLD, "2026-11-30", lambda query: answer)


def test_a_listing_takes_the_place_of_the_listing_before(tmp_path: Path) -> None:
    file = tmp_path / "listing.csv"
    file.write_text(
        "country,position,person,as_of,note\n"
        "EE,Acting Minister of Health of Estonia,Mari “Mia” Tamm,2026-01-02,x\n"
        "EE,Prime Minister; and Minister of Trade,Jaan Sepp,2026-01-02,\n"
        "EE,Minister of Justice,Vacant,2026-01-02,\n"
        "EE,Ambassador to the US,Kalju Kask,2026-01-02,\n"
        "GB,Minister of Health,Ann Orr,2026-01-02,\n",
        encoding="utf-8",
    )
    kept = TermRow("EE", "President", "", "Anu Rand", "", "2021-10-11", "", "2022-07-01", "wikidata")
    old = TermRow("EE", "Minister of Health", "", "Ivo Lill", "", "", "", "2024-01-01", "cia")
    made = with_listing([kept, old], read_listing(file))
    assert [(row.post, row.person, row.known) for row in made] == [
        ("President", "Anu Rand", "2022-07-01"),
        ("Minister of Health", "Mari Tamm", "2026-01-02"),
        ("Minister of Trade", "Jaan Sepp", "2026-01-02"),
        ("Prime Minister", "Jaan Sepp", "2026-01-02"),
    ]


def test_a_listing_without_a_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "listing.csv"
    file.write_text("country,person\nEE,Jaan Sepp\n", encoding="utf-8")
    with pytest.raises(ArgumentError, match="position, as_of"):
        with_listing([], read_listing(file))
