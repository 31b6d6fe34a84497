"""How often a word was a cue in the training texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.components.claims.table import Codes, Ints, Table, mix

UNSEEN, RARE = 0, 1
MIN_SEEN = 4
"""Fewest tokens of a word for its share to be told apart."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Cue shares by word (lemma and tag class), as sorted codes and their bins: 0 unseen, 1 rare, 2 to 11 tenths.

    Attributes:
        codes: Sorted.
        bins: Parallel to `codes`.
        heads: Sorted codes of the words that ever were the head of a cue.
    """

    codes: Codes
    bins: Ints
    heads: Codes

    def of(self, table: Table) -> Ints:
        """The bin of every token, sentinel included."""
        words = word_codes(table)
        place = np.minimum(np.searchsorted(self.codes, words), len(self.codes) - 1)
        return np.where(self.codes[place] == words, self.bins[place], UNSEEN)

    def candidates(self, table: Table) -> Ints:
        """Tokens that may be the head of a cue: words that were one, verbs, and the heads of rule claims; no placeholder."""
        words = word_codes(table)[: table.size]
        place = np.minimum(np.searchsorted(self.heads, words), len(self.heads) - 1)
        known = self.heads[place] == words
        usable = (table.section[: table.size] >= 0) & ~table.gap[: table.size] & ~table.space[: table.size]
        return np.flatnonzero((known | (table.rule[: table.size] > 0)) & usable)


def word_codes(table: Table) -> Codes:
    """Lemma and the first two letters of the tag, as one code."""
    return mix(977, table.lemma, table.tag_class)


def count_shares(examples: Iterable[tuple[Codes, Iterable[int], Iterable[int]]]) -> Shares:
    """Shares from training docs.

    Args:
        examples: Word codes of a doc, the tokens that are the head of a cue, and the tokens that stand in a content (which
            do not count unless they are heads).
    """
    total: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    for codes, heads, hidden in examples:
        skip = set(hidden) - set(heads)
        total.update(int(code) for index, code in enumerate(codes[:-1]) if index not in skip)
        hits.update(int(codes[index]) for index in heads)
    words = sorted(code for code in hits if total[code])
    bins = [2 + min(9, 10 * hits[word] // total[word]) if total[word] >= MIN_SEEN else RARE for word in words]
    heads_seen = np.array(words, dtype=np.uint32)
    return Shares(heads_seen, np.array(bins, dtype=np.int64), heads_seen)
