"""Reads the files that changed since the last run, and looks at no record of the others."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.settings import Settings
from pipeline.nlp.fingerprints import pipeline_fingerprint
from pipeline.run.paths import DOCUMENTS, INGEST_FAILURES, UNMASKED
from pipeline.run.progress import Progress
from pipeline.run.raw_files import Listing, RawFile, find_changed, list_raw, look_at
from pipeline.run.record_cache import file_state
from pipeline.run.record_index import Index, Record, append, has_documents, in_order, make_table, read_index
from pipeline.run.records import make_dumper, write_records
from pipeline.run.shard_results import Done
from pipeline.run.shards import Entry, Shard, ends_shard, make_shards, make_source, source_of
from pipeline.run.stages.ingest import dump_record, read_places_of
from pipeline.tables.schema import FailureRow
from pipeline.text.document import Document, Unmasked
from pipeline.text.masking import compile_patterns, unmask

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 2
"""One file in so many may have changed: where more did, or more of the records are dead, all are gone through."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed.

    Attributes:
        index: The records as they are now.
        touched: Documents that came, went or are others now.
        failed: Number of inputs that failed.
    """

    index: Index
    touched: Sequence[str]
    failed: int

    @property
    def masked(self) -> int:
        """Number of documents with masked words."""
        import pyarrow.compute as pc

        return int(pc.sum(self.index.table["masked"]).as_py() or 0)


def maker(settings: Settings) -> str:
    """Stands for all that records and shards are made with."""
    made_with = f"{settings.model_dump_json()} {pipeline_fingerprint(settings)}".encode()
    return hashlib.sha256(made_with + make_source(settings)).hexdigest()


def read_changes(
    raw: Path, out: Path, settings: Settings, progress: Progress, listing: Listing | None = None
) -> Changes | None:
    """Read what changed; None where all must be gone through: without an index, after many changes, where ids repeat.

    Args:
        raw: The raw folder.
        out: Output folder.
        settings: The settings.
        progress: Told how many files are done.
        listing: The raw folder as it was listed before; listed now if left out.

    Raises:
        StageError: The raw folder is missing or empty, or the output folder cannot be written.
    """
    index = read_index(out, maker(settings))
    if index is None or MOST * index.dead > index.ends[0]:
        return None
    listing = listing or list_raw(raw, out)
    if not listing.lines:
        return None
    failures: list[FailureRow] = []
    some, stood = find_changed(listing, index.standing())
    # Where there is a twin, what is as it was may be among them.
    files = {file.name: file for file in look_at(raw, out, failures, some)}
    states = index.states(set(files))
    changed = [file for file in files.values() if states.get(file.name) != state_of(file)]
    if MOST * len(changed) > len(listing.lines):
        return None
    # Records of files that changed or are gone are dead, whatever the new ones are.
    gone = (stood | index.unsettled()) - files.keys()
    names = gone | {file.name for file in changed}
    standing, old = index.without(names), index.of_files(names)
    read = _Reading(settings, failures)
    for done, file in enumerate(changed, 1):
        if not read.read(file):
            return None
        progress("ingest", done, len(changed))
    if has_documents(standing, read.taken):
        return None
    # Nothing was written so far: a run that gives up above leaves the files as the next one needs them.
    places = zip(
        append(out / DOCUMENTS, index.ends[0], [one.document for one in read.found]),
        append(out / UNMASKED, index.ends[1], [one.unmasked for one in read.found]),
        strict=True,
    )
    records: list[Record] = []
    documents_end, unmasked_end = index.ends
    for one, place in zip(read.found, places, strict=True):
        records.append(replace(one.record, entry=Entry(one.doc_id, one.key, *place)))
        documents_end += len(one.document)
        unmasked_end += len(one.unmasked)
    write_records(out / INGEST_FAILURES, FailureRow, failures)
    new = make_table([*records, *read.empty])
    now = Index(
        index.made_with,
        (documents_end, unmasked_end),
        in_order(_joined(standing, new)),
        index.dead + sum(old["length"].to_pylist()),
        followed=True,
    )
    return Changes(now, _differing(old, new), len(failures))


def _joined(one: pa.Table, other: pa.Table) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([one.replace_schema_metadata(None), other])


def _differing(old: pa.Table, new: pa.Table) -> list[str]:
    before, now = (_keys(table) for table in (old, new))
    return sorted(doc_id for doc_id in before.keys() | now.keys() if before.get(doc_id) != now.get(doc_id))


def _keys(table: pa.Table) -> Mapping[str, str]:
    pairs = zip(table["doc_id"].to_pylist(), table["key"].to_pylist(), strict=True)
    return {doc_id: key for doc_id, key in pairs if doc_id is not None}


def state_of(file: RawFile) -> str:
    """Return what tells that a file is as it was."""
    return f"{file.state or file_state(file.path)} {file.has_twin}"


@dataclass(frozen=True, slots=True)
class _Found:
    record: Record
    doc_id: str
    key: str
    document: bytes
    unmasked: bytes


class _Reading:
    """The reading of changed files.

    Args:
        settings: The settings.
        failures: Gets what fails.

    Attributes:
        taken: Ids of the documents.
    """

    def __init__(self, settings: Settings, failures: list[FailureRow]) -> None:
        self.found: list[_Found] = []
        self.empty: list[Record] = []
        self._settings = settings
        self._failures = failures
        self.taken: set[str] = set()
        self._dump = make_dumper(Unmasked)
        self._made_with = make_source(settings)
        self._patterns = compile_patterns(settings.mask)

    def read(self, file: RawFile) -> bool:
        """Read a file; False where one of its ids is another's that was read."""
        state, failed, own = state_of(file), len(self._failures), []
        for line, result in read_places_of(file, self._settings):
            if isinstance(result, FailureRow):
                self._failures.append(result)
                continue
            if result.doc_id in self.taken:
                return False
            self.taken.add(result.doc_id)
            own.append((line, result))
        stands = failed == len(self._failures)
        self.found += [
            self._taken_in(Record(file.name, state, line, stands, None), document) for line, document in own
        ]
        if stands and not own:
            self.empty.append(Record(file.name, state, 0, stands, None))
        return True

    def _taken_in(self, record: Record, document: Document) -> _Found:
        line = dump_record(document)
        source = source_of(line, self._made_with)
        unmasked = replace(unmask(document, self._patterns, self._settings.mask.placeholder), source=source)
        return _Found(
            replace(record, masked=bool(unmasked.masked_words)),
            document.doc_id,
            source,
            line,
            self._dump(unmasked),
        )


def cut_anew(
    done: Sequence[Done], changes: Changes, settings: Settings
) -> Iterator[tuple[Sequence[Done], Sequence[Shard] | None]]:
    """Yield the shards of the last run in order: those that are kept, and those that are replaced, with what replaces them.

    Args:
        done: The shards of the last run, ascending.
        changes: What changed since.
        settings: The settings, which say where shards end.

    Yields:
        Some shards with None where they stand; else with the shards that take their place.
    """
    last, ids = [shard.last for shard in done], changes.index.ids
    # An id after the last shard belongs to that one: it is where the new document will go.
    touched = sorted({min(bisect_left(last, doc_id), len(last) - 1) for doc_id in changes.touched})
    begun = 0
    while touched:
        first = touched[0]
        end = first + 1
        # A shard that ended by its length may end elsewhere now, and so may the next, up to a border by hash.
        while end < len(done) and not _is_border(done[end - 1].last, ids, settings):
            end += 1
        touched = [number for number in touched if number >= end]
        yield done[begun:first], None
        low, high = 0, len(ids)
        if first > 0:
            low = bisect_right(ids, last[first - 1])
        if end < len(done):
            high = bisect_right(ids, last[end - 1])
        entries = changes.index.entries(low, high)
        yield done[first:end], make_shards(entries, settings, pipeline_fingerprint(settings))
        begun = end
    yield done[begun:], None


def _is_border(doc_id: str, ids: Sequence[str], settings: Settings) -> bool:
    """Return whether a shard ends after an id whatever stands before it."""
    place = bisect_left(ids, doc_id)
    return place < len(ids) and ids[place] == doc_id and ends_shard(doc_id, settings)
