"""Word vectors that are mapped from disk instead of read into a dictionary of half a million words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import ORTH
from spacy.strings import get_string_id
from spacy.util import registry
from spacy.vectors import BaseVectors, Mode, Vectors
from spacy.vocab import Vocab

SORTED_VECTORS = "policy_sorted_vectors.v1"
"""Name in spaCy's registry of vectors."""
FILES = ("keys.npy", "rows.npy", "vectors.npy")


class SortedVectors(BaseVectors):  # type: ignore[misc]  # spaCy types it as Any
    """A table of word vectors, read only; spaCy's networks and `token.vector` use it like `spacy.vectors.Vectors`.

    Args:
        strings: The strings of the vocabulary; spaCy sets them.

    Attributes:
        keys: Hashes of words, ascending, of shape (words,).
        rows: Their rows in the table.
        data: The vectors, of shape (rows, width).
    """

    mode = Mode.default.value
    attr = ORTH

    def __init__(self, *, strings: Iterable[str] = ()) -> None:
        super().__init__(strings=strings)
        self.strings = strings
        self.name: str | None = None
        self.keys: npt.NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)
        self.rows: npt.NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self.data: npt.NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    @classmethod
    def of(cls, vectors: Vectors) -> SortedVectors:
        """Copy spaCy's vectors, which must have the mode `default`."""
        table = cls(strings=vectors.strings)
        keys = np.fromiter(vectors.key2row.keys(), dtype=np.uint64, count=len(vectors.key2row))
        rows = np.fromiter(vectors.key2row.values(), dtype=np.int32, count=len(vectors.key2row))
        order = np.argsort(keys)  # `find` searches the keys by bisection
        table.name, table.keys, table.rows, table.data = vectors.name, keys[order], rows[order], vectors.data
        return table

    def find(self, keys: Collection[int | str]) -> npt.NDArray[np.int32]:
        """Return the rows of words or hashes of words; -1 for those without one."""
        if isinstance(keys, np.ndarray):
            hashes = keys.astype(np.uint64)
        else:
            hashes = np.array(list(map(get_string_id, keys)), dtype=np.uint64)
        if not len(self.keys):
            return np.full(len(hashes), -1, dtype=np.int32)
        # A hash above all keys would land after the last one; the comparison below refuses it.
        places = np.minimum(self.keys.searchsorted(hashes), len(self.keys) - 1)
        return np.where(self.keys[places] == hashes, self.rows[places], -1)

    def get_batch(self, keys: Collection[int | str]) -> npt.NDArray[np.float32]:
        """Return the vectors of words or hashes of words, of shape (words, width); zeros for those without one."""
        rows = self.find(keys)
        vectors = np.zeros((len(rows), self.data.shape[1]), dtype=np.float32)
        vectors[rows >= 0] = self.data[rows[rows >= 0]]
        return vectors

    def __getitem__(self, key: int | str) -> npt.NDArray[np.float32]:
        """Return the vector of a word.

        Raises:
            KeyError: The word does not have one.
        """
        if key not in self:
            raise KeyError(key)
        vector: npt.NDArray[np.float32] = self.get_batch([key])[0]
        return vector

    def __contains__(self, key: int | str) -> bool:
        return bool(self.find([key])[0] >= 0)

    def __len__(self) -> int:
        return len(self.data)

    @property
    def is_full(self) -> bool:
        """True, because nothing can be added."""
        return True

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and width of the table."""
        return self.data.shape

    @property
    def size(self) -> int:
        """Number of values in the table."""
        return self.data.size

    @property
    def n_keys(self) -> int:
        """Number of words."""
        return len(self.keys)

    @property
    def vectors_length(self) -> int:
        """Width of the table."""
        return int(self.data.shape[1])

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the three arrays into a folder, which may be the one that they are mapped from."""
        arrays: tuple[npt.NDArray[Any], ...] = (self.keys, self.rows, self.data)
        for name, array in zip(FILES, arrays, strict=True):
            # Write beside and rename: the arrays may be mapped from the very files that are replaced.
            partial = Path(path) / f"new-{name}"
            np.save(partial, array, allow_pickle=False)
            partial.replace(Path(path) / name)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> SortedVectors:
        """Map the arrays of a folder into memory."""
        self.keys, self.rows, self.data = (
            np.asarray(np.load(Path(path) / name, mmap_mode="r", allow_pickle=False)) for name in FILES
        )
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the three arrays as bytes."""
        file = BytesIO()
        np.savez(file, self.keys, self.rows, self.data)
        return file.getvalue()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> SortedVectors:
        """Read them back."""
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            self.keys, self.rows, self.data = (arrays[name] for name in arrays.files)
        return self


def can_be_sorted(vectors: Any) -> bool:
    """Return whether `SortedVectors.of` can take vectors: those of spaCy in which each word has its own row."""
    return isinstance(vectors, Vectors) and vectors.mode == Mode.default.value


@registry.vectors(SORTED_VECTORS)  # type: ignore[untyped-decorator]  # catalogue has no types
def make_sorted_vectors() -> Callable[[Vocab], Any]:
    """Make an empty table for a vocabulary; `from_disk` fills it."""
    return lambda vocab: SortedVectors(strings=vocab.strings)
