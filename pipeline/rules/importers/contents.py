"""Request and result of the reader of a list format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.rules.own_lists import OwnEntry, OwnHolder
from pipeline.rules.schema import Person


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, and how.

    Attributes:
        source: File to read.
        form: Name of the list format.
        folder: Folder of the list to write.
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
        persons: Persons with dated posts.
        holders: Holders of ministerial offices.
    """

    entries: Iterator[tuple[str, OwnEntry]]
    persons: Iterable[Person] = ()
    holders: Iterable[OwnHolder] = ()
