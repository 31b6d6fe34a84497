"""Checks that offices and holders agree with each other: no two true rows can contradict."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from policy_news.core.grouping import grouped
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.rule_models import Holder, Office

LONGEST_GAP = dt.timedelta(days=366)
OLDEST = dt.date(1900, 1, 1)
LONGEST_TERM = dt.timedelta(days=366 * 50)


def check_offices(lexicon: NameLexicon) -> list[str]:
    """Return what is wrong with the rows, sorted; each finding names the office and the holder.

    Terms that end before they begin and impossible dates are refused earlier, when the files are read.
    """
    findings = list(_two_names(lexicon))
    for office in lexicon.office_by_id.values():
        findings.extend(f"{office.id}: {finding}" for finding in _office_findings(office))
    for file in lexicon.offices:
        if not file.source:
            findings.extend(f"{office.id}: no source" for office in file.offices if not office.source)
    return sorted(findings)


def _office_findings(office: Office) -> Iterator[str]:
    holders = sorted(office.holders, key=lambda holder: (holder.start, holder.end or dt.date.max))
    for holder in holders:
        yield from _term_findings(office, holder)
    for before, after in pairwise(holders):
        if not office.shared:
            yield from _sequence_findings(office, before, after)
    for person, own in grouped((holder.person, holder) for holder in holders).items():
        for before, after in pairwise(own):
            if _end(before) >= after.start:
                yield f"{person} holds it twice on {after.start}"


def _term_findings(office: Office, holder: Holder) -> Iterator[str]:
    if holder.start < OLDEST or _end(holder, holder.start) - holder.start > LONGEST_TERM:
        yield f"{holder.person}: no likely term, {holder.start} to {holder.end}"
    if (office.start and holder.start < office.start) or (office.end and _end(holder) > office.end):
        yield f"{holder.person}: outside the time of the office"


def _sequence_findings(office: Office, before: Holder, after: Holder) -> Iterator[str]:
    """Compare successive holders of an office for one person; the day of handover belongs to the later one."""
    if _end(before) >= after.start:
        yield f"{before.person} and {after.person} both hold it on {after.start}"
    elif before.person == after.person and after.start - _end(before) <= dt.timedelta(days=1):
        yield f"{before.person}: one term in two rows, at {after.start}"
    elif after.start - _end(before) > LONGEST_GAP and not office.gaps:
        yield f"nobody between {before.end} and {after.start}, and no `gaps: true`"


def _end(holder: Holder, otherwise: dt.date = dt.date.max) -> dt.date:
    return holder.end or otherwise


def _two_names(lexicon: NameLexicon) -> Iterator[str]:
    """Find holders whose name is an alias of another one, or differs from it only by accents and signs."""
    holders = {holder.person for office in lexicon.office_by_id.values() for holder in office.holders}
    owner = {alias: person.name for person in lexicon.person_by_name.values() for alias in person.aliases}
    plain: dict[str, str] = {}
    for name in sorted(holders):
        if owner.get(name, name) != name:
            yield f"{name}: an alias of {owner[name]}, and a holder"
        first = plain.setdefault(_plain(name), name)
        if first != name:
            yield f"{name}: {first} in another spelling"


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalpha())
