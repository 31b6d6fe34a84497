"""Makes the rows of the table of cabinets that come from listings: pages that name who is in office on a day, without starts."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from policy_news.core.errors import ArgumentError
from policy_news.rules.demonyms import country_by_demonym
from policy_news.rules.lexicon import read_lexicon
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.world import TermRow
from tools.cabinets.posts import country_pattern, is_ministerial, plain_title

COLUMNS = ("country", "position", "person", "as_of")
SOURCE = "cia"
OTHER_SOURCES = frozenset({"GB", "US"})
"""Countries whose ministers the rule data have from better sources."""
_NOBODY = re.compile(r"(?i)vacant|^\S*$|\)$")
"""Of one word the name says too little: `Sugiono`."""
_NICKNAME = re.compile(r"\s[“\"][^”\"]*[”\"]|\s\([^)]*\)|^(?:Sen|Dr|Gen|Brig)\.\s")
_STYLE = re.compile(r"^(?:and |Acting )| of the Republic$")


def read_listing(path: Path) -> Iterator[Mapping[str, str]]:
    """Read a CSV file with the columns country (ISO 3166-1), position, person and as_of (YYYY-MM-DD), and any others.

    Raises:
        ArgumentError: A column is missing.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise ArgumentError(f"{path}: no column {', '.join(missing)}", f"Give {', '.join(COLUMNS)}.")
        yield from rows


def with_listing(rows: Iterable[TermRow], listing: Iterable[Mapping[str, str]]) -> list[TermRow]:
    """Return the table with the ministers of a listing in the place of the rows of listings."""
    names = _names_of_countries()
    made = {row for line in listing for row in _rows_of(line, names)}
    return [*(row for row in rows if row.source != SOURCE), *sorted(made)]


def _names_of_countries() -> Mapping[str, Sequence[str]]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    known = read_lexicon(RULES_DIR).countries | country_by_demonym()
    for name, country in known.items():
        names[country].append(name)
    return names


def _rows_of(line: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Iterator[TermRow]:
    country, person = line["country"], " ".join(_NICKNAME.sub("", line["person"]).split())
    if country in OTHER_SOURCES or _NOBODY.search(person):
        return
    pattern = country_pattern(list(names[country]))
    for part in line["position"].split(";"):
        title = plain_title(_STYLE.sub("", part.strip()), pattern)
        if is_ministerial(title):
            yield TermRow(country, title, "", person, "", "", "", line["as_of"], SOURCE)
