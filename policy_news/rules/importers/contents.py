"""Request and result of the reader of a list format, and what became of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from policy_news.rules.own_lists import OwnEntry, OwnHolder
from policy_news.rules.rule_models import PersonFacts


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, and how.

    Attributes:
        name: Name of the list; the first half of the ids of its entries in the tables.
        label: Label of entries without one in the file.
        country: Only entries of this country; None for all.
    """

    source: Path
    form: str
    folder: Path
    name: str
    label: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Content of a file.

    Attributes:
        entries: Pairs of a place in the file, for messages, and an entry.
    """

    entries: Iterator[tuple[str, OwnEntry]]
    persons: Iterable[PersonFacts] = ()
    holders: Iterable[OwnHolder] = ()


SHOWN = 5
"""Number of broken rows that are listed."""


class BrokenRowError(Exception):
    """A row that cannot be read: says why."""


class LeftOutError(Exception):
    """A valid row of a kind that the list does not take: says which."""


@dataclass(slots=True)
class ImportCounts:
    """Counts of an import.

    Attributes:
        duplicates: Names that an earlier entry already has.
        broken: Rows that could not be read; the first of them are in `shown`.
        left_out: Rows by the reason why they are not wanted.
    """

    taken: int = 0
    duplicates: int = 0
    broken: int = 0
    shown: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def break_row(self, place: str, reason: str) -> None:
        """Count a broken row."""
        self.broken += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"{place}: {reason}")

    def lines(self) -> Iterator[str]:
        """Yield the report for the user."""
        yield f"{self.taken} entries, {self.duplicates} names that an earlier entry has, {self.broken} broken rows"
        for line in self.shown:
            yield f"  {line}"
        if self.broken > len(self.shown):
            yield f"  and {self.broken - len(self.shown)} more"
        for reason, count in sorted(self.left_out.items()):
            yield f"left out: {count} {reason}"
