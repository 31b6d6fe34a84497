"""How documents are spread over shards, the units of work: stable when documents come, change or go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from pipeline import own_lists
from pipeline.document import Document, Unmasked
from pipeline.settings import AnnotateSettings, Settings

STAMP = "inputs.sha256"
"""File of a built pipeline that stands for all its others."""

Item = tuple[Document, Unmasked]


@dataclass(frozen=True, slots=True)
class Shard:
    """Some documents and what their result depends on.

    Attributes:
        number: Position among `count` shards.
        key: Hash of the documents as they are, the model and the rules: the name of the result.
    """

    number: int
    count: int
    key: str
    items: tuple[Item, ...]

    @property
    def words(self) -> int:
        """Words of all documents, withheld ones included."""
        return sum(unmasked.words for _, unmasked in self.items)

    @property
    def name(self) -> str:
        """Name that stays when documents change."""
        return shard_name(self.number, self.count)


def shard_name(number: int, count: int) -> str:
    """Name of a shard by its place."""
    return f"{number:05d}-of-{count:05d}"


def make_shards(items: Sequence[Item], settings: AnnotateSettings, fingerprint: str) -> list[Shard]:
    """Spread documents over a power of two of shards by the hash of their ids.

    A document's shard does not depend on the others, so that a change touches one shard only; when the number of
    shards doubles, each is split in two.
    """
    count = 1
    while count * settings.shard_documents < len(items):
        count *= 2
    buckets: dict[int, list[Item]] = {}
    for item in items:
        digest = hashlib.sha256(item[0].doc_id.encode("utf-8", "surrogatepass")).digest()
        buckets.setdefault(int.from_bytes(digest[:8], "big") % count, []).append(item)
    return [Shard(i, count, _key(own, fingerprint), tuple(own)) for i, own in sorted(buckets.items())]


def _key(items: Sequence[Item], fingerprint: str) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for item in items:
        digest.update(_ADAPTER.dump_json(item))
    return digest.hexdigest()[:32]


def model_fingerprint(model: Path) -> str:
    """Hash that stands for a pipeline with its rules: a built one's stamp, else its files, else its name."""
    if not model.is_dir():
        return hashlib.sha256(str(model).encode()).hexdigest()
    stamp = model / STAMP
    if stamp.is_file():
        return stamp.read_text(encoding="utf-8").strip()
    return hash_files(model, sorted(path for path in model.rglob("*") if path.is_file()))


def pipeline_fingerprint(settings: Settings) -> str:
    """Hash of all that decides the rows of a text: the pipeline with its rules, the user's own lists, how dates are read."""
    annotate = settings.annotate
    return f"{model_fingerprint(Path(annotate.model))} {own_lists.fingerprint(annotate.own_lists)} {settings.day_first}"


def hash_files(root: Path, files: Sequence[Path]) -> str:
    """Hash of the names and contents of files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


_ADAPTER = TypeAdapter(Item)
