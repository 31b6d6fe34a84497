"""The office holders of the rule data agree with each other, and rows that cannot both be true are found."""

from __future__ import annotations

import datetime as dt

import pytest

from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.office_check import check_offices
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.rule_models import Holder, Office, OfficeFile, PersonFacts, PersonFile


def _lexicon(
    *holders: tuple[str, str, str | None], source: str | None = "a register", alias: str = "", **keys: object
) -> NameLexicon:
    rows = tuple(
        Holder.model_validate({"person": name, "from": start, "to": end}) for name, start, end in holders
    )
    office = Office.model_validate(
        {"id": "xx-canals-minister", "title": "Canals Minister", "country": "XX", **keys, "holders": rows}
    )
    persons = (
        PersonFile(persons=(PersonFacts(name=holders[0][0], aliases=(alias,)),))
        if alias
        else PersonFile(persons=())
    )
    return NameLexicon(offices=(OfficeFile(source=source, offices=(office,)),), persons=(persons,))


def test_the_rows_of_this_project_agree() -> None:
    assert check_offices(read_lexicon(RULES_DIR)) == []


FIRST = ("Melora Quist", "2001-01-01", "2003-05-01")


@pytest.mark.parametrize(
    ("lexicon", "finding"),
    [
        (_lexicon(FIRST, ("Lena Varrel", "2003-05-02", None)), ""),
        (_lexicon(FIRST, ("Lena Varrel", "2003-05-01", None)), "both hold it on 2003-05-01"),
        (_lexicon(FIRST, ("Lena Varrel", "2003-04-30", None), shared=True), ""),
        (_lexicon(("Melora Quist", "2001-01-01", None), ("Lena Varrel", "2003-05-01", None)), "both hold it"),
        (_lexicon(FIRST, ("Melora Quist", "2003-05-02", None)), "one term in two rows"),
        (_lexicon(FIRST, ("Melora Quist", "2002-05-02", None), shared=True), "holds it twice"),
        (_lexicon(FIRST, ("Lena Varrel", "2005-05-01", None)), "nobody between 2003-05-01 and 2005-05-01"),
        (_lexicon(FIRST, ("Lena Varrel", "2005-05-01", None), gaps=True), ""),
        (_lexicon(FIRST, to=dt.date(2002, 1, 1)), "outside the time"),
        (_lexicon(("Melora Quist", "1801-01-01", None)), "no likely term"),
        (_lexicon(FIRST, source=None), "no source"),
        (_lexicon(FIRST, ("Mélora Quist", "2003-05-02", None)), "in another spelling"),
        (_lexicon(FIRST, ("Mel Quist", "2003-05-02", None), alias="Mel Quist"), "an alias of Melora Quist"),
    ],
)
def test_rows_that_cannot_both_be_true(lexicon: NameLexicon, finding: str) -> None:
    findings = check_offices(lexicon)
    assert [finding in found for found in findings] == ([True] if finding else [])
