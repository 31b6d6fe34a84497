"""Values of foreign rows -> an entry; shared by the formats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from pipeline.rules.importers.forms import MAX_NAME, clean_name, make_names
from pipeline.rules.importers.tally import BrokenRowError, LeftOutError
from pipeline.rules.own_lists import OwnEntry

WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/|wd:)?(Q[1-9][0-9]*)")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?")


def make_entry(
    id_: str,
    given: Iterable[str],
    label: str,
    *,
    kb_id: str = "",
    country: str = "",
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> OwnEntry:
    """An entry with all forms of the given names; the first of them is the name.

    Raises:
        BrokenRowError: No id or no name, or it ends before it begins.
        LeftOutError: No name is one that an English text would have.
    """
    given = [name for name in given if name.strip()]
    if not id_ or any(c.isspace() or not c.isprintable() for c in id_):
        raise BrokenRowError(f"'{id_[:40]}' is no id" if id_ else "no id")
    if not given:
        raise BrokenRowError("no name")
    if len(given[0]) > MAX_NAME:
        raise BrokenRowError(f"the name is longer than {MAX_NAME} characters")
    if start and end and end < start:
        raise BrokenRowError(f"ends ({end}) before it begins ({start})")
    names = make_names(given, label)
    if not names:
        raise LeftOutError("without a name in Latin letters with a capital")
    name = names[0].text if clean_name(given[0]) else given[0]
    return OwnEntry(id_, label, " ".join(name.split()), names, kb_id, country.upper(), start, end)


def parse_day(text: str, *, last: bool = False) -> dt.date | None:
    """An ISO date; of a year or month alone the first day, or the last.

    Raises:
        BrokenRowError: It is something else.
    """
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if day is not None or not last:
            return dt.date(year, month or 1, day or 1)
        return dt.date(year + (month is None or month == 12), (month or 0) % 12 + 1, 1) - dt.timedelta(days=1)
    except ValueError:
        raise BrokenRowError(f"'{text[:40]}' is no date") from None
