"""Custom name lists of the user: how they are stored on disk, outside the rule data of this project.

A list is a folder with `names.tsv`, one entry per line (id, label, kb_id, country, from, to, name, then all names that stand
for it), and `list.json`, which describes it. It is read line by line, and a single entry by the offset of its line, so that a
million names cost only the memory of the matcher.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import mmap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import NamedListError, RuleError
from policy_news.core.messages import first_misfit, unread
from policy_news.rules.rule_models import EntryId, Strict

NAMES_FILE, INFO_FILE = "names.tsv", "list.json"
ANCHORED = "?"
"""Mark before an ambiguous name, which counts only with context."""
_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name in exact case.

    Attributes:
        anchored: Whether it is also an ordinary word, or was cut from a longer name, and so needs context in the text.
    """

    text: str
    anchored: bool = False


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One real-world entity of a list.

    Attributes:
        name: The name of the entity in the tables.
        names: All names that stand for it in texts.
        country: Upper-case codes, separated by `;`.
        start: First day on which a document can mean it; None means open.
        end: Last day, inclusive; None means open.
    """

    id: str
    label: str
    name: str
    names: tuple[OwnName, ...]
    kb_id: str = ""
    country: str = ""
    start: dt.date | None = None
    end: dt.date | None = None

    def holds(self, day: dt.date | None) -> bool:
        """Return whether a document of that day, or without a date, can mean it."""
        if day is None:
            return True
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class ListInfo(Strict):
    """Content of `list.json`.

    Attributes:
        source: Name of the file it was made from.
        anchored: Number of names that need context.
        sha256: Hash of `names.tsv`.
    """

    name: EntryId
    source: str
    entries: int
    names: int
    anchored: int
    sha256: str
    version: Literal[2] = 2


def write_list(folder: Path, name: str, source: str, entries: Iterable[OwnEntry]) -> ListInfo:
    """Write a list; an earlier one in the folder stays until the new one is complete.

    Raises:
        RuleError: The folder contains something other than a list.
    """
    if folder.exists() and not (folder / INFO_FILE).is_file() and (folder.is_file() or any(folder.iterdir())):
        raise RuleError(
            f"{folder} contains something other than a list", "Name an empty or new folder with --out."
        )
    digest, totals = hashlib.sha256(), Counter[str]()
    with new_file(folder / NAMES_FILE) as partial, partial.open("wb") as file:
        for entry in entries:
            line = _encode(entry)
            digest.update(line)
            file.write(line)
            totals["entries"] += 1
            totals["names"] += len(entry.names)
            totals["anchored"] += sum(own.anchored for own in entry.names)
    info = ListInfo(
        name=name,
        source=source,
        entries=totals["entries"],
        names=totals["names"],
        anchored=totals["anchored"],
        sha256=digest.hexdigest(),
    )
    # Last of all: its hash makes a list valid, so a killed import leaves one that is refused.
    with new_file(folder / INFO_FILE) as partial:
        partial.write_text(info.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return info


def _encode(entry: OwnEntry) -> bytes:
    names = [f"{ANCHORED if name.anchored else ''}{name.text}" for name in entry.names]
    days = [day.isoformat() if day else "" for day in (entry.start, entry.end)]
    values = [entry.id, entry.label, entry.kb_id, entry.country, *days, entry.name, *names]
    return ("\t".join(values) + "\n").encode()


def _decode(line: bytes) -> OwnEntry:
    id_, label, kb_id, country, start, end, name, *names = line.decode().rstrip("\n").split("\t")
    return OwnEntry(
        id=id_,
        label=label,
        name=name,
        names=tuple(OwnName(text.removeprefix(ANCHORED), text.startswith(ANCHORED)) for text in names),
        kb_id=kb_id,
        country=country,
        start=dt.date.fromisoformat(start) if start else None,
        end=dt.date.fromisoformat(end) if end else None,
    )


class OwnList:
    """A list on disk.

    Raises:
        RuleError: The folder is not a list, or its file is not the one that `list.json` describes.
    """

    def __init__(self, folder: Path) -> None:
        self.info = read_info(folder)
        self.path = folder / NAMES_FILE
        try:
            with self.path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != self.info.sha256:
                    raise RuleError(
                        f"{self.path} is not the file that {INFO_FILE} describes", "Import the list again."
                    )
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise RuleError(unread(self.path, error), "Import the list again.") from error

    @property
    def name(self) -> str:
        """Its name, the first half of the ids of its entries in the tables."""
        return self.info.name

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the byte offset of every line, and the names in it as stored."""
        offset = 0
        with self.path.open("rb") as file:
            for line in file:
                yield offset, line.decode().rstrip("\n").split("\t")[_COLUMNS:]
                offset += len(line)

    def entry(self, offset: int) -> OwnEntry:
        """Return the entry whose line begins at a byte offset."""
        return _decode(self._map[offset : self._map.find(b"\n", offset)])

    def find_entries(self, ids: Collection[str]) -> Iterator[OwnEntry]:
        """Yield the entries with these ids; of several lines with one id, the first."""
        wanted = set(ids)
        if not wanted:
            return
        with self.path.open("rb") as file:
            for line in file:
                # Only the id is decoded first: a list may have millions of lines.
                if line[: line.find(b"\t")].decode() in wanted:
                    entry = _decode(line)
                    wanted.discard(entry.id)
                    yield entry


def read_info(folder: Path) -> ListInfo:
    """Read the description of a list.

    Raises:
        NamedListError: The folder is not a list.
        RuleError: The description cannot be read.
    """
    try:
        return ListInfo.model_validate_json((folder / INFO_FILE).read_bytes())
    except FileNotFoundError as error:
        raise NamedListError(
            f"{folder} is not a list of names: {INFO_FILE} is missing",
            "Make it with `pipeline rules import`.",
        ) from error
    except (OSError, ValidationError) as error:
        why = ValueError(first_misfit(error)) if isinstance(error, ValidationError) else error
        raise RuleError(unread(folder / INFO_FILE, why), "Import the list again.") from error


def fingerprint(folders: Sequence[str]) -> str:
    """Return a fingerprint of the lists that results depend on; empty without lists.

    The order counts: of a name in several lists, the first one wins.
    """
    infos = [read_info(Path(folder)) for folder in folders]
    return "".join(f"{info.name}={info.sha256};" for info in infos)


def known_names(folders: Iterable[str], entity_ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Return canonical name and id in a knowledge base of those entities (`<list>:<id>`) that are in these lists."""
    known: dict[str, tuple[str, str | None]] = {}
    for folder in folders:
        own = OwnList(Path(folder))
        prefix = f"{own.name}:"
        ids = {entity.removeprefix(prefix) for entity in entity_ids if entity.startswith(prefix)}
        for entry in own.find_entries(ids):
            known.setdefault(prefix + entry.id, (entry.name, entry.kb_id or None))
    return known
