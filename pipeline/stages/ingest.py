"""Stage `ingest`: raw files -> documents with sections, and what was set aside."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.document import Document, Source
from pipeline.errors import PipelineError, ReadError, StageError
from pipeline.kept_records import FileRecords, KeptRecords, doc_id_of, file_state, fingerprint, kept_records, write_manifest
from pipeline.layout import find_layout
from pipeline.progress import Progress, silent
from pipeline.readers import READERS, read_file
from pipeline.schema import FailureRow
from pipeline.settings import Settings
from pipeline.shards import steady_fingerprint
from pipeline.stages import DOCUMENTS, FILES, INGEST_FAILURES
from pipeline.storage import make_dumper, write_lines, write_records

dump_record = make_dumper(Document)


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of the raw folder: its path, and the same below the folder as text that any table can hold."""

    path: Path
    name: str


def run(raw: Path, out: Path, settings: Settings, progress: Progress = silent) -> tuple[int, int]:
    """Read all files of a folder; of those that did not change, the records are copied.

    Returns:
        Numbers of documents and of failures.

    Raises:
        StageError: The folder is missing or has no files.
    """
    failures: list[FailureRow] = []
    read = _Reading(settings, failures)
    made_with = fingerprint(steady_fingerprint(settings), settings.ingest.model_dump_json(), str(settings.day_first))
    files = find_files(raw, out, failures)
    with kept_records(out / DOCUMENTS, out / FILES, made_with) as kept:
        write_lines(out / DOCUMENTS, read.lines(files, kept, progress))
    write_manifest(out / DOCUMENTS, out / FILES, made_with, read.files)
    write_records(out / INGEST_FAILURES, FailureRow, failures)
    return len(read.ids), len(failures)


class _Reading:
    """The reading of all files: ids given so far, what was set aside, what each file gave."""

    def __init__(self, settings: Settings, failures: list[FailureRow]) -> None:
        self.settings = settings
        self.failures = failures
        self.files: list[FileRecords] = []
        self.ids: set[str] = set()

    def lines(self, files: Sequence[RawFile], kept: KeptRecords, progress: Progress) -> Iterator[bytes]:
        """The records of all files in order."""
        for done, file in enumerate(files, 1):
            state = file_state(file.path)
            lines, stands = kept.find(file.name, state), True
            ids = [doc_id_of(line) for line in lines or []]
            if lines is None or not self.ids.isdisjoint(ids):
                lines, ids, stands = self._read(file)
            self.ids.update(ids)
            self.files.append(FileRecords(file.name, state, len(lines), stands))
            yield from lines
            progress("ingest", done, len(files))

    def _read(self, file: RawFile) -> tuple[list[bytes], list[str], bool]:
        """Records and ids of a file, and whether it was read without failure and has no name of another file."""
        documents: list[Document] = []
        stands, taken = True, set(self.ids)
        for result in read_documents(file, self.settings):
            if isinstance(result, FailureRow):
                self.failures.append(result)
                stands = False
            else:
                documents.append(_with_own_id(result, taken))
                stands = stands and documents[-1] is result
        return [dump_record(document) for document in documents], [document.doc_id for document in documents], stands


def check_raw(raw: Path, out: Path) -> None:
    """Whether there is a raw folder that can be read.

    Raises:
        StageError: It is missing, or lies in the output folder.
    """
    if not raw.is_dir():
        raise StageError(f"raw folder {raw} is missing", "Make it, or name another one with --raw.")
    root, apart = raw.resolve(), out.resolve()
    if root == apart or apart in root.parents:
        raise StageError(f"raw folder {raw} lies in the output folder {out}", "Keep the articles and the tables apart.")


def find_files(raw: Path, out: Path, failures: list[FailureRow]) -> list[RawFile]:
    """The files below the raw folder, sorted by name; links that leave it and what is no file become failures.

    Hidden files and the output folder are left out.
    """
    check_raw(raw, out)
    root, apart = raw.resolve(), out.resolve()
    found = []
    for path in _walk(raw, failures):
        name = _text(path.relative_to(raw).as_posix())
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            failures.append(_failure(name, ReadError("link that leads nowhere or to itself", "Remove it from the raw folder.")))
            continue
        if apart in target.parents:
            continue
        if root not in target.parents:
            failures.append(_failure(name, ReadError("link leaves the raw folder", "Copy the file into the raw folder.")))
        elif not stat.S_ISREG(target.stat().st_mode if target.exists() else 0):
            failures.append(_failure(name, ReadError("no regular file", "Remove it from the raw folder.")))
        else:
            found.append(RawFile(path, name))
    if not found and not failures:
        raise StageError(f"raw folder {raw} is empty", f"Put articles into it: {', '.join(sorted(READERS))}.")
    return sorted(found, key=lambda file: file.name)


def _walk(folder: Path, failures: list[FailureRow]) -> Iterator[Path]:
    def lost(error: OSError) -> None:
        name = _text(os.path.relpath(error.filename, folder))
        failures.append(_failure(name, ReadError(f"folder cannot be read: {error.strerror}", "Check its permissions.")))

    for parent, folders, files in os.walk(folder, onerror=lost):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in sorted([*files, *links]) if not name.startswith("."))


def read_documents(file: RawFile, settings: Settings) -> Iterator[Document | FailureRow]:
    """The documents of one file, or why there are none."""
    try:
        size = file.path.stat().st_size
        if size > settings.ingest.max_bytes:
            limit = settings.ingest.max_bytes
            raise ReadError(f"{size} bytes, the limit is {limit}", "Split the file, or raise ingest.max_bytes.")
        data = file.path.read_bytes()
        for source in read_file(file.path, data, settings.ingest):
            if isinstance(source, ReadError):
                yield _failure(f"{file.name}:{source.line}" if source.line else file.name, source)
            else:
                yield _document(file, data, source, settings)
    except OSError as error:
        yield _failure(file.name, ReadError(f"cannot be read: {error.strerror}", "Check its permissions."))
    except PipelineError as error:
        yield _failure(file.name, error)


def _document(file: RawFile, data: bytes, source: Source, settings: Settings) -> Document:
    layout = find_layout(source, day_first=settings.day_first)
    record = repr(source).encode("utf-8", "surrogatepass") if source.doc_id else data
    return Document(
        doc_id=source.doc_id or file.name.rpartition(".")[0] or file.name,
        path=file.name,
        format=READERS[file.path.suffix.lower()].format,
        sha256=hashlib.sha256(record).hexdigest(),
        text=source.text,
        sections=layout.sections,
        title=layout.title or source.title,
        published=layout.published,
        author=layout.author or source.author,
        url=source.url,
        encoding=source.encoding,
    )


def _with_own_id(document: Document, ids: set[str]) -> Document:
    """The document, with the ending or a number added to its id if another has it already."""
    doc_id, number = document.doc_id, 1
    if doc_id in ids:
        doc_id = f"{document.doc_id}.{document.format}"
    while doc_id in ids:
        number += 1
        doc_id = f"{document.doc_id}~{number}"
    ids.add(doc_id)
    return document if doc_id == document.doc_id else replace(document, doc_id=doc_id)


def _failure(name: str, error: PipelineError) -> FailureRow:
    return FailureRow(name, "ingest", type(error).__name__, error.message, error.hint or None)


def _text(name: str) -> str:
    """A file name as valid UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
