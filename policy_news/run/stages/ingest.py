"""Stage `ingest`: raw files -> documents with sections, and what failed."""

from __future__ import annotations

import json
import os
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from hashlib import sha256
from heapq import heappop, heappush
from operator import attrgetter, itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policy_news.core.errors import PipelineError, ReadError
from policy_news.core.settings import Settings
from policy_news.nlp.first_build import ensure_built
from policy_news.run.decisions_copy import DocumentChanges, read_changes
from policy_news.run.engines.local import Engine, LocalEngine
from policy_news.run.failures import failure, place_of, unexpected
from policy_news.run.job import Progress, silent
from policy_news.run.paths import READ
from policy_news.run.program import Program, check_program, describe_program
from policy_news.run.raw_files import Listing, RawFile, find_files, read_limited
from policy_news.run.records import Record, Records, Unmasker, change_records, dump, parse_document
from policy_news.run.shards import make_source
from policy_news.tables.schema import FailureRow
from policy_news.text.document import INFERRED, Document, Source
from policy_news.text.document_ids import document_id
from policy_news.text.layout import find_layout
from policy_news.text.layout.addresses import find_url
from policy_news.text.readers import read_file, readers

FILES, BYTES = 128, 2_000_000
"""A task ends with so many files, or so many bytes."""
LEAST = 2 * FILES
"""Files below which the main process reads them itself: that takes less than to start a process."""
_CHANGES = "changes"
"""Name of what the records know of decisions about documents."""
Found = list[tuple[int, Record | FailureRow]]
"""What a file gave: number of the line in the file, with a record, or why there is none."""


def run(
    raw: Path,
    out: Path,
    settings: Settings,
    progress: Progress = silent,
    engine: Engine | None = None,
    listing: Listing | None = None,
) -> tuple[int, int]:
    """Read the files that changed since the last time, and unmask their documents.

    Returns:
        Numbers of documents, and of inputs that failed.
    """
    failures: list[FailureRow] = []
    ensure_built(settings.annotate.model, settings.base)
    made_with = f"{settings.ingest.model_dump_json()} {make_source(settings)}"
    files = find_files(raw, out, failures, listing)
    with change_records(out) as records:
        if records.made_with("ingest") != made_with:
            records.clear()
            records.set_made_with("ingest", made_with)
            records.set_made_with("unmask", make_source(settings))
        reading = _Reading(records, settings, failures, read_changes(out))
        reading.read(files, engine or LocalEngine(), out / READ, progress)
        records.set_failures(failures)
    shutil.rmtree(out / READ, ignore_errors=True)
    return reading.documents, len(failures)


class _Reading:
    """Brings the records to the files: each id belongs to the first file that has it.

    Only the files that are to be read are gone through one by one.
    """

    def __init__(
        self, records: Records, settings: Settings, failures: list[FailureRow], changes: DocumentChanges
    ) -> None:
        self._records = records
        self._settings = settings
        self._failures = failures
        self._changes = changes
        self._rows = records.ids()
        self._owners = dict(
            zip(map(itemgetter(1), self._rows), map(itemgetter(0, 2), self._rows), strict=True)
        )
        self._places: dict[str, str] = {}
        self._todo: list[str] = []

    @property
    def documents(self) -> int:
        """The number of documents that there are."""
        return len(self._owners) + len(self._places)

    def read(self, files: Sequence[RawFile], engine: Engine, folder: Path, progress: Progress) -> None:
        """Read the files that are not as they were, and remove the records of those that are gone."""
        states, changed = self._records.states(), self._find_changed()
        own = dict(zip(map(attrgetter("name"), files), files, strict=True))
        same = states.items() & zip(own, map(attrgetter("state"), files), strict=True)
        standing = set(map(itemgetter(0), same)) - changed
        for name in (states.keys() | set(map(itemgetter(0), self._rows))) - standing:
            self._forget(name)
        self._todo = sorted(own.keys() - standing)
        unmasker, new = Unmasker(self._settings), [own[name] for name in self._todo]
        found = _read_all(engine, folder, new, self._settings, self._changes)
        progress("ingest", len(standing), len(files))
        while self._todo:
            name = heappop(self._todo)
            is_new = name not in standing  # else another file has an id of it by now
            self._take(
                own[name], next(found) if is_new else _read_records(own[name], unmasker, self._changes)
            )
            progress("ingest", len(files) - len(self._todo), len(files))

    def _find_changed(self) -> set[str]:
        """Return the files with documents about which people say something else now."""
        before = json.loads(self._records.made_with(_CHANGES) or "{}")
        now = {digest: repr(sorted(own.items())) for digest, own in self._changes.items()}
        self._records.set_made_with(_CHANGES, json.dumps(now))
        differ = {digest for digest in before.keys() | now.keys() if before.get(digest) != now.get(digest)}
        return self._records.files_of(differ) if differ else set()

    def _take(self, file: RawFile, found: Found) -> None:
        """Add the records of a file."""
        before, own = len(self._failures), list[Record]()
        for line, result in found:
            place = place_of(file.name, line)
            if isinstance(result, FailureRow):
                self._failures.append(result)
            elif first := self._find_first(result.doc_id, file.name):
                self._failures.append(_repeated(place, result.doc_id, first))
            else:
                self._places[result.doc_id] = place
                own.append(result)
        # A file of which something failed is read again by each run, which reports the failure again.
        self._records.add(file.name, own, file.state if before == len(self._failures) else "")

    def _find_first(self, doc_id: str, name: str) -> str | None:
        """Return where an id was before; a later file loses it, and is read again."""
        owner, line = self._owners.get(doc_id, ("", 0))
        if owner <= name:
            return self._places.get(doc_id) or (place_of(owner, line) if owner else None)
        self._forget(owner)
        heappush(self._todo, owner)
        return None

    def _forget(self, name: str) -> None:
        """Remove a file with its records."""
        start, end = (bisect_left(self._rows, (one,)) for one in (name, f"{name}\0"))
        doc_ids = [doc_id for _, doc_id, _ in self._rows[start:end]]
        self._records.remove(name, doc_ids)
        for doc_id in doc_ids:
            del self._owners[doc_id]


@dataclass(frozen=True)
class ReadTask:
    """Some files to read.

    Attributes:
        place: File for what they gave.
        program: What is to do the work, the same wherever it is done.
        changes: What people say of their documents.
    """

    place: Path
    settings: Settings
    program: Program
    files: tuple[RawFile, ...]
    changes: DocumentChanges

    def found(self) -> dict[str, Found]:
        """Return what the files gave; nothing if the task was not done."""
        if not self.place.is_file():
            return {}
        told = json.loads(self.place.read_bytes())
        return {name: [(line, _from_plain(*row)) for line, *row in rows] for name, rows in told.items()}


def read_batch(task: ReadTask) -> None:
    """Read the files of a task; those that this machine does not see are left to the main process."""
    check_program(task.program, task.settings)
    unmasker = Unmasker(task.settings)
    found = {
        file.name: [(line, *_plain(result)) for line, result in _read_records(file, unmasker, task.changes)]
        for file in task.files
        if _is_there(file)
    }
    partial = task.place.with_suffix(".tmp")
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.replace(task.place)


def _is_there(file: RawFile) -> bool:
    return os.path.exists(file.place)  # noqa: PTH110 - which takes what cannot be looked at for nothing


def _plain(result: Record | FailureRow) -> list[Any]:
    if isinstance(result, FailureRow):
        return [asdict(result)]
    return [value.decode() if isinstance(value, bytes) else value for value in astuple(result)]


def _from_plain(first: Any, *rest: Any) -> Record | FailureRow:
    if not rest:
        return FailureRow(**first)
    doc_id, key, masked, document, unmasked = rest
    return Record(first, doc_id, key, masked, document.encode(), unmasked.encode())


def _read_all(
    engine: Engine, folder: Path, files: Sequence[RawFile], settings: Settings, changes: DocumentChanges
) -> Iterator[Found]:
    """Yield what each of some files gave, in their order; many are read in tasks."""
    shutil.rmtree(folder, ignore_errors=True)
    tasks, unmasker = list[ReadTask](), Unmasker(settings)
    if engine.is_apart and len(files) >= LEAST:
        folder.mkdir(parents=True)
        program = describe_program(settings)
        for number, own in enumerate(_batches(files)):
            tasks.append(ReadTask(folder / f"{number}.json", settings, program, own, changes))
        for _ in engine(read_batch, tasks):  # the files of a task whose process died are read below
            pass
    for task in tasks:
        found = task.found()
        for file in task.files:
            yield found[file.name] if file.name in found else _read_records(file, unmasker, changes)
    for file in () if tasks else files:
        yield _read_records(file, unmasker, changes)


def _batches(files: Sequence[RawFile]) -> Iterator[tuple[RawFile, ...]]:
    own: list[RawFile] = []
    size = 0
    for file in files:
        own.append(file)
        size += file.size
        if len(own) >= FILES or size >= BYTES:
            yield tuple(own)
            own, size = [], 0
    if own:
        yield tuple(own)


def _read_records(file: RawFile, unmasker: Unmasker, changes: DocumentChanges) -> Found:
    return [(line, unmasker.spared(line, result)) for line, result in _read(file, unmasker.settings, changes)]


def read_documents(file: RawFile, settings: Settings) -> Iterator[Document | FailureRow]:
    """Yield the documents of one file, or why there are none."""
    return (result for _, result in _read(file, settings, {}))


def _read(
    file: RawFile, settings: Settings, changes: DocumentChanges
) -> Iterator[tuple[int, Document | FailureRow]]:
    """Yield each document or failure of a file with the number of its line, 0 where it is all of the file."""
    try:
        data = read_limited(file.path, settings.ingest.max_bytes)
        for source in read_file(file.path, data, settings.ingest):
            yield source.line or 0, _result(file, data, source, settings, changes)
    except OSError as error:
        hint = "See whether it is there, and its permissions."
        yield 0, failure(file.name, "ingest", ReadError(f"cannot be read: {error.strerror}", hint))
    except PipelineError as error:
        yield 0, failure(file.name, "ingest", error)
    except Exception as error:  # a fault of our own must cost this file, not the run
        yield 0, unexpected(file.name, "ingest", error)


def _result(
    file: RawFile, data: bytes, source: Source | ReadError, settings: Settings, changes: DocumentChanges
) -> Document | FailureRow:
    """Return the document of a record that the later stages can read again, or why there is none."""
    place = place_of(file.name, source.line or 0)
    if isinstance(source, ReadError):
        return failure(place, "ingest", source)
    try:
        document = document_of(file, data, source, settings, changes)
        if parse_document(dump(document)) != document:
            raise ValueError("its record does not say what was read")
        return document
    except Exception as error:
        return unexpected(place, "ingest", error)


def document_of(
    file: RawFile,
    data: bytes,
    source: Source,
    settings: Settings,
    changes: DocumentChanges = MappingProxyType({}),
) -> Document:
    """Return the document of a record, with its sections; what people say of it wins over what stands in it."""
    record = repr(replace(source, line=None)).encode("utf-8", "surrogatepass") if source.doc_id else data
    digest = sha256(record).hexdigest()
    own = changes.get(digest, {})
    told: dict[str, Any] = {name: own[name] and str(own[name]) for name in _OF_RECORD & own.keys()}
    layout = find_layout(
        replace(source, **told),
        day_first=settings.day_first,
        mask_characters=settings.mask.characters,
        language=own.get("language"),
    )
    document = Document(
        doc_id=source.doc_id or document_id(file.name, file.has_twin),
        path=file.name,
        format=readers()[file.path.suffix.lower()].format,
        sha256=digest,
        text=source.text,
        sections=layout.sections,
        title=layout.title or source.title,
        published=layout.published,
        author=layout.author or source.author,
        url=source.url or find_url(source.text),
        encoding=source.encoding,
        notes="; ".join(filter(None, (source.notes, layout.notes))) or None,
        language=layout.language,
    )
    missing: dict[str, Any] = {name: None for name, value in told.items() if value is None}
    if "published" in missing:  # what the text lets guess does not count either
        notes = [note for note in (document.notes or "").split("; ") if not note.startswith(INFERRED)]
        missing["notes"] = "; ".join(notes) or None
    return replace(document, **missing)


_OF_RECORD = frozenset({"title", "author", "published"})
"""What a record may say of its document; a decision may say that there is none."""


def _repeated(place: str, doc_id: str, first: str) -> FailureRow:
    """Return the failure of a record with the id of another: a new id would make it depend on what else is in the folder."""
    hint = "Remove it if it is the same, or give it an id of its own."
    return failure(place, "ingest", ReadError(f"duplicate id '{doc_id}', already used by {first}", hint))
