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
