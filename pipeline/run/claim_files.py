"""What the claims of a part are related by, in one file beside its tables: facts by number, and which of them share something.

A file holds documents and their claims in order, and for each index ascending keys with the number of what they are found by. So a
run looks up what shares a key with some claims in all parts without reading the other claims.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import mmap
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from pipeline.nlp.relations.candidates import share_headline, speaker_keys, stem_codes, word_keys
from pipeline.nlp.relations.copies import LEAST, Hashes
from pipeline.nlp.relations.corpus import DocumentRelations, longest_name, relate_document, told_pairs
from pipeline.nlp.relations.facts import ClaimFacts, DocumentFacts
from pipeline.nlp.relations.lexicon import RelationRules
from pipeline.nlp.relations.positions import denied_series, series_of, stance_words
from pipeline.tables.schema import ClaimLinkRow

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

OF_CLAIMS = ("words", "speakers", "stances", "subjects", "denials")
"""Indexes of claims: by words of quotations and rare words, by speaker and day, by words on a subject, by subject, by whom they deny on what."""
OF_DOCUMENTS = ("shingles", "prints")
"""Indexes of documents: by words in a row, by all of them."""
INDEXES = (*OF_CLAIMS, *OF_DOCUMENTS)
HEADED, SAID = "headed", "said"
"""Pairs of claims of a document: a headline's and one that it is compared with; a headline's and the one that says the same."""
NAMED = "named"
"""Index of the names: by the entities that documents name, each with its fullest name in the file."""
_ALL_BITS = 2**64 - 1
LARGE = 1 << 16
"""Bytes of an array from which it does not stay in memory for its sum."""
LATE = dt.date.max.toordinal()
"""The day of a document that has none, where they are gone through by day."""
_HEAD = struct.Struct("<QI")
"""Length and sum of the head."""
_FIELDS = tuple(field.name for field in fields(ClaimFacts))
Index = Mapping[str, Sequence[int]]


def key_of(*parts: str) -> int:
    """A number for some texts."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def claim_keys(claim: ClaimFacts, rules: RelationRules) -> Index:
    """The keys that a claim is found by; those of denials come from links."""
    series = sorted(series_of(claim))
    words = sorted(stance_words(claim, rules)) if series else []
    found = {
        "words": sorted({key & _ALL_BITS for key in word_keys(claim, rules.meaning)}),
        "speakers": sorted(key_of(*map(str, key)) for key in speaker_keys(claim)),
        "stances": [key_of(*one, word) for one in series for word in words],
        "subjects": [key_of(subject) for _, subject in series],
    }
    claim.forget()
    return found


def source_of(document: DocumentFacts, packed: Sequence[bytes]) -> int:
    """A number for all that a document is related from, its claims packed."""
    day = document.day.toordinal() if document.day else 0
    told = [document.doc_id, day, document.text, sorted(document.names.items())]
    digest = hashlib.blake2b(b"\0".join([_encoded(told), *packed]), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def denial_keys(document: DocumentRelations, rules: RelationRules) -> Sequence[tuple[int, int]]:
    """The number of each claim of a document that denies, with a key for each series that it does so in."""
    places = {claim.claim_id: number for number, claim in enumerate(document.claims)}
    return [
        (places[claim.claim_id], key_of(*series))
        for claim, other, relation in linked_claims(document)
        for series in sorted(denied_series(claim, other, relation, rules))
    ]


def linked_claims(document: DocumentRelations) -> Sequence[tuple[ClaimFacts, ClaimFacts, str]]:
    """The two claims and the relation of each link of a document."""
    known = {claim.claim_id: claim for claim in document.claims}
    return [
        (known[link.claim_id], known[link.other_claim_id], link.relation)
        for link in document.links
        if link.claim_id in known and link.other_claim_id in known
    ]


def document_keys(document: DocumentRelations) -> Index:
    """The keys that a document is found by."""
    long = len(document.hashes) >= LEAST
    return {
        "shingles": document.hashes.tolist() if long else [],
        "prints": [crc32(document.hashes.tobytes())] if long else [],
    }


class ClaimFileWriter:
    """Writes such a file, of new documents and of documents that other files hold, in order.

    Args:
        rules: The rule data.
    """

    def __init__(self, rules: RelationRules) -> None:
        self._rules = rules
        self._shards: list[tuple[str, int]] = []
        self._rows: list[tuple[int, int, bytes, bytes]] = []
        self._sources: list[int] = []
        self._claims: list[tuple[bytes, int]] = []
        self._stems: list[npt.NDArray[np.uint64]] = []
        self._counts: list[int] = []
        self._keys: dict[str, list[npt.NDArray[np.uint64]]] = {name: [] for name in INDEXES}
        self._numbers: dict[str, list[Numbers]] = {name: [] for name in INDEXES}
        self._pairs: dict[str, list[Numbers]] = {HEADED: [], SAID: []}
        self._copied: dict[ClaimFile, tuple[Numbers, Numbers]] = {}

    def add(self, shard: str, documents: Iterable[DocumentRelations]) -> None:
        """Add the documents of a shard.

        Args:
            shard: A hash of its rows.
            documents: What they are related by.
        """
        before = len(self._rows)
        for document in documents:
            self._add(document, _packed(document.claims))
        self._shards.append((shard, len(self._rows) - before))

    def relate(
        self, shard: str, documents: Iterable[DocumentFacts], known: Mapping[int, tuple[ClaimFile, int]]
    ) -> None:
        """Relate the documents of a shard, and add them; those of which other files tell the same are taken from there.

        Args:
            shard: A hash of its rows.
            documents: The facts of the documents.
            known: The documents of other files, by what they were related from.
        """
        before = len(self._rows)
        for document in documents:
            packed = _packed(document.claims)
            source = source_of(document, packed)
            if source in known:
                self._copy(*known[source], 1)
            else:
                self._add(relate_document(document, self._rules), packed, source)
        self._shards.append((shard, len(self._rows) - before))

    def copy(self, shard: str, file: ClaimFile) -> None:
        """Add a shard as another file holds it."""
        first, count = file.shards[shard]
        self._copy(file, first, count)
        self._shards.append((shard, count))

    def _copy(self, file: ClaimFile, first: int, count: int) -> None:
        documents, claims = self._copied.setdefault(
            file, (np.full(file.count, -1), np.full(len(file.claim_days), -1))
        )
        start, end = int(file.first_claims[first]), int(file.first_claims[first + count])
        documents[first : first + count] = np.arange(len(self._rows), len(self._rows) + count)
        claims[start:end] = np.arange(len(self._claims), len(self._claims) + end - start)
        for number in range(first, first + count):
            row = (
                int(file.days[number]),
                int(file.marks[number]),
                file.packed(number),
                file.hashes_of(number).tobytes(),
            )
            self._rows.append(row)
            self._sources.append(int(file.sources[number]))
            self._counts.append(int(file.first_claims[number + 1] - file.first_claims[number]))
        self._claims += [
            (file.packed_claim(number), int(file.claim_days[number])) for number in range(start, end)
        ]
        self._stems += [file.stems_of(number) for number in range(start, end)]

    def _add(self, document: DocumentRelations, packed: Sequence[bytes], source: int = 0) -> None:
        links = [list(asdict(link).values()) for link in document.links]
        told = json.dumps([document.doc_id, dict(sorted(document.names.items())), links], ensure_ascii=False)
        hashes = document.hashes.tobytes()
        day = document.day.toordinal() if document.day else 0
        mark = hashlib.blake2b(
            b"\0".join([told.encode("utf-8", "surrogatepass"), str(day).encode(), hashes, *packed]),
            digest_size=8,
        )
        self._file(OF_DOCUMENTS, document_keys(document), len(self._rows))
        first = len(self._claims)
        for number, claim in enumerate(document.claims, first):
            self._stems.append(stem_codes(claim))
            self._file(OF_CLAIMS, claim_keys(claim, self._rules), number)
        for place, key in denial_keys(document, self._rules):
            self._file(("denials",), {"denials": [key]}, first + place)
        self._pair(HEADED, share_headline(document.claims), first)
        self._pair(SAID, set(told_pairs(document.claims)), first)
        self._rows.append(
            (day, int.from_bytes(mark.digest(), "little"), told.encode("utf-8", "surrogatepass"), hashes)
        )
        self._sources.append(source)
        self._counts.append(len(packed))
        self._claims += [
            (data, claim.day.toordinal() if claim.day else 0)
            for data, claim in zip(packed, document.claims, strict=True)
        ]

    def _pair(self, name: str, pairs: set[tuple[int, int]], first: int) -> None:
        if pairs:
            self._pairs[name].append(np.array(sorted(pairs), np.int64) + first)

    def _file(self, names: Sequence[str], keys: Index, number: int) -> None:
        for name in names:
            own = keys.get(name, ())
            if own:
                self._keys[name].append(np.array(own, np.uint64))
                self._numbers[name].append(np.full(len(own), number))

    def _names(self) -> list[tuple[str, str]]:
        """The fullest name of each entity in the documents."""
        found: dict[str, str] = {}
        for row in self._rows:
            for entity, name in json.loads(row[2])[1].items():
                found[entity] = longest_name((name, found.get(entity, "")))
        return sorted(found.items())

    def write(self, path: Path) -> None:
        """Write the file."""
        self._take_over()
        arrays = self._arrays()
        told = {name: (len(data), crc32(data)) for name, data in arrays.items()}
        head = json.dumps({"shards": self._shards, "arrays": told}).encode()
        with path.open("wb") as out:
            out.write(_HEAD.pack(len(head), crc32(head)))
            for data in (head, *arrays.values()):
                out.write(data)
                out.write(b"\0" * _padding(out.tell()))

    def _take_over(self) -> None:
        """Add the keys of the documents that were copied."""
        for file, (documents, claims) in self._copied.items():
            for name in INDEXES:
                keys, numbers = file.index(name)
                moved = (claims if name in OF_CLAIMS else documents)[numbers]
                self._keys[name].append(keys[moved >= 0])
                self._numbers[name].append(moved[moved >= 0])
            for name in (HEADED, SAID):
                pairs = claims[file.pairs(name)]
                self._pairs[name].append(pairs[pairs[:, 0] >= 0])

    def _arrays(self) -> dict[str, bytes]:
        arrays = {
            "days": _array("<i4", [row[0] for row in self._rows]),
            "marks": _array("<u8", [row[1] for row in self._rows]),
            "sources": _array("<u8", self._sources),
            "first_claims": _ends("<u4", self._counts),
            **_placed("documents", [row[2] for row in self._rows]),
            "hashes_at": _ends("<u8", [len(row[3]) // 8 for row in self._rows]),
            "hashes": b"".join([row[3] for row in self._rows]),
            **_placed("claims", [data for data, _ in self._claims]),
            "claim_days": _array("<i4", [day for _, day in self._claims]),
            "stems_at": _ends("<u8", [len(codes) for codes in self._stems]),
            "stems": b"".join([codes.astype("<u8").tobytes() for codes in self._stems]),
        }
        for name in INDEXES:
            keys = np.concatenate([np.empty(0, np.uint64), *self._keys[name]])
            numbers = np.concatenate([np.empty(0, np.int64), *self._numbers[name]])
            arrays |= _indexed(name, keys, numbers)
        for name, pairs in self._pairs.items():
            own = np.concatenate([np.empty((0, 2), np.int64), *pairs])
            order = np.lexsort((own[:, 1], own[:, 0]))  # those of copied documents come last
            arrays[name] = own[order].astype("<u4").tobytes()
        names = self._names()
        arrays |= _indexed(
            NAMED, np.array([key_of(entity) for entity, _ in names], np.uint64), np.arange(len(names))
        )
        blobs = [json.dumps(one).encode() for one in names]
        arrays |= _placed("names", blobs)
        arrays["names"] = b"".join(blobs)
        arrays["ids"] = json.dumps([json.loads(row[2])[0] for row in self._rows]).encode()
        arrays["documents"] = b"".join([row[2] for row in self._rows])
        arrays["claims"] = b"".join([data for data, _ in self._claims])
        return arrays


def _indexed(name: str, keys: npt.NDArray[np.uint64], numbers: Numbers) -> dict[str, bytes]:
    order = np.lexsort((numbers, keys))
    return {
        f"{name} keys": keys[order].astype("<u8").tobytes(),
        f"{name} numbers": numbers[order].astype("<u4").tobytes(),
    }


def _placed(name: str, blobs: Sequence[bytes]) -> dict[str, bytes]:
    """Where some texts stand one after the other, and the sum of each: they are read one by one."""
    return {
        f"{name}_at": _ends("<u8", [len(blob) for blob in blobs]),
        f"{name}_sums": _array("<u4", [crc32(blob) for blob in blobs]),
    }


def _padding(length: int) -> int:
    return -length % 8


def _array(kind: str, values: Sequence[int]) -> bytes:
    return np.array(values, dtype=kind).tobytes()


def _ends(kind: str, lengths: Sequence[int]) -> bytes:
    return np.cumsum([0, *lengths]).astype(kind).tobytes()


class ClaimFile:
    """A file that `ClaimFileWriter` wrote.

    Args:
        path: Where it is.
        written: When all of its run was written, as files tell time: one that is younger is not as it was.

    Raises:
        ValueError: It is missing, or not as it was written; also when something is read of it.
    """

    def __init__(self, path: Path, written: int | None = None) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                if written is not None and path.stat().st_mtime_ns > written:
                    raise ValueError
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            length, digest = _HEAD.unpack_from(self._data)
            head = self._data[_HEAD.size : _HEAD.size + length]
            if len(head) != length or crc32(head) != digest:
                raise ValueError
            told = json.loads(head)
            place = _HEAD.size + length + _padding(_HEAD.size + length)
            self._places: dict[str, tuple[int, int, int]] = {}
            for name, (size, total) in told["arrays"].items():
                self._places[name] = (place, size, total)
                place += size + _padding(size)
            if place != len(self._data):
                raise ValueError
        except (OSError, ValueError, struct.error, TypeError, KeyError) as error:
            raise ValueError(f"{path}: is missing or damaged") from error
        self.shards: dict[str, tuple[int, int]] = {}
        first = 0
        for shard, count in told["shards"]:
            self.shards[shard] = (first, count)
            first += count
        self.count = first
        self._arrays: dict[str, Any] = {}
        self._turned: dict[str, tuple[Any, Any]] = {}
        self._claims: dict[int, ClaimFacts] = {}
        self._known: dict[int, DocumentRelations] = {}

    def _read(self, name: str, kind: str) -> Any:
        if name not in self._arrays:
            place, size, total = self._places[name]
            found = np.frombuffer(self._data, kind, size // np.dtype(kind).itemsize, place)
            if crc32(found.data) != total:
                raise ValueError(f"{self.path}: is damaged")
            if size > LARGE:
                self.rest()  # the sum has gone through all of it, and most askers look at little
            self._arrays[name] = found
        return self._arrays[name]

    @cached_property
    def days(self) -> Any:
        """The day of each document, 0 for none."""
        return self._read("days", "<i4")

    @cached_property
    def marks(self) -> Any:
        """A number of each document for all that is told of it."""
        return self._read("marks", "<u8")

    @cached_property
    def sources(self) -> Any:
        """A number of each document for all that it was related from, 0 where that is not known."""
        return self._read("sources", "<u8")

    @cached_property
    def first_claims(self) -> Any:
        """The number of the first claim of each document, and one past the last of all."""
        return self._read("first_claims", "<u4")

    @cached_property
    def claim_days(self) -> Any:
        """The day of each claim, 0 for none."""
        return self._read("claim_days", "<i4")

    @cached_property
    def ids(self) -> list[str]:
        """The documents."""
        found: list[str] = json.loads(self._read("ids", "u1").tobytes())
        return found

    def index(self, name: str) -> tuple[Any, Any]:
        """Ascending keys, and the number that each stands for."""
        return self._read(f"{name} keys", "<u8"), self._read(f"{name} numbers", "<u4")

    def entries(self, name: str) -> int:
        """Number of the keys of an index, which are not looked at for that."""
        return self._places[f"{name} keys"][1] // 8

    def keys_of(self, number: int) -> Index:
        """The keys of each index that a claim is found by, ascending."""
        found = {}
        for name in OF_CLAIMS:
            keys, ends = self._by_claim(name)
            found[name] = keys[ends[number] : ends[number + 1]].tolist()
        return found

    def _by_claim(self, name: str) -> tuple[Any, Any]:
        """The keys of an index by claim, and where those of each begin."""
        if name not in self._turned:
            keys, numbers = self.index(name)
            ends = np.bincount(numbers, minlength=len(self.claim_days)).cumsum()
            order = np.argsort(numbers, kind="stable")
            self._turned[name] = keys[order], np.concatenate([[0], ends])
        return self._turned[name]

    def pairs(self, name: str) -> Any:
        """Pairs of numbers of claims, the smaller first."""
        return self._read(name, "<u4").reshape(-1, 2)

    def packed(self, number: int) -> bytes:
        """What is told of a document beside its claims."""
        return self._slice("documents", number)

    def packed_claim(self, number: int) -> bytes:
        """What is told of a claim."""
        return self._slice("claims", number)

    def name(self, number: int) -> tuple[str, str]:
        """An entity and its fullest name here."""
        entity, name = json.loads(self._slice("names", number))
        return entity, name

    @cached_property
    def places(self) -> list[int]:
        """The day of each document, one behind all where there is none."""
        return [day or LATE for day in self.days.tolist()]

    @cached_property
    def hash_counts(self) -> Any:
        """Number of the hashes of each document."""
        return np.diff(self._read("hashes_at", "<u8").astype(np.int64))

    def hashes_of(self, number: int) -> Hashes:
        """The hashes of a document by which copies are found."""
        return self._part_of("hashes", number)

    def stems_of(self, number: int) -> Hashes:
        """The stems of a claim, as `stem_codes` gives them."""
        return self._part_of("stems", number)

    def _part_of(self, name: str, number: int) -> Hashes:
        at = self._read(f"{name}_at", "<u8")
        found: Hashes = self._read(name, "<u8")[int(at[number]) : int(at[number + 1])]
        return found

    def _slice(self, name: str, number: int) -> bytes:
        at, sums = self._read(f"{name}_at", "<u8"), self._read(f"{name}_sums", "<u4")
        place = self._places[name][0]
        blob = self._data[place + int(at[number]) : place + int(at[number + 1])]
        if crc32(blob) != int(sums[number]):
            raise ValueError(f"{self.path}: is damaged")
        return blob

    def claim(self, number: int) -> ClaimFacts:
        """The facts of a claim; those that were read stay, with what was worked out of them."""
        if number not in self._claims:
            self._claims[number] = unpack_claim(json.loads(self.packed_claim(number)))
        return self._claims[number]

    def document_of(self, claim: int) -> int:
        """The number of the document of a claim."""
        return int(self.first_claims.searchsorted(claim, side="right")) - 1

    def claims_of(self, number: int) -> range:
        """The numbers of the claims of a document."""
        return range(int(self.first_claims[number]), int(self.first_claims[number + 1]))

    def has_links(self, number: int) -> bool:
        """Whether claims of a document are about each other."""
        return not self.packed(number).endswith(b", []]")

    def document(self, number: int) -> DocumentRelations:
        """All that is told of a document."""
        if number not in self._known:
            doc_id, names, links = json.loads(self.packed(number))
            day = int(self.days[number])
            self._known[number] = DocumentRelations(
                doc_id,
                dt.date.fromordinal(day) if day else None,
                tuple(self.claim(one) for one in self.claims_of(number)),
                names,
                tuple(ClaimLinkRow(*values) for values in links),
                self.hashes_of(number),
            )
        return self._known[number]

    def rest(self) -> None:
        """Let the system take back the memory of what was looked at; it is there again when it is looked at."""
        if hasattr(self._data, "madvise"):
            self._data.madvise(mmap.MADV_DONTNEED)

    def forget(self) -> None:
        """Drop what was read of claims and documents."""
        self._claims.clear()
        self._known.clear()


def _packed(claims: Iterable[ClaimFacts]) -> list[bytes]:
    return [_encoded(pack_claim(claim)) for claim in claims]


def pack_claim(claim: ClaimFacts) -> list[Any]:
    """The facts of a claim as plain data."""
    return [_plain(getattr(claim, name)) for name in _FIELDS]


def _encoded(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.toordinal() if isinstance(value, dt.date) else value


def unpack_claim(values: Sequence[Any]) -> ClaimFacts:
    """The facts of a claim from plain data."""
    named = dict(zip(_FIELDS, values, strict=True))
    named["day"] = dt.date.fromordinal(named["day"]) if named["day"] else None
    named["names"] = frozenset(named["names"])
    named["lemmas"] = tuple(map(sys.intern, named["lemmas"]))
    for name in ("pieces", "content_at", "spread"):
        named[name] = tuple(named[name])
    return ClaimFacts(**named)
