"""Stage `ingest`: raw files -> documents with sections, and what was set aside."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.document import Document, Source
from pipeline.errors import PipelineError, ReadError, StageError
from pipeline.kept_records import FileRecords, KeptRecords, doc_id_of, file_state, fingerprint, kept_records, write_manifest
from pipeline.layout import find_layout
from pipeline.parts import Part
from pipeline.progress import Progress, silent
from pipeline.raw_files import document_id, ends_as_article, read_limited, readable_name
from pipeline.readers import READERS, read_file
from pipeline.schema import FailureRow
from pipeline.settings import Settings
from pipeline.shards import TEXTS, part_fingerprints
from pipeline.stages import DOCUMENTS, FILES, INGEST_FAILURES
from pipeline.storage import make_dumper, write_lines, write_records

dump_record = make_dumper(Document)


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of the raw folder.

    Attributes:
        path: Where it is.
        name: The path below the raw folder as text that any table can hold.
        has_twin: Whether another article differs from it in the ending only.
    """

    path: Path
    name: str
    has_twin: bool = False


def run(raw: Path, out: Path, settings: Settings, progress: Progress = silent, part: Part | None = None) -> tuple[int, int]:
    """Read all files of a folder; of those that did not change, the records are copied.

    Returns:
        Numbers of documents and of failures.

    Raises:
        StageError: The folder is missing or has no files.
    """
    failures: list[FailureRow] = []
    read = _Reading(settings, failures)
    limits, masks = settings.ingest.model_dump_json(), settings.mask.model_dump_json()
    made_with = fingerprint(part_fingerprints(settings)[TEXTS], limits, masks)
    files = find_files(raw, out, failures)
    if part is not None:
        files = part.choose(files, [file.path.stat().st_size for file in files])
        failures[:] = failures if part.number == 1 else []
    with kept_records(out / DOCUMENTS, out / FILES, made_with) as kept:
        write_lines(out / DOCUMENTS, read.lines(files, kept, progress))
    write_manifest(out / DOCUMENTS, out / FILES, made_with, read.files)
    write_records(out / INGEST_FAILURES, FailureRow, failures)
    return len(read.ids), len(failures)


class _Reading:
    """The reading of all files: where each id comes from, what was set aside, what each file gave."""

    def __init__(self, settings: Settings, failures: list[FailureRow]) -> None:
        self.settings = settings
        self.failures = failures
        self.files: list[FileRecords] = []
        self.ids: dict[str, str] = {}

    def lines(self, files: Sequence[RawFile], kept: KeptRecords, progress: Progress) -> Iterator[bytes]:
        """The records of all files in order."""
        for done, file in enumerate(files, 1):
            state = f"{file_state(file.path)} {file.has_twin}"
            lines, failed = kept.find(file.name, state), len(self.failures)
            ids = [doc_id_of(line) for line in lines or []]
            if lines is None or not self.ids.keys().isdisjoint(ids):
                lines = list(self._read(file))
            else:
                self.ids.update(dict.fromkeys(ids, file.name))
            self.files.append(FileRecords(file.name, state, len(lines), stands=failed == len(self.failures)))
            yield from lines
            progress("ingest", done, len(files))

    def _read(self, file: RawFile) -> Iterator[bytes]:
        for place, result in _read(file, self.settings):
            if isinstance(result, FailureRow):
                self.failures.append(result)
            elif self.ids.setdefault(result.doc_id, place) != place:
                self.failures.append(_repeated(place, result.doc_id, self.ids[result.doc_id]))
            else:
                yield dump_record(result)


def check_raw(raw: Path, out: Path) -> None:
    """Whether there is a raw folder that can be read.

    Raises:
        StageError: It is missing, is a file, or lies in the output folder.
    """
    if raw.is_file():
        raise StageError(f"raw folder {raw} is a file", f"Give the folder that holds it: --raw {raw.parent}.")
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
    for path in _walk(raw, apart, failures):
        name = readable_name(path.relative_to(raw).as_posix())
        try:
            if _is_input(path, root, apart):
                found.append(RawFile(path, name))
        except ReadError as error:
            failures.append(_failure(name, error))
    if not found and not failures:
        raise StageError(f"raw folder {raw} is empty", f"Put articles into it: {', '.join(sorted(READERS))}.")
    return sorted(_with_twins(found), key=lambda file: file.name)


def _is_input(path: Path, root: Path, apart: Path) -> bool:
    """Whether a path is a file of the raw folder; no link into the output folder is.

    Raises:
        ReadError: It is no regular file, or a link to none in the raw folder.
    """
    try:
        folders = path.resolve().parents if path.is_symlink() else (root,)
        if apart in folders:
            return False
        if root not in folders:
            raise ReadError("link leaves the raw folder", "Copy the file into the raw folder.")
        if not stat.S_ISREG(path.stat().st_mode):
            raise ReadError("no regular file", "Remove it, or what it links to, from the raw folder.")
        return True
    except FileNotFoundError as error:
        raise ReadError("link that leads nowhere", "Remove it from the raw folder.") from error
    except (OSError, RuntimeError) as error:
        raise ReadError("link that leads nowhere or to itself", "Remove it from the raw folder.") from error


def _with_twins(files: Sequence[RawFile]) -> Iterator[RawFile]:
    stems = Counter(file.name.rpartition(".")[0] for file in files if ends_as_article(file.name))
    return (replace(file, has_twin=stems[file.name.rpartition(".")[0]] > 1) for file in files)


def _walk(folder: Path, apart: Path, failures: list[FailureRow]) -> Iterator[Path]:
    def lost(error: OSError) -> None:
        name = readable_name(os.path.relpath(error.filename, folder))
        failures.append(_failure(name, ReadError(f"folder cannot be read: {error.strerror}", "Check its permissions.")))

    for parent, folders, files in os.walk(folder, onerror=lost):
        folders[:] = sorted(name for name in folders if not (name.startswith(".") or Path(parent, name).resolve() == apart))
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
        doc_id=source.doc_id or document_id(file.name, file.has_twin),
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
