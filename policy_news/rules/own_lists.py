"""Custom name lists of the user: how they are stored on disk, outside the rule data of this project.

A list is a folder with `names.tsv`, one entry per line (id, label, kb_id, country, from, to, name, then all names that stand
for it), and `list.json`, which describes it. It is read line by line, and a single entry by the offset of its line, so that a
million names cost only the memory of the matcher.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import mmap
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from pydantic import Field, ValidationError

from policy_news.core.atomic_files import new_file
from policy_news.core.errors import NamedListError, RuleError
from policy_news.core.messages import first_misfit, unread
from policy_news.rules.rule_models import Dated, EntryId, Name, Strict

NAMES_FILE, INFO_FILE, HOLDERS_FILE, PERSONS_FILE = "names.tsv", "list.json", "holders.jsonl", "persons.yml"
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


class OwnHolder(Dated):
    """A person of a list in a ministerial post; a line of `holders.jsonl`.

    Attributes:
        entry: Id of the person's entry.
        office: Id of the post, unique among all lists.
        country: Upper-case code, or empty.
    """

    entry: str
    person: Name
    office: EntryId
    title: Name
    country: str = ""
    start: dt.date = Field(alias="from")


class ListInfo(Strict):
    """Content of `list.json`.

    Attributes:
        source: Name of the file it was made from.
        anchored: Number of names that need context.
        sha256: Hash of `names.tsv`.
        holders_sha256: Hash of `holders.jsonl`; empty if the file is missing.
        persons_sha256: Hash of `persons.yml`; empty if the file is missing.
    """

    name: EntryId
    format: str
    source: str
    entries: int
    names: int
    anchored: int
    sha256: str
    holders_sha256: str = ""
    persons_sha256: str = ""
    version: Literal[1] = 1


class ListWriter:
    """Writes the entries of a list and counts them for its description."""

    def __init__(self, file: IO[bytes]) -> None:
        self.entries = self.names = self.anchored = 0
        self._digest = hashlib.sha256()
        self._file = file

    def add(self, entry: OwnEntry) -> None:
        """Append an entry.

        Raises:
            ValueError: A value contains a tab or a line break.
        """
        line = _encode(entry)
        self._digest.update(line)
        self._file.write(line)
        self.entries += 1
        self.names += len(entry.names)
        self.anchored += sum(name.anchored for name in entry.names)

    def describe(self, name: str, form: str, source: str) -> ListInfo:
        """Describe the list as written so far.

        Args:
            form: Format that it was imported from.
            source: Name of the file that it was imported from.
        """
        return ListInfo(
            name=name,
            format=form,
            source=source,
            entries=self.entries,
            names=self.names,
            anchored=self.anchored,
            sha256=self._digest.hexdigest(),
        )


def finish_list(folder: Path, info: ListInfo, holders: Iterable[OwnHolder], persons: str) -> ListInfo:
    """Write all files of a list except its names.

    Args:
        persons: Text of the file of other posts; empty for none.
    """
    lines = "".join(f"{holder.model_dump_json(by_alias=True, exclude_none=True)}\n" for holder in holders)
    sums = {
        "holders_sha256": _write_part(folder / HOLDERS_FILE, lines.encode()),
        "persons_sha256": _write_part(folder / PERSONS_FILE, persons.encode()),
    }
    info = info.model_copy(update=sums)
    # Last of all: its hashes make a list valid, so a killed import leaves one that is refused.
    with new_file(folder / INFO_FILE) as partial:
        text = json.dumps(info.model_dump(), indent=1, ensure_ascii=False) + "\n"
        partial.write_text(text, encoding="utf-8")
    return info


def _write_part(path: Path, data: bytes) -> str:
    """Write an optional file of a list and return its hash; remove the file of an earlier import if there is no data."""
    if not data:
        path.unlink(missing_ok=True)
        return ""
    with new_file(path) as partial:
        partial.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def check_list_folder(folder: Path) -> None:
    """Refuse a folder in which a list would replace something else.

    Raises:
        RuleError: It contains something other than a list, or posts that somebody edited.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / INFO_FILE).is_file():
        raise RuleError(
            f"{folder} contains something other than a list", "Name an empty or new folder with --out."
        )
    persons, written = folder / PERSONS_FILE, read_info(folder).persons_sha256
    if persons.is_file() and hashlib.sha256(persons.read_bytes()).hexdigest() != written:
        hint = "Move it away, or name another folder with --out."
        raise RuleError(f"{persons}: is not the file that the last import wrote", hint)


def _encode(entry: OwnEntry) -> bytes:
    """Write the line of an entry.

    Raises:
        ValueError: A value contains a separator, and so would be read as another entry.
    """
    names = [f"{ANCHORED if name.anchored else ''}{name.text}" for name in entry.names]
    days = [day.isoformat() if day else "" for day in (entry.start, entry.end)]
    values = [entry.id, entry.label, entry.kb_id, entry.country, *days, entry.name, *names]
    line = "\t".join(values)
    if line.count("\t") != len(values) - 1 or "\r" in line or "\n" in line:
        raise ValueError(f"{entry.id}: a value contains a tab or a line break")
    return f"{line}\n".encode()


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
        """Return the entry whose line begins at a byte offset.

        Raises:
            RuleError: The line is not an entry.
        """
        return self._decoded(self._map[offset : self._map.find(b"\n", offset)])

    def _decoded(self, line: bytes) -> OwnEntry:
        try:
            return _decode(line)
        except ValueError as error:
            raise RuleError(
                f"{self.path}: a line is not an entry: {error}", "Import the list again."
            ) from error

    def find_entries(self, ids: Collection[str]) -> Iterator[OwnEntry]:
        """Yield the entries with these ids; of several lines with one id, the first."""
        wanted = set(ids)
        if not wanted:
            return
        with self.path.open("rb") as file:
            for line in file:
                # Only the id is decoded first: a list may have millions of lines.
                if line[: line.find(b"\t")].decode() in wanted:
                    entry = self._decoded(line)
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
    return "".join(f"{info.name}={info.sha256}{info.holders_sha256};" for info in infos)


def read_holders(folders: Iterable[str]) -> Iterator[tuple[str, OwnHolder]]:
    """Yield entity id (`<list>:<id>`) and term of the ministers of the lists.

    Raises:
        RuleError: A file is not the one that its `list.json` describes.
    """
    for folder in map(Path, folders):
        info = read_info(folder)
        path = folder / HOLDERS_FILE
        if not info.holders_sha256:
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RuleError(unread(path, error), "Import the list again.") from error
        if hashlib.sha256(data).hexdigest() != info.holders_sha256:
            raise RuleError(f"{path} is not the file that {INFO_FILE} describes", "Import the list again.")
        for line in data.splitlines():
            holder = OwnHolder.model_validate_json(line)
            yield f"{info.name}:{holder.entry}", holder


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
