"""The office holders of the rule data agree with each other: no two rows contradict."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import pytest

from policy_news.core.grouping import grouped
from policy_news.rules.lexicon import NameLexicon, read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.rule_models import Holder, Office

DAY, YEAR = dt.timedelta(days=1), dt.timedelta(days=366)


@pytest.fixture(scope="module")
def lexicon() -> NameLexicon:
    return read_lexicon(RULES_DIR)


def end_of(row: Holder) -> dt.date:
    return row.end or dt.date.max


def find_faults(office: Office) -> Iterator[str]:
    rows = sorted(office.holders, key=lambda row: (row.start, end_of(row)))
    for row in rows:
        if row.start.year < 1900 or (row.end or row.start) - row.start > 50 * YEAR:
            yield f"{row.person}: no likely term, {row.start} to {row.end}"
        if (office.start and row.start < office.start) or (office.end and end_of(row) > office.end):
            yield f"{row.person}: outside the time of the office"
    for person, own in grouped((row.person, row) for row in rows).items():
        for before, after in pairwise(own):
            if end_of(before) >= after.start:
                yield f"{person} holds it twice on {after.start}"
    if not office.shared:
        yield from find_gaps(office, rows)


def find_gaps(office: Office, rows: list[Holder]) -> Iterator[str]:
    for before, after in pairwise(rows):
        # The day of handover belongs to the later one.
        if end_of(before) >= after.start:
            yield f"{before.person} and {after.person} both hold it on {after.start}"
        elif before.person == after.person and after.start - end_of(before) <= DAY:
            yield f"{before.person}: one term in two rows, at {after.start}"
        elif after.start - end_of(before) > YEAR and not office.gaps:
            yield f"nobody between {before.end} and {after.start}, and no `gaps: true`"


def test_the_holders_of_an_office_follow_each_other(lexicon: NameLexicon) -> None:
    assert [(o.id, fault) for o in lexicon.office_by_id.values() for fault in find_faults(o)] == []


def test_every_office_has_a_source(lexicon: NameLexicon) -> None:
    assert [o.id for file in lexicon.offices if not file.source for o in file.offices if not o.source] == []


def test_a_holder_has_one_name(lexicon: NameLexicon) -> None:
    holders = {row.person for office in lexicon.office_by_id.values() for row in office.holders}
    owner = {alias: person.name for person in lexicon.person_by_name.values() for alias in person.aliases}
    assert {name: owner[name] for name in holders & owner.keys() if owner[name] != name} == {}
    spellings: dict[str, set[str]] = {}
    for name in holders:
        plain = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalpha())
        spellings.setdefault(plain, set()).add(name)
    assert [names for names in spellings.values() if len(names) > 1] == []
