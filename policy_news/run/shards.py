"""How documents are cut into shards, the units of work, and what the result of a shard depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from policy_news.core.settings import Settings
from policy_news.nlp.fingerprints import TEXTS, part_fingerprints
from policy_news.tables.parts import ends_part
from policy_news.tables.schema import FailureRow

MAX_BYTES = 2_000_000
"""A shard ends where its records grow beyond this: the memory of a process grows with them."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document, without its texts.

    Attributes:
        key: Hash of the document and of what it is unmasked with, `Unmasked.source`.
        size: Bytes of the texts: what the work grows with.
    """

    doc_id: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive documents.

    Attributes:
        key: Hash of the documents, the model, the rules and the lists: the name of the result.
    """

    key: str
    entries: tuple[DocumentEntry, ...]

    @property
    def size(self) -> int:
        """Bytes of all records."""
        return sum(entry.size for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Done:
    """A shard with a result.

    Attributes:
        last: Id of its last.
        documents: Number of those that have rows.
    """

    key: str
    first: str
    last: str
    documents: int
    failures: tuple[FailureRow, ...] = ()


def make_shards(entries: Sequence[DocumentEntry], settings: Settings, fingerprint: str) -> list[Shard]:
    """Cut documents, which must ascend by id, into shards.

    A shard ends after an id whose hash says so, one in `shard_documents`, or where it is twice that long (content-defined
    chunking: Muthitacharoen et al. 2001, A low-bandwidth network file system). So a document that comes, goes or changes
    touches its own shard, and the tables are the shards one after the other. Where a part of the tables ends, a shard does too.

    Args:
        entries: The documents, ascending by id.
        settings: The settings, which say how long shards and parts are.
        fingerprint: Stands for model, rules and settings: part of each shard's key.
    """
    cuts = _cut(entries, settings.annotate.shard_documents, settings.tables.part_documents)
    return [_shard(own, fingerprint) for own in cuts]


def _cut(entries: Sequence[DocumentEntry], mean: int, part: int) -> Iterator[tuple[DocumentEntry, ...]]:
    borders = ends_part(map(attrgetter("doc_id"), entries), mean, part)
    sizes = np.cumsum([0, *map(attrgetter("size"), entries)])
    ends = np.append(np.flatnonzero(borders) + 1, len(entries))
    start = 0
    while start < len(entries):
        # The limits come second: a border that the hash sets stands wherever the shard began, so that after a
        # change the cuts fall into step again at the next one.
        heavy = sizes.searchsorted(sizes[start] + MAX_BYTES)
        end = int(min(ends[ends.searchsorted(start, side="right")], start + 2 * mean, heavy))
        yield tuple(entries[start:end])
        start = end


def _shard(entries: tuple[DocumentEntry, ...], fingerprint: str) -> Shard:
    documents = hashlib.sha256("".join(map(attrgetter("key"), entries)).encode()).hexdigest()
    key = hashlib.sha256(f"{fingerprint} {documents}".encode()).hexdigest()
    return Shard(key[:32], entries)


def make_source(settings: Settings) -> str:
    """Return what documents are unmasked with; see `source_of`."""
    return f"{part_fingerprints(settings)[TEXTS]} {settings.mask.model_dump_json()}"


def source_of(document: bytes, made_with: str) -> str:
    """Return `Unmasked.source` for a document."""
    return hashlib.sha256(made_with.encode() + document).hexdigest()[:32]
