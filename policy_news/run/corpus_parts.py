"""The parts of a corpus: consecutive shards, and the files of what is known of each part.

A file of a table has the rows of several parts.

A file is named by a hash of all that it depends on, so an existing file is not made again, and a run looks only at the parts that changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from policy_news.core.checksums import strip_checksum, write_checked
from policy_news.core.errors import DamagedError
from policy_news.core.settings import Settings, find_model
from policy_news.nlp.who.cross_document import Resolution
from policy_news.run.paths import CORPUS
from policy_news.run.program import Program
from policy_news.run.shards import Done
from policy_news.tables.chunks import Chunk
from policy_news.tables.parts import cut_keys

NAMES, KNOWN = "names", "known"
"""Files by the key of a part: facts that tell which names there are; facts that tell when and with whom somebody appears."""
ANSWERS, FINALS = "answers", "finals"
"""Files by the key of a part: what its answers depend on; what its ids became."""
CLAIMS, STATEMENTS = "claims", "statements"
"""Files by the key of its resolved rows: what statements are found by, with the counts of its entities; the statements."""
OF_CORPUS = ("entities", "entity_aliases", "offices", "document_groups", "origins", "failures")
"""Tables whose rows belong to no document: `resolve` leaves them as Arrow files."""
SHARDS = 4
"""Shards of a part, on average, few since a change redoes what is known of its part. Ids that end a part end a shard too: their hash is a multiple
of both means."""
PIECE = 8192
"""Bytes of a file of lines that are read at once."""
Decide = Callable[[Chunk], Chunk]


@dataclass(frozen=True, slots=True)
class CorpusPart:
    """Some consecutive shards, and the hash of what they are made of."""

    key: str
    shards: tuple[Done, ...]


def is_small(shards: Iterable[Done], settings: Settings) -> bool:
    """Return whether shards have so few documents that each table is one file."""
    return sum(shard.documents for shard in shards) <= settings.tables.single_file_documents


def cut_parts(shards: Sequence[Done], settings: Settings) -> Iterator[CorpusPart]:
    """Yield the parts of a corpus, in order. Where a part of the tables ends, one ends too."""
    mean, lasts = SHARDS * settings.annotate.shard_documents, [shard.last for shard in shards]
    for start, end in cut_keys(lasts, mean, settings.tables.part_documents):
        yield _part(shards[start:end])


def cut_tables(tasks: Sequence[PartTask]) -> list[tuple[PartTask, ...]]:
    """Return the parts whose rows are in one file of a table."""
    lasts, mean = [task.part.shards[-1].last for task in tasks], tasks[0].settings.tables.part_documents
    return [tuple(tasks[start:end]) for start, end in cut_keys(lasts, mean)]


def _part(shards: Sequence[Done]) -> CorpusPart:
    # A shard keeps its key if a document of it failed once and can be read now.
    told = [f"{shard.key} {shard.documents} {[row.path for row in shard.failures]}" for shard in shards]
    return CorpusPart(hash_all(told), tuple(shards))


def hash_all(values: Iterable[str]) -> str:
    """Return a hash of several texts."""
    return sha256("\n".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class PartTask:
    """A part on which a process works.

    Attributes:
        program: What is to do the work, the same wherever it is done.
        finals: Hashes of what its ids became: of all that is told of them, and of what mentions tell.
        effect: Hash of what decisions do to it; empty for nothing.
        stated: Hash of the statements of its claims.
    """

    out: Path
    settings: Settings
    program: Program
    part: CorpusPart
    finals: tuple[str, str] = ("", "")
    effect: str = ""
    stated: str = ""

    @property
    def rows_key(self) -> str:
        """A hash of its resolved rows, as far as claims and mentions tell."""
        return hash_all((self.part.key, self.finals[1], self.effect))

    @property
    def table_key(self) -> str:
        """A hash of its rows in the tables."""
        return hash_all((self.part.key, self.finals[0], self.effect, self.stated))

    def row(self) -> list[Any]:
        """Return what is resolved of it as plain data, without its shards."""
        return [self.part.key, self.finals, self.effect, self.stated]

    @property
    def model(self) -> Path:
        """The built pipeline."""
        return find_model(self.settings.annotate.model)


def corpus_path(out: Path, key: str, ending: str) -> Path:
    """Return a file of what is known of a part."""
    return out / CORPUS / f"{key}.{ending}"


def table_path(out: Path, name: str) -> Path:
    """Return where `resolve` leaves a table."""
    return out / CORPUS / f"{name}.arrow"


def damaged(path: Path) -> DamagedError:
    """Return the error that a file is missing or damaged."""
    return DamagedError(f"{path}: is missing or damaged", "Run `pipeline run` again.")


def write_plain(path: Path, told: Any) -> None:
    """Write a plain value; the file appears complete."""
    write_checked(path, json.dumps(told).encode(), path.name)


def read_plain(path: Path) -> Any:
    """Return what `write_plain` wrote."""
    return json.loads(read_checked(path))


def read_checked(path: Path) -> bytes:
    """Return the bytes of a file whose checksum is of them and of its name."""
    try:
        return strip_checksum(path.read_bytes(), path.name)
    except (OSError, ValueError) as error:
        raise damaged(path) from error


def write_lines(path: Path, values: Iterable[Any]) -> None:
    """Write plain values, one a line; the file appears complete."""
    lines = "".join(f"{json.dumps(value)}\n" for value in values)
    write_checked(path, lines.encode(), path.name)


def read_lines(path: Path) -> Iterator[Any]:
    """Yield what `write_lines` wrote, piece by piece; between two pieces the file is closed, so that thousands can be read side by side."""
    size = len(read_checked(path))
    start, rest = 0, b""
    while start < size:
        with path.open("rb") as file:
            file.seek(start)
            piece = file.read(min(PIECE, size - start))
        start += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        yield from json.loads(b"[%b]" % b",".join(lines))


def read_finals(out: Path, part: CorpusPart) -> Mapping[str, Resolution]:
    """Return what the ids of a part became of which the corpus decides."""
    told = read_plain(corpus_path(out, part.key, FINALS))
    return {local_id: Resolution.of_row(row) for local_id, row in told.items()}


def read_aliases(out: Path, part: CorpusPart) -> Iterator[tuple[str, str, str]]:
    """Yield the other ids that the ids of a part became known by: entity, other id, reason."""
    rows = read_plain(corpus_path(out, part.key, FINALS)).values()
    return chain.from_iterable(map(itemgetter(4), rows))


def read_table(path: Path) -> pa.Table:
    """Return what `write_table` wrote."""
    return pa.ipc.open_stream(read_checked(path)).read_all()


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table; the file appears complete."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.unify_dictionaries().combine_chunks())
    write_checked(path, memoryview(sink.getvalue()), path.name)
