"""The sources of a draft without a run: files, folders and texts, each annotated once and kept in the user's cache."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policy_news.core.errors import ReadError, StageError
from policy_news.core.lazy_imports import import_arrow
from policy_news.core.settings import CACHE, Settings
from policy_news.drafts.passage_search import Search
from policy_news.drafts.pile import Pile
from policy_news.nlp.fingerprints import part_fingerprints, pipeline_fingerprint
from policy_news.nlp.first_build import ensure_built
from policy_news.run.quotation_index import make_index
from policy_news.run.raw_files import RawFile
from policy_news.run.shard_results import ShardResult, read_chunk, result_path, write_result
from policy_news.run.stages.annotate import annotator_of
from policy_news.run.stages.ingest import document_of, read_documents
from policy_news.tables.chunks import Chunk, build_chunk, join_chunks
from policy_news.tables.schema import FailureRow
from policy_news.text.document import Document, Source
from policy_news.text.masking import compile_patterns, unmask
from policy_news.text.readers import readers

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = 2_000
"""Sources in the cache; the oldest go first."""
MOST = 5_000
"""Documents that a draft is held against without a run."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source as text.

    Attributes:
        name: What findings call it.
        published: Its day, if it is known.
    """

    name: str
    text: str
    published: date | None = None


def open_sources(sources: Iterable[str | Path | SourceText], settings: Settings | None = None) -> Pile:
    """Open sources that no run has.

    Args:
        sources: Files and folders, or texts: those without a name are called `source-1` and so on.
        settings: With which they are annotated; the defaults if left out.

    Raises:
        ReadError: There are none, too many, or one cannot be read.
        ModelError: The pipeline cannot be loaded.
    """
    settings = settings or Settings()
    documents: dict[str, Document] = {}
    for document in _documents(sources, settings):
        documents.setdefault(document.doc_id, document)
        if len(documents) > MOST:
            raise ReadError(f"more than {MOST:,} documents", "Use `pipeline run` and `--out` for so many.")
    if not documents:
        raise ReadError("there are no sources", f"Name files: {', '.join(readers())}.")
    chunks = [annotate_once(documents[doc_id], settings) for doc_id in sorted(documents)]
    tables = dict(join_chunks(chunks))
    tables["entities"] = _entities(tables["appearances"])
    patterns = compile_patterns(settings.mask)

    def read(name: str, columns: Sequence[str], parts: Collection[int] | None) -> Iterator[pa.Table]:
        yield tables[name].select(columns)

    return Pile(read, lambda: settings, Search([make_index(tables["documents"], patterns)]), patterns)


def _documents(sources: Iterable[str | Path | SourceText], settings: Settings) -> Iterator[Document]:
    for number, source in enumerate(sources, 1):
        if isinstance(source, Path):
            for path, name in _files(source):
                yield from _read(path, name, settings)
        else:
            named = source if isinstance(source, SourceText) else SourceText(f"source-{number}", source)
            data = named.text.encode("utf-8", "surrogatepass")
            day = named.published.isoformat() if named.published else None
            own = Source(named.text, doc_id=named.name, published=day)
            yield document_of(RawFile("text.txt", f"{named.name}.txt"), data, own, settings)


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield a file, or those below a folder that can be read, with their names."""
    if not path.is_dir():
        yield path, path.name
        return
    for one in sorted(path.rglob("*")):
        is_hidden = any(part.startswith(".") for part in one.relative_to(path).parts)
        if one.suffix.lower() in readers() and one.is_file() and not is_hidden:
            yield one, one.relative_to(path).as_posix()


def _read(path: Path, name: str, settings: Settings) -> Iterator[Document]:
    for found in read_documents(RawFile(path, name), settings):
        if isinstance(found, FailureRow):
            raise ReadError(f"{path}: {found.message}", found.hint or "")
        yield found


def annotate_once(document: Document, settings: Settings) -> Chunk:
    """Return the rows of a document, from the user's cache if they are there: then no model is loaded.

    Raises:
        ModelError: The pipeline cannot be loaded.
    """
    from platformdirs import user_cache_path

    ensure_built(settings.annotate.model)
    folder = user_cache_path(CACHE, appauthor=False) / "sources"
    parts = sorted(part_fingerprints(settings).items())
    told = repr((pipeline_fingerprint(settings), parts, settings, document))
    key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    with suppress(StageError):
        return read_chunk(folder, key)
    chunk = annotate(document, settings)
    with suppress(StageError, OSError):  # another process may clear the folder too
        write_result(folder, key, ShardResult(key, chunk))
        _leave_newest(result_path(folder, key).parent)
    return chunk


def annotate(document: Document, settings: Settings) -> Chunk:
    """Return the rows of a document.

    Raises:
        ModelError: The pipeline cannot be loaded.
    """
    unmasked = unmask(document, compile_patterns(settings.mask), settings.mask.placeholder)
    return build_chunk(annotator_of(settings).annotate([(document, unmasked)]))


def _leave_newest(folder: Path) -> None:
    for path in sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        path.unlink(missing_ok=True)


def _entities(appearances: pa.Table) -> pa.Table:
    """Return the entities of all documents: what a run would make of them, but that no two are joined that have different ids."""
    pa = import_arrow()
    found: dict[str, dict[str, object]] = {}
    for row in appearances.select(["entity_id", "name", "forms", "label"]).to_pylist():
        known = found.setdefault(row["entity_id"], {**row, "aliases": []})
        known["aliases"] = sorted({*_texts(known), row["name"], *row["forms"]})
    kinds = [("entity_id", pa.string()), ("name", pa.string()), ("aliases", pa.list_(pa.string()))]
    schema = pa.schema([*kinds, ("label", pa.string())])
    return pa.Table.from_pylist(
        [{name: row[name] for name in schema.names} for row in found.values()], schema
    )


def _texts(row: Mapping[str, object]) -> list[str]:
    aliases = row["aliases"]
    return aliases if isinstance(aliases, list) else []
