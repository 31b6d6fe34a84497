"""Disjoint sets of texts (union-find)."""

from __future__ import annotations


class DisjointSets:
    """A set's first is its least text, whatever the order in which texts were joined."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}

    def add(self, item: str) -> None:
        """Make a text a set of its own, unless it is in one."""
        self._up.setdefault(item, item)

    def first(self, item: str) -> str:
        """Return the least text of the set."""
        above = self._up.get(item, item)
        while above != item:
            self._up[item] = self._up.get(above, above)
            item, above = above, self._up.get(above, above)
        return item

    def join(self, one: str, other: str) -> None:
        """Make the sets of two texts one."""
        self.add(one)
        self.add(other)
        least, most = sorted((self.first(one), self.first(other)))
        self._up[most] = least

    def groups(self) -> list[list[str]]:
        """Return all sets, each ascending, in the order of their first."""
        found: dict[str, list[str]] = {}
        for item in sorted(self._up):
            found.setdefault(self.first(item), []).append(item)
        return list(found.values())
