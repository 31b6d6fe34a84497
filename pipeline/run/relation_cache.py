"""What the last run knew of the relations of claims: documents by the hash of their rows, and scores of pairs that were compared.

All of it can be made anew: a file that is missing, torn or of another program is as good as none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.atomic_files import new_state_file
from pipeline.core.checksums import add_checksum, strip_checksum
from pipeline.nlp.relations.corpus import DocumentRelations, relate_document
from pipeline.nlp.relations.facts import COLUMNS, read_facts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.scores import Scores
from pipeline.run.claim_files import pack_claim, unpack_claim
from pipeline.tables.chunks import Chunk
from pipeline.tables.schema import ClaimLinkRow

PAIRS = "pairs"
"""Name of the file of scores."""
ENDING = ".json"


class RelationCache:
    """The files of the stage below a folder.

    Args:
        folder: Their folder; None for no cache.
        fingerprint: Of the program and its rules.
        rules: The rule data.

    Attributes:
        related: Documents that had to be related.
    """

    def __init__(self, folder: Path | None, fingerprint: str, rules: RelationRules) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._rules = rules
        self._used: set[str] = set()
        self.related = 0

    def documents(self, chunk: Chunk) -> Iterator[DocumentRelations]:
        """The documents of a chunk: those of an earlier run where its rows are the same."""
        if self._folder is None:
            yield from self._related(chunk)
            return
        name = f"{_digest(chunk, self._fingerprint)}{ENDING}"
        self._used.add(name)
        known = self._read(name)
        if known is None:
            known = list(self._related(chunk))
            self._write(name, json.dumps([_pack(one) for one in known]).encode())
        yield from known

    def scores(self) -> Scores:
        """The scores of the last run."""
        data = self._bytes(PAIRS)
        if data is None or not data.startswith(self._head()):
            return Scores()
        with io.BytesIO(data[len(self._head()) :]) as file:
            return Scores(np.load(file, allow_pickle=False), np.load(file, allow_pickle=False))

    def keep(self, scores: Scores) -> None:
        """Keep what this run used, and forget the rest."""
        if self._folder is None:
            return
        with io.BytesIO() as file:
            np.save(file, scores.keys, allow_pickle=False)
            np.save(file, scores.values, allow_pickle=False)
            self._write(PAIRS, self._head() + file.getvalue())
        for path in self._folder.glob(f"*{ENDING}"):
            if path.name not in self._used:
                path.unlink(missing_ok=True)

    def _head(self) -> bytes:
        return f"{self._fingerprint}\n".encode()

    def _related(self, chunk: Chunk) -> Iterator[DocumentRelations]:
        for document in read_facts(chunk):
            self.related += 1
            yield relate_document(document, self._rules)

    def _read(self, name: str) -> list[DocumentRelations] | None:
        data = self._bytes(name)
        return None if data is None else [_unpack(row) for row in json.loads(data)]

    def _bytes(self, name: str) -> bytes | None:
        try:
            return strip_checksum((self._folder / name).read_bytes()) if self._folder else None
        except (OSError, ValueError):
            return None

    def _write(self, name: str, data: bytes) -> None:
        assert self._folder is not None
        with new_state_file(self._folder / name) as partial:
            partial.write_bytes(add_checksum(data))


def _digest(chunk: Chunk, fingerprint: str) -> str:
    """Hash of the rows that relations are read from."""
    import pyarrow as pa

    digest = hashlib.sha256(fingerprint.encode())
    for name, columns in COLUMNS.items():
        table = chunk[name].select(columns)
        plain = [pa.field(one.name, _plain(one.type)) for one in table.schema]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, pa.schema(plain)) as writer:
            writer.write_table(table.cast(pa.schema(plain)).combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()[:32]


def _plain(kind: Any) -> Any:
    """The type without a dictionary, whose order tells of the shard."""
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _pack(document: DocumentRelations) -> list[Any]:
    claims = [pack_claim(claim) for claim in document.claims]
    links = [list(asdict(link).values()) for link in document.links]
    day = document.day.toordinal() if document.day else None
    return [document.doc_id, day, claims, dict(document.names), links, document.hashes.tolist()]


def _unpack(row: Sequence[Any]) -> DocumentRelations:
    doc_id, day, claims, names, links, hashes = row
    return DocumentRelations(
        doc_id,
        dt.date.fromordinal(day) if day else None,
        tuple(unpack_claim(values) for values in claims),
        names,
        tuple(ClaimLinkRow(*values) for values in links),
        np.array(hashes, dtype=np.uint64),
    )
