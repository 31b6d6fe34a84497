"""Reference data are read row by row, through the code that a run uses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from policy_news.core.data_files import MODELS_DIR
from policy_news.core.errors import RuleError
from policy_news.nlp.who.terms import read_terms
from policy_news.rules.rule_models import iso_day
from policy_news.rules.world import COLUMNS, read_rows
from tests.conftest import MODEL

REFERENCE = sorted((MODELS_DIR / "reference").glob("*.csv"))
DAYS = frozenset({"from", "to", "to_exclusive", "start", "end", "known", "closed_at", "date_added"})


class Everybody:
    """All entities that there may be."""

    def __contains__(self, entity: object) -> bool:
        return True


@pytest.mark.parametrize("path", REFERENCE, ids=[path.name for path in REFERENCE])
def test_each_row_has_all_values_and_days_that_are_days(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert None not in row
            for column in DAYS & row.keys():
                assert not row[column] or iso_day(row[column]), row


def test_every_term_of_the_built_pipeline_can_be_read() -> None:
    faults: list[tuple[str, Exception]] = []
    rows = read_terms(MODEL, Everybody(), faults)
    assert faults == []
    assert len(rows) > 20_000
    assert {type(row.known_to).__name__ for row in rows} == {"date", "NoneType"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("known", "soon"),
        ("known", "2010-13"),
        ("start", "2010-02-30"),
        ("end", "0000"),
        ("person", "A|B"),
        ("known", "0001"),
    ],
)
def test_a_row_of_the_cabinets_that_no_run_could_read_is_refused(
    name: str, value: str, tmp_path: Path
) -> None:
    row = dict.fromkeys(COLUMNS, "x") | {"start": "", "end": "", "known": "2010"} | {name: value}
    path = tmp_path / "cabinets.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{','.join(row.values())}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"cabinets\.csv"):
        read_rows(path)
