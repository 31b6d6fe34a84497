"""Reads the CSV formats: sanctions lists, company registers, query results, and one of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from policy_news.rules.importers.contents import BrokenRowError, Contents, ImportCounts, LeftOutError, Request
from policy_news.rules.importers.csv_rows import Row, TableFormat, read_rows
from policy_news.rules.importers.entries import WIKIDATA, make_entry, parse_day
from policy_news.rules.importers.forms import list_words
from policy_news.rules.own_lists import OwnEntry
from policy_news.tables.labels import TERM_LABELS


def parse_opensanctions(row: Row, label: str | None) -> OwnEntry:
    """Read a row of `targets.simple.csv`: semicolons separate aliases and countries; many ids are Wikidata's."""
    schemas = list_words().schemas
    schema = row["schema"]
    if schema not in schemas:
        raise LeftOutError(f"of schema {schema[:40] or '(none)'}")
    own = schemas[schema] or label or "ORG"
    kb_id = row["id"] if WIKIDATA.fullmatch(row["id"]) else ""
    return make_entry(
        row["id"],
        [row["name"], *row["aliases"].split(";")],
        own,
        kb_id=kb_id,
        country=row.get("countries", ""),
    )


def parse_gleif(row: Row, label: str | None) -> OwnEntry:
    """Read a row of the golden copy of level 1 (LEI-CDF): legal name, other names, transliterated names."""
    category = row.get("Entity.EntityCategory", "")
    if category in list_words().left_out_categories:
        raise LeftOutError(f"of category {category}")
    names = [row["Entity.LegalName"], *_numbered(row, "OtherEntityName.")]
    country = row.get("Entity.LegalAddress.Country", "")
    return make_entry(row["LEI"], names, label or "COMPANY", kb_id=f"XI-LEI-{row['LEI']}", country=country)


def parse_companies_house(row: Row, label: str | None) -> OwnEntry:
    """Read a row of `BasicCompanyData`: names in capitals, also former ones."""
    number = row["CompanyNumber"]
    names = [row["CompanyName"], *_numbered(row, "PreviousName_")]
    return make_entry(number, names, label or "COMPANY", kb_id=f"GB-COH-{number}", country="GB")


def _numbered(row: Row, prefix: str) -> Iterator[str]:
    """Yield the values of numbered columns with this text in their names."""
    return (value for name, value in row.items() if prefix in name)


def parse_wikidata(row: Row, label: str | None) -> OwnEntry:
    """Read a row of a query result: `item`, `itemLabel`, and if present `alias` (one per row) or `itemAltLabel` (with commas)."""
    match = WIKIDATA.fullmatch(row["item"])
    if match is None:
        raise BrokenRowError(f"'{row['item'][:60]}' is not an item")
    item = match[1]
    # The query service repeats the id where an item does not have an English label.
    if row["itemLabel"] in ("", item):
        raise BrokenRowError(f"{item} has no label")
    aliases = [row.get("alias", ""), *row.get("itemAltLabel", "").split(", ")]
    return make_entry(item, [row["itemLabel"], *aliases], label or "ORG", kb_id=item)


def parse_plain(row: Row, label: str | None) -> OwnEntry:
    """Read a row of our own format."""
    own = row["label"] or label
    if not own:
        raise BrokenRowError("no label")
    if own not in TERM_LABELS:
        raise BrokenRowError(f"'{own}' is not a label ({', '.join(TERM_LABELS)})")
    return make_entry(
        row["id"],
        [row["name"], *row["aliases"].split("|")],
        own,
        kb_id=row["kb_id"],
        country=row["country"],
        start=parse_day(row["from"]),
        end=parse_day(row["to"], last=True),
    )


COMPANIES_HOUSE = TableFormat(
    ("CompanyName", "CompanyNumber"), re.compile(r"PreviousName_\d+\.CompanyName"), parse_companies_house
)
PLAIN = TableFormat(
    ("id", "name", "aliases", "label", "kb_id", "country", "from", "to"), re.compile(r"(?!)"), parse_plain
)
GLEIF = TableFormat(
    ("LEI", "Entity.LegalName"),
    re.compile(
        r"Entity\.(?:LegalAddress\.Country|EntityCategory|\w*OtherEntityNames\.\w*OtherEntityName\.\d+)"
    ),
    parse_gleif,
)
OPENSANCTIONS = TableFormat(("id", "schema", "name", "aliases"), re.compile("countries"), parse_opensanctions)
WIKIDATA_QUERY = TableFormat(("item", "itemLabel"), re.compile("alias|itemAltLabel"), parse_wikidata)


def _reader(table: TableFormat) -> Callable[[Request, ImportCounts], Contents]:
    """Return the function that reads files of a CSV format."""

    def read(request: Request, tally: ImportCounts) -> Contents:
        return Contents(_entries(table, request, tally))

    return read


def _entries(table: TableFormat, request: Request, tally: ImportCounts) -> Iterator[tuple[str, OwnEntry]]:
    for line, row in read_rows(request.source, table, tally):
        try:
            yield f"line {line}", table.parse(row, request.label)
        except BrokenRowError as error:
            tally.break_row(f"line {line}", str(error))
        except LeftOutError as error:
            tally.left_out[str(error)] += 1


read_companies_house = _reader(COMPANIES_HOUSE)
read_plain = _reader(PLAIN)
read_gleif = _reader(GLEIF)
read_opensanctions = _reader(OPENSANCTIONS)
read_wikidata = _reader(WIKIDATA_QUERY)
