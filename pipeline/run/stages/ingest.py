"""Stage `ingest`: raw files -> documents with sections, and what failed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.errors import PipelineError, ReadError
from pipeline.core.settings import Settings
from pipeline.nlp.fingerprints import TEXTS, part_fingerprints
from pipeline.nlp.first_build import ensure_built
from pipeline.run.engines.local import Engine, LocalEngine
from pipeline.run.failures import failure, unexpected
from pipeline.run.paths import DOCUMENTS, FILES, INGEST_FAILURES, READ
from pipeline.run.progress import Progress, silent
from pipeline.run.raw_files import RawFile, find_files, read_limited
from pipeline.run.reading import Line, ReadAhead, read_ahead
from pipeline.run.record_cache import (
    FileRecords,
    KeptRecords,
    doc_id_of,
    file_state,
    fingerprint,
    kept_records,
    place_of,
    write_manifest,
)
from pipeline.run.record_index import compact
from pipeline.run.records import make_dumper, make_parser, write_lines, write_records
from pipeline.tables.schema import FailureRow
from pipeline.text.document import Document, Source
from pipeline.text.document_ids import document_id
from pipeline.text.layout import find_layout
from pipeline.text.layout.addresses import find_url
from pipeline.text.readers import READERS, read_file

dump_record, parse_record = make_dumper(Document), make_parser(Document)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What reading gave.

    Attributes:
        documents: Number of documents.
        failed: Number of inputs that failed.
    """

    documents: int
    failed: int


def run(
    raw: Path,
    out: Path,
    settings: Settings,
    progress: Progress = silent,
    engine: Engine | None = None,
) -> Ingested:
    """Read all files of a folder; of those that did not change, the records are copied.

    Args:
        raw: The raw folder.
        out: Output folder.
        settings: The settings.
        progress: Told how many files are done.
        engine: Reads files where it has processes of its own; None for this process.

    Raises:
        StageError: The folder is missing or has no files.
    """
    failures: list[FailureRow] = []
    read = _Reading(settings, failures)
    ensure_built(settings.annotate.model, settings.base_model)
    limits, masks = settings.ingest.model_dump_json(), settings.mask.model_dump_json()
    made_with = fingerprint(part_fingerprints(settings)[TEXTS], limits, masks)
    files = find_files(raw, out, failures)
    compact(out)
    with kept_records(out / DOCUMENTS, out / FILES, made_with) as kept:
        new = [file for file in files if not kept.has(file.name, _state(file))]
        read_ahead(engine or LocalEngine(), out / READ, new, settings, _read_there)
        read.ahead = ReadAhead(out / READ)
        write_lines(out / DOCUMENTS, read.lines(files, kept, progress))
    write_manifest(out / DOCUMENTS, out / FILES, made_with, read.files)
    write_records(out / INGEST_FAILURES, FailureRow, failures)
    return Ingested(len(read.ids), len(failures))


class _Reading:
    """The reading of all files: where each id comes from, what failed, what each file gave."""

    def __init__(self, settings: Settings, failures: list[FailureRow]) -> None:
        self.settings = settings
        self.failures = failures
        self.files: list[str] = []
        self.ids: dict[str, str] = {}
        self.ahead: ReadAhead | None = None

    def lines(self, files: Sequence[RawFile], kept: KeptRecords, progress: Progress) -> Iterator[bytes]:
        """Yield the records of all files in order."""
        for done, file in enumerate(files, 1):
            state = _state(file)
            records, failed = kept.find(file.name, state), len(self.failures)
            ids = {doc_id_of(record): line for line, record in records or []}
            # A record whose id another file has by now fails, which only reading it again can tell.
            if records is None or not self.ids.keys().isdisjoint(ids):
                records = list(self._read(file))
            else:
                for doc_id, line in ids.items():
                    self.ids[doc_id] = place_of(file.name, line)
            lines = [line for line, _ in records]
            stands = failed == len(self.failures)
            self.files.append(FileRecords(file.name, state, lines, stands).line())
            for _, record in records:
                yield record
            progress("ingest", done, len(files))

    def _read(self, file: RawFile) -> Iterator[tuple[int, bytes]]:
        for line, result in self._results(file):
            place = place_of(file.name, line)
            if isinstance(result, FailureRow):
                self.failures.append(result)
                continue
            doc_id, record = result
            if self.ids.setdefault(doc_id, place) != place:
                self.failures.append(_repeated(place, doc_id, self.ids[doc_id]))
            else:
                yield line, record

    def _results(self, file: RawFile) -> Iterable[Line]:
        known = self.ahead.find(file.name) if self.ahead else None
        if known is not None:
            yield from known
            return
        for line, result in _read(file, self.settings):
            if isinstance(result, FailureRow):
                yield line, result
            else:
                yield line, (result.doc_id, dump_record(result))


def _state(file: RawFile) -> str:
    """Return what tells that a file is as it was."""
    return f"{file.state or file_state(file.path)} {file.has_twin}"


def _read_there(file: RawFile, settings: Settings) -> Iterator[tuple[int, Document | FailureRow]]:
    """Return the same as `_read` in another process, which may see other folders.

    Raises:
        OSError: The file is not there.
    """
    file.path.stat()
    return _read(file, settings)


def read_places_of(file: RawFile, settings: Settings) -> Iterator[tuple[int, Document | FailureRow]]:
    """Return each document or failure of a file with the number of its line, 0 where it is all of the file."""
    return _read(file, settings)


def read_documents(file: RawFile, settings: Settings) -> Iterator[Document | FailureRow]:
    """Return the documents of one file, or why there are none."""
    return (result for _, result in _read(file, settings))


def _read(file: RawFile, settings: Settings) -> Iterator[tuple[int, Document | FailureRow]]:
    """Yield each document or failure of a file with the number of its line, 0 where it is all of the file."""
    try:
        data = read_limited(file.path, settings.ingest.max_bytes)
        for source in read_file(file.path, data, settings.ingest):
            yield source.line or 0, _result(file, data, source, settings)
    except OSError as error:
        hint = "See whether it is there, and its permissions."
        yield 0, failure(file.name, "ingest", ReadError(f"cannot be read: {error.strerror}", hint))
    except PipelineError as error:
        yield 0, failure(file.name, "ingest", error)
    except Exception as error:  # a fault of our own must cost this file, not the run
        yield 0, unexpected(file.name, "ingest", error)


def _result(
    file: RawFile, data: bytes, source: Source | ReadError, settings: Settings
) -> Document | FailureRow:
    """Return the document of a record that the later stages can read again, or why there is none."""
    place = place_of(file.name, source.line or 0)
    if isinstance(source, ReadError):
        return failure(place, "ingest", source)
    try:
        document = document_of(file, data, source, settings)
        if parse_record(dump_record(document)) != document:
            raise ValueError("its record does not say what was read")
        return document
    except Exception as error:
        return unexpected(place, "ingest", error)


def document_of(file: RawFile, data: bytes, source: Source, settings: Settings) -> Document:
    """Return the document of a record, with its sections."""
    layout = find_layout(source, day_first=settings.day_first, mask_characters=settings.mask.characters)
    record = repr(replace(source, line=None)).encode("utf-8", "surrogatepass") if source.doc_id else data
    return Document(
        doc_id=source.doc_id or document_id(file.name, file.has_twin),
        path=file.name,
        format=READERS[file.path.suffix.lower()].format,
        sha256=hashlib.sha256(record).hexdigest(),
        text=source.text,
        sections=layout.sections,
        title=layout.title or source.title,
        published=layout.published,
        author=layout.author or source.author,
        url=source.url or find_url(source.text),
        encoding=source.encoding,
        notes="; ".join(filter(None, (source.notes, layout.notes))) or None,
    )


def _repeated(place: str, doc_id: str, first: str) -> FailureRow:
    """Return the failure of a record with the id of another: a new id would make it depend on what else is in the folder.

    Args:
        place: Where the record is, e.g. `feeds/a.jsonl:3`.
        doc_id: The id.
        first: Where the first record of that id is.
    """
    hint = "Remove it if it is the same, or give it an id of its own."
    return failure(place, "ingest", ReadError(f"duplicate id '{doc_id}', already used by {first}", hint))
