"""Who held which office when: what the table of offices is made from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Iterator
from pathlib import Path

from policy_news.core.faults import Fault, spared
from policy_news.nlp.fingerprints import OFFICE_TERMS
from policy_news.rules.lexicon import NameLexicon
from policy_news.rules.name_forms import person_id
from policy_news.rules.provenance import describe
from policy_news.rules.rule_models import Holder, Office, OfficeFile, iso_day
from policy_news.rules.world import WorldPerson, bounds
from policy_news.tables.schema import OfficeRow

WORLD_SOURCE = "table of cabinets: Wikidata (CC0 1.0), CIA World Leaders and World Factbook (public domain)"


def write_terms(lexicon: NameLexicon, path: Path) -> None:
    """Write all terms of the rule data, one per line with the holder first, so that a built pipeline needs no rule folder."""
    lines = [
        json.dumps(_term(lexicon, file, office, holder), ensure_ascii=False)
        for file in lexicon.offices
        for office in file.offices
        for holder in office.holders
    ]
    lines += [json.dumps(row, ensure_ascii=False) for row in _world_terms(lexicon)]
    for line in lines:
        _row(line)  # what no run could read is not written
    path.write_text("\n".join(sorted(lines)), encoding="utf-8")


def _term(lexicon: NameLexicon, file: OfficeFile, office: Office, holder: Holder) -> list[str | None]:
    known_to = lexicon.known_to.get(office.id)
    source = describe(file, holder.source or office.source, holder.day, holder.confidence)
    days = [day.isoformat() if day else None for day in (holder.start, holder.end, known_to)]
    who = person_id(holder.person)
    return [who, office.id, office.title, office.country, office.department, *days[:2], source, days[2]]


def _world_terms(lexicon: NameLexicon) -> Iterator[list[str | None]]:
    """Yield the terms of the table of cabinets.

    Where it has no start, the first day is the one on which the source has the person in office.
    """
    for entry, packed in lexicon.world.items():
        for office, start, end, known in WorldPerson.unpacked(entry, packed).spans():
            listed = lexicon.office_by_id.get(office)
            post, body = (listed, listed.department) if listed else (lexicon.world_offices[office], None)
            first, last = bounds(start or known, end, known)
            days = first.isoformat(), last.isoformat() if end else None
            # A year alone stands for its last day.
            seen = iso_day(known, last=True).isoformat() if known else None
            yield [entry, office, post.title, post.country, body, *days, WORLD_SOURCE, seen]


def read_terms(model: Path, entities: Container[str], faults: list[Fault]) -> list[OfficeRow]:
    """Return the terms of those holders that a corpus meets, in the order of the table.

    Args:
        entities: Ids of the corpus.
        faults: Receives the persons of whom a term cannot be read.
    """
    path = model / OFFICE_TERMS
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    rows = {}
    for line in lines:
        # The whole table has thirty thousand lines, of which a corpus needs few: only these are read as JSON.
        person = line[2 : line.find('"', 2)]
        if person in entities:
            with spared(faults, person):
                row = _row(line)
                rows[row.office_id, row.start, person] = row
    return [rows[key] for key in sorted(rows)]


def _row(line: str) -> OfficeRow:
    person, office, title, country, body, start, end, source, known_to = json.loads(line)
    begun = dt.date.fromisoformat(start)
    return OfficeRow(office, title, country, body, person, begun, _day(end), source, _day(known_to))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
