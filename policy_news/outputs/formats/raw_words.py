"""Words of a raw text for forms that need them, never across the edge of a span."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

WORD = re.compile(r"[^\W_](?:[\w\u0300-\u036f]|['’.\-](?=[^\W\d_]\w))*|(\S)\1*")
"""A word, also with an apostrophe, hyphen or full stop inside; or a run of one symbol, as in masks."""


class Spanned(Protocol):
    """Anything with half-open offsets."""

    @property
    def start(self) -> int:
        """First offset."""

    @property
    def end(self) -> int:
        """One past the last offset."""


S = TypeVar("S", bound=Spanned)


def find_words(
    text: str, edges: Iterable[int], start: int = 0, end: int | None = None
) -> list[tuple[int, int]]:
    """Find the words of `text[start:end]`.

    Args:
        edges: Offsets at which words are cut, so that each span is whole words.
        end: One past the last offset; None for the end of the text.

    Returns:
        `(start, end)` of each word in `text`.
    """
    stop = len(text) if end is None else end
    cuts = sorted({start, stop} | {edge for edge in edges if start < edge < stop})
    return [match.span() for left, right in pairwise(cuts) for match in WORD.finditer(text, left, right)]


def without_overlaps(spans: Sequence[S]) -> list[S]:
    """Return spans in order; of two that overlap the one that begins first, and of those the longer."""
    kept: list[S] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
