"""States of America by their short forms, and which Georgia, Paris or Manchester a text means: `us_states.yml`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.nlp.relations.reading import relate

CASES: list[list[str]] = yaml.safe_load((Path(__file__).parent / "us_states.yml").read_text(encoding="utf-8"))
MARK = re.compile(r"\[([^]]+)\]")
PLACES = Path(__file__).parents[3] / "models" / "rules" / "places"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], str | None]:
    """The entity of each mention, by document and first character."""
    documents = [(str(i), "2018-05-10", MARK.sub(r"\1", marked)) for i, (marked, _) in enumerate(CASES)]
    rows = relate(tmp_path_factory.mktemp("states"), documents)["mentions"]
    return {(row["doc_id"], row["start"]): row["entity_id"] for row in rows}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[marked for marked, _ in CASES])
def test_a_place_is_the_one_that_the_text_means(
    found: dict[tuple[str, int], str | None], number: int
) -> None:
    marked, entity = CASES[number]
    last = list(MARK.finditer(marked))[-1]
    start = last.start() - 2 * marked[: last.start()].count("[")
    place = found.get((str(number), start))
    if entity == "-":
        listed = "".join(file.read_text(encoding="utf-8") for file in sorted(PLACES.glob("*.yml")))
        assert f"id: {place}," not in listed
    else:
        assert place == entity
