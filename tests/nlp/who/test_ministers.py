"""A minister's surname is not given to somebody in no list, whatever neighbours they share."""

from __future__ import annotations

from pathlib import Path

from tests.nlp.relations.reading import relate

DOCUMENTS = [
    ("one", "2016-05-02", "Chelsea Clinton spoke in Harwick with Ana Moll. Luis Ferro of the Tarnbridge Trust agreed."),
    ("two", "2016-05-03", "Ana Moll and Luis Ferro praised the Clinton administration. Hillary Clinton and Bill Clinton were not there. "
     "The Clinton campaign did not answer Ana Moll of the Tarnbridge Trust."),
]  # fmt: skip


def test_nobodys_daughter_is_the_president(tmp_path: Path) -> None:
    rows = relate(tmp_path, DOCUMENTS)["mentions"]
    short = {row["entity_id"] for row in rows if row["doc_id"] == "two" and row["text"] == "Clinton"}
    assert short
    assert "person-chelsea-clinton" not in short
