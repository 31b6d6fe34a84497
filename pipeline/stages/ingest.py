"""Stage `ingest`: raw files -> documents with sections, and what was set aside."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.document import Document, Source
from pipeline.errors import PipelineError, ReadError, StageError
from pipeline.layout import find_layout
from pipeline.raw_files import document_id, read_limited, readable_name
from pipeline.readers import READERS, read_file
from pipeline.schema import FailureRow
from pipeline.settings import Settings
from pipeline.stages import DOCUMENTS, INGEST_FAILURES
from pipeline.storage import write_records


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of the raw folder: its path, and the same below the folder as text that any table can hold."""

    path: Path
    name: str


def run(raw: Path, out: Path, settings: Settings) -> tuple[int, int]:
    """Read all files of a folder.

    Returns:
        Numbers of documents and of failures.

    Raises:
        StageError: The folder is missing or has no files.
    """
    documents: list[Document] = []
    failures: list[FailureRow] = []
    places: dict[str, str] = {}
    for file in find_files(raw, out, failures):
        for place, result in _read(file, settings):
            if isinstance(result, FailureRow):
                failures.append(result)
            elif places.setdefault(result.doc_id, place) != place:
                failures.append(_repeated(place, result.doc_id, places[result.doc_id]))
            else:
                documents.append(result)
    write_records(out / DOCUMENTS, Document, documents)
    write_records(out / INGEST_FAILURES, FailureRow, failures)
    return len(documents), len(failures)


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
        name = readable_name(path.relative_to(raw).as_posix())
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            failures.append(_failure(name, ReadError("link that leads nowhere or to itself", "Remove it from the raw folder.")))
            continue
        if apart in target.parents:
            continue
        if root not in target.parents:
            failures.append(_failure(name, ReadError("link leaves the raw folder", "Copy the file into the raw folder.")))
        elif not target.exists():
            failures.append(_failure(name, ReadError("link that leads nowhere", "Remove it from the raw folder.")))
        elif not stat.S_ISREG(target.stat().st_mode):
            failures.append(_failure(name, ReadError("no regular file", "Remove it, or what it links to, from the raw folder.")))
        else:
            found.append(RawFile(path, name))
    if not found and not failures:
        raise StageError(f"raw folder {raw} is empty", f"Put articles into it: {', '.join(sorted(READERS))}.")
    return sorted(found, key=lambda file: file.name)


def _walk(folder: Path, failures: list[FailureRow]) -> Iterator[Path]:
    def lost(error: OSError) -> None:
        name = readable_name(os.path.relpath(error.filename, folder))
        failures.append(_failure(name, ReadError(f"folder cannot be read: {error.strerror}", "Check its permissions.")))

    for parent, folders, files in os.walk(folder, onerror=lost):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in sorted([*files, *links]) if not name.startswith("."))


def read_documents(file: RawFile, settings: Settings) -> Iterator[Document | FailureRow]:
    """The documents of one file, or why there are none."""
    return (result for _, result in _read(file, settings))


def _read(file: RawFile, settings: Settings) -> Iterator[tuple[str, Document | FailureRow]]:
    """Each document or failure of a file with its place: the path, for a record with the number of its line."""
    try:
        data = read_limited(file.path, settings.ingest.max_bytes)
        for source in read_file(file.path, data, settings.ingest):
            place = f"{file.name}:{source.line}" if source.line else file.name
            yield place, _failure(place, source) if isinstance(source, ReadError) else _document(file, data, source, settings)
    except OSError as error:
        yield (
            file.name,
            _failure(file.name, ReadError(f"cannot be read: {error.strerror}", "See whether it is there, and its permissions.")),
        )
    except PipelineError as error:
        yield file.name, _failure(file.name, error)


def _document(file: RawFile, data: bytes, source: Source, settings: Settings) -> Document:
    layout = find_layout(source, day_first=settings.day_first, mask_characters=settings.mask.characters)
    record = repr(replace(source, line=None)).encode("utf-8", "surrogatepass") if source.doc_id else data
    return Document(
        doc_id=source.doc_id or document_id(file.name),
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
        notes="; ".join(filter(None, (source.notes, layout.notes))) or None,
    )


def _repeated(place: str, doc_id: str, first: str) -> FailureRow:
    """The failure of a record with the id of another: a new id would make it depend on what else is in the folder."""
    return _failure(place, ReadError(f"its id is that of {first}: {doc_id}", "Remove it if it is the same, or give it an id of its own."))


def _failure(name: str, error: PipelineError) -> FailureRow:
    return FailureRow(name, "ingest", type(error).__name__, error.message, error.hint or None)
