"""Values of foreign rows -> an entry; shared by the formats."""

from __future__ import annotations

import calendar
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
        BrokenRowError: No id or no name, an id or a country that is none, or it ends before it begins.
        LeftOutError: No name is one that an English text would have.
    """
    given = [name for name in given if name.strip()]
    if not id_ or not _is_plain(id_):
        raise BrokenRowError(f"'{id_[:40]}' is no id" if id_ else "no id")
    if not _is_plain(kb_id):
        raise BrokenRowError(f"'{kb_id[:40]}' is no id of a knowledge base")
    country = "".join(country.upper().split(" "))
    if not _is_plain(country):
        raise BrokenRowError(f"'{country[:40]}' is no country")
    if not given:
        raise BrokenRowError("no name")
    if len(given[0]) > MAX_NAME:
        raise BrokenRowError(f"the name is longer than {MAX_NAME} characters")
    if start and end and end < start:
        raise BrokenRowError(f"ends ({end}) before it begins ({start})")
    names = make_names(given, label)
    if not names:
        raise LeftOutError("without a name in Latin letters with a capital")
    if clean_name(given[0]):
        name = names[0].text
    else:
        name = given[0]
    return OwnEntry(id_, label, " ".join(name.split()), names, kb_id, country, start, end)


def _is_plain(text: str) -> bool:
    """Whether a text may stand between tabs in a line."""
    return not any(c.isspace() or not c.isprintable() for c in text)


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
        year, month, day = match.groups()
        first = dt.date(int(year), int(month or 1), int(day or 1))
        if day or not last:
            return first
        end = first.replace(month=int(month or 12))
        return end.replace(day=calendar.monthrange(end.year, end.month)[1])
    except ValueError:
        raise BrokenRowError(f"'{text[:40]}' is no date") from None
