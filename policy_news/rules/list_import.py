"""Makes a custom name list of a CSV file: `pipeline rules import`."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from policy_news.core.errors import RuleError
from policy_news.core.messages import unread
from policy_news.rules.name_forms import name_words, without_legal_form
from policy_news.rules.own_lists import ANCHORED, ListInfo, OwnEntry, OwnName, write_list
from policy_news.rules.rule_models import iso_day
from policy_news.rules.word_lists import ordinary_words
from policy_news.tables.labels import TERM_LABELS

COLUMNS = ("id", "name", "aliases", "label", "kb_id", "country", "from", "to")
MAX_NAME = 200
MAX_NAMES = 2_000_000
SHOWN = 5
"""Number of broken rows that are listed."""
_LATIN = re.compile(r"[A-Za-z]")


class BrokenRowError(Exception):
    """A row that cannot be read: says why."""


@dataclass(slots=True)
class ImportCounts:
    """Counts of an import.

    Attributes:
        duplicates: Names that an earlier entry already has.
        broken: Why rows could not be read, with the place of the first ones in `shown`.
    """

    taken: int = 0
    duplicates: int = 0
    broken: int = 0
    shown: list[str] = field(default_factory=list)

    def break_row(self, line: int, reason: str) -> None:
        """Count a broken row."""
        self.broken += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"line {line}: {reason}")

    def lines(self) -> Iterator[str]:
        """Yield the report for the user."""
        yield f"{self.taken} entries, {self.duplicates} names that an earlier entry has, {self.broken} broken rows"
        for line in self.shown:
            yield f"  {line}"
        if self.broken > len(self.shown):
            yield f"  and {self.broken - len(self.shown)} more"


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


def import_list(
    source: Path, folder: Path, name: str, label: str | None = None
) -> tuple[ListInfo, ImportCounts]:
    """Read a CSV file into a list; an earlier list in the folder stays until the new one is complete.

    Args:
        name: First half of the ids of the entries in the tables.
        label: Label of rows without one.

    Raises:
        RuleError: The file cannot be read, lacks a column, or has no names or too many; the folder is not a list.
        StageError: The folder cannot be written.
    """
    if label is not None and label not in TERM_LABELS:
        raise RuleError(f"'{label}' is not a label of a list", f"Use one of {', '.join(TERM_LABELS)}.")
    counts = ImportCounts()
    return write_list(folder, name, source.name, _entries(source, label, counts)), counts


def _entries(source: Path, label: str | None, counts: ImportCounts) -> Iterator[OwnEntry]:
    """Yield the entries with the names that no earlier entry has."""
    seen: set[str] = set()
    for line, row in _read_rows(source, counts):
        try:
            entry = _make_entry(row, label)
        except BrokenRowError as error:
            counts.break_row(line, str(error))
            continue
        fresh = tuple(name for name in entry.names if name.text not in seen)
        counts.duplicates += len(entry.names) - len(fresh)
        seen.update(name.text for name in fresh)
        if len(seen) > MAX_NAMES:
            raise RuleError(f"{source}: more than {MAX_NAMES:,} names", "Take a part of it.")
        if fresh:
            counts.taken += 1
            yield replace(entry, names=fresh)
    if not counts.taken:
        raise RuleError("\n  ".join([f"{source}: no names taken", *counts.lines()]), "Correct its rows.")


def _read_rows(path: Path, counts: ImportCounts) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield line and cells of each row with the right number of cells."""
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header)
            line = reader.line_num + 1
            for cells in reader:
                if len(cells) == len(header):
                    yield line, dict(zip(header, map(str.strip, cells), strict=True))
                elif cells:
                    counts.break_row(line, f"{len(cells)} fields, the header has {len(header)}")
                line = reader.line_num + 1
    except csv.Error as error:
        raise RuleError(f"{path}: line {line}: {error}", "Correct this row.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(unread(path, error), "Lists are CSV files in UTF-8.") from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        found = ", ".join(header[:8])[:200] or "nothing"
        hint = f"The first line must be {','.join(COLUMNS)}"
        raise RuleError(f"{path}: no column {', '.join(missing)} (the first line has {found})", f"{hint}.")


def _make_entry(row: Mapping[str, str], default: str | None) -> OwnEntry:
    """Make an entry with all forms of its names."""
    label, country = row["label"] or default or "", row["country"].upper().replace(" ", "")
    reason = _find_fault(row, label, country)
    if reason:
        raise BrokenRowError(reason)
    start, end = _read_day(row["from"]), _read_day(row["to"], last=True)
    if start and end and end < start:
        raise BrokenRowError(f"ends ({end}) before it begins ({start})")
    names = make_names([row["name"], *row["aliases"].split("|")], label)
    if not names:
        raise BrokenRowError("no name in Latin letters with a capital")
    name = clean_name(row["name"]) or " ".join(row["name"].split())
    return OwnEntry(row["id"], label, name, names, row["kb_id"], country, start, end)


def _find_fault(row: Mapping[str, str], label: str, country: str) -> str:
    """Return why a row cannot be an entry, or nothing."""
    for value, what in ((label, "label"), (row["id"], "id"), (row["name"], "name")):
        if not value:
            return f"no {what}"
    if label not in TERM_LABELS:
        return f"'{label[:40]}' is not a label ({', '.join(TERM_LABELS)})"
    for value, what in ((row["id"], "id"), (row["kb_id"], "kb_id"), (country, "country")):
        if any(c.isspace() or not c.isprintable() for c in value):
            return f"'{value[:40]}' is not an entry of the column {what}"
    return f"the name is longer than {MAX_NAME} characters" if len(row["name"]) > MAX_NAME else ""


def _read_day(text: str, *, last: bool = False) -> dt.date | None:
    try:
        return iso_day(text, last=last) if text else None
    except ValueError:
        raise BrokenRowError(f"'{text[:40]}' is not a date") from None


def make_names(given: list[str], label: str) -> tuple[OwnName, ...]:
    """Return all forms of names, without repeats; companies and organisations also without their legal form.

    A name without Latin letters would not match anything, and one without a capital too much: both are left out.
    """
    forms: dict[str, OwnName] = {}
    for name in filter(None, map(clean_name, given)):
        forms.setdefault(name, OwnName(name, _needs_anchor(name, label, cut=False)))
        short = without_legal_form(name)
        if label in ("COMPANY", "ORG") and short != name and len(short) > 1:
            forms.setdefault(short, OwnName(short, _needs_anchor(short, label, cut=True)))
    return tuple(forms.values())


def clean_name(text: str) -> str:
    """Put a name on one line, without our own mark and the full stops of its legal form; empty if no name."""
    name = " ".join(text.split()).lstrip(ANCHORED)
    if not 1 < len(name) <= MAX_NAME or not name.isprintable():
        return ""
    if not _LATIN.search(name) or name == name.lower():
        return ""
    head, _, last = name.rpartition(" ")
    plain = last.replace(".", "")
    if head and plain.lower() in name_words().legal_forms:
        return f"{head} {plain}"
    return name


def _needs_anchor(form: str, label: str, *, cut: bool) -> bool:
    """Return whether a form is ambiguous: one ordinary word, one name of a person; if cut short, any one word or only ordinary words."""
    words = form.split()
    ordinary = all(word.lower() in ordinary_words() for word in words)
    if len(words) == 1:
        return ordinary or cut or label == "PERSON"
    return cut and ordinary
