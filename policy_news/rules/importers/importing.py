"""Reads a file of open data and writes it as a custom name list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import yaml

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import RuleError
from policy_news.rules.importers import LIST_FORMATS
from policy_news.rules.importers.contents import Contents, ImportCounts, Request
from policy_news.rules.own_lists import (
    NAMES_FILE,
    ListInfo,
    ListWriter,
    OwnEntry,
    check_list_folder,
    finish_list,
)
from policy_news.rules.rule_models import PersonFacts
from policy_news.tables.labels import TERM_LABELS

MAX_NAMES = 2_000_000


def list_name(name: str | None, source: Path) -> str:
    """Return the given name of a list, or make one from the name of the file.

    Raises:
        RuleError: It is not a valid name.
    """
    if name is None:
        name = re.sub(r"[^a-z0-9]+", "-", source.name.partition(".")[0].lower()).strip("-")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
        raise RuleError(
            f"'{name}' is not a name of a list", "Give lower-case letters, digits and hyphens with --name."
        )
    return name


def import_list(request: Request) -> tuple[ListInfo, ImportCounts]:
    """Read a file into a list; an earlier list in the folder stays until the new one is complete.

    Raises:
        RuleError: The file cannot be read, is of another format, or has no names or too many; the folder is not a list.
        StageError: The folder cannot be written.
    """
    if request.label is not None and request.label not in TERM_LABELS:
        raise RuleError(
            f"'{request.label}' is not a label of a list", f"Use one of {', '.join(TERM_LABELS)}."
        )
    # Before the file is read: that may take minutes.
    check_list_folder(request.folder)
    tally = ImportCounts()
    read: Callable[[Request, ImportCounts], Contents] = resolve_name(LIST_FORMATS[request.form])
    contents = read(request, tally)
    with new_file(request.folder / NAMES_FILE) as partial:
        with partial.open("wb") as file:
            writer = ListWriter(file)
            _write(contents.entries, writer, request, tally)
        if not writer.names:
            report = "\n  ".join([f"{request.source}: no names taken", *tally.lines()])
            raise RuleError(report, "Check --format.")
        info = writer.describe(request.name, request.form, request.source.name)
    return finish_list(request.folder, info, contents.holders, _persons_text(contents.persons)), tally


def _write(
    entries: Iterator[tuple[str, OwnEntry]], writer: ListWriter, request: Request, tally: ImportCounts
) -> None:
    """Write the entries with their new names. Rows of one entry may follow each other, with one name each."""
    seen: set[str] = set()
    last_id, own, is_new = "", set[str](), True
    for _, entry in entries:
        if request.country and request.country.upper() not in entry.country.split(";"):
            tally.left_out["of another country"] += 1
            continue
        if entry.id != last_id:
            last_id, own, is_new = entry.id, set(), True
        # A name belongs to the first entry that has it; repeats within an entry are not duplicates.
        fresh = tuple(name for name in entry.names if name.text not in seen)
        tally.duplicates += sum(name.text in seen and name.text not in own for name in entry.names)
        names = {name.text for name in fresh}
        own |= names
        seen |= names
        _check_number(len(seen), request)
        if fresh:
            writer.add(replace(entry, names=fresh))
            tally.taken += is_new
            is_new = False


def _check_number(names: int, request: Request) -> None:
    if names > MAX_NAMES:
        raise RuleError(
            f"{request.source}: more than {MAX_NAMES:,} names",
            "Take a part of it, for example with --country.",
        )


def _persons_text(persons: Iterable[PersonFacts]) -> str:
    """Write the dated posts as a rule file, which users may copy to `models/rules/persons/`."""
    known = [person.model_dump(mode="json", by_alias=True, exclude_defaults=True) for person in persons]
    if not known:
        return ""
    text: str = yaml.safe_dump({"persons": known}, allow_unicode=True, sort_keys=False, width=140)
    return text
