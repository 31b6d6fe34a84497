"""Turns in what sources say over time: invented series of two remarks, each with the flag of the later one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.nlp.relations.reading import relate

SERIES: dict[str, list[list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "series.yml").read_text(encoding="utf-8")
)
LEAST = {"reverses": 12, "repeats": 5, "first_denial": 5, "no_comment": 3}
"""Series of each kind in which the flag must be found."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The flags of each series, between its own two documents."""
    own = [(flag, texts) for flag, series in SERIES.items() for texts in series]
    assert len(own) == 60
    documents = []
    for number, (flag, texts) in enumerate(own):
        day = dt.date(1990 + number // 2, 1 + 6 * (number % 2), 3)
        name = f"{flag}-{number:02}"
        documents += [(f"{name}|{i}", str(day + dt.timedelta(75 * i)), text) for i, text in enumerate(texts)]
    rows = relate(tmp_path_factory.mktemp("series"), documents)
    flags: dict[str, set[str]] = {doc.split("|")[0]: set() for doc, _, _ in documents}
    for row in rows["positions"]:
        name = row["claim_id"].split("|")[0]
        if name == row["other_claim_id"].split("|")[0]:
            flags[name].add(row["flag"])
    return flags


@pytest.mark.parametrize("flag", LEAST)
def test_turns_are_found(found: dict[str, set[str]], flag: str) -> None:
    right = Counter(name.split("-")[0] for name, flags in found.items() if name.split("-")[0] in flags)
    assert right[flag] >= LEAST[flag]


def test_series_without_a_turn_have_no_flag(found: dict[str, set[str]]) -> None:
    assert {name: flags for name, flags in found.items() if name.startswith("none") and flags} == {}
    assert not [
        name for name, flags in found.items() if "reverses" in flags and not name.startswith("reverses")
    ]


UNCLEAR = {
    "nobody's": "Dermot Hale called for a tax on parked cars. Orla Fenn rejected concerns that Harwick would lose shops.",
    "a plan": "Dermot Hale proposed to close the ferry port at Harwick in May. Orla Fenn rejected that.",
    "another thing": "The Lantern Trust filed a lawsuit alleging that Harwick had hidden a report. Gwen Pascoe denied that the "
    "lawsuit had a political aim.",
    "other charges": "Orla Fenn said that Harwick had paid for the new bridge. Dermot Hale denied the charges.",
}
"""Denials of which a reader would not say that they deny for the first time what stands before."""


def test_a_denial_that_is_not_clear_has_no_flag(tmp_path: Path) -> None:
    documents = [(name, "1990-05-03", text) for name, text in UNCLEAR.items()]
    rows = relate(tmp_path, documents)["positions"]
    assert [row["claim_id"] for row in rows if row["flag"] == "first_denial"] == []
