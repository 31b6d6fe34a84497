"""Plain values by key in one file, of which one key's are found without reading the others'."""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from zlib import crc32

from pipeline.core.errors import DamagedError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_HEAD = struct.Struct("<QI")
"""Number of keys, and the sum of the index after it and of the name of the file."""
Values = Sequence[Any]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_keyed(path: Path, values: Mapping[str, Values], name: str) -> None:
    """Write lists of plain values by key into a file that will have a name."""
    _write(path, ((key, values[key]) for key in sorted(values)), name, BytesIO())


def stream_keyed(path: Path, pairs: Iterable[tuple[str, Values]], name: str) -> None:
    """Write lists of plain values, each with its key, in any order of the keys; of what was written only the places are kept in memory."""
    with TemporaryFile(dir=path.parent) as spool:
        _write(path, pairs, name, spool)


def _write(path: Path, pairs: Iterable[tuple[str, Values]], name: str, spool: IO[bytes]) -> None:
    """Write such lists by way of a file that takes them as they come."""
    import numpy as np

    hashes, lengths = array("Q"), array("Q")
    for key, values in pairs:
        blob = _blob_of({key: values})
        hashes.append(_hash(key))
        lengths.append(len(blob))
        spool.write(blob)
    every = np.array(hashes, "<u8")
    order = every.argsort(kind="stable")
    ends = np.array(lengths, "<u8").cumsum(dtype="<u8").tolist()
    distinct = np.unique(every)
    with path.open("wb") as file:
        file.seek(_HEAD.size + 24 * len(distinct) + 8)
        sizes, sums = array("Q", [0]), array("Q")
        for places in _alike(every, order):
            blob = _joined(_read(spool, ends[place] - lengths[place], lengths[place]) for place in places)
            sizes.append(len(blob))
            sums.append(_sum(blob))
            file.write(blob)
        offsets = np.array(sizes, "<u8").cumsum(dtype="<u8")
        index = b"".join((distinct.tobytes(), offsets.tobytes(), np.array(sums, "<u8").tobytes()))
        file.seek(0)
        file.write(_HEAD.pack(len(distinct), _sum_index(index, name)) + index)


def _sum_index(index: bytes, name: str) -> int:
    """Return the sum of an index in a file of a name: in another file it is not sound."""
    return crc32(name.encode(), crc32(index))


def _alike(hashes: npt.NDArray[np.uint64], order: npt.NDArray[np.int64]) -> Iterator[list[int]]:
    """Yield the places of each hash, ascending by it; several where keys share one."""
    for _, own in groupby(order.tolist(), key=lambda place: int(hashes[place])):
        yield list(own)


def _read(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _joined(blobs: Iterable[bytes]) -> bytes:
    """Blobs of one hash as one, the keys ascending."""
    own = list(blobs)
    if len(own) == 1:
        return own[0]
    values: dict[str, Values] = {}
    for blob in own:
        values.update(json.loads(blob))
    return _blob_of(dict(sorted(values.items())))


def _blob_of(values: Mapping[str, Values]) -> bytes:
    return _encode(values).encode()


class KeyedFile:
    """A file that `write_keyed` wrote.

    Args:
        path: Where it is.

    Raises:
        DamagedError: It is missing, or not as it was written; also when a key is asked for.
    """

    def __init__(self, path: Path) -> None:
        import numpy as np

        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            count, digest = _HEAD.unpack_from(self._data)
            self._start = _HEAD.size + 24 * count + 8
            index = self._data[_HEAD.size : self._start]
        except (OSError, ValueError, struct.error) as error:
            raise damaged(path) from error
        if len(index) != 24 * count + 8 or _sum_index(index, path.name) != digest:
            raise damaged(path)
        self._path = path
        self._hashes: npt.NDArray[np.uint64] = np.frombuffer(index, "<u8", count)
        self._offsets = np.frombuffer(index, "<u8", count + 1, 8 * count)
        self._sums = np.frombuffer(index, "<u8", count, 16 * count + 8)

    def get(self, key: str) -> Values:
        """Return the values of a key; none of one that is not there."""
        wanted = _hash(key)
        place = int(self._hashes.searchsorted(wanted))
        if place == len(self._hashes) or int(self._hashes[place]) != wanted:
            return ()
        found: Values = json.loads(self._blob(place)).get(key, ())
        return found

    def sum_of(self, hashes: npt.NDArray[np.uint64]) -> str:
        """Return a hash of what is kept under some keys, by their hashes, as `hash_keys` gives them."""
        import numpy as np

        places = np.minimum(self._hashes.searchsorted(hashes), max(len(self._hashes) - 1, 0))
        sums = np.zeros(len(hashes), np.uint64)
        if len(self._hashes):
            there = self._hashes[places] == hashes
            sums[there] = self._sums[places[there]]
        return hashlib.sha256(sums.tobytes()).hexdigest()

    def items(self, low: int = 0, high: int = 2**64 - 1) -> Iterator[tuple[str, Values]]:
        """Yield the keys whose hash is in some bounds, with their values."""
        import numpy as np

        start = int(self._hashes.searchsorted(np.uint64(low)))
        end = int(self._hashes.searchsorted(np.uint64(high), side="right"))
        for place in range(start, end):
            yield from json.loads(self._blob(place)).items()

    def _blob(self, place: int) -> bytes:
        start, end = int(self._offsets[place]), int(self._offsets[place + 1])
        blob = self._data[self._start + start : self._start + end]
        if _sum(blob) != int(self._sums[place]):
            raise damaged(self._path)
        return blob


def damaged(path: Path) -> DamagedError:
    """Return the error that a file is missing or damaged."""
    return DamagedError(f"{path}: is missing or damaged", "Run `pipeline run` again.")


def hash_keys(keys: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the hashes by which keys are found."""
    import numpy as np

    return np.array([_hash(key) for key in keys], np.uint64)


def _hash(key: str) -> int:
    return _sum(key.encode("utf-8", "surrogatepass"))


def _sum(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
