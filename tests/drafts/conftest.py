"""A small pile of invented articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_news.core.settings import Settings
from policy_news.drafts.pile import Pile, open_pile
from policy_news.run.runner import run_all

ARTICLES = {
    "harbour": """Harbour levy divides the council

12 March 2024

"We cannot accept a levy of 14 per cent on small boats," said Anna Moll, the mayor of Tarnwick. "It would close the harbour within two years."

Peter Vance, who runs the fishing fleet, denied that the boats had polluted the estuary. He said the council had never tested the water.

The council meets again on Thursday. The harbour was built in 1897 by a family of salt merchants.
""",
    "reply": """Fleet answers the mayor

14 March 2024

Peter Vance told reporters: "The mayor has not read a single page of our report." Mr Vance said that the fleet will leave Tarnwick before the winter.

Anna Moll said the ferry company had misled passengers about the price of tickets.

"We cannot accept a levy of 14 per cent on small boats," Anna Moll said on Tuesday.
""",
    "masked": """Rail plan is delayed

20 March 2024

Transport Secretary Mark Harper said: "The northern line will open once the tunnels **** **** ****** ** *** ********** *** **** *** ***** ********." *** ******** ** *** ******* **** ***** ** *** **** ** ***** *** ***** ****.
""",
}


@pytest.fixture(scope="session")
def pile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the articles."""
    folder = tmp_path_factory.mktemp("pile")
    (folder / "raw").mkdir()
    for name, text in ARTICLES.items():
        (folder / "raw" / f"{name}.txt").write_text(text, encoding="utf-8")
    run_all(folder / "raw", folder / "out", Settings())
    return folder / "out"


@pytest.fixture(scope="session")
def pile(pile_folder: Path) -> Pile:
    """The same, opened."""
    return open_pile(pile_folder)
