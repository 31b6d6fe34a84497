"""Sources that stand for one another: a body and its acronym, its fuller name, its letter. Each case has articles of its own day."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.nlp.relations.reading import Rows, relate

FIRST = dt.date(2019, 3, 4)
ONE = [
    # An acronym, and what it stands for.
    (
        "The National Union of Harbour Pilots said the new tugs were too slow to turn a tanker.",
        "NUHP said that tankers could not be turned by the new tugs, which were too slow.",
    ),
    (
        "The Society for the Protection of Inland Birds called the drained marsh a death sentence for bitterns.",
        "SPIB said draining the marsh was a death sentence for the bitterns.",
    ),
    (
        "The Federation of Lakeland Brewers warned that the bottle levy would shut one brewery in five.",
        "The FLB warned that one in five breweries would shut because of the bottle levy.",
    ),
    # A fuller name.
    (
        'The Port Ashby Growers said the ministry had reduced itself to a "rubber stamp" for the sugar refiners.',
        'The Port Ashby Growers Alliance accused the ministry of being a "mere rubber stamp" for sugar refiners.',
    ),
    (
        "Quillon Freight said the depot in Corby would close in June with the loss of 300 jobs.",
        "Quillon Freight Holdings said 300 jobs would go when its Corby depot closes in June.",
    ),
    # What somebody wrote.
    (
        "The Lakeland Teachers' League sent a letter to the minister. The letter urged him to scrap the reading test for six-year-olds.",
        "The Lakeland Teachers' League urged the minister to scrap a reading test for children of six.",
    ),
    (
        "Senator Orla Fenn fired off a memo to her colleagues on Monday. The memo accused the bank of hiding 40 loans from auditors.",
        "Senator Orla Fenn accused the bank of hiding 40 loans from its auditors.",
    ),
    (
        "In a statement, the Corby Tenants' Union said rents had doubled. The statement called on the council to freeze rents in the old town.",
        "The Corby Tenants' Union called on the council to freeze rents in the old town.",
    ),
]
TWO = [
    # Another body with the same letters, or a part of the name.
    (
        "The National Union of Harbour Pilots said the new tugs were too slow to turn a tanker.",
        "NUPH said that tankers could not be turned by the new tugs, which were too slow.",
    ),
    (
        "Port Ashby said the ministry had reduced itself to a rubber stamp for the sugar refiners.",
        "The Port Ashby Growers Alliance accused the ministry of being a mere stamp for sugar refiners.",
    ),
    (
        "Young Lakeland Farmers said the depot in Corby would close in June with the loss of 300 jobs.",
        "Lakeland Farmers Watch said 300 jobs would go when the Corby depot closes in June.",
    ),
    # Somebody else's letter, or one that nobody is known to have written.
    (
        "The minister read the report. The letter urged him to scrap the reading test for six-year-olds.",
        "The Lakeland Teachers' League urged the minister to scrap a reading test for children of six.",
    ),
    (
        "Senator Orla Fenn received a memo from the bank on Monday. The memo accused the regulator of losing 40 loans from its files.",
        "Senator Orla Fenn accused the regulator of losing 40 loans from its files.",
    ),
    (
        "The council tore up a letter from the Corby Tenants' Union. The letter called on tenants to freeze rents in the old town.",
        "The council called on tenants to freeze rents in the old town.",
    ),
    # Sources of one kind.
    (
        "According to a Corby Mail poll, 46 percent of voters back Orla Fenn and 42 percent Dermot Hale.",
        "According to a new Lakeland Radio poll, 51 percent of voters back Orla Fenn and 38 percent Dermot Hale.",
    ),
    (
        "Orla Fenn's campaign says it raised more than 21 million crowns in January.",
        "Rival Dermot Hale's campaign says it raised more crowns in January than in any month before.",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    texts = [
        (
            f"{name}{number}-{part}",
            (FIRST + dt.timedelta(days=60 * number + late)).isoformat(),
            f"Lakeland notes\n\n{text}\n",
        )
        for name, late, cases in (("one", 0, ONE), ("two", 20, TWO))
        for number, case in enumerate(cases)
        for part, text in enumerate(case)
    ]
    return relate(tmp_path_factory.mktemp("speakers"), texts)


def _joined(rows: Rows, name: str) -> bool:
    """Whether a statement is reported in both articles of a case."""
    found: list[set[str]] = [
        {row["statement_id"] for row in rows["claims"] if row["doc_id"] == f"{name}-{part}"} - {None}
        for part in (0, 1)
    ]
    return bool(found[0] & found[1])


@pytest.mark.parametrize("number", range(len(ONE)))
def test_one_speaker(rows: Rows, number: int) -> None:
    assert _joined(rows, f"one{number}")


@pytest.mark.parametrize("number", range(len(TWO)))
def test_two_speakers(rows: Rows, number: int) -> None:
    assert not _joined(rows, f"two{number}")
