"""The rows of the partitions of an array job, before decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.decisions.decided import SURVEYED
from pipeline.run.decisions import SEEN as SEEN_FIRST
from pipeline.run.entity_counts import SEEN
from pipeline.run.identity import SURVEYED as APPEARANCES
from pipeline.run.identity import IdentityPass
from pipeline.tables.chunks import OF_CLAIMS, Chunk, join_chunks, split_documents
from pipeline.tables.parquet import read_chunks


class PartitionRows:
    """The rows of partitions; of two documents with one id the first counts, as in the merged tables.

    Args:
        folders: The partitions, in order.
        identity: Gives the rows the ids of the corpus; must have surveyed `appearances` before `survey`, `chunks` and `fetch`.
    """

    def __init__(self, folders: Sequence[Path], identity: IdentityPass) -> None:
        self._folders = folders
        self._identity = identity
        self._places: dict[str, tuple[Path, int]] = {}
        self._open: tuple[Path, int] | None = None
        self._documents: Mapping[str, Chunk] = {}

    def appearances(self) -> Iterator[Chunk]:
        """Yield who appears in the documents, with the ids that the documents alone give."""
        return self._read({"documents": SEEN["documents"], "appearances": APPEARANCES})

    def survey(self) -> Iterator[Chunk]:
        """Yield what decisions must know of all documents."""
        for chunk in self._read(SEEN_FIRST):
            resolved = self._identity.resolve(chunk)
            yield {name: resolved[name].select(columns) for name, columns in SURVEYED.items()}

    def chunks(self) -> Iterator[Chunk]:
        """Yield all rows."""
        return (self._identity.resolve(chunk) for chunk in self._read(None))

    def fetch(self, doc_id: str) -> Chunk | None:
        """Return all rows of a document, None if there is no such document.

        The rows that are read with it are kept: whoever asks goes on to a neighbour more often than not.
        """
        place = self._find(doc_id)
        if place is None:
            return None
        if place != self._open:
            folder, number = place
            chunk = next(chunk for at, chunk in enumerate(read_chunks(folder)) if at == number)
            self._open, self._documents = place, split_documents(chunk)
        return self._identity.resolve(self._documents[doc_id])

    def _find(self, doc_id: str) -> tuple[Path, int] | None:
        """Return the partition of a document, and the number of the chunk in it."""
        if not self._places:
            for folder in self._folders:
                for number, chunk in enumerate(read_chunks(folder, columns={"documents": ("doc_id",)})):
                    for own in chunk["documents"]["doc_id"].to_pylist():
                        self._places.setdefault(own, (folder, number))
        return self._places.get(doc_id)

    def _read(self, columns: Mapping[str, Sequence[str]] | None) -> Iterator[Chunk]:
        seen: set[str] = set()
        for folder in self._folders:
            for chunk in read_chunks(folder, columns=columns):
                own = chunk["documents"]["doc_id"].to_pylist()
                yield _without(chunk, seen.intersection(own))
                seen.update(own)


def _without(chunk: Chunk, doc_ids: Collection[str]) -> Chunk:
    """Return a chunk without some documents."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not doc_ids:
        return chunk
    if not chunk.keys().isdisjoint(OF_CLAIMS):  # their rows do not name their document
        return join_chunks([own for doc_id, own in split_documents(chunk).items() if doc_id not in doc_ids])
    gone = pa.array(sorted(doc_ids))
    return {
        name: table.filter(pc.invert(pc.is_in(table["doc_id"].cast(pa.string()), gone)))
        for name, table in chunk.items()
    }
