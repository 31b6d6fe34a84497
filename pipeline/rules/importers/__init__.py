"""Turns open data into lists of names of the user's own: `pipeline rules import`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from pipeline.core.atomic_files import new_file
from pipeline.core.errors import RuleError
from pipeline.rules.importers.popolo import read_popolo
from pipeline.rules.importers.registers import TABLES
from pipeline.rules.importers.tables import read_rows
from pipeline.rules.importers.tally import BrokenRowError, LeftOutError, Tally
from pipeline.rules.own_lists import (
    LABELS,
    NAMES_FILE,
    ListInfo,
    ListWriter,
    OwnEntry,
    OwnHolder,
    check_list_folder,
    finish_list,
)
from pipeline.rules.schema import Person

FORMATS = (*sorted(TABLES), "popolo")
MAX_NAMES = 2_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, and how.

    Attributes:
        name: Of the list; the first half of the ids of its entries in the tables.
        label: Of entries of which the file does not say what they are.
        country: Only entries of this country; None for all.
    """

    source: Path
    form: str
    folder: Path
    name: str
    label: str | None = None
    country: str | None = None


def list_name(name: str | None, source: Path) -> str:
    """The given name of a list, or one made from the file's.

    Raises:
        RuleError: It is no name.
    """
    made = (
        name
        if name is not None
        else re.sub(r"[^a-z0-9]+", "-", source.name.partition(".")[0].lower()).strip("-")
    )
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", made):
        raise RuleError(
            f"'{made}' is no name of a list", "Give lower-case letters, digits and hyphens with --name."
        )
    return made


def import_list(request: Request) -> tuple[ListInfo, Tally]:
    """Read a file into a list; an earlier list in the folder stays until the new one is complete.

    Raises:
        RuleError: The file cannot be read or is of another format, has no names or too many; the folder is not a list's.
        StageError: The folder cannot be written.
    """
    if request.label is not None and request.label not in LABELS:
        raise RuleError(f"'{request.label}' is no label of a list", f"Give one of {', '.join(LABELS)}.")
    check_list_folder(request.folder)
    tally = Tally()
    entries, persons, holders = _read(request, tally)
    with new_file(request.folder / NAMES_FILE) as partial:
        with partial.open("wb") as file:
            writer = ListWriter(file)
            _write(entries, writer, request, tally)
        if not writer.names:
            raise RuleError(
                f"{request.source}: no names taken" + "".join(f"\n  {line}" for line in tally.lines()),
                "Check --format.",
            )
        info = writer.describe(request.name, request.form, request.source.name)
    return finish_list(request.folder, info, holders, _persons_text(persons)), tally


def _read(
    request: Request, tally: Tally
) -> tuple[Iterator[tuple[str, OwnEntry]], Iterable[Person], Iterable[OwnHolder]]:
    if request.form in TABLES:
        return _table_entries(request, tally), (), ()
    popolo = read_popolo(request.source, tally)
    return (
        popolo.entries(request.label),
        popolo.persons(),
        popolo.holders(request.name, (request.country or "").upper()),
    )


def _table_entries(request: Request, tally: Tally) -> Iterator[tuple[str, OwnEntry]]:
    table = TABLES[request.form]
    for line, row in read_rows(request.source, table, tally):
        try:
            yield f"line {line}", table.parse(row, request.label)
        except BrokenRowError as error:
            tally.break_row(f"line {line}", str(error))
        except LeftOutError as error:
            tally.left_out[str(error)] += 1


def _write(
    entries: Iterator[tuple[str, OwnEntry]], writer: ListWriter, request: Request, tally: Tally
) -> None:
    """Write the entries with the names that are new. Rows of one thing may follow each other, with a name each."""
    seen: set[str] = set()
    last_id, own, new = "", set[str](), True
    for _, entry in entries:
        if request.country and request.country.upper() not in entry.country.split(";"):
            tally.left_out["of another country"] += 1
            continue
        if entry.id != last_id:
            last_id, own, new = entry.id, set(), True
        fresh = tuple(name for name in entry.names if name.text not in seen)
        tally.duplicates += sum(name.text in seen and name.text not in own for name in entry.names)
        names = {name.text for name in fresh}
        own |= names
        seen |= names
        if len(seen) > MAX_NAMES:
            raise RuleError(
                f"{request.source}: more than {MAX_NAMES:,} names",
                "Take a part of it, for example with --country.",
            )
        if fresh:
            writer.add(replace(entry, names=fresh))
            tally.taken += new
            new = False


def _persons_text(persons: Iterable[Person]) -> str:
    """The dated posts as a rule file, to be put under `models/rules/persons/` by whoever wants them there."""
    known = [person.model_dump(mode="json", by_alias=True, exclude_defaults=True) for person in persons]
    if not known:
        return ""
    text: str = yaml.safe_dump({"persons": known}, allow_unicode=True, sort_keys=False, width=140)
    return text
