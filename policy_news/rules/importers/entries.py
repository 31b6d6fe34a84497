"""Makes entries from the values of foreign rows; shared by the formats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from policy_news.rules.importers.contents import BrokenRowError, LeftOutError
from policy_news.rules.importers.forms import MAX_NAME, clean_name, make_names
from policy_news.rules.own_lists import OwnEntry
from policy_news.rules.rule_models import iso_day

WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/|wd:)?(Q[1-9][0-9]*)")


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
    """Make an entry with all forms of the given names.

    Args:
        given: Names; the first one is the name of the entity.
        country: Codes, separated by `;`.
        start: First day on which a document can mean it.
        end: Last day, inclusive.

    Raises:
        BrokenRowError: Id or name is missing, an id or country is impossible, or the entry ends before it begins.
        LeftOutError: An English text cannot contain any of the names.
    """
    given = [name for name in given if name.strip()]
    if not id_:
        raise BrokenRowError("no id")
    if not _is_plain(id_):
        raise BrokenRowError(f"'{id_[:40]}' is not an id")
    if not _is_plain(kb_id):
        raise BrokenRowError(f"'{kb_id[:40]}' is not an id of a knowledge base")
    country = "".join(country.upper().split(" "))
    if not _is_plain(country):
        raise BrokenRowError(f"'{country[:40]}' is not a country")
    if not given:
        raise BrokenRowError("no name")
    if len(given[0]) > MAX_NAME:
        raise BrokenRowError(f"the name is longer than {MAX_NAME} characters")
    if start and end and end < start:
        raise BrokenRowError(f"ends ({end}) before it begins ({start})")
    names = make_names(given, label)
    if not names:
        raise LeftOutError("without a name in Latin letters with a capital")
    # The name in the case of running text, unless it has no form that can be matched.
    name = given[0]
    if clean_name(name):
        name = names[0].text
    return OwnEntry(id_, label, " ".join(name.split()), names, kb_id, country, start, end)


def _is_plain(text: str) -> bool:
    """Return whether a text may stand between tabs in a line."""
    return not any(c.isspace() or not c.isprintable() for c in text)


def parse_day(text: str, *, last: bool = False) -> dt.date | None:
    """Read a day as `iso_day` does; None of an empty text.

    Raises:
        BrokenRowError: It is not a date.
    """
    if not text:
        return None
    try:
        return iso_day(text, last=last)
    except ValueError:
        raise BrokenRowError(f"'{text[:40]}' is not a date") from None
