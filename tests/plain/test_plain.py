"""Plain cases: each family must hold. All tables are annotated in one run of the pipeline."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
from spacy.language import Language

from policy_news.tables.chunks import Annotated
from tests.plain.checks import CHECKS, told
from tests.plain.tables import Case, cases_of, read_tables
from tests.support.annotating import annotate_texts

TABLES = read_tables()
FAMILIES = [(name, family.id) for name, table in TABLES.items() for family in table.families]
Found = dict[tuple[str, str], list[tuple[Case, Annotated]]]


@pytest.fixture(scope="module")
def found(nlp: Language) -> Found:
    """The cases of each family with their rows."""
    by_day: dict[dt.date, list[Case]] = defaultdict(list)
    for name, table in TABLES.items():
        for case in cases_of(name, table):
            by_day[case.published].append(case)
    families: Found = defaultdict(list)
    for day, cases in by_day.items():
        published = dt.datetime.combine(day, dt.time())
        rows = annotate_texts(nlp, [case.text for case in cases], published)
        for case, row in zip(cases, rows, strict=True):
            families[case.table, case.family.id].append((case, row))
    return families


@pytest.mark.slow
@pytest.mark.parametrize(("table", "family"), FAMILIES)
def test_family(found: Found, table: str, family: str) -> None:
    pairs = found[table, family]
    wrong = []
    for case, rows in pairs:
        faults = CHECKS[case.checks](case, rows)
        if faults:
            wrong.append(f"{case.paragraph}\n    {'; '.join(faults)}\n      {told(case, rows)}")
    least = pairs[0][0].family.least
    if len(wrong) > (1 - least) * len(pairs) + 1e-9:
        pytest.fail(f"{len(wrong)} of {len(pairs)}:\n" + "\n".join(wrong), pytrace=False)


def test_ids_of_families_are_unique() -> None:
    assert len(set(FAMILIES)) == len(FAMILIES)
