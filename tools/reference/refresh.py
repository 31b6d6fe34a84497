"""`pipeline rules refresh`: rebuild the rows of a table from a newer copy of its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import ArgumentError, RuleError
from policy_news.rules.rule_files import RULES_DIR, read_rule_file, rule_files
from policy_news.rules.rule_models import OfficeFile, Strict, TermFile
from tools.reference import appointments, british_offices, term_tables
from tools.reference.manifest import (
    MANIFEST,
    REFERENCE_DIR,
    Reference,
    digest,
    read_manifest,
    write_manifest,
)
from tools.reference.office_files import rewrite
from tools.reference.tables import Problems, Table, check_size, read_table, write_table
from tools.reference.term_files import Known, read_known, rewrite_file, set_ends, without_clashes


@dataclass(frozen=True, slots=True)
class Request:
    """What to refresh.

    Attributes:
        file: The newer copy.
        known_to: The day that the copy describes; None means to find it in the copy.
        rules: The rule folder.
        reference: The folder with the reference data.
    """

    file: Path
    known_to: dt.date | None = None
    rules: Path = RULES_DIR
    reference: Path = REFERENCE_DIR


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Result of a refresh, not yet written.

    Attributes:
        files: Texts of the files that change, with the model that they must fit, if any.
        rows: Number of rows taken from the copy.
        changes: Rows of the rule data that were added or removed.
        problems: What was wrong with rows of the copy.
        known_to: The day up to which the rule data are now known.
    """

    files: Mapping[Path, tuple[str, type[Strict] | None]]
    rows: int
    changes: tuple[str, ...]
    problems: tuple[str, ...]
    known_to: dt.date


def refresh(name: str, request: Request) -> Refreshed:
    """Compute what refreshing a table would write; see `write`.

    Raises:
        ArgumentError: The table does not exist.
        RuleError: The copy cannot be read, or is not complete.
    """
    if name not in TABLES:
        raise ArgumentError(f"no table '{name}'", f"There are {', '.join(sorted(TABLES))}.")
    return TABLES[name](request)


def write(made: Refreshed) -> None:
    """Write all files of a refresh, or none where one of them would not fit.

    Raises:
        RuleError: A file would not fit its model.
    """
    # Try all of them before writing the first: the files refer to each other.
    with TemporaryDirectory() as scratch:
        for path, (text, model) in made.files.items():
            if model is not None:
                trial = Path(scratch) / path.name
                trial.write_text(text, encoding="utf-8")
                read_rule_file(trial, model)
    for path, (text, _) in made.files.items():
        with new_file(path) as partial:
            partial.write_text(text, encoding="utf-8")


def _british_ministers(request: Request) -> Refreshed:
    """Offices of Britain from the appointments of the Institute for Government."""
    problems = Problems()
    table = appointments.read_source(request.file, problems)
    rows = appointments.parse(table, problems)
    file = "gb_ministers.csv"
    manifest = read_manifest(request.reference)
    kept = request.reference / file
    if kept.is_file():
        check_size(request.file, len(rows), len(read_table(kept, appointments.REQUIRED).rows))
    text = write_table(appointments.COLUMNS, appointments.canonical(table))
    known = manifest[file]
    day = request.known_to
    if day is None and known.sha256 == digest(text):
        day = known.known_to  # the same copy again
    elif day is None:
        day = appointments.latest_day(rows, dt.date.max)
    entry = known.model_copy(update={"known_to": day, "sha256": digest(text)})
    terms = british_offices.make_terms(rows, british_offices.read_tables(request.reference), problems)
    files, changes = _rewrite_offices(request, terms, entry, problems)
    files[kept] = (text, None)
    files[request.reference / MANIFEST] = (write_manifest({**manifest, file: entry}), None)
    return Refreshed(files, len(rows), tuple(changes), tuple(problems.lines), day)


def _rewrite_offices(
    request: Request, terms: Mapping[str, list[british_offices.Term]], entry: Reference, problems: Problems
) -> tuple[dict[Path, tuple[str, type[Strict] | None]], list[str]]:
    files: dict[Path, tuple[str, type[Strict] | None]] = {}
    changes: list[str] = []
    known: set[str] = set()
    for path in rule_files(request.rules / "offices"):
        made = rewrite(path, terms, entry)
        if made is not None:
            files[path] = (made.text, OfficeFile)
            changes += made.changes
            problems.lines += made.problems
            known |= {office.id for office in read_rule_file(path, OfficeFile).offices}
    lost = sorted(terms.keys() - known)
    if lost:
        raise RuleError(
            f"{request.reference / british_offices.POSTS}: no office file has {', '.join(lost[:5])}",
            "Add the office to a file of models/rules/offices.",
        )
    return files, changes


def _committees(request: Request) -> Refreshed:
    """Committees of the US Congress."""
    files = ("us_committees.csv", "committees/us-congress.yml")
    columns, read = term_tables.COMMITTEE_COLUMNS, term_tables.read_committees
    return _refresh_terms(request, files, columns, read, term_tables.make_committees)


def _companies(request: Request) -> Refreshed:
    """Companies of the S&P 500."""
    make = partial(term_tables.make_companies, names=request.reference / "sp500_names.csv")
    files = ("sp500.csv", "companies/sp500.yml")
    return _refresh_terms(request, files, term_tables.COMPANY_COLUMNS, term_tables.read_companies, make)


def _bodies(request: Request) -> Refreshed:
    """Public bodies of Britain; closed ones get their last day."""
    exceptions = british_offices.read_exceptions(request.reference / british_offices.EXCEPTIONS, "gb-bodies")
    skipped = {one.entry for one in exceptions}
    make = partial(term_tables.make_bodies, skipped=skipped)
    find_ends = partial(term_tables.find_ends, skipped=skipped)
    files = ("gb_bodies.csv", "organisations/gb-govuk.yml")
    return _refresh_terms(request, files, term_tables.BODY_COLUMNS, term_tables.read_bodies, make, find_ends)


def _refresh_terms(
    request: Request,
    places: tuple[str, str],
    columns: Sequence[str],
    read: Callable[[Path, Problems], Table],
    make: Callable[[Table, list[Known]], term_tables.Terms],
    find_ends: Callable[..., Mapping[str, dt.date]] | None = None,
) -> Refreshed:
    """Rebuild a file of terms.

    Args:
        request: What to refresh.
        places: The copy below the reference folder, and the file below the rule folder.
        columns: Of the copy.
        read: Reads the newer copy.
        make: Makes the terms from it and those written by hand.
        find_ends: Finds the last days of terms written by hand, from the same and the problems.
    """
    problems = Problems()
    table = read(request.file, problems)
    manifest, kept, path = (
        read_manifest(request.reference),
        request.reference / places[0],
        request.rules / places[1],
    )
    if kept.is_file():
        check_size(request.file, len(table.rows), len(read_table(kept, columns).rows))
    text = write_table(columns, ({name: row.get(name, "") for name in columns} for _, row in table.rows))
    before = manifest[places[0]]
    # Unlike appointments, these copies carry no date at all.
    if before.sha256 != digest(text) and request.known_to is None and kept.is_file():
        raise ArgumentError(
            f"{request.file}: does not say which day it describes",
            "Give the day with --known-to, e.g. 2026-07-20.",
        )
    known_to = request.known_to or before.known_to
    entry = before.model_copy(update={"known_to": known_to, "sha256": digest(text)})
    known = [one for one in read_known(request.rules) if one.path.name != path.name]
    fitting = without_clashes(make(table, known), known, problems.lines)
    new, changes = rewrite_file(path.read_text(encoding="utf-8"), fitting, entry)
    files: dict[Path, tuple[str, type[Strict] | None]] = {
        path: (new, TermFile),
        kept: (text, None),
        request.reference / MANIFEST: (write_manifest({**manifest, places[0]: entry}), None),
    }
    ends = find_ends(table, known, problems=problems) if find_ends else {}
    for changed in sorted({one.path for one in known if one.term.id in ends}):
        ended, more = set_ends(changed, ends, entry)
        files[changed] = (ended, TermFile)
        changes += more
    return Refreshed(files, len(table.rows), tuple(changes), tuple(problems.lines), known_to)


TABLES: Mapping[str, Callable[[Request], Refreshed]] = {
    "gb-bodies": _bodies,
    "gb-ministers": _british_ministers,
    "sp500": _companies,
    "us-committees": _committees,
}
