"""What a run whose tables are in parts leaves for the next one, in the folder of its tables: so both count at the same moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.core.checksums import add_checksum, strip_checksum
from pipeline.core.errors import StageError
from pipeline.run.keyed_files import KeyedFile
from pipeline.run.shard_results import Done
from pipeline.tables.commit import FOLDER
from pipeline.tables.parquet import Part, read_run
from pipeline.tables.parts import PartFile, ends_part
from pipeline.tables.schema import FailureRow

STATE = ".state"
_PARTS = "parts.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """A part of the tables as it is to be: some shards, and the hash of what they are made of."""

    key: str
    shards: tuple[Done, ...]


def plan_parts(shards: Sequence[Done], mean: int) -> Iterator[Plan]:
    """The parts of a run, in order."""
    own: list[Done] = []
    for shard in shards:
        own.append(shard)
        if ends_part(shard.last, mean):
            yield _plan(own)
            own = []
    if own:
        yield _plan(own)


def _plan(shards: Sequence[Done]) -> Plan:
    return Plan(sha256(" ".join(shard.key for shard in shards).encode()).hexdigest()[:32], tuple(shards))


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of the run before.

    Attributes:
        key: Hash of what it was made of.
        shards: Keys of its shards.
        number: Its number among those with documents; None for one without.
        part: Its files, where it has documents.
        failures: What failed in it.
        decided: Hash of what decisions did to it; empty for nothing.
        stated: Hash of the statements of its claims.
    """

    key: str
    shards: tuple[str, ...]
    number: int | None
    part: Part | None
    failures: tuple[FailureRow, ...]
    decided: str = ""
    stated: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "key": self.key,
            "shards": self.shards,
            "number": self.number,
            "part": self.part.to_json() if self.part else None,
            "failures": [asdict(row) for row in self.failures],
            "decided": self.decided,
            "stated": self.stated,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Kept:
        """From plain data."""
        part = Part.from_json(told["part"]) if told["part"] else None
        failures = tuple(FailureRow(**row) for row in told["failures"])
        own = (told["key"], tuple(told["shards"]), told["number"])
        return cls(*own, part, failures, told["decided"], told["stated"])


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """What decisions are about in the tables of no document.

    Attributes:
        edited: Entities with another name or Wikidata id.
        merged: Entities that are merged, and those that they are merged into.
    """

    edited: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()

    def to_json(self) -> list[Any]:
        """As plain data."""
        return [sorted(self.edited), sorted(self.merged)]

    @classmethod
    def from_json(cls, told: Sequence[Any]) -> DecidedRows:
        """From plain data."""
        edited, merged = told
        return cls(frozenset(edited), frozenset(merged))


@dataclass(frozen=True, slots=True)
class Before:
    """The run before.

    Attributes:
        folder: Of its tables.
        parts: Its parts with documents, and those without.
        others: The files of its other tables.
        last: Of each table in parts along its own key, the last key of each part; none of a table without rows.
        decided: The entities that decisions may have changed in other tables.
        written: When all was written, as files tell time: a file that is younger is not as it was.
        turn: Number of runs since all was written anew.
    """

    folder: Path
    parts: list[Kept] = field(default_factory=list)
    others: dict[str, list[PartFile]] = field(default_factory=dict)
    last: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    decided: DecidedRows = field(default_factory=DecidedRows)
    written: int = 0
    turn: int = 0

    @property
    def size(self) -> int:
        """Bytes of the files of its tables."""
        parts = (file for kept in self.parts if kept.part for file in kept.part.files.values())
        return sum(file.size for file in (*parts, *chain.from_iterable(self.others.values())))

    def notes(self, key: str) -> Path:
        """Where the notes of a part are."""
        return notes_path(self.folder, key)

    def results(self, key: str) -> KeyedFile:
        """The results of a part."""
        return KeyedFile(results_path(self.folder, key))


def notes_path(folder: Path, key: str) -> Path:
    """Where the notes of a part are, below the folder of a run."""
    return folder / STATE / f"{key}.notes"


def results_path(folder: Path, key: str) -> Path:
    """Where the results of a part are, below the folder of a run."""
    return folder / STATE / f"{key}.results"


def claims_path(folder: Path, key: str) -> Path:
    """Where the notes of the claims of a part are, below the folder of a run."""
    return folder / STATE / f"{key}.claims"


def write_state(folder: Path, made_with: str, before: Before) -> None:
    """Write what the next run must know of this one.

    Args:
        folder: Folder of the tables of this run.
        made_with: Stands for rules, model and settings.
        before: Parts and their notes, as they are now.
    """
    told = {
        "made_with": made_with,
        "parts": [kept.to_json() for kept in before.parts],
        "others": {name: [file.row() for file in files] for name, files in before.others.items()},
        "last": before.last,
        "decided": before.decided.to_json(),
        "turn": before.turn,
    }
    (folder / STATE / _PARTS).write_bytes(add_checksum(json.dumps(told).encode()))


def read_state(out: Path, made_with: str) -> Before | None:
    """What the run before left, if the same rules, model and settings made it and all that it needs is there."""
    try:
        folder = out / str(read_run(out)[FOLDER])
        path = folder / STATE / _PARTS
        told = json.loads(strip_checksum(path.read_bytes()))
        if told["made_with"] != made_with:
            return None
        others = {name: [PartFile(*row) for row in rows] for name, rows in told["others"].items()}
        parts = [Kept.from_json(row) for row in told["parts"]]
        last = {name: [tuple(key) for key in keys] for name, keys in told["last"].items()}
        decided = DecidedRows.from_json(told["decided"])
        return Before(folder, parts, others, last, decided, path.stat().st_mtime_ns, int(told["turn"]))
    except (StageError, OSError, ValueError, TypeError, KeyError):
        return None
