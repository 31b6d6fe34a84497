"""The records: what each raw file gave, in one SQLite file.

Only the process that holds the output folder writes it, in one transaction per change. Other processes read it as a file that does not
change, so it needs no locks and may be on a network disk. The list of records has a seal, and so has each text: damage is found before use.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from itertools import starmap
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from policy_news.core.errors import DamagedError, StageError
from policy_news.core.settings import Settings
from policy_news.run.failures import place_of, unexpected
from policy_news.run.paths import RECORDS
from policy_news.run.shards import DocumentEntry, make_source, source_of
from policy_news.tables.schema import FailureRow
from policy_news.text.document import Document, Unmasked
from policy_news.text.masking import compile_patterns, unmask

T = TypeVar("T")
READ_ONLY = "mode=ro&immutable=1"
"""Without locks, which network disks may lack: nobody writes meanwhile."""
_TOGETHER = 4096
"""Rows that are read at once."""
FORM = 2
"""Version of the file: another one is made again."""
UNWRITABLE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR}
)
# Without indexes beside the tables: a damaged one would hide rows that the seal covers.
_LAYOUT = f"""
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (name TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID;
CREATE TABLE records (
    doc_id TEXT PRIMARY KEY, file TEXT, line INTEGER, key TEXT, masked INTEGER, size INTEGER, seal TEXT
) WITHOUT ROWID;
CREATE TABLE texts (doc_id TEXT PRIMARY KEY, document BLOB, unmasked BLOB) WITHOUT ROWID;
CREATE TABLE failures (path TEXT, stage TEXT, error TEXT, message TEXT, hint TEXT);
PRAGMA user_version = {FORM};
"""
_TEXTS = "SELECT document, unmasked, seal FROM records JOIN texts USING (doc_id)"
_SEALED = (
    "SELECT * FROM about WHERE name != 'seal' ORDER BY name",
    "SELECT * FROM files ORDER BY name",
    "SELECT * FROM records ORDER BY doc_id",
    "SELECT * FROM failures ORDER BY rowid",
)


@dataclass(frozen=True, slots=True)
class Record:
    """A document and what the model sees of it, as JSON.

    Attributes:
        line: Number of its line in the raw file; 0 if it is the whole file.
        key: `Unmasked.source`.
    """

    line: int
    doc_id: str
    key: str
    masked: int
    document: bytes
    unmasked: bytes

    @property
    def size(self) -> int:
        """Bytes of both texts."""
        return len(self.document) + len(self.unmasked)

    @property
    def seal(self) -> str:
        """Hash of both texts."""
        return _seal_texts(self.document, self.unmasked)


def dump(record: Document | Unmasked) -> bytes:
    """Return a document as JSON, without the values that its type has by default."""
    return _adapter(type(record)).dump_json(record, exclude_defaults=True)


def parse_document(data: bytes) -> Document:
    """Return the document that `dump` wrote."""
    return _adapter(Document).validate_json(data)


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return the reader and writer of a type: slow to make, so kept."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


class Unmasker:
    """Makes records of documents."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._made_with = make_source(settings)
        self._patterns = compile_patterns(settings.mask)

    def spared(self, line: int, result: Document | FailureRow) -> Record | FailureRow:
        """Return the record of a document, or why there is none."""
        if isinstance(result, FailureRow):
            return result
        try:
            return self.record(line, result)
        except Exception as error:  # a fault of our own must cost this document, not the run
            return unexpected(place_of(result.path, line), "unmask", error)

    def record(self, line: int, document: Document) -> Record:
        """Return the record of a document."""
        data = dump(document)
        source = source_of(data, self._made_with)
        seen = replace(unmask(document, self._patterns, self.settings.mask.placeholder), source=source)
        return Record(line, document.doc_id, source, seen.masked_words, data, dump(seen))


class Records:
    """The records, open for changes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def made_with(self, name: str) -> str:
        """Return what a step was done with; empty if it was not done."""
        return dict[str, str](self._db.execute("SELECT name, value FROM about")).get(name, "")

    def set_made_with(self, name: str, value: str) -> None:
        """Note what a step was done with."""
        self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def clear(self) -> None:
        """Remove all records."""
        for table in ("about", "files", "records", "texts", "failures"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are above

    def states(self) -> dict[str, str]:
        """Return the state of each file that gives the same records as long as it does not change."""
        return dict(self._db.execute("SELECT name, state FROM files"))

    def ids(self) -> list[tuple[str, str, int]]:
        """Return the files, ids and lines of all records, ascending."""
        return sorted(self._db.execute("SELECT file, doc_id, line FROM records"))

    def files_of(self, hashes: Iterable[str]) -> set[str]:
        """Return the files with documents of some hashes (`Document.sha256`)."""
        wanted = json.dumps([*hashes])
        query = """SELECT DISTINCT file FROM records JOIN texts USING (doc_id)
        WHERE json_extract(CAST(document AS TEXT), '$.sha256') IN (SELECT value FROM json_each(?))"""
        return {file for (file,) in self._db.execute(query, (wanted,))}

    def remove(self, file: str, doc_ids: Iterable[str]) -> None:
        """Remove a file with its records, of which the ids are given."""
        self._db.execute("DELETE FROM files WHERE name = ?", (file,))
        for doc_id in doc_ids:
            for table in ("records", "texts"):
                query = f"DELETE FROM {table} WHERE doc_id = ?"  # noqa: S608 - the names are above
                if self._db.execute(query, (doc_id,)).rowcount != 1:
                    raise sqlite3.DatabaseError(f"no record {doc_id}")

    def add(self, file: str, records: Iterable[Record], state: str = "") -> None:
        """Add the records of a file."""
        for one in records:
            row = (one.doc_id, file, one.line, one.key, one.masked, one.size, one.seal)
            self._db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            self._db.execute("INSERT INTO texts VALUES (?, ?, ?)", (one.doc_id, one.document, one.unmasked))
        if state:
            self._db.execute("INSERT INTO files VALUES (?, ?)", (file, state))

    def set_failures(self, failures: Sequence[FailureRow]) -> None:
        """Replace the failures."""
        self._db.execute("DELETE FROM failures")
        self.add_failures(failures)

    def add_failures(self, failures: Sequence[FailureRow]) -> None:
        """Add failures to those that there are."""
        self._db.executemany("INSERT INTO failures VALUES (?, ?, ?, ?, ?)", map(astuple, failures))

    def document(self, doc_id: str) -> Document:
        """Return a document."""
        return parse_document(_sound(self._db.execute(f"{_TEXTS} WHERE doc_id = ?", (doc_id,)).fetchone())[0])


@contextmanager
def change_records(out: Path) -> Iterator[Records]:
    """Open the records of an output folder for changes: all of them are kept, or none if it fails.

    Raises:
        DamagedError: They are not as they were written.
        StageError: The folder cannot be written, or the disk is full.
    """
    path = out / RECORDS
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_database(path, "mode=rwc") as db:
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _damaged(path)
            _check(path, db)
            db.execute("BEGIN")
        else:
            db.executescript(f"BEGIN; {_LAYOUT}")
        yield Records(db)
        db.execute("INSERT OR REPLACE INTO about VALUES ('seal', ?)", (_seal(db),))
        db.execute("COMMIT")


def forget_records(out: Path) -> None:
    """Remove the records, so that all files are read again."""
    for ending in ("", "-journal"):
        (out / f"{RECORDS}{ending}").unlink(missing_ok=True)


@contextmanager
def forgotten_if_damaged(forget: Callable[[], None]) -> Iterator[None]:
    """Remove what an earlier run kept if it turns out to be damaged, so that it is made again."""
    try:
        yield
    except DamagedError:
        forget()
        raise


def read_entries(out: Path, made_with: str) -> list[DocumentEntry]:
    """Return all documents, ascending by id, without their texts."""
    with _read(out) as db:
        if dict(db.execute("SELECT name, value FROM about")).get("unmask") != made_with:
            raise StageError(
                "the documents were unmasked with other settings or rules", "Run `pipeline unmask` first."
            )
        rows = db.execute("SELECT doc_id, key, size FROM records ORDER BY doc_id")
        return list(starmap(DocumentEntry, rows))


def read_masked(out: Path) -> tuple[int, str]:
    """Return the number of documents with masked words, and what all were unmasked with."""
    with _read(out) as db:
        count = db.execute("SELECT count(*) FROM records WHERE masked").fetchone()[0]
        return int(count), dict(db.execute("SELECT name, value FROM about")).get("unmask", "")


def read_failures(out: Path) -> list[FailureRow]:
    """Return the inputs that could not be read."""
    with _read(out) as db:
        return [FailureRow(*row) for row in db.execute("SELECT * FROM failures ORDER BY rowid")]


def read_documents(out: Path) -> Iterator[Document]:
    """Yield all documents, ascending by id."""
    with _read(out) as db:
        for row in db.execute(f"{_TEXTS} ORDER BY doc_id"):
            yield parse_document(_sound(row)[0])


def read_items(out: Path, doc_ids: Iterable[str]) -> list[tuple[Document, Unmasked]]:
    """Return documents, each with what the model sees of it."""
    with _read(out, is_checked=False) as db:
        rows = [_sound(db.execute(f"{_TEXTS} WHERE doc_id = ?", (doc_id,)).fetchone()) for doc_id in doc_ids]
    return [(parse_document(document), _adapter(Unmasked).validate_json(seen)) for document, seen in rows]


def _sound(row: tuple[bytes, bytes, str] | None) -> tuple[bytes, bytes]:
    """Return both texts of a record; DatabaseError if they are missing, or not as they were written."""
    if row is None or _seal_texts(row[0], row[1]) != row[2]:
        raise sqlite3.DatabaseError("a record is missing or damaged")
    return row[0], row[1]


def _seal_texts(document: bytes, unmasked: bytes) -> str:
    return sha256(document + b"\0" + unmasked).hexdigest()[:32]


@contextmanager
def _read(out: Path, *, is_checked: bool = True) -> Iterator[sqlite3.Connection]:
    path = out / RECORDS
    if not path.is_file():
        raise StageError(f"{path} is missing", "Run `pipeline ingest` first.")
    with open_database(path, READ_ONLY) as db:
        if is_checked:
            _check(path, db)
        yield db


@contextmanager
def open_database(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file, without transactions of its own; one that is not committed is rolled back.

    Raises:
        DamagedError: It is not a database, or damaged.
        StageError: The folder cannot be written, or the disk is full.
    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
        try:
            yield db
        finally:
            db.close()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in UNWRITABLE:
            raise StageError(
                f"{path}: cannot be written: {error}", "Check permissions and free space."
            ) from error
        raise _damaged(path) from error


def _check(path: Path, db: sqlite3.Connection) -> None:
    """Compare the list of records with its seal."""
    if db.execute("PRAGMA user_version").fetchone()[0] != FORM:
        raise _damaged(path)
    seal = db.execute("SELECT value FROM about WHERE name = 'seal'").fetchone()
    if seal is None or seal[0] != _seal(db):
        raise _damaged(path)


def _seal(db: sqlite3.Connection) -> str:
    digest = sha256()
    for query in _SEALED:
        found = db.execute(query)
        while rows := found.fetchmany(_TOGETHER):  # all records on every run: many at once, not row by row
            digest.update(ascii(rows).encode())
    return digest.hexdigest()


def _damaged(path: Path) -> DamagedError:
    return DamagedError(f"{path}: is damaged or of another version", "Run `pipeline run` again.")
