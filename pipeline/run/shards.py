"""How documents are cut into shards, the units of work, and what the result of a shard depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import own_lists
from pipeline.errors import ModelError
from pipeline.memo import NAMES, PARTS
from pipeline.settings import PROJECT, AnnotateSettings, Settings, find_model
from pipeline.storage import Place
from pipeline.versions import package_version

STAMP = "inputs.sha256"
"""File of a built pipeline that stands for all its others."""
PART_STAMPS = "parts.json"
"""File of a built pipeline: for the texts, the names and each part of `pipeline.memo`, a hash of its code, rules and weights."""
CANONICAL_NAMES = "names.tsv"
"""File of a built pipeline: id, canonical name and Wikidata id of all that the rule data know."""
PARSE_STAMP = "parses"
"""The stamp in it that stands for the statistical model."""
TEXTS = "texts"
"""The part that cuts documents into sections and finds masks."""
HOW_TO_BUILD = "Build it with `make setup` (or `pipeline build`), or name another one in the configuration."
MAX_BYTES = 2_000_000
"""A shard ends where its records grow beyond this: the memory of a process grows with them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document, by its records in the files of `ingest` and `unmask`.

    Attributes:
        key: Hash of the document's record and of what the other one is made with, `Unmasked.source`.
    """

    doc_id: str
    key: str
    document: Place
    unmasked: Place

    @property
    def size(self) -> int:
        """Bytes of the records: what the work grows with."""
        return self.document[1] + self.unmasked[1]


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive documents.

    Attributes:
        key: Hash of the documents, the model, the rules and the lists: the name of the result.
        parses: Hash of the documents alone: the name of their kept parses.
    """

    key: str
    parses: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all records."""
        return sum(entry.size for entry in self.entries)


def make_shards(entries: Sequence[Entry], settings: AnnotateSettings, fingerprint: str) -> list[Shard]:
    """Cut documents, which must ascend by id, into shards.

    A shard ends behind an id whose hash says so, one in `shard_documents`, or where it is twice that long (content-defined
    chunking: Muthitacharoen et al. 2001, A low-bandwidth network file system). So a document that comes, goes or changes
    touches its own shard, and the tables are the shards one after the other.
    """
    return [_shard(own, fingerprint) for own in _cut(entries, settings.shard_documents)]


def _cut(entries: Sequence[Entry], mean: int) -> Iterator[tuple[Entry, ...]]:
    own: list[Entry] = []
    size = 0
    for entry in entries:
        own.append(entry)
        size += entry.size
        if _ends_shard(entry.doc_id, mean) or len(own) >= 2 * mean or size >= MAX_BYTES:
            yield tuple(own)
            own, size = [], 0
    if own:
        yield tuple(own)


def _ends_shard(doc_id: str, mean: int) -> bool:
    return int.from_bytes(hashlib.sha256(doc_id.encode()).digest()[:8], "big") % mean == 0


def _shard(entries: tuple[Entry, ...], fingerprint: str) -> Shard:
    documents = hashlib.sha256("".join(entry.key for entry in entries).encode()).hexdigest()
    return Shard(hashlib.sha256(f"{fingerprint} {documents}".encode()).hexdigest()[:32], documents[:32], entries)


def check_model(model: str) -> None:
    """See whether there is a built pipeline, without loading it.

    Raises:
        ModelError: There is neither such a folder nor such a package.
    """
    folder = find_model(model)
    if (folder / "meta.json").is_file() or (not folder.is_dir() and package_version(model)):
        return
    if folder.is_dir():
        raise ModelError(f"model '{folder}' is no spaCy pipeline: it has no meta.json", HOW_TO_BUILD)
    places = f"no such package is installed, and there is no folder {' or '.join(_places(model))}"
    raise ModelError(f"model '{model}' is not there: {places}", HOW_TO_BUILD)


def _places(model: str) -> list[str]:
    return list(dict.fromkeys(str(root / model) for root in (Path.cwd(), PROJECT)))


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
    return f"{model_fingerprint(find_model(annotate.model))} {own_lists.fingerprint(annotate.own_lists)} {settings.day_first}"


def part_fingerprints(settings: Settings) -> Mapping[str, str]:
    """For `TEXTS`, the names and each part of `pipeline.memo`, a hash of the program, the rules and the settings that it works with."""
    model = find_model(settings.annotate.model)
    stamps = read_stamps(model) or dict.fromkeys((TEXTS, NAMES, *PARTS), model_fingerprint(model))
    stamps["mentions"] += f" {own_lists.fingerprint(settings.annotate.own_lists)}"
    return {part: f"{stamp} {settings.day_first}" for part, stamp in stamps.items()}


def read_stamps(model: Path) -> dict[str, str]:
    """The stamps of the parts of a built pipeline; none of another one."""
    file = model / PART_STAMPS
    stamps: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return stamps


def make_source(settings: Settings) -> bytes:
    """What, before a document's record, its unmasked record is made from; see `source_of`."""
    return f"{part_fingerprints(settings)[TEXTS]} {settings.mask.model_dump_json()}".encode()


def source_of(line: bytes, made_with: bytes) -> str:
    """`Unmasked.source` for the record of a document."""
    return hashlib.sha256(made_with + line).hexdigest()[:32]


def hash_files(root: Path, files: Sequence[Path]) -> str:
    """Hash of the names and contents of files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
