"""Libraries come in without what nothing here uses, and can still do all that they do."""

from __future__ import annotations

import subprocess
import sys

import pytest

ARROW = """
import sys
from policy_news.core.lazy_imports import import_arrow
table = import_arrow().table({"a": [1, 2]})
assert "pandas" not in sys.modules
assert table.to_pandas()["a"].sum() == 3
import pandas
assert import_arrow().array(pandas.Series([1, 2])).to_pylist() == [1, 2]
"""
SPACY = """
import sys
from policy_news.core.lazy_imports import import_spacy
spacy = import_spacy()
assert not any(name.startswith("spacy.cli") for name in sys.modules)
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
import spacy.cli
assert spacy.cli.download
"""
LATER = """
import pandas, spacy
from policy_news.core.lazy_imports import import_arrow, import_spacy
assert import_spacy() is spacy
assert import_arrow().array(pandas.Series([1, 2])).to_pylist() == [1, 2]
"""


@pytest.mark.parametrize("code", [ARROW, SPACY, LATER], ids=["arrow", "spacy", "what is there already"])
def test_in_a_process_of_its_own(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


NEEDED = {
    "PyArrow imports pandas by itself": """
import sys, pyarrow
pyarrow.array([])
assert "pandas" in sys.modules
""",
    "spaCy imports its command line by itself": """
import sys, spacy
assert "spacy.cli" in sys.modules
""",
    "catalogue keeps the entry points where they are grouped": """
import sys
import catalogue
from policy_news.core.lazy_imports import import_spacy
points = catalogue.AVAILABLE_ENTRY_POINTS
assert isinstance(points, dict) or hasattr(points, "groups")
import_spacy()
assert isinstance(catalogue.AVAILABLE_ENTRY_POINTS, dict)
assert {point.name for point in catalogue.AVAILABLE_ENTRY_POINTS["spacy_factories"]} >= {"policy_claims"}
import spacy
assert spacy.blank("en").add_pipe("policy_gazetteer")
""",
}
"""What each trick of `lazy_imports` rests on. One that fails after an upgrade says: this trick can go, or no longer works."""


@pytest.mark.parametrize("code", NEEDED.values(), ids=NEEDED)
def test_what_the_trick_rests_on_still_holds(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
