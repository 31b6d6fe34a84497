"""Near-identical articles: one question in the queue, one line in a list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_news.core.settings import AnnotateSettings, Settings
from policy_news.run.runner import run_all
from tests.conftest import MODEL
from tests.review.conftest import Served, start

TEXT = """Tarnwick camera trial to go on

Published 5 August 2024

Home Secretary Yvette Cooper said the trial of face recognition in Tarnwick would go on until September. Hikvision denied that
its cameras record faces. "We have not been told what happens to the pictures," said Akiko Hart, director of Liberty.

Labour MP Clive Lewis called for a ban on face recognition, and the council said it would publish the figures of the first year.
{end}
"""
ENDS = {"courier": "", "ledger": "Reporting by the agency.", "post": "The Post"}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied")
    (folder / "raw").mkdir()
    for name, end in ENDS.items():
        (folder / "raw" / f"{name}.txt").write_text(TEXT.format(end=end), encoding="utf-8")
    other = TEXT.format(end="").replace("Hikvision denied", "Dahua denied")
    (folder / "raw" / "echo.txt").write_text(other, encoding="utf-8")
    run_all(folder / "raw", folder / "out", Settings(annotate=AnnotateSettings(model=str(MODEL))))
    return folder / "out"


@pytest.fixture
def served(copied: Path, tmp_path: Path) -> Iterator[Served]:
    yield from start(copied, tmp_path)


def test_copies_are_asked_and_listed_once(served: Served) -> None:
    with served.client() as client:
        waiting = client.get("/queue", params={"kind": "claims"}).text
        assert waiting.count("Yvette Cooper said the trial") == 1, "the queue asks once"
        found = client.get("/claims", params={"q": "publishes"}).text
        assert found.count("would publish the figures") == 1, "copies once, and other forms of a word"
        assert "3 copies" in found


def test_a_search_for_a_verb_finds_no_name_like_it(copied: Path, tmp_path: Path) -> None:
    from policy_news.review.table_search import match_words

    asked = match_words("denies") or ""
    assert '"denied"' in asked
    assert '"deny"' in asked
    assert "denys" not in asked
    assert match_words("ﬁled ﬁgures") == match_words("filed figures")
