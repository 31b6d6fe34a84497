"""What the cue model sees of a token: itself, its neighbours, its place in the tree, quotation marks, the rules."""

from __future__ import annotations

import numpy as np

from pipeline.components.claims.shares import Shares
from pipeline.components.claims.table import SLOTS, Codes, Column, Feature, Flags, Ints, Table, bucket, mix_all

_LEMMA_SLOTS = (
    "nsubj",
    "nsubjpass",
    "dobj",
    "xcomp",
    "prep",
    "aux",
    "prt",
    "acomp",
    "attr",
    "mark",
    "poss",
    "det",
    "advmod",
    "acl",
    "ccomp",
)
_TAG_SLOTS = ("nsubj", "dobj", "ccomp", "xcomp", "acl", "prep", "aux", "advcl", "conj")
_PAIR_SLOTS = ("nsubj", "dobj", "xcomp", "prep", "acomp", "attr", "prt", "aux")


class CueFeatures:
    """Collects the feature columns of the tokens `index`."""

    def __init__(self, table: Table, shares: Shares, index: Ints) -> None:
        self.table, self.index = table, index
        self.share = shares.of(table)
        self.features: list[Feature] = []

    def rows(self) -> Codes:
        """All features, one row a token."""
        self._own()
        self._around()
        self._above()
        self._below()
        self._quoted()
        self._ruled()
        return mix_all(self.features)

    def _add(self, *columns: Column) -> None:
        self.features.append((len(self.features), columns))

    def _own(self) -> None:
        t, i = self.table, self.index
        for column in (t.lower, t.lemma, t.tag, t.dep, t.suffix, t.shape, self.share):
            self._add(column[i])
        self._add(t.lemma[i], t.tag[i])
        self._add(t.lemma[i], t.dep[i])
        self._add(self.share[i], t.tag[i], t.dep[i])

    def _around(self) -> None:
        t, i = self.table, self.index
        for offset in (-1, 1, -2, 2, -3, 3):
            near = t.step(i, offset)
            self._add(t.lemma[near])
            self._add(t.tag[near])
            self._add(self.share[near])
            if abs(offset) == 1:
                self._add(t.lower[near])
                self._add(t.lemma[i], t.lemma[near])
            if abs(offset) <= 2:
                self._add(t.dep[near], t.head[near] == i)
        self._add(t.tag[t.step(i, -1)], t.tag[i], t.tag[t.step(i, 1)])
        self._add(t.tag[t.step(i, 1)], t.tag[t.step(i, 2)])

    def _above(self) -> None:
        t, i = self.table, self.index
        head = t.head[i]
        upper = t.head[head]
        self._add(t.lemma[head], t.dep[i])
        self._add(t.tag[head], t.dep[i], head < i)
        self._add(self.share[head], t.dep[i])
        self._add(t.lemma[i], t.lemma[head])
        self._add(t.lemma[upper], t.dep[head], t.dep[i])
        self._add(self.share[upper], t.dep[head], t.dep[i])
        current, found, steps = i, np.full_like(i, -1), np.zeros_like(i)
        last = i.copy()
        for step in range(1, 8):
            above = t.head[current]
            new = (found < 0) & (above != current) & (self.share[above] >= 5)
            found, steps, last = np.where(new, above, found), np.where(new, step, steps), np.where(new, current, last)
            current = above
        self._add(t.lemma[found], t.dep[last])
        self._add(self.share[found], t.dep[last], bucket(steps, 1, 2, 3, 5))
        self._add(t.dep[last], found < i, found >= 0)
        self._add(t.dep[t.line[i, 0]], bucket(t.depth[i], 1, 2, 3, 4, 6))

    def _below(self) -> None:
        t, i = self.table, self.index
        present = np.zeros_like(i)
        for number, label in enumerate(SLOTS):
            present |= (t.slots[label][i] >= 0).astype(np.int64) << number
        self._add(present)
        few = present & int(sum(1 << SLOTS.index(label) for label in ("nsubj", "dobj", "ccomp", "xcomp", "auxpass", "prep", "acl")))
        self._add(few, t.lemma[i])
        self._add(few, self.share[i])
        for label in _LEMMA_SLOTS:
            self._add(t.lemma[t.slots[label][i]])
        for label in _TAG_SLOTS:
            self._add(t.tag[t.slots[label][i]], t.slots[label][i] > i)
        for label in _PAIR_SLOTS:
            self._add(t.lemma[i], t.lemma[t.slots[label][i]])
        for label in ("ccomp", "xcomp", "acl"):
            clause = t.slots[label][i]
            self._add(t.lower[t.left[clause]], t.tag[clause])
            self._add(t.lemma[i], t.lower[t.slots["mark"][clause]], clause >= 0)
        subject = np.where(t.slots["nsubj"][i] >= 0, t.slots["nsubj"][i], t.slots["poss"][i])
        self._add(t.shape[subject], t.tag[subject])
        self._add(self.share[subject], t.tag[subject])
        target = t.slots["prep"][i]
        self._add(t.lemma[i], t.lower[target], t.tag[t.step(target, 1)])

    def _quoted(self) -> None:
        t, i = self.table, self.index
        inside = t.quote[i] >= 0
        before = np.zeros_like(i)
        after = np.zeros_like(i)
        for step in range(1, 9):
            for side, sign in ((before, -1), (after, 1)):
                near = t.step(i, sign * step)
                np.copyto(side, step, where=(side == 0) & (t.quote[near] >= 0))
        near_before, near_after = bucket(before, 1, 2, 4, 6), bucket(after, 1, 2, 4, 6)
        anywhere = _any_in_sentence(t, t.quote >= 0)[i]
        self._add(inside, near_before, near_after)
        self._add(inside, t.lemma[i], anywhere)
        self._add(inside, anywhere, self.share[i])
        self._add(t.lemma[i], near_before > 0, near_after > 0)
        strong = (self.share >= 7) & (t.quote < 0)
        self._add(inside, bucket(_count_in_sentence(t, strong)[i], 1, 2, 3), self.share[i])
        self._add(t.headline[i], t.tag[i], self.share[i])
        self._add(bucket(t.section[i], 1, 2), bucket(i - t.sent[i], 1, 2, 4, 8))

    def _ruled(self) -> None:
        t, i = self.table, self.index
        inside = t.inside[i]
        self._add(t.rule[i])
        self._add(t.rule[i], t.lemma[i])
        self._add(t.rule[i], inside >= 0, self.share[i])
        self._add(t.lemma[inside], inside >= 0)
        self._add(self.share[inside], t.dep[i], t.rule[i] > 0)
        self._add(t.rule[t.head[i]], t.dep[i])


def _count_in_sentence(table: Table, flags: Flags) -> Ints:
    """For each token, how many tokens of its sentence are flagged."""
    total = np.concatenate([[0], np.cumsum(flags[: table.size])])
    count = np.zeros(table.size + 1, dtype=np.int64)
    count[: table.size] = total[table.sent_end[: table.size]] - total[table.sent[: table.size]]
    return count


def _any_in_sentence(table: Table, flags: Flags) -> Flags:
    return _count_in_sentence(table, flags) > 0
