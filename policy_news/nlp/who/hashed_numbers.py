"""Numbers by text in some 20 bytes each: texts are kept as hashes, in two arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b

_FIRST = 1024
"""Places of an empty table; a power of two, as all its sizes are."""
_FULL = 0.7
"""Share of the places that are taken before the table grows."""


def hash_of(text: str) -> int:
    """Return a text as 64 bits, never 0."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") or 1


class HashedNumbers:
    """A number for each hash, 0 where none was set. Open addressing: a hash stands at its place or the next free one."""

    def __init__(self) -> None:
        self._keys, self._values = _empty(_FIRST)
        self._count = 0

    def get(self, key: int) -> int:
        """Return the number of a hash."""
        return self._values[self._place(key)]

    def set(self, key: int, number: int) -> None:
        """Keep a number."""
        place = self._place(key)
        if not self._keys[place]:
            self._count += 1
        self._keys[place], self._values[place] = key, number
        if self._count > _FULL * len(self._keys):
            self._grow()

    def items(self) -> Iterator[tuple[int, int]]:
        """Yield hashes and numbers, in no order."""
        return ((key, number) for key, number in zip(self._keys, self._values, strict=True) if key)

    def _place(self, key: int) -> int:
        keys, last = self._keys, len(self._keys) - 1
        place = key & last
        while keys[place] not in (0, key):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys, self._values = _empty(2 * len(keys))
        for key, number in zip(keys, values, strict=True):
            if key:
                place = self._place(key)
                self._keys[place], self._values[place] = key, number


def _empty(size: int) -> tuple[array[int], array[int]]:
    return array("Q", [0]) * size, array("I", [0]) * size
