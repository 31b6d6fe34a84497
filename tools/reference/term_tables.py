"""Makes terms from sources: committees of Congress, bodies on GOV.UK, companies of the S&P 500."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from policy_news.core.errors import RuleError
from policy_news.core.messages import unread
from policy_news.rules.name_forms import slug, without_legal_form
from policy_news.rules.rule_models import Term
from policy_news.rules.word_lists import is_first_name, is_ordinary
from tools.reference.tables import NO_TABLE, Problems, Table, read_day, read_table
from tools.reference.term_files import Known, plain

COMMITTEE_COLUMNS = ("chamber", "thomas_id", "committee", "subcommittee", "url")
BODY_COLUMNS = (
    "title",
    "abbreviation",
    "format",
    "status",
    "closed_status",
    "closed_at",
    "slug",
    "superseded_by",
)
COMPANY_COLUMNS = ("symbol", "security", "sector", "sub_industry", "headquarters", "cik", "date_added")
COMPANY_SYNONYMS = {
    "Symbol": "symbol",
    "Security": "security",
    "GICS Sector": "sector",
    "GICS Sub-Industry": "sub_industry",
    "Headquarters Location": "headquarters",
    "CIK": "cik",
    "Date added": "date_added",
}
BODY_FORMATS = frozenset(
    {
        "Executive non-departmental public body",
        "Executive agency",
        "Non-ministerial department",
        "Public corporation",
        "Special health authority",
    }
)
GONE = frozenset({"no_longer_exists", "replaced", "changed_name", "merged", "split"})
"""States of a closed body that no longer exists; bodies with other states continue under another government."""
SHORTEST_ACRONYM = 4
NEAR_LETTERS = 5
Terms = dict[str, dict[str, Any]]


def read_committees(path: Path, problems: Problems) -> Table:
    """Read the table of committees, or the YAML or JSON of the source (`committees-current.yaml`).

    Raises:
        RuleError: It cannot be read.
    """
    return _read_entries(path, COMMITTEE_COLUMNS, _committee_cells, problems)


def _committee_cells(entry: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    chamber, key, name = (str(entry.get(field, "")) for field in ("type", "thomas_id", "name"))
    if not (chamber and key and name):
        raise ValueError("a committee without type, name or thomas_id")
    yield chamber, key, name, "", entry.get("url")
    for sub in entry.get("subcommittees") or ():
        yield chamber, f"{key}{sub['thomas_id']}", name, sub["name"], ""


def _read_entries(
    path: Path,
    columns: tuple[str, ...],
    cells_of: Callable[[Mapping[str, Any]], Iterable[Sequence[Any]]],
    problems: Problems,
) -> Table:
    """Read a table of our own, or make one of the list of a source.

    Args:
        path: CSV file of our own, or YAML or JSON of the source.
        columns: Columns of the table.
        cells_of: Gives the rows of an entry of the list; raises `ValueError` with the reason if it has none.
        problems: Receives these reasons.

    Raises:
        RuleError: It cannot be read.
    """
    if path.suffix == ".csv":
        return read_table(path, columns, problems)
    rows: list[tuple[int, Mapping[str, str]]] = []
    for number, entry in enumerate(_read_list(path), 1):
        try:
            found = [*cells_of(entry)]
        except ValueError as error:
            problems.add(number, str(error))
            continue
        for cells in found:
            row = {name: str(cell or "") for name, cell in zip(columns, cells, strict=True)}
            rows.append((number, row))
    return Table(columns, tuple(rows))


def _read_list(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            data = json.loads(text)
        else:
            data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise RuleError(unread(path, error), NO_TABLE) from error
    found = data
    if isinstance(data, dict):
        found = data.get("results", data)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise RuleError(f"{path}: not of this form", NO_TABLE)
    return found


def make_committees(table: Table, known: Iterable[Known]) -> Terms:
    """Make the committees and subcommittees that do not have an entry by hand.

    Several committees may share the name of a subcommittee (`Subcommittee on Health`).
    """
    own: dict[str, str] = {}
    taken: set[str] = set()
    for one in known:
        taken.update(one.term.names())
        if one.label == "COMMITTEE" and one.term.country == "US":
            own.update((plain(name), one.term.id) for name in (*one.term.names(), *one.term.any_case))
    terms: Terms = {}
    parents: dict[str, str] = {}
    # All committees first: a subcommittee needs the id of its parent, which may be an entry by hand.
    for _, row in table.rows:
        name = row["committee"]
        if row["subcommittee"]:
            continue
        key = _find_committee(name, own)
        parents[name] = key or f"us-{slug(_short(name))}"
        if key is None:
            terms[parents[name]] = _committee(name, taken)
    terms.update(_make_subcommittees(table, parents, own, taken))
    return terms


def _make_subcommittees(
    table: Table, parents: Mapping[str, str], own: Collection[str], taken: Collection[str]
) -> Terms:
    subs = Counter(row["subcommittee"] for _, row in table.rows if row["subcommittee"])
    terms: Terms = {}
    for _, row in table.rows:
        parent = parents.get(row["committee"])
        if not row["subcommittee"] or parent is None:
            continue
        made = _subcommittee(row, parent, subs[row["subcommittee"]] > 1, taken)
        if plain(made["name"]) not in own:
            terms[f"{parent}-{slug(row['subcommittee'])}"] = made
    return terms


def _short(committee: str) -> str:
    """Return `House Agriculture Committee` for `House Committee on Agriculture`."""
    match = re.match(
        r"(House|Senate) (?:(?:Permanent )?Select |Special )?Committee on (?:the )?(.*)", committee
    )
    if match:
        return f"{match[1]} {match[2]} Committee"
    return committee


def _find_committee(name: str, own: Mapping[str, str]) -> str | None:
    bare = re.sub(r"^(?:House|Senate) ", "", name)
    forms = (name, _short(name), f"{name.split()[0]} {bare}")
    for form in forms:
        if plain(form) in own:
            return own[plain(form)]
    return None


def _committee(name: str, taken: Iterable[str]) -> dict[str, Any]:
    short = _short(name)
    aliases = [form for form in (short,) if form != name and form not in taken]
    return {"name": name, "aliases": aliases, "country": "US"}


def _subcommittee(
    row: Mapping[str, str], parent: str, is_shared: bool, taken: Iterable[str]
) -> dict[str, Any]:
    house = row["committee"].split()[0]
    subject = _short(row["committee"]).removesuffix(" Committee")
    name = f"{subject} Subcommittee on {row['subcommittee']}"
    short = f"Subcommittee on {row['subcommittee']}"
    made: dict[str, Any] = {"name": name, "parent": parent, "country": "US"}
    if is_shared:
        words = {word for word in re.findall(r"[a-z]+", subject.lower()) if len(word) >= NEAR_LETTERS}
        made["shared"] = [short]
        made["near"] = sorted(words)
    else:
        made["aliases"] = [form for form in (short, f"{house} {short}") if form not in taken]
    return made


def read_bodies(path: Path, problems: Problems) -> Table:
    """Read the table of organisations, or the JSON of the GOV.UK organisations API.

    Raises:
        RuleError: It cannot be read.
    """
    return _read_entries(path, BODY_COLUMNS, _body_cells, problems)


def _body_cells(entry: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    details = entry.get("details") or {}
    later = entry.get("superseding_organisations") or ()
    yield (
        entry.get("title"),
        details.get("abbreviation"),
        entry.get("format"),
        details.get("govuk_status"),
        details.get("govuk_closed_status"),
        str(details.get("closed_at") or entry.get("closed_at") or "")[:10],
        details.get("slug"),
        "|".join(str(one.get("web_url", "")).rpartition("/")[2] for one in later),
    )


def find_closed(table: Table, known: Iterable[Known]) -> Iterator[tuple[int, Mapping[str, str], Term]]:
    """Yield line, row and term of the bodies that are closed.

    The main name decides: an existing body may have the name of a closed one as an alias.
    """
    living = {plain(row["title"]) for _, row in table.rows if row["status"] != "closed"}
    own = {plain(one.term.name): one.term for one in known if (one.term.country or "").startswith("GB")}
    for line, row in table.rows:
        title = plain(row["title"])
        if title in own and title not in living and row["closed_status"] in GONE:
            yield line, row, own[title]


def find_ends(
    table: Table, known: Iterable[Known], skipped: Collection[str], problems: Problems
) -> dict[str, dt.date]:
    """Find the last days of closed bodies that do not have one yet.

    Args:
        table: The organisations.
        known: The existing terms.
        skipped: Ids of bodies that continue for a stated reason.
        problems: Receives impossible days.

    Returns:
        Last day, inclusive, by id.
    """
    ends: dict[str, dt.date] = {}
    for line, row, term in find_closed(table, known):
        try:
            closed = read_day(row["closed_at"])
        except ValueError as error:
            problems.add(line, f"{row['title']}: {error}")
            continue
        if closed is not None and term.end is None and term.id not in skipped:
            ends[term.id] = closed - dt.timedelta(days=1)  # the source gives the first day without the body
    return ends


def make_bodies(table: Table, known: Iterable[Known], skipped: Collection[str]) -> Terms:
    """Make the existing public bodies that do not have an entry by hand.

    Args:
        table: The organisations.
        known: The existing terms.
        skipped: Ids to leave out for a stated reason.
    """
    taken: set[str] = set()
    for one in known:
        taken.update(map(plain, (*one.term.names(), *one.term.any_case)))
    acronyms = Counter(row["abbreviation"] for _, row in table.rows)
    terms: Terms = {}
    for _, row in table.rows:
        name = re.sub(r"^The | (?:Ltd|Limited|plc)$", "", row["title"])
        key = f"gb-{slug(name)}"
        if row["status"] == "closed" or row["format"] not in BODY_FORMATS:
            continue
        if plain(name) in taken or key in skipped:
            continue
        short = row["abbreviation"]
        # Short acronyms stand for too many things, and one of two bodies for neither.
        fits = short.isupper() and short.isalpha() and len(short) >= SHORTEST_ACRONYM and acronyms[short] == 1
        own_acronyms: list[str] = []
        if fits and plain(short) not in taken:
            own_acronyms.append(short)
        terms[key] = {
            "name": name,
            "acronyms": own_acronyms,
            "common": " " not in name,
            "country": "GB",
        }
    return terms


def read_companies(path: Path, problems: Problems) -> Table:
    """Read the members of the S&P 500, in our own format or that of the source (`constituents.csv`).

    Raises:
        RuleError: It cannot be read.
    """
    first = ""
    if path.is_file():
        first = path.read_text(encoding="utf-8-sig").partition("\n")[0]
    names: dict[str, str] = {}
    if "Security" in first:
        names = {value: key for key, value in COMPANY_SYNONYMS.items()}
    required = [names.get(name, name) for name in ("symbol", "security", "headquarters")]
    table = read_table(path, required, problems)
    rows = tuple((line, {COMPANY_SYNONYMS.get(k, k): v for k, v in row.items()}) for line, row in table.rows)
    return Table(COMPANY_COLUMNS, rows)


def make_companies(table: Table, known: Iterable[Known], names: Path) -> Terms:
    """Make the members that do not have an entry by hand.

    Args:
        table: The members.
        known: The existing terms.
        names: `sp500_names.csv`: names in use by symbol; an `id` refers to an entry by hand.
    """
    own: set[str] = set()
    ids: set[str] = set()
    for one in known:
        ids.add(one.term.id)
        own.update(plain(without_legal_form(name)) for name in one.term.names())
    called = {row["symbol"]: row for _, row in read_table(names, ("symbol", "id", "name", "aliases")).rows}
    terms: Terms = {}
    for _, row in table.rows:
        said = called.get(row["symbol"], {})
        full = re.sub(r" \((?:The|Class [A-Z])\)$", "", row["security"])
        bare = without_legal_form(full)
        name = said.get("name") or bare
        if said.get("id") in ids or (not said and plain(bare) in own):
            continue
        aliases = [alias for alias in said.get("aliases", "").split("|") if alias]
        legal: list[str] = []
        if full not in (name, bare):
            legal.append(full)
        state = row["headquarters"].rpartition(", ")[2]
        terms[slug(name)] = {
            "name": name,
            "legal": legal,
            "aliases": aliases,
            "common": " " not in name and (is_ordinary(name) or is_first_name(name)),
            "country": ABROAD.get(state, "US"),
            "sector": row["sector"].lower(),
        }
    return terms


ABROAD = {
    "Ireland": "IE",
    "Bermuda": "BM",
    "UK": "GB",
    "United Kingdom": "GB",
    "Switzerland": "CH",
    "Netherlands": "NL",
    "Singapore": "SG",
    "Canada": "CA",
    "Luxembourg": "LU",
}
"""Country codes of headquarters outside the United States."""
