"""The five questions of the notebook, on a corpus of which the answers are known: each in at most five lines over the views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from pipeline.tables.claim_views import claims_view, links_view, positions_view
from pipeline.tables.parquet import load_tables
from tests.nlp.relations.reading import relate

if TYPE_CHECKING:
    import pandas as pd

TARNWICK = "Tarnwick Optics"
DOCUMENTS = [
    (
        "call",
        "2020-03-02",
        "Orla Fenn called on Tarnwick Optics to publish its test results. Tarnwick Optics criticised her demand. Dermot Hale called for a new bridge.",
    ),
    (
        "charge",
        "2020-03-09",
        "Mara Quill accused Tarnwick Optics of hiding the test results. Tarnwick Optics denied the accusation. "
        '"We gave the ministry every page," Piers Dunmore said.',
    ),
    (
        "before",
        "2020-05-04",
        "Orla Fenn said on Monday that the ministry would support the sale of Tarnwick Optics.",
    ),
    (
        "after",
        "2020-07-06",
        "Orla Fenn said on Monday that the ministry would not support the sale of Tarnwick Optics. "
        '"The price is an insult to the town," Orla Fenn said.',
    ),
    (
        "chancellor",
        "2021-03-03",
        "Chancellor Rishi Sunak said that taxes would rise. Home Secretary Priti Patel agreed with Mr Sunak.",
    ),
    ("premier", "2023-03-03", "Prime Minister Rishi Sunak said that taxes would fall."),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("questions")
    relate(folder, DOCUMENTS)
    found: dict[str, pd.DataFrame] = load_tables(folder / "out")
    return found


def test_who_called_for_something_about_a_subject_when_and_who_answered(
    tables: Mapping[str, pd.DataFrame],
) -> None:
    told, linked = claims_view(tables), links_view(tables)
    calls = told.loc[[TARNWICK in known for known in told.about]].query("claim_type == 'call'")
    answers = linked[linked.other_claim_id.isin(calls.claim_id)]
    assert [(row.source, str(row.claim_date)) for row in calls.itertuples()] == [("Orla Fenn", "2020-03-02")]
    assert [(row.source, row.relation) for row in answers.itertuples()] == [(TARNWICK, "answers")]


def test_who_held_more_than_one_office(tables: Mapping[str, pd.DataFrame]) -> None:
    names = tables["entities"].set_index("entity_id")["name"]
    terms = tables["offices"].assign(name=lambda rows: rows.entity_id.map(names))
    changed = terms[terms.groupby("entity_id").office_id.transform("nunique") > 1]
    assert "Rishi Sunak" in set(changed.name)
    own = set(changed.query("name == 'Rishi Sunak'").office_id)
    assert {"gb-chancellor-of-the-exchequer", "gb-prime-minister"} <= own


def test_what_somebody_denied(tables: Mapping[str, pd.DataFrame]) -> None:
    denied = links_view(tables).query("relation == 'denies' and source == @TARNWICK")
    assert [(row.other_source, row.other_content_text) for row in denied.itertuples()] == [
        ("Mara Quill", "Tarnwick Optics of hiding the test results")
    ]


def test_which_claims_about_a_subject_contradict_each_other(tables: Mapping[str, pd.DataFrame]) -> None:
    denied = links_view(tables).query("relation == 'denies'")
    against = denied.loc[
        [TARNWICK in (*own, *other) for own, other in zip(denied.about, denied.other_about, strict=True)]
    ]
    assert [(row.doc_id, row.source, row.other_source) for row in against.itertuples()] == [
        ("charge", TARNWICK, "Mara Quill")
    ]


def test_what_somebody_said_word_for_word_and_where_he_turned_round(
    tables: Mapping[str, pd.DataFrame],
) -> None:
    told = claims_view(tables)
    quotes = told[(told.source == "Orla Fenn") & told.content_text.astype(str).str.contains('["“]')]
    turns = positions_view(tables, "Orla Fenn", TARNWICK).dropna(subset=["flag"])
    assert [row.doc_id for row in quotes.itertuples()] == ["after"]
    assert [(str(row.claim_date), row.flag) for row in turns.itertuples()] == [("2020-07-06", "reverses")]
