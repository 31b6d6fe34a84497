"""How often a word was a cue in the training texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.nlp.claims.model.table import Codes, Ints, Table, mix

UNSEEN, RARE = 0, 1
MIN_SEEN = 4
"""Fewest tokens of a word for its share to be told apart."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Cue shares of the words (lemma and tag class) that ever were the head of a cue: 1 rare, 2 to 11 tenths.

    Attributes:
        codes: Of the words, sorted.
        bins: Parallel to `codes`.
    """

    codes: Codes
    bins: Ints

    def of(self, table: Table) -> Ints:
        """The bin of every token, sentinel included."""
        words = word_codes(table)
        place = np.minimum(np.searchsorted(self.codes, words), len(self.codes) - 1)
        return np.where(self.codes[place] == words, self.bins[place], UNSEEN)


def candidates(table: Table, share: Ints) -> Ints:
    """Tokens that may be the head of a cue: words that were one, and the heads of rule claims; no placeholder."""
    usable = (table.section >= 0) & ~table.gap & ~table.space
    return np.flatnonzero(((share != UNSEEN) | (table.rule > 0)) & usable)


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
    return Shares(np.array(words, dtype=np.uint32), np.array(bins, dtype=np.int64))
