"""Finds where words are repeated: normalised words with their places, hashes of words in a row, candidate pairs, and the stretch that two texts share.

It knows texts and numbers only, neither claims nor tables: whoever has many texts asks which pairs share words, then looks at the words.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
ROW = 5
"""Words in a row that make a hash: texts that share none are not compared."""
LEAST = 6
"""Words that a repetition must have."""
GAP = 3
"""Words in a row that may differ inside a repetition."""
MOST = 8
"""Texts before one, of those that share a hash, with which it is compared: a thousand copies take a thousand times this."""
AT_ONCE = 4_000_000
"""Hashes that are sorted at once."""
ODD = np.uint64(0x9E3779B97F4A7C15)
"""What one of two hashes is multiplied by where they are made one, so that their order counts (golden ratio; Knuth, TAOCP 3, 6.4)."""
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_PRIME = np.uint64(1_099_511_628_211)
_NEGATIONS = frozenset(
    ("not", "no", "never", "nor", "neither", "without", "cannot", "nobody", "nothing", "none")
)
_TELLING = _NEGATIONS | {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety", "dozen", "dozens", "hundred", "hundreds", "thousand", "thousands",
    "million", "millions", "billion", "billions",
}  # fmt: skip
BESIDE = 3
"""Words before and after a repetition in which both must have the same numbers and negations."""


class Word(NamedTuple):
    """A word as it is compared, and its place in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that two texts share, in a row but for small changes.

    Attributes:
        words: How many words are the same.
        pairs: Their places among the words of both.
    """

    words: int
    pairs: tuple[tuple[int, int], ...]


def read_words(text: str) -> Iterator[Word]:
    """Yield the words of a text, whatever their case and typography."""
    for match in _WORD.finditer(text):
        yield Word(match[0].lower().replace("’", "'"), *match.span())


def plain_words(text: str) -> list[str]:
    """Return the same without their places, in half the time."""
    return _WORD.findall(text.lower().replace("’", "'"))


def hash_text(text: str) -> int:
    """Return a hash of 64 bits that is not 0."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def hash_rows(words: Sequence[str], size: int = ROW) -> Codes:
    """Return a hash of each so many words in a row."""
    if len(words) < size:
        return np.empty(0, np.uint64)
    codes = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words], np.uint64)
    count = len(codes) - size + 1
    mixed = np.zeros(count, np.uint64)
    for i in range(size):
        mixed = (mixed ^ codes[i : i + count]) * _PRIME
    found: Codes = mixed ^ (mixed >> np.uint64(29))
    return found


def spans_of(pieces: Sequence[Codes]) -> list[tuple[int, int]]:
    """Return the bounds of hashes, of pieces that ascend, between which not too many stand."""
    count = sum(map(len, pieces)) // AT_ONCE + 1
    return list(pairwise((i << 64) // count for i in range(count + 1)))


def cut(codes: Codes, low: int, high: int) -> slice:
    """Return the place of the hashes from one on to another among ascending ones."""
    start, end = (len(codes) if one >> 64 else int(codes.searchsorted(np.uint64(one))) for one in (low, high))
    return slice(start, end)


def find_pairs(codes: Codes, numbers: Numbers, days: Numbers, span: int) -> Iterator[tuple[Codes, Numbers]]:
    """Yield pairs of texts that share hashes, each as a code of both numbers, the lower in the upper half, with their count.

    A pair may come several times.

    Args:
        numbers: The text of each.
        days: The day of each text; 0 for none, which fits any.
        span: Days that may be between two.
    """
    order = np.argsort(codes)
    same = np.flatnonzero(codes[order[1:]] == codes[order[:-1]])
    order = order[np.union1d(same, same + 1)]  # most hashes are of one text alone
    codes, numbers = codes[order], numbers[order]
    own = days[numbers]
    order = np.lexsort((numbers, own, codes))
    codes, numbers, own = codes[order], numbers[order], own[order]
    for shift in range(1, MOST + 1):
        near = (codes[shift:] == codes[:-shift]) & (numbers[shift:] != numbers[:-shift])
        near &= (own[shift:] - own[:-shift] <= span) | (own[:-shift] == 0)
        one, other = numbers[:-shift][near], numbers[shift:][near]
        less, more = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
        yield np.unique((less << np.uint64(32)) | more, return_counts=True)


def count_shared(pairs: Iterable[tuple[Codes, Numbers]]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the pairs of `find_pairs`, each once: the less number, the greater one, and how many hashes they share.

    Args:
        pairs: As they come, of one call or of several over other hashes.
    """
    found = [(np.empty(0, np.uint64), np.empty(0, np.int64)), *pairs]
    codes, places = np.unique(np.concatenate([own for own, _ in found]), return_inverse=True)
    shared = np.bincount(places, np.concatenate([times for _, times in found]), len(codes)).astype(np.int64)
    less, more = codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)
    return less.astype(np.int64), more.astype(np.int64), shared


def connect(count: int, one: Numbers, other: Numbers) -> Numbers:
    """Return for each of so many things the least of those that pairs connect with it."""
    least = np.arange(count)
    while len(one):
        low, high = np.minimum(least[one], least[other]), np.maximum(least[one], least[other])
        apart = low != high
        one, other = one[apart], other[apart]
        np.minimum.at(least, high[apart], low[apart])
        while (least[least] != least).any():
            least = least[least]
    return least


def longest_stretch(one: Sequence[str], other: Sequence[str]) -> Stretch | None:
    """Return the longest stretch of words that two texts share; None if it is too short.

    Up to three words in a row may differ, but no number and no negation.
    """
    if one == other:
        return Stretch(len(one), tuple((i, i) for i in range(len(one)))) if len(one) >= LEAST else None
    best: list[tuple[int, int]] = []
    own: list[tuple[int, int]] = []
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()[:-1]:
        if own and not _goes_on(one, other, own[-1], (block.a, block.b)):
            own = []
        own = own + [(block.a + i, block.b + i) for i in range(block.size)]
        best = max(best, own, key=len)
    if len(best) < LEAST or not _fits(one, other, best[0], best[-1]):
        return None
    return Stretch(len(best), tuple(best))


def _goes_on(one: Sequence[str], other: Sequence[str], last: tuple[int, int], first: tuple[int, int]) -> bool:
    """Return whether what stands between two shared stretches is a small change."""
    left, right = one[last[0] + 1 : first[0]], other[last[1] + 1 : first[1]]
    return max(len(left), len(right)) <= GAP and not telling_words(left) and not telling_words(right)


def _fits(one: Sequence[str], other: Sequence[str], first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Return whether what stands beside a stretch does not turn it into something else: another number, a negation."""
    before = [words[max(at - BESIDE, 0) : at] for words, at in zip((one, other), first, strict=True)]
    behind = [words[at + 1 : at + 1 + BESIDE] for words, at in zip((one, other), last, strict=True)]
    return all(
        not left or not right or telling_words(left) == telling_words(right)
        for left, right in (before, behind)
    )


def telling_words(words: Sequence[str]) -> set[str]:
    """Return the numbers and the negations among words."""
    return {word for word in words if word in _TELLING or word[0].isdigit() or word.endswith("n't")}
